"""Reply markup: what Telegram takes of a keyboard, in which words it refuses the rest."""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox import links, refusal

MAX_BUTTONS = 100
MAX_IN_ROW = 8
MAX_BYTES = 10_000
MAX_DATA_BYTES = 64
MAX_COPIED = 256
# In the order in which the Bot API server looks for them: the first one counts.
ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
NON_EMPTY = {"url", "callback_data"}
FLAGS = (
    "resize_keyboard",
    "one_time_keyboard",
    "is_persistent",
    "remove_keyboard",
    "force_reply",
    "selective",
)
Button = dict[str, Any]
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Inline buttons in rows, or another kind of markup, of which only its own fields are kept."""

    rows: Rows = ()
    other: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


def parsed(given: Any, *, inline_only: bool = False, private: bool = True) -> Markup:
    """The markup of a request. Raises Refusal. Rows longer than eight are cut, with a note, as the server does."""
    if given is None or given == "":
        return Markup()
    if isinstance(given, str):
        raise refusal.bad_request("can't parse reply keyboard markup JSON object")
    if not isinstance(given, dict):
        raise refusal.bad_request("object expected as reply markup")
    _check_flags(given)
    if "inline_keyboard" in given:
        return _inline(given["inline_keyboard"], private=private)
    if not given.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
        return Markup()
    if inline_only:
        raise refusal.bad_request("inline keyboard expected")
    _check_reply_keyboard(given.get("keyboard", []))
    return Markup(other=given)


def _check_flags(given: dict[str, Any]) -> None:
    for name in FLAGS:
        if name in given and not isinstance(given[name], bool):
            raise refusal.bad_request(f'field "{name}" must be of type Boolean')


def _check_reply_keyboard(given: Any) -> None:
    for button in (button for row in _rows(given, "keyboard") for button in row):
        text = button.get("text") if isinstance(button, dict) else button
        if not isinstance(text, str):
            raise refusal.bad_request("can't parse keyboard button: Can't find field \"text\"")
        if not text:
            raise refusal.bad_request("keyboard button text must be non-empty")


def _rows(given: Any, name: str) -> list[list[Any]]:
    if not isinstance(given, list):
        raise refusal.bad_request(f'field "{name}" must be of type Array')
    for row in given:
        if not isinstance(row, list):
            raise refusal.bad_request(f'field "{name}" must be an Array of Arrays')
    return given


def _inline(given: Any, *, private: bool) -> Markup:
    notes: list[str] = []
    read = [[_read(button, notes) for button in row] for row in _rows(given, "inline_keyboard")]
    for button in (button for row in read for button in row):
        _check(button, private=private)
    rows = tuple(tuple(row[:MAX_IN_ROW]) for row in read if row)
    notes += [f"a row of {len(row)} buttons is cut to {MAX_IN_ROW}" for row in read if len(row) > MAX_IN_ROW]
    if sum(len(row) for row in rows) > MAX_BUTTONS or len(json.dumps(rows, ensure_ascii=False).encode()) > MAX_BYTES:
        raise refusal.bad_request("reply markup is too long")
    return Markup(rows=rows, notes=tuple(notes))


def _read(button: Any, notes: list[str]) -> Button:
    """The button with its text and first action."""
    start = "can't parse inline keyboard button:"
    if not isinstance(button, dict):
        raise refusal.bad_request(f"{start} InlineKeyboardButton must be an Object")
    for name in ("text", "url", "callback_data"):
        if name in button and not isinstance(button[name], str):
            raise refusal.bad_request(f'{start} Field "{name}" must be of type String')
    if "text" not in button:
        raise refusal.bad_request(f'{start} Can\'t find field "text"')
    present = [name for name in ACTIONS if name in button and (button[name] or name not in NON_EMPTY)]
    if not present:
        raise refusal.bad_request(f"{start} Text buttons are unallowed in the inline keyboard")
    notes += [f"button {button['text']!r} has several actions: only {present[0]} counts"] if present[1:] else []
    look = {name: button[name] for name in ("icon_custom_emoji_id", "style") if name in button}
    return {"text": button["text"], present[0]: button[present[0]], **look}


def _check(button: Button, *, private: bool) -> None:
    if not button["text"].strip():
        raise refusal.bad_request("inline keyboard button text must be non-empty")
    if "url" in button:
        button["url"] = links.for_button(button["url"])
    if len(button.get("callback_data", "").encode("utf-8", "surrogatepass")) > MAX_DATA_BYTES:
        raise refusal.bad_request("BUTTON_DATA_INVALID")
    if button.keys() & {"callback_game", "pay"} or ("web_app" in button and not private):
        raise refusal.bad_request("BUTTON_TYPE_INVALID")
    if "web_app" in button:
        _check_web_app(button["web_app"])
    if "copy_text" in button and not 1 <= len(_inside(button["copy_text"], "text")) <= MAX_COPIED:
        raise refusal.bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_web_app(given: Any) -> None:
    url = _inside(given, "url")
    try:
        links.https_only(url)
    except links.WrongLink as wrong:
        raise refusal.bad_request(f"inline keyboard button Web App URL '{url}' is invalid: {wrong}") from wrong


def _inside(given: Any, name: str) -> str:
    value = given.get(name) if isinstance(given, dict) else None
    return value if isinstance(value, str) else ""
