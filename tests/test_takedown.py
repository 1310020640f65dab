"""What is taken down is gone: out of the files, out of search, out of what was sent; and it stays out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import func, select

from bot import pipeline
from bot.errors import UserError
from bot.model import ChatId, Message, Receipt, StoryId
from bot.revising import takedown
from bot.stages import clean
from bot.storage import follows, tables
from bot.world import World
from tests import make, running, sending, texts
from tests.cli.command import called

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
BRIDGE, CHESS = texts.entry("bridge-ru", texts.BRIDGE_RU), texts.entry("chess-ru", texts.CHESS_RU)
SENTENCE = "Строительство заняло два года"
FIRE = "Пожар на складе в городе Карши тушат с ночи. Пострадали 12 человек, сообщил хоким Ильхом Саттаров."
AGAIN = "Пожар на складе в городе Карши тушат с ночи. Пострадали 12 человек, передаёт Герольд. Сгорело 7 машин у ворот."


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[running.Talk]:
    async with running.talk(tmp_path, admin=True) as one:
        yield sending.unlimited(one)


async def hide(world: World, url: str) -> takedown.Done:
    async with world.database.together():
        return await takedown.hide(world, url, now_at=MORNING)


def places(folder: Path, sentence: str = SENTENCE) -> int:
    """How often the sentence stands in the database's files once nothing waits in a log: as it is, and as JSON may
    write it."""
    with closing(connect(folder / "digest-bot.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    marks = (sentence.encode(), sentence.encode("ascii", "backslashreplace"))
    return sum(file.read_bytes().count(mark) for file in folder.glob("digest-bot.sqlite3*") for mark in marks)


async def rows(world: World, *names: str) -> list[int]:
    """How many rows each table has."""
    async with world.database.read() as connection:
        counted = [select(func.count()).select_from(tables.metadata.tables[name]) for name in names]
        return [(await connection.execute(one)).scalar_one() for one in counted]


async def test_of_a_hidden_article_no_byte_is_left_and_of_others_everything(talk: running.Talk, tmp_path: Path) -> None:
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    message = await sending.digest(talk, now_at=MORNING)
    await talk.say("/latest")
    await talk.press("Where from?")
    await all_done(talk.world)
    assert places(tmp_path) > 3
    assert SENTENCE in message.text

    done = await hide(talk.world, BRIDGE.url)
    await sending.edited(talk)

    assert places(tmp_path) == 0
    assert places(tmp_path, "Нодира") > 3
    assert (done.messages, done.edited) == (1, 1)
    assert "This story was withdrawn." in message.text
    assert SENTENCE not in message.text
    assert BRIDGE.url not in str(message.entities)
    assert "Нодира" in message.text
    assert await rows(talk.world, "article", "story", "summary", "hidden") == [1, 1, 1, 1]


async def all_done(world: World) -> None:
    """What was heard is marked as done, a moment after it was answered."""
    async with asyncio.timeout(20):
        while True:
            async with world.database.read() as connection:
                undone = select(func.count()).where(tables.heard.c.done_at.is_(None))
                if not (await connection.execute(undone)).scalar_one():
                    return
            await asyncio.sleep(0)


async def test_search_and_latest_do_not_know_it_any_more(talk: running.Talk) -> None:
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    assert "640" in await talk.say("/search мост")

    await hide(talk.world, BRIDGE.url)

    assert "640" not in await talk.say("/search мост")
    assert "640" not in await talk.say("/latest")


async def test_it_does_not_come_in_again_until_it_is_allowed(talk: running.Talk) -> None:
    await talk.take([BRIDGE], now_at=NIGHT)
    await hide(talk.world, BRIDGE.url + "?utm_source=x")

    kept_out = await talk.take([BRIDGE, CHESS], now_at=MORNING)
    assert await takedown.allow(talk.world, BRIDGE.url)
    let_in = await talk.take([BRIDGE], now_at=MORNING)

    assert (kept_out.new, [entry.url for entry, _ in kept_out.refused]) == (1, [BRIDGE.url])
    assert let_in.new == 1
    assert not await takedown.allow(talk.world, BRIDGE.url)


async def test_what_was_never_stored_does_not_come_in(talk: running.Talk) -> None:
    done = await hide(talk.world, BRIDGE.url)

    taken = await talk.take([BRIDGE], now_at=MORNING)

    assert done.seen.article is None
    assert (taken.new, len(taken.refused)) == (0, 1)
    assert [one.url for one in await takedown.listing(talk.world)] == [BRIDGE.url]


@pytest.mark.parametrize("gone", [0, 1], ids=["the one it is named after", "the other one"])
async def test_a_story_goes_on_by_its_other_articles(talk: running.Talk, gone: int) -> None:
    reports = (
        texts.entry("fire-1", FIRE, published_at=NIGHT),
        texts.entry("fire-2", AGAIN, source="Herald", published_at=NIGHT + timedelta(minutes=5)),
    )
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take(reports, now_at=NIGHT)
    message = await sending.digest(talk, now_at=MORNING)
    assert reports[gone].url in str(message.entities)
    assert await rows(talk.world, "story") == [1]

    done = await hide(talk.world, reports[gone].url)
    await sending.edited(talk)

    left = reports[1 - gone]
    assert done.edited == 1
    assert "withdrawn" not in message.text
    assert left.url in str(message.entities)
    assert reports[gone].url not in str(message.entities)
    assert await rows(talk.world, "story", "article", "summary") == [1, 1, 1]
    async with talk.world.database.read() as connection:
        terms = await connection.execute(select(tables.story_term.c.story_id).distinct())
        assert [row.story_id for row in terms] == [clean.article_id((reports[0] if gone else left).url)]


async def test_a_later_report_opens_a_story_of_its_own_and_finds_no_ghost(talk: running.Talk) -> None:
    first = texts.entry("fire", FIRE, published_at=NIGHT)
    await talk.take([first], now_at=NIGHT)
    await hide(talk.world, first.url)

    await talk.take([texts.entry("fire-2", AGAIN, source="Herald", published_at=NIGHT)], now_at=MORNING)

    async with talk.world.database.read() as connection:
        named = (await connection.execute(select(tables.story.c.id))).scalars().all()
    assert named == [clean.article_id("https://example.org/fire-2")]


async def test_a_story_that_followed_it_follows_nothing(talk: running.Talk) -> None:
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    bridge, chess = (StoryId(clean.article_id(one.url)) for one in (BRIDGE, CHESS))
    async with talk.world.database.write() as connection:
        await follows.link(connection, {chess: bridge})

    await hide(talk.world, BRIDGE.url)

    async with talk.world.database.read() as connection:
        assert await follows.chain(connection, chess) == ()


async def test_what_was_planned_and_not_sent_goes_out_without_it(talk: running.Talk) -> None:
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    await pipeline.publish(talk.world, now_at=MORNING)

    done = await hide(talk.world, BRIDGE.url)
    await pipeline.deliver(talk.world, sending.OUTPUT.send(talk.bot, running.KEY))

    assert (done.messages, done.edited) == (1, 0)
    assert "640" not in talk.last.text
    assert "Нодира" in talk.last.text
    assert await sending.edited(talk) == 0


async def test_what_is_on_its_way_is_edited_once_it_has_arrived(talk: running.Talk) -> None:
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    await pipeline.publish(talk.world, now_at=MORNING)
    real = sending.OUTPUT.send(talk.bot, running.KEY)

    async def overtaken(chat_id: ChatId, message: Message) -> Receipt:
        assert (await hide(talk.world, BRIDGE.url)).edited == 1
        assert await sending.edited(talk) == 0
        return await real(chat_id, message)

    await pipeline.deliver(talk.world, overtaken)
    assert "640" in talk.last.text
    await sending.edited(talk)

    assert "640" not in talk.last.text


async def test_a_takedown_that_is_cut_off_has_done_nothing(talk: running.Talk, tmp_path: Path) -> None:
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    await sending.digest(talk, now_at=MORNING)
    names = ("article", "revision", "story", "summary", "seen", "hidden", "edit")
    before = await rows(talk.world, *names)

    async def cut_off() -> None:
        async with talk.world.database.together():
            await takedown.hide(talk.world, BRIDGE.url, now_at=MORNING)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await cut_off()

    assert await rows(talk.world, *names) == before
    assert places(tmp_path) > 3


async def test_admins_take_down_with_one_tap_more(talk: running.Talk) -> None:
    await sending.subscribed(talk, now_at=NIGHT)
    await talk.take([BRIDGE, CHESS], now_at=NIGHT)
    message = await sending.digest(talk, now_at=MORNING)

    asked = await talk.say(f"/hide {BRIDGE.url}")
    assert "told in 1 message." in asked
    assert "640" in message.text
    await talk.press("Take it down")

    assert "1 message that was sent" in talk.last.text
    await sending.edited(talk)
    assert "640" not in message.text
    await talk.press("Let it in again")
    assert "may come in again" in talk.last.text
    assert (await talk.take([BRIDGE], now_at=MORNING)).new == 1


async def test_typing_the_confirmation_takes_nothing_down(talk: running.Talk) -> None:
    await talk.take([BRIDGE], now_at=NIGHT)

    await talk.say(f"/hide yes {clean.article_id(BRIDGE.url)}")

    assert await rows(talk.world, "article", "hidden") == [1, 0]


async def test_nobody_but_admins_may(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take([BRIDGE], now_at=NIGHT)

        assert "Only those who run this bot" in await talk.say(f"/hide {BRIDGE.url}")

        assert await rows(talk.world, "article", "hidden") == [1, 0]


async def test_an_unknown_address_is_kept_out_at_once_and_listed(talk: running.Talk) -> None:
    assert "It will not come in." in await talk.say(f"/hide {CHESS.url}")

    assert CHESS.url in await talk.say("/hide")
    assert (await talk.take([CHESS], now_at=NIGHT)).new == 0


async def test_a_word_that_is_no_address_is_refused(talk: running.Talk) -> None:
    with pytest.raises(UserError):
        await hide(talk.world, "nonsense")


def test_the_command_line_takes_down_lists_and_lets_in_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.txt").write_text(f"date 2026-11-22 {BRIDGE.url}\n{texts.BRIDGE_RU}", encoding="utf-8")
    assert called("import", "one.txt").out == "1 new, 0 changed, 0 known\n"

    ran = called("hide", BRIDGE.url)
    again = called("import", "one.txt")

    assert (ran.code, "is taken down" in ran.out) == (0, True)
    assert "0 new" in again.out
    assert BRIDGE.url in called("hide", "--list").out
    assert called("hide", "--show", BRIDGE.url).code == 0
    assert called("hide", "--show", BRIDGE.url).code == 1
    assert called("hide").code == 2
    assert "1 new" in called("import", "one.txt").out
