"""The sandbox over HTTP: ways to send parameters, tokens, hosts, ending, logs."""

import asyncio
import logging

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram.error import InvalidToken

from bot.sandbox import local, server
from bot.sandbox.web import Page
from bot.sandbox.world import World
from tests.sandbox import served


async def test_parameters_come_by_query_form_or_json_and_the_method_in_any_case() -> None:
    async with served.opened() as at:
        # given
        base, said = f"{at.server.base_url}{at.world.token}", {"chat_id": str(at.ann.id), "text": "x"}
        markup = '{"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}'
        # when
        answers = [
            await at.session.get(f"{base}/SENDMESSAGE", params=said),
            await at.session.post(f"{base}/sendmessage", data=said | {"reply_markup": markup}),
            await at.session.post(f"{base}/sendMessage", json=said | {"chat_id": at.ann.id}),
            await at.session.post(
                f"{base}/test/sendMessage", params={"text": "x"}, json={"chat_id": at.ann.id, "text": "y"}
            ),
        ]
        # then
        assert [answer.status for answer in answers] == [200] * 4
        assert at.said() == ["/start", "x", "x", "x", "x"]
        assert "reply_markup" in (await answers[1].json())["result"]
        assert at.world.violations == []


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot", 404, "Not Found"),
        ("/bot1000001:" + "sandbox" * 5, 404, "Not Found"),
        ("/bot1000001:" + "sandbox" * 5 + "/", 404, "Not Found"),
        ("/file/bot1000001:" + "sandbox" * 5 + "/x", 404, "Not Found"),
    ],
)
async def test_a_wrong_token_or_path_is_refused(path: str, code: int, description: str) -> None:
    async with served.opened() as at, at.session.get(f"{at.server.url}{path}") as response:
        assert response.status == code
        assert await response.json() == {"ok": False, "error_code": code, "description": description}


async def test_python_telegram_bot_understands_a_wrong_token() -> None:
    async with served.opened() as at:
        stranger = telegram.Bot("123456:AAAA", base_url=at.server.base_url, base_file_url=at.server.base_file_url)
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"[1]", "Bad Request: JSON object expected"),
        (b"{", "Bad Request: can't parse JSON object"),
        (b'{"text": "\xff"}', "Bad Request: strings must be encoded in UTF-8"),
    ],
)
async def test_a_broken_body_is_refused_and_recorded(body: bytes, description: str) -> None:
    async with served.opened() as at:
        url, headers = f"{at.server.base_url}{at.world.token}/getMe", {"Content-Type": "application/json"}
        async with at.session.post(url, data=body, headers=headers) as response:
            assert (await response.json())["description"] == description
        assert [one.text for one in at.world.violations] == [description]


async def test_only_this_machines_own_names_are_answered() -> None:
    async with served.opened() as at:
        for path in ("/api/state", "/", f"/bot{at.world.token}/getMe"):
            foreign = {"Host": "example.org"}
            async with at.session.get(f"{at.server.url}{path}", headers=foreign) as response:
                assert (response.status, list(await response.json())) == (403, ["error"])
        async with at.session.get(f"{at.server.url}/api/state", headers={"Host": "localhost:1"}) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost", True),
        ("127.0.0.1:8080", True),
        ("127.9.9.9", True),
        ("[::1]:8080", True),
        ("example.org", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - a name to refuse, not to listen on
        ("", False),
    ],
)
def test_loopback_names_are_told_from_others(host: str, *, is_ours: bool) -> None:
    assert local.is_loopback(host) is is_ours


async def test_closing_does_not_wait_for_polls_streams_or_presses() -> None:
    # given
    world = World()
    ann = world.add_user("Ann")
    world.start(ann.id)
    world.updates.clear()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        async with server.serve(world) as address:
            base = f"{address.base_url}{world.token}"
            markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
            sent = await session.post(
                f"{base}/sendMessage", json={"chat_id": ann.id, "text": "x", "reply_markup": markup}
            )
            number = (await sent.json())["result"]["message_id"]
            stream = await session.get(f"{address.url}/api/events")
            press_url = f"{address.url}/api/chats/{ann.id}/messages/{number}/press"
            press = tasks.create_task(session.post(press_url, json={"row": 0, "column": 0}).__aenter__())
            await world.until(lambda: len(world.updates), timeout_s=5)
            world.updates.clear()
            poll = tasks.create_task(session.get(f"{base}/getUpdates", params={"timeout": "50"}).__aenter__())
            assert not await world.until(poll.done, timeout_s=0.2)
            # when
            started_at = asyncio.get_running_loop().time()
        # then
        assert asyncio.get_running_loop().time() - started_at < server.SHUTDOWN_S
        assert (await (await poll).json())["result"] == []
        assert (await (await press).json())["timed_out"] is True
        assert b"hello" in await stream.read()


async def test_a_world_can_be_served_again() -> None:
    world = World()
    for count in (1, 2):
        async with served.opened(world) as at:
            await at.bot.send_message(at.ann.id, "x")
            assert len(at.said()) == 1 + count


async def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    # given
    for name in ("httpx", "httpcore", "telegram"):
        caplog.set_level(logging.WARNING, logger=name)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="aiohttp.access")
    # when
    async with served.opened() as at:
        await at.bot.send_message(at.ann.id, "x")
        await at.raw("sendLove")
        # then
        assert at.world.token not in caplog.text
        # when
        runner = web.AppRunner(server.application(at.world, Page(at.world)))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with at.session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/bot{at.world.token}/getMe") as response:
            assert response.status == 200
        await runner.cleanup()
    # then: with aiohttp's own access log it is
    assert at.world.token in caplog.text
