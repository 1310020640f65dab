"""How much of what the gate must stop it stops: true facts, reworded ones, and lies of six kinds."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.model import Article, Story, StoryId, Summary
from bot.stages import extract, prove
from tests import benchmarks
from tests.benchmarks import corrupt, shared, timing

SEED, LIES, TRUE = 20261122, 10_000, 10_000
SETS = ("stories/silver_2020", "articles/ru_telegram_posts")
UZBEK = "stories/uzdaily_uz_ru_en"
GOALS = {"figure": 99, "date": 99, "unit": 99, "name": 99, "negation": 90, "speaker": 90}
BESIDE = "every word of a fact occurs somewhere in the article"
WORD = re.compile(r"\w+")
UNREAD = benchmarks.at_most(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article, its extracted summary and the words of the article."""

    article: Article
    summary: Summary

    @property
    def language(self) -> str:
        return self.article.language.partition("-")[0]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    told: list[Told] = []
    for name in (*SETS, UZBEK):
        told += (found := _told(shared.articles(data.rows(name))))
        if name in SETS:
            yield from _unproven(found, name)
    yield _speed(told[:1000])
    chance = random.Random(SEED)
    chance.shuffle(told)
    yield from _caught(told, chance)
    yield from _refused(told, chance)


def _told(articles: Sequence[Article]) -> list[Told]:
    stories = (Story(id=StoryId(one.id), articles=(one,)) for one in articles)
    return [Told(article=one.articles[0], summary=extract.summary(one, one.articles[0].language)) for one in stories]


def _unproven(told: Sequence[Told], name: str) -> Iterator[benchmarks.Row]:
    proofs = [prove.proved(one.summary, (one.article,)) for one in told]
    kinds = Counter(p.kind.value for proof in proofs for found in (*proof.facts, proof.headline) for p in found)
    facts = sum(map(bool, (found for proof in proofs for found in proof.facts)))
    plain = sum(not _occurs(fact.text, one.article) for one in told for fact in one.summary.facts)
    many = sum(len(one.summary.facts) for one in told)
    yield _row(f"unproven of {many:,} facts of {name}", facts, plain, goal=UNREAD)
    headlines = sum(bool(proof.headline) for proof in proofs)
    plain = sum(not _occurs(one.summary.headline, one.article) for one in told)
    yield _row(f"unproven of {len(told):,} headlines of {name}", headlines, plain, goal=UNREAD)
    for kind, count in sorted(kinds.items()):
        yield _row(f"of them {kind}", count, 0)


def _row(
    what: str, value: float, baseline: float, *, unit: str = "", goal: benchmarks.Goal | None = None
) -> benchmarks.Row:
    return benchmarks.Row(what=what, value=value, baseline=baseline, beside=BESIDE, unit=unit, goal=goal)


def _speed(told: Sequence[Told]) -> benchmarks.Row:
    def prove_all() -> None:
        for one in told:
            prove.proved(one.summary, (one.article,))

    def look_up() -> None:
        for one in told:
            for fact in one.summary.facts:
                _occurs(fact.text, one.article)

    ours, plain = (timing.thrice(timing.cpu, call) / len(told) * 1000 for call in (prove_all, look_up))
    return _row("an extracted summary proven", ours, plain, unit="ms")


def _caught(told: Sequence[Told], chance: random.Random) -> Iterator[benchmarks.Row]:
    """The share of lies of each kind that are stopped, by the rules for rewording writers and by the strict ones."""
    for kind, lie in corrupt.LIES.items():
        counts: Counter[str] = Counter()
        for one, wrong in _changed(told, lie, chance, limit=LIES // len(corrupt.LIES)):
            counts["all"] += 1
            counts["caught"] += not prove.proved(wrong, (one.article,), reworded=True).is_whole
            counts["strict"] += not prove.proved(wrong, (one.article,)).is_whole
            counts["plain"] += not all(_occurs(text, one.article) for text in _texts(wrong))
        share: Mapping[str, float] = {key: 100 * counts[key] / counts["all"] for key in ("caught", "strict", "plain")}
        what = f"{kind}s" if kind != "speaker" else "speakers"
        goal = benchmarks.at_least(GOALS[kind])
        yield _row(f"{counts['all']:,} {what} changed: caught", share["caught"], share["plain"], unit="%", goal=goal)
        yield _row(f"{what}, words checked too", share["strict"], share["plain"], unit="%")


def _refused(told: Sequence[Told], chance: random.Random) -> Iterator[benchmarks.Row]:
    as_they_are = told[:TRUE]
    refused = sum(not prove.proved(one.summary, (one.article,), reworded=True).is_whole for one in as_they_are)
    plain = sum(not all(_occurs(text, one.article) for text in _texts(one.summary)) for one in as_they_are)
    yield _row(f"refused of {len(as_they_are):,} true summaries", refused, plain, goal=UNREAD)
    same = list(_changed(told, corrupt.reworded, chance, limit=TRUE))
    refused = sum(not prove.proved(wrong, (one.article,), reworded=True).is_whole for one, wrong in same)
    plain = sum(not all(_occurs(text, one.article) for text in _texts(wrong)) for one, wrong in same)
    yield _row(f"refused of {len(same):,} true ones, reworded", refused, plain, goal=UNREAD)


def _changed(
    told: Sequence[Told], change: corrupt.Change, chance: random.Random, *, limit: int
) -> Iterator[tuple[Told, Summary]]:
    """Summaries with one fact or the headline changed and the facts in another order, until there are enough."""
    made, turns = 0, [one for one in told for _ in range(3)]
    for one in turns:
        places = [-1, *range(len(one.summary.facts))]
        place = chance.choice(places)
        old = one.summary.headline if place < 0 else one.summary.facts[place].text
        new = change(old, one.article.text, one.language, chance)
        if new is None or new == old:
            continue
        facts = list(one.summary.facts)
        if place >= 0:
            facts[place] = replace(facts[place], text=new)
        chance.shuffle(facts)
        headline = new if place < 0 else one.summary.headline
        yield one, replace(one.summary, headline=headline, facts=tuple(facts))
        made += 1
        if made == limit:
            return


def _texts(summary: Summary) -> tuple[str, ...]:
    return (summary.headline, *(fact.text for fact in summary.facts))


def _occurs(text: str, article: Article) -> bool:
    return _vocabulary(article).issuperset(WORD.findall(text.lower()))


@lru_cache(maxsize=1)
def _vocabulary(article: Article) -> frozenset[str]:
    return frozenset(WORD.findall(f"{article.title} {article.text}".lower()))


BENCHMARK = benchmarks.Benchmark(
    name="proof",
    goal="nothing true refused, and of lies 99 % of figures, dates, units and names, 90 % of negations and speakers",
    run=_run,
)
