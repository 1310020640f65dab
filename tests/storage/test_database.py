"""Opening, reading, writing and locking."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal, select, text, update

from bot.errors import AlreadyRunning, StorageError
from bot.model import Chat
from bot.storage import chats, dialect, engines, tables
from bot.storage import database as storage
from tests.storage import make

NOW = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)

COUNTED = tables.counter.c.name == "publication"


async def test_what_was_written_is_read(database: storage.Database) -> None:
    # given a chat that was written
    async with database.write() as connection:
        await chats.save(connection, make.chat())

    # when it is read in another transaction
    found = await _chat(database)

    # then it is the same
    assert found == make.chat()


async def test_a_transaction_that_fails_leaves_nothing(database: storage.Database) -> None:
    # given a transaction that writes and then fails
    async def fail() -> None:
        async with database.write() as connection:
            await chats.save(connection, make.chat())
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    # when the chat is looked for
    found = await _chat(database)

    # then it is not there
    assert found is None


async def test_a_transaction_that_is_cancelled_leaves_nothing(database: storage.Database) -> None:
    # given a task that has written and is cancelled before its end
    written = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            await chats.save(connection, make.chat())
            written.set()
            await asyncio.Event().wait()

    await _cancelled(write(), written)

    # when the chat is looked for
    # then it is not there
    assert await _chat(database) is None


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_statement_that_is_cancelled_leaves_no_lock(database: storage.Database) -> None:
    # given a task that is cancelled in the middle of a long statement, after it has written
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def say() -> int:
        loop.call_soon_threadsafe(started.set)
        return 0

    async def write() -> None:
        async with database.write() as connection:
            await chats.save(connection, make.chat())
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.create_function("say", 0, say)
            await connection.execute(
                text(
                    "WITH RECURSIVE n AS (SELECT say() i UNION ALL SELECT i+1 FROM n WHERE i<2e6) SELECT max(i) FROM n"
                )
            )

    cancelled = await _cancelled(write(), started)

    # when the next one writes, while what is left of the task is still referred to
    async with asyncio.timeout(20), database.write() as connection:
        await chats.save(connection, make.chat(make.GROUP))

    # then it need not wait until the lock times out (30 s), and nothing of the cancelled one is there
    assert await _chat(database) is None
    assert cancelled.cancelled()


async def test_writers_take_turns(database: storage.Database, database_url: str) -> None:
    # given a program and another beside it
    # when both count in many tasks at once
    async with storage.opened(database_url, beside=True) as beside, asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(_count(database))
            group.create_task(_count(beside))

    # then none fails and no step is lost
    async with database.read() as connection:
        assert (await connection.execute(select(tables.counter.c.value).where(COUNTED))).scalar_one() == 20


async def test_a_reader_cannot_write(database: storage.Database) -> None:
    # given a transaction for reading
    # when it tries to write
    # then it is refused in our words, without the statement's values
    with pytest.raises(StorageError, match=r"read.?only") as refused:
        async with database.read() as connection:
            await chats.save(connection, make.chat())
    assert make.chat().title not in str(refused.value)


async def test_a_reader_sees_one_moment(database: storage.Database) -> None:
    # given a reader that has begun to read
    async with database.read() as reader:
        assert await chats.get(reader, make.READER) is None

        # when another writes meanwhile
        async with database.write() as writer:
            await chats.save(writer, make.chat())

        # then the reader goes on seeing what was there
        assert await chats.get(reader, make.READER) is None
    assert await _chat(database) == make.chat()


async def test_sqlite_is_set_up_for_safety(tmp_path: Path) -> None:
    # given a new database
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await storage.upgrade(url, now_at=NOW)

    async with storage.opened(url) as database:
        # when its connections are asked for their settings
        async with database.write() as connection:
            names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            writer = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names]
        async with database.read() as connection:
            query_only = (await connection.execute(text("PRAGMA query_only"))).scalar_one()

    # then they are the ones delivery.md asks for, and nothing is left beside the file once it is closed
    assert writer == ["wal", 2, 1, 1, 30000]
    assert query_only == 1
    assert [one.name for one in tmp_path.iterdir()] == ["bot.db"]


async def test_a_command_beside_the_running_bot_writes_and_leaves_checkpoints_to_it(tmp_path: Path) -> None:
    # given an open database
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await storage.upgrade(url, now_at=NOW)
    async with storage.opened(url) as running:
        # when a command opens it too and writes
        async with storage.opened(url, beside=True) as command, command.write() as connection:
            await chats.save(connection, make.chat())
            checkpoints = (await connection.execute(text("PRAGMA wal_autocheckpoint"))).scalar_one()

        # then the bot sees it
        assert await _chat(running) == make.chat()
        assert checkpoints == 0


async def test_moments_are_kept_to_the_microsecond_in_utc(database: storage.Database) -> None:
    # given a moment in a zone of its own
    moment = datetime(2026, 11, 22, 14, 30, 5, 123457, tzinfo=timezone(timedelta(hours=5)))

    # when it goes through the database
    async with database.read() as connection:
        back = (await connection.execute(select(literal(moment, dialect.Instant)))).scalar_one()

    # then it is the same moment, in UTC
    assert back == moment
    assert back.tzinfo is UTC


async def test_a_moment_without_zone_is_refused(database: storage.Database) -> None:
    # given a moment that says no zone
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - it is what must be refused

    # when it is bound
    # then it is refused before it reaches the database
    with pytest.raises(StorageError, match="has no time zone"):
        async with database.read() as connection:
            await connection.execute(select(literal(naive, dialect.Instant)))


async def test_the_databases_clock_goes_with_the_machines(database: storage.Database) -> None:
    # given the time before and after
    before = datetime.now(UTC) - timedelta(milliseconds=1)  # SQLite's clock has milliseconds
    async with database.read() as connection:
        # when the database is asked
        told = (await connection.execute(select(dialect.clock()))).scalar_one()
    after = datetime.now(UTC)

    # then its answer lies between
    assert before <= dialect.EPOCH + told * dialect.MICROSECOND <= after


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://user:geheim@localhost/x", "unknown kind 'mysql'"),
        ("user:geheim", "cannot be read"),
        ("postgresql://user:pa@ss:geheim/x", "cannot be read"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
    ],
)
async def test_a_url_we_cannot_use_is_explained_without_its_password(url: str, said: str) -> None:
    # given such a URL
    # when it is opened
    # then the error says what to write and not what the password is
    with pytest.raises(StorageError, match=said) as refused:
        async with storage.opened(url):
            raise AssertionError
    assert "sqlite:///" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    # given a port on which nobody listens
    # when it is opened
    # then the error names the server only
    with pytest.raises(StorageError, match=r"127\.0\.0\.1/news cannot be reached") as refused:
        async with storage.opened("postgresql://user:geheim@127.0.0.1:1/news"):
            raise AssertionError
    assert "geheim" not in str(refused.value)


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    # given a path without its folder
    # when it is opened
    # then the error names it
    with pytest.raises(StorageError, match=r"nowhere/bot\.db cannot be reached"):
        async with storage.opened(f"sqlite:///{tmp_path}/nowhere/bot.db"):
            raise AssertionError


def test_libpqs_word_for_encryption_is_understood() -> None:
    # given a URL as hosting companies give it
    # when it is read
    address = engines.address("postgres://user@db.example.org/news?sslmode=require")

    # then the driver gets its own word for it
    assert address.drivername == "postgresql+asyncpg"
    assert dict(address.query) == {"ssl": "require"}


def test_a_second_process_is_refused_with_the_first_ones_id(tmp_path: Path) -> None:
    # given a process that holds the state folder
    program = (
        "import pathlib, sys\n"
        "from bot.storage import database\n"
        "with database.single_run(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()

        # when another wants it
        # then it learns who has it
        with pytest.raises(AlreadyRunning, match=f"process {first.pid}"), storage.single_run(tmp_path):
            raise AssertionError
        first.kill()

    # and when the first is gone, however it went, the folder is free
    with storage.single_run(tmp_path):
        assert (tmp_path / "run.lock").read_text() == f"{os.getpid()}\n"


async def _chat(database: storage.Database) -> Chat | None:
    async with database.read() as connection:
        return await chats.get(connection, make.READER)


async def _cancelled(work: Coroutine[Any, Any, None], when: asyncio.Event) -> asyncio.Task[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        await when.wait()
        task.cancel()
    return task


async def _count(database: storage.Database) -> None:
    """Reads a number and writes it back plus one."""
    async with database.write() as connection:
        last = select(tables.counter.c.value).where(COUNTED).with_for_update()
        value = (await connection.execute(last)).scalar_one()
        await connection.execute(update(tables.counter).where(COUNTED).values(value=value + 1))
