"""Stories that are mended and that follow earlier ones: what somebody put where it is, links, terms to find them by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("article", sa.Column("is_fixed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("story", sa.Column("earlier_id", sa.Text))
    op.create_index("story_earlier", "story", ["earlier_id"])
    op.create_table(
        "story_term",
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("opened_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("story_term_story", "story_term", ["story_id"])
    op.execute("INSERT INTO counter (name, value) VALUES ('grouping', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name = 'grouping'")
    op.drop_table("story_term")
    op.drop_index("story_earlier", "story")
    op.drop_column("story", "earlier_id")
    op.drop_column("article", "is_fixed")
