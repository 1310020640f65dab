"""The headline of an article: its title, or the beginning of its first sentence, cut where a clause ends.

What the headline leaves out of that sentence goes on as a fact where it can stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language import figures, tables, words
from bot.model import Article
from bot.stages import candidates, trim
from bot.stages.candidates import Candidate

WISHED = 120
"""A first sentence of this length and less is the headline as it is."""
MAX_CHARS = 140
"""One of this length is cut only where what follows can stand alone as a fact."""
CLAUSE_CHARS = 155
"""A clause that ends a little later is better than a cut inside it."""
WHOLE = 185
"""A sentence of this length stays whole where a cut would lose a figure that no fact can tell."""
LONGEST = 200
"""Where no clause ends in reach a headline may have this length; only a longer one ends in an ellipsis."""
LEAST = 40
FIRST_SENTENCE = 1.6
"""What the clause is worth that a headline leaves out, against other sentences: the author put it into the first."""
FIT = 0.45
"""The first candidate this fit is the headline, if one of the first three is: none that begins with a pronoun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What stands above the facts, its first five words in lower case, the candidate it was taken from (None for a
    title), and what that one leaves."""

    text: str
    begins: tuple[str, ...] = ()
    source: Candidate | None = None
    rest: Candidate | None = None


def of(base: Article, pool: Sequence[Candidate], *, max_chars: int) -> Headline:
    """The headline of the base article, of at most `max_chars` characters; `pool` holds its candidates."""
    longest = min(LONGEST, max_chars)
    title = trim.headline(base.title)
    first = None if title else _first(base, pool)
    if first is None:
        return _made(_title(title or _first_line(base.text), base.language), longest)
    piece = _piece(first)
    shown = piece if piece.end == first.piece.end else trim.cut_clean(base.text, piece, base.language)
    return _made(trim.headline(trim.said(base.text, shown)), longest, source=first, rest=_rest(first, piece))


def repeats(candidate: Candidate, headline: Headline) -> bool:
    """Whether a candidate begins with the words the headline begins with: five of them, or all of a shorter one."""
    size = len(headline.begins)
    return size > 0 and candidate.begins[:size] == headline.begins


def _made(text: str, longest: int, *, source: Candidate | None = None, rest: Candidate | None = None) -> Headline:
    shown = trim.within(text, longest)
    return Headline(text=shown, begins=words.tokens(shown)[:5], source=source, rest=rest)


def _first_line(text: str) -> str:
    line = text.split("\n", 1)[0][: 2 * LONGEST]
    return trim.said(line, trim.trimmed(line, 0, len(line))).rstrip(" :") or line.strip()


def _first(base: Article, pool: Sequence[Candidate]) -> Candidate | None:
    own = [c for c in pool if c.article is base][:3]
    return next((c for c in own if _may_head(c)), own[0] if own else None)


def _may_head(candidate: Candidate) -> bool:
    nameless = tables.pattern("phrases", "nameless").search(candidate.text)
    return candidate.fitness >= FIT and not nameless and not _is_long_quote(candidate)


def _is_long_quote(candidate: Candidate) -> bool:
    return len(candidate.text) > CLAUSE_CHARS and candidate.text.startswith(("«", "“", '"'))


def _title(title: str, language: str) -> str:
    """A title that is too long is cut as a sentence is."""
    if len(title) <= MAX_CHARS:
        return title
    piece = trim.Piece(start=0, end=len(title))
    return trim.said(title, trim.shortened(title, piece, language=language, max_chars=CLAUSE_CHARS))


def _piece(first: Candidate) -> trim.Piece:
    """As much of the first sentence as a headline takes."""
    text, piece, language = first.article.text, first.piece, first.article.language
    if len(first.text) <= WISHED:
        return piece
    ends = [at for at in trim.early_ends(text, piece, language) if LEAST <= trim.length(piece, at) <= CLAUSE_CHARS]
    parted = [at for at in ends if trim.second(text, piece, at, language)]
    if parted:
        return trim.until(piece, parted[-1])
    if len(first.text) <= MAX_CHARS:
        return piece
    short = trim.shortened(text, piece, language=language, max_chars=CLAUSE_CHARS)
    short = trim.until(piece, ends[-1]) if ends else short
    if len(first.text) <= WHOLE and _has_figure(text[short.end : piece.end], language):
        return piece
    without = trim.without_insertion(text, piece, language) if short == piece else None
    if without is not None:
        short = trim.shortened(text, without, language=language, max_chars=CLAUSE_CHARS)
    if trim.length(short, short.end) <= LONGEST:
        return short
    broken = trim.broken(text, short, language=language, max_chars=CLAUSE_CHARS)
    return trim.shortened(text, broken, language=language, max_chars=LONGEST)


def _has_figure(tail: str, language: str) -> bool:
    """Whether a figure stands in it that is no date."""
    return any(figure.unit not in ("y", "date") for figure in figures.find(tail, language))


def _rest(first: Candidate, piece: trim.Piece) -> Candidate | None:
    article = first.article
    if piece.end == first.piece.end:
        return None
    further = trim.second(article.text, first.piece, piece.end, article.language)
    rest = candidates.from_piece(article, further, order=first.order) if further else None
    return replace(rest, fitness=rest.fitness * FIRST_SENTENCE) if rest else None
