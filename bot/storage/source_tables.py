"""The tables of sources, as `tables` has the others; and what all tables are registered in."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

from bot.storage.dialect import Instant

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s",
    }
)

# Every source has its state from the start: a reading that ends when its source is gone finds no row to change.
source = Table(
    "source",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("full_text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("quota_per_day", Integer, nullable=False),
    Column("old_is_news", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
)

source_state = Table(
    "source_state",
    metadata,
    Column("slug", ForeignKey("source.slug"), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("ttl_s", BigInteger, nullable=False),
    Column("skip_hours", JSON, nullable=False),
    Column("next_read_at", Instant),
    Column("last_read_at", Instant),
    Column("first_ok_at", Instant),
    Column("last_ok_at", Instant),
    Column("last_body_at", Instant),
    Column("last_new_at", Instant),
    Column("interval_s", BigInteger, nullable=False),
    Column("items_per_day", Float(53), nullable=False),
    Column("quiet_s", BigInteger, nullable=False),
    Column("habit_s", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("moved_count", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("told_down", Boolean, nullable=False),
    Index("source_state_next", "next_read_at"),
)

# WITHOUT ROWID: the key is most of the row, and SQLite would keep it twice.
source_entry = Table(
    "source_entry",
    metadata,
    Column("slug", ForeignKey("source.slug"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("source_entry_seen", "seen_at"),
    sqlite_with_rowid=False,
)

# Every name of a source that articles were stored under, for a search to choose from. The index of words itself, a
# table `search`, is of a kind of its own on each database: `places.py` has both.
source_name = Table("source_name", metadata, Column("name", Text, primary_key=True))
