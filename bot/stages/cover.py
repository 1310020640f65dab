"""Chooses among candidates the few that together say most of what matters within a budget of characters.

A set is worth the weight of the distinct words it covers: on unseen articles that was the one ingredient that clearly
helped. The first three facts are the best three, since many readers see no more; further ones only use what is left.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.language import figures
from bot.model import Language
from bot.stages import candidates, trim, weigh
from bot.stages.candidates import Candidate

FIRST_FACTS = 3
"""So many facts are chosen together, every set of the preselected tried; later ones are added one by one."""
LEAD, DENSE = 3, 8
"""The set is chosen among the first sentences and the densest ones."""
FACT_CHARS = 260
"""A longer sentence is cut at a clause where the grammar surely allows, even if much is said behind it."""
TIGHT_CHARS = 90
"""A sentence of this length and less is not looked at for a tail that says little."""
LEAST_CHARS = 40
"""A clause that ends earlier says too little to be shown without what follows."""
TAIL = 0.3
"""A tail without figures goes if a character of it says less than this part of what a character before it says."""
TOO_ALIKE = 0.5
"""Two facts that share this part of the shorter one's words say the same."""
MIN_GAIN = 0.25
"""A fact must bring at least this part of its weight as news beside the headline."""
AGAIN = 0.3
"""What a word that the headline or another fact says too still counts."""
RETOLD, FROM = 0.6, 0.5
"""A sentence that holds more than the second part of the headline's words loses, in step with the surplus, up to the
first part of its value: it tells the same again."""
SOUND = 0.2
"""A less fit candidate (one that begins with a pronoun) is never a fact."""
LATE = 0.9
"""Each sentence further down counts for a little less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """The preselected candidates, what each is worth, and what each two of them (by index) say twice."""

    pool: Sequence[Candidate]
    values: Sequence[float]
    shared: Mapping[tuple[int, int], float]


def chosen(
    pool: Sequence[Candidate], told: frozenset[str], language: Language, *, max_facts: int, max_chars: int
) -> list[Candidate]:
    """At most `max_facts` candidates of at most `max_chars` characters together: the best three in the order of the
    pool, then what still fits, best first. `told` are the stems that the headline says already."""
    weights = defaultdict(lambda: 1.0, weigh.importance([c.stems for c in pool], told, language))
    sound = [c for c in pool if c.fitness >= SOUND]
    picked = [_shortened(c) for c in _preselected(sound, weights)]
    valued = [(c, _value(c, weights, told)) for c in picked if len(c.text) <= max_chars]
    fitting = [c for c, value in valued if value]
    field = _Field(pool=fitting, values=[value for _, value in valued if value], shared=_shared(fitting, weights, told))
    best = _best_set(field, max_facts=min(FIRST_FACTS, max_facts), max_chars=max_chars)
    first = [_tightened(fitting[i], weights, told) for i in best]
    more = _further(best, field, max_facts=max_facts, left=max_chars - sum(len(c.text) for c in first))
    return [*first, *(_tightened(fitting[i], weights, told) for i in more)]


def _preselected(pool: Sequence[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """The first sentences and the densest: few enough to try every three of them."""
    worth = [_weight(weights, c.stems) * _standing(c) / math.sqrt(len(c.text)) for c in pool]
    dense = sorted(range(len(pool)), key=lambda i: (-worth[i], i))[:DENSE]
    return [pool[i] for i in sorted({*range(min(LEAD, len(pool))), *dense})]


def _shortened(candidate: Candidate) -> Candidate:
    if len(candidate.text) <= FACT_CHARS:
        return candidate
    article, piece = candidate.article, candidate.piece
    short = trim.shortened(article.text, piece, language=article.language, max_chars=FACT_CHARS, min_chars=60)
    return candidates.from_piece(article, short, order=candidate.order) or candidate


def _tightened(candidate: Candidate, weights: Mapping[str, float], told: frozenset[str]) -> Candidate:
    """The candidate without the clauses at its end that say little for their length."""
    if len(candidate.text) <= TIGHT_CHARS:
        return candidate
    article, piece = candidate.article, candidate.piece
    for at in trim.early_ends(article.text, piece, article.language):
        if at - piece.start < LEAST_CHARS:
            continue
        head = candidates.from_piece(article, trim.until(piece, at), order=candidate.order)
        if head is not None and _is_idle(candidate, head, weights, told):
            return head
    return candidate


def _is_idle(whole: Candidate, head: Candidate, weights: Mapping[str, float], told: frozenset[str]) -> bool:
    """Whether what the whole says behind its head is not worth its characters."""
    tail = whole.text[len(head.text) :]
    if any(figure.unit not in ("y", "date") for figure in figures.figures(tail)):
        return False
    here = _weight(weights, head.stems)
    more = _weight(weights, whole.stems - head.stems - told)
    return more / max(1, len(tail)) < TAIL * here / len(head.text)


def _weight(weights: Mapping[str, float], stems: frozenset[str]) -> float:
    return sum(map(weights.__getitem__, stems))


def _standing(candidate: Candidate) -> float:
    """What its beginning and its place in the article take off a candidate's worth."""
    return candidate.fitness * LATE**candidate.order


