"""The connection to Telegram: reached, polled, given its menu; what it brings goes to the listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import failpoints, hearing, locales
from bot.config import Telegram
from bot.delivery import notices
from bot.delivery.transport import ANSWER_S, Transport
from bot.errors import ConfigError, ConfigFault, StorageError
from bot.listener import Listener, menu
from bot.model import ChatId
from bot.outputs import telegram_chat
from bot.world import World

log = structlog.get_logger()
RETRY_S = (1, 2, 5, 10, 30, 60)  # between tries to reach Telegram at start; the last one goes on
SENDING = 256  # connections: 128 deliveries under way at most, and the answers to commands
POLL_S = 30  # how long Telegram may keep us waiting for news
UPDATES = ("message", "callback_query", "my_chat_member")
INLINE = "inline_query"  # asked for only where the operator has turned it on
RIVAL = 2  # tries in a row that fail, the last with a conflict: another program uses this token


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat as Telegram knows it."""

    chat_id: ChatId
    title: str


Find = Callable[[str], Awaitable[Place | None]]  # a chat by its @name or number


@asynccontextmanager
async def connected(telegram: Telegram, listener: Listener, *, stop: asyncio.Event) -> AsyncIterator[Bot | None]:
    """Telegram polled while the block runs; None when `stop` was set before Telegram answered.

    At the end what was heard is finished before the connection closes. Raises ConfigError for an unknown token.
    """
    async with _bot(telegram, connections=SENDING) as bot, _bot(telegram, connections=2) as ear:
        if not await _greeted(bot, stop):
            yield None
            return
        if telegram.inline and not bot.bot.supports_inline_queries:
            log.warning("inline_not_allowed", hint="send @BotFather /setinline")
        async with hearing.opened(listener.world.database, listener.on(bot)) as heard, asyncio.TaskGroup() as tasks:
            rival = partial(_rival, listener.world)
            kinds = (*UPDATES, INLINE) if telegram.inline else UPDATES
            polling = tasks.create_task(_poll(ear, heard, rival=rival, kinds=kinds))
            try:
                yield bot
            finally:
                polling.cancel()


@asynccontextmanager
async def _bot(telegram: Telegram, *, connections: int) -> AsyncIterator[Bot]:
    """python-telegram-bot over our transport; nothing is asked yet."""
    transport = Transport(connections=connections)
    bot = Bot(
        telegram.token.get_secret_value(),
        base_url=telegram.base_url,
        base_file_url=telegram.base_url.removesuffix("/bot") + "/file/bot",
        request=transport,
        get_updates_request=transport,
    )
    await transport.initialize()
    try:
        yield bot
    finally:
        await transport.shutdown()


async def _poll(
    ear: Bot, heard: hearing.Hearing, *, rival: Callable[[], Awaitable[None]], kinds: Iterable[str] = UPDATES
) -> None:
    """Asks for updates until it is cancelled; each batch is stored before the next question confirms it. `rival` is
    called when another program takes them from us."""
    asked: dict[str, object] = {"timeout": POLL_S, "limit": 100, "allowed_updates": list(kinds)}
    lost = 0
    while True:
        try:
            # In small letters: python-telegram-bot warns of a method that it has itself, and would build objects.
            updates = await ear.do_api_request("getupdates", api_kwargs=asked, read_timeout=POLL_S + ANSWER_S)
            if isinstance(updates, list) and updates:
                await heard.hear(updates)
                failpoints.hit("heard.unconfirmed")
                asked["offset"] = max(one["update_id"] for one in updates) + 1
            lost = 0
        except (TelegramError, StorageError) as error:  # what could not be stored is not confirmed, and comes again
            wait_s = _pause_s(error, lost)
            lost += 1
            log.warning("updates_not_heard", reason=str(error), next_try_s=wait_s)
            if isinstance(error, Conflict) and lost >= RIVAL:
                await rival()
            await asyncio.sleep(wait_s)


async def _rival(world: World) -> None:
    """Says it where somebody reads it; what is due goes on being sent."""
    log.error("token_used_twice", hint="stop the other program, or ask @BotFather for a new token")
    try:
        async with world.database.write() as connection:
            await notices.rival(connection, admins=world.beside.admins)
    except StorageError as error:
        log.error("notice_not_stored", reason=str(error))


def _pause_s(error: TelegramError | StorageError, lost: int) -> float:
    if isinstance(error, RetryAfter):
        return telegram_chat.wait_s(error)
    return float(RETRY_S[min(lost, len(RETRY_S) - 1)])


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


async def _until(stop: asyncio.Event, wait_s: float) -> None:
    try:
        async with asyncio.timeout(wait_s):
            await stop.wait()
    except TimeoutError:
        return


async def _greeted(
    bot: Bot, stop: asyncio.Event, *, wait: Callable[[asyncio.Event, float], Awaitable[None]] = _until
) -> bool:
    """Waits until Telegram answers, however long that takes; False when the bot is to stop before."""
    attempt = 0
    while not stop.is_set():
        try:
            await bot.initialize()
        except TelegramError as error:
            answer = error.__cause__ if isinstance(error, InvalidToken) else None
            if answer is not None and answer.__cause__ is None:
                hint = "ask @BotFather for the present one"
                fault = ConfigFault(key="telegram.token", message="Telegram does not know this token", hint=hint)
                raise ConfigError((fault,)) from None
            # With a cause of its own it is the page of a proxy: Telegram would have said it in JSON.
            wait_s = _pause_s(error, attempt)
            log.warning("telegram_not_reached", reason=str(answer or error), next_try_s=wait_s)
            await wait(stop, wait_s)
            attempt += 1
        else:
            return True
    return False
