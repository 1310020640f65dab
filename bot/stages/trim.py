"""Takes a sentence down to what it says: no dateline, credit, connective or empty parenthesis, nothing added.

Works on spans of the article's text, so that every result still points to the characters it was taken from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language import tables

MAX_SENTENCE_CHARS = 1_500
"""A longer "sentence" is a table or a list that nobody split; it is not looked into."""

VERB_LAST = frozenset(("uz", "kk", "ky", "tr", "az", "tk", "tt", "ba", "crh", "mn", "ja", "ko", "hi"))

_EDGE = " \t\n,;:–—-•■➖*|/\\"
_LEADING_MARKS = re.compile(r"[^\w«“„\"'‘(+$€£₽№#-]+|[-–—•]\s+")
_CREDIT_START = re.compile(
    r",|\s[—–-]|\s(?=(?:deb|deya|дея|деб|деп|со ссылкой|передаёт|передает|сообщает)\b)", re.IGNORECASE
)
_PAIRED = re.compile(r"[«»“”„\"()\[\]]")
_SMALL_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text, `start` to `end`, without the `cuts` (start and end each, in order, inside of it)."""

    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()


def said(text: str, piece: Piece) -> str:
    """The words of a piece: verbatim but for the cuts, blanks single, a capital letter at the start, no full stop."""
    if not piece.cuts:
        return capital(_without_stop(text[piece.start : piece.end].strip()))
    parts, at = [], piece.start
    for start, end in piece.cuts:
        parts.append(text[at:start])
        at = end
    parts.append(text[at : piece.end])
    joined = re.sub(r" +([,.;:!?])", r"\1", re.sub(r"\s+", " ", "".join(parts))).strip()
    return capital(_without_stop(joined))


def capital(text: str) -> str:
    """The same with its first letter as a capital; words written like iPhone or eGov stay."""
    first = _SMALL_WORD.search(text)
    if first is None or first.start() > 1 or not text[first.start()].islower():
        return text
    at = first.start()
    upper = text[at].upper()
    return text if text[at + 1 : at + 2].isupper() or len(upper) != 1 else text[:at] + upper + text[at + 1 :]


def _without_stop(text: str) -> str:
    """Lines of a list end without a full stop; abbreviations and ellipses keep theirs."""
    if not text.endswith(".") or text.endswith(".."):
        return text
    last = re.search(r"[\w.-]+(?=\.$)", text[-24:])
    word = last.group().lower() if last else ""
    known = tables.words("abbreviations", "never") | tables.words("abbreviations", "rarely")
    return text if word in known or (len(word) == 1 and word.isalpha()) or "." in word else text[:-1]


def trimmed(text: str, start: int, end: int) -> Piece:
    """The sentence between `start` and `end` without what the table `phrases` names; never less than nothing: a
    sentence that is all dateline and credit gives an empty piece (start == end)."""
    sentence = text[start:end]
    head = _opening(sentence)
    credited = any(map(sentence.lower().__contains__, tables.words("phrases", "credit_hints")))
    tail = _ending(sentence, head) if credited else len(sentence)
    cuts: tuple[tuple[int, int], ...] = ()
    if credited or "(" in sentence or "[" in sentence:
        asides = tables.pattern("phrases", "aside").finditer(sentence, head, tail)
        cuts = tuple((start + found.start(), start + found.end()) for found in asides)
    return Piece(start=start + head, end=start + max(head, tail), cuts=cuts)


def _opening(sentence: str) -> int:
    """How many characters go at the beginning: marks, then datelines and connectives, as many as there are."""
    at = 0
    for _ in range(4):
        before = at
        for pattern in (_LEADING_MARKS, tables.pattern("phrases", "dateline"), tables.pattern("phrases", "opening")):
            found = pattern.match(sentence, at)
            at = found.end() if found else at
        if at == before:
            break
    return at


