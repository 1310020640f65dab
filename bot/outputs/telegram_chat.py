"""A message to a Telegram chat: one attempt, and what became of it, told exactly (delivery.md, "Error classes").

"Certainly not sent" and "nobody knows" are kept apart: only the first may be repeated freely.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot import signing
from bot.errors import NotSent
from bot.model import (
    Button,
    ChatId,
    Gone,
    Later,
    Message,
    Moved,
    Receipt,
    Refused,
    RichText,
    Send,
    Sent,
    Unknown,
)
from bot.outputs import Output
from bot.stages import richtext

JSON = dict[str, Any]

NO_PREVIEW = '{"is_disabled": true}'
RETRY_S = 5.0
FATAL_RETRY_S = 60.0  # a revoked token: the operator must act, nothing is marked failed meanwhile
GONE = (  # texts of 400 that say the chat takes nothing, compared with casefold (telegram.md C5, 12-26)
    "chat not found",
    "peer_id_invalid",
    "not enough rights",
    "have no write access",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
ABOUT_ENTITIES = ("entit", "url", "parse", "button")
NEVER_TAKEN = ("request entity too large", "misdirected request")  # 413 and 421 (telegram.md C5, 98 and 99)


def send(bot: Bot, key: bytes) -> Send:
    """One attempt with python-telegram-bot, the buttons signed with that key; a text whose entities are refused goes
    once more as plain text."""

    async def attempt(chat_id: ChatId, message: Message) -> Receipt:
        receipt = await _attempt(bot, parameters(chat_id, message, key))
        is_rich = message.body.entities or message.buttons
        if isinstance(receipt, Refused) and is_rich and _names(receipt.reason, ABOUT_ENTITIES):
            buttons = () if _names(receipt.reason, ("button",)) else message.buttons
            plain = replace(message, body=RichText(text=message.body.text), buttons=buttons)
            return await _attempt(bot, parameters(chat_id, plain, key))
        return receipt

    return attempt


def keyboard(rows: tuple[tuple[Button, ...], ...], chat_id: ChatId, key: bytes) -> dict[str, list[list[JSON]]]:
    """Telegram's form of rows of buttons."""
    return {"inline_keyboard": [[_button(button, chat_id, key) for button in row] for row in rows]}


def _button(button: Button, chat_id: ChatId, key: bytes) -> JSON:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": signing.sign(button.line, key=key, chat_id=chat_id)}


def parameters(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    """What sendMessage and editMessageText are asked with, the buttons signed with that key."""
    given: JSON = {
        "chat_id": chat_id,
        "text": message.body.text,
        "link_preview_options": NO_PREVIEW,
    }
    if message.body.entities:
        # Telegram takes lists as JSON in a text as well, and python-telegram-bot does not look into a text.
        entities = [richtext.entity_dict(entity) for entity in message.body.entities]
        given["entities"] = orjson.dumps(entities).decode()
    if message.buttons:
        given["reply_markup"] = keyboard(message.buttons, chat_id, key)
    return given


async def _attempt(bot: Bot, parameters: JSON) -> Receipt:
    try:
        # Not `send_message`: making the whole Message of the answer takes more time than all the rest (telegram.md,
        # "Speed"). In small letters, because python-telegram-bot warns of a method that it has itself.
        answer = await bot.do_api_request("sendmessage", api_kwargs=parameters)
    except TelegramError as error:
        return receipt_of(error)
    match answer:
        case {"message_id": int(message_id)}:
            return Sent(message_id=message_id)
        case _:
            return Unknown(reason="an answer without a message")


def receipt_of(error: TelegramError) -> Receipt:
    """The class of an error, by the table of delivery.md; order matters, BadRequest and TimedOut are NetworkErrors."""
    reason = str(error)
    match error:
        case RetryAfter():
            return Later(reason=reason, after_s=wait_s(error), reached=True, scope="flood")
        case ChatMigrated(new_chat_id=chat_id):
            return Moved(chat_id=ChatId(chat_id))
        case Forbidden():
            return Gone(reason=reason)
        case InvalidToken() | EndPointNotFound():
            return Later(reason="Telegram does not accept the token", after_s=FATAL_RETRY_S, reached=True, scope="all")
        case Conflict():
            return Later(reason=reason, after_s=FATAL_RETRY_S, reached=True, scope="all")
        case BadRequest():
            return Gone(reason=reason) if _names(reason, GONE) else Refused(reason=reason)
        case NetworkError() if isinstance(error.__cause__, NotSent):
            return Later(reason=reason, after_s=RETRY_S, scope="all")
        case NetworkError() if reason.startswith("Too Many Requests"):  # without the seconds to wait
            return Later(reason=reason, after_s=FATAL_RETRY_S, reached=True, scope="flood")
        case NetworkError() if _names(reason, NEVER_TAKEN):
            return Refused(reason=reason)
        case _:
            return Unknown(reason=reason)


def wait_s(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _names(reason: str, parts: tuple[str, ...]) -> bool:
    return any(part in reason.casefold() for part in parts)


OUTPUT = Output(name="telegram_chat", send=send)
