"""What people do in Telegram, walked through the local Telegram with the real python-telegram-bot."""

import random
import re
from pathlib import Path

import pytest

from bot import settings
from bot.model import Chat, ChatId, Subscription
from bot.storage import chats
from tests import running, texts
from tests.running import Talk


async def wishes(talk: Talk) -> tuple[Chat, Subscription]:
    """What the chat has stored."""
    async with talk.world.database.read() as connection:
        chat = await chats.get(connection, ChatId(talk.chat_id))
    assert chat is not None
    return chat, await settings.subscription(talk.world, chat)


async def test_from_the_first_start_to_the_first_digest_in_four_taps(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())

        greeting = await talk.say("/start")
        assert f"Your user id is {talk.user.id}" in greeting
        assert talk.labels() == ["English", "Русский"]

        await talk.press("Русский")
        assert "Ваша сводка · Темы" in talk.last.text
        await talk.press("Спорт")
        assert "Следующая сводка" in talk.last.text
        await talk.press("Последние новости")

        assert "Нодира Алимова" in talk.last.text
        assert "7,5 очка" in talk.last.text
        chat, subscription = await wishes(talk)
        assert (chat.language, chat.reads) == ("ru", ("ru",))
        assert (subscription.topics, subscription.enabled) == (("sport",), True)


