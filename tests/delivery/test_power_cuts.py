"""What was written down stays written down: a power cut, a torn end of SQLite's log, a full disk."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.delivery import worker
from bot.errors import StorageError
from bot.model import ChatId
from bot.storage import database, engines
from bot.storage.database import Database
from tests.chaos import due, power, truth
from tests.fakes import Inbox
from tests.storage import attempts

CUTS = 120


def test_no_message_that_was_written_down_as_sent_is_forgotten(tmp_path: Path) -> None:
    kept = power.cut(tmp_path, sync="FULL", cuts=CUTS, seed=1)

    assert (kept.cuts, kept.forgotten, kept.damaged) == (CUTS, 0, 0)


def test_a_disk_that_is_not_waited_for_forgets_some(tmp_path: Path) -> None:
    kept = power.cut(tmp_path, sync="NORMAL", cuts=CUTS, seed=1)

    assert kept.forgotten > 0
    assert kept.damaged == 0


@pytest.mark.parametrize("torn", ["cut", "flipped"])
def test_a_torn_end_of_the_log_loses_the_last_transaction(torn: str, tmp_path: Path) -> None:
    # given a database whose last two transactions are only in its log
    file, copy = tmp_path / "a.db", tmp_path / "b.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        for number in range(3):
            db.execute("CREATE TABLE IF NOT EXISTS sent (id)")
            db.execute("INSERT INTO sent VALUES (?)", (number,))
        shutil.copy(file, copy)
        log = bytearray(Path(f"{file}-wal").read_bytes())

    # when the end of the log is torn
    if torn == "cut":
        del log[-100:]
    else:
        log[-100] ^= 1
    Path(f"{copy}-wal").write_bytes(log)

    # then all but the last is there
    assert truth.damage(copy) == "ok"
    with closing(sqlite3.connect(copy)) as db:
        assert [one for (one,) in db.execute("SELECT id FROM sent")] == [0, 1]


async def test_what_a_full_disk_does_not_take_is_not_sent(tmp_path: Path) -> None:
    # given a database that may grow until it is told not to
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await database.upgrade(url, now_at=due.START)
    address = engines.address(url)
    writer, reader = engines.writer(address, beside=False), engines.reader(address)
    base = Database(writer, reader)
    pages = 0

    @event.listens_for(writer.sync_engine, "begin")
    def limited(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    # when there is no room for what is planned, and then there is
    inbox = Inbox()
    pages = 1
    with pytest.raises(StorageError, match="full"):
        await attempts.planned(base, ChatId(7), day=20, parts=300)
    sent_when_full = await worker.run(base, inbox.send)
    pages = 100_000
    await attempts.planned(base, ChatId(7), day=20, parts=1)
    await worker.run(base, inbox.send)
    await reader.dispose()
    await writer.dispose()

    # then nothing went out whose intent was not stored, and all of it later
    assert sent_when_full == 0
    assert inbox.attempts == 1
