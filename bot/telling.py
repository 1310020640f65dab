"""Stories with their summaries: written when an article arrives, read back when somebody wants a digest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.model import Language, Story, StoryId, Summary
from bot.stages import prove
from bot.storage import stories, summaries
from bot.world import World
from bot.writers import Budget

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Stories and their summaries, one a language."""

    stories: Mapping[StoryId, Story]
    summaries: Mapping[StoryId, tuple[Summary, ...]]


async def told(world: World, ids: Collection[StoryId], *, now_at: datetime) -> Told:
    """The stories in that order with their summaries: what is missing or was made from other texts is made now."""
    async with world.database.read() as connection:
        found = await stories.load(connection, tuple(ids))
        loaded = {story_id: found[story_id] for story_id in ids if story_id in found}
        stored = await summaries.of_stories(connection, tuple(loaded))
    made = {}
    for story in loaded.values():
        mark = _mark(world, story)
        if story.id not in stored or stored[story.id].made_from != mark:
            made[story.id] = summaries.Made(made_from=mark, summaries=await _written(world, story))
    if made:
        async with world.database.write() as connection:
            await summaries.save(connection, made, made_at=now_at)
    both = {**stored, **made}
    return Told(stories=loaded, summaries={story_id: both[story_id].summaries for story_id in loaded})


def _mark(world: World, story: Story) -> str:
    """Everything a summary depends on: the writer, the budget, the rules of proof and each article's text."""
    budget = world.config.digest
    writer = (world.writer.name, world.writer.version, budget.max_facts, budget.max_chars, prove.VERSION)
    parts = [*map(str, writer), *(article.revision for article in story.articles)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


async def _written(world: World, story: Story) -> tuple[Summary, ...]:
    languages = dict.fromkeys(article.language for article in story.articles)
    written = [await _proven(world, story, language) for language in languages]
    return tuple([summary for summary in written if summary is not None])


async def _proven(world: World, story: Story, language: Language) -> Summary | None:
    """What the writer says of a story, without what is not proven; the log names the kinds and never the text."""
    budget = Budget(max_facts=world.config.digest.max_facts, max_chars=world.config.digest.max_chars)
    summary = await world.writer.write(story, language, budget)
    passed = world.gate(summary, story, world.writer.rewords)
    if passed.refused:
        kinds = dict(sorted(Counter(problem.kind.value for problem in passed.refused).items()))
        log.warning("unproven", story=story.id, writer=world.writer.name, problems=kinds)
    return passed.summary
