"""Stories with their summaries: written when an article arrives, read back when somebody wants a digest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.model import Article, Language, Story, StoryId, Summary
from bot.stages import prove, repeated
from bot.storage import articles, stories, summaries
from bot.world import World
from bot.writers import Budget

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Stories and their summaries, one a language."""

    stories: Mapping[StoryId, Story]
    summaries: Mapping[StoryId, tuple[Summary, ...]]


async def told(
    world: World, ids: Collection[StoryId], *, now_at: datetime, takes: Callable[[Article], bool] | None = None
) -> Told:
    """The stories in that order with their summaries: what is missing or was made from other texts is made now. Whoever
    `takes` only some of the articles is told the stories by those alone."""
    whole = await _whole(world, ids, now_at=now_at)
    if takes is None:
        return whole
    parts, summaries_of = {}, {}
    for story_id, story in whole.stories.items():
        articles_ = tuple(article for article in story.articles if takes(article))
        if articles_:
            part = replace(story, articles=articles_)
            is_whole = len(articles_) == len(story.articles)
            parts[story_id] = part
            summaries_of[story_id] = (
                whole.summaries[story_id] if is_whole else await _written(world, part, world.repeated.without(part))
            )
    return Told(stories=parts, summaries=summaries_of)


async def _whole(world: World, ids: Collection[StoryId], *, now_at: datetime) -> Told:
    if not ids:
        return Told(stories={}, summaries={})
    async with world.database.read() as connection:
        found = await stories.load(connection, tuple(ids))
        loaded = {story_id: found[story_id] for story_id in ids if story_id in found}
        stored = await summaries.of_stories(connection, tuple(loaded))
    await _remember(world, loaded.values())
    made = {}
    for story in loaded.values():
        read = world.repeated.without(story)
        mark = _mark(world, read)
        if story.id not in stored or stored[story.id].made_from != mark:
            made[story.id] = summaries.Made(made_from=mark, summaries=await _written(world, story, read))
    if made:
        async with world.database.write() as connection:
            await summaries.save(connection, made, made_at=now_at)
    both = {**stored, **made}
    return Told(stories=loaded, summaries={story_id: both[story_id].summaries for story_id in loaded})


async def _remember(world: World, told: Collection[Story]) -> None:
    """Makes known what the sources repeat of which nothing was told since the program began."""
    sources = {article.source for story in told for article in story.articles}
    fresh = [source for source in sorted(sources) if source not in world.repeated]
    if not fresh:
        return
    async with world.database.read() as connection:
        latest = await articles.latest_of(connection, fresh, limit=repeated.RECENT)
    world.repeated.begin(fresh, latest)


def _mark(world: World, read: Story) -> str:
    """Everything a summary depends on: the writer, the budget, the rules of proof and each article's text, of which
    what its source repeats is no part."""
    budget = world.config.digest
    writer = (world.writer.name, world.writer.version, budget.max_facts, budget.max_chars, prove.VERSION)
    left = (str(len("".join(article.text.split()))) for article in read.articles)
    parts = [*map(str, writer), *(article.revision for article in read.articles), *left]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


async def _written(world: World, story: Story, read: Story) -> tuple[Summary, ...]:
    languages = dict.fromkeys(article.language for article in story.articles)
    written = [await _proven(world, story, read, language) for language in languages]
    return tuple([summary for summary in written if summary is not None])


async def _proven(world: World, story: Story, read: Story, language: Language) -> Summary | None:
    """What the writer says of the story that it `read`, without what is not proven of the `story` as it is stored; the
    log names the kinds and never the text."""
    budget = Budget(max_facts=world.config.digest.max_facts, max_chars=world.config.digest.max_chars)
    summary = await world.writer.write(read, language, budget)
    passed = world.gate(summary, story, world.writer.rewords)
    if passed.refused:
        kinds = dict(sorted(Counter(problem.kind.value for problem in passed.refused).items()))
        log.warning("unproven", story=story.id, writer=world.writer.name, problems=kinds)
    return passed.summary
