"""The first tables: what came in, what was made of it, who wants it, and the ledger of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ALL_STATES = "state IN ('pending', 'claimed', 'sending', 'sent', 'unknown', 'failed', 'parked')"
OPEN = "state IN ('pending', 'claimed', 'sending', 'unknown')"


def upgrade() -> None:
    _news()
    _chats()
    _ledger()
    op.execute("INSERT INTO counter (name, value) VALUES ('publication', 0)")


def downgrade() -> None:
    for table in (
        "seen", "delivery", "digest", "subscription", "chat",
        "summary", "article_topic", "revision", "article", "story", "counter",
    ):  # fmt: skip
        op.drop_table(table)


def _news() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "story",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("newest_at", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("story_newest", "story", ["newest_at", "number"])
    op.create_index("story_number", "story", ["number"])
    op.create_table(
        "article",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.id"), nullable=False),
        sa.Column("arrived_at", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_index("article_story", "article", ["story_id", "language", "id"])
    op.create_index("article_language", "article", ["language"])
    _about_articles()


def _about_articles() -> None:
    op.create_table(
        "revision",
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
        sa.Column("revision", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "article_topic",
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("score", sa.Float(53), nullable=False),
    )
    op.create_table(
        "summary",
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("made_from", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )


def _chats() -> None:
    op.create_table(
        "chat",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("reads", sa.JSON, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("paused", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("schedule", sa.JSON, nullable=False),
        sa.Column("max_stories", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("cursor", sa.BigInteger),
        sa.Column("next_due_at", sa.BigInteger),
        sa.UniqueConstraint("chat_id", "slug"),
    )
    op.create_index(
        "subscription_due",
        "subscription",
        ["next_due_at"],
        sqlite_where=sa.text("enabled = 1"),
        postgresql_where=sa.text("enabled"),
    )


def _ledger() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subscription_id", sa.Text, nullable=False),
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("local_time", sa.Time, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("subscription_id", "local_date", "local_time"),
    )
    op.create_index("digest_chat", "digest", ["chat_id", "due_at"])
    _deliveries()
    op.create_table(
        "seen",
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), primary_key=True),
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest_id", sa.Text, sa.ForeignKey("digest.id"), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("floor_id", sa.BigInteger),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.UniqueConstraint("digest_id", "part"),
        sa.CheckConstraint(ALL_STATES, name="state"),
    )
    _delivery_index("pending", ["due_at", "digest_id", "part"], "state IN ('pending')")
    _delivery_index("open", ["chat_id", "due_at", "digest_id", "part"], OPEN)
    _delivery_index("leased", ["lease_until"], "state IN ('claimed', 'sending')")
    _delivery_index("unknown", ["started_at"], "state IN ('unknown')")


def _delivery_index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(f"delivery_{name}", "delivery", columns, sqlite_where=where, postgresql_where=where)
