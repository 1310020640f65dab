"""The entities a bot sends: their form, their offsets, their limits. Offsets and lengths are UTF-16 code units."""

from collections.abc import Callable
from typing import Any

from bot.sandbox import links, refusal

AUTOMATIC = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
# Outer before inner, where several cover the same place (the priorities of TDLib's MessageEntity).
PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "date_time": 50,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
ALONE = frozenset({"pre", "code"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
POINTING = frozenset({"text_link", "text_mention"})
MAX_COUNT = 100
MAX_BYTES = 9_500
MAX_PLACE = 1_000_000
Entity = dict[str, Any]


def parsed(given: Any, *, knows_user: Callable[[int], bool]) -> list[Entity]:
    """The entities as sent, without those that Telegram finds by itself. Raises Refusal `can't parse MessageEntity`."""
    if not isinstance(given, list):
        return []
    return [entity for one in given if (entity := _parsed(one, knows_user=knows_user)) is not None]


def _parsed(one: Any, *, knows_user: Callable[[int], bool]) -> Entity | None:
    if not isinstance(one, dict):
        raise _unreadable("expected an Object")
    entity = {"type": _field(one, "type", str), "offset": _field(one, "offset", int)}
    entity["length"] = _field(one, "length", int)
    kind = entity["type"]
    if kind in AUTOMATIC:
        return None
    if kind not in PRIORITY:
        raise _unreadable("Unsupported type specified")
    return entity | _argument(kind, one, knows_user=knows_user)


def _argument(kind: str, one: Entity, *, knows_user: Callable[[int], bool]) -> Entity:
    if kind == "text_link":
        return {"url": links.for_entity(_field(one, "url", str))}
    if kind == "text_mention":
        user = _field(one, "user", dict)
        if not knows_user(_field(user, "id", int)):
            raise refusal.bad_request("user not found")
        return {"user": user}
    if kind == "custom_emoji":
        number = _field(one, "custom_emoji_id", str)
        if not (number.isdigit() and 0 < int(number) < 1 << 63):
            raise _unreadable('Field "custom_emoji_id" must be a valid Number')
        return {"custom_emoji_id": number}
    kept = {"pre": ("language",), "date_time": ("unix_time", "date_time_format")}.get(kind, ())
    return {name: one[name] for name in kept if name in one}


def _field(one: Entity, name: str, kind: type) -> Any:
    if name not in one:
        raise _unreadable(f'Can\'t find field "{name}"')
    if not isinstance(one[name], kind) or isinstance(one[name], bool):
        said = {str: "String", int: "Number", dict: "Object"}[kind]
        raise _unreadable(f'Field "{name}" must be of type {said}')
    return one[name]


def _unreadable(text: str) -> refusal.Refusal:
    return refusal.bad_request(f"can't parse MessageEntity: {text}")


def moved(own: list[Entity], boundaries: dict[int, int], *, end: int) -> list[Entity]:
    """The entities in order, their places moved to the cleaned text. Raises Refusal, marked as the bot's mistake.

    `boundaries` maps the UTF-16 offset before each character (and after the last) to its new place.
    """
    result = []
    for one in in_order(own):
        start, stop = one["offset"], one["offset"] + one["length"]
        _check_place(start, stop, boundaries=boundaries, end=end)
        if one["length"]:
            result.append({**one, "offset": boundaries[start], "length": boundaries[stop] - boundaries[start]})
    return result


def _check_place(start: int, stop: int, *, boundaries: dict[int, int], end: int) -> None:
    if not 0 <= start <= MAX_PLACE:
        raise refusal.mistake(f"receive an entity with incorrect offset {start}")
    if not 0 <= stop - start <= MAX_PLACE:
        raise refusal.mistake(f"receive an entity with incorrect length {stop - start}")
    if start > end:
        raise refusal.mistake(f"entity begins after the end of the text at UTF-16 offset {start}")
    beginning = f"entity beginning at UTF-16 offset {start}"
    if stop > end:
        raise refusal.mistake(f"{beginning} ends after the end of the text at UTF-16 offset {stop}")
    if start not in boundaries:
        raise refusal.mistake(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {start}")
    if stop not in boundaries:
        raise refusal.mistake(f"{beginning} ends in a middle of a UTF-16 symbol at UTF-16 offset {stop}")


def limited(own: list[Entity]) -> tuple[list[Entity], list[str]]:
    """The first 100 entities and a note about the rest. Raises Refusal ENTITIES_TOO_LONG."""
    if sum(weight(one) for one in own) > MAX_BYTES:
        raise refusal.bad_request("ENTITIES_TOO_LONG")
    cut = len(own) - MAX_COUNT
    return own[:MAX_COUNT], [f"{cut} entities after the 100th are dropped"] if cut > 0 else []


def weight(one: Entity) -> int:
    """Bytes of the entity as MTProto serialises it: 12, and its link or language; 9,500 in all is an approximation."""
    said = one.get("url") or one.get("language")
    if said is None:
        return 20 if one["type"] in {"text_mention", "custom_emoji"} else 16 if one["type"] in QUOTES else 12
    size = len(said.encode())
    return 12 + (size + (1 if size < 254 else 4) + 3) // 4 * 4


def in_order(own: list[Entity]) -> tuple[Entity, ...]:
    """By place, the longer first, the outer first."""
    return tuple(sorted(own, key=lambda one: (one["offset"], -one["length"], PRIORITY.get(one["type"], 50))))


def conflicts(own: list[Entity]) -> list[str]:
    """What Telegram would split, flatten or drop among entities that cover the same place."""
    ordered = in_order(own)
    return [
        text
        for index, outer in enumerate(ordered)
        for inner in ordered[index + 1 :]
        if inner["offset"] < outer["offset"] + outer["length"] and (text := _conflict(outer, inner))
    ]


def _conflict(outer: Entity, inner: Entity) -> str:
    pair = f"{outer['type']} at {outer['offset']} and {inner['type']} at {inner['offset']}"
    if inner["offset"] + inner["length"] > outer["offset"] + outer["length"]:
        return f"{pair} overlap without one holding the other"
    kinds = {outer["type"], inner["type"]}
    if outer["type"] == inner["type"] or any(kinds <= same for same in (QUOTES, POINTING)):
        return f"{pair} are of one kind and nested"
    return f"{pair}: code takes no other formatting" if kinds & ALONE and not kinds & QUOTES else ""
