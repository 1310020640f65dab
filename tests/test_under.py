"""The buttons under a digest and what they lead to, through the local Telegram."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import settings, showing
from bot.model import Filters, Message, RichText, StoryId
from bot.stages import under
from bot.storage import tables, told
from tests import running, texts
from tests.openings import NAMES, begun, openings, sent, stored, wanted
from tests.running import Talk


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


async def test_muting_leaves_a_stopped_digest_stopped_and_the_sources_wanted_only(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)
        card = await wanted(ann)
        only = replace(card, filters=replace(card.filters, sources=("Vestnik", "Herald")))
        await settings.save(ann.world, await stored(ann), only, now_at=datetime.now(UTC))
        await settings.unsubscribe(ann.world, await stored(ann))
        await ann.press("Mute this")
        await ann.press("🔇2")
        await ann.press("Source")
        muted = await wanted(ann)
        await ann.press("Undo")
        undone = await wanted(ann)

        assert (muted.filters.sources, muted.filters.sources_out) == (("Vestnik", "Herald"), ("Vestnik",))
        assert (undone.filters.sources, undone.filters.sources_out) == (("Vestnik", "Herald"), ())
        assert (muted.enabled, undone.enabled) == (False, False)


async def test_more_goes_on_as_long_as_its_list_is_remembered_and_then_ends(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await ann.say("/start")
        await ann.take(openings(10))
        chat, ids = await stored(ann), [StoryId(f"{n:016x}") for n in range(showing.MOST - 2)]
        shown = showing.Shown(name="l", parts=(), before=tuple(ids), wish=showing.Wish(count=3))

        reply = await showing.more(ann.world, chat, shown, now_at=datetime.now(UTC))

        assert reply is not None
        assert "139. " in reply.messages[0].text
        assert not any("More" in button.text for row in reply.buttons for button in row)


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


def test_the_end_of_a_digest_without_a_story_offers_more_and_the_settings_only() -> None:
    story = Message(part=1, body=RichText(text="1. One"), stories=(StoryId("f" * 16),))
    end = Message(part=2, body=RichText(text="40 more stories did not fit."))

    first, last = under.under((story, end), "a" * told.NAME_CHARS, "en")

    assert [button.text for row in last.buttons for button in row] == ["➕ More", "⚙️ Settings"]
    assert "➕ More" not in [button.text for row in first.buttons for button in row]


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
