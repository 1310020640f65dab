"""The connection to Telegram: reached, polled, given its menu; what it brings goes to the listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from bot import locales
from bot.config import Telegram
from bot.errors import ConfigError, ConfigFault
from bot.listener import Listener, menu
from bot.model import ChatId

log = structlog.get_logger()
RETRY_S = (1, 2, 5, 10, 30, 60)  # between tries to reach Telegram at start; the last one goes on
UPDATES = ["message", "callback_query", "my_chat_member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat as Telegram knows it."""

    chat_id: ChatId
    title: str


Find = Callable[[str], Awaitable[Place | None]]  # a chat by its @name or number


@asynccontextmanager
async def connected(telegram: Telegram, listener: Listener, *, stop: asyncio.Event) -> AsyncIterator[Bot | None]:
    """Telegram polled while the block runs; None when `stop` was set before Telegram answered.

    At the end what was taken is finished before the connection closes. Raises ConfigError for an unknown token.
    """
    application = _application(telegram)
    listener.attach(application)
    if not await _greeted(application, stop):
        yield None
        return
    updater = application.updater
    assert updater is not None, "an application built with an updater has one"  # noqa: S101 - for the type checker
    await application.start()
    await updater.start_polling(allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=_lost)
    try:
        yield application.bot
    finally:
        await updater.stop()
        await application.stop()
        await application.shutdown()


def _lost(error: TelegramError) -> None:
    """The connection is tried again by python-telegram-bot; one line says that it was lost."""
    log.warning("telegram_lost", reason=str(error))


async def present(bot: Bot, *, admins: Iterable[int] = ()) -> None:
    """The menu of commands in every interface language, for admins with those that are only for them; a bot without
    it works as well, and so does one whose admin has not begun a chat with it."""
    await _present(bot, None)
    for admin in admins:
        await _present(bot, BotCommandScopeChat(admin))


async def _present(bot: Bot, scope: BotCommandScopeChat | None) -> None:
    try:
        await bot.set_my_commands(menu("en", to_admin=scope is not None), scope=scope)
        for language in locales.languages():
            await bot.set_my_commands(menu(language, to_admin=scope is not None), scope=scope, language_code=language)
    except TelegramError as error:
        log.warning("menu_not_set", chat=scope.chat_id if scope else None, reason=str(error))


async def place(bot: Bot, chat: str) -> Place | None:
    """The chat with that @name or number; None, and a line in the log, when the bot cannot see it."""
    try:
        found = await bot.get_chat(chat if chat.startswith("@") else int(chat))
    except TelegramError as error:
        hint = "is the bot an administrator of this channel?"
        log.warning("channel_not_reached", channel=chat, reason=str(error), hint=hint)
        return None
    return Place(chat_id=ChatId(found.id), title=found.title or chat)


def _application(telegram: Telegram) -> Application:  # type: ignore[type-arg]
    """python-telegram-bot with timeouts that outlast Telegram's silent flood waits (telegram.md C3)."""
    return (
        ApplicationBuilder()
        .token(telegram.token.get_secret_value())
        .base_url(telegram.base_url)
        .base_file_url(telegram.base_url.removesuffix("/bot") + "/file/bot")
        .request(_requests(32))
        .get_updates_request(_requests(2))
        .job_queue(None)
        .build()
    )


def _requests(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections, read_timeout=30, write_timeout=30, connect_timeout=5, pool_timeout=5
    )


async def _greeted(application: Application, stop: asyncio.Event) -> bool:  # type: ignore[type-arg]
    """Waits until Telegram answers, however long that takes; False when the bot is to stop before."""
    attempt = 0
    while not stop.is_set():
        try:
            await application.initialize()
        except InvalidToken:
            hint = "ask @BotFather for the present one"
            fault = ConfigFault(key="telegram.token", message="Telegram does not know this token", hint=hint)
            raise ConfigError((fault,)) from None
        except NetworkError as error:
            wait_s = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            log.warning("telegram_not_reached", reason=str(error), next_try_s=wait_s)
            await _until(stop, wait_s)
            attempt += 1
        else:
            return True
    return False


async def _until(stop: asyncio.Event, wait_s: float) -> None:
    try:
        async with asyncio.timeout(wait_s):
            await stop.wait()
    except TimeoutError:
        return
