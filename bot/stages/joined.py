"""Two sentences of a paragraph as one fact: one that begins with a pronoun says what it means only behind the sentence
that it leans on. Others stay facts of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.language import tables
from bot.stages import candidates, trim
from bot.stages.candidates import Candidate

MAX_CHARS = 260
"""A longer pair takes the room of what else there is to tell."""
GAP_CHARS = 90
"""Between the two there may be a credit, a line break and a connective, no more."""
OPENING_CHARS = 20
"""A connective of this length before the second stays, where it would begin with a small letter without it."""
LEAST_CHARS = 15
"""With less room than this nothing is added."""
SOUND = 0.2
"""A pair that is less fit than this (see `candidates`) is none."""

_STOP = re.compile(r"[.!…](?=\s)")
_SPOKEN = re.compile(r":\s[«“„\"'‘]")
Worth = Callable[[Candidate, frozenset[str]], float]


def extended(chosen: Sequence[Candidate], pool: Sequence[Candidate], *, left: int, worth: Worth) -> list[Candidate]:
    """The chosen, some of them with the sentence behind them as well, as long as `left` characters allow: first the
    one that is worth most beside all that is said."""
    facts = list(chosen)
    behind = {(id(c.article), c.order): c for c in pool}
    taken = {(id(c.article), c.order) for c in facts}
    whole = set(range(len(facts)))
    while left > LEAST_CHARS:
        known = frozenset[str]().union(*(c.stems for c in facts))
        found: list[tuple[float, int, Candidate]] = []
        for i in sorted(whole):
            key = (id(facts[i].article), facts[i].order + 1)
            second = behind.get(key) if key not in taken else None
            both = pair(facts[i], second) if second else None
            if both is not None and second is not None and len(both.text) - len(facts[i].text) <= left:
                found.append((worth(second, known), -i, both))
        gain, at, best = max(found, key=lambda one: one[:2], default=(0.0, 0, None))
        if best is None or gain <= 0:
            break
        left -= len(best.text) - len(facts[-at].text)
        taken.add((id(best.article), facts[-at].order + 1))
        facts[-at] = best
        whole.remove(-at)
    return facts


def depends(second: Candidate) -> bool:
    """Whether a sentence speaks of what only the one before it names: a pronoun stands among its first words."""
    primary = second.article.language.partition("-")[0]
    return second.leans or not tables.words("context", f"pronouns_{primary}").isdisjoint(second.begins)


def pair(first: Candidate, second: Candidate) -> Candidate | None:
    """Both as one candidate, what stands between them cut out; None where the second does not lean on the first, they
    do not follow each other closely, are too long together, or do not make a sound text."""
    begin, end = first.piece.end, second.piece.start
    if first.article is not second.article or not 0 < end - begin <= GAP_CHARS:
        return None
    if not depends(second) or "\n" in first.article.text[begin:end]:
        return None
    if len(first.text) + len(second.text) > MAX_CHARS or _SPOKEN.search(second.text):
        return None
    text = first.article.text
    stops = list(_STOP.finditer(text, begin - 1, end))
    if len(stops) != 1:
        return None
    stop = stops[0]
    opening = text[stop.end() : end].strip() if text[end].islower() else ""
    if len(opening) > OPENING_CHARS or any(map(opening.lower().__contains__, tables.words("phrases", "credit_hints"))):
        return None
    went = [(begin, stop.start()), (stop.end() + 1, end - len(opening) - 1 if opening else end)]
    cuts = (*first.piece.cuts, *(cut for cut in went if cut[0] < cut[1]), *second.piece.cuts)
    made = trim.Piece(start=first.piece.start, end=second.piece.end, cuts=cuts)
    both = candidates.from_piece(first.article, made, order=first.order)
    return both if both is not None and both.fitness >= SOUND else None
