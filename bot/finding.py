"""The stories that a subscription may tell: of its topics or with its words, without what it mutes or leaves out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.language.words import tokens
from bot.model import Article, Chat, Filters, StoryId, Subscription
from bot.stages import choose, patterns, query
from bot.storage import search, stories
from bot.storage.dialect import Connection
from bot.storage.search import Wish

LOOKED_AT = 300  # stories that a digest is chosen from
FIRST_DIGEST = timedelta(hours=24)  # what a first digest covers
WEEK = timedelta(days=7)  # what a round-up covers
OF_A_WORD = 100  # stories that one word brings
RECENT = timedelta(days=8)  # a word is looked for in what was published since: longer than a round-up's week


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What counts as new: a publication number after `after`, or an article that arrived as news at `arrived_at` or
    later."""

    after: int | None = None
    arrived_at: datetime | None = None


async def since(connection: Connection, wanted: Subscription, *, now_at: datetime) -> tuple[Since, int]:
    """What counts as new for its next digest, and the number up to which it was served if that tells nothing."""
    if wanted.cursor is not None and not wanted.manner.roundup:
        return Since(after=wanted.cursor), wanted.cursor
    first_at = now_at - (WEEK if wanted.manner.roundup else FIRST_DIGEST)
    served = wanted.cursor if wanted.cursor is not None else await stories.number_before(connection, first_at)
    return Since(arrived_at=first_at), served


def reads(wanted: Subscription, chat: Chat) -> tuple[str, ...]:
    """The languages of the news it tells: its own, or those that the chat reads; none means any."""
    return wanted.filters.languages or chat.reads


def allows(filters: Filters) -> Callable[[str], bool]:
    """Whether a subscription takes what a source of that name tells."""
    return lambda source: source not in filters.sources_out and (not filters.sources or source in filters.sources)


def is_heard(one: choose.Candidate, filters: Filters, languages: Collection[str]) -> bool:
    """Whether a source that is taken tells the story in a language that is read (none: any)."""
    allowed = allows(filters)
    return any(allowed(source) and (not languages or language in languages) for source, language in one.voices)


def takes(filters: Filters) -> Callable[[Article], bool] | None:
    """Whether it takes an article; None when it takes all."""
    if not filters.sources and not filters.sources_out:
        return None
    allowed = allows(filters)
    return lambda article: allowed(article.source)


async def candidates(
    connection: Connection, wanted: Subscription, chat: Chat, *, since: Since, now_at: datetime
) -> tuple[choose.Candidate, ...]:
    """At most 300, the newest first, each with the reader's words that it has."""
    filters, languages = wanted.filters, reads(wanted, chat)
    looked = _Looked(connection, languages, now_at - RECENT)
    words = await looked.up(patterns.plain(filters.words))
    muted = await looked.up(patterns.plain(filters.muted))
    is_any = bool(patterns.written(filters.words))
    if not (wanted.topics or words or is_any):
        return ()
    found = await stories.candidates(
        connection,
        topics=() if is_any else wanted.topics,
        ids=() if is_any else words,
        after=since.after,
        arrived_since=since.arrived_at,
        reads=languages,
        limit=LOOKED_AT,
    )
    texts = await _texts(connection, found) if patterns.written((*filters.words, *filters.muted)) else {}
    kept = [one for one in found if one.story_id not in muted and is_heard(one, filters, languages)]
    return tuple(
        replace(one, words=(*words.get(one.story_id, ()), *_matching(filters.words, texts.get(one.story_id, ""))))
        for one in kept
        if not _matching(filters.muted, texts.get(one.story_id, ""))
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """Words looked up in the index: in these languages (none: in any), in what was published since then."""

    connection: Connection
    languages: Sequence[str]
    since_at: datetime

    async def up(self, phrases: Iterable[str]) -> Mapping[StoryId, tuple[str, ...]]:
        """The newest stories that hold one of the words or phrases, each with those it holds."""
        held: dict[StoryId, tuple[str, ...]] = {}
        wanted = tuple(phrases)
        languages = self.languages or (await search.languages(self.connection) if wanted else ())
        for phrase in wanted:
            terms = query.terms(query.Query(wanted=(tokens(phrase),)), languages)
            wish = Wish(terms=terms, since_at=self.since_at)
            for hit in await search.found(self.connection, wish, most=OF_A_WORD):
                held[hit.story_id] = (*held.get(hit.story_id, ()), phrase)
        return held


async def _texts(connection: Connection, found: Collection[choose.Candidate]) -> dict[StoryId, str]:
    """Titles and texts, for patterns."""
    loaded = await stories.load(connection, [one.story_id for one in found])
    return {
        story_id: "\n".join(f"{one.title}\n{one.text}" for one in story.articles) for story_id, story in loaded.items()
    }


def _matching(wanted: Iterable[str], text: str) -> tuple[str, ...]:
    """The patterns among these that the text holds."""
    return tuple(each for each in patterns.written(wanted) if text and patterns.compiled(each)(text))