async def test_latest_takes_a_topic_in_any_language_and_a_number(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        await talk.say("/language")
        await talk.press("Every language")

        assert "2. " in await talk.say("/latest")
        assert "2. " not in await talk.say("/latest 1")
        assert "Нодира" in await talk.say("/latest спорт")
        assert "Nukus" in await talk.say("/latest наука")
        assert "Нодира" in await talk.say("/latest@digest_bot sport 3")
        assert "has these words: “wether”" in await talk.say("/latest wether")


async def test_a_digest_on_the_page_has_links_bold_headlines_and_a_quote_to_unfold(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        await talk.say("/latest")

        kinds = {entity["type"] for entity in talk.last.entities}
        links = {entity["url"] for entity in talk.last.entities if entity["type"] == "text_link"}
        assert {"bold", "text_link"} <= kinds
        assert "https://example.org/bridge-en" in links


async def test_an_event_told_in_two_languages_is_one_story_with_both_sources(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        await talk.say("/language")
        await talk.press("Every language")

        digest = await talk.say("/latest")

        assert digest.count("640") == 1
        assert "Vestnik" in digest
        assert "Silk Road Daily" in digest


async def test_where_there_is_nothing_in_ones_languages_the_others_are_offered(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take([texts.entry("school-uz", texts.SCHOOL_UZ)])
        await talk.say("/start")
        await talk.press("English")

        assert "stories in others" in await talk.say("/latest")
        await talk.press("Show every language")

        assert "Nukus" in await talk.say("/latest")


async def test_topics_are_toggled_in_place(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/topics")
        card = talk.last.id
        assert "no digest comes" in talk.last.text

        await talk.press("Economy")
        await talk.press("Culture")
        await talk.press("Economy")

        assert talk.last.id == card
        assert [label for label in talk.labels() if "✅" in label] == ["✅ Culture"]
        await talk.press("All")
        assert len([label for label in talk.labels() if "✅" in label]) == len(talk.world.topics)
        await talk.press("None")
        assert not (await wishes(talk))[1].enabled


async def test_the_schedule_is_tapped_or_typed_and_says_when_the_next_digest_comes(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/topics")
        await talk.press("Economy")
        await talk.press("When?")
        assert "08:00" in talk.last.text
        assert "(UTC+5)" in talk.last.text

        await talk.press("18:00")
        assert "08:00, 18:00" in talk.last.text
        await talk.press("Mon–Fri")
        assert "At 08:00, 18:00, Mon–Fri\n" in talk.last.text
        assert len(talk.last.keyboard) <= 7
        assert "Every 30 minutes, Mon–Fri" in await talk.say("/schedule every 30 min")
        assert "06:00, Mon–Fri" in await talk.say("/schedule 6:00")
        assert "06:00, every day" in await talk.say("/schedule 6:00 daily")
        assert "07:30, 19:00" in await talk.say("/schedule 7:30 19.00 mon-fri")
        assert "25:00" in await talk.say("/schedule 25:00")
        assert (await wishes(talk))[1].next_due_at is not None


@pytest.mark.parametrize(
    ("typed", "named"),
    [("Atlantis", "Atlantis"), ("New Atlantis", "New Atlantis"), ("08:00 mon-fry", "mon-fry"), ("26:00", "26:00")],
)
async def test_what_is_no_time_no_weekday_and_no_city_is_said_with_examples_of_each(
    tmp_path: Path, typed: str, named: str
) -> None:
    async with running.talk(tmp_path) as talk:
        told = await talk.say(f"/schedule {typed}")
        await talk.say("/language ru")
        in_russian = await talk.say(f"/schedule {typed}")

    assert f"“{named}” is no time of day, no weekday and no city that I know" in told
    assert all(example in told for example in ("/schedule 08:00 mon-fri", "/schedule Tashkent"))
    assert f"«{named}» — не время, не день недели и не город" in in_russian


async def test_what_the_examples_show_can_be_typed(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        english = await talk.say("/schedule Atlantis")
        await talk.say("/language ru")
        russian = await talk.say("/schedule Atlantis")

        examples = re.findall(r"/schedule [^,/\n]+", english + "\n" + russian)
        answers = [await talk.say(example) for example in examples]

    assert len(examples) == 8
    assert [answer for answer in answers if "Часовой пояс" not in answer] == []


async def test_a_topic_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        told = await talk.say("/topics foo bar")
        await talk.say("/topics Economy")

        assert "There is no topic “foo bar”. The topics are: Economy and investment, " in told
        assert [label for label in talk.labels() if "✅" in label] == ["✅ Economy and investment"]


async def test_a_preview_of_no_subscription_says_where_they_are(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        told = await talk.say("/preview extra words")

    assert told.startswith("There is no subscription “extra words”.")
    assert "/subscriptions" in told


async def test_the_time_zone_is_that_of_a_typed_city(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        assert "(UTC+3)" in await talk.say("/schedule Москва")
        assert "(UTC+5)" in await talk.say("/schedule Samarqand")

        await talk.press("Time zone")
        assert "do not know the city" in await talk.say("Nowhereville")
        assert "(UTC+9)" in await talk.say("Сеул")
        assert (await wishes(talk))[0].time_zone == "Asia/Seoul"
        assert "/latest" in await talk.say("Tokyo")  # nobody asked any more: plain words get help


async def test_whoever_asks_for_something_else_is_not_answering_any_more(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/schedule zone")
        assert (await wishes(talk))[0].question == "card main hours zone"

        await talk.say("/help")

        assert (await wishes(talk))[0].question == ""


async def test_stop_turns_digests_off_and_resume_turns_them_on(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/topics")
        await talk.press("Economy")

        assert "Stopped" in await talk.say("/stop")
        assert (await wishes(talk))[1].next_due_at is None
        await talk.press("Resume")

        assert "Next digest" in talk.last.text
        assert (await wishes(talk))[1].enabled


async def test_help_names_every_command_and_unknown_ones_lead_to_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        told = await talk.say("/help")

        for name in ("start", "help", "latest", "topics", "schedule", "stop", "language"):
            assert f"/{name}" in told
        assert "/help" in await talk.say("/frobnicate")


async def test_a_forged_button_does_nothing_and_without_the_check_it_would(tmp_path: Path) -> None:
    """Security.md T19: callback data is anything a changed client likes to send."""
    draw = random.Random(19)
    async with running.talk(tmp_path / "checked") as talk:
        await talk.say("/topics")
        genuine = talk.data("Economy")
        forged = ["topics *", ".topics *", "A" * 14 + ".topics *", genuine + "y", genuine[1:], "\x00", "я" * 32]
        forged += ["".join(chr(draw.randrange(1, 0x500)) for _ in range(draw.randrange(1, 30))) for _ in range(200)]
        for data in forged:
            assert "out of date" in await talk.press_data(data)
        assert (await wishes(talk))[1].topics == ()

    async with running.talk(tmp_path / "unchecked", verified=lambda data, **_: data.rpartition(".")[2]) as talk:
        await talk.say("/topics")
        await talk.press_data("topics *")
        assert (await wishes(talk))[1].topics != ()


async def test_in_a_group_only_administrators_change_what_it_gets(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        boss, guest = talk.local.add_user("Boss"), talk.local.add_user("Guest")
        group = talk.local.add_group("Newsroom", members=(boss, guest), admins=(boss,))
        as_boss, as_guest = talk.elsewhere(group.id, boss), talk.elsewhere(group.id, guest)

        assert "Only administrators" in await as_guest.say("/topics")
        assert "Only administrators" in await as_guest.say("/start ru")
        assert (await wishes(as_guest))[0].language == "en"
        assert "Topics" in await as_boss.say("/topics")
        assert "Only administrators" in await as_guest.press("Economy")
        assert (await wishes(as_boss))[1].topics == ()
        await as_boss.press("Economy")
        assert (await wishes(as_boss))[1].topics == ("economy",)


async def test_a_chat_that_blocks_the_bot_is_paused_and_comes_back(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/start")
        async with talk.handled():
            talk.local.block(talk.user.id)
        assert "kicked" in (await wishes(talk))[0].paused

        async with talk.handled():
            talk.local.unblock(talk.user.id)
        assert (await wishes(talk))[0].paused == ""


async def test_a_chat_that_writes_again_is_no_longer_paused(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/start")
        async with talk.world.database.write() as connection:
            await chats.pause(connection, ChatId(talk.chat_id), "not enough rights")

        await talk.say("/topics")

        assert (await wishes(talk))[0].paused == ""


@pytest.mark.parametrize(
    "typed", ["/latest " + "9" * 4000, "/schedule " + "я" * 4000, "/topics toggle x", "/", "/start \x00"]
)
async def test_whatever_is_typed_gets_an_answer_and_no_traceback(tmp_path: Path, typed: str) -> None:
    async with running.talk(tmp_path) as talk:
        told = await talk.say(typed)

        assert told
        assert "went wrong" not in told


async def test_a_tap_under_latest_shows_the_sentences_that_the_facts_were_taken_from(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        digest = await talk.say("/latest sport")
        assert "7,5 очка" in digest

        await talk.press("🔎 Where from?")

        assert "7,5 очка" in talk.last.text
        units, plain = talk.last.text.encode("utf-16-le"), " ".join(texts.CHESS_RU.split())
        quoted = [
            units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
            for one in talk.last.entities
            if one["type"] == "blockquote"
        ]
        assert quoted
        assert [one for one in quoted if " ".join(one.split()) not in plain] == []
        assert [one["type"] for one in talk.last.entities].count("text_link") == 1


async def test_a_story_that_is_not_stored_has_no_sentences_to_show(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        assert "not stored any more" in await talk.say("/where 0123456789abcdef")
        assert "Send /latest" in await talk.say("/where")
