"""What the running program is made of: handed to every command and to the pipeline, never looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Config
from bot.model import Story, Summary, TopicId
from bot.sources import Reading
from bot.stages import classify, prove
from bot.storage.database import Database
from bot.writers import Writer

Gate = Callable[[Summary, Story, bool], prove.Passed]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The open database, the checked configuration, the topics with their words, who writes summaries, which files
    were read in this run, and the gate that every summary passes before it is stored, whoever wrote it."""

    database: Database
    config: Config
    topics: tuple[classify.TopicDefinition, ...]
    catalogue: classify.Catalogue
    writer: Writer
    reading: Reading
    gate: Gate = prove.passed

    @property
    def topic_ids(self) -> tuple[TopicId, ...]:
        return tuple(definition.id for definition in self.topics)

    def topic_name(self, topic: TopicId, language: str) -> str:
        """The topic's name in the language of the interface, in English, or its id."""
        for definition in self.topics:
            if definition.id == topic:
                return definition.names.get(language) or definition.names.get("en") or topic
        return topic
