"""Stories + Summaries -> Digest: each story in the reader's language, with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, tzinfo

from bot import locales
from bot.model import Digest, Form, Item, Language, Link, Story, StoryId, Summary

OLD_DAYS = 2  # days after which a story says its date


def items(
    order: Iterable[StoryId],
    summaries: Mapping[StoryId, tuple[Summary, ...]],
    *,
    stories: Mapping[StoryId, Story],
    languages: tuple[str, ...],
) -> tuple[Item, ...]:
    """The stories in that order, each told by its summary in the first of `languages` that there is one in.

    `languages` are BCP 47 codes or primary subtags ("uz" means both scripts), the dearest first. A story in none of
    them is told by its first summary; one without any summary is left out, and comes when it has one.
    """
    return tuple(
        _item(stories[story_id], summaries[story_id], languages)
        for story_id in order
        if story_id in stories and summaries.get(story_id)
    )


WORDS_A_MINUTE = 180
"""Silent reading of Russian, 184 words a minute, the slowest of our languages that was measured (Trauzettel-Klosinski
and Dietz 2012, IReST)."""


def shortened(chosen: Iterable[Item], *, form: Form, minutes: int) -> tuple[Item, ...]:
    """The items in that form; as many of the first as are read in so many minutes (0: all), but at least one."""
    told = tuple(replace(item, facts=()) if form is Form.HEADLINES else item for item in chosen)
    left = minutes * WORDS_A_MINUTE
    fitting: list[Item] = []
    for item in told:
        left -= sum(len(text.split()) for text in (item.headline, *(fact.text for fact in item.facts)))
        if minutes and left < 0 and fitting:
            break
        fitting.append(item)
    return tuple(fitting)


def following(chosen: Iterable[Item], earlier: Mapping[StoryId, Item]) -> tuple[Item, ...]:
    """The items, each with the one that it follows up, where `earlier` names that by the item's story."""
    return tuple(
        replace(item, earlier=Link(name=before.headline, url=before.links[0].url))
        if (before := earlier.get(item.story_id)) and before.links
        else item
        for item in chosen
    )


def dated(
    chosen: Iterable[Item],
    stories: Mapping[StoryId, Story],
    said: Callable[[date], str],
    *,
    today: date,
    zone: tzinfo = UTC,
) -> tuple[Item, ...]:
    """The items, each that was last told of two days ago or earlier with that day: "on Friday" would be taken for the
    last one."""

    def dated(item: Item) -> Item:
        last_at = max(article.published_at for article in stories[item.story_id].articles)
        last = last_at.astimezone(zone if locales.has_hour(last_at) else UTC).date()
        return replace(item, date=said(last)) if (today - last).days >= OLD_DAYS else item

    return tuple(map(dated, chosen))


def digest(
    chosen: tuple[Item, ...], *, header: str, footer: str = "", earlier: str = "Earlier", zone: tzinfo = UTC
) -> Digest:
    """The items between two finished lines ("" for none); `earlier` is said of a story that another follows up, times
    are shown in `zone`."""
    return Digest(header=header, items=chosen, footer=footer, earlier=earlier, zone=zone)


def _item(story: Story, summaries: tuple[Summary, ...], languages: tuple[str, ...]) -> Item:
    told = min(summaries, key=lambda summary: _rank(summary.language, languages))
    return Item(
        story_id=story.id,
        headline=told.headline,
        facts=told.facts,
        links=_links(story, languages),
        language=told.language,
    )


def _links(story: Story, languages: tuple[str, ...]) -> tuple[Link, ...]:
    """One link per source and language: in a language of the reader before others, then oldest first. Where a source
    has one already, the next says its language: `Herald (uz)`."""
    articles = sorted(story.articles, key=lambda article: (_rank(article.language, languages), article.published_at))
    links: dict[tuple[str, str], Link] = {}
    for article in articles:
        source, primary = article.source.casefold(), article.language.partition("-")[0]
        is_first = all(known != source for known, _ in links)
        name = article.source if is_first else f"{article.source} ({primary})"
        links.setdefault((source, primary), Link(name=name, url=article.url))
    return tuple(links.values())


def _rank(language: Language, languages: tuple[str, ...]) -> int:
    """The place of a language among the preferred ones, behind them all if it is none of them."""
    primary = language.partition("-")[0]
    return next((place for place, wanted in enumerate(languages) if wanted in (language, primary)), len(languages))
