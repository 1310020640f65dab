"""`python -m tests.delivery.starved FOLDER BASE_URL TOKEN WAY READER ...`: sends to these readers with hardly a file
descriptor left at first, and prints what came of it as JSON. With the WAY `believing` a request that was never made
counts as sent."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot import logs, polling
from bot.config import Telegram
from bot.delivery import aftermath, worker
from bot.model import ChatId, Later, Message, Receipt, Send, Sent
from bot.outputs import telegram_chat
from bot.storage import deliveries
from bot.world import World
from tests.delivery import planned
from tests.fakes import UNLIMITED

LEFT = 4  # descriptors
AT_ONCE = 24
LIMITS = replace(UNLIMITED, in_flight=AT_ONCE)
TURNS = 3


@contextmanager
def few_descriptors() -> Iterator[None]:
    """As `prlimit --nofile` would do it to a running program."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + LEFT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Watched:
    """A `Send` that counts the attempts for which no connection could be made."""

    def __init__(self, send: Send, *, is_believing: bool) -> None:
        self._send = send
        self._is_believing = is_believing
        self.unsent = 0

    async def send(self, chat_id: ChatId, message: Message) -> Receipt:
        receipt = await self._send(chat_id, message)
        if not isinstance(receipt, Later):
            return receipt
        self.unsent += 1
        return Sent(message_id=-self.unsent) if self._is_believing else receipt


async def main(folder: Path, telegram: Telegram, readers: Sequence[int], *, is_believing: bool) -> dict[str, object]:
    async with planned.world(folder) as world, polling._bot(telegram, connections=2 * AT_ONCE) as bot:
        await planned.plan(world, readers)
        watched = Watched(telegram_chat.send(bot, b"a key"), is_believing=is_believing)
        with few_descriptors():
            await _turns(world, watched.send)
        starved = watched.unsent
        await _turns(world, watched.send)
        async with world.database.read() as connection:
            states = {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}
    return {"starved": starved, "later": watched.unsent - starved, "states": states}


async def _turns(world: World, send: Send) -> None:
    for _ in range(TURNS):
        await planned.let_all_waits_pass(world.database)
        await worker.run(world.database, send, limits=LIMITS, beside=world.beside)
        await aftermath.settle(world.database, limits=LIMITS, beside=world.beside)


if __name__ == "__main__":
    logs.configure("critical")
    where, base_url, token, way, *others = sys.argv[1:]
    reached = Telegram(token=SecretStr(token), base_url=base_url)
    found = asyncio.run(main(Path(where), reached, [int(one) for one in others], is_believing=way == "believing"))
    sys.stdout.write(json.dumps(found))
