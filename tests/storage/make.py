"""Builders: the words of the project with everything filled in, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Article,
    ArticleId,
    Chat,
    ChatId,
    ChatKind,
    Entity,
    EntityKind,
    Evidence,
    Fact,
    FactKind,
    Language,
    Message,
    Revision,
    RichText,
    Schedule,
    Slot,
    SlotId,
    StoryId,
    Subscription,
    SubscriptionId,
    Summary,
    TopicId,
    TopicScore,
)
from bot.storage.articles import Publication
from bot.storage.database import Database

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GROUP = ChatId(-40)
SUPERGROUP = ChatId(-100_777)
READER = ChatId(7)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def article(name: str = "a", *, published_at: datetime = NOON, text: str = "", language: str = "en") -> Article:
    text = text or f"The harbour of {name} has 12 new cranes."
    return Article(
        id=ArticleId(name),
        revision=Revision(f"{name}-{len(text)}-{text[:12]}"),
        url=f"https://example.org/{name}",
        title=f"«{name}» 😀",
        text=text,
        language=Language(language),
        published_at=published_at,
        source="example.org",
    )


def publication(
    name: str = "a", *, story: str = "", topics: tuple[str, ...] = ("economy",), **given: Any
) -> Publication:
    return Publication(
        article=article(name, **given),
        topics=tuple(TopicScore(topic=TopicId(topic), score=0.75) for topic in topics),
        story_id=StoryId(story or name),
    )


def summary(story: str = "a", *, language: str = "en", headline: str = "Cranes") -> Summary:
    evidence = Evidence(article_id=ArticleId(story), revision=Revision(f"{story}-1"), start=3, end=41)
    return Summary(
        story_id=StoryId(story),
        language=Language(language),
        writer="extractive",
        headline=headline,
        facts=(Fact(text="Порт получил «12» кранов 😀", kind=FactKind.FIGURE, evidence=evidence),),
    )


def chat(id: ChatId = READER, *, kind: ChatKind = ChatKind.PRIVATE, title: str = "Дилноза", paused: str = "") -> Chat:  # noqa: A002
    return Chat(
        id=id,
        kind=kind,
        title=title,
        language="ru",
        reads=("uz", "ru"),
        time_zone="Asia/Tashkent",
        paused=paused,
        question="schedule zone",
    )


def subscription(
    chat_id: ChatId = READER,
    *,
    slug: str = "main",
    next_due_at: datetime | None = NOON,
    cursor: int | None = None,
    origin: str = "chat",
) -> Subscription:
    return Subscription(
        id=SubscriptionId(f"{chat_id}:{slug}"),
        chat_id=chat_id,
        slug=slug,
        topics=(TopicId("economy"), TopicId("sport")),
        schedule=Schedule(times=(time(8), time(18, 30)), weekdays=(0, 4)),
        max_stories=7,
        enabled=next_due_at is not None,
        origin=origin,
        cursor=cursor,
        next_due_at=next_due_at,
    )


def slot(chat_id: ChatId = READER, *, slug: str = "main", day: int = 20) -> Slot:
    subscription_id = SubscriptionId(f"{chat_id}:{slug}")
    return Slot(
        id=SlotId(f"{subscription_id}@2026-11-{day}T08:00"),
        subscription_id=subscription_id,
        local_date=date(2026, 11, day),
        local_time=time(8),
        due_at=datetime(2026, 11, day, 3, tzinfo=UTC),
    )


def messages(count: int = 1) -> tuple[Message, ...]:
    bold = Entity(kind=EntityKind.BOLD, offset=0, length=5)
    link = Entity(kind=EntityKind.TEXT_LINK, offset=6, length=2, url="https://example.org/a?b=«c»")
    return tuple(
        Message(part=part, body=RichText(text=f"Часть {part} 😀 <b>&", entities=(bold, link)))
        for part in range(1, count + 1)
    )


async def plans(database: Database, work: Callable[[AsyncConnection], Awaitable[object]]) -> list[str]:
    """How SQLite carries out each statement of `work`, in its own words."""
    statements: list[tuple[str, Any]] = []

    def keep(_1: object, _2: object, statement: str, parameters: Any, _3: object, _4: object) -> None:
        if not statement.startswith("EXPLAIN"):
            statements.append((statement, parameters))

    async with database.write() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", keep)
        await work(connection)
        found = []
        for statement, parameters in tuple(statements):
            rows = await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            found.append("; ".join(str(row.detail) for row in rows))
    return found
