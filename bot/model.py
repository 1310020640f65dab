"""The words of the project as frozen data; imports nothing of ours.

All collections are tuples, all times are aware UTC and end in `_at`, all ids are computed from content, so that
any step may run again after a crash and change nothing the second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Literal, NewType

ArticleId = NewType("ArticleId", str)  # 16 hex digits of the SHA-256 of the canonical URL
Revision = NewType("Revision", str)  # 16 hex digits of the SHA-256 of title and text
StoryId = NewType("StoryId", str)  # the id of the story's first article
ChatId = NewType("ChatId", int)  # Telegram's
SubscriptionId = NewType("SubscriptionId", str)  # "{chat}:{slug}"
SlotId = NewType("SlotId", str)  # "{subscription}@{local date}T{HH:MM}"
MessageId = NewType("MessageId", str)  # "{slot}#{part}"
TopicId = NewType("TopicId", str)  # "economy"
Language = NewType("Language", str)  # BCP 47: "ru", "en", "kk", "uz-Latn", "uz-Cyrl"; "und" when not known


FullText = Literal["always", "never", "short"]  # when a page is fetched for the whole text of an entry
SourceOrigin = Literal["config", "chat", "cli", "opml"]  # who added a source, and so who may remove it


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place we read: its slug, its kind (a file name of `bot/sources/`) and where it is (a URL or a path).

    `topics` are those of everything in it, `languages` those it writes in (primary subtags), none: found out from the
    texts. At most `quota_per_day` of its entries are taken in 24 hours; `old_is_news` makes news of what was there
    before it was read for the first time.
    """

    slug: str
    kind: str
    address: str
    name: str = ""
    topics: tuple[TopicId, ...] = ()
    languages: tuple[str, ...] = ()
    full_text: FullText = "short"
    origin: SourceOrigin = "config"
    quota_per_day: int = 200
    old_is_news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source is doing; the defaults are those of a source that was never read.

    `etag` and `last_modified` are the validators of its last body, "" for none; `ttl_s` and `skip_hours` (UTC) what it
    asked for there. `next_read_at` None means at once, or never when it is `gone`. `first_ok_at`, `last_ok_at`,
    `last_body_at` and `last_new_at` are the first and the last reading that worked, the last that was not "unchanged"
    and the last with something new. `interval_s` is the time between readings, 0 before the first; `items_per_day` how
    much it publishes, `quiet_s` how long it was watched since the last new one, `habit_s` how long it is quiet now and
    then.

    `failures` counts those in a row, `error` says the last in plain words, "" when it works. `address` is where it is
    read since it moved for good, "" for its own; `moved_to` where the last `moved_count` answers sent us for good.
    `told_down` means that admins were told of trouble and not yet of its end.
    """

    etag: str = ""
    last_modified: str = ""
    ttl_s: int = 0
    skip_hours: tuple[int, ...] = ()
    next_read_at: datetime | None = None
    last_read_at: datetime | None = None
    first_ok_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_body_at: datetime | None = None
    last_new_at: datetime | None = None
    interval_s: int = 0
    items_per_day: float = 0.0
    quiet_s: int = 0
    habit_s: int = 0
    failures: int = 0
    error: str = ""
    address: str = ""
    moved_to: str = ""
    moved_count: int = 0
    gone: bool = False
    told_down: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source gave: unclean, untrusted. Empty text stands for a field that was not given.

    `published_at` is None when the source gave no date that could be read; `source` is the name that is shown to
    readers ("" when only the URL's host is known). `topics` are those of its source as a whole; `is_old` says that it
    was there before its source was read for the first time, or bears an old date: it is stored, and no news.
    """

    url: str
    title: str = ""
    html: str = ""
    text: str = ""
    published_at: datetime | None = None
    source: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""
    guid: str = ""
    image: str = ""
    topics: tuple[TopicId, ...] = ()
    is_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of entries: new and changed articles stored, known ones passed over, refused ones with reasons."""

    new: int = 0
    changed: int = 0
    known: int = 0
    refused: tuple[tuple[Entry, str], ...] = ()

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            known=self.known + other.known,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned entry. `text` is never empty: paragraphs joined by one newline. `title` may be "" (many have none).

    `source` is the name shown to readers, "" never occurs: the host of the URL stands in. `picture` is the address of
    one that may stand over it, "" for none; it is no part of the revision.
    """

    id: ArticleId
    revision: Revision
    url: str
    title: str
    text: str
    language: Language
    published_at: datetime
    source: str
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """How surely an article belongs to a topic: 0 < score <= 1; a score of .5 and more counts as belonging."""

    topic: TopicId
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles that tell one event, oldest first (of one moment: by id), never empty."""

    id: StoryId
    articles: tuple[Article, ...]


class FactKind(StrEnum):
    """What a fact is about, most telling first."""

    EVENT = "event"
    FIGURE = "figure"
    QUOTE = "quote"
    DECISION = "decision"
    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a text was taken from: characters start..end (end exclusive) of that revision's `Article.text`."""

    article_id: ArticleId
    revision: Revision
    start: int
    end: int


