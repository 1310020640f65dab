"""Stories shared in any chat: what is offered to whom, and what Telegram keeps of it (security.md, T22)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from telegram import InlineQuery

from bot import inline, polling, sharing, spending
from bot.model import Chat, ChatId, ChatKind, Entry, Item, Link, StoryId
from bot.sandbox.state import InlineAnswer, User
from bot.sharing import Asker
from bot.spending import Rate, Rates
from bot.storage import heard
from tests import running, texts
from tests.commands import test_search
from tests.running import WAIT_S, Talk

PREFIXES = ("Ak", "Kok", "Chir", "Jar", "Mir", "Sho", "Bek", "Tur")


@asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncIterator[Talk]:
    """A bot that may be asked in other chats, with all the articles there are."""
    async with running.talk(folder, **{"inline": True, **more}) as talk:
        talk.local.set_inline(on=True)
        await talk.take(texts.all_of_them())
        # The kinds of updates that the bot wants hold from its first question on.
        assert await talk.local.until(lambda: bool(talk.local.updates.allowed), timeout_s=WAIT_S)
        yield talk


async def asked(talk: Talk, user: User, typed: str, *, offset: str = "") -> InlineAnswer:
    done = talk.listener.done
    query = talk.local.inline.queries[talk.local.ask_inline(user.id, user.id, typed, offset=offset)]
    if query.answer is None:
        assert await talk.local.until(lambda: talk.listener.done > done, timeout_s=WAIT_S)
    assert query.answer is not None
    return query.answer


async def told(talk: Talk, query: str) -> None:
    """Ann's query comes to the bot, once more or although it was not asked for."""
    payload = {"update_id": 1, "inline_query": as_told(query, talk.user, "bridge")}
    await talk.listener.on(talk.bot)(heard.Heard(update_id=1, chat_id=0, payload=payload))


def titles(answer: InlineAnswer) -> list[str]:
    return [one.shown["title"] for one in answer.results]


