"""Facts as they are stored: all that is known of them comes back, and rows of before are read."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.model import Evidence, Fact, StoryId, Summary, Variant
from bot.storage import articles, summaries
from bot.storage.database import Database
from bot.storage.tables import summary as table
from tests.storage import make

OLD_KEYS = {"text", "kind", "article_id", "revision", "start", "end"}


def disputed(fact: Fact) -> Fact:
    """The fact with another value of a figure and a further place that tells it."""
    place = Evidence(article_id=fact.evidence.article_id, revision=fact.evidence.revision, start=2, end=4)
    value = Variant(
        start=0, end=2, text="12", relation="before", evidence=place, source="Herald", published_at=make.NOON
    )
    return replace(fact, told_by=(place,), figures=(value,), source="Courier", published_at=make.NOON)


async def _saved(database: Database, told: Summary) -> Summary:
    made = summaries.Made(made_from="1", summaries=(told,))
    async with database.write() as connection:
        await articles.publish(connection, [make.publication("a")], arrived_at=make.NOON)
        await summaries.save(connection, {StoryId("a"): made}, made_at=make.NOON)
    async with database.read() as connection:
        (read,) = (await summaries.of_stories(connection, [StoryId("a")]))[StoryId("a")].summaries
    return read


async def test_the_other_values_of_a_figure_come_back_as_they_were(database: Database) -> None:
    plain = make.summary("a")
    told = replace(plain, facts=(*plain.facts, *(disputed(fact) for fact in plain.facts)))

    assert await _saved(database, told) == told


async def test_a_fact_without_other_values_is_stored_as_before_and_so_old_rows_are_read(database: Database) -> None:
    told = make.summary("a")

    assert await _saved(database, told) == told
    async with database.read() as connection:
        (stored,) = (await connection.execute(select(table.c.facts))).scalars()
    assert [set(fact) for fact in stored] == [OLD_KEYS]
