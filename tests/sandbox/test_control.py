"""The control endpoint: what a test in another process can do and read, and who may."""

import logging
from typing import Any

import aiohttp
import pytest

from bot.sandbox import control
from bot.sandbox.faults import Kind
from bot.sandbox.world import World
from tests.sandbox import served
from tests.sandbox.served import Served

FOREIGN = {"Host": "example.org"}


async def act(at: Served, what: str, **arguments: Any) -> Any:
    status, body = await at.post(f"/control/act/{what}", arguments)
    assert status == 200, body
    return body["result"]


async def send(at: Served, chat_id: int, text: str = "x") -> Any:
    return await at.raw("sendMessage", chat_id=chat_id, text=text)


async def test_a_fault_is_set_over_http_and_met() -> None:
    async with served.opened() as at:
        # given
        status, waiting = await at.post("/control/fail", {"kind": "reset", "after": True, "method": "sendMessage"})
        assert (status, [one["kind"] for one in waiting]) == (200, ["reset"])
        # when
        with pytest.raises(aiohttp.ClientError):
            await send(at, at.ann.id, "taken")
        await send(at, at.ann.id, "taken")
        # then
        sent = await at.get("/control/sent")
        assert [(one["chat_id"], one["text"], one["message_id"]) for one in sent["sent"]] == [
            (at.ann.id, "taken", 2),
            (at.ann.id, "taken", 3),
        ]
        assert await at.get("/control/duplicates") == [{"chat_id": at.ann.id, "text": "taken", "message_ids": [2, 3]}]
        counts = await at.get("/control/counts")
        assert {"fault reset after": 1, "accepted sendMessage": 2, "accepted under a fault": 1}.items() <= (
            counts["counts"].items()
        )
        assert (counts["sent"], counts["is_quiet"], counts["flood"]) == (2, True, None)


async def test_what_was_sent_is_read_on_from_where_one_was_and_waited_for() -> None:
    async with served.opened() as at:
        await send(at, at.ann.id, "one")
        first = await at.get("/control/sent?after=0&wait_s=10")
        await send(at, at.ann.id, "two")
        second = await at.get(f"/control/sent?after={first['next']}&wait_s=10")
        assert [one["text"] for one in second["sent"]] == ["two"]
        assert await at.get(f"/control/sent?after={second['next']}") == {"sent": [], "next": 2}


async def test_a_whole_world_is_built_and_changed_over_http() -> None:
    async with served.opened() as at:
        # given
        eve = await act(at, "add_user", first_name="Eve")
        await act(at, "start", user_id=eve)
        group = await act(at, "add_group", title="Group", admins=[eve])
        channel = await act(at, "add_channel", title="Channel", admins=[eve])
        forum = await act(at, "add_supergroup", title="Forum", admins=[eve], is_forum=True)
        topic = await act(at, "add_topic", chat_id=forum, name="News")
        # when
        await act(at, "block", user_id=eve)
        new = await act(at, "migrate", chat_id=group)
        await act(at, "promote_bot", chat_id=channel, by=eve, without=["can_post_messages"])
        await act(at, "close_topic", chat_id=forum, thread_id=topic)
        # then
        said = [(await send(at, chat_id))["description"] for chat_id in (eve, group, channel)]
        assert said == [
            "Forbidden: bot was blocked by the user",
            "Bad Request: group chat was upgraded to a supergroup chat",
            "Bad Request: need administrator rights in the channel chat",
        ]
        closed = await at.raw("sendMessage", chat_id=forum, message_thread_id=topic, text="x")
        assert closed["description"] == "Bad Request: TOPIC_CLOSED"
        assert (await send(at, new))["ok"]
        assert [one["text"] for one in await at.get(f"/control/transcript/{eve}")] == ["/start"]


async def test_limits_and_the_token_are_switched_over_http() -> None:
    async with served.opened(World(speed=1000)) as at:
        await act(at, "set_flood", on=True)
        await send(at, at.ann.id)
        assert (await at.get("/control/counts"))["flood"] == {"slowed": 0, "refused": 0, "ignored": 0}
        await act(at, "revoke_token")
        assert (await send(at, at.ann.id))["error_code"] == 401
        await act(at, "restore_token")
        assert (await send(at, at.ann.id))["ok"]


async def test_connections_are_refused_for_a_while_and_then_taken() -> None:
    async with served.opened(World(speed=1000)) as at:
        # given
        await send(at, at.ann.id, "before")
        # when
        status, _ = await at.post("/control/refuse", {"for_s": 100})
        # then
        assert status == 200
        await send(at, at.ann.id, "after")
        assert at.said() == ["/start", "before", "after"]


async def test_a_pause_is_told_in_a_header_too() -> None:
    async with served.opened() as at:
        at.world.fail("flood", seconds=7)
        said = {"chat_id": str(at.ann.id), "text": "x"}
        async with at.session.get(f"{at.server.base_url}{at.world.token}/sendMessage", params=said) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("fail", {"kind": "flood of frogs"}, 400),
        ("fail", {"kind": "reset", "colour": "red"}, 400),
        ("fail", {}, 400),
        ("refuse", {}, 400),
        ("act/pause", {}, 404),
        ("act/block", {}, 400),
        ("act/block", {"user_id": 1}, 404),
        ("act/close_topic", {"chat_id": 5_000_001, "thread_id": 7}, 409),
    ],
)
async def test_a_wrong_wish_is_refused_in_words(path: str, body: Any, status: int) -> None:
    async with served.opened() as at:
        answered, said = await at.post(f"/control/{path}", body)
        assert (answered, list(said)) == (status, ["error"])
        assert at.world.faults.waiting == []


async def test_only_this_machine_and_no_web_page_controls_the_world() -> None:
    async with served.opened() as at:
        url = f"{at.server.url}/control/act/revoke_token"
        async with at.session.post(url, json={}, headers=FOREIGN) as response:
            assert response.status == 403
        async with at.session.post(url, data="{}", headers={"Content-Type": "text/plain"}) as response:
            assert response.status == 415
        assert not at.world.is_revoked
        async with at.session.post(url, json={}) as response:
            assert response.status == 200
        assert at.world.is_revoked


def test_every_act_is_something_the_world_can_do() -> None:
    assert [name for name in sorted(control.ACTS) if not callable(getattr(World, name, None))] == []


async def test_broken_connections_are_no_errors_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    async with served.opened() as at:
        kinds: tuple[Kind, ...] = ("drop", "reset", "cut", "cut_reset")
        for kind in kinds:
            at.world.fail(kind, after=True)
            with pytest.raises(aiohttp.ClientError):
                await send(at, at.ann.id)
        assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
        # when there is one, it is seen
        del at.world.faults.waiting
        with pytest.raises(aiohttp.ClientError):
            await send(at, at.ann.id)
        assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == ["ERROR"]
