"""The default writer: headline and facts taken from the articles word for word, without any model."""

from __future__ import annotations

from bot.model import Language, Story, Summary
from bot.stages import extract
from bot.writers import Budget, Writer


async def write(story: Story, language: Language, budget: Budget) -> Summary:
    return extract.summary(story, language, max_facts=budget.max_facts, max_chars=budget.max_chars)


WRITER = Writer(name="extractive", write=write)
