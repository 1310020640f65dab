"""Articles through clean and extract, one core: together and stage by stage."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median

from bot.errors import RefusedEntry
from bot.language import identify
from bot.model import Article, Entry, Story, StoryId
from bot.stages import clean, extract
from tests import benchmarks
from tests.benchmarks import generated, naive, shared, timing

NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNT = 1_000
MIDDLE = range(250, 351)  # words of an article of usual length
LONG_BYTES = 5_000_000
LEAD = "lead-3 by regular expression"
Row = benchmarks.Row


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    try:
        rows = data.rows("stories/silver_2020")
    except shared.NotHere as error:
        yield benchmarks.NotMeasured(what=f"{COUNT:,} articles of silver_2020", reason=str(error))
        heap = generated.entries(3 * COUNT, tellers=3, until=NOW_AT)
        yield from _measured([heap[start::3] for start in range(3)], "generated articles")
        return
    yield from _measured([[shared.entry(row) for row in rows[start::8][:COUNT]] for start in range(3)], "silver_2020")


def _measured(thousands: Sequence[Sequence[Entry]], name: str) -> Iterator[Row]:
    """Three different thousands, so that what a stage remembers of one does not help it with the next."""
    cleaned = [_cleaned(entries) for entries in thousands]
    _summed_up(cleaned[0][-1:])  # tables of the languages are read once, at the first article

    def seconds(work: Callable[[Sequence[Article]], object]) -> float:
        return timing.each(timing.cpu, [partial(work, articles) for articles in cleaned])

    leads = seconds(_leads)
    cleaning = timing.each(timing.cpu, [partial(_cleaned, entries) for entries in thousands])
    extracting = seconds(_summed_up)
    both = cleaning + extracting
    what, goal = f"{COUNT:,} articles of {name}", benchmarks.at_most(5)
    yield Row(what=what, value=both, baseline=leads, beside=LEAD, unit="s", goal=goal)
    yield Row(what="articles a second", value=COUNT / both, baseline=COUNT / leads, beside=LEAD)
    parts = {"clean, identify in it": cleaning, "identify": seconds(_identified), "extract": extracting}
    lead_ms = leads / COUNT * 1000
    for part, spent in parts.items():
        yield Row(what=f"{part}, an article", value=spent / COUNT * 1000, baseline=lead_ms, beside=LEAD, unit="ms")
    yield _usual([entry for entries in thousands for entry in entries])
    yield _long()


def _usual(entries: Sequence[Entry]) -> Row:
    """The goal of an article of about 300 words: clean, identify and extract in 2 ms."""
    chosen = [entry for entry in entries if len(entry.text.split()) in MIDDLE][:COUNT]
    chosen = chosen or list(entries[:COUNT])
    whole = timing.each(timing.cpu, [partial(_through, entry) for entry in chosen]) * 1000
    lead = timing.each(timing.cpu, [partial(naive.lead, entry.text) for entry in chosen]) * 1000
    size = median(len(entry.text.split()) for entry in chosen)
    what = f"the median article of {size:.0f} words"
    return Row(what=what, value=whole, baseline=lead, beside=LEAD, unit="ms", goal=benchmarks.at_most(2))


def _long() -> Row:
    """Whether time grows no faster than the length, up to an article of 5 MB: one against ten of a tenth of it."""
    part = "\n".join(entry.text for entry in generated.entries(400, tellers=1, until=NOW_AT))
    short = part * math.ceil(LONG_BYTES / 10 / len(part.encode()))
    entries = [Entry(url="https://example.org/long", title="", text=text) for text in (short, short * 10)]
    tenth, whole = (timing.thrice(timing.cpu, partial(_through, entry)) * 1000 for entry in entries)
    what = f"an article of {len(entries[1].text.encode()) / 1e6:.1f} MB"
    return Row(
        what=what,
        value=whole,
        baseline=10 * tenth,
        beside="ten of a tenth of it",
        unit="ms",
        goal=benchmarks.at_most(10 * tenth),
    )


def _through(entry: Entry) -> None:
    _summed_up(_cleaned([entry]))


def _cleaned(entries: Iterable[Entry]) -> list[Article]:
    articles = []
    for entry in entries:
        try:
            articles.append(clean.article(entry, now_at=NOW_AT))
        except RefusedEntry:
            continue
    return articles


def _identified(articles: Iterable[Article]) -> None:
    for article in articles:
        identify.language(f"{article.title}\n{article.text[: identify.SAMPLE]}")


def _summed_up(articles: Iterable[Article]) -> None:
    for article in articles:
        extract.summary(Story(id=StoryId(article.id), articles=(article,)), article.language)


def _leads(articles: Iterable[Article]) -> None:
    for article in articles:
        naive.lead(article.text)


BENCHMARK = benchmarks.Benchmark(
    name="line", goal="1,000 articles through clean and extract in 5 s of one core", run=_run
)
