"""What operators do with sources, against a made-up press: found, added, removed and checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import config, sourcing
from bot.errors import UserError
from bot.model import Source, TopicId
from bot.sourcing import checking, finding
from bot.sourcing.finding import Found, Unreadable
from bot.stages.health import Status
from bot.storage import sources as stored
from tests.fetching.net import page
from tests.reading import press
from tests.reading.press import NOW, Item, Press, rss

HOME = "<!doctype html><html><head><title>Paper</title>{}</head><body><p>Welcome to the paper.</p></body></html>"
LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


def home(*feeds: str) -> bytes:
    return HOME.format("".join(LINK.format(feed) for feed in feeds)).encode()


async def add(made: Press, found: Found, wish: sourcing.Wish | None = None) -> Source:
    return await sourcing.add(made.world, found, wish or sourcing.Wish(), origin="cli", now_at=NOW)


async def test_a_feed_is_found_with_what_it_calls_itself_and_what_is_there(made: Press) -> None:
    address = made.put("press.example/feed", rss(Item(number=1), Item(number=2, at=NOW)))

    found = await finding.find(made.world, f" {address} ")

    assert found == Found(
        kind="feed", address=address, title="Made-up press", entries=2, newest_at=NOW, language="ru"
    )  # fmt: skip


async def test_of_a_page_the_first_feed_that_can_be_read_is_taken_and_the_others_are_told(made: Press) -> None:
    good = made.put("press.example/good", rss(Item(number=1)))
    made.put("press.example/html", home())
    made.put("press.example/", home("/gone", "/html", "/good", "/more"))

    found = await finding.find(made.world, "http://press.example/")

    assert (found.kind, found.address) == ("feed", good)
    assert found.others == tuple(f"http://press.example/{name}" for name in ("gone", "html", "more"))


async def test_not_more_than_three_feeds_of_a_page_are_tried(made: Press) -> None:
    made.put("press.example/good", rss(Item(number=1)))
    made.put("press.example/", home("/1", "/2", "/3", "/good"))

    with pytest.raises(Unreadable, match=r"press\.example/1: there is no such page"):
        await finding.find(made.world, "http://press.example/")

    assert "press.example/good" not in made.asked()


async def test_a_page_without_a_feed_says_what_to_do_and_is_read_itself_only_when_that_is_said(made: Press) -> None:
    text = press.told(3)
    address = made.put("press.example/", press.article_page(text, title="A page"))

    with pytest.raises(UserError, match=r"names no feed.*--kind page"):
        await finding.find(made.world, address)
    found = await finding.find(made.world, address, kind="page")

    assert (found.kind, found.address, found.entries) == ("page", address, 1)


async def test_a_page_that_robots_txt_keeps_for_people_is_refused_with_the_reason(made: Press) -> None:
    address = made.put("press.example/", press.article_page(press.told(3)))
    made.put("press.example/robots.txt", b"User-agent: *\nDisallow: /\n")

    with pytest.raises(Unreadable) as refused:
        await finding.find(made.world, address, kind="page")

    assert "robots.txt" in str(refused.value)
    assert refused.value.text == "The site does not let programs read this page."


@pytest.mark.parametrize("typed", ["@ferghana_made_up", "t.me/ferghana_made_up", "https://t.me/s/ferghana_made_up"])
async def test_a_channel_is_known_by_its_name_or_link(made: Press, typed: str) -> None:
    """t.me is read by https only, which the made-up internet does not speak: the address is what is looked at here."""
    with pytest.raises(Unreadable) as refused:
        await finding.find(made.world, typed)

    assert str(refused.value).startswith("https://t.me/s/ferghana_made_up: ")


@pytest.mark.parametrize("typed", ["", "nonsense", "ftp://press.example/feed", "file:///etc/passwd", "http://", "@a b"])
async def test_what_is_no_address_is_refused_before_anything_is_asked(made: Press, typed: str) -> None:
    with pytest.raises(UserError, match="I cannot read the address"):
        await finding.find(made.world, typed)

    assert made.asked() == []
    assert made.net.asked == []


@pytest.mark.parametrize(
    ("kind", "told"), [("gossip", "There is: feed, page, sitemap"), ("article_file", "config.toml")]
)
async def test_a_kind_that_is_not_there_or_reads_files_is_refused(made: Press, kind: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        await finding.find(made.world, "http://press.example/", kind=kind)


async def test_what_may_be_told_to_everybody_says_nothing_of_what_is_behind_an_address(made: Press) -> None:
    made.net.names["inside.example"] = [("10.0.0.7",)]
    said = []
    for typed in ("http://inside.example/", "http://nowhere.example/", "http://127.0.0.1/", "http://localhost/"):
        with pytest.raises(Unreadable) as refused:
            await finding.find(made.world, typed)
        said.append(refused.value)

    assert {error.text for error in said} == {"This address could not be read."}
    assert len({error.reason.partition(": ")[2] for error in said}) > 1


async def test_files_from_afar_are_no_source(made: Press) -> None:
    address = made.put("press.example/news.txt", b"date 2026-11-20 https://press.example/1\nA text.\n")

    with pytest.raises(Unreadable):
        await finding.find(made.world, address)


async def test_what_is_added_is_due_at_once_with_what_was_wished_for(made: Press) -> None:
    found = await finding.find(made.world, made.put("press.example/feed", rss(Item(number=1))))
    wish = sourcing.Wish(topics=("Спорт", "economy"), full_text="always", quota_per_day=5, old_is_news=True)

    new = await add(made, found, wish)

    assert new == Source(
        slug="made-up-press", kind="feed", address="http://press.example/feed", name="Made-up press",
        topics=(TopicId("sport"), TopicId("economy")), full_text="always", origin="cli", quota_per_day=5,
        old_is_news=True,
    )  # fmt: skip
    async with made.world.database.read() as connection:
        assert [source for source, _ in await stored.due(connection, now_at=NOW, limit=9)] == [new]


async def test_an_address_or_a_wished_name_that_is_taken_is_told(made: Press) -> None:
    one = Found(kind="feed", address="http://press.example/1", title="Paper")
    other = Found(kind="feed", address="http://press.example/2", title="Paper")
    await add(made, one)

    with pytest.raises(UserError, match="I read this already: it is the source “paper”"):
        await add(made, one)
    with pytest.raises(UserError, match="a source of the name “Paper” already"):
        await add(made, other, sourcing.Wish(name="Paper"))
    assert (await add(made, other)).slug == "paper-2"


async def test_an_unknown_topic_is_told_and_nothing_is_added(made: Press) -> None:
    with pytest.raises(UserError, match=r"no topic “gossip”.*economy"):
        await add(made, Found(kind="feed", address="http://press.example/1"), sourcing.Wish(topics=("gossip",)))

    assert await sourcing.every(made.world) == ()


@pytest.mark.parametrize(
    ("name", "address", "made_of"),
    [
        ("Газета «Вестник Ферганы»", "http://a.example/", "gazeta-vestnik-fergany"),
        ("Ўзбекистон овози", "http://a.example/", "ozbekiston-ovozi"),
        ("日本", "http://www.paper.example/feed", "paper-example"),
        ("", "http://paper.example/feed", "paper-example"),
        ("", "", "source"),
        ("x" * 99, "", "x" * 32),
        ("The very long name of a paper from afar", "", "the-very-long-name-of-a-paper"),
    ],
)
def test_a_slug_is_the_name_in_latin_letters_or_the_host(name: str, address: str, made_of: str) -> None:
    assert sourcing.slug(name, address, ()) == made_of
    assert sourcing.slug(name, address, (made_of, f"{made_of}-2")) == f"{made_of}-3"


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_a_slug_is_one_that_config_toml_would_take_and_is_free(name: str, others: list[str]) -> None:
    taken = {sourcing.slug(other, "", ()) for other in others}

    found = sourcing.slug(name, "", taken)

    assert not isinstance(config.section({"slug": found, "address": "http://a.example/"}), tuple)
    assert found not in taken


async def test_a_source_is_named_by_its_slug_its_name_or_the_beginning_of_its_slug(made: Press) -> None:
    one = await add(made, Found(kind="feed", address="http://a.example/", title="Вестник Ферганы"))
    other = await add(made, Found(kind="feed", address="http://b.example/", title="Вестник"))

    assert await sourcing.named(made.world, "vestnik") == other
    assert await sourcing.named(made.world, "вестник ферганы") == one
    assert await sourcing.named(made.world, "vestnik-f") == one
    for typed in ("vest", "", "nobody"):
        with pytest.raises(UserError, match="There is no source"):
            await sourcing.named(made.world, typed)


async def test_a_source_is_removed_unless_config_toml_would_bring_it_back(made: Press) -> None:
    await made.add("http://press.example/feed", slug="mine", origin="config")
    await add(made, Found(kind="feed", address="http://a.example/", title="Theirs"))

    assert (await sourcing.remove(made.world, "theirs")).address == "http://a.example/"
    with pytest.raises(UserError, match=r"“mine” stands in config\.toml"):
        await sourcing.remove(made.world, "mine")

    assert [one.slug for one in await sourcing.every(made.world)] == ["mine"]


async def test_a_check_tells_of_each_source_what_is_there_or_what_is_wrong_and_stores_nothing(made: Press) -> None:
    await made.add(made.put("a.example/feed", rss(Item(number=1), site="a.example")), slug="good")
    await made.add("http://a.example/nothing", slug="lost")
    await made.add(made.put("a.example/html", home()), slug="changed")
    await made.add("http://nowhere.example/", slug="away")
    before = [await made.state(slug) for slug in ("good", "lost", "changed", "away")]
    heard: list[str] = []

    seen = await checking.check(
        made.world, await sourcing.every(made.world), told=lambda one: heard.append(one.source.slug)
    )

    told = {one.source.slug: one for one in seen}
    assert sorted(heard) == sorted(told) == ["away", "changed", "good", "lost"]
    assert (told["good"].entries, told["good"].language, told["good"].error) == (1, "ru", "")
    assert told["good"].newest_at == NOW - timedelta(hours=1)
    assert "there is no such page" in told["lost"].error
    assert told["changed"].error
    assert told["away"].public == "This address could not be read."
    assert [await made.state(slug) for slug in ("good", "lost", "changed", "away")] == before
    assert await made.articles() == {}


async def test_a_check_of_a_lost_feed_names_the_one_that_its_site_has_now(made: Press) -> None:
    source = await made.add(made.put("press.example/old", page(b"", status="410 Gone")))
    made.put("press.example/", home("/new"))
    new = made.put("press.example/new", rss(Item(number=1)))

    (seen,) = await checking.check(made.world, [source])

    assert ("removed for good" in seen.error, seen.replacement) == (True, new)


async def test_a_check_tells_where_a_source_moved_for_good(made: Press) -> None:
    new = made.put("press.example/new", rss(Item(number=1)))
    forward = page(b"", status="301 Moved Permanently", headers=(("Location", "/new"),))
    source = await made.add(made.put("press.example/old", forward))

    (seen,) = await checking.check(made.world, [source])

    assert (seen.error, seen.moved_to) == ("", new)


async def test_a_check_of_files_leaves_them_where_they_are(made: Press, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "one.txt").write_text(f"date 2026-11-20 https://press.example/1\n{press.told(1)}\n", encoding="utf-8")
    watched = await made.add(str(folder), slug="watched", kind="watched_folder")
    missing = await made.add(str(tmp_path / "none"), slug="none", kind="article_file")

    seen = await checking.check(made.world, [watched, missing])

    assert [(one.entries, bool(one.error)) for one in seen] == [(1, False), (0, True)]
    assert [file.name for file in folder.iterdir()] == ["one.txt"]


async def test_sources_are_checked_side_by_side(made: Press) -> None:
    """Each waits until all have come: one after the other would wait for ever."""
    all_there = asyncio.Barrier(5)

    async def together(heard: object, out: asyncio.StreamWriter) -> None:
        await all_there.wait()
        await page(rss(Item(number=1)))(heard, out)  # type: ignore[arg-type]

    for number in range(5):
        made.net.names[f"s{number}.example"] = [(f"93.184.216.{number}",)]
        made.net.ports[f"93.184.216.{number}"] = made.host.port
        made.pages[f"s{number}.example/"] = together
        await made.add(f"http://s{number}.example/", slug=f"s{number}")

    async with asyncio.timeout(30):
        seen = await checking.check(made.world, await sourcing.every(made.world))

    assert [one.error for one in seen] == [""] * 5


async def test_the_overview_puts_trouble_first_and_counts_what_was_read(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))), slug="good")
    await made.add("http://press.example/nothing", slug="lost")
    await made.collect()
    await add(made, Found(kind="feed", address="http://a.example/", title="New"))

    seen = await sourcing.overview(made.world)

    assert [(line.slug, line.status) for line in seen.lines] == [
        ("lost", Status.FAILING), ("new", Status.WAITING), ("good", Status.OK),
    ]  # fmt: skip
    assert seen.progress == "2 of 3 read so far"
