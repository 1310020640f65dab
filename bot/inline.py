"""An inline query and the stories offered for it, in Telegram's objects."""

from __future__ import annotations

from datetime import datetime

import structlog
from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import BadRequest

from bot import sharing
from bot.outputs import telegram_chat
from bot.sharing import Asker, Offer, Result
from bot.world import World

log = structlog.get_logger()
CACHE_S = 5
START = "inline"  # /start with a word that it does not know greets


async def answer(world: World, query: InlineQuery, *, now_at: datetime) -> None:
    """Offers stories to the one who asks and to nobody else: Telegram would otherwise show them for five minutes to
    whoever asks the same (security.md, T22). A query that was answered already, or waited too long, is left alone."""
    asker = Asker(user_id=query.from_user.id, language=query.from_user.language_code or "")
    offered = await sharing.offer(world, asker, query.query, offset=query.offset, now_at=now_at)
    try:
        await _give(query, offered)
    except BadRequest as error:
        log.info("inline_answer_too_late", reason=str(error))


async def _give(query: InlineQuery, offered: Offer) -> None:
    await query.answer(
        [_article(one) for one in offered.results],
        cache_time=CACHE_S,
        is_personal=True,
        next_offset=offered.more,
        button=InlineQueryResultsButton(text=offered.above, start_parameter=START),
    )


def _article(one: Result) -> InlineQueryResultArticle:
    said = InputTextMessageContent(
        one.body.text,
        entities=telegram_chat.entities(one.body),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(id=one.id, title=one.title, description=one.description, input_message_content=said)
