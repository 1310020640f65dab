"""Probes: getUpdates hands over, waits, confirms and quarrels as Telegram's does."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import updates
from bot.sandbox.world import World
from tests.sandbox import clients
from tests.sandbox.clients import At

pytestmark = pytest.mark.parametrize("client", clients.KINDS)


def say(at: At, *texts: str) -> None:
    for text in texts:
        at.world.say(at.ann.id, at.ann.id, text)


async def heard(at: At, **params: Any) -> list[str]:
    return [update["message"]["text"] for update in await at.call("getUpdates", **params)]


async def test_updates_come_again_until_a_higher_offset_confirms_them(client: str) -> None:
    async with clients.opened(client) as at:
        say(at, "one", "two", "three")
        first = (await at.call("getUpdates"))[0]["update_id"]
        assert await heard(at) == ["one", "two", "three"]
        assert await heard(at, offset=first + 1, limit=1) == ["two"]
        assert await heard(at, offset=first) == ["two", "three"], "what is confirmed does not come back"
        assert await heard(at, offset=first + 3) == []


async def test_a_negative_offset_keeps_so_many_from_the_end(client: str) -> None:
    async with clients.opened(client) as at:
        say(at, "one", "two", "three")
        assert await heard(at, offset=-1) == ["three"]
        assert await heard(at) == ["three"]


async def test_no_more_than_100_come_at_once(client: str) -> None:
    async with clients.opened(client) as at:
        say(at, *map(str, range(101)))
        assert len(await heard(at, limit=100)) == 100
        assert len(await heard(at)) == 100


async def test_a_reply_holds_4_mb_at_most(client: str) -> None:
    async with clients.opened(client) as at:
        # given
        say(at, *["ж" * 4096] * 150)
        size = len(at.world.updates) * 6 * 4096  # JSON writes six bytes for each of them
        # when
        first = await at.call("getUpdates")
        # then
        assert size < updates.MAX_REPLY, "so far no reply is cut"
        assert len(first) == 100
        at.world.updates.clear()
        for _ in range(80):
            at.world.updates.add("message", {**first[0]["message"], "date": 1, "text": "ж" * 10_000})
        fits = updates.MAX_REPLY // (6 * 10_000)
        assert fits - 1 <= len(await at.call("getUpdates")) <= fits < 80


async def test_a_poll_waits_for_the_next_update(client: str) -> None:
    async with clients.opened(client) as at, asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(heard(at, timeout=20))
        assert not await at.world.until(poll.done, timeout_s=0.2)
        say(at, "at last")
        assert await poll == ["at last"]


async def test_of_two_who_poll_the_first_is_sent_away(client: str) -> None:
    async with clients.opened(client) as at, asyncio.TaskGroup() as tasks:
        # given
        first = tasks.create_task(at.refused("getUpdates", timeout=20))
        assert await at.world.until(lambda: at.world.outbox.in_flight["getUpdates"] == 1)
        # when
        second = tasks.create_task(heard(at, timeout=20))
        # then
        assert (await first).code == 409
        assert at.world.refused[-1].description == updates.TERMINATED
        say(at, "for the second")
        assert await second == ["for the second"]


async def test_the_wish_for_some_kinds_is_remembered(client: str) -> None:
    async with clients.opened(client) as at:
        # given
        await at.call("getUpdates", allowed_updates=["callback_query"])
        # when
        say(at, "not wanted")
        # then
        assert await heard(at) == []
        assert (await at.call("getWebhookInfo"))["allowed_updates"] == ["callback_query"]


async def test_updates_wait_24_hours(client: str) -> None:
    # given
    now = [1_000_000.0]
    async with clients.opened(client, World(clock=lambda: now[0])) as at:
        say(at, "old")
        # when
        now[0] += 24 * 3600
        assert await heard(at) == ["old"]
        now[0] += 1
        # then
        assert await heard(at) == []


async def test_waiting_updates_can_be_dropped(client: str) -> None:
    async with clients.opened(client) as at:
        say(at, "one")
        assert (await at.call("getWebhookInfo"))["pending_update_count"] == 1
        assert await at.call("deleteWebhook", drop_pending_updates=True) is True
        assert await heard(at) == []


async def test_blocking_and_unblocking_is_told(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.block(at.ann.id)
        at.world.unblock(at.ann.id)
        changes = [update["my_chat_member"] for update in await at.call("getUpdates")]
        assert [one["new_chat_member"]["status"] for one in changes] == ["kicked", "member"]


async def test_a_group_that_moves_says_so_on_both_sides(client: str) -> None:
    # given
    world = World()
    ann = world.add_user("Ann")
    world.start(ann.id)
    world.updates.clear()
    group = world.add_group("Group", admins=[ann])
    async with clients.opened(client, world) as at:
        # when
        new = world.migrate(group.id)
        # then
        old_side, new_side = [update["message"] for update in await at.call("getUpdates")]
        assert (old_side["chat"]["id"], old_side["migrate_to_chat_id"]) == (group.id, new.id)
        assert (new_side["chat"]["id"], new_side["migrate_from_chat_id"]) == (new.id, group.id)


async def test_what_is_said_in_a_topic_says_where(client: str) -> None:
    # given
    world = World(privacy_mode=False)
    ann = world.add_user("Ann")
    world.start(ann.id)
    forum = world.add_supergroup("Forum", admins=[ann], is_forum=True)
    topic = world.add_topic(forum.id, "News")
    world.updates.clear()
    async with clients.opened(client, world) as at:
        # when
        world.say(forum.id, ann.id, "Hello", thread_id=topic)
        world.close_topic(forum.id, topic)
        # then
        said, closed = [update["message"] for update in await at.call("getUpdates")]
        assert (said["text"], said["message_thread_id"]) == ("Hello", topic)
        assert closed["message_thread_id"] == topic
        assert "forum_topic_closed" in closed