async def test_words_after_the_name_offer_stories_and_one_is_posted_with_facts_and_sources(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        friends = talk.local.add_group("Friends", members=(talk.user,))
        query = talk.local.ask_inline(friends.id, talk.user.id, "шахматы")
        queries = talk.local.inline.queries
        assert await talk.local.until(lambda: queries[query].answer is not None, timeout_s=WAIT_S)
        answer = queries[query].answer
        assert answer is not None

        posted = talk.local.choose(query, answer.results[0].id)

        assert "7,5 очка" in posted.text
        assert {one["type"] for one in posted.entities} >= {"bold", "text_link"}
        assert not posted.text.startswith("1.")
        assert (answer.is_personal, answer.cache_time <= 10) == (True, True)
        assert answer.button is not None
        assert answer.button["start_parameter"]


async def test_without_words_the_newest_are_offered_in_the_languages_one_reads(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        stranger = talk.local.add_user("Stranger", language_code="kk")
        everything = await asked(talk, stranger, "")
        await talk.say("/start")
        await talk.press("English")

        mine = await asked(talk, talk.user, "")

        assert 0 < len(mine.results) < len(everything.results)


async def test_nobody_is_stored_for_asking_in_another_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        stranger = talk.local.add_user("Stranger")
        await asked(talk, stranger, "bridge")

        reader = await sharing._reader(talk.world, Asker(user_id=stranger.id, language="ru-RU"))

        assert (reader.language, reader.reads, reader.title) == ("ru", (), "")


@pytest.mark.parametrize("is_personal", [True, False], ids=["personal", "kept for everybody"])
async def test_what_one_was_offered_nobody_else_is_shown(tmp_path: Path, *, is_personal: bool) -> None:
    """T22. Bob writes the same words: by Telegram's own cache rules he would be shown what Ann got."""
    async with opened(tmp_path, inline=False) as talk:
        bob = talk.local.add_user("Bob", language_code="ru")
        for user, language in ((talk.user, "English"), (bob, "Русский")):
            reader = talk.elsewhere(user.id, user)
            await reader.say("/start")
            await reader.press(language)

        mine = await given(talk, talk.user, is_personal=is_personal)
        his = await given(talk, bob, is_personal=is_personal)

        assert mine
        assert bool(set(mine) & set(his)) is not is_personal


async def given(talk: Talk, user: User, *, is_personal: bool) -> list[str]:
    """The titles that somebody is shown; where Telegram has kept an answer the bot is not asked."""
    name = talk.local.ask_inline(user.id, user.id, "")
    asked_for = talk.local.inline.queries[name]
    if asked_for.answer is None:
        query = InlineQuery.de_json(as_told(name, user), talk.bot)
        asker = Asker(user_id=user.id)
        offered = await sharing.offer(talk.world, asker, "", offset="", now_at=datetime.now(UTC))
        if is_personal:
            await inline._give(query, offered)
        else:
            await query.answer([inline._article(one) for one in offered.results])
    assert asked_for.answer is not None
    return titles(asked_for.answer)


def as_told(name: str, user: User, typed: str = "") -> dict[str, Any]:
    """An inline query as Telegram writes it."""
    person = {"id": user.id, "is_bot": False, "first_name": user.first_name}
    return {"id": name, "from": person, "query": typed, "offset": "", "chat_type": "sender"}


async def test_what_is_offered_does_not_tell_what_one_subscribes_to(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        before = await asked(talk, talk.user, "мост")
        await talk.say("/card main topics sport")
        await talk.say("/card main words add бухгалтерия")
        await talk.say("/schedule Сеул")
        talk.local.inline.kept.clear()

        after = await asked(talk, talk.user, "мост")

        assert before.results == after.results


async def test_results_come_twenty_at_a_time_and_each_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        await talk.take(_bakeries())

        pages, offset = [], ""
        for _ in range(5):
            answer = await asked(talk, talk.user, "bakery", offset=offset)
            pages.append([one.id for one in answer.results])
            if not (offset := answer.next_offset):
                break

        assert [len(page) for page in pages] == [20, 16]
        assert len({one for page in pages for one in page}) == 36


def _bakeries() -> list[Entry]:
    """Thirty-six events of their own."""
    names = [f"{first}{second}" for first in PREFIXES for second in test_search.NAMES][:36]
    return [
        texts.entry(
            f"bakery-{at}",
            f"The {place} of {name} has a bakery since {1700 + 7 * at}. {name} paid {31 * at} million.",
            published_at=datetime.now(UTC) - timedelta(hours=60 * at + 1),
        )
        for at, (name, place) in enumerate(zip(names, cycle(test_search.PLACES), strict=False))
    ]


@pytest.mark.parametrize("typed", ["since:", "topic:nothing", '"', "😀" * 100, "-x", "\x00", "source:x y"])
@pytest.mark.parametrize("offset", ["", "-1", "999", "٣", "x" * 60])
async def test_whatever_is_typed_is_answered(tmp_path: Path, typed: str, offset: str) -> None:
    async with opened(tmp_path) as talk:
        assert (await asked(talk, talk.user, typed, offset=offset)).button


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
async def test_off_nothing_is_asked_for_and_nothing_answered(tmp_path: Path, *, is_on: bool) -> None:
    async with opened(tmp_path, inline=is_on) as talk:
        query = talk.local.ask_inline(talk.user.id, talk.user.id, "bridge")
        await told(talk, query)

        assert (polling.INLINE in talk.local.updates.allowed) is is_on
        assert (talk.local.inline.queries[query].answer is not None) is is_on


async def test_a_query_that_was_answered_already_is_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as talk:
        await asked(talk, talk.user, "bridge")
        (query,) = talk.local.inline.queries

        await told(talk, query)

        assert talk.messages() == []
        assert "/latest" in await talk.say("/help")


async def test_who_types_too_much_is_not_answered_and_told_at_the_next_command(tmp_path: Path) -> None:
    rates = Rates(person=Rate(burst=2, per_s=0))
    async with opened(tmp_path, rates=rates) as talk:
        queries = [talk.local.ask_inline(talk.user.id, talk.user.id, f"bridge {number}") for number in range(9)]
        assert await talk.local.until(lambda: talk.listener.done >= len(queries), timeout_s=WAIT_S)

        answered = [one for one in queries if talk.local.inline.queries[one].answer]

        assert len(answered) == 2 / spending.INLINE_COST
        assert "at once" in await talk.say("/help")


def test_what_is_posted_is_text_and_entities_and_shows_no_preview() -> None:
    item = Item(
        story_id=StoryId("s1"),
        headline="A *bridge* & more <i> for @somebody",
        facts=(),
        links=(Link(name="Paper", url="https://paper.example/1"),),
    )
    chat = Chat(id=ChatId(1), kind=ChatKind.PRIVATE, title="", language="en", reads=(), time_zone="Asia/Tashkent")

    said = inline._article(sharing._result(item, chat)).to_dict()["input_message_content"]

    assert "parse_mode" not in said
    assert said["link_preview_options"] == {"is_disabled": True}
    assert said["message_text"].startswith("A *bridge* & more <i> for @\u2060somebody")
    assert [one["type"] for one in said["entities"]] == ["bold", "text_link"]
