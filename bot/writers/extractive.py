"""The default writer: headline and facts taken from the articles word for word, without any model."""

from __future__ import annotations

import asyncio

from bot.model import Language, Story, Summary
from bot.stages import extract
from bot.writers import Budget, Writer


async def write(story: Story, language: Language, budget: Budget) -> Summary:
    """In a thread, so that people who ask something meanwhile are answered."""
    facts, chars = budget.max_facts, budget.max_chars
    return await asyncio.to_thread(extract.summary, story, language, max_facts=facts, max_chars=chars)


WRITER = Writer(name="extractive", write=write, version=3)
