"""Chooses among candidates the few that together say most of what matters within a budget of characters.

A set is worth the weight of the distinct words it covers: on unseen articles that was the one ingredient that clearly
helped. The first three facts are the best three, since many readers see no more; further ones only use what is left.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, combinations
from operator import add

from bot.language import context, figures
from bot.model import Language
from bot.stages import candidates, joined, trim, weigh
from bot.stages.candidates import Candidate

FIRST_FACTS = 3
"""So many facts are chosen together, every set of the preselected tried; later ones are added one by one."""
LEAD, DENSE = 3, 8
"""The set is chosen among the first sentences and the densest ones."""
FACT_CHARS = 280
"""A longer sentence is cut at a clause where the grammar surely allows, even if much is said behind it."""
LONGEST_CHARS = 400
"""One that ends nowhere early stays whole up to this length: better long than a fact less."""
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
RETOLD, FROM = 0.6, 0.5
"""A sentence that holds more than the second part of the headline's words loses, in step with the surplus, up to the
first part of its value: it tells the same again."""
SOUND = 0.2
"""A less fit candidate (one that begins with a pronoun) is never a fact."""
LOOSE_CHARS = 120
"""Of a longer sentence that has no sure end adjuncts may go too."""
ENDINGS = 3
"""So many shorter forms of a sentence are looked at."""

ROUNDING = 1e-9
QUOTES = '«»“”"'

_SPEECH = re.compile(r"[»”\"]\s*,?\s*[—–-]\s*\w|,[”\"]\s+\w|:\s*[«\"“]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """At most so many facts, of so many characters together, by these weights."""

    max_facts: int
    max_chars: int
    weights: weigh.Weights = weigh.FITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """What the stems of a story weigh, which of them the headline says already, and the table behind it."""

    stems: Mapping[str, float]
    told: frozenset[str]
    weights: weigh.Weights

    def of(self, stems: frozenset[str]) -> float:
        """The same in whatever order a set gives its members: `sum` chose other facts in the next process."""
        return math.fsum(map(self.stems.__getitem__, stems))

    def standing(self, candidate: Candidate) -> float:
        """What its beginning and its place in the article take off a candidate's worth."""
        return candidate.fitness * self.weights.late**candidate.order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """The candidates to choose among, what each is worth, and a row for each: what it says twice beside each other."""

    pool: Sequence[Candidate]
    values: Sequence[float]
    shared: Sequence[Sequence[float]]


def chosen(pool: Sequence[Candidate], told: frozenset[str], language: Language, wish: Wish) -> list[Candidate]:
    """What fits the wish: the best three candidates in the order of the pool, then what still fits, best first. Some
    come without clauses at their end. `told` are the stems that the headline says already."""
    weighed = weigh.importance([c.stems for c in pool], told, language, wish.weights)
    scale = _Scale(stems=defaultdict(lambda: 1.0, weighed), told=told, weights=wish.weights)
    picked = _preselected([c for c in pool if c.fitness >= SOUND], scale)
    forms = [form for c in picked for form in _forms(c)] or picked
    forms = [form for form in forms if len(form.text) <= wish.max_chars]
    valued = [(form, value) for form in forms if (value := _value(form, scale)) > 0]
    fitting = [form for form, _ in valued]
    field = _Field(pool=fitting, values=[value for _, value in valued], shared=_shared(fitting, scale))
    best = _best_set(field, max_facts=min(FIRST_FACTS, wish.max_facts), max_chars=wish.max_chars)
    first = [_tightened(fitting[i], fitting, scale) for i in best]
    left = wish.max_chars - sum(len(c.text) for c in first)
    first = joined.extended(first, pool, left=left, worth=partial(_gain, scale=scale))
    left = wish.max_chars - sum(len(c.text) for c in first)
    barred = frozenset(i for i, c in enumerate(fitting) if any(_overlap(c, one) for one in first))
    more = _further(best, field, barred=barred, max_facts=wish.max_facts, left=left)
    return [*first, *(_tightened(fitting[i], fitting, scale) for i in more)]


def _gain(candidate: Candidate, known: frozenset[str], *, scale: _Scale) -> float:
    """What a candidate says beside the headline and what else is known."""
    return scale.of(candidate.stems - scale.told - known) * scale.weights.late**candidate.order


def _preselected(pool: Sequence[Candidate], scale: _Scale) -> list[Candidate]:
    """The first sentences and the densest: few enough to try every three of them."""
    worth = [scale.of(c.stems) * scale.standing(c) / math.sqrt(len(c.text)) for c in pool]
    dense = sorted(range(len(pool)), key=lambda i: (-worth[i], i))[:DENSE]
    return [pool[i] for i in sorted({*range(min(LEAD, len(pool))), *dense})]


