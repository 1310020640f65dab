"""The table of summaries: one for each story and language, all of a story's replaced when it is summed up anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Evidence, Fact, FactKind, StoryId, Summary, Variant
from bot.storage import dialect
from bot.storage.tables import summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A story's summaries, one a language, and a mark of what they were made from (the words are the caller's)."""

    made_from: str
    summaries: tuple[Summary, ...]


async def save(connection: AsyncConnection, made: Mapping[StoryId, Made], *, made_at: datetime) -> None:
    """Puts these in the place of all that the stories had."""
    for batch in dialect.batches(made):
        await connection.execute(delete(summary).where(summary.c.story_id.in_(batch)))
    rows = [
        _row(each) | {"story_id": story_id, "made_from": one.made_from, "made_at": made_at}
        for story_id, one in sorted(made.items())
        for each in one.summaries
    ]
    if rows:
        insert = dialect.insert(connection, summary)
        # Another process may have summed up the same story since: the same words from the same texts.
        await connection.execute(insert.on_conflict_do_nothing(), rows)


async def of_stories(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, Made]:
    """What is stored of each story that has a summary, by language."""
    found: dict[StoryId, Made] = {}
    for batch in dialect.batches(ids):
        wanted = select(summary).where(summary.c.story_id.in_(batch)).order_by(summary.c.story_id, summary.c.language)
        for row in await connection.execute(wanted):
            before = found[row.story_id].summaries if row.story_id in found else ()
            found[row.story_id] = Made(made_from=row.made_from, summaries=(*before, _from_row(row)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a story's summaries were made from, and when."""

    made_from: str
    made_at: datetime


async def marks(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, Mark]:
    """As `of_stories`, without the summaries."""
    found: dict[StoryId, Mark] = {}
    columns = (summary.c.story_id, summary.c.made_from, summary.c.made_at)
    for batch in dialect.batches(ids):
        for row in await connection.execute(select(*columns).where(summary.c.story_id.in_(batch))):
            found[row.story_id] = Mark(made_from=row.made_from, made_at=row.made_at)
    return found


def _row(one: Summary) -> dict[str, object]:
    return {
        "language": one.language,
        "writer": one.writer,
        "headline": one.headline,
        "facts": [_fact(fact) for fact in one.facts],
    }


def _from_row(row: dialect.AnyRow) -> Summary:
    return Summary(
        story_id=row.story_id,
        language=row.language,
        writer=row.writer,
        headline=row.headline,
        facts=tuple(_fact_from(stored) for stored in row.facts),
    )


def _fact(fact: Fact) -> dict[str, object]:
    """What most facts have none of is left out."""
    stored: dict[str, object] = {"text": fact.text, "kind": fact.kind.value, **_evidence(fact.evidence)}
    if fact.told_by:
        stored["told_by"] = [_evidence(one) for one in fact.told_by]
    if fact.figures:
        stored["figures"] = [_variant(one) for one in fact.figures]
        stored["source"] = fact.source
    if fact.published_at is not None:
        stored["published_at"] = fact.published_at.isoformat()
    return stored


def _evidence(one: Evidence) -> dict[str, object]:
    return {"article_id": one.article_id, "revision": one.revision, "start": one.start, "end": one.end}


def _variant(one: Variant) -> dict[str, object]:
    return {
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "relation": one.relation,
        "evidence": _evidence(one.evidence),
        "source": one.source,
        "published_at": one.published_at.isoformat(),
    }


def _fact_from(stored: dict[str, Any]) -> Fact:
    """A fact of any version: those of the first have neither `told_by` nor `figures`."""
    published_at = stored.get("published_at")
    return Fact(
        text=stored["text"],
        kind=FactKind(stored["kind"]),
        evidence=_evidence_from(stored),
        told_by=tuple(_evidence_from(one) for one in stored.get("told_by", ())),
        figures=tuple(_variant_from(one) for one in stored.get("figures", ())),
        source=stored.get("source", ""),
        published_at=datetime.fromisoformat(published_at) if published_at else None,
    )


def _evidence_from(stored: dict[str, Any]) -> Evidence:
    return Evidence(
        article_id=stored["article_id"], revision=stored["revision"], start=stored["start"], end=stored["end"]
    )


def _variant_from(stored: dict[str, Any]) -> Variant:
    return Variant(
        start=stored["start"],
        end=stored["end"],
        text=stored["text"],
        relation=stored["relation"],
        evidence=_evidence_from(stored["evidence"]),
        source=stored["source"],
        published_at=datetime.fromisoformat(stored["published_at"]),
    )
