"""The buttons under a digest and what they lead to, through the local Telegram."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot import pipeline, settings
from bot.model import Chat, ChatId, Entry, Filters, Source, StoryId, Subscription
from bot.outputs import telegram_chat
from bot.stages import under
from bot.storage import chats, sources, tables, told
from tests import running, texts
from tests.fakes import UNLIMITED
from tests.running import KEY, Talk

PLACES = ("harbour", "museum", "library", "stadium", "airport", "theatre", "market", "clinic", "bridge", "tower")
NAMES = ("Aktepa", "Koksai", "Chirbulak", "Akkurgan", "Kokterek", "Chirtepa", "Aksai", "Kokbulak", "Tashkol", "Sarysu")


def openings(count: int) -> list[Entry]:
    """So many stories of one kind, each of an event of its own, an hour apart, the newest first."""
    now_at = datetime.now(UTC)
    return [
        texts.entry(
            f"opening-{at}",
            f"The {PLACES[at]} of {NAMES[at]} has a football club since {1900 + 7 * at}. {NAMES[at]} won {3 + at} "
            f"matches of the championship.",
            published_at=now_at - timedelta(hours=at + 1),
        )
        for at in range(count)
    ]


async def stored(talk: Talk) -> Chat:
    async with talk.world.database.read() as connection:
        chat = await chats.get(connection, ChatId(talk.chat_id))
    assert chat is not None
    return chat


async def wanted(talk: Talk, slug: str = settings.MAIN) -> Subscription:
    return next(one for one in await settings.cards(talk.world, await stored(talk)) if one.slug == slug)


async def sent(talk: Talk, slug: str = settings.MAIN) -> str:
    """The next digest, as it arrives."""
    before, due_at = len(talk.messages()), (await wanted(talk, slug)).next_due_at
    assert due_at is not None
    await pipeline.publish(talk.world, now_at=due_at)
    await pipeline.deliver(replace(talk.world, limits=UNLIMITED), telegram_chat.send(talk.bot, KEY))
    return talk.last.text if len(talk.messages()) > before else ""


async def begun(talk: Talk, *, stories: int = 3, most: int = 7) -> str:
    """Everything is wanted, so many stories came, and a digest of the best of them."""
    await talk.say("/card main topics *")
    await talk.say(f"/card main length stories {most}")
    await talk.take(openings(stories))
    return await sent(talk)


async def test_a_digest_has_two_rows_of_buttons_that_open_in_place_and_close_again(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        text = await begun(ann)
        first, message = ann.labels(), ann.last.id
        await ann.press("Where from?")
        where = ann.labels()
        await ann.press("Back")
        closed = ann.labels()
        await ann.press("👍👎")
        votes = ann.labels()

        assert first == ["🔎 Where from?", "⚙️ Settings", "👍👎", "🔇 Mute this", "➕ More"]
        assert where == ["🔎1", "🔎2", "🔎3", "‹ Back"]
        assert closed == first
        assert votes == ["👍1", "👍2", "👍3", "👎1", "👎2", "👎3", "❓1", "❓2", "❓3", "‹ Back"]
        assert (ann.last.id, ann.last.text) == (message, text)


async def test_where_from_tells_of_the_story_with_that_number(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        digest = await begun(ann)
        await ann.press("Where from?")
        await ann.press("🔎2")

        second = digest.partition("2. ")[2].partition("\n")[0]
        assert ann.last.text.startswith(second)
        assert "taken from these sentences" in ann.last.text


async def test_more_brings_the_stories_that_did_not_fit_and_is_offered_while_there_are_others(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        texts_of = [await begun(ann, stories=10, most=2)]
        offered = ["➕ More" in ann.labels()]
        for _ in range(2):
            await ann.press("More")
            texts_of.append(ann.last.text)
            await ann.press("🔇 Mute this")
            await ann.press("Back")
            offered.append("➕ More" in ann.labels())

        told = [[name for name in NAMES if name in text] for text in texts_of]
        assert [len(names) for names in told] == [2, 7, 1]
        assert sorted(name for names in told for name in names) == sorted(NAMES)
        assert offered == [True, True, False]


async def test_more_under_a_digest_that_told_all_says_that_this_is_all(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        digest = await begun(ann, stories=2, most=2)

        assert await ann.press("More") == "That is all there is."
        assert ann.last.text == digest


async def test_what_more_brings_is_numbered_on_and_its_buttons_mean_those_numbers(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, stories=6, most=2)
        await ann.press("More")
        text = ann.last.text
        await ann.press("Where from?")
        labels = ann.labels()
        await ann.press("🔎4")

        fourth = text.partition("4. ")[2].partition("\n")[0]
        assert [number for number in range(1, 8) if f"{number}. " in text] == [3, 4, 5, 6]
        assert labels == ["🔎3", "🔎4", "🔎5", "🔎6", "‹ Back"]
        assert fourth
        assert ann.last.text.startswith(fourth)


async def test_more_under_latest_goes_on_where_it_ended_though_news_came_meanwhile(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/start")
        await ann.take(openings(6))
        first = await ann.say("/latest 2")
        await ann.take(
            [texts.entry("fresh", "A lake froze at Issykbel on Sunday. Skaters came.", published_at=datetime.now(UTC))]
        )
        await ann.press("More")

        told = [[name for name in (*NAMES, "Issykbel") if name in text] for text in (first, ann.last.text)]
        assert told == [["Aktepa", "Koksai"], ["Issykbel", "Chirbulak"]] or told[1] == ["Chirbulak", "Issykbel"]


async def test_more_under_latest_with_words_looks_for_those_words(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/start")
        await ann.take(openings(5))
        await ann.say("/latest championship 2")
        await ann.press("More")

        assert ann.last.text.startswith("More")
        assert "3. " in ann.last.text


async def test_thumbs_move_the_ranking_of_this_chat_and_can_be_taken_back(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, stories=2)
        await ann.press("👍👎")

        assert "More like this" in await ann.press("👍1")
        liked = ann.labels()
        assert "Less like this" in await ann.press("👎1")
        disliked = ann.labels()
        assert "taken back" in await ann.press("👎1")

        assert "👍1✓" in liked
        assert ("👍1" in disliked, "👎1✓" in disliked) == (True, True)
        assert "👎1" in ann.labels()


async def test_votes_change_the_next_digest_until_they_are_reset(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, stories=1)
        await ann.press("👍👎")
        await ann.press("👍1")
        await ann.take(openings(4)[2:])

        assert "vote" in await _why_first(ann)
        assert "1 vote is undone" in await ann.say("/reset")
        assert "no votes" in await ann.say("/reset")
        await ann.take(openings(6)[4:])
        assert "vote" not in await _why_first(ann)


async def _why_first(talk: Talk) -> str:
    assert await sent(talk)
    await talk.press("👍👎")
    await talk.press("❓1")
    return talk.last.text


async def test_a_word_a_source_and_a_topic_are_muted_by_taps_and_come_back_by_one(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        text = await begun(ann)
        before = await wanted(ann)
        await ann.press("Mute this")
        await ann.press("🔇2")
        offered = ann.labels()

        muted = []
        for kind in ("Topic", "Source", "Word"):
            assert "Not in your digest any more" in await ann.press(kind)
            card = await wanted(ann)
            muted.append((card.topics != before.topics, card.filters))
            assert await ann.press("Undo") == "Undone."
            assert ann.labels() == offered

        after = await wanted(ann)
        assert (set(after.topics), after.filters) == (set(before.topics), before.filters)
        assert [topic for topic, _ in muted] == [True, False, False]
        assert muted[1][1].sources_out
        assert len(muted[2][1].muted) == 1
        assert muted[0][1] == Filters()
        assert ann.last.text == text


async def test_settings_open_the_card_of_that_digest_below_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/subscriptions add")
        await ann.say("/card 2 topics *")
        await ann.take(openings(2))
        digest = await sent(ann, "2")
        before = len(ann.messages())
        await ann.press("Settings")

        assert len(ann.messages()) == before + 1
        assert ann.messages()[-2].text == digest
        assert ann.last.text.startswith("Digest 2")


async def test_a_preview_has_the_buttons_of_a_digest_and_they_are_about_its_subscription(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, stories=2, most=2)
        digest = ann.labels()
        await ann.say("/subscriptions add")
        await ann.say("/card 2 topics *")
        await ann.say("/card 2 length stories 2")
        await ann.take(openings(7)[2:])
        await ann.say("/card 2")
        await ann.press("Preview")
        shown, labels = ann.last.text, ann.labels()
        await ann.press("More")
        rest = ann.last.text
        await ann.press("Settings")

        told = [[name for name in NAMES if name in text] for text in (shown, rest)]
        assert labels == digest
        assert [len(names) for names in told] == [2, 3]
        assert sorted(name for names in told for name in names) == sorted(NAMES[2:7])
        assert ann.last.text.startswith("Digest 2")


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
        ("muted add Koksai", "opening-1", "you muted “Koksai”"),
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


@pytest.mark.parametrize(
    "line",
    [
        "/under", "/under x", "/under 0123456789ab 1 where", "/under l0123456789a 1 where", "/under l0 99999 where",
        "/more", "/more 0123456789ab", "/vote", "/vote sideways x", "/vote up 0123456789abcdef", "/mute",
        "/mute 0123456789ab 1 1", "/mute a b c", "/tune", "/tune 0123456789ab",
    ],
)  # fmt: skip
async def test_what_buttons_ask_changes_nothing_when_it_is_typed_wrongly(tmp_path: Path, line: str) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/card main topics sport")
        before = await wanted(ann)

        assert await ann.say(line)

        assert await wanted(ann) == before
        assert await votes(ann) == 0


async def votes(talk: Talk) -> int:
    async with talk.world.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(tables.vote))).scalar_one()


async def test_another_chat_is_not_told_what_is_under_my_digest(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)
        name = ann.data("More").split()[1]
        bob = ann.local.add_user("Bob", language_code="en")
        theirs = ann.elsewhere(bob.id, bob)
        async with theirs.handled():
            ann.local.start(bob.id)

        assert "I do not remember" in await theirs.say(f"/under {name} 1 where")
        assert "I do not remember" not in await ann.say(f"/under {name} 1 where")


def test_every_line_under_a_digest_fits_a_button() -> None:
    stories = [(number, StoryId("f" * 16)) for number in range(1, 21)]
    name, most = "f" * told.NAME_CHARS, 49
    rows = (
        *under.closed(name, 99, None, language="en", has_more=True),
        *under.sources(name, 99, stories, language="ru"),
        *under.votes(name, 99, stories, cast={}, language="ru"),
        *under.mutes(name, 99, stories, language="ru"),
    )

    assert all(len(button.line.encode()) <= most for row in rows for button in row)
    assert len(f"mute {name} 99 999 undo source {'f' * 8}".encode()) <= most


@pytest.mark.parametrize(
    ("count", "wide"), [(1, [1]), (5, [5]), (6, [3, 3]), (7, [4, 3]), (11, [4, 4, 3]), (20, [5] * 4)]
)
def test_numbers_stand_at_most_five_in_a_row_and_evenly(count: int, wide: list[int]) -> None:
    stories = [(number, StoryId("f" * 16)) for number in range(1, count + 1)]
    opened = [
        under.sources("name", 1, stories, language="en"),
        under.mutes("name", 1, stories, language="en"),
        under.votes("name", 1, stories, cast={}, language="en"),
    ]

    rows = [[len(row) for row in each[:-1]] for each in opened]
    assert rows == [wide, wide, [number for number in wide for _ in range(3)]]
