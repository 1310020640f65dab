"""/search, its buttons and /latest with a word, through the local Telegram."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Entry
from tests import running, texts
from tests.running import Talk

PLACES = ("harbour", "museum", "library", "stadium", "airport", "theatre", "market", "clinic")


def bakeries(count: int) -> list[Entry]:
    """So many stories with a bakery, each of an event of its own, an hour apart, the newest first."""
    now_at = datetime.now(UTC)
    return [
        texts.entry(
            f"bakery-{at}",
            f"The {PLACES[at % 8]} of {name} has a bakery since {1900 + 7 * at}. {name} paid {31 * at} million.",
            published_at=now_at - timedelta(hours=60 * at + 1),
        )
        for at, name in enumerate(f"{first}{second}" for first in ("Ak", "Kok", "Chir") for second in NAMES)
    ][:count]


NAMES = ("tepa", "sai", "bulak", "kurgan", "terek")


async def begun(talk: Talk, *entries: Entry) -> None:
    await talk.say("/start")
    await talk.take(entries or texts.all_of_them())


async def test_words_are_found_with_source_date_and_a_way_to_the_whole_story(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)

        shown = await ann.say("/search bridges river")

        assert shown.startswith("🔎 bridges river")
        assert "Silk Road Daily" in shown
        assert "2026" in shown
        assert ann.labels() == ["1"]
        assert ann.data("1").partition(".")[2].startswith("story ")


async def test_results_are_turned_a_page_at_a_time_and_put_in_another_order(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, *bakeries(14))

        first = await ann.say("/search bakery -stadiumless since:2020-01-01")
        await ann.press("More ›")
        second = ann.last.text
        await ann.press("More ›")
        third, labels = ann.last.text, ann.labels()
        await ann.press("‹ Back")
        back = ann.last.text
        await ann.press("Best first")
        best = ann.last.text
        await ann.press("Newest first")

        assert [text.count("\n\n") for text in (first, second, third)] == [6, 6, 2]
        assert "13. " in third
        assert "More ›" not in labels
        assert back == second
        assert best.count("\n\n") == 6
        assert ann.last.text == first


async def test_what_is_only_in_other_languages_is_offered(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)
        await ann.say("/language reads en")

        offered = await ann.say("/search maktab")
        await ann.press("Show every language")

        assert "there are stories in others" in offered
        assert "Vaha" in ann.last.text


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("/search", "Write at least one word"),
        ("/search bridge since:soon", "Write it as in since:2026-09-01"),
        ("/search bridge topic:gardening", "There is no topic “gardening”. The topics are: Economy"),
        ("/search bridge source:Nobody", "I know no source “Nobody”. Some that I know: Silk Road Daily, Vaha, Vestnik"),
        ("/search bridge source:silk -river", "Nothing was found"),
        ("/search airship", "Nothing was found"),
        ("/results", "Send /search"),
        ("/results 0123456789ab 0 new mine", "I do not remember this search"),
        ("/results 0123456789ab 9999999 new mine", "Send /search"),
    ],
)
async def test_a_mistake_is_answered_with_what_to_type(tmp_path: Path, line: str, advice: str) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)

        assert advice in await ann.say(line)


async def test_filters_name_topics_and_sources_as_people_do(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)

        assert "Silk Road Daily" in await ann.say("/search bridge source:road")
        assert "Silk Road Daily" in await ann.say('/search source:"silk road" until:2099-01-01')
        assert "Nothing" in await ann.say("/search bridge until:2020-01-01")


async def test_another_chat_cannot_turn_the_pages_of_mine(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann, *bakeries(8))
        await ann.say("/search bakery")
        name = ann.data("More ›").split()[1]

        bob = ann.local.add_user("Bob", language_code="en")
        theirs = ann.elsewhere(bob.id, bob)
        async with theirs.handled():
            ann.local.start(bob.id)

        assert "I do not remember this search" in await theirs.say(f"/results {name} 1 new mine")
        assert "7. " in await ann.say(f"/results {name} 1 new mine")


async def test_a_query_of_bytes_that_no_database_stores_is_answered(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)

        assert "🔎 bridge" in await ann.say("/search bridge \x00")


async def test_latest_takes_a_word_that_is_no_topic(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        await begun(ann)

        assert "640" in await ann.say("/latest bridge 3")
        assert "Alimova" in await ann.say("/latest sport") or "Алимова" in ann.last.text
        assert "Nothing that is stored has these words: “airship”" in await ann.say("/latest airship")