def _ending(sentence: str, head: int) -> int:
    """Where the sentence ends without its credit; a credit behind a quotation names the speaker and stays."""
    credit = tables.pattern("phrases", "credit")
    for mark in _CREDIT_START.finditer(sentence, head):
        if credit.match(sentence, mark.start()):
            kept = sentence[: mark.start()].rstrip(_EDGE)
            return len(sentence) if kept[-1:] in ("»", "”", '"', "") else len(kept)
    return len(sentence)


def clauses(text: str, piece: Piece, language: str) -> tuple[int, ...]:
    """Positions at which the piece may end early with a whole sentence before them, nearest first.

    Where the verb stands last, as in Uzbek and Kazakh, only a semicolon surely ends a clause.
    """
    section = "semicolon" if language.partition("-")[0] in VERB_LAST else "clause_ends"
    ends = tables.pattern("phrases", section).finditer(text, piece.start, piece.end)
    return tuple(found.start() for found in ends if _may_end(text, piece, found.start()))


def _may_end(text: str, piece: Piece, at: int) -> bool:
    inside_cut = any(start <= at < end for start, end in piece.cuts)
    return not inside_cut and balanced(text[piece.start : at])


def shortened(text: str, piece: Piece, *, language: str, max_chars: int, min_chars: int = 40) -> Piece:
    """The longest beginning of the piece of at most `max_chars` that is a whole clause; the piece itself if it is
    short enough or no clause ends in reach."""
    if piece.end - piece.start <= max_chars:
        return piece
    good = [at for at in clauses(text, piece, language) if min_chars <= at - piece.start <= max_chars]
    return until(piece, good[-1]) if good else piece


def until(piece: Piece, end: int) -> Piece:
    """The same piece, ending earlier."""
    return Piece(start=piece.start, end=end, cuts=tuple(cut for cut in piece.cuts if cut[1] <= end))


def second(text: str, piece: Piece, first: Piece) -> Piece | None:
    """What follows `first` (a beginning of `piece`) as a sentence of its own: its conjunction off, None if it has none
    or is too short to say anything."""
    if first.end >= piece.end:
        return None
    found = tables.pattern("phrases", "clause_begins").match(text, first.end, piece.end)
    if found is None or piece.end - found.end() < 30 or not balanced(text[found.end() : piece.end]):
        return None
    return Piece(start=found.end(), end=piece.end, cuts=tuple(cut for cut in piece.cuts if cut[0] >= found.end()))


def balanced(text: str) -> bool:
    """Whether every quotation mark and parenthesis that opens is closed, and nothing closes that was not open."""
    if not _PAIRED.search(text):
        return True
    pairs = (("«", "»"), ("“", "”"), ("(", ")"), ("[", "]"))
    if text.count("„"):
        return text.count("„") == text.count("“")
    return text.count('"') % 2 == 0 and all(_nested(text, opening, closing) for opening, closing in pairs)


def _nested(text: str, opening: str, closing: str) -> bool:
    if text.count(opening) != text.count(closing):
        return False
    return text.find(opening) <= text.find(closing)


def headline(title: str) -> str:
    """A title without a full stop, hashtags and marks around it."""
    bare = re.sub(r"\s+", " ", re.sub(r"(?:^|\s)#\w+", " ", title)).strip(" |/\\•■➖*,;")
    return _without_stop(bare) if _SMALL_WORD.search(bare) else ""


def within(text: str, max_chars: int) -> str:
    """The text, or as many whole words of it as fit before an ellipsis; no figure or initial is left at the cut."""
    if len(text) <= max_chars:
        return text
    if max_chars < 2:
        return ""
    kept = text[: max_chars - 1]
    if not text[max_chars - 1].isspace():
        kept = kept.rpartition(" ")[0] or kept
    kept = re.sub(r"(?:\s+(?:[\W\d]+|\S*\d\S*|\w\.|\w{1,2}))+$", "", kept.rstrip(_EDGE)).rstrip(_EDGE)
    return f"{kept}…"[:max_chars]
