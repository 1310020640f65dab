"""Polling against the local Telegram: ids that begin anew, and two programs with one token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Bot

from bot import app, hearing, pipeline, polling
from bot.config import Config, Telegram
from bot.delivery.transport import Transport
from bot.errors import ConfigError
from bot.listener import Listener
from bot.outputs import telegram_chat
from bot.storage import deliveries, heard
from bot.storage.heard import Heard
from bot.world import World
from tests import running
from tests.delivery import planned
from tests.running import KEY, WAIT_S, Talk
from tests.sandbox import served
from tests.sandbox.served import Served


def settings(at: Served) -> Telegram:
    return Telegram(token=SecretStr(at.world.token), base_url=at.server.base_url)


async def nobody() -> None:
    raise AssertionError("nobody else polls")


class OnlyHigher:
    """What hears no update whose id is not higher than all before."""

    def __init__(self, listening: hearing.Hearing) -> None:
        self._listening = listening
        self._highest = 0

    async def hear(self, updates: Iterable[Mapping[str, Any]]) -> None:
        new = [one for one in updates if one["update_id"] > self._highest]
        self._highest = max([self._highest, *(one["update_id"] for one in new)])
        await self._listening.hear(new)


@pytest.mark.parametrize("takes_all", [True, False], ids=["as it is", "only higher ids"])
async def test_after_an_idle_week_updates_with_lower_ids_are_carried_out_too(
    tmp_path: Path, *, takes_all: bool
) -> None:
    """F40. After a week without an update Telegram draws the next id at random."""
    carried: list[int] = []

    async def apply(one: Heard) -> None:
        carried.append(one.update_id)

    async with (
        served.opened() as at,
        planned.world(tmp_path) as world,
        polling._bot(settings(at), connections=2) as ear,
        hearing.opened(world.database, apply) as listening,
        asyncio.TaskGroup() as tasks,
    ):
        heeded: Any = listening if takes_all else OnlyHigher(listening)
        poll = tasks.create_task(polling._poll(ear, heeded, rival=nobody))
        for number in (900_000, 1_200, 1_201):
            at.world.updates.begin_anew(number)
            at.world.say(at.ann.id, at.ann.id, f"This is {number}")
            assert await at.world.until(lambda: not at.world.updates, timeout_s=WAIT_S)
        poll.cancel()

    assert carried == ([900_000, 1_200, 1_201] if takes_all else [900_000])


async def test_what_waits_from_before_the_ids_began_anew_comes_first(tmp_path: Path) -> None:
    """F40."""
    async with planned.world(tmp_path) as world:
        for number in (900_000, 1_200):
            async with world.database.write() as connection:
                await heard.store(connection, [Heard(update_id=number, chat_id=1, payload={"update_id": number})])

        async with world.database.read() as connection:
            waiting = await heard.waiting(connection)

    assert [one.update_id for one in waiting] == [900_000, 1_200]


@pytest.mark.parametrize("is_alone", [False, True], ids=["two programs", "one"])
async def test_of_two_programs_with_one_token_each_says_so_and_goes_on_sending(
    tmp_path: Path, *, is_alone: bool
) -> None:
    """F45. Telegram sends away whoever polled before; each has its own database and knows nothing of the other."""
    async with running.talk(tmp_path / "one", admin=True) as talk:
        await talk.say("/help")
        readers = [talk.local.add_user(f"Reader {number}") for number in range(3)]
        for one in readers:
            talk.local.start(one.id)
        assert await talk.local.until(lambda: all(len(_texts(talk, one.id)) > 1 for one in readers), timeout_s=WAIT_S)
        await planned.plan(talk.world, [one.id for one in readers])
        if not is_alone:
            await _polled_elsewhere(talk, tmp_path / "two")
        for _ in range(3):
            await planned.let_all_waits_pass(talk.world.database)
            await pipeline.deliver(talk.world, telegram_chat.send(talk.bot, KEY))

        told = [one.text for one in talk.messages() if "Another program uses my token" in one.text]
        assert len(told) == (0 if is_alone else 1)
        assert all(f"News 20.1 for {one.id}" in _texts(talk, one.id) for one in readers)
        assert talk.local.outbox.duplicates() == []


async def _polled_elsewhere(talk: Talk, folder: Path) -> None:
    """Another program polls until this one has put down that it is not alone."""
    config = Config(state_dir=folder, telegram=talk.world.config.telegram)
    async with app.world(config, now_at=planned.NIGHT) as other:
        listener = Listener(other, key=KEY)
        async with polling.connected(config.telegram, listener, stop=asyncio.Event()) as bot:
            assert bot is not None
            while not await _is_planned(talk.world):
                await talk.local.until(lambda: False, timeout_s=0.1)


async def _is_planned(world: World) -> bool:
    async with world.database.read() as connection:
        waiting = await deliveries.of_chat(connection, world.beside.admins[0], limit=9)
    return any("Another program" in one.delivery.message.body.text for one in waiting)


def _texts(talk: Talk, chat_id: int) -> list[str]:
    return [one.text for one in talk.local.transcript(chat_id)]


PAGE = b"<html><head><title>404 Not Found</title></head></html>"
ME = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "Digest", "username": "digest_bot"}}'
NOT_YET = [
    pytest.param(429, b'{"ok": false, "description": "Too Many", "parameters": {"retry_after": 7}}', 7, id="flood"),
    pytest.param(403, b'{"ok": false, "error_code": 403, "description": "Forbidden"}', 1, id="forbidden"),
    pytest.param(400, b'{"ok": false, "error_code": 400, "description": "Logged out"}', 1, id="bad request"),
    pytest.param(409, b'{"ok": false, "error_code": 409, "description": "Conflict"}', 1, id="conflict"),
    pytest.param(502, PAGE, 1, id="bad gateway"),
    pytest.param(200, PAGE, 1, id="a page"),
    pytest.param(404, PAGE, 1, id="the page of a proxy that knows no such address"),
    pytest.param(401, PAGE, 1, id="the page of a proxy that wants a password"),
]


class Answering(Transport):
    """Telegram as it answers to one question after the other."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        super().__init__(connections=1)
        self._answers = iter(answers)

    async def do_request(self, *given: Any, **more: Any) -> tuple[int, bytes]:
        return next(self._answers)


async def greeted(*answers: tuple[int, bytes]) -> tuple[bool, list[float]]:
    """Whether Telegram was reached, and the pauses before."""
    pauses: list[float] = []

    async def wait(stop: asyncio.Event, wait_s: float) -> None:
        pauses.append(wait_s)

    transport = Answering(*answers)
    bot = Bot("8123456789:" + "x" * 35, request=transport, get_updates_request=transport)
    try:
        return await polling._greeted(bot, asyncio.Event(), wait=wait), pauses
    finally:
        await transport.shutdown()


@pytest.mark.parametrize(("status", "body", "pause_s"), NOT_YET)
async def test_whatever_telegram_answers_at_the_start_is_waited_out(status: int, body: bytes, pause_s: float) -> None:
    assert await greeted((status, body), (200, ME)) == (True, [pause_s])


async def test_the_pauses_before_telegram_answers_grow() -> None:
    _, pauses = await greeted(*[(200, PAGE)] * 8, (200, ME))

    assert pauses == [1, 2, 5, 10, 30, 60, 60, 60]


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_telegram_itself_does_not_know_is_not_waited_for(status: int) -> None:
    with pytest.raises(ConfigError, match="Telegram does not know this token"):
        await greeted((status, b'{"ok": false, "description": "Unauthorized"}'))
