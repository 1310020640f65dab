"""Many sources at once: lists taken in, every fault told with its place, and given out to be taken in again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import opml, sourcing
from bot.errors import FileError
from bot.model import Source, TopicId
from bot.sourcing import lists
from bot.sourcing.finding import Found
from bot.storage import sources as stored
from tests.reading import press
from tests.reading.press import NOW, Press

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


async def add(made: Press, found: Found, wish: sourcing.Wish | None = None) -> Source:
    return await sourcing.add(made.world, found, wish or sourcing.Wish(), origin="cli", now_at=NOW)


def outline(*lines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(lines)}</body></opml>'.encode()


async def test_the_folders_of_an_opml_list_become_topics_ours_where_the_name_is_one_of_ours(made: Press) -> None:
    body = outline(
        '<outline text="Спорт"><outline text="Chess" xmlUrl="http://a.example/feed"/></outline>',
        '<outline text="Water and ice"><outline text="Lake" xmlUrl="http://b.example/feed"/></outline>',
        '<outline text="A channel" xmlUrl="https://t.me/s/made_up_channel"/>',
        '<outline text="Broken" xmlUrl="javascript:alert(1)"/>',
    )

    taken = await lists.import_list(made.world, body, name="list.opml", now_at=NOW)

    there = {one.slug: one for one in await sourcing.every(made.world)}
    assert set(taken.added) == set(there) == {"chess", "lake", "a-channel"}
    assert there["chess"].topics == (TopicId("sport"),)
    assert there["lake"].topics == (opml.topic_id("Water and ice"),)
    assert (there["a-channel"].kind, there["chess"].kind) == ("telegram_channel", "feed")
    assert {one.origin for one in there.values()} == {"opml"}
    assert [fault for fault in taken.faults if fault.startswith("list.opml: line 1:")] == list(taken.faults) != []


async def test_a_list_taken_in_twice_changes_nothing(made: Press) -> None:
    body = outline(
        '<outline text="Paper" xmlUrl="http://a.example/"/><outline text="Paper" xmlUrl="http://b.example/"/>'
    )

    first = await lists.import_list(made.world, body, name="list.opml", now_at=NOW)
    second = await lists.import_list(made.world, body, name="list.opml", now_at=NOW)

    assert (first.added, first.known) == (("paper", "paper-2"), 0)
    assert (second.added, second.known) == ((), 2)


async def test_a_thousand_feeds_are_stored_at_once_all_due_and_none_is_fetched(made: Press) -> None:
    lines = (f'<outline text="Paper {n}" xmlUrl="http://s{n}.example/feed"/>' for n in range(1_000))

    taken = await lists.import_list(made.world, outline(*lines), name="big.opml", now_at=NOW)

    assert (len(taken.added), taken.faults) == (1_000, ())
    assert (await sourcing.overview(made.world)).progress == "0 of 1,000 read so far"
    async with made.world.database.read() as connection:
        assert len(await stored.due(connection, now_at=NOW, limit=5_000)) == 1_000
    assert made.net.asked == []


async def test_the_starter_list_can_be_taken_in_whole(made: Press) -> None:
    body = (ROOT / "seeds" / "sources.toml").read_bytes()

    taken = await lists.import_list(made.world, body, name="sources.toml", now_at=NOW)

    assert taken.faults == ()
    assert len(taken.added) == body.count(b"[[sources]]") >= 25


async def test_each_fault_of_a_toml_list_is_told_with_its_line_and_costs_only_its_own_source(made: Press) -> None:
    body = b"""# ours
[[sources]]
slug = "good"
address = "http://good.example/feed"
topics = ["sport"]
evidence = "somebody, somewhere"
[[sources]]
slug = "A slug"
adress = "http://a.example/"
[[sources]]
slug = "kind"
kind = "gossip"
address = "http://a.example/"
[[sources]]
slug = "files"
path = "inbox"
[[sources]]
slug = "topic"
address = "http://b.example/"
topics = ["wether"]
[[sources]]
slug = "good"
address = "http://c.example/"
"""

    taken = await lists.import_list(made.world, body, name="our.toml", now_at=NOW)

    assert taken.added == ("good",)
    assert [(fault.split(": ")[0], fault.split(": ")[1]) for fault in taken.faults] == [
        ("our.toml:7", "slug"), ("our.toml:7", "adress"), ("our.toml:10", "kind"), ("our.toml:14", "path"),
        ("our.toml:17", "topics"), ("our.toml:21", "there is another source of the name good"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("a.toml", b"[[sources]\n", "a.toml: Expected"),
        ("a.toml", b"\xff\xfe", "a.toml: 'utf-8'"),
        ("a.toml", b"sources = 3", "[[sources]]"),
        ("a.opml", b"<html></html>", "not an OPML list"),
        ("a.opml", b"", "a.opml: "),
        ("a.opml", b'<opml version="2.0"><body/></opml>', "there is no feed in it"),
    ],
    ids=["broken", "bytes", "number", "html", "empty", "bare"],
)
async def test_what_is_no_list_is_one_clear_line(made: Press, name: str, body: bytes, told: str) -> None:
    with pytest.raises(FileError) as refused:
        await lists.import_list(made.world, body, name=name, now_at=NOW)

    assert told in str(refused.value)


async def test_what_is_given_out_can_be_taken_in_again(made: Press) -> None:
    await add(made, Found(kind="feed", address="http://a.example/", title="Paper"), sourcing.Wish(topics=("sport",)))
    await add(made, Found(kind="telegram_channel", address="https://t.me/s/made_up", title="Channel"))
    await add(made, Found(kind="page", address="http://b.example/", title="Page"))
    before = await sourcing.every(made.world)

    body, left_out = await lists.export(made.world, now_at=NOW)
    for one in before:
        await sourcing.remove(made.world, one.slug)
    await lists.import_list(made.world, body, name="ours.opml", now_at=NOW)

    def plain(sources: tuple[Source, ...]) -> list[tuple[object, ...]]:
        return [(one.slug, one.kind, one.address, one.name, one.topics) for one in sources if one.kind != "page"]

    assert left_out == 1
    assert plain(await sourcing.every(made.world)) == plain(before)
