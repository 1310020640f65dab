"""The table of methods, and what it finds wrong in a request."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import schema
from bot.sandbox.methods import METHODS
from tests.sandbox import derive_methods, served

BUTTON = {"text": "Go", "callback_data": "go"}


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({}, ()),
        ({"colour": "red"}, ("unknown parameter colour",)),
        ({"text": 5}, ("text is int, not String",)),
        ({"disable_notification": "maybe"}, ("disable_notification is str, not Boolean",)),
        ({"disable_notification": "True"}, ()),
        ({"message_thread_id": 1.5}, ("message_thread_id is float, not Integer",)),
        ({"message_thread_id": "15"}, ()),
        ({"entities": '[{"type": "bold", "offset": 0, "length": 1}]'}, ()),
        ({"entities": [{"type": "bold", "offset": 0}]}, ("missing parameter entities[0].length",)),
        ({"entities": "bold"}, ("entities is str, not Array of MessageEntity",)),
        ({"reply_markup": {"inline_keyboard": [[BUTTON]]}}, ()),
        (
            {"reply_markup": {"inline_keyboard": [[BUTTON | {"colour": 1}, {}]]}},
            (
                "unknown parameter reply_markup.inline_keyboard[0][0].colour",
                "missing parameter reply_markup.inline_keyboard[0][1].text",
            ),
        ),
        ({"reply_markup": None}, ("reply_markup is NoneType, not InlineKeyboardMarkup",)),
        ({"parse_mode": "HTML"}, ("parse_mode is used: send entities instead",)),
        (
            {"reply_parameters": {"message_id": 1, "quote_parse_mode": "HTML"}},
            ("reply_parameters.quote_parse_mode is used: send entities instead",),
        ),
    ],
)
def test_a_request_is_checked_against_the_table(params: dict[str, Any], problems: tuple[str, ...]) -> None:
    native = schema.native("sendMessage", {"chat_id": "1", "text": "x", **params})
    assert schema.problems("sendMessage", native) == problems


def test_a_union_is_told_apart_by_its_fixed_value() -> None:
    commands = [{"command": "go", "description": "Go"}]
    chat = {"type": "chat", "chat_id": 1}
    assert schema.problems("setMyCommands", {"commands": commands, "scope": chat}) == ()
    (problem,) = schema.problems("setMyCommands", {"commands": commands, "scope": {"type": "chat"}})
    assert problem == "missing parameter scope.chat_id"


def test_every_method_of_ours_is_in_the_table_under_its_own_name() -> None:
    assert METHODS
    assert [name for name in METHODS if schema.method_name(name.upper()) != name] == []


def test_the_table_is_what_its_script_derives(tmp_path: Path) -> None:
    # given
    source, output = tmp_path / "api.json", tmp_path / "methods.json"
    scope = {"name": "type", "types": ["String"], "required": True, "description": "Scope type, must be narrow"}
    api = {
        "version": "Bot API 0",
        "methods": {
            "aim": {"fields": [{"name": "at", "types": ["Scope"], "required": False, "description": "Where"}]},
            "rest": {},
        },
        "types": {
            "Scope": {"subtypes": ["Narrow"]},
            "Narrow": {"fields": [scope]},
            "Unreached": {"fields": [scope]},
        },
    }
    source.write_text(json.dumps(api), encoding="utf-8")
    # when
    derive_methods.main(str(source), str(output))
    # then
    assert json.loads(output.read_text(encoding="utf-8")) == {
        "version": "Bot API 0",
        "methods": {"aim": {"at": {"types": ["Scope"]}}, "rest": {}},
        "types": {"Narrow": {"type": {"types": ["String"], "required": True, "const": "narrow"}}},
        "unions": {"Scope": ["Narrow"]},
    }
    assert derive_methods.written(schema.TABLE) == derive_methods.OUTPUT.read_text(encoding="utf-8")


async def test_a_violation_is_recorded_and_then_treated_as_telegram_treats_it() -> None:
    async with served.opened() as at:
        # when
        taken = await at.raw("sendMessage", chat_id=at.ann.id, text="<b>x</b>", parse_mode="HTML", colour="red")
        # then
        assert taken["result"]["text"] == "<b>x</b>"
        assert [(one.method, one.text) for one in at.world.violations] == [
            ("sendMessage", "unknown parameter colour"),
            ("sendMessage", "parse_mode is used: send entities instead"),
        ]


async def test_an_entity_out_of_range_is_refused_and_recorded() -> None:
    async with served.opened() as at:
        # when
        entities = [{"type": "bold", "offset": 0, "length": 9}]
        await at.refused("sendMessage", chat_id=at.ann.id, text="x", entities=entities)
        # then
        (violation,) = at.world.violations
        assert "ends after the end of the text" in violation.text
        assert at.said() == ["/start"]


async def test_unknown_and_missing_methods_are_told_apart() -> None:
    async with served.opened() as at:
        assert await at.raw("sendLove") == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found: method not found",
        }
        body = await at.raw("sendVideo", chat_id=at.ann.id, video="x")
        assert (body["error_code"], "sendVideo" in body["description"]) == (501, True)
        assert [one.method for one in at.world.violations] == ["sendLove", "sendVideo"]
