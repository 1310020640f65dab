"""Articles into stories: how quick, and how often as people would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.model import Article
from bot.stages import group
from tests import benchmarks
from tests.benchmarks import naive, shared, timing

TIMED = 2_000
PAIRS = ("stories/pairs_tgcontest", "stories/pairs_nyan")
B_CUBED = {"ru": 0.75, "en": 0.84}
TITLES = "stories by words shared in titles"
Row = benchmarks.Row
Rows = Sequence[Mapping[str, Any]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    yield _pairs(data)
    rows = data.rows("stories/silver_2020")
    articles = shared.articles(rows)
    yield _speed(articles[::4][:TIMED])
    for language in B_CUBED:
        yield _clusters(data, [row for row in rows if row["lang"] == language], articles, language=language)


def _pairs(data: shared.Shared) -> Row:
    """Each pair by itself: same when its two articles come out as one story."""
    rows = [row for name in PAIRS for row in data.rows(name)]
    told = [[row[side] | {"id": f"{row['id']}/{side}"} for side in "ab"] for row in rows]
    ours = [
        {"id": row["id"], "label": "same" if len(group.stories(shared.articles(pair))) == 1 else "different"}
        for row, pair in zip(rows, told, strict=True)
    ]
    texts = [(_whole(a), _whole(b)) for a, b in told]
    plain = [{"id": row["id"], "score": score} for row, score in zip(rows, naive.likenesses(texts), strict=True)]
    return Row(
        what=f"{len(rows)} pairs judged by people: F1 of same",
        value=_figure(r"F1 (\S+)", data.compared("pairs", rows, ours)),
        baseline=_figure(r"F1 (\S+)", data.compared("pairs", rows, plain)),
        beside="TF-IDF cosine at its best threshold here",
        goal=benchmarks.at_least(0.85),
    )


def _speed(articles: Sequence[Article]) -> Row:
    ours = timing.thrice(timing.cpu, lambda: group.stories(articles))
    plain = timing.cpu(lambda: naive.grouped(article.title for article in articles))
    return Row(
        what=f"articles grouped a second, of {len(articles):,}",
        value=len(articles) / ours,
        baseline=len(articles) / plain,
        beside=TITLES,
        goal=benchmarks.at_least(10_000 / 30),
    )


def _clusters(data: shared.Shared, rows: Rows, articles: Iterable[Article], *, language: str) -> Row:
    ids = {row["id"] for row in rows}
    chosen = [article for article in articles if article.id in ids]
    ours = [{"id": told.id, "cluster": story.id} for story in group.stories(chosen) for told in story.articles]
    numbers = naive.grouped(article.title for article in chosen)
    plain = [{"id": article.id, "cluster": number} for article, number in zip(chosen, numbers, strict=True)]
    return Row(
        what=f"silver_2020 {language}, {len(chosen):,} articles: B-cubed F1",
        value=_figure(r"B-cubed .* F1 (\S+)", data.compared("clusters", rows, ours)),
        baseline=_figure(r"B-cubed .* F1 (\S+)", data.compared("clusters", rows, plain)),
        beside=TITLES,
        goal=benchmarks.at_least(B_CUBED[language]),
    )


def _whole(row: Mapping[str, Any]) -> str:
    return f"{row.get('title', '')} {row['text']}"


def _figure(pattern: str, printed: str) -> float:
    found = re.search(pattern, printed)
    if found is None:
        raise AssertionError(f"the scorer said {printed!r}")
    return float(found[1])


BENCHMARK = benchmarks.Benchmark(
    name="stories", goal="one event is one story, as people judged; 10,000 articles grouped in 30 s", run=_run
)
