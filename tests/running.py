"""The real bot against a local Telegram, and people who talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import Bot, Update

from bot import app, intake, polling, signing, spending
from bot.config import Config, Telegram
from bot.fetching.client import Fetcher
from bot.listener import Listener
from bot.model import Entry, Reply, Taken
from bot.sandbox import server
from bot.sandbox.state import Message, User
from bot.sandbox.world import World as LocalTelegram
from bot.storage import database
from bot.world import World

WAIT_S = 20.0  # far more than anything here takes; only a failing test waits for it
KEY = b"a key for tests, 32 bytes long.."


class Counted(Listener):
    """The listener, counting the updates it is done with."""

    def __init__(
        self, world: World, local: LocalTelegram, *, verified: Callable[..., str], rates: spending.Rates | None
    ) -> None:
        super().__init__(world, key=KEY, verified=verified, rates=rates)
        self.local = local
        self.done = 0

    async def carry_out(self, update: Update, *, done: Reply | None = None) -> None:
        try:
            await super().carry_out(update, done=done)
        finally:
            self.done += 1
            self.local.bell.ring()


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One person in one chat with the bot."""

    local: LocalTelegram
    world: World
    bot: Bot
    listener: Counted
    user: User
    chat_id: int

    def messages(self) -> list[Message]:
        """What the bot wrote here, oldest first, in its current state."""
        return [one for one in self.local.transcript(self.chat_id) if one.sender is None or one.sender.is_bot]

    @property
    def last(self) -> Message:
        return self.messages()[-1]

    async def say(self, text: str, *, reply_to: int | None = None) -> str:
        """Writes; returns what the bot's newest message says when it is done ("" when there is none)."""
        async with self.handled():
            self.local.say(self.chat_id, self.user.id, text, reply_to=reply_to)
        return self.last.text if self.messages() else ""

    async def press(self, label: str) -> str:
        """Presses the button under the bot's newest message whose text holds `label`; returns the notice over it."""
        for row, buttons in enumerate(self.last.keyboard):
            for column, button in enumerate(buttons):
                if label in button["text"]:
                    async with self.handled():
                        query = self.local.press(self.chat_id, self.last.id, self.user.id, row, column)
                    return self._notice(query)
        raise AssertionError(f"no button {label!r} under {self.last.text!r}")

    async def press_data(self, data: str) -> str:
        """What a changed client can do: any bytes as the data of a button."""
        async with self.handled():
            query = self.local.press_data(self.chat_id, self.last.id, self.user.id, data)
        return self._notice(query)

    def _notice(self, query_id: str) -> str:
        answer = self.local.queries[query_id].answer
        assert answer is not None, "a pressed button must be answered"
        return answer.text

    @asynccontextmanager
    async def handled(self) -> AsyncIterator[None]:
        """What people do in the block has been dealt with when it ends."""
        before = self.listener.done
        yield
        assert await self.local.until(lambda: self.listener.done > before, timeout_s=WAIT_S), "the bot is silent"

    def labels(self) -> list[str]:
        """The texts of the buttons under the bot's newest message."""
        return [button["text"] for row in self.last.keyboard for button in row]

    def data(self, label: str) -> str:
        """The callback data of a button under the bot's newest message."""
        return next(
            str(button["callback_data"]) for row in self.last.keyboard for button in row if label in button["text"]
        )

    def elsewhere(self, chat_id: int, user: User) -> Talk:
        """Another person, or another chat, with the same bot."""
        return replace(self, user=user, chat_id=chat_id)

    async def take(self, entries: Iterable[Entry], *, now_at: datetime | None = None) -> Taken:
        """These entries arrive."""
        return await intake.take(self.world, entries, now_at=now_at or datetime.now(UTC))


_EMPTY: dict[str, bytes] = {}  # the database that a test begins with, made once a process


async def have_tables(folder: Path) -> None:
    """Puts an empty database there, as the first start would, without making every table anew for each test."""
    file = folder / "digest-bot.sqlite3"
    if file.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _EMPTY:
        await database.upgrade(f"sqlite:///{file}", now_at=datetime.now(UTC))
        _EMPTY["tables"] = file.read_bytes()
    file.write_bytes(_EMPTY["tables"])


@asynccontextmanager
async def talk(
    folder: Path,
    *,
    verified: Callable[..., str] = signing.verified,
    fetcher: Fetcher | None = None,
    admin: bool = False,
    rates: spending.Rates | None = None,
    inline: bool = False,
    **settings: Any,
) -> AsyncIterator[Talk]:
    """Ann's private chat with the bot, which listens and answers but neither collects nor publishes by itself; whether
    Ann runs the bot, who fetches, how much anybody may ask (None: anything) and whether it can be asked in other chats
    may be said."""
    local = LocalTelegram(bot_username="digest_bot")
    ann = local.add_user("Ann", language_code="en")
    local.start(ann.id)
    local.updates.clear()
    local.set_inline(on=inline)
    async with server.serve(local) as address:
        admins = (ann.id,) if admin else ()
        telegram = Telegram(token=SecretStr(local.token), base_url=address.base_url, admins=admins, inline=inline)
        config = Config(state_dir=folder, telegram=telegram, **settings)
        await have_tables(folder)
        async with app.world(config, now_at=datetime.now(UTC), fetcher=fetcher) as world:
            listener = Counted(world, local, verified=verified, rates=rates)
            async with polling.connected(telegram, listener, stop=asyncio.Event()) as bot:
                assert bot is not None
                yield Talk(local=local, world=world, bot=bot, listener=listener, user=ann, chat_id=ann.id)
    assert local.violations == []
