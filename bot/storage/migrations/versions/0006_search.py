"""Full-text search. Articles that are stored already are filed while the bot runs, so that it starts at once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


INDEX = {
    # `columnsize=0`: lengths of rows are for FTS5's own order by relevance, which PostgreSQL does not have.
    "sqlite": ("CREATE VIRTUAL TABLE search USING fts5(words, columnsize=0, tokenize=\"ascii tokenchars '/^~''._'\")",),
    "postgresql": (
        "CREATE TABLE search (place BIGINT CONSTRAINT search_pk PRIMARY KEY, words TSVECTOR NOT NULL)",
        # Words stand out of the row, which is then small: only a search for a phrase reads them.
        "ALTER TABLE search SET (toast_tuple_target = 128)",
        "CREATE INDEX search_words ON search USING gin (words) WITH (gin_pending_list_limit = 1024)",
    ),
}


def upgrade() -> None:
    for statement in INDEX[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute("INSERT INTO counter (name, value) SELECT 'unfiled', value FROM counter WHERE name = 'publication'")
    op.create_table("source_name", sa.Column("name", sa.Text, primary_key=True))
    op.create_table(
        "asked",
        sa.Column("chat_id", sa.BigInteger, sa.ForeignKey("chat.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("asked")
    op.drop_table("source_name")
    op.execute("DELETE FROM counter WHERE name = 'unfiled'")
    op.execute("DROP TABLE search")
