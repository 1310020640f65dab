"""A chat forgotten at its own wish, for good: who was forgotten stays so when an older database is restored.

What remains is one line in a file beside the database: a keyed hash of the chat's number, and when.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot import signing
from bot.model import ChatId
from bot.storage import chats, forgetting
from bot.world import World

log = structlog.get_logger()
FILE = "forgotten"


async def forget(world: World, chat_id: ChatId, *, now_at: datetime) -> None:
    """Writes down that the chat is forgotten, then deletes it; killed in between, the next start deletes it. With a
    supergroup goes the group that it was."""
    async with world.database.read() as connection:
        former = await chats.former(connection, chat_id)
    gone = (chat_id,) if former is None else (chat_id, former)
    for one in gone:
        _write(world.config.state_dir, one, now_at)
    async with world.database.effect() as connection:
        for one in gone:
            await forgetting.forget(connection, one)


async def again(world: World) -> int:
    """Forgets once more who is there although it was forgotten, as after a restore; returns how many those were."""
    written = dict(_read(world.config.state_dir))
    if not written:
        return 0
    key = signing.key(world.config.state_dir)
    async with world.database.write() as connection:
        known = await forgetting.known_since(connection, max(written.values()))
        back = [one for one, since in known.items() if (at := written.get(_mac(key, one))) and since < at]
        for chat_id in back:
            await forgetting.forget(connection, chat_id)
    if back:
        log.info("forgotten_again", chats=len(back))
    return len(back)


def _write(folder: Path, chat_id: ChatId, now_at: datetime) -> None:
    """The line is on disk when this returns."""
    line = f"{_mac(signing.key(folder), chat_id)} {now_at.astimezone(UTC).isoformat()}\n"
    with (folder / FILE).open("a", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path) -> Iterator[tuple[str, datetime]]:
    file = folder / FILE
    for line in file.read_text(encoding="ascii").splitlines() if file.exists() else ():
        mac, _, at = line.partition(" ")
        if at:
            yield mac, datetime.fromisoformat(at)


def _mac(key: bytes, chat_id: ChatId) -> str:
    return hmac.new(key, f"forgotten\n{chat_id}".encode(), hashlib.sha256).hexdigest()
