"""Probes: what the sandbox lets go wrong goes wrong for both clients, and what was taken is on record."""

import asyncio

import pytest

from bot.sandbox.faults import Kind
from bot.sandbox.world import World
from tests.sandbox import clients
from tests.sandbox.clients import At, Lost

pytestmark = pytest.mark.parametrize("client", clients.KINDS)
NO_ANSWER: tuple[Kind, ...] = (
    "drop",
    "reset",
    "cut",
    "cut_reset",
    "restart",
    "bad_gateway",
    "gateway_timeout",
    "broken",
)


async def lost(at: At, *, wait_s: float = clients.WAIT_S) -> Lost:
    with pytest.raises(Lost) as caught:
        await at.send(wait_s=wait_s)
    return caught.value


@pytest.mark.parametrize("kind", NO_ANSWER)
async def test_before_it_is_taken_a_call_is_lost_and_nothing_was_sent(client: str, kind: Kind) -> None:
    async with clients.opened(client) as at:
        at.world.fail(kind)
        assert not (await lost(at)).is_unsent, "the client cannot know"
        assert at.texts() == []
        await at.send(text="next")
        assert at.texts() == ["next"]


@pytest.mark.parametrize("kind", NO_ANSWER)
async def test_after_it_is_taken_the_client_sees_the_same_and_the_message_is_there(client: str, kind: Kind) -> None:
    async with clients.opened(client) as at:
        at.world.fail(kind, after=True)
        assert not (await lost(at)).is_unsent, "the client cannot know"
        assert at.texts() == ["x"]
        assert at.world.outbox.counts["accepted under a fault"] == 1


async def test_who_sends_again_after_a_lost_answer_has_sent_twice(client: str) -> None:
    async with clients.opened(client) as at:
        # given
        at.world.fail("reset", after=True)
        await lost(at)
        assert at.world.outbox.duplicates() == []
        # when
        await at.send()
        # then
        (repeat,) = at.world.outbox.duplicates()
        assert (repeat.chat_id, repeat.text, repeat.message_ids) == (at.ann.id, "x", (2, 3))


async def test_a_slow_answer_is_waited_for(client: str) -> None:
    async with clients.opened(client, World(speed=1000)) as at:
        at.world.fail("delay", seconds=8)
        assert (await at.send())["message_id"] == 2


@pytest.mark.parametrize("after", [False, True])
async def test_who_does_not_wait_never_learns_that_it_was_taken(client: str, *, after: bool) -> None:
    async with clients.opened(client) as at:
        # given
        at.world.fail("delay", seconds=1.5, after=after)
        # when
        assert not (await lost(at, wait_s=0.2)).is_unsent
        # then
        assert len(at.texts()) == after
        assert await at.world.until(lambda: at.texts() == ["x"]), "a call under way is carried out all the same"


async def test_an_answer_in_drips_ends_in_time_or_is_given_up(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.fail("drip", after=True)
        assert (await at.send(text="quick"))["text"] == "quick"
        at.world.fail("drip", after=True, seconds=5)
        await lost(at, wait_s=0.2)
        assert at.texts() == ["quick", "x"]


async def test_too_many_requests_says_for_how_long(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.fail("flood", seconds=37)
        refused = await at.refused("sendMessage", chat_id=at.ann.id, text="x")
        assert (refused.code, refused.retry_after, at.texts()) == (429, 37, [])


async def test_a_conflict_is_answered_on_demand(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.fail("conflict", method="getUpdates")
        assert (await at.refused("getUpdates")).code == 409
        assert await at.call("getUpdates") == []


async def test_any_refusal_can_be_put_in_telegrams_mouth(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.fail("answer", code=400, description="Bad Request: CHAT_RESTRICTED")
        refused = await at.refused("sendMessage", chat_id=at.ann.id, text="x")
        assert refused.text.casefold().endswith("chat_restricted")


async def test_a_fault_meets_only_the_calls_it_is_for(client: str) -> None:
    async with clients.opened(client) as at:
        # given
        eve = at.world.add_user("Eve")
        at.world.start(eve.id)
        at.world.fail("restart", method="SENDMESSAGE", chat=eve.id, count=2)
        # then
        await at.send(text="Ann's")
        assert (await at.call("getMe"))["id"] == at.world.bot.id
        for _ in range(2):
            with pytest.raises(Lost):
                await at.send(eve.id)
        await at.send(eve.id, "Eve's")
        assert at.texts() == ["Ann's", "Eve's"]
        assert at.world.outbox.counts["fault restart before"] == 2


async def test_a_share_of_calls_fails_the_same_way_with_the_same_seed(client: str) -> None:
    runs = []
    for seed in (7, 7, 8):
        async with clients.opened(client, World(seed=seed)) as at:
            at.world.fail("restart", share=0.5, count=-1)
            calls = [at.send(text=str(number)) for number in range(30)]
            runs.append([type(result) is Lost for result in [await _outcome(call) for call in calls]])
    assert runs[0] == runs[1] != runs[2]
    assert 5 < sum(runs[0]) < 25


async def test_a_fault_of_some_calls_leaves_the_others_to_those_behind_it(client: str) -> None:
    async with clients.opened(client, World(seed=7)) as at:
        # given
        at.world.fail("restart", share=0.5, count=-1)
        at.world.fail("bad_gateway", count=-1)
        # when
        outcomes = [await _outcome(at.send(text=str(number))) for number in range(20)]
        # then
        counts = at.world.outbox.counts
        assert {type(outcome) for outcome in outcomes} == {Lost}
        assert counts["fault restart before"] + counts["fault bad_gateway before"] == 20
        assert min(counts["fault restart before"], counts["fault bad_gateway before"]) > 0


async def _outcome(call: object) -> object:
    (result,) = await asyncio.gather(call, return_exceptions=True)  # type: ignore[call-overload]
    return result


async def test_a_closed_door_is_known_to_have_let_nothing_in(client: str) -> None:
    async with clients.opened(client) as at:
        # given: a connection that is kept from before
        await at.send(text="before")
        # when
        async with at.server.door.shut():
            await _until_refused(at)
            assert (await lost(at)).is_unsent
        # then
        await at.send(text="after")
        assert at.texts() == ["before", "after"]


async def _until_refused(at: At) -> None:
    """The first call may still go over the connection that was reset."""
    await lost(at)


async def test_healing_ends_what_waits(client: str) -> None:
    async with clients.opened(client) as at:
        at.world.fail("reset", count=-1)
        await lost(at)
        at.world.heal()
        await at.send(text="well")
        assert at.texts() == ["well"]
