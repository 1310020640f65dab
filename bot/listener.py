"""Telegram update -> Request; Reply -> Telegram. The only place where the two meet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    Update,
)
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, EndPointNotFound, RetryAfter, TelegramError

from bot import commands, inline, locales, settings, signing, spending, standing
from bot.delivery import aftermath, limiter
from bot.errors import AlreadyApplied, BadSignature, UserError
from bot.model import Chat, ChatId, ChatKind, Message, Reply, Request
from bot.outputs import telegram_chat
from bot.spending import Verdict
from bot.stages import render
from bot.standing import Role, Standing
from bot.storage import chats, met, pace
from bot.storage.heard import Heard
from bot.world import World

log = structlog.get_logger()
ADDRESSED = re.compile(r"/(?P<command>[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]+))?(?:\s+(?P<rest>.*))?", re.DOTALL)
TRIES = 3  # of an answer that Telegram refuses for a flood
TOAST_CHARS = 200  # answerCallbackQuery.text (telegram.md C1)


class Listener:
    """Turns what people type and press into requests, runs the command, and sends what it replies.

    `verified` takes callback data apart and raises BadSignature for data that we did not make; `rates` say how much
    anybody may ask. Only a test that shows what they are good for puts others in their place.
    """

    def __init__(
        self,
        world: World,
        *,
        key: bytes,
        verified: Callable[..., str] = signing.verified,
        rates: spending.Rates | None = spending.RATES,
    ) -> None:
        self.world = world
        self.spending = spending.Spending(world.database, key=key, rates=rates)
        self.standing = standing.Standing()
        self.key = key
        self.meeting = met.Meeting(world.database)
        self.verified = verified
        self.uploads = telegram_chat.Uploads()

    def on(self, bot: Bot) -> Callable[[Heard], Awaitable[None]]:
        """Carries out what was heard, and answers through that bot; what fails is logged and told in one sentence."""

        async def apply(heard: Heard) -> None:
            # Gathered alone: what nobody expected ends this update only.
            (ended,) = await asyncio.gather(self._understood(heard, bot), return_exceptions=True)
            if isinstance(ended, AlreadyApplied):
                log.warning("update_applied_elsewhere", update=heard.update_id)
                return
            if isinstance(ended, Exception):
                (ended,) = await asyncio.gather(self._failed(heard, bot, ended), return_exceptions=True)
            if isinstance(ended, Exception):
                log.error("update_not_understood", update=heard.update_id, exc_info=ended)
            elif ended is not None:
                raise ended

        return apply

    async def _understood(self, heard: Heard, bot: Bot) -> None:
        update = Update.de_json(heard.payload, bot)
        await self.carry_out(update, done=(heard.answer or Reply(messages=())) if heard.is_applied else None)

    async def carry_out(self, update: Update, *, done: Reply | None = None) -> None:
        """One update. What was `done` already, by a program that died before it could answer, is not done again: this
        is its answer."""
        if update.message is not None:
            await self._message(update.message, done=done)
        elif update.callback_query is not None:
            await self._button(update.callback_query, done=done)
        elif update.my_chat_member is not None:
            await self._membership(update.my_chat_member)
        elif update.inline_query is not None and self.world.config.telegram.inline:
            await self._inline(update.inline_query)

    async def _message(self, message: TelegramMessage, *, done: Reply | None) -> None:
        if message.migrate_to_chat_id:
            await self._moved(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self._moved(message.migrate_from_chat_id, message.chat.id)
        elif message.forum_topic_reopened:
            async with self.world.database.write() as connection:
                await chats.resume(connection, ChatId(message.chat.id))
        user = message.from_user
        if user is None or not message.text or message.via_bot:  # what came of an inline result asks nothing
            return
        payer = message.sender_chat.id if message.sender_chat else user.id  # all anonymous ones have one user id
        if done is None and self.spending.is_shut(payer, now_at=datetime.now(UTC)):
            return
        chat = await settings.reached(self.world, await self._chat(message.chat, user.language_code or ""))
        line = _line(message, chat)
        if line is None:
            return
        verdict = await self._verdict(payer, chat.id) if done is None else Verdict.ANSWER
        if verdict is Verdict.ANSWER:
            asked = _Asked(message=message, chat=chat, user_id=user.id, standing=self.standing)
            await self._send(message, done or await self._reply(line, asked))
        elif verdict is Verdict.TELL and chat.kind is ChatKind.PRIVATE:  # nobody else has to read of it
            await self._send(message, Reply(messages=(render.rich(_slower(chat)),)))

    async def _button(self, query: CallbackQuery, *, done: Reply | None) -> None:
        if not isinstance(query.message, TelegramMessage):
            return
        if done is None and self.spending.is_shut(query.from_user.id, now_at=datetime.now(UTC)):
            return
        heard = await self._chat(query.message.chat, query.from_user.language_code or "")
        chat = await settings.reached(self.world, heard)
        verdict = await self._verdict(query.from_user.id, chat.id) if done is None else Verdict.ANSWER
        if verdict is not Verdict.ANSWER:
            if verdict is Verdict.TELL:
                await _answer(query, _slower(chat), alert=True)
            return
        say = locales.catalogue(chat.language)
        try:
            line = self.verified(query.data or "", key=self.key, chat_id=chat.id)
        except BadSignature:
            await _answer(query, say.text("This menu is out of date. Send /help for a new one."), alert=True)
            return
        asked = _Asked(
            message=query.message, chat=chat, user_id=query.from_user.id, standing=self.standing, pressed=True
        )
        reply = done or await self._reply(line, asked)
        await _answer(query, reply.toast)
        await self._edit(query.message, reply)

    async def _inline(self, query: InlineQuery) -> None:
        now_at = datetime.now(UTC)
        asker = ChatId(query.from_user.id)
        if await self._verdict(asker, asker, cost=spending.INLINE_COST) is Verdict.ANSWER:
            await inline.answer(self.world, query, now_at=now_at)

    async def _verdict(self, payer: int, chat_id: ChatId, *, cost: float = 1.0) -> Verdict:
        return await self.spending.verdict(payer, chat_id, now_at=datetime.now(UTC), cost=cost)

    async def _membership(self, change: ChatMemberUpdated) -> None:
        """Blocked, removed, silenced or let in again: a chat that cannot be written to is paused, with the reason."""
        chat = await self._chat(change.chat, change.from_user.language_code or "")
        reason = _silenced(change.new_chat_member, chat.kind)
        async with self.world.database.write() as connection:
            if not reason:
                await chats.resume(connection, chat.id)
            elif not chat.paused:
                await aftermath.shut(connection, chat.id, reason, admins=self.world.beside.admins)
        log.info("membership", chat=chat.id, status=change.new_chat_member.status, silenced=reason)

    async def _moved(self, old: int, new: int) -> None:
        async with self.world.database.write() as connection:
            moved = await chats.move(connection, ChatId(old), ChatId(new))
        log.info("chat_moved", old_chat=old, new_chat=new, was_news=moved)

    async def _failed(self, heard: Heard, bot: Bot, error: Exception) -> None:
        """What nobody expected: logged with its traceback; the person is told in one sentence, or not at all."""
        log.error("update_failed", update=heard.update_id, exc_info=error)
        update = Update.de_json(heard.payload, bot)
        message = update.effective_message
        if not isinstance(message, TelegramMessage) or isinstance(error, TelegramError):
            return
        say = locales.catalogue(self.world.config.language)
        text = say.text("Something went wrong on my side. It is written down; please try again later.")
        await self._send(message, Reply(messages=(render.rich(text),)))

    async def _chat(self, telegram: TelegramChat, language: str) -> Chat:
        kind = ChatKind(telegram.type)
        title = telegram.effective_name or ""
        known = await self.meeting.of(ChatId(telegram.id))
        return known.chat or await settings.first_met(
            self.world, ChatId(telegram.id), kind=kind, title=title, language=language
        )

    async def _reply(self, line: str, asked: _Asked) -> Reply:
        """Runs the command of a line; what a person did wrong becomes a reply in their language."""
        name, *words = line.split()
        command = commands.commands().get(name.lower())
        say = locales.catalogue(asked.chat.language)
        try:
            if command is None:
                raise UserError("I do not know /{name}. Send /help to see what I can do.", name=name[:32])
            if command.for_admins and asked.user_id not in self.world.config.telegram.admins:
                raise UserError("Only those who run this bot can use that.")
            if command.configures and not await asked.is_at_least(Role.ADMINISTRATOR):
                raise UserError("Only administrators of this group can change that.")
            if asked.pressed and not await asked.is_at_least(asked.needed):
                raise UserError("Only members of this chat can use its buttons.")
            chat = await self._without_question(line, asked.chat)
            request = Request(
                command=command.name,
                words=tuple(words),
                chat=chat,
                user_id=asked.user_id,
                pressed=asked.pressed,
                now_at=datetime.now(UTC),
                bot=asked.message.get_bot().username,
            )
            async with self.world.database.together() as joint:
                joint.reply = await command.run(request, self.world)
            return joint.reply
        except UserError as error:
            text = say.text(error.text, **error.details)
            return Reply(messages=() if asked.pressed else (render.rich(text),), toast=text[:TOAST_CHARS])

    async def _send(self, message: TelegramMessage, reply: Reply) -> None:
        """Each text of the reply as a message of its own, in order, the buttons under the last; with a file the last is
        what stands under it."""
        thread_id = message.message_thread_id if message.is_topic_message else None
        for number, text in enumerate(reply.messages, start=1):
            is_last = number == len(reply.messages)
            buttons = reply.buttons if is_last else ()
            if is_last and reply.attachment:
                keys = telegram_chat.keyboard(buttons, ChatId(message.chat.id), self.key) if buttons else None
                upload = partial(self.uploads.send, message.chat, reply.attachment, text)
                await self._allowed(ChatId(message.chat.id), partial(upload, buttons=keys, thread_id=thread_id))
                continue
            told = Message(part=1, body=text, buttons=buttons, is_rich=reply.is_rich)
            await self._tell(message, told, {"message_thread_id": thread_id} if thread_id else {})

    async def _edit(self, message: TelegramMessage, reply: Reply) -> None:
        """A reply with one text takes the place of the message with the pressed button; longer ones come below it, as
        do those with a file, or to a button under one. Buttons alone take the place of the buttons."""
        is_long = len(reply.messages) > 1 or reply.attachment or not message.text
        if not reply.buttons or reply.below or (reply.messages and is_long):
            await self._send(message, reply)
            return
        place = {"chat_id": message.chat.id, "message_id": message.message_id}
        try:
            if reply.messages:
                told = Message(part=1, body=reply.messages[0], buttons=reply.buttons, is_rich=reply.is_rich)
                await self._tell(message, told, place)
            else:
                keys = telegram_chat.keyboard(reply.buttons, ChatId(message.chat.id), self.key)
                await self._say(message, "editmessagereplymarkup", {"reply_markup": keys, **place})
        except BadRequest as error:
            if "not modified" not in str(error).casefold():
                raise

    async def _tell(self, message: TelegramMessage, told: Message, place: dict[str, Any]) -> None:
        """A text to the chat of `message`, into the one that `place` names or as a new one; in the usual form where a
        rich one is refused."""
        chat_id, is_edit = ChatId(message.chat.id), "message_id" in place
        if told.is_rich:
            given = telegram_chat.rich_parameters(chat_id, told, self.key)
            with suppress(BadRequest, EndPointNotFound):
                await self._say(message, "editmessagetext" if is_edit else telegram_chat.RICH, {**given, **place})
                return
        given = telegram_chat.parameters(chat_id, told, self.key)
        await self._say(message, "editmessagetext" if is_edit else "sendmessage", {**given, **place})

    async def _say(self, message: TelegramMessage, method: str, given: dict[str, Any]) -> None:
        # In small letters: python-telegram-bot warns of a method that it has itself, and would build objects.
        call = partial(message.get_bot().do_api_request, method, api_kwargs=given)
        await self._allowed(ChatId(message.chat.id), call)

    async def _allowed(self, chat_id: ChatId, call: Callable[[], Awaitable[object]]) -> None:
        """An answer goes before what is sent in bulk, but not while Telegram asks to wait; refused for a flood it is
        given once more after that, and digests for the chat wait as long."""
        for attempt in range(1, TRIES + 1):
            await self._spared(chat_id)
            self.world.beside.answers.note(chat_id)
            try:
                await call()
            except RetryAfter as error:
                if attempt == TRIES:
                    raise
                async with self.world.database.write() as connection:
                    await pace.hold(connection, chat_id, for_s=limiter.SAFETY_S + telegram_chat.wait_s(error))
            else:
                return

    async def _spared(self, chat_id: ChatId) -> None:
        """Returns when the chat and everything may be written to."""
        while True:
            wait_s = (await self.meeting.of(chat_id)).wait_s
            if not wait_s:
                return
            await asyncio.sleep(wait_s)

    async def _without_question(self, line: str, chat: Chat) -> Chat:
        """Whoever asks for something else is not answering any more."""
        if not chat.question or line.startswith(chat.question):
            return chat
        return await settings.made_known(self.world, replace(chat, question=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asked, where: `message` is the one they wrote, or the one the pressed button stands under."""

    message: TelegramMessage
    chat: Chat
    user_id: int
    standing: Standing
    pressed: bool = False

    @property
    def needed(self) -> Role:
        """Who may press a button that changes nothing: in a channel, where everybody would read what comes of it,
        administrators; in a group its members."""
        return Role.ADMINISTRATOR if self.chat.kind is ChatKind.CHANNEL else Role.MEMBER

    async def is_at_least(self, role: Role) -> bool:
        """Everybody in private; in groups and channels as Telegram says it is now (T18), of anonymous administrators
        by what they write."""
        if self.chat.kind is ChatKind.PRIVATE:
            return True
        sender = self.message.sender_chat
        if not self.pressed and sender is not None and sender.id == self.chat.id:
            return True
        who = (self.chat.id, self.user_id)
        ask = partial(standing.role, self.message.chat, self.user_id)
        return await self.standing.is_at_least(role, who, now_at=datetime.now(UTC), ask=ask)


