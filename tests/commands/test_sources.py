"""The chat commands for sources: for those who run the bot, against a made-up press, through the local Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import commands, polling, signing, sourcing
from bot.fetching.client import Limits
from bot.model import Source, SourceState
from bot.storage import sources as stored
from tests import running
from tests.fetching.net import PATIENT, Answer, Net, by_path, page, serving, silent
from tests.reading.press import Item, rss
from tests.running import Talk

OURS = ("sources", "addsource", "checksource", "removesource")
REFUSED = "Only those who run this bot can use that."
HOME = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body/></html>'
FEED = rss(Item(number=1), Item(number=2))


@asynccontextmanager
async def talk(folder: Path, *, admin: bool = True, limits: Limits = PATIENT, **pages: Answer) -> AsyncIterator[Talk]:
    """Ann's chat with a bot that reads http://press.example/NAME for each of `pages`, and a feed at /feed."""
    net = Net()
    answers = {"/": page(HOME), "/feed": page(FEED), **{f"/{name}": answer for name, answer in pages.items()}}
    async with serving(by_path(answers)) as host:
        net.add("press.example", host)
        async with running.talk(folder, admin=admin, fetcher=net.fetcher(limits=limits)) as talking:
            yield talking


async def store(talk: Talk, slug: str, state: SourceState | None = None, **other: Any) -> None:
    """A source as it would be after some readings."""
    source = replace(
        Source(slug=slug, kind="feed", address=f"http://press.example/{slug}", name=slug, origin="chat"), **other
    )
    async with talk.world.database.write() as connection:
        await stored.add(connection, [source], now_at=datetime.now(UTC))
        await stored.keep_state(connection, source, state or SourceState(next_read_at=datetime.now(UTC)))


def failing(error: str = "there is no such page") -> SourceState:
    return SourceState(failures=3, error=error, last_read_at=datetime.now(UTC))


def works(per_day: float = 12.0) -> SourceState:
    now_at = datetime.now(UTC)
    return SourceState(last_read_at=now_at, last_ok_at=now_at, last_new_at=now_at, items_per_day=per_day)


