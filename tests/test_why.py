"""Why a story came, why it did not, and how stories are ranked, through the local Telegram."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.model import Source
from bot.storage import sources, tables
from tests import running
from tests.openings import begun, openings, sent


async def test_why_tells_the_parts_of_a_place_and_who_stood_before_what_did_not_fit(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        digest = await begun(ann, stories=4, most=2)
        links = [entry.url for entry in openings(4)]
        said = [await ann.say(f"/why {link}") for link in links]

        came = [text for text in said if "It came as number" in text]
        behind = [text for text in said if "did not fit" in text]
        assert (len(came), len(behind)) == (2, 2)
        assert "Your topic: " in came[0]
        assert "1 publisher told it." in came[0]
        assert "hour" in came[0]
        first = digest.partition("1. ")[2].partition("\n")[0]
        assert f"The first of them: “{first}”" in behind[0]


@pytest.mark.parametrize(
    ("wish", "link", "said"),
    [
        ("topics *", "https://nobody.example/x", "I do not read nobody.example"),
        ("topics *", "https://files.example/other", "I read files.example, but"),
        ("topics *", "0123456789abcdef", "not stored"),
        ("topics *", "http://[", "This is no link"),
        ("languages uz", "opening-1", "languages you read"),
        ("words add airship", "opening-1", "none of your topics and words"),
        ("muted add Koksai", "opening-1", "you muted Koksai"),
        ("length stories 5", "opening-1", "it waits for the next digest. Next digest"),
    ],
)
async def test_why_not_says_what_kept_a_story_away(tmp_path: Path, wish: str, link: str, said: str) -> None:
    async with running.talk(tmp_path) as ann:
        if "words" not in wish:
            await ann.say("/card main topics *")
        await ann.say(f"/card main {wish}")
        told = [*openings(2), replace(openings(3)[2], source="files.example")]
        await ann.take(told)
        url = told[1].url if link == "opening-1" else link

        assert said in await ann.say(f"/why {url}")


ROUNDUP = "/card main length roundup"


@pytest.mark.parametrize(
    ("age", "is_sent", "lines", "said"),
    [
        (timedelta(hours=30), False, (), "a first digest tells the last 24 hours, and it is older."),
        (timedelta(hours=20), False, (), "it waits for the next digest. Next digest"),
        (timedelta(days=6), False, (ROUNDUP,), "it waits for the next digest. Next digest"),
        (timedelta(days=9), False, (ROUNDUP,), "it was there before the last digest"),
        (timedelta(hours=2), True, (), "you were told this story before."),
        (timedelta(hours=2), True, (ROUNDUP,), "it waits for the next digest. Next digest"),
    ],
)
async def test_why_not_knows_what_the_next_digest_looks_at(
    tmp_path: Path, age: timedelta, is_sent: bool, lines: tuple[str, ...], said: str
) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/card main topics *")
        now_at = datetime.now(UTC) - age
        (story,) = told = [replace(one, published_at=now_at) for one in openings(1)]
        await ann.take(told, now_at=now_at)
        if is_sent:
            await sent(ann, "main")
            async with ann.world.database.write() as connection:
                await connection.execute(update(tables.digest).values(told=None))
        for line in lines:
            await ann.say(line)

        assert said in await ann.say(f"/why {story.url}")


@pytest.mark.parametrize(
    ("source", "link", "said"),
    [
        ("https://rss.paper.example/all", "https://paper.example/a", "I read paper.example, but"),
        ("https://paper.example/feed", "https://www.paper.example/a", "I read paper.example, but"),
        ("https://t.me/s/paper", "https://t.me/paper/7", "I read t.me/paper, but"),
        ("https://t.me/s/paper", "https://t.me/other/7", "I do not read t.me/other."),
        ("https://one.blogspot.com/feed", "https://two.blogspot.com/a", "I do not read two.blogspot.com."),
        ("inbox", "https://paper.example/a", "I do not read paper.example."),
        ("https://paper.example/feed", "https://www.gov.uz/", "I do not read gov.uz."),
        ("https://paper.example/feed", "https://[::1]/a", "I do not read ::1."),
    ],
)
async def test_why_knows_which_publishers_it_reads(tmp_path: Path, source: str, link: str, said: str) -> None:
    async with running.talk(tmp_path) as ann:
        read = Source(slug="read", kind="feed", address=source, name="Read")
        async with ann.world.database.write() as connection:
            await sources.add(connection, [read], now_at=datetime.now(UTC))

        assert said in await ann.say(f"/why {link}")


async def test_why_alone_says_how_stories_are_ranked(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        assert "twelve hours" in await ann.say("/why")
