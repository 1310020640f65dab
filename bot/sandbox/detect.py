"""The entities Telegram finds in a text by itself: links, addresses, mentions, commands, hashtags.

Simpler than Telegram in one point: a link without `http://`, `https://` or `www.` counts only on t.me and telegram.me.
"""

import re
from typing import Any

URL = re.compile(r"(?<![\w@/.])(?:https?://|www\.|t\.me/|telegram\.me/)[^\s<>\"«»“”{}|\\^`]+", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,10}\b", re.IGNORECASE)
MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")
COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
HASHTAG = re.compile(r"(?<![\w·])#(?=\w*[^\W\d_])[\w·]{1,256}(?![#\w])")
CASHTAG = re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")
KINDS = (
    ("url", URL),
    ("email", EMAIL),
    ("bot_command", COMMAND),
    ("mention", MENTION),
    ("hashtag", HASHTAG),
    ("cashtag", CASHTAG),
)
CLOSED = frozenset({"pre", "code", "text_link", "text_mention", "custom_emoji", "date_time"})
Entity = dict[str, Any]


def entities(text: str, given: list[Entity]) -> list[Entity]:
    """Entities found where neither another one was found nor a given link or code stands. Offsets in UTF-16 units."""
    taken = [(one["offset"], one["offset"] + one["length"]) for one in given if one["type"] in CLOSED]
    found: list[Entity] = []
    for kind, pattern in KINDS:
        for match in pattern.finditer(text):
            start = _units(text[: match.start()])
            stop = start + _units(_without_tail(kind, match[0]))
            if all(stop <= begin or end <= start for begin, end in taken):
                taken.append((start, stop))
                found.append({"type": kind, "offset": start, "length": stop - start})
    return found


def _without_tail(kind: str, said: str) -> str:
    if kind != "url":
        return said
    said = said.rstrip(".,:;!?'…")
    return said if "(" in said else said.rstrip(")]").rstrip(".,:;!?'")


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
