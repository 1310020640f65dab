"""Holds the other values beside a fact's figures against the articles that they are said to come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.model import Article, ArticleId, Evidence, Fact, Variant
from bot.stages import counts, differ
from bot.stages.counts import Count


def wrong(fact: Fact, articles: Mapping[ArticleId, Article]) -> Iterator[tuple[Variant, str]]:
    """The values that do not stand in a stored article as said, or count something else, each with the reason."""
    own = articles[fact.evidence.article_id]
    for one in fact.figures:
        other = articles.get(one.evidence.article_id)
        if other is None or other.revision != one.evidence.revision:
            yield one, "the other value is of no stored article"
        elif other.text[one.evidence.start : one.evidence.end] != one.text or not one.text:
            yield one, "the other value does not stand in its article"
        elif (one.source, one.published_at) != (other.source, other.published_at):
            yield one, "the other value is of another source or time"
        elif (fact.source, fact.published_at) != (own.source, own.published_at):
            yield one, "the fact is of another source or time"
        elif not _is_other_value(fact, one, own, other):
            yield one, "the other value is of something else"


def _is_other_value(fact: Fact, one: Variant, own: Article, other: Article) -> bool:
    """Whether both figures count the same, and differ."""
    said = fact.text[one.start : one.end]
    mine = [
        count
        for count in _within(own, fact.evidence)
        if own.text[count.start : count.end].casefold() == said.casefold()
    ]
    theirs = [count for count in _within(other, one.evidence) if count.text == one.text]
    return any(
        (a.unit, a.event) == (b.unit, b.event) and differ.is_thing(a, b) and not differ.agree(a, b)
        for a in mine
        for b in theirs
    )


def _within(article: Article, place: Evidence) -> list[Count]:
    return [one for one in counts.of(article) if one.order and place.start <= one.start and one.end <= place.end]
