"""Which lines of a story's articles are shown: each says something that neither the headline nor another line does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.language import tables
from bot.model import Story
from bot.stages import again, publishers
from bot.stages.candidates import Candidate

SAME, LEAST_SAME = 0.6, 4
"""A sentence that shares this part of the fewer stems, and so many, says the same."""
BACKED = 0.15
"""What a candidate gains for each further publisher that tells the same."""
ASIDE = 0.5
"""What one keeps that at most half of the articles tell and that is beside the point: it says what was before, has not
a word of the titles, or does not stand well alone."""
SURE = 0.5
"""What is less fit to stand alone says `I` or `he said`, shouts or breaks off."""


def chosen(
    pool: Sequence[Candidate], headline: str, story: Story, choose: Callable[[Sequence[Candidate]], list[Candidate]]
) -> tuple[list[Candidate], list[Candidate]]:
    """What `choose` takes of the pool, and what it would have taken if others did not tell the same: of a story of
    several articles each line says something that neither the headline nor another line does."""
    if len(story.articles) < 2 or not pool:
        return choose(pool), []
    language = pool[0].article.language
    top = again.above(headline, [article for article in story.articles if article.language == language])
    left = backed([one for one in pool if not again.is_empty(again.told(one.text, one.article))] or pool, top)
    went: dict[int, Candidate] = {}
    taken = choose(left)
    alone: list[Candidate] = []
    while (at := again.least(taken, top)) is not None:
        kept = [*taken[:at], *taken[at + 1 :]]
        alone = alone if kept else alone or taken
        went |= _told_again(left, taken[at], kept, top)
        left = [one for one in left if id(one) not in went]
        taken = choose(left)
    return taken or alone, list(went.values())


def _told_again(
    pool: Sequence[Candidate], out: Candidate, kept: Sequence[Candidate], top: again.Above
) -> dict[int, Candidate]:
    """By id what is told again beside the lines that are kept: the one that goes, and all that say no more."""
    said = [again.told(one.text, one.article) for one in kept]
    found = {}
    for one in pool:
        is_kept = any(_is_of(one, other) for other in kept)
        says = again.told(one.text, one.article)
        if _is_of(one, out) or not (is_kept or again.is_news(says, said, top, one.article.language)):
            found[id(one)] = one
    return found


def _is_of(one: Candidate, other: Candidate) -> bool:
    """Whether both were taken from the same words."""
    first, second = one.piece, other.piece
    return one.article is other.article and first.start < second.end and second.start < first.end


def backed(pool: Sequence[Candidate], top: again.Above) -> list[Candidate]:
    """The candidates, worth more the more publishers tell the same; less where few tell what is beside the point."""
    tellers = [_tellers(one, pool) for one in pool]
    few = len({one.article.id for one in pool}) / 2
    worth = [
        ASIDE if told <= few and _is_aside(one, top) else 1 + BACKED * (told - 1)
        for one, told in zip(pool, tellers, strict=True)
    ]
    return [replace(one, fitness=one.fitness * by) for one, by in zip(pool, worth, strict=True)]


def _is_aside(one: Candidate, top: again.Above) -> bool:
    if one.fitness < SURE or tables.begins("phrases", "background", one.text):
        return True
    return again.is_beside(again.told(one.text, one.article), top, one.article.language)


def _tellers(one: Candidate, pool: Sequence[Candidate]) -> int:
    telling = [one.article, *(other.article for other in pool if are_alike(one.stems, other.stems))]
    return publishers.count((article.source, article.url) for article in telling)


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences say the same, by their stems."""
    shared = len(one & other)
    return shared >= LEAST_SAME and shared >= SAME * min(len(one), len(other))
