"""Mentions, commands, links and their like in the texts of a rich message, which Telegram finds by itself."""

from typing import Any

from bot.sandbox import detect

FIELDS = {  # what stands beside the text, by the name that entities of ordinary messages have
    "mention": ("mention", "username"),
    "hashtag": ("hashtag", "hashtag"),
    "cashtag": ("cashtag", "cashtag"),
    "bot_command": ("bot_command", "bot_command"),
    "url": ("url", "url"),
    "email": ("email_address", "email_address"),
}
SILENT = frozenset({"url", "code"})  # nothing is found within these


def blocks(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks with what is found in their texts."""
    return [_block(one) for one in some]


def _block(one: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {name: _rich(one[name]) for name in ("text", "summary") if name in one}
    if "blocks" in one:
        said["blocks"] = blocks(one["blocks"])
    items = [{**item, "blocks": blocks(item["blocks"])} for item in one.get("items", ())]
    return one | said | ({"items": items} if items else {})


def _rich(said: Any) -> Any:
    if isinstance(said, list):
        return [_rich(one) for one in said]
    if isinstance(said, dict):
        return said if said["type"] in SILENT else said | {"text": _rich(said["text"])}
    return _found(said)


def _found(text: str) -> Any:
    units, at, pieces = text.encode("utf-16-le"), 0, []
    for one in sorted(detect.entities(text, []), key=lambda one: int(one["offset"])):
        start, end = 2 * one["offset"], 2 * (one["offset"] + one["length"])
        kind, name = FIELDS[one["type"]]
        part = units[start:end].decode("utf-16-le")
        pieces += [units[at:start].decode("utf-16-le"), {"type": kind, "text": part, name: part}]
        at = end
    pieces.append(units[at:].decode("utf-16-le"))
    found = [piece for piece in pieces if piece]
    return found[0] if len(found) == 1 else found or ""