def _value(candidate: Candidate, weights: Mapping[str, float], told: frozenset[str]) -> float:
    """What a candidate is worth beside the headline, 0 where too little of it is news."""
    already = candidate.stems & told
    new, old = _weight(weights, candidate.stems - already), _weight(weights, already)
    if new < MIN_GAIN * (new + old):
        return 0.0
    again = RETOLD * max(0.0, len(already) / max(1, len(told)) - FROM) / (1 - FROM)
    return (new + AGAIN * old) * (1 - again) * _standing(candidate)


def _shared(
    pool: Sequence[Candidate], weights: Mapping[str, float], told: frozenset[str]
) -> dict[tuple[int, int], float]:
    """What each two candidates say twice, infinite where they must not stand together."""
    found = {}
    for (i, one), (j, other) in combinations(enumerate(pool), 2):
        if _alike(one, other):
            found[i, j] = math.inf
        elif both := (one.stems & other.stems) - told:
            found[i, j] = (1 - AGAIN) * _weight(weights, both) * min(_standing(one), _standing(other))
        else:
            found[i, j] = 0.0
    return found


def _alike(one: Candidate, other: Candidate) -> bool:
    if one.article is other.article and one.piece.start < other.piece.end and other.piece.start < one.piece.end:
        return True
    return len(one.stems & other.stems) >= TOO_ALIKE * min(len(one.stems), len(other.stems))


def _best_set(field: _Field, *, max_facts: int, max_chars: int) -> tuple[int, ...]:
    """The set worth most, of all sets within the budget: their number is bounded by the preselection."""
    values, shared = field.values, field.shared
    lengths = [len(c.text) for c in field.pool]
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    stack: list[tuple[float, int, tuple[int, ...]]] = [(0.0, max_chars, ())]
    while stack:
        score, left, members = stack.pop()
        for i in range(members[-1] + 1 if members else 0, len(lengths)):
            if lengths[i] > left:
                continue
            value = score + values[i] - sum([shared[j, i] for j in members])
            if value > best[0]:
                best = (value, (*members, i))
            if len(members) + 1 < max_facts and value > -math.inf:
                stack.append((value, left - lengths[i], (*members, i)))
    return best[1] if max_facts else ()


def _further(best: tuple[int, ...], field: _Field, *, max_facts: int, left: int) -> list[int]:
    """One by one, what adds most beside the best set and still fits."""
    members, pool = list(best), field.pool
    while len(members) < max_facts:
        gains = [
            (field.values[i] - sum([field.shared[min(i, j), max(i, j)] for j in members]), -i)
            for i in range(len(pool))
            if i not in members and len(pool[i].text) <= left
        ]
        gain, at = max(gains, default=(0.0, 0))
        if gain <= 0:
            break
        members.append(-at)
        left -= len(pool[-at].text)
    return members[len(best) :]
