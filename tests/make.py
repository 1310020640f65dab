"""Builders of the project's words for tests: every field has a plausible value, name only those that matter."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import (
    Article,
    ArticleId,
    Evidence,
    Fact,
    FactKind,
    Item,
    Language,
    Link,
    Revision,
    Story,
    StoryId,
    Summary,
)


def moment(text: str = "2026-11-22T08:00") -> datetime:
    """An aware moment of UTC: "2026-11-22T08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def article(
    name: str = "a1",
    *,
    language: str = "ru",
    source: str = "Вестник",
    published: str = "2026-11-22T08:00",
    text: str = "",
    title: str = "",
    host: str = "example.org",
) -> Article:
    return Article(
        id=ArticleId(name),
        revision=Revision(f"{name}r"),
        url=f"https://{host}/{name}",
        title=title,
        text=text or "Мост через реку открыли в понедельник.",
        language=Language(language),
        published_at=moment(published),
        source=source,
    )


def story(*articles: Article) -> Story:
    told = articles or (article(),)
    return Story(id=StoryId(told[0].id), articles=told)


def fact(text: str = "Мост построили за два года.", *, kind: FactKind = FactKind.EVENT, article_id: str = "a1") -> Fact:
    evidence = Evidence(article_id=ArticleId(article_id), revision=Revision(f"{article_id}r"), start=0, end=len(text))
    return Fact(text=text, kind=kind, evidence=evidence)


def summary(
    story_id: str = "a1", *, language: str = "ru", headline: str = "Открыт мост", facts: tuple[str, ...] = ()
) -> Summary:
    return Summary(
        story_id=StoryId(story_id),
        language=Language(language),
        writer="extractive",
        headline=headline,
        facts=tuple(fact(text, article_id=story_id) for text in facts),
    )


def item(
    headline: str = "Открыт мост", *, facts: tuple[str, ...] = (), links: tuple[tuple[str, str], ...] = ()
) -> Item:
    """A story of a digest; links as (name, url)."""
    return Item(
        story_id=StoryId("a1"),
        headline=headline,
        facts=tuple(fact(text) for text in facts),
        links=tuple(Link(name=name, url=url) for name, url in links),
    )
