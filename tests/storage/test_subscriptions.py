"""Subscriptions: saved, due and turned off."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select, text

from bot.model import Chat, DeliveryState, Filters, Form, Manner, Outcome, Schedule, Subscription
from bot.storage import chats, subscriptions, tables
from bot.storage.database import Database
from tests.storage import make

TOMORROW = make.NOON + timedelta(days=1)
SENT = Outcome(state=DeliveryState.SENT, message_id=11, attempts=1)


async def test_a_subscription_comes_back_as_it_was_saved(database: Database) -> None:
    # given two subscriptions of a chat: with times of day and all that a card can say, and with an interval
    filters = Filters(sources=("Herald",), sources_out=("Bell",), words=("gas price",), muted=("re:v.ch",))
    manner = Manner(form=Form.HEADLINES, minutes=3, quiet=(time(22), time(7, 30)), at_least=2, roundup=True)
    daily = replace(make.subscription(slug="a"), title="Evenings", filters=filters, manner=manner)
    often = replace(make.subscription(slug="b"), topics=(), schedule=Schedule(every_min=90), cursor=3)
    await _save(database, make.chat(), often, daily)

    # when they are read
    async with database.read() as connection:
        found = await subscriptions.of_chat(connection, make.READER)

    # then they are the same
    assert found == (daily, often)


@pytest.mark.parametrize(
    ("stored", "saved", "kept"), [(5, 3, 5), (5, None, 5), (3, 5, 5), (None, 5, 5), (None, None, None)]
)
async def test_saving_settings_never_moves_a_cursor_back(
    database: Database, stored: int | None, saved: int | None, kept: int | None
) -> None:
    # given a subscription that was served up to a number
    await _save(database, make.chat(), make.subscription(cursor=stored))

    # when somebody who read it before saves a change
    await _save(database, make.chat(), replace(make.subscription(cursor=saved), max_stories=3))

    # then the change is made, and nothing is served twice
    async with database.read() as connection:
        (found,) = await subscriptions.of_chat(connection, make.READER)
    assert (found.max_stories, found.cursor) == (3, kept)


async def test_due_are_those_whose_moment_has_come_the_oldest_first(database: Database) -> None:
    # given subscriptions due now, before, later and never, and one of a paused chat
    first, second = make.subscription(slug="b", next_due_at=make.NOON - make.hours(1)), make.subscription(slug="a")
    later = make.subscription(slug="c", next_due_at=make.NOON + timedelta(microseconds=1))
    never = make.subscription(slug="d", next_due_at=None)
    await _save(database, make.chat(), first, second, later, never)
    await _save(database, make.chat(make.GROUP, paused="kicked"), make.subscription(make.GROUP))

    # when the due ones are asked for
    async with database.read() as connection:
        found = await subscriptions.due(connection, now_at=make.NOON, limit=10)
        one = await subscriptions.due(connection, now_at=make.NOON, limit=1)
        next_due_at = await subscriptions.next_due(connection)

    # then they come with their chat
    assert found == ((first, make.chat()), (second, make.chat()))
    assert one == found[:1]
    assert next_due_at == first.next_due_at


async def test_nobody_waits_for_a_digest_at_first(database: Database) -> None:
    # given no subscription
    # when the next digest is asked for
    async with database.read() as connection:
        # then there is none
        assert await subscriptions.next_due(connection) is None


async def test_what_the_configuration_does_not_name_any_more_is_turned_off(database: Database) -> None:
    # given two subscriptions from the configuration and one of somebody's own
    kept, gone = make.subscription(slug="kept", origin="config"), make.subscription(slug="gone", origin="config")
    own = make.subscription(slug="own")
    await _save(database, make.chat(), kept, gone, own)

    # when only one is named, and later none
    async with database.write() as connection:
        first = await subscriptions.disable_missing(connection, [kept.id])
        found = await subscriptions.of_chat(connection, make.READER)
        second = await subscriptions.disable_missing(connection, [])

    # then the other is off, and what a person chose stays
    assert {one.slug for one in found if one.enabled} == {"kept", "own"}
    assert {one.slug for one in found if one.next_due_at} == {"kept", "own"}
    assert (first, second) == (1, 1)


async def test_the_due_query_uses_its_partial_index(database: Database, kind: str) -> None:
    # given the query as SQLAlchemy renders it for this database
    wanted = select(tables.subscription.c.id).where(
        subscriptions.ENABLED, tables.subscription.c.next_due_at <= make.NOON
    )
    async with database.read() as connection:
        rendered = wanted.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        if kind == "postgres":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))

        # when the database explains how it would run it
        explain = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
        plan = str((await connection.execute(text(f"{explain}{rendered}"))).all())

    # then it goes through the index of those that are enabled
    assert "subscription_due" in plan


async def _save(database: Database, chat: Chat, *wanted: Subscription) -> None:
    async with database.write() as connection:
        await chats.save(connection, chat)
        for one in wanted:
            await subscriptions.save(connection, one)
