"""Pictures on both databases: looked at, uploaded, refused, forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import StorageError
from bot.storage import articles, chats, deliveries, digests, pictures
from bot.storage.database import Database
from bot.storage.pictures import Shelf
from tests.storage import make, planned

HOUR = timedelta(hours=1)


async def kept(database: Database, name: str = "a", content: bytes = b"jpeg", *, hours: int = 0) -> None:
    async with database.write() as connection:
        await pictures.keep(connection, name, content, now_at=make.NOON + hours * HOUR)


async def known(database: Database, *, hours: int = 0) -> dict[str, bool]:
    async with database.read() as connection:
        return await pictures.known(connection, ["a", "b", "c"], bad_since=make.NOON + hours * HOUR)


async def test_what_was_looked_at_is_known_and_a_bad_one_for_a_while(database: Database) -> None:
    await kept(database, "a")
    await kept(database, "b", b"")

    assert await known(database) == {"a": True, "b": False}
    assert await known(database, hours=1) == {"a": True}


async def test_a_bad_one_may_become_good_and_a_good_one_stays_what_it_is(database: Database) -> None:
    await kept(database, "a", b"")
    await kept(database, "a", b"jpeg", hours=1)
    await Shelf(database).uploaded("a", "id")
    await kept(database, "a", b"", hours=2)

    shelf = Shelf(database)
    assert (await shelf.content("a"), await shelf.file_id("a")) == (b"jpeg", "id")


async def test_what_was_uploaded_is_known_by_its_id_to_the_next_program_too(database: Database) -> None:
    await kept(database)
    shelf = Shelf(database)
    assert await shelf.file_id("a") == ""

    await shelf.uploaded("a", "id")

    assert await shelf.file_id("a") == await Shelf(database).file_id("a") == "id"


async def test_what_telegram_refused_is_there_no_more(database: Database) -> None:
    await kept(database)
    shelf = Shelf(database)

    await shelf.refused("a")

    assert (await shelf.file_id("a"), await shelf.content("a")) == ("", b"")
    assert await known(database) == {"a": False}


async def test_what_telegram_refused_is_not_looked_at_again_while_it_is_kept(database: Database) -> None:
    # given two that are no good: Telegram refused one, the other could not be had
    await kept(database, "a")
    await Shelf(database).refused("a")
    await kept(database, "b", b"")

    # when hours later somebody has looked all the same
    later = await known(database, hours=30)
    await kept(database, "a", b"jpeg", hours=30)
    await kept(database, "b", b"jpeg", hours=30)

    # then only the other may be tried again, and becomes good
    assert later == {"a": False}
    assert await known(database, hours=30) == {"a": False, "b": True}
    assert await Shelf(database).content("a") == b""


async def test_what_is_old_is_forgotten(database: Database) -> None:
    await kept(database, "a")
    await kept(database, "b", hours=2)

    async with database.write() as connection:
        assert await pictures.forget(connection, make.NOON + HOUR) == 1

    assert await known(database) == {"b": True}


async def test_an_id_that_is_forgotten_is_asked_for_again_and_a_newer_one_stays(database: Database) -> None:
    await kept(database)
    shelf = Shelf(database)
    await shelf.uploaded("a", "old")
    await shelf.unknown("a", "old")
    assert await shelf.file_id("a") == await Shelf(database).file_id("a") == ""

    await shelf.uploaded("a", "new")
    await shelf.unknown("a", "old")

    assert await shelf.file_id("a") == await Shelf(database).file_id("a") == "new"


async def test_who_asked_while_it_was_uploaded_does_not_forget_it(database: Database) -> None:
    """What was read before is older than what another attempt has noted since."""

    class Slow(Shelf):
        async def _read(self, column: Any, name: str) -> Any:
            found = await super()._read(column, name)
            await self.uploaded(name, "id")
            return found

    await kept(database)
    shelf = Slow(database)

    await shelf.file_id("a")

    assert await shelf.file_id("a") == "id"


async def test_who_waits_too_long_for_anothers_upload_goes_on(database: Database) -> None:
    shelf, order = Shelf(database, turn_s=0), []

    async with shelf.turn("a"):
        async with shelf.turn("a"):
            order.append("both")
        async with shelf.turn("b"):
            order.append("another")

    assert order == ["both", "another"]


async def test_two_who_would_upload_the_same_take_turns(database: Database) -> None:
    shelf, order = Shelf(database), []

    async def uploading(who: str) -> None:
        async with shelf.turn("a"):
            order.append(f"{who} begins")
            await asyncio.sleep(0)
            order.append(f"{who} ends")

    await asyncio.gather(uploading("one"), uploading("two"))

    assert order == ["one begins", "one ends", "two begins", "two ends"]


class Broken(Database):
    """A database that cannot be used."""

    def __init__(self) -> None:
        """Nothing to open."""

    def read(self) -> object:  # type: ignore[override]
        raise StorageError("the disk is gone")

    write = read  # type: ignore[assignment]


async def test_a_database_that_fails_costs_the_picture_and_raises_nothing() -> None:
    shelf = Shelf(Broken())

    assert (await shelf.file_id("a"), await shelf.content("a")) == ("", b"")
    await shelf.uploaded("a", "id")
    assert await shelf.file_id("a") == "id"


async def test_a_message_keeps_its_picture(database: Database) -> None:
    plain, shown = make.messages(2)
    shown = replace(shown, picture="a" * 16)
    planned_ = replace(planned.of_slot(make.slot(make.READER, day=20), make.READER), next_due_at=planned.TOMORROW)
    content = replace(planned_.content, parts=deliveries.frozen([plain, shown]))
    async with database.write() as connection:
        await chats.save(connection, make.chat())
        await digests.plan(connection, [replace(planned_, content=content)], planned_at=make.NOON)
        found = {
            one.delivery.message.part: one.delivery.message for one in await deliveries.listing(connection, limit=9)
        }

    assert found == {1: plain, 2: shown}


async def test_an_article_keeps_its_picture(database: Database) -> None:
    plain = make.publication("a")
    shown = make.publication("b")
    shown = replace(shown, article=replace(shown.article, picture="https://example.org/b.jpg"))
    async with database.write() as connection:
        await articles.publish(connection, [plain, shown], arrived_at=make.NOON)
        found = {one.id: one.picture for one in await articles.many(connection, [plain.article.id, shown.article.id])}

    assert found == {"a": "", "b": "https://example.org/b.jpg"}
