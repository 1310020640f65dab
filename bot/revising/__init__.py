"""Messages that were sent, told anew: the stories in them as their chats would be told them now."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import composing, finding, locales
from bot.errors import RefusedEntry
from bot.locales import cities
from bot.model import ArticleId, Chat, Filters, Item, Message, RichText, StoryId, Subscription, SubscriptionId
from bot.stages import clean, growing, richtext
from bot.stages.growing import Block, Manner
from bot.storage import subscriptions
from bot.storage.edits import Told
from bot.world import World


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells each story once for all who are told it alike."""

    world: World
    now_at: datetime
    _wanted: dict[SubscriptionId, Subscription | None] = field(default_factory=dict)
    _items: dict[Hashable, Item | None] = field(default_factory=dict)

    async def item(self, told: Told, story_id: StoryId) -> Item | None:
        """The story by the articles that the digest's subscription takes; None when there is none of them."""
        wanted = await self._subscription(told)
        filters = wanted.filters if wanted else Filters()
        reads = finding.reads(wanted, told.chat) if wanted else told.chat.reads
        key = (filters.sources, filters.sources_out, reads, told.chat.language, story_id)
        if key not in self._items:
            reader = replace(told.chat, reads=reads)
            takes = finding.takes(filters)
            found, _ = await composing.items(self.world, reader, [story_id], now_at=self.now_at, takes=takes)
            self._items[key] = found[0] if found else None
        return self._items[key]

    async def _subscription(self, told: Told) -> Subscription | None:
        if told.subscription_id not in self._wanted:
            async with self.world.database.read() as connection:
                for one in await subscriptions.of_chat(connection, told.chat.id):
                    self._wanted[one.id] = one
        return self._wanted.setdefault(told.subscription_id, None)


def manner(chat: Chat) -> Manner:
    """How a chat is told stories."""
    say = locales.catalogue(chat.language)
    return Manner(earlier=say.text("Earlier"), zone=cities.tz(chat.time_zone))


def shortened(item: Item, block: Block, message: Message) -> Item:
    """The story with as many facts as a message shows: under a picture there is no room for all."""
    shown = sum(line.startswith(growing.BULLET) for line in block.lines)
    return replace(item, facts=item.facts[:shown]) if message.picture else item


def fits(body: RichText, message: Message) -> bool:
    """Whether the message can show this, which under a picture must be short."""
    return not message.picture or richtext.is_caption(body)


def articles_at(urls: Iterable[str]) -> Mapping[str, ArticleId]:
    """The ids of the articles at these addresses."""
    found = {}
    for url in urls:
        try:
            found[url] = clean.article_id(url)
        except RefusedEntry:
            continue
    return found
