"""What readers set and do: cards, votes, why a story came; takedowns, bundles, floods."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("is_rich", "grows"):
        op.add_column("chat", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("subscription", sa.Column("title", sa.Text, nullable=False, server_default=sa.text("''")))
    for name in ("filters", "manner"):
        op.add_column("subscription", sa.Column(name, sa.JSON))
    _told()
    _kept()


def downgrade() -> None:
    op.drop_index("digest_told", "digest")
    op.drop_column("digest", "told")
    for table in ("spent", "bundle", "hidden", "vote", "told"):
        op.drop_table(table)
    for name in ("manner", "filters", "title"):
        op.drop_column("subscription", name)
    for name in ("grows", "is_rich"):
        op.drop_column("chat", name)


def _told() -> None:
    op.create_table(
        "told",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("stories", sa.JSON, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
    )
    op.create_index("told_kept", "told", ["kept_at"])
    op.add_column("digest", sa.Column("told", sa.Text))
    is_there = sa.text("told IS NOT NULL")
    op.create_index("digest_told", "digest", ["told"], sqlite_where=is_there, postgresql_where=is_there)
    op.create_table(
        "vote",
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), primary_key=True),
        sa.Column("story_id", sa.Text, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("voted_at", sa.BigInteger, nullable=False),
    )


def _kept() -> None:
    op.create_table(
        "hidden",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("hidden_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "bundle",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("bundle_chat", "bundle", ["chat_id"])
    op.create_table(
        "spent",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("level", sa.Float(53), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=False, server_default="0"),
    )
