"""Says which figures of a story's articles count one thing, and which values of it are told: when and by whom.

Two figures are taken for one quantity only where what they count, what happened to it and what narrows it down are the
same, and either each article has one such figure or the sentences say the same. In doubt they are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations

from bot.stages.counts import Count

ALIKE_WITHIN = timedelta(hours=20)
"""Reports of every day are alike; their figures are those of another day."""
SAME_TIME = timedelta(minutes=30)
"""Sources that differ within this time disagree; later ones have newer figures."""
EARLY, ALIKE_EARLY = 10, 6
"""A count that stands alone in its article is the story's if it stands in one of the first sentences."""
FAR = 8
"""Two counts of one quantity are not further apart than this factor."""
PRICES = frozenset({"cost", "granted", "lent", "invested", "paid"})
"""Money for a thing, of which a story may name several."""
OBJECT_EARLY = 3
"""Where words cannot be compared a price is that of the story's own thing if it stands in the first sentences."""
MONEY = PRICES | {"fined", "damaged_by"}
APART = frozenset({"earlier", "more"})
"""What was said before, and what comes on top, is no value of the quantity."""
NEUTRAL = frozenset({"all"})
"""Scopes that change nothing: `in all 14 were killed` is what `14 were killed` is."""
PEOPLE = frozenset({"", "people", "deaths", "cases"})
ROUNDED = Decimal("0.05")
ABOUT = Decimal("0.2")
SHARED_NEAR, SHARED_ALL = 0.8, 0.7
"""So much of the fewer stems of the two parts, and of the two sentences, must be in both."""
BESIDE = 0.5
LEAST_SHARED = 3
LEAD_SHARED = 0.3
"""So much of the fewer stems of two titles with what follows them must be in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a quantity, and the counts that tell it, oldest first."""

    told: tuple[Count, ...]

    @property
    def first_at(self) -> datetime:
        return self.told[0].article.published_at

    @property
    def last_at(self) -> datetime:
        return self.told[-1].article.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What several articles count: the value that holds, older ones (oldest first), and those that others tell at the
    same time. `counts` are all that count it."""

    counts: tuple[Count, ...]
    newest: Value
    before: tuple[Value, ...] = ()
    also: tuple[Value, ...] = ()

    @property
    def is_disputed(self) -> bool:
        return bool(self.before or self.also)

    @property
    def publishers(self) -> frozenset[str]:
        return frozenset(map(publisher, self.counts))


def publisher(one: Count) -> str:
    return one.article.source.casefold()


def quantities(counts: Iterable[Count]) -> tuple[Quantity, ...]:
    """What at least two articles count, in the order of the first count of each. The order of `counts` does not matter.

    An article that has two values of what seems one quantity shows that it is two: then nothing is said.
    """
    found = sorted(counts, key=_age)
    found = [one for one in found if not one.scope & APART]
    buckets: dict[tuple[str, str], list[Count]] = {}
    for one in found:
        buckets.setdefault((one.unit, one.event), []).append(one)
    groups = [group for bucket in buckets.values() for group in _joined(bucket, found)]
    made = [_quantity(tuple(group)) for group in groups if _is_sound(group)]
    return tuple(sorted(made, key=lambda one: _age(one.counts[0])))


def agree(one: Count, other: Count) -> bool:
    """Whether two values of one quantity may both be true: equal, rounded, within the other's range or bound."""
    for bounded, exact in ((one, other), (other, one)):
        if bounded.bound == ">" and (exact.until or exact.value) >= bounded.value:
            return True
        if bounded.bound == "<" and exact.value <= bounded.value:
            return True
    if one.bound == "~" or other.bound == "~":
        return _near(one.value, other.value, ABOUT)
    if one.until is not None or other.until is not None:
        low, high = max(one.value, other.value), min(one.until or one.value, other.until or other.value)
        return low <= high
    return one.value == other.value or _is_rounded(one, other) or _is_rounded(other, one)


def _is_rounded(coarse: Count, fine: Count) -> bool:
    """Whether one value is the other, written with fewer digits."""
    if abs(coarse.value) < 100 and coarse.unit != "%" and coarse.value == coarse.value.to_integral_value():
        return False
    if not _near(coarse.value, fine.value, ROUNDED):
        return False
    step = Decimal(1).scaleb(_last_digit(coarse.value))
    is_finer = _last_digit(fine.value) < _last_digit(coarse.value)
    return is_finer and abs(fine.value - coarse.value) < step


def _last_digit(value: Decimal) -> int:
    """The power of ten of the last digit that is not a nought: 1 200 000 has 5, 0.25 has -2."""
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _near(one: Decimal, other: Decimal, part: Decimal) -> bool:
    return abs(one - other) <= part * max(abs(one), abs(other))


def _age(one: Count) -> tuple[datetime, str, int, int]:
    return (one.article.published_at, one.article.id, one.order, one.start)


def _joined(bucket: Sequence[Count], rivals: Sequence[Count]) -> list[list[Count]]:
    """The counts of one unit and event as groups of one quantity each; groups of one article are left out."""
    alone = {id(one): _is_alone(one, rivals) for one in bucket}
    group = list(range(len(bucket)))
    for i, j in combinations(range(len(bucket)), 2):
        one, other = bucket[i], bucket[j]
        if group[i] == group[j] or not is_one(one, other, alone=alone[id(one)] and alone[id(other)]):
            continue
        if agree(one, other) or not (_knows(one, other, rivals) or _knows(other, one, rivals)):
            old = group[j]
            group = [group[i] if at == old else at for at in group]
    members: dict[int, list[Count]] = {}
    for at, name in enumerate(group):
        members.setdefault(name, []).append(bucket[at])
    return [found for found in members.values() if len({one.article.id for one in found}) > 1]