Relation = Literal["before", "also", "after"]  # told earlier than the figure, at the same time, or later


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another value of the figure at characters `start` to `end` of a fact's text: the words of another article, when
    they were published and by which source."""

    start: int
    end: int
    text: str
    relation: Relation
    evidence: Evidence
    source: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One claim: words of the article in their order, nothing added but a capital letter at the start.

    `told_by` are the places in articles of other publishers that say the same. Where others give another value of a
    figure, `figures` holds it, and `source` and `published_at` are those of the fact's own article.
    """

    text: str
    kind: FactKind
    evidence: Evidence
    told_by: tuple[Evidence, ...] = ()
    figures: tuple[Variant, ...] = ()
    source: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Headline and facts of one story in one language, and who wrote it (`writer`, a file name of `bot/writers/`)."""

    story_id: StoryId
    language: Language
    writer: str
    headline: str
    facts: tuple[Fact, ...]


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Somebody we talk to. `language` is that of the interface, `reads` the languages of the news it wants (primary
    subtags, "uz" for both scripts; empty means every language), `time_zone` an IANA name.

    `paused` is "" or the reason why nothing is sent ("blocked"); `question` is the command line that the next plain
    message completes ("card main hours zone"), "" when nothing was asked. `is_rich` chats get rich messages; `grows`
    says that a story which was sent is changed there while it grows; those that are `is_pictured` get digests that lead
    with a picture.
    """

    id: ChatId
    kind: ChatKind
    title: str
    language: str
    reads: tuple[str, ...]
    time_zone: str
    paused: str = ""
    question: str = ""
    is_rich: bool = False
    grows: bool = False
    is_pictured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a digest is due: at local `times` of day, or every `every_min` minutes counted from local midnight, on
    `weekdays` (0 is Monday). Exactly one of `times` and `every_min` is set; `weekdays` is never empty."""

    times: tuple[time, ...] = ()
    every_min: int = 0
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a subscription wants beside its topics. `sources` are names shown to readers: only from these (none: from
    all), never from `sources_out`. `words` are wanted as topics are, `muted` ones never: words, phrases, and patterns
    as `re:...`. `languages` are primary subtags; none: those that the chat reads."""

    sources: tuple[str, ...] = ()
    sources_out: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Form(StrEnum):
    """How much is told of each story."""

    FACTS = "facts"
    HEADLINES = "headlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a subscription's digest is told: in which form, in how many `minutes` of reading (0: as many as stories
    fill); not in the `quiet` hours (local times of day, from and to, across midnight if to is earlier: a slot in them
    falls on their end); not at all when fewer than `at_least` stories are new. A `roundup` tells the best of its last
    seven days, whether seen or not."""

    form: Form = Form.FACTS
    minutes: int = 0
    quiet: tuple[time, time] | None = None
    at_least: int = 1
    roundup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one chat wants and when, under a `title` that its reader gave ("" for none). No topics and no words means
    that nothing is wanted yet.

    `cursor` is the publication number up to which this subscription was served, None before its first digest;
    `next_due_at` is the moment of the next slot, None while not `enabled`. `origin` is "chat" or "config".
    """

    id: SubscriptionId
    chat_id: ChatId
    slug: str
    topics: tuple[TopicId, ...]
    schedule: Schedule
    max_stories: int
    enabled: bool
    origin: str
    title: str = ""
    filters: Filters = Filters()
    manner: Manner = Manner()
    cursor: int | None = None
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due moment of a subscription: its local date and listed time, and the instant they fall on."""

    id: SlotId
    subscription_id: SubscriptionId
    local_date: date
    local_time: time
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A source of a story as a reader sees it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story in a digest: the summary in the language chosen for this chat and the links, oldest first. `earlier` is
    the story that it follows up: its headline and where to read it; `date` is said of a story that is not of these days
    ("" otherwise); `language` is that of headline and facts."""

    story_id: StoryId
    headline: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]
    language: Language = Language("und")
    earlier: Link | None = None
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one subscription gets for one slot, or a chat on demand: `header` and `footer` are finished lines ("" for
    none), `earlier` is the word before the story that another follows up; times are shown in `zone`."""

    header: str
    items: tuple[Item, ...]
    footer: str = ""
    earlier: str = "Earlier"
    zone: tzinfo = UTC


class EntityKind(StrEnum):
    """Telegram's names of the entities we use."""

    BOLD = "bold"
    ITALIC = "italic"
    TEXT_LINK = "text_link"
    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A span of a text, offset and length in UTF-16 code units; `url` only for TEXT_LINK."""

    kind: EntityKind
    offset: int
    length: int
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RichText:
    """Plain text and its entities, ordered by offset; never a parse mode."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A command line typed by a finger: `line` is "topics economy" (signed on its way out), or `url` is set."""

    text: str
    line: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One part of a digest, small enough to send, frozen before the first attempt. `part` counts from 1; `buttons` are
    the rows under it; `stories` those that end in it, which is known until it is frozen. `is_rich` ones go as rich
    messages where Telegram takes them, else in the usual form. `picture` is the name of one that stands over it, "" for
    none; where that cannot be had the message says the same without it."""

    part: int
    body: RichText
    buttons: tuple[tuple[Button, ...], ...] = ()
    stories: tuple[StoryId, ...] = ()
    is_rich: bool = False
    picture: str = ""


class DeliveryState(StrEnum):
    """`pending -> claimed -> sending -> sent | pending | failed | unknown`, `unknown -> sent | pending | parked`.

    Only `claimed` may expire back to `pending`; an expired `sending` is `unknown` (delivery.md).
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message and what became of it. `token` fences: whoever claims adds one, and only the holder of the current
    token may start or finish. `attempts` counts the tries whose request may have reached Telegram, `repeats` those made
    although an earlier one may have arrived."""

    id: MessageId
    slot_id: SlotId
    chat_id: ChatId
    message: Message
    state: DeliveryState
    token: int
    attempts: int
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a delivery becomes. `attempts` and `repeats` are new totals; `not_before_s` counts from now: before then
    nobody tries a `pending` one again or decides about an `unknown`."""

    state: DeliveryState
    attempts: int
    repeats: int = 0
    message_id: int | None = None
    not_before_s: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Telegram took it and gave it this id."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Certainly not sent; may be tried again after `after_s` seconds. `reached` is False when Telegram never saw it.

    `scope` says what has to wait: the chat; everything, when nobody could be reached; or "flood": Telegram asks to wait
    and does not say who, so `bot/delivery/limiter.py` finds out.
    """

    reason: str
    after_s: float
    reached: bool = False
    scope: Literal["chat", "all", "flood"] = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The chat does not take messages any more (blocked, kicked, deleted): pause it, with this reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A group became a supergroup with this id; certainly not sent."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will never take this message as it is (too long, bad entity)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody told whether Telegram took it."""

    reason: str


