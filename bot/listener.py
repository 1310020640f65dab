"""Telegram update -> Request; Reply -> Telegram. The only place where the two meet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
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
    Update,
)
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot import commands, locales, settings, signing
from bot.delivery import aftermath, limiter
from bot.errors import AlreadyApplied, BadSignature, UserError
from bot.model import Chat, ChatId, ChatKind, Message, Reply, Request
from bot.outputs import telegram_chat
from bot.stages import render
from bot.storage import chats, met, pace
from bot.storage.heard import Heard
from bot.world import World

log = structlog.get_logger()
ADDRESSED = re.compile(r"/(?P<command>[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]+))?(?:\s+(?P<rest>.*))?", re.DOTALL)
AWAY = {ChatMember.LEFT, ChatMember.BANNED}
ADMINISTRATORS = {ChatMember.OWNER, ChatMember.ADMINISTRATOR}
TRIES = 3  # of an answer that Telegram refuses for a flood
TOAST_CHARS = 200  # answerCallbackQuery.text (telegram.md C1)


class Listener:
    """Turns what people type and press into requests, runs the command, and sends what it replies.

    `verified` takes callback data apart and raises BadSignature for data that we did not make; only a test that
    shows what it is good for puts another in its place.
    """

    def __init__(self, world: World, *, key: bytes, verified: Callable[..., str] = signing.verified) -> None:
        self.world = world
        self.key = key
        self.meeting = met.Meeting(world.database)
        self.verified = verified

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

    async def _message(self, message: TelegramMessage, *, done: Reply | None) -> None:
        if message.migrate_to_chat_id:
            await self._moved(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self._moved(message.migrate_from_chat_id, message.chat.id)
        elif message.forum_topic_reopened:
            async with self.world.database.write() as connection:
                await chats.resume(connection, ChatId(message.chat.id))
        user = message.from_user
        if user is None or not message.text:
            return
        chat = await settings.reached(self.world, await self._chat(message.chat, user.language_code or ""))
        line = _line(message.text, chat, message.get_bot().username)
        if line is not None:
            asked = _Asked(message=message, chat=chat, user_id=user.id)
            await self._send(message, done or await self._reply(line, asked))

    async def _button(self, query: CallbackQuery, *, done: Reply | None) -> None:
        if not isinstance(query.message, TelegramMessage):
            return
        heard = await self._chat(query.message.chat, query.from_user.language_code or "")
        chat = await settings.reached(self.world, heard)
        say = locales.catalogue(chat.language)
        try:
            line = self.verified(query.data or "", key=self.key, chat_id=chat.id)
        except BadSignature:
            await _answer(query, say.text("This menu is out of date. Send /help for a new one."), alert=True)
            return
        asked = _Asked(message=query.message, chat=chat, user_id=query.from_user.id, pressed=True)
        reply = done or await self._reply(line, asked)
        await _answer(query, reply.toast)
        await self._edit(query.message, reply)

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
        log.info("chat_moved", old=old, new=new, was_news=moved)

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
            if command.configures and not await asked.may_configure():
                raise UserError("Only administrators of this group can change that.")
            chat = await self._without_question(line, asked.chat)
            request = Request(
                command=command.name,
                words=tuple(words),
                chat=chat,
                user_id=asked.user_id,
                pressed=asked.pressed,
                now_at=datetime.now(UTC),
            )
            async with self.world.database.together() as joint:
                joint.reply = await command.run(request, self.world)
            return joint.reply
        except UserError as error:
            text = say.text(error.text, **error.details)
            return Reply(messages=() if asked.pressed else (render.rich(text),), toast=text[:TOAST_CHARS])

    async def _send(self, message: TelegramMessage, reply: Reply) -> None:
        """Each text of the reply as a message of its own, in order, the buttons under the last."""
        for number, text in enumerate(reply.messages, start=1):
            given = telegram_chat.parameters(
                ChatId(message.chat.id),
                Message(part=1, body=text, buttons=reply.buttons if number == len(reply.messages) else ()),
                self.key,
            )
            if message.is_topic_message:
                given["message_thread_id"] = message.message_thread_id
            await self._say(message, "sendmessage", given)

    async def _edit(self, message: TelegramMessage, reply: Reply) -> None:
        """A reply with one text takes the place of the message with the pressed button; longer ones come below it."""
        if len(reply.messages) != 1 or not reply.buttons:
            await self._send(message, reply)
            return
        told = Message(part=1, body=reply.messages[0], buttons=reply.buttons)
        given = telegram_chat.parameters(ChatId(message.chat.id), told, self.key)
        try:
            await self._say(message, "editmessagetext", {**given, "message_id": message.message_id})
        except BadRequest as error:
            if "not modified" not in str(error).casefold():
                raise

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
    pressed: bool = False

    async def may_configure(self) -> bool:
        """Everybody in private, administrators (anonymous ones too) in groups, asked of Telegram now (T18)."""
        if self.chat.kind is ChatKind.PRIVATE:
            return True
        sender = self.message.sender_chat
        if not self.pressed and sender is not None and sender.id == self.chat.id:
            return True
        member = await self.message.chat.get_member(self.user_id)
        return member.status in ADMINISTRATORS


def _line(text: str, chat: Chat, username: str) -> str | None:
    """The command line in a message: "/latest@our_bot 5" is "latest 5". None when it is not meant for us."""
    if typed := ADDRESSED.fullmatch(text):
        if typed["bot"] and typed["bot"].casefold() != username.casefold():
            return None
        return f"{typed['command']} {typed['rest'] or ''}".strip()
    if chat.kind is not ChatKind.PRIVATE:
        return None
    return f"{chat.question} {text}" if chat.question else "help"


def _silenced(member: ChatMember, kind: ChatKind) -> str:
    """Why the bot cannot write where it is such a member, "" when it can: in channels only with the right to post."""
    match member:
        case ChatMemberRestricted() if not member.is_member:
            return "the bot has left"
        case ChatMemberRestricted() if not member.can_send_messages:
            return "the bot may not write there"
        case ChatMemberAdministrator() if kind is ChatKind.CHANNEL and not member.can_post_messages:
            return "the bot may not post there"
        case _ if member.status in AWAY:
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
