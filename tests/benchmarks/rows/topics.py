"""Topics of articles and sentences that people labelled, by weights that have not seen them, and what a look costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from bot.model import Article
from bot.stages import classify, clean, subjects
from tests import benchmarks
from tests.benchmarks import fit_topics, generated, naive, shared, timing

CONTEST_GOAL = benchmarks.at_least(82)
SENTENCE_GOALS = {"ru": 77, "en": 82, "uz": 75, "kk": 78}
"""Macro-F1 by language."""

NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNT = 1_000

Example = fit_topics.Example
Said = Callable[[Example], str]


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    yield from _contest(data)
    yield from _sentences(data)
    yield _cost(data)


def _contest(data: shared.Shared) -> Iterator[benchmarks.Row]:
    """Each article by weights fitted without its fifth; the first topic is what a reader gets, "other" a fault."""
    everything = fit_topics.contest(data)
    bases, train = fit_topics.models(data, everything, codes=sorted({one.primary for one in everything}))
    folds = fit_topics.in_folds(bases, everything, train)
    catalogues = [classify.catalogue(classify.default_definitions(), weights=one) for one in folds]
    alone = classify.catalogue(classify.default_definitions(), weights=fit_topics.NOTHING)
    said: dict[str, tuple[Said, Said]] = {
        "likeliest class": (
            lambda one: fit_topics.label(one, folds[one.fold]),
            lambda one: fit_topics.label(one, fit_topics.NOTHING),
        ),
        "first topic": (
            lambda one: _first(one, catalogues[one.fold]),
            lambda one: _first(one, alone),
        ),
    }
    sets = {name: {str(row["id"]) for row in data.rows(name)} for name in fit_topics.CONTEST_SETS}
    sets["both"] = {str(one.article.id) for one in everything}
    for what, (ours, plain) in said.items():
        remembered = [_remembered(how, everything) for how in (ours, plain)]
        for name, ids in sets.items():
            examples = [one for one in everything if one.article.id in ids]
            described = f"{name.removeprefix('topics/')}, {what}"
            yield from _rows(data, examples, described, say=remembered[0], plain=remembered[1])


def _remembered(say: Said, examples: Sequence[Example]) -> Said:
    """The same, asked once for each example."""
    answers = {one.article.id: say(one) for one in examples}
    return lambda one: answers[one.article.id]


def _first(one: Example, catalogue: classify.Catalogue) -> str:
    topic = classify.topics(one.article, catalogue)[0].topic
    return next((label for label, allowed in one.classes.items() if topic in allowed), str(topic))


def _sentences(data: shared.Shared) -> Iterator[benchmarks.Row]:
    """By the weights that come with the bot, which are fitted on the split "train" alone."""
    weights = subjects.stored()
    unseen = fit_topics.sentences(data, unseen=True)
    for code, goal in SENTENCE_GOALS.items():
        examples = [one for one in unseen if one.primary == code]
        ours, plain = (partial(fit_topics.label, weights=known) for known in (weights, fit_topics.NOTHING))
        *_, row = _rows(data, examples, f"SIB-200 {code}", say=ours, plain=plain, goal=goal)
        yield row


def _rows(
    data: shared.Shared, examples: Sequence[Example], what: str, *, say: Said, plain: Said, goal: float | None = None
) -> Iterator[benchmarks.Row]:
    """Accuracy and macro-F1 by the scorer, beside the word lists alone."""
    gold = [{"id": one.article.id, "category": one.label} for one in examples]
    ours, lists = (
        data.compared("accuracy", gold, [{"id": one.article.id, "label": how(one)} for one in examples])
        for how in (say, plain)
    )
    for measure in ("accuracy", "macro-F1"):
        yield benchmarks.Row(
            what=f"{what}, {len(examples)}: {measure}",
            value=_percent(measure, ours),
            baseline=_percent(measure, lists),
            beside="word lists alone",
            unit="%",
            goal=benchmarks.at_least(goal) if goal else CONTEST_GOAL,
        )


def _percent(measure: str, printed: str) -> float:
    found = re.search(rf"{measure}\s+(\S+)", printed)
    if found is None:
        raise AssertionError(f"the scorer said {printed!r}")
    return float(found[1])


def _cost(data: shared.Shared) -> benchmarks.Row:
    """Three different thousands, so that what is remembered of one does not help with the next."""
    try:
        rows = data.rows("stories/silver_2020")
        thousands = [shared.articles(rows[start::8][:COUNT]) for start in range(3)]
        name = "silver_2020"
    except shared.NotHere:
        heap = [clean.article(one, now_at=NOW_AT) for one in generated.entries(3 * COUNT, tellers=3, until=NOW_AT)]
        thousands, name = [tuple(heap[start::3]) for start in range(3)], "generated articles"
    catalogue = classify.catalogue(classify.default_definitions())
    classify.topics(thousands[0][-1], catalogue)  # tables are read once, at the first article
    ours = timing.each(timing.cpu, [partial(_classified, articles, catalogue) for articles in thousands])
    plain = timing.each(timing.cpu, [partial(_split, articles) for articles in thousands])
    return benchmarks.Row(
        what=f"classify, an article of {name}",
        value=ours / COUNT * 1000,
        baseline=plain / COUNT * 1000,
        beside="its words by a regular expression",
        unit="ms",
        goal=benchmarks.at_most(0.5),
    )


def _classified(articles: Sequence[Article], catalogue: classify.Catalogue) -> None:
    for article in articles:
        classify.topics(article, catalogue)


def _split(articles: Sequence[Article]) -> None:
    for article in articles:
        naive.words(f"{article.title} {article.text}")


BENCHMARK = benchmarks.Benchmark(
    name="topics",
    goal="82 % of six classes of articles, macro-F1 of .77 (ru), .82 (en), .75 (uz), .78 (kk) on sentences, never seen",
    run=_run,
)
