"""Who asks to be forgotten is: nothing of the chat is left on the disk, and no restore brings it back."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

from bot import app, forgetting, intake, logs, pipeline, settings
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind
from bot.storage import asked, bundles, chats, heard
from bot.storage.heard import Heard
from bot.world import World
from tests import make, running, texts
from tests.fakes import UNLIMITED, Inbox

READER = ChatId(5_724_913_608)
OTHER = ChatId(5_724_913_609)
NIGHT = make.moment("2026-11-22T01:00")
MORNING = make.moment("2026-11-22T03:00")


async def lived(world: World, chat_id: ChatId) -> Chat:
    """A chat that subscribed, got a digest, searched and shared."""
    chat = await settings.chat(world, chat_id, kind=ChatKind.PRIVATE, title=f"Reader {chat_id}")
    await settings.subscribe(world, chat, topics=world.topic_ids, now_at=NIGHT)
    await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, Inbox().send)
    async with world.database.write() as connection:
        await asked.keep(connection, chat_id, "bridges", now_at=MORNING)
        await bundles.keep(connection, chat_id, [{"title": str(chat_id)}], name=f"name{chat_id}", made_at=MORNING)
        told = Heard(update_id=int(chat_id) % 1000, chat_id=int(chat_id), payload={"from": int(chat_id)})
        await heard.store(connection, [told])
    return chat


def traces(folder: Path, chat_id: ChatId) -> list[str]:
    """The files in which the number stands, as SQLite stores it or in digits, once nothing waits in a log."""
    with closing(connect(folder / "digest-bot.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    marks = (int(chat_id).to_bytes(6, "big"), str(int(chat_id)).encode())
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(mark in file.read_bytes() for mark in marks)]


async def is_known(world: World, chat_id: ChatId) -> bool:
    async with world.database.read() as connection:
        return await chats.get(connection, chat_id) is not None


async def test_of_a_forgotten_chat_no_byte_is_left_and_of_others_everything(tmp_path: Path) -> None:
    config = Config(state_dir=tmp_path)
    async with app.world(config, now_at=NIGHT) as opened:
        world = replace(opened, limits=UNLIMITED)
        await intake.take(world, texts.all_of_them(), now_at=NIGHT + timedelta(minutes=30))
        await lived(world, READER)
        await lived(world, OTHER)
    assert traces(tmp_path, READER) == ["digest-bot.sqlite3"]

    async with app.world(config, now_at=MORNING) as world:
        await forgetting.forget(world, READER, now_at=MORNING)

    assert traces(tmp_path, READER) == []
    assert traces(tmp_path, OTHER) == ["digest-bot.sqlite3"]


async def test_a_restored_database_forgets_again_and_without_the_tombstone_it_would_not(tmp_path: Path) -> None:
    kept, config = tmp_path / "kept", Config(state_dir=tmp_path / "state")
    async with app.world(config, now_at=NIGHT) as world:
        await lived(world, READER)
        await lived(world, OTHER)
    shutil.copytree(config.state_dir, kept)
    async with app.world(config, now_at=MORNING) as world:
        await forgetting.forget(world, READER, now_at=make.moment("2036-01-01T00:00"))

    (config.state_dir / "digest-bot.sqlite3").write_bytes((kept / "digest-bot.sqlite3").read_bytes())
    async with app.world(config, now_at=MORNING) as world:
        assert await is_known(world, READER)  # as it would stay without the tombstone
        assert await forgetting.again(world) == 1

        assert (await is_known(world, READER), await is_known(world, OTHER)) == (False, True)
        assert await forgetting.again(world) == 0


async def test_who_comes_back_after_being_forgotten_stays(tmp_path: Path) -> None:
    async with app.world(Config(state_dir=tmp_path), now_at=NIGHT) as world:
        await lived(world, READER)
        await forgetting.forget(world, READER, now_at=make.moment("2026-01-01T00:00"))
        await lived(world, READER)

        assert await forgetting.again(world) == 0

        assert await is_known(world, READER)


async def test_of_a_forgotten_supergroup_nothing_is_left_of_the_group_that_it_was(tmp_path: Path) -> None:
    # given a group that got a digest, and a copy of the database
    config = Config(state_dir=tmp_path / "state")
    async with app.world(config, now_at=NIGHT) as opened:
        world = replace(opened, limits=UNLIMITED)
        await intake.take(world, texts.all_of_them(), now_at=NIGHT + timedelta(minutes=30))
        await lived(world, READER)
    shutil.copy(config.state_dir / "digest-bot.sqlite3", tmp_path / "before")

    # when it becomes a supergroup, which asks to be forgotten
    async with app.world(config, now_at=MORNING) as world:
        async with world.database.write() as connection:
            await chats.move(connection, READER, OTHER)
        there = [traces(config.state_dir, one) for one in (READER, OTHER)]
        await forgetting.forget(world, OTHER, now_at=make.moment("2036-01-01T00:00"))

    # then neither number is left, and the group does not come back with an older database
    assert all(there)
    assert [traces(config.state_dir, one) for one in (READER, OTHER)] == [[], []]
    shutil.copy(tmp_path / "before", config.state_dir / "digest-bot.sqlite3")
    async with app.world(config, now_at=MORNING) as world:
        assert await is_known(world, READER)
        assert await forgetting.again(world) == 1
        assert not await is_known(world, READER)


async def test_one_tap_more_deletes_and_what_was_heard_of_it_names_nobody(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        await talk.say("/privacy")
        await talk.press("Delete everything")
        assert "cannot be undone" in talk.last.text
        assert await is_known(talk.world, ChatId(talk.chat_id))

        await talk.press("Delete everything")

        assert "is deleted" in talk.last.text
        assert not await is_known(talk.world, ChatId(talk.chat_id))
        assert "You have no topics yet" in await talk.say("/topics")


async def test_typing_the_confirmation_deletes_nothing(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")

        assert "cannot be undone" in await talk.say("/forgetme yes")

        assert await is_known(talk.world, ChatId(talk.chat_id))


def test_the_log_names_no_chat() -> None:
    named = {"event": "membership", "chat": 5724913608, "status": "kicked"}

    said = logs.unnamed(None, "info", dict(named))

    assert "5724913608" in str(named)
    assert "5724913608" not in str(said)
    assert said["chat"] == logs.unnamed(None, "info", dict(named))["chat"]