def _forms(candidate: Candidate) -> list[Candidate]:
    """The candidate, what it is without the clauses at its end, and the clause behind it that stands alone; one that
    is too long only in its shorter forms, if it has any."""
    size = len(candidate.text)
    if size <= TIGHT_CHARS:
        return [candidate]
    article, piece = candidate.article, candidate.piece
    sure = ends = trim.early_ends(article.text, piece, article.language)
    if size > LOOSE_CHARS and not sure:
        ends = trim.early_ends(article.text, piece, article.language, loose=True)
    heads = [at for at in ends if trim.length(piece, at) >= LEAST_CHARS][-ENDINGS:]
    begun = [candidates.beginning(candidate, at) for at in heads]
    short = [form for form in begun if len(form.stems) > 1 and not context.announces(form.text)]
    rests = [trim.second(article.text, piece, at, article.language) for at in sure]
    if size > LOOSE_CHARS:
        rests.append(trim.without_opening(article.text, piece, article.language))
    made = (candidates.from_piece(article, rest, order=candidate.order) for rest in rests if rest)
    short += [rest for rest in made if rest is not None and rest.fitness >= SOUND]
    return short if size > (FACT_CHARS if short else LONGEST_CHARS) else [candidate, *short]


def _tightened(candidate: Candidate, forms: Sequence[Candidate], scale: _Scale) -> Candidate:
    """The candidate without the clauses at its end that say little for their length."""
    article, piece = candidate.article, candidate.piece
    for form in forms:
        begins_alike = form.article is article and form.piece.start == piece.start
        if begins_alike and form.piece.end < piece.end and _is_idle(candidate, form, scale):
            return form
    return candidate


def _is_idle(whole: Candidate, head: Candidate, scale: _Scale) -> bool:
    """Whether what the whole says behind its head is not worth its characters."""
    tail = whole.text[len(head.text) :]
    more = scale.of(whole.stems - head.stems - scale.told)
    if more / max(1, len(tail)) >= TAIL * scale.of(head.stems) / len(head.text):
        return False
    return all(figure.unit in ("y", "date") for figure in figures.figures(tail))


def _value(candidate: Candidate, scale: _Scale) -> float:
    """What a candidate is worth beside the headline, 0 where too little of it is news."""
    already = candidate.stems & scale.told
    new, old = scale.of(candidate.stems - already), scale.of(already)
    if new < MIN_GAIN * (new + old):
        return 0.0
    surplus = max(0.0, len(already) / max(1, len(scale.told)) - FROM)
    value = (new + scale.weights.again * old) * (1 - RETOLD * surplus / (1 - FROM)) * scale.standing(candidate)
    return value * scale.weights.speech if _is_speech(candidate.text) else value


def _is_speech(text: str) -> bool:
    return any(map(text.__contains__, QUOTES)) and _SPEECH.search(text) is not None


def _shared(pool: Sequence[Candidate], scale: _Scale) -> list[list[float]]:
    """What each two candidates say twice, infinite where they must not stand together."""
    rows = [[0.0] * len(pool) for _ in pool]
    standing = [scale.standing(c) for c in pool]
    for (i, one), (j, other) in combinations(enumerate(pool), 2):
        both = one.stems & other.stems
        if not both:
            twice = math.inf if _overlap(one, other) else 0.0
        elif len(both) >= TOO_ALIKE * min(len(one.stems), len(other.stems)) or _overlap(one, other):
            twice = math.inf
        else:
            twice = (1 - scale.weights.again) * scale.of(both - scale.told) * min(standing[i], standing[j])
        rows[i][j] = rows[j][i] = twice
    return rows


def _overlap(one: Candidate, other: Candidate) -> bool:
    if one.article is not other.article:
        return False
    return one.piece.start < other.piece.end and other.piece.start < one.piece.end


def _best_set(field: _Field, *, max_facts: int, max_chars: int) -> tuple[int, ...]:
    """The set worth most, of all sets within the budget: their number is bounded by the preselection. Sets that even
    the best of what comes behind them could not make better than one already found are not tried."""
    values, lengths = field.values, [len(c.text) for c in field.pool]
    most = [*accumulate(reversed(values), max, initial=0.0)][::-1]  # the best value from each candidate on
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    stack: list[tuple[float, int, tuple[int, ...], Sequence[float]]] = [(0.0, max_chars, (), [0.0] * len(values))]
    while stack:
        score, left, members, said = stack.pop()
        more = max_facts - len(members) - 1
        for i in range(members[-1] + 1 if members else 0, len(lengths)):
            if lengths[i] > left:
                continue
            value = score + values[i] - said[i]
            if value > best[0]:
                best = (value, (*members, i))
            if more > 0 and value + more * most[i + 1] + ROUNDING > best[0]:
                stack.append((value, left - lengths[i], (*members, i), [*map(add, said, field.shared[i])]))
    return best[1] if max_facts else ()


def _further(best: tuple[int, ...], field: _Field, *, barred: frozenset[int], max_facts: int, left: int) -> list[int]:
    """One by one, what adds most beside the best set and still fits; none of the `barred`, which are told already."""
    members, pool = list(best), field.pool
    while len(members) < max_facts:
        gains = [
            (field.values[i] - sum([field.shared[j][i] for j in members]), -i)
            for i in range(len(pool))
            if i not in members and i not in barred and len(pool[i].text) <= left
        ]
        gain, at = max(gains, default=(0.0, 0))
        if gain <= 0:
            break
        members.append(-at)
        left -= len(pool[-at].text)
    return members[len(best) :]
