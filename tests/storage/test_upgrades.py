"""Upgrading a database: kept beside it before it changes, whole or not at all, and never what is not ours."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from bot.errors import StorageError
from bot.storage import backups, chats, tables
from bot.storage import database as storage
from tests.storage import make

NOW = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)
HEAD = ScriptDirectory.from_config(storage.configured(storage.MIGRATIONS)).get_current_head()
NEXT = '''"""Adds a table."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    columns = "kind, title, language, reads, time_zone, paused, question, created_at"
    op.execute("INSERT INTO chat (id, " + columns + ") SELECT 9, " + columns + " FROM chat")
    {then}


def downgrade() -> None:
    op.drop_table("extra")
'''


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a program that knows one more."""
    return _program(tmp_path / "newer", then="")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The migrations of a program whose newest one fails after its first steps."""
    return _program(tmp_path / "faulty", then='op.execute("INSERT INTO nowhere VALUES (1)")')


async def test_a_new_database_needs_no_backup(empty_url: str) -> None:
    # given no tables
    # when they are made, and once more
    first = await storage.upgrade(empty_url, now_at=NOW)
    second = await storage.upgrade(empty_url, now_at=NOW)

    # then there was nothing to keep
    assert (first, second) == (None, None)


async def test_a_database_that_changes_is_kept_beside_it_first(tmp_path: Path, newer: Path) -> None:
    # given a database in use
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await storage.upgrade(url, now_at=NOW)
    async with storage.opened(url) as database:
        async with database.write() as connection:
            await chats.save(connection, make.chat())

        # when a newer program upgrades it, also twice
        kept = await storage.upgrade(url, now_at=NOW, migrations=newer)
        again = await storage.upgrade(url, now_at=NOW, migrations=newer)

    # then one backup holds the old tables with everything in them
    assert kept == tmp_path / f"bot.db.backup-{HEAD}-20261122-093005"
    assert again is None
    assert _rows(kept, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert _rows(kept, "SELECT id FROM chat") == [(7,)]
    assert _rows(tmp_path / "bot.db", "SELECT id FROM chat ORDER BY id") == [(7,), (9,)]
    assert {one.name for one in tmp_path.glob("bot.db*")} == {"bot.db", kept.name}


async def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database_url: str, faulty: Path) -> None:
    # given a database and a migration that fails after it has made a table and a row
    async with storage.opened(database_url) as database:
        async with database.write() as connection:
            await chats.save(connection, make.chat())

        # when it is upgraded
        with pytest.raises(StorageError, match="nowhere"):
            await storage.upgrade(database_url, now_at=NOW, migrations=faulty)

        # then nothing of it is there, and the old program works on
        assert await storage.upgrade(database_url, now_at=NOW) is None
        async with database.read() as connection:
            assert (await connection.execute(select(func.count()).select_from(tables.chat))).scalar_one() == 1


async def test_a_database_of_a_newer_program_is_left_alone(database_url: str, newer: Path) -> None:
    # given a database that a newer program has upgraded
    kept = await storage.upgrade(database_url, now_at=NOW, migrations=newer)

    # when this program opens it
    with pytest.raises(StorageError, match=r"newer digest-bot \(revision 9999\).*nothing was changed") as refused:
        await storage.upgrade(database_url, now_at=NOW)

    # then it says what to do
    assert str(kept.name if kept else "install that program again") in str(refused.value)


async def test_a_damaged_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    # given a database with a damaged page and two backups
    path = tmp_path / "bot.db"
    await storage.upgrade(f"sqlite:///{path}", now_at=NOW)
    older = backups.make(path, revision="0001", now_at=NOW)
    newest = backups.make(path, revision="0000", now_at=NOW + timedelta(days=1))
    damaged = bytearray(path.read_bytes())
    damaged[4096:8192] = b"\xff" * 4096
    path.write_bytes(damaged)

    # when it is to be upgraded
    with pytest.raises(StorageError, match="nothing was changed") as refused:
        await storage.upgrade(f"sqlite:///{path}", now_at=NOW)

    # then the newest backup is named and nothing was written
    assert str(newest) in str(refused.value)
    assert path.read_bytes() == damaged
    assert {one.name for one in tmp_path.iterdir()} == {path.name, older.name, newest.name}


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be one" * 20, b"SQLite format 3\0" + b"\1" * 300]
)
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    # given a file that only bears the name
    path = tmp_path / "bot.db"
    path.write_bytes(content)

    # when it is to be upgraded
    # then it is refused and stays as it is
    with pytest.raises(StorageError, match="there is no backup beside it"):
        await storage.upgrade(f"sqlite:///{path}", now_at=NOW)
    assert path.read_bytes() == content


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    # given a sound database with tables of another program
    path = tmp_path / "places.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE moz_places (id INTEGER)")
    before = path.read_bytes()

    # when it is named by mistake
    # then it is refused and stays as it is
    with pytest.raises(StorageError, match="another program"):
        await storage.upgrade(f"sqlite:///{path}", now_at=NOW)
    assert path.read_bytes() == before


async def test_two_programs_that_start_at_once_upgrade_once(empty_url: str) -> None:
    # given a database without tables
    # when four upgrade it at once
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(storage.upgrade(empty_url, now_at=NOW))

    # then it works
    async with storage.opened(empty_url) as database, database.read() as connection:
        assert (await connection.execute(select(tables.counter.c.value))).scalars().all() == [0, 0, 0]


def _program(folder: Path, *, then: str) -> Path:
    shutil.copytree(storage.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(then=then, head=HEAD))
    return folder


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()
