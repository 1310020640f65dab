"""Copies of a SQLite database beside it, and the check whether a file can be trusted; never writes to the original."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from bot.errors import StorageError
from bot.storage import engines

STAMP = "%Y%m%d-%H%M%S"
STAMP_CHARS = 15
DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_NOTADB))


def check(path: Path) -> None:
    """StorageError when the file is no sound database, which names the newest backup, or when it cannot be read; no
    file yet is sound."""
    if not path.exists():
        return
    try:
        with closing(_opened(path)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = _corrupt(path, str(error)) if _is_damage(error) else engines.unusable(path, error)
        raise StorageError(said) from error
    if verdict != "ok":
        raise StorageError(_corrupt(path, verdict))


def make(path: Path, *, revision: str, now_at: datetime) -> Path:
    """Copies the database, also while it is in use, and checks the copy: `NAME.backup-REVISION-YYYYMMDD-HHMMSS`, UTC.

    StorageError when the copy cannot be made or is not sound; then nothing is left behind.
    """
    copy = path.with_name(f"{path.name}.backup-{revision}-{now_at.astimezone(UTC).strftime(STAMP)}")
    unfinished = copy.with_name(copy.name + ".unfinished")
    try:
        _copy(path, unfinished)
        shutil.copymode(path, unfinished)
        unfinished.replace(copy)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"no backup of {path} can be made: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return copy


def newest(path: Path) -> Path | None:
    """The backup made last, by the time in its name."""
    found = [one for one in path.parent.glob("*.backup-*") if _is_backup(one, path)]
    return max(found, key=lambda one: one.name[-STAMP_CHARS:], default=None)


def _is_backup(candidate: Path, path: Path) -> bool:
    stamp = candidate.name[-STAMP_CHARS:]
    right_shape = stamp.replace("-", "", 1).isdigit() and stamp[8:9] == "-"
    return candidate.name.startswith(f"{path.name}.backup-") and right_shape


def _is_damage(error: sqlite3.Error) -> bool:
    return engines.code(error) in DAMAGE


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=30)


def _copy(path: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with closing(_opened(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StorageError(f"the backup of {path} is not sound: {verdict}")


def _corrupt(path: Path, found: str) -> str:
    last = newest(path)
    advice = f"its newest backup is {last}" if last else "there is no backup beside it"
    return f"{path} is damaged or no database ({found}); nothing was changed; {advice}"