def _slower(chat: Chat) -> str:
    return locales.catalogue(chat.language).text("That was a lot at once. Please wait a little before you go on.")


def _line(message: TelegramMessage, chat: Chat) -> str | None:
    """The command line in a message: "/latest@our_bot 5" is "latest 5". None when it is not meant for us: in groups a
    question of ours is answered by a reply to a message of ours. What stands in lines of its own is a list."""
    text, bot, answered = message.text or "", message.get_bot(), message.reply_to_message
    if typed := ADDRESSED.fullmatch(text):
        if typed["bot"] and typed["bot"].casefold() != bot.username.casefold():
            return None
        return f"{typed['command']} {typed['rest'] or ''}".strip()
    is_to_us = answered is not None and answered.from_user is not None and answered.from_user.id == bot.id
    if chat.kind is not ChatKind.PRIVATE and not (chat.question and is_to_us):
        return None
    listed = ", ".join(line for line in text.splitlines() if line.strip())
    return f"{chat.question} {listed}" if chat.question else "help"


def _silenced(member: ChatMember, kind: ChatKind) -> str:
    """Why the bot cannot write where it is such a member, "" when it can: in channels only with the right to post."""
    match member:
        case ChatMemberRestricted() if not member.is_member:
            return "the bot has left"
        case ChatMemberRestricted() if not member.can_send_messages:
            return "the bot may not write there"
        case ChatMemberAdministrator() if kind is ChatKind.CHANNEL and not member.can_post_messages:
            return "the bot may not post there"
        case _ if member.status in standing.AWAY:
            return f"the bot is {member.status} there"
        case ChatMemberMember() if kind is ChatKind.CHANNEL:
            return "the bot is no administrator there"
    return ""


async def _answer(query: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Takes the clock off the button; a query that waited too long cannot be answered any more, and need not be."""
    try:
        await query.answer(text[:TOAST_CHARS] or None, show_alert=alert)
    except BadRequest as error:
        log.info("answer_too_late", reason=str(error))


def menu(language: str, *, to_admin: bool = False) -> list[BotCommand]:
    """The commands as Telegram's menu shows them."""
    say = locales.catalogue(language)
    return [BotCommand(command.name, say.text(command.summary)) for command in commands.shown(to_admin=to_admin)]
