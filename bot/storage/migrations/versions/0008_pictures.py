"""Pictures that digests lead with: where articles have them, which chats want them, and those that were fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("article", sa.Column("picture", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("chat", sa.Column("is_pictured", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "picture",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary),
        sa.Column("file_id", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
    )
    op.create_index("picture_looked", "picture", ["looked_at"])


def downgrade() -> None:
    op.drop_table("picture")
    op.drop_column("chat", "is_pictured")
    op.drop_column("article", "picture")
