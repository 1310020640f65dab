"""Callback data and command lines that nobody should be able to make anything of: no effect, no exception.

Through the local Telegram so many would take a quarter of an hour. So 1,000 of the 100,000 data go the whole way and
99,000 to `signing.verified` alone, which is all that stands before a command; the 10,000 lines, a guest's in a group,
are carried out without a server between, and 1,000 of them go the whole way too. Without signatures the same data have
effects, and the same lines have when they are an administrator's.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from telegram import Update

from bot import commands, listener, signing
from bot.errors import BadSignature
from bot.model import Chat, ChatId, ChatKind
from bot.storage import tables
from tests import running, texts
from tests.running import KEY, Talk

DATA, WHOLE_WAY, LINES = 100_000, 1_000, 10_000
BESIDE = {"heard", "spent", "told", "summary", "asked"}  # what any question leaves behind, an answered one or not
LETTERS = "abcXYZ019 .:*/@-_ы\x00\n\u202e\U0001d518ʻ'\"\\%&<"
ARGUMENTS = (
    "*", "main", "yes", "add", "on", "off", "delete", "topics", "words", "muted", "hours", "zone", "every", "0", "-1",
    "9" * 30, "٣", "sport", "economy", "08:00", "25:61", "up", "down", "undo", "where", "0123456789abcdef", "l0", "]",
    "re:(a+)+$", "https://example.org/chess-ru", "http://[", "since:2026-99-99", "topic:", "all", "ru", "Сеул", "\x00",
)  # fmt: skip
ANOTHER = ChatId(7_000_001)


async def content(talk: Talk) -> str:
    """A hash of everything stored that a reader or an operator would miss."""
    mark = hashlib.sha256()
    async with talk.world.database.read() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in BESIDE:
                rows = sorted(map(repr, await connection.execute(select(table))))
                mark.update(orjson.dumps([table.name, rows]))
    return mark.hexdigest()


def data(draw: Random, genuine: list[str], others: list[str]) -> Iterator[str]:
    """Callback data without end, none of which we signed for this chat."""
    makers: tuple[Callable[[], str], ...] = (
        lambda: random_text(draw),
        lambda: flipped(draw, draw.choice(genuine)),
        lambda: draw.choice(others),
        lambda: f"{draw.choice(genuine)[: signing.SIGNATURE_CHARS]}.{draw.choice(others).partition('.')[2]}",
        lambda: draw.choice(genuine)[draw.randrange(1, 20) :],
    )
    known = set(genuine)
    while True:
        made = draw.choice(makers)()
        if made not in known and made:
            yield made


def random_text(draw: Random) -> str:
    made = "".join(chr(draw.randrange(1, 0x500)) for _ in range(draw.randrange(1, 40)))
    return made.encode()[: signing.MAX_DATA_BYTES].decode(errors="ignore")


def flipped(draw: Random, one: str) -> str:
    """One bit of its bytes is another."""
    raw = bytearray(one.encode())
    raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(7)
    return raw.decode(errors="replace")


def lines(draw: Random) -> Iterator[str]:
    """Command lines without end: names of commands with any words behind them, and what is hardly one."""
    names = list(commands.commands())
    while True:
        name = draw.choice(names) if draw.random() < 0.9 else random_text(draw)
        words = [
            draw.choice(ARGUMENTS) if draw.random() < 0.85 else "".join(draw.choices(LETTERS, k=draw.randrange(1, 60)))
            for _ in range(draw.randrange(4))
        ]
        yield " ".join((f"/{name}", *words))


@asynccontextmanager
async def recorded(folder: Path, **more: Any) -> AsyncIterator[tuple[Talk, list[str], list[str]]]:
    """A chat with subscriptions, the data of its buttons, and data for the same lines in another chat."""
    async with running.talk(folder, **more) as talk:
        await talk.take(texts.all_of_them(published_at=datetime.now(UTC)))
        for line in ("/card main topics sport", "/subscriptions add", "/subscriptions", "/schedule", "/card 2 delete",
                     "/latest", "/search 640", "/privacy", "/forgetme", "/language", "/topics"):  # fmt: skip
            await talk.say(line)
        keyboards = [row for message in talk.messages() for row in message.keyboard]
        genuine = list(dict.fromkeys(str(button["callback_data"]) for row in keyboards for button in row))
        told = [one.partition(".")[2] for one in genuine]
        yield talk, genuine, [signing.sign(line, key=KEY, chat_id=ANOTHER) for line in told]


async def pressed(talk: Talk, some: Iterator[str], count: int) -> set[str]:
    """What the first so many were answered."""
    return {await talk.press_data(one) for one in islice(some, count)}


async def test_of_a_hundred_thousand_data_none_does_anything(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with recorded(tmp_path) as (talk, genuine, others):
            before, some = await content(talk), data(Random(19), genuine, others)

            said = await pressed(talk, some, WHOLE_WAY)
            passed = [one for one in islice(some, DATA - WHOLE_WAY) if is_passed(one, ChatId(talk.chat_id))]

            assert passed == []
            assert said == {"This menu is out of date. Send /help for a new one."}
            assert await content(talk) == before
            assert all(is_passed(one, ChatId(talk.chat_id)) for one in genuine)
    assert [one for one in logged if one["log_level"] in ("error", "critical")] == []


def is_passed(one: str, chat_id: ChatId) -> bool:
    try:
        signing.verified(one, key=KEY, chat_id=chat_id)
    except BadSignature:
        return False
    return True


def unsigned(one: str, **_: object) -> str:
    """As if whatever is sent were ours."""
    return one.rpartition(".")[2]


async def test_without_signatures_the_same_data_have_effects(tmp_path: Path) -> None:
    async with recorded(tmp_path, verified=unsigned) as (talk, genuine, others):
        before, some = await content(talk), data(Random(19), genuine, others)

        said = await pressed(talk, some, 100)

        assert len(said) > 1
        assert await content(talk) != before


@pytest.mark.parametrize("is_boss", [False, True], ids=["a guest's lines", "the same of an administrator"])
async def test_ten_thousand_command_lines_fail_nowhere_and_change_only_what_one_may(
    tmp_path: Path, *, is_boss: bool
) -> None:
    with capture_logs() as logged:
        async with recorded(tmp_path) as (talk, _, _):
            there = await in_a_group(talk, is_boss=is_boss)
            before, drawn = await content(talk), list(islice(lines(Random(31)), LINES if not is_boss else WHOLE_WAY))
            heard = [one for one in drawn if one[1:].partition(" ")[0] in commands.commands()]
            whole = heard[:WHOLE_WAY] if not is_boss else []

            said = [await there.talk.say(line) for line in whole]
            for line in dict.fromkeys(drawn):
                await there.carried_out(line)

            assert not any("went wrong" in text for text in said)
            assert (await content(talk) != before) is is_boss
    assert [one for one in logged if one["log_level"] in ("error", "critical")] == []


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """Somebody in a group that gets digests."""

    talk: Talk
    chat: Chat

    async def carried_out(self, line: str) -> None:
        """As `Listener` has it done, from the line to the reply, which is not sent."""
        talk = self.talk
        person = {"id": talk.user.id, "is_bot": False, "first_name": "Guest"}
        place = {"id": talk.chat_id, "type": "supergroup", "title": "Newsroom"}
        payload = {"message_id": 1, "date": 1_790_000_000, "text": line, "chat": place, "from": person}
        message = Update.de_json({"update_id": 1, "message": payload}, talk.bot).message
        assert message is not None
        asked = listener._Asked(message=message, chat=self.chat, user_id=talk.user.id, standing=talk.listener.standing)
        if (typed := listener._line(message, self.chat)) is not None:
            await talk.listener._reply(typed, asked)


async def in_a_group(talk: Talk, *, is_boss: bool) -> There:
    boss, guest = talk.local.add_user("Boss"), talk.local.add_user("Guest")
    group = talk.local.add_group("Newsroom", members=(boss, guest), admins=(boss,))
    as_boss, as_guest = talk.elsewhere(group.id, boss), talk.elsewhere(group.id, guest)
    await as_boss.say("/card main topics economy")
    await as_guest.say("/help")
    chat = Chat(
        id=ChatId(group.id), kind=ChatKind.SUPERGROUP, title="Newsroom", language="en", reads=(),
        time_zone="Asia/Tashkent",
    )  # fmt: skip
    return There(talk=as_boss if is_boss else as_guest, chat=chat)
