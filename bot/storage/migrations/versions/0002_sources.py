"""Sources with their state and the entries that are known of each; articles that are no news."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _sources()
    _state()
    _entries()
    op.add_column("article", sa.Column("is_news", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("article", "is_news")
    for table in ("source_entry", "source_state", "source"):
        op.drop_table(table)


def _sources() -> None:
    op.create_table(
        "source",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("full_text", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("quota_per_day", sa.Integer, nullable=False),
        sa.Column("old_is_news", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )


def _state() -> None:
    op.create_table(
        "source_state",
        sa.Column("slug", sa.Text, sa.ForeignKey("source.slug"), primary_key=True),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("ttl_s", sa.BigInteger, nullable=False),
        sa.Column("skip_hours", sa.JSON, nullable=False),
        sa.Column("next_read_at", sa.BigInteger),
        sa.Column("last_read_at", sa.BigInteger),
        sa.Column("first_ok_at", sa.BigInteger),
        sa.Column("last_ok_at", sa.BigInteger),
        sa.Column("last_body_at", sa.BigInteger),
        sa.Column("last_new_at", sa.BigInteger),
        sa.Column("interval_s", sa.BigInteger, nullable=False),
        sa.Column("items_per_day", sa.Float(53), nullable=False),
        sa.Column("quiet_s", sa.BigInteger, nullable=False),
        sa.Column("habit_s", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.Column("moved_count", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("told_down", sa.Boolean, nullable=False),
    )
    op.create_index("source_state_next", "source_state", ["next_read_at"])


def _entries() -> None:
    op.create_table(
        "source_entry",
        sa.Column("slug", sa.Text, sa.ForeignKey("source.slug"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("source_entry_seen", "source_entry", ["seen_at"])
