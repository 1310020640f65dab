"""Edits of messages that were sent, which may not show yet what their delivery says they should."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "edit",
        sa.Column("delivery_id", sa.Text, sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("grown", sa.Integer, nullable=False),
        sa.Column("edited_at", sa.BigInteger, nullable=False),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('pending', 'claimed', 'done', 'failed')", name="state"),
    )
    is_open = sa.text("state IN ('pending', 'claimed')")
    op.create_index("edit_open", "edit", ["not_before"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_table("edit")
