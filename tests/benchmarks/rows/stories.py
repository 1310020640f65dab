"""Articles into stories: how often as people would, in one language and across, in any order; how quick, how small."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.model import Article
from bot.stages import group, likeness, sketch
from bot.stages.sketch import Sketch
from tests import benchmarks
from tests.benchmarks import naive, shared, storysets, timing

TIMED, TIMED_PLAINLY = 2_000, 50
SHUFFLED = 1_000
MEASURED = 4_000
ORDERS, FEW_ORDERS = 20, 4
B_CUBED = {"ru": 0.75, "en": 0.84}
CHAIN = 150
TITLES = "stories by words shared in titles"
Row = benchmarks.Row
Rows = Sequence[Mapping[str, Any]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    """Every fourth story of the large sets, all of them for B-cubed, which is worse the more there are;
    `python -m tests.benchmarks.whole_stories` takes all."""
    yield from measured(data, part=4)


def measured(data: shared.Shared, *, part: int) -> Iterator[benchmarks.Line]:
    """With `part` 1 everything, else whole stories, those whose name's hash it divides."""
    yield _pairs(data)
    rows = [row for row in data.rows("stories/silver_2020") if zlib.crc32(row["cluster"].encode()) % part == 0]
    articles = shared.articles(rows)
    yield _speed(articles[: TIMED // part])
    yield _growth(articles)
    yield _memory(articles[: MEASURED // part])
    every = data.rows("stories/silver_2020")
    for language in B_CUBED:
        yield _clusters(every, shared.articles(every), language=language)
    yield from _headlines(data)
    yield from _across(data, part=min(part, 2))
    few = SHUFFLED // part
    sketches = [sketch.of(article) for article in articles[:: max(1, len(articles) // few)][:few]]
    yield _order(sketches, orders=max(FEW_ORDERS, ORDERS // part))


def _pairs(data: shared.Shared) -> Row:
    """Each pair by itself: same when its likeness passes a bar that is the best one for other pairs."""
    rows = [row for name in storysets.PAIRS for row in data.rows(name)]
    scores = naive.likenesses([(_whole(row["a"]), _whole(row["b"])) for row in rows])
    truth = [row["label"] == "same" for row in rows]
    return Row(
        what=f"{len(rows)} pairs judged by people, bar of {storysets.FOLDS} folds: F1 of same",
        value=storysets.f1_in_folds(storysets.pairs(data), likeness.fitted()),
        baseline=max(_f1(truth, [score >= cut for score in scores]) for cut in scores),
        beside="TF-IDF cosine at its best threshold here",
        goal=benchmarks.at_least(0.85),
    )


def _whole(row: Mapping[str, Any]) -> str:
    """Title and text, in whichever column the title is."""
    told = row["url"] if str(row.get("title")).startswith("http") else row.get("title", "")
    return f"{told} {row.get('text') or ''}"


def _f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    both = sum(real and ours for real, ours in zip(truth, said, strict=True))
    return 2 * both / max(1, sum(truth) + sum(said))


def _speed(articles: Sequence[Article]) -> Row:
    ours = timing.thrice(timing.cpu, lambda: group.stories(articles))
    few = [f"{article.title} {article.text}" for article in articles[:TIMED_PLAINLY]]
    plain = timing.cpu(
        lambda: naive.likenesses([(one, other) for place, one in enumerate(few) for other in few[:place]])
    )
    return Row(
        what=f"articles grouped a second, of {len(articles):,}",
        value=len(articles) / ours,
        baseline=TIMED_PLAINLY / plain,
        beside=f"TF-IDF of all pairs, of {TIMED_PLAINLY}",
        goal=benchmarks.at_least(10_000 / 30),
    )


def _growth(articles: Sequence[Article]) -> Row:
    """The same articles, when they find as many open and when they find seven times as many."""
    sketches = sorted(map(sketch.of, articles), key=lambda one: one.published_at)
    few = len(sketches) // 8
    last = sketches[-few:]

    def spent(before: Sequence[Sketch]) -> float:
        now_open = group.Open()
        now_open.join(before)
        return timing.cpu(lambda: now_open.join(last))

    small, many = spent(sketches[-2 * few : -few]), spent(sketches[:-few])
    return Row(
        what=f"joining an article when {len(sketches) - few:,} are open",
        value=1000 * many / few,
        baseline=1000 * small / few,
        beside=f"when {few:,} are open",
        unit="ms",
    )


def _memory(articles: Sequence[Article]) -> Row:
    """What is free again when they are gone: what stemmers and hashes remember is bounded and not theirs."""
    now_open = group.Open()
    tracemalloc.start()
    now_open.join([sketch.of(article) for article in articles])
    full, _ = tracemalloc.get_traced_memory()
    del now_open
    empty, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    texts = sum(len(article.text.encode()) for article in articles)
    return Row(
        what=f"100,000 open articles, as {len(articles):,} take",
        value=(full - empty) / len(articles) * 100_000 / 1e6,
        baseline=texts / len(articles) * 100_000 / 1e6,
        beside="their texts as UTF-8",
        unit="MB",
        goal=benchmarks.at_most(300),
    )


def _clusters(rows: Rows, articles: Sequence[Article], *, language: str) -> Row:
    said = {row["id"]: row["cluster"] for row in rows if row["lang"] == language}
    chosen = [article for article in articles if article.id in said]
    told = [(sketch.of(article), said[article.id]) for article in chosen]
    plain = naive.grouped(article.title for article in chosen)
    return Row(
        what=f"silver_2020 {language}, {len(chosen):,} articles: B-cubed F1",
        value=storysets.b_cubed(told, likeness.fitted())[0],
        baseline=storysets.b_cubed_of([said[article.id] for article in chosen], plain),
        beside=TITLES,
        goal=benchmarks.at_least(B_CUBED[language]),
    )


def _headlines(data: shared.Shared) -> Iterator[Row]:
    rows = data.rows("stories/en_headlines")
    told = storysets.clusters(data, "stories/en_headlines")
    score, largest = storysets.b_cubed(told, likeness.fitted())
    plain = naive.grouped(row["title"] for row in rows)
    yield Row(
        what=f"en_headlines, {len(told):,} headlines: B-cubed F1",
        value=score,
        baseline=storysets.b_cubed_of([row["cluster"] for row in rows], plain),
        beside=TITLES,
        goal=benchmarks.at_least(0.72),
    )
    chain = storysets.largest_mixed(told, likeness.fitted())
    yield Row(
        what="en_headlines: largest story that is not nine tenths one",
        value=chain,
        baseline=largest,
        beside="the largest of all",
        goal=benchmarks.at_most(CHAIN),
    )


def _across(data: shared.Shared, *, part: int) -> Iterator[Row]:
    told, unrelated = storysets.clusters(data, "stories/uzdaily_uz_ru_en"), storysets.unrelated(data)[::part]
    fitted = likeness.fitted()
    alone = {**fitted, "across": {**fitted["across"], "keys": 99.0}}
    score, false = storysets.links_across(told, unrelated, fitted)
    plain, plain_false = storysets.links_across(told, unrelated, alone)
    what, beside = f"uz, ru, en among {len(unrelated):,}", "each language by itself"
    yield Row(what=f"{what}: F1 of links", value=score, baseline=plain, beside=beside, goal=benchmarks.at_least(0.9))
    yield Row(
        what=f"{what}: false links", value=100 * false, baseline=100 * plain_false, beside=beside, unit="%",
        goal=benchmarks.at_most(2),
    )  # fmt: skip


def _order(sketches: Sequence[Sketch], *, orders: int) -> Row:
    return Row(
        what=f"{len(sketches):,} articles, {orders} orders within each hour: partitions",
        value=storysets.partitions(sketches, orders=orders, again=True),
        baseline=storysets.partitions(sketches, orders=FEW_ORDERS, again=False),
        beside=f"{FEW_ORDERS} orders, each article decided once",
        goal=benchmarks.at_most(1),
    )


BENCHMARK = benchmarks.Benchmark(
    name="stories", goal="one event is one story, as people judged; 10,000 articles grouped in 30 s", run=_run
)
