"""The table of summaries: one for each story and language, all of a story's replaced when it is summed up anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Evidence, Fact, FactKind, StoryId, Summary
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
    evidence = fact.evidence
    return {
        "text": fact.text,
        "kind": fact.kind.value,
        "article_id": evidence.article_id,
        "revision": evidence.revision,
        "start": evidence.start,
        "end": evidence.end,
    }


def _fact_from(stored: dict[str, Any]) -> Fact:
    evidence = Evidence(
        article_id=stored["article_id"], revision=stored["revision"], start=stored["start"], end=stored["end"]
    )
    return Fact(text=stored["text"], kind=FactKind(stored["kind"]), evidence=evidence)
