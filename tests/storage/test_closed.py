"""A database that may not be written is called that, and not damaged; nothing of it is touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage import database as storage

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NOBODY = 65_534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may look into; the one of pytest is closed to them."""
    made = Path(tempfile.mkdtemp(prefix="digest-bot-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@contextmanager
def not_root() -> Iterator[None]:
    """Root writes whatever the permissions say; so the block runs as another user, where we are root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def _refused(file: Path) -> str:
    """What an upgrade and what opening say, on one line each."""
    url = f"sqlite:///{file}"
    told = []
    with not_root():
        with pytest.raises(StorageError) as upgraded:
            await storage.upgrade(url, now_at=NOW)
        told.append(str(upgraded.value))
        with pytest.raises(StorageError) as opened:
            async with storage.opened(url):
                raise AssertionError
        told.append(str(opened.value))
    return "\n".join(told)


@pytest.mark.parametrize(
    ("file_mode", "folder_mode"),
    [(0o444, 0o555), (0o444, 0o755), (0o000, 0o755)],
    ids=["read-only folder", "read-only file", "closed file"],
)
async def test_a_database_that_may_not_be_written_is_told_with_what_to_check(
    folder: Path, file_mode: int, folder_mode: int
) -> None:
    # given a sound database that was in use, whose permissions were taken away
    file = folder / "bot.db"
    await storage.upgrade(f"sqlite:///{file}", now_at=NOW)
    async with storage.opened(f"sqlite:///{file}"):
        pass
    before = file.read_bytes()
    file.chmod(file_mode)
    folder.chmod(folder_mode)

    # when somebody who is not root uses it
    told = await _refused(file)

    # then both lines say what to look at, and neither that it is damaged
    assert told.count("check owner and permissions") == 2
    assert told.count(str(file)) == 2
    assert "damaged" not in told
    file.chmod(0o644)
    assert file.read_bytes() == before


async def test_a_file_that_is_no_database_is_still_called_that(folder: Path) -> None:
    # given a file of something else, which may be read
    file = folder / "bot.db"
    file.write_text("A list of things to buy.", encoding="utf-8")

    # when it is upgraded by somebody who is not root
    with not_root(), pytest.raises(StorageError) as refused:
        await storage.upgrade(f"sqlite:///{file}", now_at=NOW)

    # then it is the file that is wrong, not its permissions
    assert "damaged or no database" in str(refused.value)
    assert "permissions" not in str(refused.value)
