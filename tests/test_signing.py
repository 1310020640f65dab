"""Buttons are ours or they do nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import signing
from bot.errors import BadSignature
from bot.model import ChatId

KEY = b"k" * 32
CHAT = ChatId(-100123)
lines = st.text(st.characters(codec="utf-8"), max_size=12)


@given(lines)
def test_a_signed_line_comes_back_and_fits_into_a_button(line: str) -> None:
    data = signing.sign(line, key=KEY, chat_id=CHAT)

    assert len(data.encode()) <= signing.MAX_DATA_BYTES
    assert signing.verified(data, key=KEY, chat_id=CHAT) == line


@given(st.text(max_size=64))
def test_what_we_did_not_sign_is_refused(data: str) -> None:
    with pytest.raises(BadSignature):
        signing.verified(data, key=KEY, chat_id=CHAT)


@given(lines, st.integers(0, 63))
def test_a_changed_button_is_refused(line: str, position: int) -> None:
    data = signing.sign(line, key=KEY, chat_id=CHAT)
    position %= len(data)
    forged = data[:position] + ("A" if data[position] != "A" else "B") + data[position + 1 :]

    with pytest.raises(BadSignature):
        signing.verified(forged, key=KEY, chat_id=CHAT)


def test_a_button_of_another_chat_or_another_key_is_refused() -> None:
    data = signing.sign("stop", key=KEY, chat_id=CHAT)

    with pytest.raises(BadSignature):
        signing.verified(data, key=KEY, chat_id=ChatId(7))
    with pytest.raises(BadSignature):
        signing.verified(data, key=b"x" * 32, chat_id=CHAT)


def test_a_line_that_does_not_fit_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="49 bytes"):
        signing.sign("я" * 25, key=KEY, chat_id=CHAT)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = signing.key(tmp_path)

    assert len(first) == 32
    assert signing.key(tmp_path) == first
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in tmp_path.iterdir()] == [("signing.key", "0o600")]
