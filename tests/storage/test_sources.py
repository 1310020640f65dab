"""Which sources there are, how each is doing, and which of their entries are known; articles that are no news."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.model import Source, SourceState, TopicId
from bot.stages import poll
from bot.stages.fresh import Key, KeyKind
from bot.storage import source_tables, sources
from bot.storage.database import Database
from bot.storage.sources import Synced
from tests.storage import make

LATER = make.NOON + make.hours(1)
FULL = Source(
    slug="vestnik",
    kind="feed",
    address="https://example.org/feed?a=«b»",
    name="Вестник 😀",
    topics=(TopicId("economy"), TopicId("sport")),
    languages=("ru", "uz"),
    full_text="always",
    origin="chat",
    quota_per_day=7,
    old_is_news=True,
)
STATE = SourceState(
    etag='W/"é"',
    last_modified="Fri, 20 Nov 2026 12:00:00 GMT",
    ttl_s=3_600,
    skip_hours=(1, 2),
    next_read_at=LATER,
    last_read_at=make.NOON,
    first_ok_at=make.NOON - make.hours(9),
    last_ok_at=make.NOON,
    last_body_at=make.NOON,
    last_new_at=make.NOON,
    interval_s=1_800,
    items_per_day=12.5,
    quiet_s=60,
    habit_s=10**10,
    failures=2,
    error="истёк сертификат",
    address="https://example.net/",
    moved_to="https://example.net/2",
    moved_count=2,
    gone=True,
    told_down=True,
)


async def test_a_source_and_its_state_come_back_as_they_were(database: Database) -> None:
    # given a source with everything set
    # when it and its state are kept
    async with database.write() as connection:
        await sources.save(connection, FULL, now_at=make.NOON)
        kept = await sources.keep_state(connection, FULL, STATE)

    # then both are read unchanged
    async with database.read() as connection:
        assert await sources.get(connection, "vestnik") == FULL
        assert await sources.all(connection) == (FULL,)
        assert await sources.states(connection) == {"vestnik": STATE}
        assert await sources.with_state(connection, "vestnik") == (FULL, STATE)
        assert await sources.with_state(connection, "nobody") is None
        assert await sources.get(connection, "nobody") is None
    assert kept


async def test_what_no_database_takes_is_left_out(database: Database) -> None:
    # given a server that says odd things
    odd = replace(STATE, etag='"\udce9\0"', error="\0\ud800 bad")

    # when they are kept
    async with database.write() as connection:
        await sources.save(connection, replace(FULL, name="\0Вестник\ud800"), now_at=make.NOON)
        await sources.keep_state(connection, FULL, odd)

        # then the rest of it is
        read = await sources.with_state(connection, "vestnik")
    assert read == (replace(FULL, name="Вестник?"), replace(STATE, etag='"?"', error="? bad"))


async def test_a_new_source_is_due_at_once(database: Database) -> None:
    # given no source
    # when one is added
    async with database.write() as connection:
        await sources.save(connection, _source("a"), now_at=make.NOON)

    # then it waits for its first reading
    async with database.read() as connection:
        assert await sources.due(connection, now_at=make.NOON, limit=9) == (
            (_source("a"), SourceState(next_read_at=make.NOON)),
        )


async def test_a_thousand_sources_are_added_at_once_and_each_once(database: Database) -> None:
    # given one that is there, and an import that holds it, two of one address, and two of one name
    there = _source("there")
    many = [_source(f"s{n:04}", origin="opml") for n in range(1_000)]
    doubles = [replace(there, slug="other"), replace(many[5], slug="again"), replace(many[6], address="https://e.org/")]
    async with database.write() as connection:
        await sources.save(connection, there, now_at=make.NOON)

        # when it is imported, twice
        first = await sources.add(connection, [*many, *doubles], now_at=LATER)
        second = await sources.add(connection, [*many, *doubles], now_at=LATER)

    # then each place is there once, and those that were there come first when they are due
    assert (first, second) == (tuple(one.slug for one in many), ())
    async with database.read() as connection:
        assert len(await sources.all(connection)) == 1_001
        waiting = await sources.due(connection, now_at=LATER, limit=3)
    assert [one.slug for one, _ in waiting] == ["there", "s0000", "s0001"]


async def test_other_settings_keep_the_state_and_another_place_begins_anew(database: Database) -> None:
    # given a source that was read
    async with database.write() as connection:
        await sources.save(connection, FULL, now_at=make.NOON)
        await sources.keep_state(connection, FULL, STATE)

        # when it gets another name, and then another address
        await sources.save(connection, replace(FULL, name="New"), now_at=LATER)
        renamed = await sources.states(connection)
        await sources.save(connection, replace(FULL, address="https://example.org/new"), now_at=LATER)
        moved = await sources.states(connection)

    # then only the latter forgets how it was doing
    assert renamed == {"vestnik": STATE}
    assert moved == {"vestnik": SourceState(next_read_at=LATER)}


async def test_a_reading_that_ends_too_late_keeps_nothing(database: Database) -> None:
    # given a source that was removed, and one that moved, while they were read
    async with database.write() as connection:
        await sources.add(connection, [FULL, _source("a")], now_at=make.NOON)
        await sources.remember(connection, "a", _keys("one"), seen_at=make.NOON)
        await sources.save(connection, replace(FULL, address="https://example.org/new"), now_at=make.NOON)
        removed = [await sources.remove(connection, "a"), await sources.remove(connection, "a")]

        # when their readings end
        kept = [await sources.keep_state(connection, one, STATE) for one in (FULL, _source("a"))]
        await sources.remember(connection, "a", _keys("one", "two"), seen_at=make.NOON)

        # then nothing of them is kept
        assert await sources.states(connection) == {"vestnik": SourceState(next_read_at=make.NOON)}
        assert await sources.known(connection, "a", _keys("one", "two")) == {}
    assert (removed, kept) == ([True, False], [False, False])


async def test_removing_waits_for_a_reading_that_is_being_written(database: Database, kind: str) -> None:
    # given a reading whose entries are written, but not committed yet
    # when the source is removed in the meantime
    await _removed_while_read(database, sources.remove)

    # then nothing is left
    async with database.read() as connection:
        assert await sources.all(connection) == ()

    # and without the lock, PostgreSQL would refuse
    if kind == "postgres":
        with pytest.raises(ExceptionGroup) as refused:
            await _removed_while_read(database, _remove_carelessly)
        assert refused.group_contains(StorageError, match="source_entry")


async def _removed_while_read(database: Database, remove: Callable[[AsyncConnection, str], Awaitable[object]]) -> None:
    async with database.write() as connection:
        await sources.add(connection, [_source("a")], now_at=make.NOON)
    has_written, may_commit = asyncio.Event(), asyncio.Event()

    async def reading() -> None:
        async with database.write() as connection:
            await sources.remember(connection, "a", _keys("one"), seen_at=make.NOON)
            has_written.set()
            await may_commit.wait()

    async def removing() -> None:
        await has_written.wait()
        async with database.write() as connection:
            await remove(connection, "a")

    async with asyncio.TaskGroup() as group:
        group.create_task(reading())
        second = group.create_task(removing())
        await has_written.wait()
        await asyncio.wait([second], timeout=0.2)  # time enough to go past, if it could
        may_commit.set()


async def _remove_carelessly(connection: AsyncConnection, slug: str) -> None:
    for table in (source_tables.source_entry, source_tables.source_state, source_tables.source):
        await connection.execute(delete(table).where(table.c.slug == slug))


states = st.builds(
    SourceState,
    next_read_at=st.one_of(st.none(), st.integers(-3, 3).map(lambda late: make.NOON + make.hours(late))),
    gone=st.booleans(),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(states, max_size=8), limit=st.integers(0, 9))
async def test_what_is_due_is_what_the_stage_says(database: Database, held: list[SourceState], limit: int) -> None:
    async with database.write() as connection:
        # given sources in any state
        wanted = {f"s{number}": state for number, state in enumerate(held)}
        await sources.add(connection, [_source(slug) for slug in wanted], now_at=make.NOON)
        for slug, state in wanted.items():
            await sources.keep_state(connection, _source(slug), state)

        # when those due are asked for
        found = await sources.due(connection, now_at=make.NOON, limit=limit)

        # then the store and the stage agree
        assert tuple(one.slug for one, _ in found) == poll.due(wanted, now_at=make.NOON, limit=limit)
        await connection.rollback()


async def test_the_configuration_rules_its_own_sources_only(database: Database) -> None:
    # given sources of the configuration and of others
    ours = [_source(name, origin="config") for name in ("kept", "edited", "moved", "dropped")]
    theirs = [_source("chat", origin="chat"), _source("cli", origin="cli"), _source("opml", origin="opml")]
    async with database.write() as connection:
        await sources.add(connection, [*ours, *theirs], now_at=make.NOON)
        for one in ours:
            await sources.keep_state(connection, one, replace(STATE, gone=False))
            await sources.remember(connection, one.slug, _keys("one"), seen_at=make.NOON)

    # when another configuration comes, twice
    configured = [
        ours[0],
        replace(ours[1], name="Edited"),
        replace(ours[2], address="https://example.org/elsewhere"),
        _source("new", origin="config"),
        replace(theirs[0], origin="config", name="Mine"),
        replace(theirs[1], origin="config", slug="same-place"),
    ]
    async with database.write() as connection:
        first = await sources.sync(connection, configured, now_at=LATER)
        second = await sources.sync(connection, configured, now_at=LATER)
        stored = await sources.all(connection)
        found = await sources.states(connection)

    # then ours are as configured, those of others as they were, and what is in the way is told each time
    taken = ("chat", "same-place")
    assert first == Synced(added=("new",), changed=("edited", "moved"), removed=("dropped",), taken=taken)
    assert second == Synced(taken=taken)
    assert set(stored) == {*configured[:4], *theirs}
    assert [found[slug].etag for slug in ("kept", "edited", "moved")] == [STATE.etag, STATE.etag, ""]


def _source(slug: str, **given: Any) -> Source:
    return Source(**{"slug": slug, "kind": "feed", "address": f"https://example.org/{slug}", "origin": "chat", **given})


def _key(value: str, *, kind: KeyKind = KeyKind.GUID, mark: str = "") -> Key:
    return Key(kind=kind, value=value, mark=mark or value)


def _keys(*values: str) -> list[Key]:
    return [_key(value) for value in values]