Receipt = Sent | Later | Gone | Moved | Refused | Unknown

Send = Callable[[ChatId, Message], Awaitable[Receipt]]  # makes one attempt, never raises
Edit = Callable[[ChatId, int, Message], Awaitable[Receipt]]  # as Send: the message of that id shows this from now on
Probe = Callable[["Delivery"], Awaitable[bool | None]]  # whether an `unknown` arrived; None when that stays unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast everything together may be sent now: `per_s` since `slowed_at` (it grows from there), the next one not
    before `free_at`, nothing at all before `hold_until`."""

    per_s: float
    slowed_at: datetime
    free_at: datetime
    hold_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked: command name, its words, and who asked where. `chat` is as stored, `user_id` Telegram's;
    `pressed` is True when a button was pressed, so that a reply with buttons edits the message it stands under. `bot`
    is the name under which Telegram knows us, for links."""

    command: str
    words: tuple[str, ...]
    chat: Chat
    user_id: int
    pressed: bool
    now_at: datetime
    bot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a reply: a picture (PNG or JPEG), or a document with its name."""

    name: str
    content: bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command answers: messages in order, buttons (rows) under the last of them, and an optional `toast` (the
    short notice over a pressed button, at most 200 characters). With an `attachment` the last message is its caption
    (at most 1,024 characters). Buttons without a message take the place of those that were pressed; `below` says that
    the messages leave the one with the pressed button as it is. `is_rich` ones go as rich messages where Telegram takes
    them."""

    messages: tuple[RichText, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    toast: str = ""
    attachment: Attachment | None = None
    below: bool = False
    is_rich: bool = False
