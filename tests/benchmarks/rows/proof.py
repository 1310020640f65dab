"""How much of what the gate must stop it stops: true facts, reworded ones, lies of six kinds and what strangers tell.

A seeded sample; with `PROOF=all` in the environment all articles and 10,000 summaries each, which takes many minutes.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.model import Article, Language, Story, StoryId, Summary
from bot.stages import extract, prove
from tests import benchmarks
from tests.benchmarks import corrupt, lies, shared, timing

SEED = 20261122
IS_WHOLE = os.environ.get("PROOF") == "all"
ARTICLES, LIES, TRUE, STRANGE = (100_000, 10_000, 10_000, 500) if IS_WHOLE else (600, 900, 1_000, 40)
SETS = ("stories/silver_2020", "articles/ru_telegram_posts")
UZBEK = "stories/uzdaily_uz_ru_en"
SENTENCES = (("uz-Cyrl", "languages/uz_scripts"), ("kk", "languages/ud"), ("kk", "topics/sib200"))
TOGETHER = 4
"""So many sentences of a set without articles make one."""
GOALS = {"figure": 99, "date": 99, "unit": 99, "name": 99, "negation": 90, "speaker": 90} | dict.fromkeys(
    ("figures swapped", "per cent for points", "magnitude", "currency", "year", "month", "weekday", "day after"), 99
)
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

    @property
    def written(self) -> str:
        """The language, and the script where it is not the usual one."""
        return "uz-Cyrl" if self.article.language == "uz-Cyrl" else self.language


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    told: list[Told] = []
    chance = random.Random(SEED)
    for name in (*SETS, UZBEK):
        told += (found := _told(shared.articles(_drawn(data.rows(name), chance))))
        if name in SETS:
            yield from _unproven(found, name)
    yield _speed(told[:500])
    chance.shuffle(told)
    yield from _caught(told, chance)
    yield from _refused(told, chance)
    yield from _strange([*told, *_told(_of_sentences(data, chance))], chance)


def _drawn(rows: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    return rows if IS_WHOLE else chance.sample(rows, min(ARTICLES, len(rows)))


def _of_sentences(data: shared.Shared, chance: random.Random) -> Iterator[Article]:
    """Articles in the languages of which there are only sentences."""
    for language, name in SENTENCES:
        rows = [row for row in data.rows(name) if row["lang"] == language]
        lines = [rows[at : at + TOGETHER] for at in range(0, len(rows), TOGETHER)]
        made = [
            {"id": some[0]["id"], "url": f"https://x.test/{at}", "text": "\n".join(one["text"] for one in some)}
            for at, some in enumerate(lines)
        ]
        for article in shared.articles(_drawn(made, chance)):
            yield replace(article, language=Language(language))


def _told(articles: Iterable[Article]) -> list[Told]:
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


def _strange(told: Sequence[Told], chance: random.Random) -> Iterator[benchmarks.Row]:
    """The share of further lies that are stopped by the rules for rewording writers, equally many of each language."""
    for kind, lie in lies.LIES.items():
        counts: Counter[str] = Counter()
        for language in lies.MONTHS:
            mine = [one for one in told if one.written == language]
            for one, wrong in _changed(mine, lie, chance, limit=STRANGE):
                counts["all"] += 1
                counts["caught"] += not prove.proved(wrong, (one.article,), reworded=True).is_whole
                counts["plain"] += not all(_occurs(text, one.article) for text in _texts(wrong))
        if counts["all"]:
            share, plain = (100 * counts[key] / counts["all"] for key in ("caught", "plain"))
            goal = benchmarks.at_least(GOALS.get(kind, 90))
            yield _row(f"{counts['all']:,} further lies, {kind}: caught", share, plain, unit="%", goal=goal)


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
        new = change(old, one.article.text, one.written, chance)
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
