"""Takes a sentence down to what it says: no dateline, credit, connective or empty parenthesis, nothing added.

Works on spans of the article's text, so that every result still points to the characters it was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language import clauses, context, openings, tables

MAX_SENTENCE_CHARS = 1_500
"""A longer "sentence" is a table or a list that nobody split; it is not looked into."""

_EDGE = " \t\n,;:–—-•■➖*|/\\"
_LEADING_MARKS = re.compile(r"[^\w«“„\"'‘(+$€£₽№#-]+|[-–—•]\s*(?=[^\W\d])|[-–—•]\s+")
_CREDIT_START = re.compile(r",|\s(?:[—–-]|(?:deb|deya|дея|деб|деп|со ссылкой|передаёт|передает|сообщает)\b)")
_ASIDE_START = re.compile(r"[,(\[]")
_HANGING = " \t\n;,—–-"
_PICTURED = re.compile(
    r"\s*[(\[](?:фото|видео|фоторепортаж|инфографика|photos?|video|pics?|pictures|foto|surat|сурат|сурет)\b"
    r"[^()\[\]]{0,30}[)\]]$"
    r"|(?<=[.!?…»])\s+(?:ФОТО|ВИДЕО|PHOTOS?|VIDEO)\W*$|\s[|–—-]\s(?:ФОТО|ВИДЕО|PHOTOS?|VIDEO)$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"[^\W_][\w.-]*(?=\.$)")
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
        whole = text[piece.start : piece.end].strip()
        return capital(_without_stop(whole.replace("\n", " ")))
    parts, at = [], piece.start
    for start, end in piece.cuts:
        parts.append(text[at:start])
        at = end
    parts.append(text[at : piece.end])
    joined = re.sub(r" +([,.;:!?])", r"\1", re.sub(r"\s+", " ", "".join(parts))).strip()
    return capital(_without_stop(joined))


def capital(text: str) -> str:
    """The same with its first letter as a capital; words written like iPhone or eGov stay."""
    if text[:1].isupper():
        return text
    first = _SMALL_WORD.search(text[:2])
    if first is None or not text[first.start()].islower():
        return text
    at = first.start()
    upper = text[at].upper()
    return text if text[at + 1 : at + 2].isupper() or len(upper) != 1 else text[:at] + upper + text[at + 1 :]


def _without_stop(text: str) -> str:
    """Facts end without a full stop, as lines of a list do, and without a dash or comma that leads nowhere; an ellipsis
    stays, and the stop of an abbreviation that is never written without one (г., руб., a.m., Inc.) or of an initial."""
    text = text.rstrip(_HANGING)
    if not text.endswith(".") or text.endswith(".."):
        return text
    word = _LAST_WORD.search(text, max(0, len(text) - 24, text.rfind(" ") + 1))
    last = word.group() if word else ""
    is_initial = len(last) == 1 and last.isupper() and text[-3:-2].isspace()
    return text if is_initial or last.lower() in tables.words("abbreviations", "stop_stays") else text[:-1]


def trimmed(text: str, start: int, end: int) -> Piece:
    """The sentence between `start` and `end` without what the table `phrases` names; never less than nothing: a
    sentence that is all dateline and credit gives an empty piece (start == end)."""
    sentence = text[start:end]
    head = _opening(sentence)
    credited = tables.hints_at("phrases", "credit_hints", sentence.lower())
    tail = _ending(sentence, head) if credited else len(sentence)
    cuts: tuple[tuple[int, int], ...] = ()
    if credited or "(" in sentence or "[" in sentence:
        cuts = tuple((start + first, start + last) for first, last in _asides(sentence, head, tail))
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


def _asides(sentence: str, head: int, tail: int) -> Iterator[tuple[int, int]]:
    """What goes between `head` and `tail`, tried only where one may begin: at a comma, or at a bracket and the blanks
    before it."""
    aside, free_from = tables.pattern("phrases", "aside"), head
    for mark in _ASIDE_START.finditer(sentence, head, tail):
        at = mark.start() if mark.group() == "," else len(sentence[: mark.start()].rstrip())
        found = aside.match(sentence, max(at, free_from), tail)
        if found and mark.start() >= free_from:
            yield found.span()
            free_from = found.end()


def _ending(sentence: str, head: int) -> int:
    """Where the sentence ends without its credit; a credit behind a quotation names the speaker and stays."""
    credit = tables.pattern("phrases", "credit")
    for mark in _CREDIT_START.finditer(tables.lowered(sentence), head):
        if credit.match(sentence, mark.start()):
            kept = sentence[: mark.start()].rstrip(_EDGE)
            return len(sentence) if kept[-1:] in ("»", "”", '"', "") else len(kept)
    return len(sentence)


def early_ends(text: str, piece: Piece, language: str, *, loose: bool = False) -> tuple[int, ...]:
    """Positions in the text at which the piece may end early with a whole clause before them, nearest first."""
    found = clauses.ends(text[piece.start : piece.end], language, loose=loose)
    return tuple(piece.start + at for at in found if not _is_cut(piece, piece.start + at))


def broken(text: str, piece: Piece, *, language: str, max_chars: int, min_chars: int = 60) -> Piece:
    """The longest beginning of the piece of at most `max_chars` that ends at a comma of a list; the piece itself if
    there is none."""
    found = (piece.start + at for at in clauses.breaks(text[piece.start : piece.end], language))
    good = [at for at in found if min_chars <= length(piece, at) <= max_chars and not _is_cut(piece, at)]
    return until(piece, good[-1]) if good else piece


def _is_cut(piece: Piece, at: int) -> bool:
    return any(start <= at < end for start, end in piece.cuts)


def length(piece: Piece, end: int) -> int:
    """How many characters of the piece stand before `end`, without its cuts."""
    return end - piece.start - sum(stop - start for start, stop in piece.cuts if stop <= end)


def until(piece: Piece, end: int) -> Piece:
    """The same piece, ending earlier."""
    return Piece(start=piece.start, end=end, cuts=tuple(cut for cut in piece.cuts if cut[1] <= end))


def cut_clean(text: str, piece: Piece, language: str) -> Piece:
    """A piece that ends early, without what is left of the part that was cut."""
    end = piece.start + clauses.without_stub(text[piece.start : piece.end], language)
    return piece if end == piece.end or _is_cut(piece, end) else until(piece, end)


def shortened(text: str, piece: Piece, *, language: str, max_chars: int, min_chars: int = 40) -> Piece:
    """The longest beginning of the piece of at most `max_chars` that is a whole clause; the piece itself if it is
    short enough or no clause ends in reach."""
    if length(piece, piece.end) <= max_chars:
        return piece
    for loose in (False, True):
        ends = early_ends(text, piece, language, loose=loose)
        good = [at for at in ends if min_chars <= length(piece, at) <= max_chars]
        if good:
            return until(piece, good[-1])
    return piece


def second(text: str, piece: Piece, at: int, language: str) -> Piece | None:
    """What follows the cut `at` as a sentence of its own, its conjunction off; None unless it stands alone."""
    begin = clauses.rest(text[piece.start : piece.end], at - piece.start, language)
    if begin is None or _is_cut(piece, piece.start + begin):
        return None
    start = piece.start + begin
    return Piece(start=start, end=piece.end, cuts=tuple(cut for cut in piece.cuts if cut[0] >= start))


def without_opening(text: str, piece: Piece, language: str) -> Piece | None:
    """The piece without the circumstance that it begins with; None if it has none that it can do without."""
    at = openings.circumstance(text[piece.start : piece.end], language)
    if at is None or _is_cut(piece, piece.start + at):
        return None
    start = piece.start + at
    return Piece(start=start, end=piece.end, cuts=tuple(cut for cut in piece.cuts if cut[0] >= start))


def without_speaker(text: str, piece: Piece) -> Piece:
    """The piece without a speaker whom it does not name, where what is left only counts something; else the piece."""
    found = None if piece.cuts else context.unattributed(text[piece.start : piece.end])
    if found is None:
        return piece
    start, end, stop = (piece.start + at for at in found)
    return Piece(start=piece.start, end=stop, cuts=((start, end),) if end < stop else ())


def without_insertion(text: str, piece: Piece, language: str) -> Piece | None:
    """The piece without the relative clause or participle phrase between its subject and verb; None if it has none."""
    found = None if piece.cuts else clauses.insertion(text[piece.start : piece.end], language)
    if found is None:
        return None
    return Piece(start=piece.start, end=piece.end, cuts=((piece.start + found[0], piece.start + found[1]),))


def headline(title: str) -> str:
    """A title without a full stop, hashtags and marks around it, and without what says that it has pictures."""
    bare = re.sub(r"\s+", " ", re.sub(r"(?:^|\s)#\w+", " ", title)).strip(" |/\\•■➖*,;:")
    bare = _PICTURED.sub("", bare)
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
