"""The other values of a fact's figures as they are shown, and as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import get_args

from bot import locales
from bot.errors import RefusedEntry
from bot.model import ArticleId, Evidence, Fact, Relation, Revision, Variant

ARROW = " -> "


def told(fact: Fact, zone: tzinfo = UTC) -> str:
    """A fact with the other values of its figures: `12 -> 14 (14:05)` where one is newer, `12 (A), 14 (B)` where
    sources differ at one time; times of day in `zone`, where they are known."""
    text = fact.text
    for start, end in sorted({(one.start, one.end) for one in fact.figures}, reverse=True):
        figures = [one for one in fact.figures if one.start == start]
        text = text[:start] + _values(fact, text[start:end], figures, zone) + text[end:]
    return text


def _values(fact: Fact, own: str, figures: Sequence[Variant], zone: tzinfo) -> str:
    before = [one.text for one in figures if one.relation == "before"]
    after = [_timed(one.text, one.published_at, zone) for one in figures if one.relation == "after"]
    also = [(one.published_at, one.text, one.source) for one in figures if one.relation == "also"]
    if also and fact.published_at:
        said = sorted([(fact.published_at, own, fact.source), *also])
        own = ", ".join(f"{text} ({source})" for _, text, source in said)
    elif before and not after and fact.published_at:
        own = _timed(own, fact.published_at, zone)
    return ARROW.join([*before, own, *after])


def _timed(text: str, published_at: datetime, zone: tzinfo) -> str:
    return f"{text} ({published_at.astimezone(zone):%H:%M})" if locales.has_hour(published_at) else text


def as_data(fact: Fact) -> dict[str, object]:
    """`{source, published_at, figures: [{at, text, relation, article, start, end, source, published_at}]}`, nothing
    for a fact without; `at` is start and end in the fact's text, `start` and `end` count those of the article."""
    if not fact.figures or fact.published_at is None:
        return {}
    figures = [_variant(one) for one in fact.figures]
    return {"source": fact.source, "published_at": fact.published_at.isoformat(), "figures": figures}


def _variant(one: Variant) -> dict[str, object]:
    place = {"article": one.evidence.article_id, "start": one.evidence.start, "end": one.evidence.end}
    said = {"at": [one.start, one.end], "text": one.text, "relation": one.relation}
    return {**said, **place, "source": one.source, "published_at": one.published_at.isoformat()}


def from_data(line: Mapping[str, object]) -> tuple[Variant, ...]:
    """The `figures` of a line of `as_data`. Raises RefusedEntry where one is not as it gives them."""
    figures = line.get("figures") or ()
    if not isinstance(figures, list | tuple):
        raise RefusedEntry('"figures" of a fact is not a list')
    return tuple(map(_variant_from, figures))


def _variant_from(line: object) -> Variant:
    """Raises RefusedEntry."""
    match line:
        case {
            "at": [int() as first, int() as last],
            "text": str() as text,
            "relation": str() as relation,
            "article": str() as article,
            "start": int() as start,
            "end": int() as end,
            "source": str() as source,
            "published_at": str() as published_at,
        } if relation in get_args(Relation) and 0 <= first < last:
            place = Evidence(article_id=ArticleId(article), revision=Revision(""), start=start, end=end)
            at = moment(published_at)
            return Variant(
                start=first,
                end=last,
                text=text,
                relation=_relation(relation),
                evidence=place,
                source=source,
                published_at=at,
            )
        case _:
            raise RefusedEntry('one of the "figures" of a fact is not as `stage render` gives it')


def _relation(name: str) -> Relation:
    known: dict[str, Relation] = {"before": "before", "also": "also", "after": "after"}
    return known[name]


def moment(text: str) -> datetime:
    """An aware moment of ISO 8601. Raises RefusedEntry."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedEntry('"published_at" of a figure is no date') from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
