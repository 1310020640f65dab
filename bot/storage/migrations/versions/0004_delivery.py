"""How fast may be sent, repeats of doubtful messages, counters, and the updates that Telegram told us."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("repeats", sa.Integer, nullable=False, server_default="0"))
    op.add_column("chat", sa.Column("send_after", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("chat", sa.Column("held_until", sa.BigInteger, nullable=False, server_default="0"))
    held = sa.text("held_until > 0")
    op.create_index("chat_held", "chat", ["held_until"], sqlite_where=held, postgresql_where=held)
    _pace()
    _heard()


def downgrade() -> None:
    for table in ("heard", "tally", "pace"):
        op.drop_table(table)
    op.drop_index("chat_held", "chat")
    op.drop_column("chat", "held_until")
    op.drop_column("chat", "send_after")
    op.drop_column("delivery", "repeats")


def _pace() -> None:
    op.create_table(
        "pace",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("per_s", sa.Float(53), nullable=False),
        sa.Column("slowed_at", sa.BigInteger, nullable=False),
        sa.Column("free_at", sa.BigInteger, nullable=False),
        sa.Column("hold_until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("many", sa.BigInteger, nullable=False),
    )


def _heard() -> None:
    op.create_table(
        "heard",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
        sa.Column("applied_at", sa.BigInteger),
        sa.Column("done_at", sa.BigInteger),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index("heard_open", "heard", ["update_id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("heard_done", "heard", ["done_at"])
