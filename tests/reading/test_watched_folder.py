"""A watched folder: what is put into it is read once, and moved to where one sees what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, intake, pipeline, reading, sources
from bot.config import Config, SourceSection
from bot.fetching.child import Child
from bot.model import Taken
from bot.sources import watched_folder
from bot.storage import sources as stored
from bot.world import World
from tests import texts
from tests.reading import press
from tests.reading.press import NOW, Item, rss

MINUTE = timedelta(minutes=1)
CANONICAL = '<link rel="canonical" href="http://press.example/1">'


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[World]:
    """A world that watches `folder/in`."""
    inbox = folder / "in"
    inbox.mkdir(exist_ok=True)
    section = SourceSection(slug="inbox", kind="watched_folder", path=inbox, name="Почта")
    async with app.world(Config(state_dir=folder / "state", sources=(section,)), now_at=NOW) as world:
        await app.sync(world, now_at=NOW)
        yield world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with watching(tmp_path) as opened:
        yield opened


def written(number: int) -> str:
    return f"date 2026-11-22 https://example.org/{number}\n{press.told(number)}\n"


async def rounds(world: World, count: int = 2) -> Taken:
    """So many looks, a minute apart."""
    taken = Taken()
    for step in range(count):
        taken += await pipeline.collect(world, now_at=NOW + step * MINUTE)
    return taken


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_a_file_is_read_once_and_moved(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    (inbox / "news.txt").write_text(written(1), encoding="utf-8")

    taken = await rounds(world, 5)

    assert (taken.new, taken.known) == (1, 0)
    assert names(inbox) == ["done/news.txt"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("article.txt", written(1).encode()),
        ("page.html", press.article_page(press.told(1) * 3, title=press.title(1), head=CANONICAL)),
        ("feed.xml", rss(Item(number=1))),
        ("no-suffix", rss(Item(number=1))),
    ],
)
async def test_a_file_is_read_as_what_its_content_shows(
    world: World, tmp_path: Path, name: str, content: bytes
) -> None:
    inbox = tmp_path / "in"
    (inbox / name).write_bytes(content)

    taken = await rounds(world)

    assert names(inbox) == [f"done/{name}"]
    assert taken.new == 1


async def test_a_file_that_cannot_be_read_is_put_aside_with_its_reason(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    (inbox / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "good.txt").write_text(written(1), encoding="utf-8")

    taken = await rounds(world)

    assert taken.new == 1
    assert names(inbox) == [
        "done/good.txt",
        *(f"failed/{name}" for name in ("empty.txt", "empty.txt.reason.txt", "noise.bin", "noise.bin.reason.txt")),
    ]
    for name in ("empty.txt", "noise.bin"):
        assert (inbox / "failed" / f"{name}.reason.txt").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("rests", [True, False])
async def test_a_file_that_is_still_written_is_not_read(tmp_path: Path, rests: bool) -> None:
    """A file of a kind that is believed to be whole at once would be read half."""
    async with watching(tmp_path) as world:
        place = tmp_path / "in" / "news.txt"
        source = sources.configured(world.config)[0]
        source = source if rests else replace(source, kind="article_file")
        place.write_text(written(1), encoding="utf-8")
        first = world.marks.unread(source)
        place.write_text(written(1) + written(2), encoding="utf-8")
        second = world.marks.unread(source)
        third = world.marks.unread(source)

    assert [bool(one) for one in (first, second, third)] == [not rests, not rests, True]


async def test_what_is_hidden_or_unfinished_stays_where_it_is(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    unread = [".hidden.txt", "a.txt.part", "b.crdownload", "c.tmp", "d.txt~", "deeper/e.txt"]
    (inbox / "deeper").mkdir()
    for name in unread:
        (inbox / name).write_text(written(1), encoding="utf-8")

    taken = await rounds(world)

    assert taken.new == 0
    assert names(inbox) == sorted(unread)


async def test_a_name_that_is_taken_gets_a_number(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    for number in (1, 2, 3):
        (inbox / "news.txt").write_text(written(number), encoding="utf-8")
        await rounds(world)

    assert names(inbox) == ["done/news-2.txt", "done/news-3.txt", "done/news.txt"]
    assert (inbox / "done" / "news.txt").read_text(encoding="utf-8") == written(1)


async def test_the_good_article_of_a_file_goes_in_and_the_bad_one_is_told(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    bad = "date 2026-13-45 https://example.org/9\nНевозможный день.\n"
    (inbox / "both.txt").write_text(written(1) + bad, encoding="utf-8")

    taken = await rounds(world)

    assert taken.new == 1
    assert names(inbox) == ["failed/both.txt", "failed/both.txt.reason.txt"]
    assert "2026-13-45" in (inbox / "failed" / "both.txt.reason.txt").read_text(encoding="utf-8")


async def test_an_entry_that_cannot_become_an_article_is_told_as_well(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    (inbox / "two.txt").write_text(written(1) + "date 2026-11-22 https://example.org/x\nДа\n", encoding="utf-8")

    taken = await rounds(world)

    assert (taken.new, len(taken.refused)) == (1, 1)
    reason = (inbox / "failed" / "two.txt.reason.txt").read_text(encoding="utf-8")
    assert "https://example.org/x" in reason


async def test_a_file_that_kills_its_parser_is_put_aside(tmp_path: Path) -> None:
    async with watching(tmp_path) as world, Child(1, memory_mb=120) as small:
        inbox = tmp_path / "in"
        (inbox / "heavy.xml").write_bytes(b"<rss><channel>" + b"<item><title>again</title></item>" * 400_000)
        (inbox / "news.txt").write_text(written(1), encoding="utf-8")

        taken = await rounds(replace(world, child=small))

    assert taken.new == 1
    assert names(inbox) == ["done/news.txt", "failed/heavy.xml", "failed/heavy.xml.reason.txt"]
    assert (inbox / "failed" / "heavy.xml.reason.txt").read_text(encoding="utf-8").strip()


async def test_a_file_that_was_stored_and_not_moved_doubles_nothing_after_a_restart(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    async with watching(tmp_path) as world:
        (inbox / "news.txt").write_text(written(1), encoding="utf-8")
        await pipeline.collect(world, now_at=NOW)
        async with reading.due(world, now_at=NOW + MINUTE) as arrivals:
            entries = [entry async for some in arrivals for one in some for entry in one.entries]
        assert (await intake.take(world, entries, now_at=NOW + MINUTE)).new == 1
        assert names(inbox) == ["news.txt"]

    async with watching(tmp_path) as world:
        taken = await rounds(world)

    assert (taken.new, taken.changed) == (0, 0)
    assert names(inbox) == ["done/news.txt"]


async def test_a_folder_that_is_not_there_is_an_error_and_its_end_too(tmp_path: Path) -> None:
    async with watching(tmp_path) as world:
        (tmp_path / "in").rmdir()
        await pipeline.collect(world, now_at=NOW)
        async with world.database.read() as connection:
            state = (await stored.states(connection))["inbox"]
        assert (state.failures, "there is no such file or folder" in state.error) == (1, True)

        (tmp_path / "in").mkdir()
        await pipeline.collect(world, now_at=NOW + MINUTE)
        async with world.database.read() as connection:
            assert (await stored.states(connection))["inbox"].failures == 0


def test_the_same_file_may_be_told_twice(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(texts.CHESS_RU, encoding="utf-8")

    for _ in range(2):
        watched_folder.settle(tmp_path / "news.txt", "")

    assert names(tmp_path) == ["done/news.txt"]


def test_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("c.txt", "a.txt", "b.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")

    found: Iterable[Path] = watched_folder.found(tmp_path)

    assert [file.name for file in found] == ["a.txt", "b.txt", "c.txt"]
