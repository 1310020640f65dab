"""Names, figures and opposites of a fact that stand in the place of another in its evidence: one was put for another.

Only for facts that say the evidence nearly word for word; where the order of words differs altogether nothing tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.stages import alike, claims, opposite
from bot.stages.claims import Claims, Token

VERBATIM = 0.85
"""A fact with this share of its words in the evidence is meant to be word for word."""
KEY = 4
"""So many letters tell a word in any form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What may be put for another of its `kind` ("name", "figure", "date" or a pair of opposites): places `first` to
    `last` among the words and numbers of a text, and what it is."""

    kind: str
    first: int
    last: int
    said: frozenset[str | Decimal]

    @property
    def family(self) -> str:
        """Names, dates and figures are put for each other too."""
        return "" if self.kind in ("name", "date", "figure") else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The words and numbers of a text without marks, a key for each, and the pieces that could be exchanged."""

    tokens: tuple[Token, ...]
    keys: tuple[str, ...]
    pieces: tuple[Piece, ...]
    primary: str


def found(fact: Claims, evidence: Claims) -> Iterator[tuple[str, Token]]:
    """The kind of each piece that stands where the evidence has another, and its first word."""
    mine, theirs = _keys(fact), _keys(evidence)
    there = set(theirs)
    known = [key for key in mine if key in there]
    if len(known) < VERBATIM * len(mine):
        return
    in_order = _is_in_order(known, theirs)
    if in_order and not _has_speech(evidence.words):
        return
    line, other = _line(fact), _line(evidence)
    is_wrong = _is_drawn if in_order else _is_misplaced
    capitals = {key for key, token in zip(other.keys, other.tokens, strict=True) if token.is_capital}
    for piece in line.pieces:
        is_there = piece.kind != "name" or capitals & set(line.keys[piece.first : piece.last + 1])
        if is_there and is_wrong(piece, line, other):
            yield piece.kind, line.tokens[piece.first]


def _is_in_order(keys: Sequence[str], others: Sequence[str]) -> bool:
    left = iter(others)
    return all(key in left for key in keys)


def _is_misplaced(piece: Piece, line: Line, other: Line) -> bool:
    """Whether what stands beside it stands beside another there: on one side never beside it, on the other perhaps."""
    sides = [_side(piece, side, line, other) for side in (-1, 1)]
    return "wrong" in sides and "right" not in sides


def _is_drawn(piece: Piece, line: Line, other: Line) -> bool:
    """Whether a cut put the name of who says it in the place of another: `met Smith, the BBC says` told as `met the
    BBC`. Behind a comma it stands in nobody's place."""
    if piece.kind != "name" or not _is_close(piece, line) or _side(piece, -1, line, other) != "wrong":
        return False
    beside = _beside(piece, -1, line)
    gone = [one for one in other.pieces if one.kind == "name" and _beside(one, -1, other) == beside]
    here = [one for one in other.pieces if one.kind == "name" and _is_same(piece, one, line.primary)]
    cuts = ((one.last + 1, name) for one in gone for name in here if one.last < name.first)
    return any(_has_speech((*other.tokens[first : name.first], *_behind(name, other))) for first, name in cuts)


def _is_close(piece: Piece, line: Line) -> bool:
    """Whether only a blank stands between a piece and the word before it."""
    return piece.first > 0 and line.tokens[piece.first].start == line.tokens[piece.first - 1].end + 1


def _behind(piece: Piece, line: Line) -> Sequence[Token]:
    """The word behind a piece, none where more than a blank stands between."""
    after = line.tokens[piece.last + 1 : piece.last + 2]
    return after if after and after[0].start == line.tokens[piece.last].end + 1 else ()


def _has_speech(tokens: Sequence[Token]) -> bool:
    return any(claims.meaning("speech", token.text) for token in tokens)


def _side(piece: Piece, side: int, line: Line, other: Line) -> str:
    beside = _beside(piece, side, line)
    if not beside:
        return ""
    there = [one for one in other.pieces if one.family == piece.family and _beside(one, side, other) == beside]
    same = [_is_same(piece, one, line.primary) for one in there]
    if not any(same):
        return "wrong" if same else ""
    return "right" if all(same) else "either"


def _beside(piece: Piece, side: int, line: Line) -> str:
    at = piece.first - 1 if side < 0 else piece.last + 1
    return line.keys[at] if 0 <= at < len(line.keys) else ""


def _is_same(one: Piece, other: Piece, primary: str) -> bool:
    """The same figure or date, or a name of which every word stands there in some form."""
    if one.kind != other.kind or one.kind != "name":
        return one.kind == other.kind and bool(one.said & other.said)
    return all(any(alike.is_name(str(a), str(b), primary) for b in other.said) for a in one.said)


def _keys(text: Claims) -> tuple[str, ...]:
    return tuple(map(_key, (token for token in text.tokens if token.kind != "mark")))


def _key(token: Token) -> str:
    return token.text[:KEY] if token.kind == "word" else token.text.replace(" ", "")


def _line(text: Claims) -> Line:
    tokens = tuple(token for token in text.tokens if token.kind != "mark")
    places = {token.start: at for at, token in enumerate(tokens)}
    numbers = [*_measured(text, places), *_dated(text, places)]
    taken = {at for piece in numbers for at in range(piece.first, piece.last + 1)}
    pieces = (*numbers, *_named(tokens, taken), *_opposed(tokens))
    return Line(tokens=tokens, keys=tuple(map(_key, tokens)), pieces=pieces, primary=text.primary)


def _measured(text: Claims, places: dict[int, int]) -> Iterator[Piece]:
    for one in text.figures:
        spots = _spots(text.tokens[one.first : one.last + 1], places)
        yield Piece(kind="figure", first=spots[0], last=spots[-1], said=frozenset(one.values))


def _dated(text: Claims, places: dict[int, int]) -> Iterator[Piece]:
    for one in text.dates:
        spots = _spots(text.tokens[one.first : one.last + 1], places)
        yield Piece(kind="date", first=spots[0], last=spots[-1], said=frozenset({f"{one.day} {one.name}"}))


def _spots(tokens: Sequence[Token], places: dict[int, int]) -> list[int]:
    return [places[token.start] for token in tokens if token.start in places]


def _named(tokens: Sequence[Token], taken: set[int]) -> Iterator[Piece]:
    """Runs of capital letters, with nothing but a blank between their words."""
    first = 0
    for at in range(len(tokens) + 1):
        goes_on = at < len(tokens) and tokens[at].is_capital and at not in taken
        if goes_on and at > first and tokens[at].start == tokens[at - 1].end + 1:
            continue
        if at > first:
            said = frozenset(token.text for token in tokens[first:at])
            yield Piece(kind="name", first=first, last=at - 1, said=said)
        first = at if goes_on else at + 1


def _opposed(tokens: Sequence[Token]) -> Iterator[Piece]:
    for at, token in enumerate(tokens):
        if token.kind == "word" and (side := claims.meaning("opposites", token.text)):
            yield Piece(kind=opposite.pair(side), first=at, last=at, said=frozenset({side}))