async def test_a_source_is_added_with_topics_shown_checked_and_removed(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        added = await admin.say("/addsource http://press.example/ sport Culture")
        assert "I read Made-up press from now on." in added
        assert "http://press.example/feed" in added
        assert "2 entries are there now." in added
        assert "Topics: Sport, Culture" in added

        (source,) = await sourcing.every(admin.world)
        assert (source.slug, source.origin, source.topics) == ("made-up-press", "chat", ("sport", "culture"))
        shown = await admin.say("/sources")
        assert "0 of 1 source read so far" in shown
        assert "made-up-press — not read yet" in shown
        assert "Made-up press works." in await admin.say("/checksource made-up")
        assert "/addsource http://press.example/feed" in await admin.say("/removesource made-up-press")
        assert await sourcing.every(admin.world) == ()
        assert "There is no source yet" in await admin.say("/sources")


@pytest.mark.parametrize("line", ["sources", "addsource http://press.example/feed", "checksource a", "removesource a"])
async def test_nobody_else_may_use_them_and_is_told_so_in_one_sentence(tmp_path: Path, line: str) -> None:
    async with talk(tmp_path, admin=False) as reader:
        await store(reader, "a")

        assert await reader.say(f"/{line}") == REFUSED

        assert [one.slug for one in await sourcing.every(reader.world)] == ["a"]
    async with talk(tmp_path / "theirs") as admin:
        await store(admin, "a")
        assert await admin.say(f"/{line}") != REFUSED


async def test_only_admins_are_shown_them_by_help_and_in_the_menu(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        stranger = admin.local.add_user("Bek", language_code="en")
        async with admin.handled():
            admin.local.start(stranger.id)
        reader = admin.elsewhere(stranger.id, stranger)

        for_admin, for_reader = await admin.say("/help"), await reader.say("/help")
        await polling.present(admin.bot, admins=(admin.user.id, 999_999))

        menus = admin.local.profile.commands
        assert [name for name in OURS if f"/{name} " not in for_admin] == []
        assert [name for name in OURS if f"/{name} " in for_reader] == []
        shown = {
            scope: {one["command"] for one in menu} for (scope, language), menu in menus.items() if language == "ru"
        }
        assert set(OURS) & shown["default", 0, 0] == set()
        assert set(OURS) <= shown["chat", admin.user.id, 0]


async def test_the_refusal_is_what_keeps_others_out(tmp_path: Path) -> None:
    """With the mark taken off the command, the same line of the same reader is obeyed."""
    async with talk(tmp_path, admin=False) as reader:
        known = commands.commands()
        marked = known["sources"]
        known["sources"] = replace(marked, for_admins=False)
        try:
            assert "There is no source yet" in await reader.say("/sources")
        finally:
            known["sources"] = marked
        assert await reader.say("/sources") == REFUSED


async def test_trouble_comes_first_and_has_a_button_that_checks(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        await store(admin, "fine", works())
        await store(admin, "lost", failing())
        await store(admin, "over", SourceState(gone=True, error="removed for good", last_read_at=datetime.now(UTC)))

        lines = (await admin.say("/sources")).splitlines()

        assert lines[1] == "3 of 3 sources read so far"
        assert lines[3:] == [
            "⚫ over — gone: removed for good",
            "🔴 lost — fails: there is no such page",
            "🟢 fine — works, about 12 a day",
        ]
        assert admin.labels() == ["Check over", "Check lost"]
        await admin.press("Check lost")
        assert "Its site names another feed" in admin.last.text
        assert "/addsource http://press.example/feed" in admin.last.text


async def test_many_sources_are_turned_over_in_place_and_each_is_shown_once(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        for number in range(33):
            await store(admin, f"paper-{number:02}", works())
        await admin.say("/sources")
        card, seen = admin.last.id, []

        for turn in ("More", "More", ""):
            seen += [line.split(" ")[1] for line in admin.last.text.splitlines()[3:]]
            if turn:
                await admin.press(turn)

        assert seen == [f"paper-{number:02}" for number in range(33)]
        assert admin.last.id == card
        assert admin.labels() == ["‹ Back"]
        assert "More ›" not in admin.labels()


async def test_a_slug_that_has_no_room_in_a_button_gets_none(tmp_path: Path) -> None:
    longest = "b" * (signing.MAX_LINE_BYTES - len("checksource "))
    async with talk(tmp_path) as admin:
        await store(admin, "a" * 40, failing())
        await store(admin, longest, failing())

        await admin.say("/sources")

        assert admin.labels() == [f"Check {longest}"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/addsource", "Write what to read"),
        ("/addsource nonsense", "I cannot read the address nonsense"),
        ("/addsource http://press.example/feed gossip", "There is no topic “gossip”"),
        ("/addsource http://press.example/nothing", "There is no such page on the site."),
        ("/addsource http://10.0.0.1/", "This address could not be read."),
        ("/addsource http://press.example/bare", "names no feed"),
        ("/addsource /var/folder watched_folder", "config.toml only"),
        ("/checksource", "Write which source"),
        ("/checksource nobody", "There is no source “nobody”."),
        ("/removesource", "Write which source"),
        ("/removesource ours", "stands in config.toml"),
        ("/sources gossip", "Send /sources for the list"),
        ("/sources page 999999999999", "Send /sources for the list"),
    ],
)
async def test_what_cannot_be_done_is_told_in_one_clear_message(tmp_path: Path, line: str, told: str) -> None:
    async with talk(tmp_path, bare=page(b"<!doctype html><html><body><p>Hello</p></body></html>")) as admin:
        await store(admin, "ours", origin="config")

        assert told in await admin.say(line)

        assert len(admin.messages()) == 1
        assert [one.slug for one in await sourcing.every(admin.world)] == ["ours"]


async def test_a_page_beyond_the_last_is_the_last(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        await store(admin, "only", works())

        assert "only" in await admin.say("/sources page 70")


async def test_in_a_group_nobody_reads_what_lies_behind_an_address(tmp_path: Path) -> None:
    """The full reason names addresses of the net behind the bot; in the admin's own chat it is told."""
    async with talk(tmp_path) as admin:
        group = admin.local.add_group("Office", members=(admin.user,), admins=(admin.user,))
        there = admin.elsewhere(group.id, admin.user)

        at_home = await admin.say("/addsource http://10.0.0.1/")
        in_group = await there.say("/addsource http://10.0.0.1/")

        assert "10.0.0.1" in at_home
        assert in_group == "This address could not be read."


async def test_a_site_that_never_answers_costs_only_the_deadline_of_a_fetch(tmp_path: Path) -> None:
    async with talk(tmp_path, limits=Limits(total_s=0.5), slow=silent) as admin:
        assert "the site did not answer in time" in await admin.say("/addsource http://press.example/slow")
        assert "There is no source yet" in await admin.say("/sources")


async def test_everything_is_told_in_russian(tmp_path: Path) -> None:
    async with talk(tmp_path) as admin:
        await admin.say("/start ru")

        assert "Теперь я читаю: Made-up press." in await admin.say("/addsource http://press.example/feed Спорт")
        assert "Прочитано: 0 из 1 источника" in await admin.say("/sources")
        assert "источник работает" in await admin.say("/checksource made-up-press")
        assert "Сейчас там 2 записи" in admin.last.text
        assert "Такой страницы на сайте нет." in await admin.say("/addsource http://press.example/nothing")
        assert "Больше не читаю" in await admin.say("/removesource made-up-press")


async def test_silence_is_told_with_its_beginning(tmp_path: Path) -> None:
    long_ago = datetime(2026, 11, 1, 7, tzinfo=UTC)
    async with talk(tmp_path) as admin:
        quiet = replace(works(), last_new_at=long_ago, quiet_s=int(timedelta(days=20).total_seconds()))
        await store(admin, "quiet", quiet)

        assert "🟡 quiet — nothing new since 1 November 2026, 12:00" in await admin.say("/sources")
