"""Whether a sentence can be understood without the one before it, and whether it says anything at all.

Looked for are speakers and times that only the sentence before names, openings that speak of what it told, and
sentences that say no more than that somebody spoke (`data/context.txt`). What is named within the text itself counts as
known, so two sentences that stand together may lean on each other.
"""

from __future__ import annotations

import re

from bot.language import names, tables

CLAIM_CHARS = 110
"""What is told without its speaker is no longer than this."""

_MARK = re.compile(r"[,;:«»“”\"](?!\d)|\s[—–-]\s")


def leans(text: str) -> bool:
    """Whether a text speaks of somebody, of a time or of a meeting that it does not name before."""
    low = tables.lowered(text)
    return _has_unnamed_speaker(text, low) or _has_unnamed_time(low) or tables.begins("context", "opening", text)


def announces(text: str) -> bool:
    """Whether a text says only that somebody spoke, or gave figures, and not what was said."""
    bare = text.rstrip(" .!…")
    if any(map(str.isdigit, bare)):
        return False
    found = tables.lower_pattern("context", "announces").match(tables.lowered(bare))
    return found is not None and found.end() == len(bare)


def unattributed(text: str) -> tuple[int, int, int] | None:
    """Start and end of a speaker whom the text does not name and who may go, and where what is left ends: one clause
    that counts something and judges nothing. None where there is none, or in doubt: a claim stays a claim."""
    low = tables.lowered(text)
    if not tables.hints_at("context", "unnamed_hints", low):
        return None
    found = tables.lower_pattern("context", "inserted").search(low)
    found = found or tables.lower_pattern("context", "attribution").search(low)
    if found is None or _is_known(text[: found.start()]):
        return None
    start, end = found.span()
    mark = _MARK.search(text, end) if text[end - 1] == "," else None
    stop = (mark.start() if mark else len(text)) if text[end - 1] == "," else start
    return (start, end, stop) if _only_counts(low[:start] + low[end : max(end, stop)]) else None


def _only_counts(claim: str) -> bool:
    if len(claim) > CLAIM_CHARS or _MARK.search(claim) or not any(map(str.isdigit, claim)):
        return False
    counts, opinion = (tables.lower_pattern("context", name) for name in ("counts", "opinion"))
    return counts.search(claim) is not None and opinion.search(claim) is None


def _has_unnamed_speaker(text: str, low: str) -> bool:
    if not tables.hints_at("context", "unnamed_hints", low):
        return False
    found = tables.lower_pattern("context", "unnamed").search(low)
    return found is not None and not _is_known(text[: found.start()])


def _is_known(before: str) -> bool:
    """Whether somebody is named, or an office."""
    if tables.lower_pattern("context", "office").search(tables.lowered(before)):
        return True
    return any(name.kind == "person" for name in names.find(before))


def _has_unnamed_time(low: str) -> bool:
    if not tables.hints_at("context", "same_hints", low):
        return False
    found = tables.lower_pattern("context", "same_time").search(low)
    return found is not None and not tables.lower_pattern("context", "moment").search(low[: found.start()])
