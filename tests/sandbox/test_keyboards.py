"""Rules of keyboards."""

from typing import Any

import pytest

from bot.sandbox import keyboards
from bot.sandbox.refusal import Refusal

CANT = "can't parse inline keyboard button:"


def inline(*rows: list[Any]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(text: str = "Go", data: str = "go") -> dict[str, Any]:
    return {"text": text, "callback_data": data}


def refused(markup: Any, *, inline_only: bool = False, private: bool = True) -> str:
    with pytest.raises(Refusal) as caught:
        keyboards.parsed(markup, inline_only=inline_only, private=private)
    assert caught.value.code == 400
    return caught.value.description


@pytest.mark.parametrize("data", ["x" * 64, "ж" * 32, "😀" * 16, "\n"])
def test_64_bytes_of_callback_data_are_taken(data: str) -> None:
    assert keyboards.parsed(inline([button(data=data)])).rows == ((button(data=data),),)


@pytest.mark.parametrize("data", ["x" * 65, "ж" * 33, "😀" * 16 + "x"])
def test_65_bytes_of_callback_data_are_refused(data: str) -> None:
    assert refused(inline([button(data=data)])) == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ("{oops", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        (inline([{"text": "Go"}]), f"{CANT} Text buttons are unallowed in the inline keyboard"),
        (inline([button(data="")]), f"{CANT} Text buttons are unallowed in the inline keyboard"),
        (inline([{"callback_data": "x"}]), f'{CANT} Can\'t find field "text"'),
        (inline(["Go"]), f"{CANT} InlineKeyboardButton must be an Object"),
        (inline([button(text="")]), "inline keyboard button text must be non-empty"),
        (
            inline([{"text": "Go", "url": "ftp://example.com"}]),
            "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
        ),
        (
            inline([{"text": "Go", "web_app": {"url": "http://example.com"}}]),
            "inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
        ),
        (inline([{"text": "Go", "pay": True}]), "BUTTON_TYPE_INVALID"),
        (inline([{"text": "Go", "copy_text": {"text": ""}}]), "BUTTON_COPY_TEXT_INVALID"),
        ({"inline_keyboard": "bad"}, 'field "inline_keyboard" must be of type Array'),
        ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
        (inline(*[[button()] * 8] * 13), "reply markup is too long"),
        (inline(*[[button("x" * 1000)]] * 11), "reply markup is too long"),
    ],
)
def test_a_wrong_keyboard_is_refused(markup: Any, description: str) -> None:
    assert refused(markup) == f"Bad Request: {description}"


def test_100_buttons_are_taken_and_a_row_is_cut_after_8() -> None:
    # when
    full = keyboards.parsed(inline(*[[button()] * 5] * 20))
    wide = keyboards.parsed(inline([button()] * 9))
    # then
    assert (len(full.rows), full.notes) == (20, ())
    assert (len(wide.rows[0]), wide.notes) == (8, ("a row of 9 buttons is cut to 8",))


def test_only_the_first_action_of_a_button_counts() -> None:
    markup = keyboards.parsed(inline([button() | {"url": "example.org"}]))
    assert markup.rows == (({"text": "Go", "url": "http://example.org/"},),)
    assert len(markup.notes) == 1


def test_an_edit_takes_only_an_inline_keyboard() -> None:
    reply = {"keyboard": [[{"text": "A"}]]}
    assert refused(reply, inline_only=True) == "Bad Request: inline keyboard expected"
    assert keyboards.parsed(reply).other == reply


def test_a_web_app_opens_only_in_a_private_chat() -> None:
    app = inline([{"text": "Go", "web_app": {"url": "https://example.org/app"}}])
    assert refused(app, private=False) == "Bad Request: BUTTON_TYPE_INVALID"
    assert keyboards.parsed(app, private=True).rows
