"""Words that turn what a text says: opposites (rose, fell), offices (minister, president) and hedges (may, almost)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.stages import alike, claims
from bot.stages.claims import Claims, Token

TELLING = 4
"""A word with this many letters tells by itself what a hedge stood before."""


def pair(side: str) -> str:
    """The name of the pair of which this is one side: "rise+" -> "rise"."""
    return side[:-1]


def turned(fact: Claims, evidence: Claims) -> Iterator[Token]:
    """Words of the fact in whose place the evidence has their opposite."""
    mine, theirs = _sides(fact.words), _sides(evidence.words)
    many, others = Counter(mine.values()), Counter(theirs.values())
    for at, side in mine.items():
        against = pair(side) + ("-" if side[-1] == "+" else "+")
        if many[side] > others[side] and others[against] > many[against]:
            yield fact.words[at]


def _sides(words: Sequence[Token]) -> dict[int, str]:
    found = ((at, claims.meaning("opposites", word.text)) for at, word in enumerate(words))
    return {at: side for at, side in found if side}


def exchanged(fact: Claims, evidence: Claims, meaning: Callable[[str], str]) -> Iterator[Token]:
    """Words of one kind that the evidence lacks where it has another of that kind: president for minister; `meaning`
    says which one a word is, "" for none."""
    mine = [(word, meaning(word.text)) for word in fact.words]
    many = Counter(name for _, name in mine if name)
    if not many:
        return
    others = Counter(filter(None, (meaning(word.text) for word in evidence.words)))
    if any(others[name] > many[name] for name in others):
        yield from (word for word, name in mine if name and many[name] > others[name])


def lowered(fact: Claims, evidence: Claims) -> Iterator[Token]:
    """`deputy`, `former` and the like where the evidence has none."""
    mine = [word for word in fact.words if claims.meaning("hedges", word.text) == "part"]
    if mine and not any(claims.meaning("hedges", word.text) == "part" for word in evidence.words):
        yield from mine


def office(word: str) -> str:
    return claims.meaning("offices", word)


def currency(word: str) -> str:
    """The code of a currency: three capital letters among the units."""
    unit = claims.meaning("units", word)
    return unit if len(unit) == 3 and unit.isupper() else ""


def unhedged(fact: Claims, evidence: Claims) -> Iterator[Token]:
    """Words that a hedge stands before in the evidence and none in the fact: `may close` told as `close`."""
    mine, theirs = _said(fact), _said(evidence)
    hedges = [_is_hedge(token) for token in theirs]
    if not any(hedges) or sum(hedges) <= sum(map(_is_hedge, mine)):
        return
    beside = {(a.text, b.text): b for a, b in itertools.pairwise(mine)}
    always = Counter((a.text, b.text) for a, b in itertools.pairwise(theirs))
    for at, token in enumerate(theirs):
        if not hedges[at] or at + 1 == len(theirs) or hedges[at + 1] or _is_apart(evidence, token, theirs[at + 1]):
            continue
        first = next((place for place in range(at, -1, -1) if not hedges[place]), None)
        key = (theirs[first].text if first is not None else "", theirs[at + 1].text)
        if key in beside and not always[key]:
            yield beside[key]
        else:
            yield from _bare(theirs[at + 1], mine, theirs, fact.primary)


def _is_apart(text: Claims, token: Token, following: Token) -> bool:
    """Whether more than a comma stands between: a bracket, the end of a sentence."""
    return text.text[token.end : following.start].strip() not in ("", ",")


def _bare(word: Token, mine: Sequence[Token], theirs: Sequence[Token], primary: str) -> Iterator[Token]:
    """A word that both texts have once, in whatever form, without the hedge before it."""
    if len(word.text) < TELLING and word.kind == "word":
        return
    here = [at for at, token in enumerate(mine) if alike.is_word(token.text, word.text, primary)]
    if len(here) == 1 and sum(alike.is_word(token.text, word.text, primary) for token in theirs) == 1:
        near = mine[max(0, here[0] - 2) : here[0]]
        if not any(map(_is_hedge, near)):
            yield mine[here[0]]


def _said(text: Claims) -> list[Token]:
    return [token for token in text.tokens if token.kind != "mark"]


def _is_hedge(token: Token) -> bool:
    if token.kind != "word" or (token.is_capital and token.text in ("may", "might")):
        return False
    word = token.text.removesuffix("'s")
    return bool(claims.meaning("hedges", word) or claims.meaning("bounds", word))
