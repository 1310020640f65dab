"""What the running program is made of: handed to every command and to the pipeline, never looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.config import Config
from bot.delivery.terms import Beside, Limits
from bot.fetching.child import Child
from bot.fetching.client import Fetcher
from bot.fetching.permission import Permission
from bot.model import Story, Summary, TopicId
from bot.sources import Marks
from bot.stages import classify, prove, regroup
from bot.stages.repeated import Repeated
from bot.storage import grouping, trending
from bot.storage.database import Database
from bot.writers import Writer

Gate = Callable[[Summary, Story, bool], prove.Passed]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The open database, the checked configuration, the topics with their words and who writes summaries; who fetches
    and what robots.txt allows, the processes that parse; the open stories, of which `view` says which of the stored
    ones they are; and which files were read.

    `gate` is what every summary passes before it is stored, whoever wrote it. `repeated` knows what sources print in
    every article. `busy` holds the slugs of the sources that are read at the moment, by whichever round; `intake` is
    held by whoever stores articles, so that two reports of one event that arrive together find each other. Messages are
    delivered on the terms `limits` and `beside`. `trends` holds what was counted this hour.
    """

    database: Database
    config: Config
    topics: tuple[classify.TopicDefinition, ...]
    catalogue: classify.Catalogue
    writer: Writer
    fetcher: Fetcher
    permission: Permission
    child: Child
    open: regroup.Kept
    marks: Marks
    busy: set[str] = field(default_factory=set)
    intake: asyncio.Lock = field(default_factory=asyncio.Lock)
    repeated: Repeated = field(default_factory=Repeated)
    gate: Gate = prove.passed
    view: grouping.View = field(default_factory=grouping.View)
    limits: Limits = field(default_factory=Limits)
    beside: Beside = field(default_factory=Beside)
    trends: trending.Kept = field(default_factory=trending.Kept)

    @property
    def topic_ids(self) -> tuple[TopicId, ...]:
        return tuple(definition.id for definition in self.topics)

    def topic_called(self, typed: str) -> TopicId | None:
        """The topic of that id, or of that name in any language; None when there is none."""
        plain = " ".join(typed.split()).casefold()
        for definition in self.topics:
            if plain in {name.casefold() for name in (definition.id, *definition.names.values())}:
                return definition.id
        return None

    def topic_name(self, topic: TopicId, language: str) -> str:
        """The topic's name in the language of the interface, in English, or its id."""
        for definition in self.topics:
            if definition.id == topic:
                return definition.names.get(language) or definition.names.get("en") or topic
        return topic
