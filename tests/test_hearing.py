"""Updates: stored before they are confirmed, applied once however often told, in order within a chat."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import pytest

from bot import failpoints, hearing, polling
from bot.errors import AlreadyApplied, StorageError
from bot.storage import database as storage
from bot.storage import heard, tally
from bot.storage.database import Database
from bot.storage.heard import Heard
from tests import databases

database = databases.database
database_url = databases.database_url
kind = databases.kind
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_template = databases.sqlite_template


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def update(number: int, *, chat: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat, "type": "private"}}}


async def waiting(base: Database) -> list[tuple[int, bool]]:
    async with base.read() as connection:
        return [(one.update_id, one.is_applied) for one in await heard.waiting(connection)]


async def applied(base: Database) -> dict[str, int]:
    async with base.read() as connection:
        return await tally.counts(connection)


async def test_what_was_heard_is_stored_before_anybody_is_told_that_it_may_be_confirmed(database: Database) -> None:
    go = asyncio.Event()

    async def apply(_: Heard) -> None:
        await go.wait()

    async with hearing.opened(database, apply) as listening:
        await listening.hear([update(7), update(8, chat=2)])

        assert await waiting(database) == [(7, False), (8, False)]
        go.set()
    assert await waiting(database) == []


async def test_so_many_chats_at_once_and_no_more(database: Database) -> None:
    under_way, most = 0, 0
    full = asyncio.Event()

    async def apply(_: Heard) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == hearing.AT_ONCE:
            full.set()
        await full.wait()
        await applied(database)  # time enough for one more to begin, if one could
        under_way -= 1

    async with hearing.opened(database, apply) as listening:
        await listening.hear([update(number, chat=number) for number in range(hearing.AT_ONCE + 50)])

    assert most == hearing.AT_ONCE
    assert await waiting(database) == []


async def test_in_a_chat_one_comes_after_the_other_whatever_each_takes(database: Database) -> None:
    carried: dict[int, list[int]] = {}
    chance = random.Random(6)

    async def apply(one: Heard) -> None:
        for _ in range(chance.randrange(4)):
            await applied(database)
        carried.setdefault(one.chat_id, []).append(one.update_id)

    told = [update(number, chat=number % 3) for number in range(60)]
    async with hearing.opened(database, apply) as listening:
        for start in range(0, 60, 7):
            await listening.hear(told[start : start + 7])

    assert carried == {chat: [number for number in range(60) if number % 3 == chat] for chat in range(3)}


async def test_what_is_told_twice_or_shuffled_is_applied_once(database: Database) -> None:
    carried: list[int] = []
    chance = random.Random(7)

    async def apply(one: Heard) -> None:
        carried.append(one.update_id)

    async with hearing.opened(database, apply) as listening:
        for _ in range(5):
            told = [update(number, chat=number) for number in range(40)] + [update(3, chat=3)]
            chance.shuffle(told)
            await listening.hear(told)
    async with hearing.opened(database, apply) as listening:
        await listening.hear([update(number) for number in range(40)])

    assert sorted(carried) == list(range(40))


async def test_numbers_that_begin_again_lower_are_new_updates(database: Database) -> None:
    """After a week without one Telegram begins anywhere: known is what was told, not what is lower than the last."""
    carried: list[int] = []

    async def apply(one: Heard) -> None:
        carried.append(one.update_id)

    async with hearing.opened(database, apply) as listening:
        await listening.hear([update(9_000)])
        await listening.hear([update(12)])

    assert sorted(carried) == [12, 9_000]


KILLED = ("heard.written", "heard.stored", "update.begun", "update.applied", "test.between", "update.answered")


@pytest.mark.parametrize("place", KILLED)
@pytest.mark.parametrize("is_careful", [True, False], ids=["with its effect", "on its own"])
async def test_a_program_that_dies_anywhere_has_applied_each_once_in_the_end(
    database: Database, place: str, is_careful: bool
) -> None:
    """Where the mark is not written together with the effect, a death between the two does it twice."""
    answers: list[bool] = []

    async def apply(one: Heard) -> None:
        if not one.is_applied:
            async with database.effect() if is_careful else database.write() as connection:
                await tally.add(connection, {"applied": 1})
        failpoints.hit("test.between")
        answers.append(one.is_applied)

    failpoints.arm(f"{place}:raise")
    try:
        async with hearing.opened(database, apply) as listening:
            await listening.hear([update(1)])
    except* failpoints.StoppedError:
        pass
    failpoints.arm("")
    async with hearing.opened(database, apply) as listening:
        await listening.hear([update(1)])  # Telegram tells again what was not confirmed

    twice = not is_careful and place in {"test.between", "update.answered"}
    assert await applied(database) == {"applied": 2 if twice else 1}
    assert await waiting(database) == []
    assert answers
    assert answers[-1] is (is_careful and place in {"test.between", "update.answered"})


@pytest.mark.parametrize("is_joint", [True, False], ids=["together", "each on its own"])
async def test_of_what_an_update_changes_all_is_stored_or_nothing(database: Database, *, is_joint: bool) -> None:
    """A death between two effects: on their own the first is marked, and the second is never made good."""

    async def apply(one: Heard) -> None:
        if one.is_applied:
            return
        steps: AbstractAsyncContextManager[object] = database.together() if is_joint else nullcontext()
        async with steps:
            for name in ("first", "second"):
                async with database.effect() as connection:
                    await tally.add(connection, {name: 1})
                failpoints.hit("test.between")

    failpoints.arm("test.between:raise")
    try:
        async with hearing.opened(database, apply) as listening:
            await listening.hear([update(1)])
    except* failpoints.StoppedError:
        pass
    failpoints.arm("")
    async with hearing.opened(database, apply):
        pass

    assert await applied(database) == ({"first": 1, "second": 1} if is_joint else {"first": 1})
    assert await waiting(database) == []


async def test_steps_taken_together_see_each_other_and_one_that_is_refused_leaves_nothing(database: Database) -> None:
    async def refused() -> None:
        async with database.effect() as connection:
            await tally.add(connection, {"refused": 1})
            raise LookupError

    async with database.together():
        async with database.effect() as connection:
            await tally.add(connection, {"kept": 1})
        with pytest.raises(LookupError):
            await refused()
        async with database.write() as connection:
            await tally.add(connection, {"kept": 1})
        within = await applied(database)

    assert within == await applied(database) == {"kept": 2}


@pytest.mark.parametrize("is_careful", [True, False], ids=["marked", "unmarked"])
async def test_of_two_processes_that_find_the_same_update_one_applies_it(
    database: Database, database_url: str, *, is_careful: bool
) -> None:
    """A program that starts while another still drains finds what that one is carrying out."""
    late, begun, refused = asyncio.Event(), asyncio.Event(), 0

    async def effect(base: Database) -> None:
        nonlocal refused
        try:
            async with base.effect() if is_careful else base.write() as connection:
                await tally.add(connection, {"applied": 1})
        except AlreadyApplied:
            refused += 1

    async def slow(_: Heard) -> None:
        begun.set()
        await late.wait()
        await effect(database)

    async def quick(_: Heard) -> None:
        await effect(other)

    async with storage.opened(database_url, beside=True) as other, hearing.opened(database, slow) as first:
        await first.hear([update(1)])
        await begun.wait()
        async with hearing.opened(other, quick):
            pass
        late.set()

    assert (await applied(database), refused) == (({"applied": 1}, 1) if is_careful else ({"applied": 2}, 0))


async def test_an_update_that_takes_too_long_at_the_end_is_left_to_the_next_run(database: Database) -> None:
    async def stuck(_: Heard) -> None:
        await asyncio.Event().wait()

    async with hearing.opened(database, stuck, drain_s=0.01) as listening:
        await listening.hear([update(1), update(2)])

    assert await waiting(database) == [(1, False), (2, False)]


class Ear:
    """What `_poll` asks: tells one update until it is confirmed, then ends the test."""

    def __init__(self) -> None:
        self.offsets: list[int | None] = []

    async def do_api_request(self, _: str, *, api_kwargs: dict[str, Any], **__: object) -> list[dict[str, Any]]:
        self.offsets.append(api_kwargs.get("offset"))
        if self.offsets[-1] == 6:
            raise asyncio.CancelledError
        return [update(5)]


class Full:
    """A `Hearing` on a full disk, the first time."""

    def __init__(self) -> None:
        self.heard = 0

    async def hear(self, _: object) -> None:
        self.heard += 1
        if self.heard == 1:
            raise StorageError("database or disk is full")


async def nobody() -> None:
    raise AssertionError("nobody else polls")


async def test_what_could_not_be_stored_is_not_confirmed_and_the_program_goes_on() -> None:
    ear, full = Ear(), Full()
    asked: Any = ear
    listening: Any = full

    with pytest.raises(asyncio.CancelledError):
        await polling._poll(asked, listening, rival=nobody)

    assert ear.offsets == [None, None, 6]


@pytest.mark.parametrize(
    ("told", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": -5}, "from": {"id": 9}}}, -5),
        ({"update_id": 1, "callback_query": {"from": {"id": 9}, "message": {"chat": {"id": -5}}}}, -5),
        ({"update_id": 1, "callback_query": {"from": {"id": 9}, "inline_message_id": "x"}}, 9),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -7}, "from": {"id": 9}}}, -7),
        ({"update_id": 1, "poll": {"id": "x"}}, 0),
    ],
)
def test_whose_order_an_update_keeps(told: dict[str, Any], chat: int) -> None:
    assert hearing.chat_of(told) == chat
