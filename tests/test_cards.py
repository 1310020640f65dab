"""Subscriptions as cards, walked through the local Telegram with the real python-telegram-bot."""

from datetime import time
from pathlib import Path

import pytest

from bot import settings
from bot.model import ChatId, Form, Subscription
from bot.storage import chats
from tests import running, texts
from tests.running import Talk


async def wanted(talk: Talk, slug: str = settings.MAIN) -> Subscription:
    """The subscription as it is stored."""
    async with talk.world.database.read() as connection:
        chat = await chats.get(connection, ChatId(talk.chat_id))
    assert chat is not None
    return next(one for one in await settings.cards(talk.world, chat) if one.slug == slug)


async def test_a_card_is_one_message_that_changes_in_place_and_says_when_it_comes_next(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/subscriptions")
        card = talk.last.id
        await talk.press("Your digest")
        await talk.press("Topics")
        await talk.press("Economy")
        assert "Next digest" in talk.last.text
        assert "(UTC+5)" in talk.last.text

        await talk.press("Back")

        assert talk.last.id == card
        assert "Topics: Economy" in talk.last.text
        assert (await wanted(talk)).topics == ("economy",)


async def test_the_latest_news_on_the_page_of_topics_are_those_of_the_topics(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/language reads all")
        await talk.take(texts.all_of_them())
        await talk.say("/topics")
        await talk.press("Sport")
        await talk.press("Latest news")
        assert [figure for figure in ("640", "7,5", "1 200") if figure in talk.last.text] == ["7,5"]

        # without any topic they are all that there are
        await talk.say("/card main topics -")
        await talk.say("/topics")
        await talk.press("Latest news")
        assert [figure for figure in ("640", "7,5", "1 200") if figure in talk.last.text] == ["640", "7,5", "1 200"]


async def test_a_chat_has_several_cards_each_with_its_own_wishes(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/subscriptions")
        await talk.press("One more")
        await talk.press("Digest 2")
        await talk.press("Topics")
        await talk.press("Culture")
        await talk.press("Back")
        await talk.press("Name")
        await talk.press("Another name")
        await talk.say("Theatre at night")

        assert "Theatre at night" in talk.last.text
        assert ((await wanted(talk)).topics, (await wanted(talk, "2")).topics) == ((), ("culture",))
        listed = await talk.say("/subscriptions")
        assert "Your digest" in listed
        assert "Theatre at night\nCulture" in listed


async def test_a_card_is_stopped_turned_on_and_deleted(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        await talk.say("/subscriptions add")
        await talk.say("/card 2 topics culture")
        await talk.say("/card 2")
        await talk.press("Stop")
        assert "Digests are stopped" in talk.last.text
        assert ((await wanted(talk, "2")).enabled, (await wanted(talk)).enabled) == (False, True)

        await talk.press("Resume")
        assert (await wanted(talk, "2")).enabled
        await talk.press("Delete")
        assert "Digest 2" in talk.last.text
        await talk.press("Delete")

        assert "Digest 2" not in talk.last.text
        assert "gone" in await talk.say("/card 2")


async def test_stop_stops_every_card_and_resume_turns_on_those_that_want_something(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        await talk.say("/subscriptions add")
        await talk.say("/card 2 words add inflation")
        await talk.say("/subscriptions add")

        await talk.say("/stop")
        stopped = [(await wanted(talk, slug)).enabled for slug in ("main", "2", "3")]
        await talk.press("Resume")

        assert stopped == [False, False, False]
        assert [(await wanted(talk, slug)).enabled for slug in ("main", "2", "3")] == [True, True, False]


async def test_words_are_added_by_typing_and_taken_out_by_a_tap(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main")
        await talk.press("Words")
        await talk.press("Add")
        await talk.say("gas  price, Samarkand; , gas price")
        assert (await wanted(talk)).filters.words == ("gas price", "Samarkand")
        assert (await wanted(talk)).enabled

        await talk.press("✖ gas price")
        await talk.press("Back")
        await talk.press("Muted words")
        await talk.press("Add")
        await talk.say("horoscope")

        filters = (await wanted(talk)).filters
        assert (filters.words, filters.muted) == (("Samarkand",), ("horoscope",))


async def test_words_may_stand_in_lines_of_their_own(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main")
        await talk.press("Words")
        await talk.press("Add")
        await talk.say("gas price\n\nSamarkand\nbridge")

        assert (await wanted(talk)).filters.words == ("gas price", "Samarkand", "bridge")


async def test_in_a_group_a_question_is_answered_by_a_reply_to_it_and_by_nothing_else(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        boss, guest = talk.local.add_user("Boss"), talk.local.add_user("Guest")
        group = talk.local.add_group("Newsroom", members=(boss, guest), admins=(boss,))
        as_boss, as_guest = talk.elsewhere(group.id, boss), talk.elsewhere(group.id, guest)
        await as_boss.say("/card main words ask")
        question = as_boss.last
        assert question.text.partition("\n\n")[0].endswith("Here, reply to this message with it.")

        talk.local.say(group.id, boss.id, "inflation")
        assert "Only administrators" in await as_guest.say("horoscope", reply_to=question.id)
        before = (await wanted(as_boss)).filters.words
        await as_boss.say("gas price, bridge", reply_to=question.id)

        assert before == ()
        assert (await wanted(as_boss)).filters.words == ("gas price", "bridge")


async def test_a_digest_that_was_stopped_stays_so_until_its_topics_words_or_hours_are_changed(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        enabled = []
        for typed in ("length stories 3", "title set News", "muted add horoscope", "look rich", "topics culture"):
            await talk.say("/stop")
            await talk.say(f"/card main {typed}")
            enabled.append((await wanted(talk)).enabled)
        for typed in ("words add bridge", "hours 09:30"):
            await talk.say("/stop")
            await talk.say(f"/card main {typed}")
            enabled.append((await wanted(talk)).enabled)

        assert enabled == [False, False, False, False, True, True, True]


async def test_a_card_of_words_alone_is_listed_by_its_words(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main words add inflation")

        listed = await talk.say("/subscriptions")

        assert "inflation" in listed
        assert "none" not in listed


async def test_a_word_that_was_taken_out_already_takes_out_no_other(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main words add first, second")
        old = talk.data("✖ first")
        await talk.press("✖ first")

        assert "out of date" in await talk.press_data(old)

        assert (await wanted(talk)).filters.words == ("second",)


async def test_a_source_is_wanted_only_then_never_then_as_others(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        await talk.say("/card main sources")
        seen = []
        for _ in range(3):
            await talk.press("Vestnik")
            filters = (await wanted(talk)).filters
            seen.append((filters.sources, filters.sources_out))

        assert seen == [(("Vestnik",), ()), ((), ("Vestnik",)), ((), ())]


async def test_length_quiet_hours_languages_and_days_are_set_by_taps(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main length")
        for label in ("Headlines", "📰 5", "⏱ 3", "≥ 2", "Weekly round-up", "Back"):
            await talk.press(label)
        assert "up to 5 headlines, 3 minutes of reading, not for fewer than 2 stories" in talk.last.text
        await talk.press("Quiet hours")
        await talk.press("22:00-07:00")
        await talk.press("Back")
        await talk.press("When")
        await talk.press("Sun")
        await talk.press("Back")
        await talk.press("Languages")
        await talk.press("English")

        card = await wanted(talk)
        manner = card.manner
        assert (manner.form, manner.minutes, manner.at_least, manner.roundup) == (Form.HEADLINES, 3, 2, True)
        assert manner.quiet == (time(22), time(7))
        assert card.schedule.weekdays == (0, 1, 2, 3, 4, 5)
        assert card.filters.languages == ("en",)


async def test_quiet_hours_are_typed_too(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main quiet")
        await talk.press("Other hours")
        await talk.say("23:30 – 6")
        assert (await wanted(talk)).manner.quiet == (time(23, 30), time(6))

        assert "22:30-07:15" in await talk.say("/card main quiet soon")
        assert "another end" in await talk.say("/card main quiet 8-8")
        assert (await wanted(talk)).manner.quiet == (time(23, 30), time(6))


async def test_a_time_zone_chosen_on_one_card_holds_for_all(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        await talk.say("/subscriptions add")
        await talk.say("/card 2 topics culture")
        before = (await wanted(talk)).next_due_at, (await wanted(talk, "2")).next_due_at

        await talk.say("/card 2 hours zone Seoul")

        after = (await wanted(talk)).next_due_at, (await wanted(talk, "2")).next_due_at
        assert after[0] == after[1]
        assert None not in after
        assert before[0] not in after


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/card", "use the buttons"),
        ("/card main nothing", "use the buttons"),
        ("/card 99", "gone"),
        ("/card main words add ,;", "no word"),
        ("/card main words add " + "x" * 80, "too long"),
        ("/card main words add " + ",".join(f"word{n}" for n in range(60)), "at most 40"),
        ("/card main words add re:(", "cannot read the pattern"),
        ("/card main length stories 0", "use the buttons"),
        ("/card main languages latin", "use the buttons"),
        ("/card main delete yes", "use the buttons"),
        ("/subscriptions everything", "use the buttons"),
    ],
)
async def test_what_a_card_cannot_be_told_is_said_and_changes_nothing(tmp_path: Path, typed: str, said: str) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        before = await wanted(talk)

        assert said in await talk.say(typed)

        assert await wanted(talk) == before


async def test_a_chat_has_at_most_ten_cards(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        for _ in range(settings.MOST_CARDS - 1):
            await talk.say("/subscriptions add")

        assert "at most 10" in await talk.say("/subscriptions add")
