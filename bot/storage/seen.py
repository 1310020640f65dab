"""What each chat has seen: the articles of the stories that were planned for it, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, ChatId, StoryId
from bot.storage import claims, dialect, plans
from bot.storage.database import Database
from bot.storage.tables import article, chat, story
from bot.storage.tables import seen as table

KEPT = timedelta(
    days=14
)  # since a story was last told of: longer than a weekly digest looks back, and than it stays open
PAGE = 100  # chats gone through in one transaction, for which all other writers wait


async def mark(connection: AsyncConnection, sent: Iterable[tuple[ChatId, tuple[ArticleId, ...]]]) -> None:
    """These chats have seen these articles."""
    alike: dict[tuple[ArticleId, ...], list[tuple[ChatId]]] = {}
    for chat_id, articles in sent:
        alike.setdefault(articles, []).append((chat_id,))
    groups = [(chats, [(article_id,) for article_id in articles]) for articles, chats in alike.items() if articles]
    if groups:
        insert = dialect.insert(connection, table).from_select(plans.SEEN, plans.SEENS)
        await connection.execute(insert.on_conflict_do_nothing(), {"listed": claims.listed(groups)})


async def by(
    connection: AsyncConnection, chat_ids: Iterable[ChatId], story_of: Mapping[ArticleId, StoryId]
) -> dict[ChatId, frozenset[StoryId]]:
    """Which of the stories of these articles each chat knows: it has seen one of them. Chats that know none are left
    out."""
    # Joined to nothing, so that no index has it: all that these chats have seen is gone through once, where SQLite
    # would look up each article for each chat (500 chats, 500 articles: 4 ms against 100).
    theirs = table.c.chat_id.in_(plans.FIRST_NUMBER) & (table.c.article_id + "").in_(plans.FIRST)
    wanted = select(table.c.chat_id, dialect.gathered(table.c.article_id)).where(theirs).group_by(table.c.chat_id)
    given = {"numbers": claims.listed((one,) for one in chat_ids), "listed": claims.listed((one,) for one in story_of)}
    rows = (await connection.execute(wanted, given)).all()
    return {chat_id: frozenset(map(story_of.__getitem__, found)) for chat_id, found in rows}


async def tidy(database: Database, *, now_at: datetime) -> int:
    """Forgets who has seen what nobody has told of for `KEPT`, which no digest chooses any more, so that planning does
    not go through all that was ever sent; returns how many rows. Chat by chat, and between pages others may write."""
    before, forgotten, last = now_at - KEPT, 0, None
    while True:
        async with database.read() as connection:
            page = await _chats(connection, after=last)
        if not page:
            return forgotten
        async with database.write() as connection:
            forgotten += await _forget(connection, page, before=before)
        last = page[-1]


async def _chats(connection: AsyncConnection, *, after: ChatId | None) -> list[ChatId]:
    wanted = select(chat.c.id).order_by(chat.c.id).limit(PAGE)
    return list(await connection.scalars(wanted if after is None else wanted.where(chat.c.id > after)))


async def _forget(connection: AsyncConnection, page: list[ChatId], *, before: datetime) -> int:
    is_old = exists().where(
        article.c.id == table.c.article_id, story.c.id == article.c.story_id, story.c.newest_at < before
    )
    theirs = table.c.chat_id.between(page[0], page[-1])
    return (await connection.execute(delete(table).where(theirs, is_old))).rowcount
