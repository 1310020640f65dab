"""Two clients of the Bot API that know nothing of each other, and one way to call both.

What the sandbox does is shown with python-telegram-bot (over our transport) and with aiogram: what only one of them
understood would be the sandbox's mistake.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiogram
import pytest
import telegram
from aiogram import exceptions, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from telegram import error as errors

from bot.errors import NotSent
from bot.sandbox import server
from bot.sandbox.server import Server
from bot.sandbox.state import Chat, User
from bot.sandbox.world import World
from tests.sandbox import served

KINDS = ("python-telegram-bot", "aiogram")
WAIT_S = 20.0
PTB_TYPES: dict[str, Callable[[Any], Any]] = {
    "entities": lambda given: [telegram.MessageEntity(**one) for one in given],
    "reply_markup": lambda given: telegram.InlineKeyboardMarkup.de_json(given, None),
    "reply_parameters": lambda given: telegram.ReplyParameters(**given),
    "commands": lambda given: [telegram.BotCommand(**one) for one in given],
    "menu_button": lambda given: telegram.MenuButton.de_json(given, None),
}


PTB_UNKNOWN = frozenset({"rich_message"})


class Refused(Exception):  # noqa: N818 - an answer
    """Telegram said no. `text` is what the client makes of its words, "" where it keeps none of them."""

    def __init__(self, code: int, text: str = "", *, retry_after: int = 0, new_chat_id: int = 0) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.retry_after = retry_after
        self.new_chat_id = new_chat_id


class Lost(Exception):  # noqa: N818 - the lack of an answer
    """No answer, or none that can be read. `is_unsent`: the client knows that nothing was sent."""

    def __init__(self, reason: Exception, *, is_unsent: bool) -> None:
        super().__init__(repr(reason))
        self.is_unsent = is_unsent


class Client(Protocol):
    """`call` gives the result as plain values; raises Refused and Lost."""

    async def call(self, method: str, *, wait_s: float = WAIT_S, **params: Any) -> Any: ...


class ByPythonTelegramBot:
    def __init__(self, bot: telegram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, *, wait_s: float = WAIT_S, **params: Any) -> Any:
        given = {name: PTB_TYPES.get(name, lambda value: value)(value) for name, value in params.items()}
        try:
            if not hasattr(self._bot, _snake(method)):  # one that the library has no words for yet
                return await self._bot.do_api_request(_snake(method), api_kwargs=given, read_timeout=wait_s)
            api_kwargs = {name: given.pop(name) for name in PTB_UNKNOWN & given.keys()} or None
            given |= {"text": ""} if api_kwargs else {}
            said = getattr(self._bot, _snake(method))(**given, api_kwargs=api_kwargs, read_timeout=wait_s)
            return _plain_ptb(await said)
        except errors.RetryAfter as error:
            seconds = error.retry_after
            raise Refused(429, retry_after=seconds if isinstance(seconds, int) else seconds.seconds) from error
        except errors.ChatMigrated as error:
            raise Refused(400, new_chat_id=error.new_chat_id) from error
        except errors.TelegramError as error:
            raise _of_ptb(error) from error


def _of_ptb(error: errors.TelegramError) -> Refused | Lost:
    codes = {errors.Forbidden: 403, errors.BadRequest: 400, errors.InvalidToken: 401, errors.Conflict: 409}
    code = codes.get(type(error))
    return Refused(code, error.message) if code else Lost(error, is_unsent=isinstance(error.__cause__, NotSent))


def _plain_ptb(result: Any) -> Any:
    if isinstance(result, tuple | list):
        return [_plain_ptb(one) for one in result]
    return result.to_dict() if isinstance(result, telegram.TelegramObject) else result


class ByAiogram:
    def __init__(self, bot: aiogram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, *, wait_s: float = WAIT_S, **params: Any) -> Any:
        given = {name: _file_or(value) for name, value in params.items()}
        said = getattr(methods, method[0].upper() + method[1:])(**given)
        try:
            # aiogram takes whole seconds by its annotations only
            return _plain_aiogram(await self._bot(said, request_timeout=wait_s))  # type: ignore[arg-type]
        except exceptions.TelegramRetryAfter as error:
            raise Refused(429, retry_after=error.retry_after) from error
        except exceptions.TelegramMigrateToChat as error:
            raise Refused(400, new_chat_id=error.migrate_to_chat_id) from error
        except exceptions.AiogramError as error:
            raise _of_aiogram(error) from error


def _of_aiogram(error: exceptions.AiogramError) -> Refused | Lost:
    codes: dict[type[exceptions.TelegramAPIError], int] = {
        exceptions.TelegramForbiddenError: 403,
        exceptions.TelegramBadRequest: 400,
        exceptions.TelegramUnauthorizedError: 401,
        exceptions.TelegramConflictError: 409,
    }
    if isinstance(error, exceptions.TelegramAPIError) and type(error) in codes:
        return Refused(codes[type(error)], error.message)
    return Lost(error, is_unsent="ClientConnectorError" in str(error))


def _file_or(value: Any) -> Any:
    return BufferedInputFile(value, "picture.png") if isinstance(value, bytes) else value


def _plain_aiogram(result: Any) -> Any:
    if isinstance(result, list):
        return [_plain_aiogram(one) for one in result]
    return result.model_dump(by_alias=True, exclude_none=True) if hasattr(result, "model_dump") else result


def _snake(method: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", method).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A served world, a client, and Ann, who has started the bot."""

    world: World
    server: Server
    client: Client
    ann: User

    async def call(self, method: str, **params: Any) -> Any:
        return await self.client.call(method, **params)

    async def send(self, chat_id: int | str | None = None, text: str = "x", **more: Any) -> Any:
        """A message, to Ann when nobody is named."""
        return await self.call("sendMessage", chat_id=chat_id or self.ann.id, text=text, **more)

    async def refused(self, method: str, **params: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            await self.call(method, **params)
        return caught.value

    async def refusal(self, method: str, **params: Any) -> str:
        """The exact words in which a call is refused; the client's own agree with them."""
        refused, said = await self.refused(method, **params), self.world.refused[-1]
        assert said.code == refused.code
        assert said.description.casefold().endswith(refused.text.casefold())
        return said.description

    def texts(self) -> list[str]:
        """What has been taken from the bot, in order."""
        return [one.text for one in self.world.outbox.sent]


@asynccontextmanager
async def opened(kind: str, world: World | None = None) -> AsyncIterator[At]:
    """Serves a world to that client; Ann is its first person."""
    world = world or World()
    ann = next(iter(world.users.values()), None) or world.add_user("Ann", username="ann")
    if world.chats[ann.id].access == "never":
        world.start(ann.id)
        world.updates.clear()
    connect = _python_telegram_bot if kind == KINDS[0] else _aiogram
    async with server.serve(world) as address, connect(world, address) as client:
        yield At(world=world, server=address, client=client, ann=ann)


@asynccontextmanager
async def _python_telegram_bot(world: World, address: Server) -> AsyncIterator[Client]:
    async with served.client(world, address, connect_s=0.5) as bot:
        yield ByPythonTelegramBot(bot)


@asynccontextmanager
async def _aiogram(world: World, address: Server) -> AsyncIterator[Client]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(address.url))
    try:
        yield ByAiogram(aiogram.Bot(world.token, session=session))
    finally:
        await (await session.create_session()).close()  # its own way to close sleeps
        await asyncio.sleep(0)


def place(world: World, kind: str, **more: Any) -> tuple[Chat, User]:
    """A chat of that kind, and Eve, who owns it."""
    eve = world.add_user("Eve")
    if kind == "private":
        world.start(eve.id)
        return world.chats[eve.id], eve
    if kind == "channel":
        return world.add_channel("Channel", admins=[eve]), eve
    return (world.add_group if kind == "group" else world.add_supergroup)(kind, admins=[eve], **more), eve
