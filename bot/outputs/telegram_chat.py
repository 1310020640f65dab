"""A message to a Telegram chat: one attempt, and what became of it, told exactly (delivery.md, "Error classes").

"Certainly not sent" and "nobody knows" are kept apart: only the first may be repeated freely.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram import Bot, LinkPreviewOptions, MessageEntity
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.model import (
    ChatId,
    EntityKind,
    Gone,
    Later,
    Moved,
    Receipt,
    Refused,
    RichText,
    Send,
    Sent,
    Unknown,
)
from bot.outputs import Output

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
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
)
ABOUT_ENTITIES = ("entit", "url", "parse")


def entities(text: RichText) -> list[MessageEntity]:
    """Telegram's form of our entities."""
    return [
        MessageEntity(
            type=entity.kind.value,
            offset=entity.offset,
            length=entity.length,
            url=entity.url if entity.kind is EntityKind.TEXT_LINK else None,
        )
        for entity in text.entities
    ]


def send(bot: Bot) -> Send:
    """One attempt with python-telegram-bot; a text whose entities are refused goes once more as plain text."""

    async def attempt(chat_id: ChatId, text: RichText) -> Receipt:
        receipt = await _attempt(bot, chat_id, text)
        if isinstance(receipt, Refused) and text.entities and _names(receipt.reason, ABOUT_ENTITIES):
            return await _attempt(bot, chat_id, RichText(text=text.text))
        return receipt

    return attempt


async def _attempt(bot: Bot, chat_id: ChatId, text: RichText) -> Receipt:
    try:
        message = await bot.send_message(chat_id, text.text, entities=entities(text), link_preview_options=NO_PREVIEW)
    except TelegramError as error:
        return receipt_of(error)
    return Sent(message_id=message.message_id)


def receipt_of(error: TelegramError) -> Receipt:
    """The class of an error, by the table of delivery.md; order matters, BadRequest and TimedOut are NetworkErrors."""
    reason = str(error)
    match error:
        case RetryAfter(retry_after=after):
            seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
            return Later(reason=reason, after_s=seconds, reached=True)
        case ChatMigrated(new_chat_id=chat_id):
            return Moved(chat_id=ChatId(chat_id))
        case Forbidden():
            return Gone(reason=reason)
        case InvalidToken():
            return Later(reason="Telegram does not accept the token", after_s=FATAL_RETRY_S, reached=True)
        case Conflict():
            return Later(reason=reason, after_s=FATAL_RETRY_S, reached=True)
        case BadRequest():
            return Gone(reason=reason) if _names(reason, GONE) else Refused(reason=reason)
        case NetworkError() if isinstance(error.__cause__, NOT_SENT):
            return Later(reason=reason, after_s=RETRY_S)
        case _:
            return Unknown(reason=reason)


def _names(reason: str, parts: tuple[str, ...]) -> bool:
    return any(part in reason.casefold() for part in parts)


OUTPUT = Output(name="telegram_chat", send=send)
