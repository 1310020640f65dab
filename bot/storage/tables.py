"""The tables as SQLAlchemy sees them; the migrations make them, and a test compares the two.

Partial indexes are written as text because each database must find in the query exactly what the index says:
SQLAlchemy renders `enabled` as `enabled = 1` on SQLite and as `enabled` on PostgreSQL, and neither database takes a
bound parameter for the value an index names. `in_state` renders states so that the indexes below are found.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    literal_column,
    text,
    true,
)
from sqlalchemy.sql.selectable import FromClause

from bot.model import DeliveryState
from bot.storage import source_tables
from bot.storage.dialect import Instant

BELONGS = 0.5  # the score from which an article belongs to a topic (model.TopicScore)
OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
IN_FLIGHT = (DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
LEASED = (DeliveryState.CLAIMED, DeliveryState.SENDING)

metadata = source_tables.metadata  # the tables of sources stand there


def in_state(delivery: FromClause, *states: DeliveryState) -> ColumnElement[bool]:
    """`state IN ('pending', ...)` with the values in the text, so that a partial index is found."""
    return delivery.c.state.in_([literal_column(f"'{state.value}'") for state in states])


def _partial(name: str, *columns: str, states: tuple[DeliveryState, ...]) -> Index:
    condition = text("state IN (" + ", ".join(f"'{state.value}'" for state in states) + ")")
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("newest_at", Instant, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("earlier_id", Text),  # the closed story that it follows up; no foreign key: stories are renamed
    Index("story_newest", "newest_at", "number"),
    Index("story_number", "number"),
    Index("story_earlier", "earlier_id"),
)

# What the article that opened a story says most of: a later story finds by it the one that it follows up.
story_term = Table(
    "story_term",
    metadata,
    Column("term", Text, primary_key=True),
    Column("opened_at", Instant, primary_key=True, autoincrement=False),
    Column("story_id", ForeignKey("story.id"), primary_key=True),
    Index("story_term_story", "story_id"),
    sqlite_with_rowid=False,
)

article = Table(
    "article",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("story_id", ForeignKey("story.id"), nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("is_news", Boolean, nullable=False, server_default=true()),
    Column("is_fixed", Boolean, nullable=False, server_default=false()),  # somebody put it into its story
    Column("picture", Text, nullable=False, server_default=text("''")),
    Index("article_story", "story_id", "language", "id"),  # all that a search by language or topic needs
    Index("article_language", "language"),
)

revision = Table(
    "revision",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

article_topic = Table(
    "article_topic",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("score", Float(53), nullable=False),
)

summary = Table(
    "summary",
    metadata,
    Column("story_id", ForeignKey("story.id"), primary_key=True),
    Column("language", Text, primary_key=True),
    Column("writer", Text, nullable=False),
    Column("made_from", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
)

chat = Table(
    "chat",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("reads", JSON, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("paused", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("send_after", Instant, nullable=False, server_default="0"),
    Column("held_until", Instant, nullable=False, server_default="0"),
    Column("is_rich", Boolean, nullable=False, server_default=false()),
    Column("grows", Boolean, nullable=False, server_default=false()),
    Column("is_pictured", Boolean, nullable=False, server_default=false()),
    Index("chat_held", "held_until", sqlite_where=text("held_until > 0"), postgresql_where=text("held_until > 0")),
)

# One row: how fast everything together may be sent.
pace = Table(
    "pace",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("per_s", Float(53), nullable=False),
    Column("slowed_at", Instant, nullable=False),
    Column("free_at", Instant, nullable=False),
    Column("hold_until", Instant, nullable=False),
)

tally = Table(
    "tally",
    metadata,
    Column("name", Text, primary_key=True),
    Column("many", BigInteger, nullable=False),
)

# What Telegram told us, stored before it is confirmed there. `applied_at` is set in the transaction of its effect.
heard = Table(
    "heard",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("applied_at", Instant),
    Column("done_at", Instant),
    Index("heard_open", "update_id", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    Index("heard_done", "done_at"),
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("slug", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("schedule", JSON, nullable=False),
    Column("max_stories", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("cursor", BigInteger),
    Column("next_due_at", Instant),
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("filters", JSON),  # none: nothing beside topics, as before there were cards
    Column("manner", JSON),
    UniqueConstraint("chat_id", "slug"),
    Index("subscription_due", "next_due_at", sqlite_where=text("enabled = 1"), postgresql_where=text("enabled")),
)

# `subscription_id` is no foreign key: what was sent stays on record when a subscription is gone.
digest = Table(
    "digest",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscription_id", Text, nullable=False),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("local_time", Time, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("told", Text),  # the name of what it told; none when it told nothing, or was planned before that was kept
    UniqueConstraint("subscription_id", "local_date", "local_time"),
    Index("digest_chat", "chat_id", "due_at"),
    Index("digest_told", "told", sqlite_where=text("told IS NOT NULL"), postgresql_where=text("told IS NOT NULL")),
)

# `due_at` is the digest's, repeated here because a chat's deliveries go out in the order (due_at, digest_id, part).
delivery = Table(
    "delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest_id", ForeignKey("digest.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("lease_until", Instant),
    Column("not_before", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("message_id", BigInteger),
    Column("floor_id", BigInteger),
    Column("last_error", Text, nullable=False),
    Column("repeats", Integer, nullable=False, server_default="0"),
    UniqueConstraint("digest_id", "part"),
    CheckConstraint(
        "state IN ('pending', 'claimed', 'sending', 'sent', 'unknown', 'failed', 'parked')",
        name="state",
    ),
    _partial("delivery_pending", "due_at", "digest_id", "part", states=(DeliveryState.PENDING,)),
    _partial("delivery_open", "chat_id", "due_at", "digest_id", "part", states=OPEN),
    _partial("delivery_leased", "lease_until", states=LEASED),
    _partial("delivery_unknown", "started_at", states=(DeliveryState.UNKNOWN,)),
)

seen = Table(
    "seen",
    metadata,
    Column("chat_id", ForeignKey("chat.id"), primary_key=True),
    Column("article_id", ForeignKey("article.id"), primary_key=True),
)

# Which stories digests told, in which part, and why: `[[story, part, reason], ...]` in their order, part 0 for those
# that did not fit. Digests that tell the same share one row, named by a hash of it.
told = Table(
    "told",
    metadata,
    Column("name", Text, primary_key=True),
    Column("stories", JSON, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Index("told_kept", "kept_at"),
)

vote = Table(
    "vote",
    metadata,
    Column("chat_id", ForeignKey("chat.id"), primary_key=True),
    Column("story_id", Text, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("voted_at", Instant, nullable=False),
)

# Articles that were taken down; they stay out, so they are known by their id even when nothing else is left of them.
hidden = Table(
    "hidden",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("hidden_at", Instant, nullable=False),
)

# Subscriptions that somebody shares: whoever has the link may take them over.
bundle = Table(
    "bundle",
    metadata,
    Column("name", Text, primary_key=True),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("bundle_chat", "chat_id"),
)

# How much of what one person, or one group, may ask is used up (`level`, as of `at`), and when they were last told to
# slow down. `user_id` is a keyed hash of the id: `spending.py` says why.
spent = Table(
    "spent",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("level", Float(53), nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False, server_default="0"),
)

# What chats searched for lately, named by buttons.
asked = Table(
    "asked",
    metadata,
    Column("chat_id", ForeignKey("chat.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
)

# A message that may not show yet what its delivery says it should. `grown` counts how often it was changed because a
# story has grown, `edited_at` is when a change was begun last.
edit = Table(
    "edit",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("grown", Integer, nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("last_error", Text, nullable=False),
    CheckConstraint("state IN ('pending', 'claimed', 'done', 'failed')", name="state"),
    Index(
        "edit_open",
        "not_before",
        sqlite_where=text("state IN ('pending', 'claimed')"),
        postgresql_where=text("state IN ('pending', 'claimed')"),
    ),
)

# A picture that a digest may lead with, under a name made of its address: no `content` when it is no good, an
# empty one when Telegram has refused it; `file_id` is Telegram's once it was uploaded.
picture = Table(
    "picture",
    metadata,
    Column("name", Text, primary_key=True),
    Column("content", LargeBinary),
    Column("file_id", Text, nullable=False, server_default=text("''")),
    Column("looked_at", Instant, nullable=False),
    Index("picture_looked", "looked_at"),
)
