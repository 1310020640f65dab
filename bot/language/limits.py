"""Whether what stands behind a cut limits what stands before it, so that it would be untrue alone.

`Residents who owe rent will not be paid` says something else of all residents. No grammar tells for certain which
clauses only add: there are words (`data/clauses.txt`) beside which a cut is never made.
"""

from __future__ import annotations

import re

from bot.language import tables

SEEN_CHARS = 80
"""So far before the cut it is looked for a word like `every` or `not`: the length of the part before the last comma."""

_NAMED = re.compile(r"(?:[»”\"\d]|\b(?!\w+(?:ой|ей|ого|его|ых|их)\s)[А-ЯЁ][\w-]+\s[А-ЯЁ][\w-]+)$")
_PAST = re.compile(r"\b\w{2,}(?:л[аои]?(?:с[ья])?|в[её]з|н[её]с|рос|мер|мог|стиг)\b")
_CLOSING = '»”")'
_CLAUSE = re.compile(r"[,;:]\s|\s[—–]\s")
_DENIED = re.compile(r"\b(?:не|нет|ни)\b")
_PERSON = re.compile(r"(?<=[а-яё]\s)(?![\w-]+(?:ой|ей|ого|его|ых|их|ому|ему)\s)[А-ЯЁ][а-яё-]+\s[А-ЯЁ][а-яё-]+$")
_PLURAL = re.compile(r",\s(?:\w+\s)?(?:котор(?:ые|ых|ым|ыми)\b|\w+(?:ие|ые)(?:ся)?\s)")


def taken_back(low: str, at: int) -> bool:
    """Whether a condition or an exception stands behind a cut; `low` is the sentence in lower case."""
    if tables.lower_pattern("clauses", "own_clause").match(low, at):
        return False
    return tables.lower_pattern("clauses", "limits").search(low, at) is not None


def governs(low: str) -> bool:
    """Whether a condition, or somebody who says it, stands before a cut and may hold for the clause behind it."""
    return any(tables.lower_pattern("clauses", kind).search(low) for kind in ("governing", "condition"))


def restricts(head: str, low: str, *, family: str) -> bool:
    """Whether the clause or phrase behind `head` may say of which of several the head is true; `low` is the whole
    sentence in lower case."""
    at = len(head)
    if family not in ("ru", "en") or not _pattern("restricting", family).match(low, at):
        return False
    last = _CLAUSE.split(low[max(0, at - SEEN_CHARS) : at])[-1]
    if family == "ru" and last.startswith("котор"):
        return True  # проекты, которые призваны решить вопросы | , связанные с водой
    if family == "en":
        timed = _pattern("timed", family).match(low, at)
        return _pattern("absolute", family).search(last) is not None or bool(timed and _is_norm(last))
    if low.startswith(", ", at) and _NAMED.search(head):
        return False
    if _pattern("absolute", family).search(last):
        return True
    return _is_norm(last) and not _PAST.search(low[:at])


def may_go(head: str, inserted: str, after: str, *, family: str) -> bool:
    """Whether a clause between subject and verb surely only adds to them: a name stands before it, in Russian one
    person's or one in quotation marks of whom an event is told; figures do not come to stand side by side."""
    if head.rstrip(_CLOSING)[-1:].isdigit() and after.lstrip()[:1].isdigit():
        return False
    low = tables.lowered(head)
    if family == "en":
        if "," in inserted.strip(", "):
            return False
        return not tables.lower_pattern("clauses", "no_subject_en").search(low)
    named = head.endswith(("»", "”", '"')) or _PERSON.search(head) is not None
    sure = named and not _PLURAL.match(inserted) and not _DENIED.search(tables.lowered(inserted))
    return sure and _PAST.search(tables.lowered(_CLAUSE.split(after)[0])) is not None


def _is_norm(low: str) -> bool:
    return tables.lower_pattern("clauses", "norm").search(low) is not None


def _pattern(what: str, family: str) -> re.Pattern[str]:
    return tables.lower_pattern("clauses", f"{what}_{family}")
