"""Power cuts: what the bot wrote is written once more to a disk that forgets, and the power fails at any moment.

The statements are recorded from the real engine while a worker delivers. They are replayed through a file system of
SQLite that knows what was synced: at a cut each sector of 512 bytes that was not may be there or not. Then the file is
opened as after a restart.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import event

from bot.delivery import worker
from bot.model import ChatId, Message, Receipt, Sent
from bot.storage import engines
from bot.storage.database import Database
from tests.chaos import due, work

SECTOR = 512
CHANCE = 0.5  # of a sector that was not synced to be on the disk all the same
EVERY = 6  # one of so many writes and syncs meets a cut
SENT = "SELECT id FROM delivery WHERE state = 'sent'"
SYNCS = ("FULL", "NORMAL")

Statement = tuple[str, Any, bool]  # SQL, parameters, whether there are many sets of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """How many cuts, after how many of them a message that was written down as sent was not any more, and the file was
    damaged."""

    sync: str
    cuts: int
    forgotten: int
    damaged: int


def cut(folder: Path, *, sync: str, cuts: int, seed: int) -> Cuts:
    """So many cuts, with `PRAGMA synchronous` as named."""
    work.warm()
    statements = asyncio.run(_recorded(folder))
    drawn = random.Random(seed)
    forgotten = damaged = made = 0
    for number in count():
        for acknowledged, files in _replayed(folder, statements, sync=sync, drawn=drawn, name=f"{sync}-{number}"):
            survived = _restarted(folder, files)
            damaged += survived is None
            forgotten += survived is not None and not acknowledged <= survived
            made += 1
            if made == cuts:
                return Cuts(sync=sync, cuts=made, forgotten=forgotten, damaged=damaged)
    raise AssertionError("never reached")


async def _recorded(folder: Path) -> list[Statement]:
    """What a worker writes that plans and delivers; the file before that stays in the folder as `before.db`."""
    place = work.Place(
        folder=folder, base_url="", admin=ChatId(99), readers=due.readers(private=12, groups=4), every_s=3600.0
    )
    if not place.file.exists():
        await work.prepare(place)
        with closing(sqlite3.connect(place.file)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(place.file, folder / "before.db")
    address = engines.address(f"sqlite:///{place.file}")
    shutil.copy(folder / "before.db", place.file)
    writer, reader = engines.writer(address, beside=False), engines.reader(address)
    statements: list[Statement] = []

    @event.listens_for(writer.sync_engine, "before_cursor_execute")
    def keep(_1: object, _2: object, sql: str, parameters: Any, _3: object, is_many: bool) -> None:
        # An INSERT of many rows that returns some is told as many, but is one statement with one row of parameters.
        statements.append((sql, parameters, is_many and isinstance(parameters, list)))

    @event.listens_for(writer.sync_engine, "commit")
    def committed(_: object) -> None:
        statements.append(("COMMIT", (), False))

    taken = count(1)

    async def send(chat_id: ChatId, message: Message) -> Receipt:
        return Sent(message_id=next(taken))

    base = Database(writer, reader)
    try:
        await work.plan(base, place)
        await worker.run(base, send, limits=work.LIMITS)
    finally:
        await reader.dispose()
        await writer.dispose()
    return statements


@dataclass(slots=True, kw_only=True)
class _Disk:
    """A file as it is on the disk for certain, and what was written since, in order."""

    synced: bytearray
    pending: list[tuple[int, bytes]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.pending:
            _put(self.synced, offset, data)
        self.pending.clear()

    def truncate(self, size: int) -> None:
        self.sync()
        del self.synced[size:]

    def after_cut(self, drawn: random.Random) -> bytes:
        left = bytearray(self.synced)
        for offset, data in self.pending:
            for start in range(0, len(data), SECTOR):
                if drawn.random() < CHANCE:
                    _put(left, offset + start, data[start : start + SECTOR])
        return bytes(left)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(b"\0" * (offset - len(content)))
    content[offset : offset + len(data)] = data


class _Power:
    """The disks of one replay by the names of their files, and the cuts that were made."""

    def __init__(self, drawn: random.Random) -> None:
        self.disks: dict[str, _Disk] = {}
        self.acknowledged: frozenset[str] = frozenset()
        self.cuts: list[tuple[frozenset[str], dict[str, bytes]]] = []
        self._drawn = drawn

    def disk(self, name: str) -> _Disk:
        path = Path(name)
        if path.name not in self.disks:
            self.disks[path.name] = _Disk(synced=bytearray(path.read_bytes() if path.exists() else b""))
        return self.disks[path.name]

    def moment(self) -> None:
        """A moment at which the power may fail."""
        if not self._drawn.randrange(EVERY):
            files = {name: disk.after_cut(self._drawn) for name, disk in self.disks.items()}
            self.cuts.append((self.acknowledged, files))


class _File(apsw.VFSFile):
    """Writes through to the real file, which stands for the cache, and tells the disk."""

    def __init__(self, power: _Power, name: Any, flags: list[int]) -> None:
        self._power = power
        self._disk = power.disk(name.filename() if isinstance(name, apsw.URIFilename) else name)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - the names are SQLite's
        self._power.moment()
        super().xWrite(data, offset)
        self._disk.pending.append((offset, bytes(data)))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._power.moment()
        super().xSync(flags)
        self._disk.sync()

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._disk.truncate(size)


class _FileSystem(apsw.VFS):
    def __init__(self, name: str, power: _Power) -> None:
        self._power = power
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(self._power, name, flags)


def _replayed(
    folder: Path, statements: list[Statement], *, sync: str, drawn: random.Random, name: str
) -> Iterator[tuple[frozenset[str], dict[str, bytes]]]:
    """The cuts of one replay: what was acknowledged as sent before, and what is on the disk then."""
    file = folder / f"{name}.db"
    shutil.copy(folder / "before.db", file)
    power = _Power(drawn)
    file_system = _FileSystem(name, power)
    connection = apsw.Connection(str(file), vfs=name)
    try:
        # A file system made in Python has no shared memory, which a single connection does without.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", f"synchronous={sync}", "wal_autocheckpoint=40"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for sql, parameters, is_many in statements:
            for given in parameters if is_many else (parameters,):
                connection.execute(sql, given).fetchall()
            if sql == "COMMIT":
                power.acknowledged = frozenset(one for (one,) in connection.execute(SENT))
    finally:
        connection.close()
        file_system.unregister()
    for acknowledged, files in power.cuts:
        yield acknowledged, {path.replace(name, "cut"): content for path, content in files.items()}


def _restarted(folder: Path, files: dict[str, bytes]) -> frozenset[str] | None:
    """What is written down as sent after the power is back, None when the file is damaged."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        try:
            with closing(sqlite3.connect(Path(place) / "cut.db")) as db:
                if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                    return None
                return frozenset(one for (one,) in db.execute(SENT))
        except sqlite3.DatabaseError:
            return None
