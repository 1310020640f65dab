"""getUpdates: offsets, long polling, conflicts, wanted kinds."""

import asyncio

import pytest
import telegram

from bot.sandbox.world import World
from tests.sandbox import served
from tests.sandbox.served import Served

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def say(at: Served, *texts: str) -> None:
    for text in texts:
        at.world.say(at.ann.id, at.ann.id, text)


async def texts_of(at: Served, **params: object) -> list[str]:
    body = await at.raw("getUpdates", **params)
    return [update["message"]["text"] for update in body["result"]]


async def test_updates_come_again_until_a_higher_offset_confirms_them() -> None:
    async with served.opened() as at:
        # given
        say(at, "one", "two", "three")
        first = (await at.raw("getUpdates"))["result"][0]["update_id"]
        # then
        assert await texts_of(at) == ["one", "two", "three"]
        assert await texts_of(at, offset=first, limit=2) == ["one", "two"]
        assert await texts_of(at, offset=first + 1) == ["two", "three"]
        assert await texts_of(at, offset=first) == ["two", "three"]
        assert await texts_of(at, offset=first + 3) == []
        assert await texts_of(at) == []


async def test_a_negative_offset_keeps_so_many_from_the_end() -> None:
    async with served.opened() as at:
        say(at, "one", "two", "three")
        assert await texts_of(at, offset=-5) == ["one", "two", "three"]
        assert await texts_of(at, offset=-1) == ["three"]
        assert await texts_of(at) == ["three"]


async def test_an_offset_far_ahead_confirms_nothing() -> None:
    async with served.opened() as at:
        say(at, "one")
        assert await texts_of(at, offset=2_000_000_000) == ["one"]
        assert await texts_of(at) == ["one"]


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (1, 1), (100, 100), (500, 100), (-3, 1)])
async def test_the_limit_is_kept_between_1_and_100(limit: int, count: int) -> None:
    async with served.opened() as at:
        say(at, *(str(number) for number in range(101)))
        assert len(await texts_of(at, limit=limit)) == count


async def test_a_long_poll_wakes_when_something_is_said() -> None:
    async with served.opened() as at, asyncio.TaskGroup() as tasks:
        # given
        poll = tasks.create_task(at.bot.get_updates(timeout=50))
        assert not await at.world.until(poll.done, timeout_s=0.2)
        # when
        say(at, "at last")
        # then
        (update,) = await poll
        assert isinstance(update, telegram.Update)
        assert update.effective_message is not None
        assert update.effective_message.text == "at last"


async def test_a_long_poll_ends_empty_after_its_time() -> None:
    async with served.opened() as at:
        assert await at.bot.get_updates(timeout=1) == ()


async def test_of_two_pollers_the_first_is_thrown_out() -> None:
    async with served.opened() as at, asyncio.TaskGroup() as tasks:
        # given
        first = tasks.create_task(at.raw("getUpdates", timeout=50))
        assert not await at.world.until(first.done, timeout_s=0.2)
        # when
        second = tasks.create_task(at.raw("getUpdates", timeout=50))
        # then
        assert await first == {"ok": False, "error_code": 409, "description": CONFLICT}
        say(at, "for the second")
        assert len((await second)["result"]) == 1


async def test_only_wanted_kinds_are_queued_and_the_wish_is_remembered() -> None:
    async with served.opened() as at:
        # given
        await at.raw("getUpdates", allowed_updates=["callback_query"])
        say(at, "unseen")
        # then
        assert await texts_of(at) == []
        assert (await at.raw("getWebhookInfo"))["result"]["allowed_updates"] == ["callback_query"]
        # when
        await at.raw("getUpdates", allowed_updates=[])
        say(at, "seen")
        # then
        assert await texts_of(at) == ["seen"]


async def test_updates_are_kept_for_24_hours() -> None:
    # given
    now = [1_000_000.0]
    async with served.opened(World(clock=lambda: now[0])) as at:
        say(at, "old")
        now[0] += 24 * 3600
        assert await texts_of(at) == ["old"]
        # when
        now[0] += 1
        # then
        assert await texts_of(at) == []


async def test_pending_updates_are_counted_and_dropped() -> None:
    async with served.opened() as at:
        # given
        say(at, "one", "two")
        assert (await at.bot.get_webhook_info()).pending_update_count == 2
        # when
        body = await at.raw("deleteWebhook", drop_pending_updates=True)
        # then
        assert body == {"ok": True, "result": True, "description": "Webhook is already deleted"}
        assert await texts_of(at) == []
