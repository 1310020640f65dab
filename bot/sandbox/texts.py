"""What Telegram makes of the text of a message: cleaned, trimmed, measured, its entities moved along."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox import detect, entities, refusal

MAX_BYTES = 1 << 15
MAX_CHARACTERS, MAX_CAPTION = 4096, 1024
BLANK = " \n"
REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
INVISIBLE = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text as Telegram keeps it. `notes` say what Telegram repairs or drops without a word."""

    text: str
    entities: tuple[Entity, ...]
    notes: tuple[str, ...] = ()


def formatted(text: str, given: Any, *, knows_user: Callable[[int], bool]) -> Formatted:
    """The text of a message with its entities, given and found. Raises Refusal in Telegram's words.

    Order and limits follow the Bot API server: empty; 32,768 bytes; the entities' form; cleaning with their offsets;
    nothing visible; trimming; 4,096 code points; about 9,500 bytes of entities; the 100 first entities.
    """
    if not text:
        raise refusal.bad_request("message text is empty")
    return _formatted(text, given, knows_user=knows_user, longest=(MAX_CHARACTERS, "message is too long"))


def caption(text: str, given: Any, *, knows_user: Callable[[int], bool]) -> Formatted:
    """The same for what stands under a file: nothing, or 1,024 code points at most. Raises Refusal."""
    if not text.strip():
        return Formatted(text="", entities=())
    return _formatted(text, given, knows_user=knows_user, longest=(MAX_CAPTION, "message caption is too long"))


def plain(text: str) -> Formatted:
    """The text of a person, who sends no entities of their own."""
    return formatted(text, None, knows_user=lambda _: False)


def _formatted(text: str, given: Any, *, knows_user: Callable[[int], bool], longest: tuple[int, str]) -> Formatted:
    _check_size(text)
    own = entities.parsed(given, knows_user=knows_user)
    clean, boundaries = cleaned(text)
    own = entities.moved(own, boundaries, end=utf16_length(text))
    if INVISIBLE.fullmatch(clean):
        raise refusal.bad_request("text must be non-empty")
    clean, own, notes = _trimmed(clean, own)
    if len(clean) > longest[0]:
        raise refusal.bad_request(longest[1])
    kept, cut = entities.limited(own)
    found = detect.entities(clean, kept)
    return Formatted(
        text=clean, entities=entities.in_order([*kept, *found]), notes=(*notes, *cut, *entities.conflicts(kept))
    )


def _check_size(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise refusal.bad_request("strings must be encoded in UTF-8") from error
    if size > MAX_BYTES:
        raise refusal.bad_request("text is too long")


def cleaned(text: str) -> tuple[str, dict[int, int]]:
    """The text without control characters, and where each character's UTF-16 offset has moved to.

    Controls become spaces; carriage returns, U+2028-202E and three combining marks go (TDLib's `clean_input_string`).
    """
    gone = frozenset(REMOVED.findall(text))
    if not gone and utf16_length(text) == len(text):
        return CONTROL.sub(" ", text), {place: place for place in range(len(text) + 1)}
    boundaries: dict[int, int] = {}
    before = after = 0
    for character in text:
        boundaries[before] = after
        width = 2 if character > "\uffff" else 1
        before += width
        if width == 2 or character not in gone:
            after += width
    boundaries[before] = after
    return CONTROL.sub(" ", REMOVED.sub("", text)), boundaries


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of all entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def _trimmed(text: str, own: list[Entity]) -> tuple[str, list[Entity], list[str]]:
    """Blanks at the end go, those at the beginning up to the first entity; entities over nothing visible go too."""
    text = text.rstrip(BLANK)
    end = utf16_length(text)
    clipped = [{**one, "length": min(one["offset"] + one["length"], end) - one["offset"]} for one in own]
    visible = [one for one in clipped if one["length"] > 0 and _shows(text, one)]
    notes = [f"{one['type']} at {one['offset']} covers nothing visible and is dropped" for one in _others(own, visible)]
    first = min((one["offset"] for one in visible), default=end)
    lead = min(len(text) - len(text.lstrip(BLANK)), first)
    return text[lead:], [{**one, "offset": one["offset"] - lead} for one in visible], notes


def _shows(text: str, one: Entity) -> bool:
    return not INVISIBLE.fullmatch(utf16_slice(text, one["offset"], one["offset"] + one["length"]))


def _others(own: list[Entity], kept: list[Entity]) -> list[Entity]:
    places = {(one["type"], one["offset"]) for one in kept}
    return [one for one in own if (one["type"], one["offset"]) not in places]
