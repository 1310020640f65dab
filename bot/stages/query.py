"""What somebody typed after /search -> what is looked for: words, phrases, what must not be there, and filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

from bot.errors import UserError
from bot.language import words
from bot.stages import indexed

MAX_CHARS = 300
MAX_TOKENS = 40
_QUOTES = re.compile("[“”„‟«»]")
_FILTER = re.compile(r'(?P<minus>[-−–—]?)(?P<key>[^\W\d_]{1,10}):(?P<value>"[^"]*"|\S*)')
_TEXT = re.compile(r'(?P<minus>[-−–—]?)(?P<text>"[^"]*"|[^\s"]+|")')
_KEYS = {
    "since": "since", "after": "since", "с": "since",
    "until": "until", "before": "until", "до": "until", "по": "until",
    "topic": "topics", "тема": "topics",
    "source": "sources", "источник": "sources",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEARS = range(1990, 2100)

Run = tuple[str, ...]  # tokens in a row; a single word is a run of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`wanted` runs must all be there, none of `without`; one of the `topics` and one of the `sources`, both as they
    were typed. `since` and `until` are days of the reader, both included."""

    wanted: tuple[Run, ...] = ()
    without: tuple[Run, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A query in the words of one language (a primary subtag): stems, none of them a stop word."""

    language: str
    wanted: tuple[Run, ...]
    without: tuple[Run, ...]


def parse(typed: str) -> Query:
    """UserError, saying what to type, when there is nothing to look for, or a filter cannot be read."""
    if len(typed) > MAX_CHARS:
        raise UserError("That is too long to look for. Write at most {n} characters.", n=MAX_CHARS)
    found = Query()
    for piece in _pieces(_QUOTES.sub('"', typed)):
        found = piece(found)
    if found.since and found.until and found.since > found.until:
        raise UserError("In this search “since” is later than “until”. Turn the two days round.")
    if not (found.wanted or found.topics or found.sources):
        raise UserError("Write at least one word to look for: /search bridge -toll since:2026-09-01")
    if sum(map(len, (*found.wanted, *found.without))) > MAX_TOKENS:
        raise UserError("These are too many words. Write at most {n}.", n=MAX_TOKENS)
    return found


def terms(query: Query, languages: Iterable[str]) -> tuple[Terms, ...]:
    """The query in each language in which it says something: what a language leaves out as too common is not asked for
    there. A query with filters alone says the same in all."""
    found = []
    for language in dict.fromkeys(map(indexed.primary, languages)):
        wanted, without = _stems(query.wanted, language), _stems(query.without, language)
        if wanted or not query.wanted:
            found.append(Terms(language=language, wanted=wanted, without=without))
    return tuple(found)


def _stems(runs: tuple[Run, ...], language: str) -> tuple[Run, ...]:
    stem = words.keys(language)
    stemmed = (tuple(filter(None, (stem[token] for token in run))) for run in runs)
    return tuple(dict.fromkeys(filter(None, stemmed)))


_Step = Callable[[Query], Query]


def _pieces(typed: str) -> Iterator[_Step]:
    end, typed = 0, typed.strip()
    while end < len(typed):
        found = _FILTER.match(typed, end)
        kind = _KEYS.get(found["key"].lower()) if found else None
        if found and kind:
            yield _filter(kind, found["value"].strip('" '), key=found["key"], is_wanted=not found["minus"])
        elif found := _TEXT.match(typed, end):
            yield _looked_for(found["text"], is_wanted=not found["minus"])
        end = found.end() if found else end + 1


def _looked_for(text: str, *, is_wanted: bool) -> _Step:
    run = words.tokens(text)

    def step(query: Query) -> Query:
        if not run:
            return query
        if is_wanted:
            return replace(query, wanted=tuple(dict.fromkeys((*query.wanted, run))))
        return replace(query, without=tuple(dict.fromkeys((*query.without, run))))

    return step


def _filter(kind: str, value: str, *, key: str, is_wanted: bool) -> _Step:
    if not is_wanted:
        raise UserError("“-{key}:” is not possible: a minus goes before words only.", key=key)
    match kind:
        case "since":
            day = _day(value, key)
            return lambda query: replace(query, since=day)
        case "until":
            day = _day(value, key)
            return lambda query: replace(query, until=day)
        case "topics" if value:
            return lambda query: replace(query, topics=(*query.topics, value))
        case "sources" if value:
            return lambda query: replace(query, sources=(*query.sources, value))
    raise UserError("Write a name right after “{key}:”, without a blank; one of several words in quotes.", key=key)


def _day(value: str, key: str) -> date:
    if found := _ISO.fullmatch(value):
        year, month, day = found.groups()
    elif found := _DOTTED.fullmatch(value):
        day, month, year = found.groups()
    else:
        _not_a_day(value, key)
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        _not_a_day(value, key)
    if read.year not in _YEARS:
        _not_a_day(value, key)
    return read


def _not_a_day(value: str, key: str) -> NoReturn:
    raise UserError("“{value}” is no day. Write it as in {key}:2026-09-01", value=value[:40], key=key)
