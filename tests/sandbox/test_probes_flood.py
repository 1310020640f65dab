"""Probes: who sends too fast waits without being told, and then is told."""

from collections.abc import Callable

import pytest

from bot.sandbox.state import Chat
from bot.sandbox.world import World
from tests.sandbox import clients
from tests.sandbox.clients import At

pytestmark = pytest.mark.parametrize("client", clients.KINDS)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def world(self, *, flood: bool = True) -> World:
        """Waits in it are a thousand times shorter."""
        return World(clock=lambda: self.now, speed=1000, flood=flood)


def slowed(at: At) -> int:
    assert at.world.flood is not None
    return at.world.flood.slowed


async def test_a_short_burst_is_taken_at_once_and_the_next_is_held_without_a_word(client: str) -> None:
    async with clients.opened(client, Time().world()) as at:
        for _ in range(3):
            await at.send()
        assert slowed(at) == 0
        await at.send()
        assert slowed(at) == 1
        assert at.texts() == ["x"] * 4


async def test_a_chat_that_would_have_to_wait_more_than_8_seconds_refuses(client: str) -> None:
    async with clients.opened(client, Time().world()) as at:
        for _ in range(9):
            await at.send()
        refused = await at.refused("sendMessage", chat_id=at.ann.id, text="x")
        assert (refused.code, refused.retry_after) == (429, 9)
        assert at.world.refused[-1].description == "Too Many Requests: retry after 9"
        assert len(at.texts()) == 9


async def test_without_limits_nothing_is_held_or_refused(client: str) -> None:
    async with clients.opened(client, Time().world(flood=False)) as at:
        for _ in range(30):
            await at.send()
        assert len(at.texts()) == 30


async def test_who_waits_is_taken_again(client: str) -> None:
    time = Time()
    async with clients.opened(client, time.world()) as at:
        # given
        for _ in range(9):
            await at.send()
        pause = (await at.refused("sendMessage", chat_id=at.ann.id, text="x")).retry_after
        # when
        time.now += pause
        # then
        await at.send(text="after")
        assert at.texts()[-1] == "after"


async def test_who_does_not_wait_is_told_to_wait_longer(client: str) -> None:
    time = Time()
    async with clients.opened(client, time.world()) as at:
        # given
        for _ in range(9):
            await at.send()
        pauses = []
        # when
        for _ in range(4):
            pauses.append((await at.refused("sendMessage", chat_id=at.ann.id, text="x")).retry_after)
            time.now += 4
        # then
        assert pauses == [9, 18, 36, 72]
        assert at.world.flood is not None
        assert at.world.flood.ignored == 3


async def test_one_chat_that_is_flooded_does_not_hold_others(client: str) -> None:
    async with clients.opened(client, Time().world()) as at:
        # given
        eve = at.world.add_user("Eve")
        at.world.start(eve.id)
        for _ in range(9):
            await at.send()
        await at.refused("sendMessage", chat_id=at.ann.id, text="x")
        # then
        before = slowed(at)
        await at.send(eve.id, "free")
        assert (slowed(at), at.texts()[-1]) == (before, "free")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_group_and_a_channel_take_20_a_minute(client: str, kind: str) -> None:
    # given
    time = Time()
    world = time.world()
    eve = world.add_user("Eve")
    make: Callable[..., Chat] = getattr(world, f"add_{kind}")
    chat = make(kind, admins=[eve])
    async with clients.opened(client, world) as at:
        for _ in range(20):
            await at.send(chat.id)
            time.now += 1
        # when
        refused = await at.refused("sendMessage", chat_id=chat.id, text="x")
        # then
        assert (refused.code, refused.retry_after) == (429, 40)
        for _ in range(21):
            await at.send(eve.id)
            time.now += 1
        assert len(at.texts()) == 41, "a private chat has no such limit"


async def test_all_chats_together_take_30_a_second(client: str) -> None:
    # given
    world = Time().world()
    people = [world.add_user(str(number)) for number in range(31)]
    for one in people:
        world.start(one.id)
    async with clients.opened(client, world) as at:
        # when
        for one in people:
            await at.send(one.id)
        # then
        assert slowed(at) == 1


async def test_a_paid_broadcast_goes_beyond_that(client: str) -> None:
    # given
    world = Time().world()
    people = [world.add_user(str(number)) for number in range(60)]
    for one in people:
        world.start(one.id)
    async with clients.opened(client, world) as at:
        # when
        for one in people:
            await at.send(one.id, allow_paid_broadcast=True)
        # then
        assert slowed(at) == 0


async def test_only_messages_are_limited(client: str) -> None:
    async with clients.opened(client, Time().world()) as at:
        for _ in range(40):
            await at.call("sendChatAction", chat_id=at.ann.id, action="typing")
            await at.call("getMe")
        assert slowed(at) == 0
