"""The table of edits on both databases: planned, claimed by one, finished by whoever holds the present token."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from bot.delivery import limiter
from bot.model import Delivery, DeliveryState, Message, MessageId, RichText, SlotId
from bot.storage import chats, deliveries, dialect, edits, setback, tables
from bot.storage.database import Database
from tests.storage import make, planned

SLOT = make.slot()
FIRST = MessageId(f"{SLOT.id}#1")
LEASE_S = 60.0


def shows(text: str) -> Message:
    return Message(part=1, body=RichText(text=text))


async def sent(database: Database, *, parts: int = 1) -> None:
    """A digest in a chat whose stories grow, all of it sent as messages 501, 502, ..."""
    async with database.write() as connection:
        await chats.save(connection, replace(make.chat(), grows=True))
        await planned.plan_on(connection, parts=parts)
    every_s = limiter.Rates(every_s=dict.fromkeys(limiter.EVERY_S, 0.0)).every_s
    for number in range(parts):
        async with database.write() as connection:
            claimed = await deliveries.claim(connection, limit=1, lease_s=LEASE_S)
            await deliveries.start(connection, claimed, every_s=every_s)
            await deliveries.finish_sent(connection, [(claimed[0], 501 + number)])


async def stored(database: Database) -> Delivery:
    async with database.read() as connection:
        row = (await connection.execute(select(tables.delivery).where(tables.delivery.c.id == FIRST))).one()
    return deliveries.from_row(row)


async def grown(database: Database, text: str) -> bool:
    before = await stored(database)
    async with database.write() as connection:
        return await edits.grow(connection, before, shows(text))


async def claimed(database: Database, *, lease_s: float = LEASE_S) -> tuple[edits.Held, ...]:
    async with database.write() as connection:
        return await edits.claim(connection, limit=5, lease_s=lease_s)


async def finished(database: Database, held: edits.Held) -> bool:
    async with database.write() as connection:
        return await edits.finish(connection, held, "done")


async def test_an_edit_is_claimed_by_one_and_shows_what_the_delivery_says(database: Database) -> None:
    # given
    await sent(database)
    assert await grown(database, "12 -> 14")

    # when
    held = await claimed(database)
    again = await claimed(database)

    # then
    assert [(one.chat_id, one.message_id, one.message.body.text) for one in held] == [(make.READER, 501, "12 -> 14")]
    assert again == ()
    assert await finished(database, held[0])
    async with database.read() as connection:
        assert not await edits.is_waiting(connection)


async def test_a_lease_that_is_over_frees_it_and_the_late_one_finishes_nothing(database: Database) -> None:
    await sent(database)
    await grown(database, "new")
    (late,) = await claimed(database, lease_s=-1)

    (held,) = await claimed(database)

    assert not await finished(database, late)
    assert await finished(database, held)


async def test_after_a_clock_set_back_a_lease_is_no_longer(database: Database) -> None:
    await sent(database)
    await grown(database, "new")
    await claimed(database, lease_s=3600 + LEASE_S)
    async with database.write() as connection:
        await setback.shift(connection, 3600 + LEASE_S)

    assert len(await claimed(database)) == 1


async def test_what_changes_meanwhile_stays_open(database: Database) -> None:
    await sent(database)
    await grown(database, "14")
    (held,) = await claimed(database)

    assert await grown(database, "15")

    assert not await finished(database, held)
    async with database.read() as connection:
        assert await edits.is_waiting(connection)


async def test_a_message_that_changed_since_it_was_read_does_not_grow(database: Database) -> None:
    await sent(database)
    before = await stored(database)
    async with database.write() as connection:
        assert await edits.withdraw(connection, FIRST, shows("withdrawn"))
        assert not await edits.grow(connection, before, shows("the old words"))

    assert (await stored(database)).message == shows("withdrawn")


async def test_growth_is_limited_and_a_takedown_is_not(database: Database) -> None:
    await sent(database)
    done = []
    for number in range(edits.EDITS + 1):
        done.append(await grown(database, f"{number}"))
        async with database.write() as connection:
            await connection.execute(update(tables.edit).values(state="done"))

    async with database.write() as connection:
        taken_down = await edits.withdraw(connection, FIRST, shows("withdrawn"))

    assert done == [True] * edits.EDITS + [False]
    assert taken_down
    assert [one.message for one in await claimed(database)] == [shows("withdrawn")]


async def test_a_second_change_waits_for_its_time(database: Database) -> None:
    await sent(database)
    await grown(database, "14")
    (held,) = await claimed(database)
    await finished(database, held)

    await grown(database, "15")

    assert await claimed(database) == ()
    async with database.write() as connection:
        await connection.execute(update(tables.edit).values(not_before=dialect.in_s(-1)))
    assert len(await claimed(database)) == 1


async def test_of_one_chat_one_edit_at_a_time(database: Database) -> None:
    await sent(database, parts=3)
    async with database.write() as connection:
        for part in (1, 2, 3):
            await edits.withdraw(connection, MessageId(f"{SLOT.id}#{part}"), shows(f"{part}"))

    held = await claimed(database)

    assert [one.message_id for one in held] == [501]


async def test_only_chats_whose_stories_grow_are_looked_at(database: Database) -> None:
    await sent(database)
    async with database.read() as connection:
        found = await edits.growing(connection, sent_since=make.NOON - make.hours(48))
    async with database.write() as connection:
        await chats.save(connection, make.chat())
    async with database.read() as connection:
        without = await edits.growing(connection, sent_since=make.NOON - make.hours(48))

    assert [(one.delivery.id, one.chat.id, one.local_date) for one in found] == [(FIRST, make.READER, SLOT.local_date)]
    assert without == ()


async def test_messages_are_found_by_a_link_and_by_the_parts_of_digests(database: Database) -> None:
    await sent(database, parts=2)
    url = make.messages()[0].body.entities[1].url
    async with database.read() as connection:
        linked = await edits.telling(connection, urls=[url], parts=())
        parts = await edits.telling(connection, urls=[], parts={(SLOT.id, 2)})
        neither = await edits.telling(connection, urls=[url + "x", "%"], parts={(SlotId("x"), 1)})

    assert [one.delivery.id for one in linked] == [FIRST, f"{SLOT.id}#2"]
    assert [one.delivery.id for one in parts] == [f"{SLOT.id}#2"]
    assert neither == ()


async def test_what_was_not_sent_needs_no_edit(database: Database) -> None:
    async with database.write() as connection:
        await chats.save(connection, make.chat())
        await planned.plan_on(connection)
        edited = await edits.withdraw(connection, FIRST, shows("withdrawn"))

    assert not edited
    assert (await stored(database)).message == shows("withdrawn")


async def test_what_can_never_be_reached_is_given_up(database: Database) -> None:
    await sent(database)
    await grown(database, "14")
    async with database.write() as connection:
        kept = await edits.drop(connection)
        await connection.execute(update(tables.delivery).values(message_id=None))
        dropped = await edits.drop(connection)

    assert (kept, dropped) == (0, 1)
    assert await claimed(database) == ()


async def test_a_digest_that_is_due_goes_first(database: Database) -> None:
    await sent(database)
    async with database.write() as connection:
        before = await edits.must_wait(connection)
        await planned.plan_on(connection, day=21)
        after = await edits.must_wait(connection)
        await connection.execute(update(tables.delivery).values(state=DeliveryState.SENT.value))
        sent_too = await edits.must_wait(connection)

    assert (before, after, sent_too) == (False, True, False)