def _knows(one: Count, other: Count, counts: Sequence[Count]) -> bool:
    """Whether the article of one has the other's value too: then it counts something else there."""
    own = (count for count in counts if count.article.id == one.article.id and count.value == other.value)
    return any((count.unit, count.event) == (other.unit, other.event) and is_thing(count, other) for count in own)


def _is_alone(one: Count, counts: Sequence[Count]) -> bool:
    """Whether its article has no other value that could be meant: of the killed, or of this money."""
    if one.order > EARLY:
        return False
    own = [other for other in counts if other.article.id == one.article.id and other.unit == one.unit]
    if one.event not in PRICES:
        own = [other for other in own if other.event == one.event and is_thing(one, other)]
    return all(agree(one, other) for other in own)


def is_one(one: Count, other: Count, *, alone: bool) -> bool:
    """Whether two counts of one unit and event are of one quantity; `alone`: neither article has another such count."""
    if one.article.id == other.article.id or not is_thing(one, other):
        return False
    if one.scope - NEUTRAL != other.scope - NEUTRAL or one.done != other.done or one.years != other.years:
        return False
    if (one.names - other.names and other.names - one.names) or (one.days and other.days and not one.days & other.days):
        return False
    high, low = max(one.value, other.value), min(one.value, other.value)
    if low <= 0 or high > FAR * low or not _is_one_event(one, other):
        return False
    return (alone and _is_told(one, other)) or _is_alike(one, other)


def _is_one_event(one: Count, other: Count) -> bool:
    """Whether two articles begin with the same: stories that grew too large hold several events."""
    named = min(len(one.lead.names), len(other.lead.names))
    if len(one.lead.names & other.lead.names) < LEAD_SHARED * named or (
        named == 0 and _primary(one) != _primary(other)
    ):
        return False
    if _primary(one) != _primary(other):
        return True
    shared, fewer = len(one.lead.stems & other.lead.stems), min(len(one.lead.stems), len(other.lead.stems))
    return shared >= LEAD_SHARED * fewer


def _is_told(one: Count, other: Count) -> bool:
    """Whether it is told of one event how many were killed, or what something cost."""
    if not one.event:
        return False
    if one.event not in MONEY:
        return not one.unit
    if not one.unit.isupper():
        return False
    if one.event not in PRICES:
        return True
    if _primary(one) != _primary(other):
        return max(one.order, other.order) <= OBJECT_EARLY
    beside = one.near & other.near
    return len(beside) >= max(1, BESIDE * min(len(one.near), len(other.near)))


def is_thing(one: Count, other: Count) -> bool:
    if one.thing in PEOPLE and other.thing in PEOPLE:
        if one.event and not one.nouns and not other.nouns:
            return True
        if one.thing and one.thing == other.thing:
            return True
    if one.thing or other.thing:
        return one.thing == other.thing
    return bool(one.unit) or bool(one.nouns & other.nouns)


def _is_alike(one: Count, other: Count) -> bool:
    """Whether two sentences say the same of their figures."""
    if _primary(one) != _primary(other) or max(one.order, other.order) > ALIKE_EARLY:
        return False
    if abs(one.article.published_at - other.article.published_at) > ALIKE_WITHIN:
        return False
    near, fewer = one.near & other.near, min(len(one.near), len(other.near))
    if len(near) < max(LEAST_SHARED, SHARED_NEAR * fewer):
        return False
    figures, others = _further(one), _further(other)
    if 2 * len(figures & others) < min(len(figures), len(others)):
        return False
    return len(one.stems & other.stems) >= SHARED_ALL * min(len(one.stems), len(other.stems))


def _further(one: Count) -> frozenset[str]:
    """The other figures of its sentence."""
    return frozenset(
        stem for stem in one.stems if stem[0].isdigit() and stem not in one.text and stem != str(one.value)
    )


def _primary(one: Count) -> str:
    return one.article.language.partition("-")[0]


def _is_sound(group: Sequence[Count]) -> bool:
    """Whether no article of a group contradicts itself."""
    by_article: dict[str, list[Count]] = {}
    for one in group:
        by_article.setdefault(one.article.id, []).append(one)
    return all(agree(one, other) for told in by_article.values() for one, other in combinations(told, 2))


def _quantity(group: tuple[Count, ...]) -> Quantity:
    values = _values(group)
    newest_at = max(one.article.published_at for one in group)
    latest = {publisher(one): one for one in group}  # sorted by age: the last one of each stays
    now = [one for one in latest.values() if newest_at - one.article.published_at <= SAME_TIME]
    current = [value for value in values if any(one in value.told for one in now)]
    newest = max(current, key=lambda value: (value.last_at, len(value.told)))
    others = [value for value in values if value is not newest]
    # A value that came before another one and is told again after it is no newer figure: the sources disagree.
    also = [value for value in others if value in current or newest.first_at < value.first_at]
    before = [value for value in others if value not in also]
    return Quantity(counts=group, newest=newest, before=tuple(before), also=tuple(also))


def _values(group: Sequence[Count]) -> list[Value]:
    """The distinct values in order of the first article that tells each; what agrees with one that is exact is it."""
    found: list[list[Count]] = []
    for one in sorted(
        group, key=lambda count: (count.until is not None, count.bound != "", -_precision(count), _age(count))
    ):
        known = next((told for told in found if agree(told[0], one)), None)
        if known is None:
            found.append([one])
        else:
            known.append(one)
    told = [Value(told=tuple(sorted(one, key=_age))) for one in found]
    return sorted(told, key=lambda value: _age(value.told[0]))


def _precision(one: Count) -> int:
    return len(one.value.normalize().as_tuple().digits)
