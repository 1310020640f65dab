"""Digests that lead with a picture: uploaded once, then by its id; what goes wrong costs the picture, not the text."""

from __future__ import annotations

from asyncio import StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import forgetting, picturing, pipeline, settings
from bot.model import Chat, ChatId, ChatKind, Entry, Story, StoryId
from bot.revising import growth, takedown
from bot.sandbox.faults import Kind
from bot.sandbox.state import Message
from bot.stages import clean, picture
from bot.storage import deliveries, tables
from bot.storage.pictures import Shelf
from tests import make, photos, running, sending, texts
from tests.fetching.net import Answer, Heard, Host, Net, by_path, drip, page, serving

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
SITE = "http://pictures.example"
PHOTO = "/bridge.jpg"
BRIDGE = texts.entry("bridge-ru", texts.BRIDGE_RU)
CHESS = texts.entry("chess-ru", texts.CHESS_RU)
FIRE = "Пожар на складе в городе Карши тушат с ночи. Пострадали 12 человек, сообщил хоким Ильхом Саттаров."
MORE = "Пожар на складе в городе Карши потушен. Пострадали 14 человек, сообщил хоким Ильхом Саттаров."


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A reader, a site with pictures, and the shelf that they are sent from."""

    talk: running.Talk
    site: Host
    shelf: Shelf

    async def chat(self, number: int = 0, *, is_pictured: bool = True, **more: Any) -> Chat:
        """A chat with every topic; the reader's own, or that of somebody else."""
        name = f"Reader {number}"
        chat_id = self.talk.local.start(self.talk.local.add_user(name).id).chat_id if number else self.talk.chat_id
        chat = await settings.chat(self.talk.world, ChatId(chat_id), kind=ChatKind.PRIVATE, title="")
        chat = await settings.save_chat(self.talk.world, replace(chat, is_pictured=is_pictured, **more))
        await settings.subscribe(self.talk.world, chat, topics=self.talk.world.topic_ids, now_at=NIGHT)
        return chat

    async def published(self, *entries: Entry, now_at: datetime = MORNING) -> int:
        await self.talk.take(entries, now_at=now_at - timedelta(hours=2))
        return await pipeline.publish(self.talk.world, now_at=now_at)

    async def sent(self, *, shelf: Shelf | None = None) -> list[Message]:
        """What is planned goes out; what the reader has got so far."""
        await pipeline.deliver(self.talk.world, sending.OUTPUT.send(self.talk.bot, running.KEY, shelf or self.shelf))
        return self.talk.messages()

    async def digest(self, *entries: Entry) -> list[Message]:
        await self.published(*entries)
        return await self.sent()

    def uploads(self) -> int:
        """How many pictures came as files."""
        return sum(not known(call.params["photo"]) for call in self.talk.local.calls("sendPhoto"))

    def asked(self) -> list[str]:
        """What was asked of the site, without its rules for robots."""
        return [one.path for one in self.site.heard if one.path != "/robots.txt"]


def known(photo: object) -> bool:
    return str(photo).startswith("photo_")


def led(entry: Entry, place: str = PHOTO) -> Entry:
    return replace(entry, image=SITE + place)


@asynccontextmanager
async def walking(folder: Path, pictures: Mapping[str, Answer] | None = None) -> AsyncIterator[Walk]:
    net = Net()
    async with serving(by_path(dict(pictures or {PHOTO: page(photos.photograph())}))) as site:
        net.add("pictures.example", site)
        async with running.talk(folder, fetcher=net.fetcher(), admin=True) as talk:
            unlimited = sending.unlimited(talk)
            yield Walk(talk=unlimited, site=site, shelf=Shelf(unlimited.world.database))


@pytest.fixture
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    async with walking(tmp_path) as one:
        yield one


async def states(walk: Walk) -> dict[str, int]:
    async with walk.talk.world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def test_the_story_with_a_picture_leads_and_the_others_follow(walk: Walk) -> None:
    await walk.chat()

    first, second = await walk.digest(led(CHESS), BRIDGE)

    assert first.media["photo"]
    assert "Sunday, 22 November" in first.text
    assert "1. " in first.text
    assert "Нодира" in first.text
    assert "2. " not in first.text
    assert second.media == {}
    assert "2. " in second.text
    assert "640" in second.text
    assert await states(walk) == {"sent": 2}


async def test_why_names_the_picture_that_made_a_story_lead_and_only_of_that_story(walk: Walk) -> None:
    await walk.chat()
    first, _ = await walk.digest(led(CHESS), BRIDGE)

    why = [await walk.talk.say(f"/why {entry.url}") for entry in (led(CHESS), BRIDGE)]

    passed = "It has a picture to lead with, so it stands before 1 story that was worth more."
    assert "Нодира" in first.text
    assert [passed in text for text in why] == [True, False]
    assert "It came as number 1" in why[0]
    assert "It came as number 2" in why[1]


async def test_without_the_choice_nothing_is_fetched_and_nothing_leads(walk: Walk) -> None:
    await walk.chat(is_pictured=False)

    (message,) = await walk.digest(led(CHESS), BRIDGE)

    assert message.media == {}
    assert message.text.index("640") < message.text.index("Нодира")
    assert walk.site.heard == []


async def test_a_picture_is_uploaded_once_and_goes_to_others_and_later_by_its_id(walk: Walk) -> None:
    await walk.chat()
    await walk.chat(1)

    await walk.digest(led(BRIDGE))
    await walk.chat(2)
    await walk.published()
    await walk.sent(shelf=Shelf(walk.talk.world.database))

    assert [known(call.params["photo"]) for call in walk.talk.local.calls("sendPhoto")] == [False, True, True]
    assert walk.asked() == [PHOTO]


async def test_without_what_the_shelf_keeps_each_chat_is_an_upload(walk: Walk) -> None:
    class Forgetful(Shelf):
        async def file_id(self, name: str) -> str:
            return ""

    await walk.chat()
    await walk.chat(1)
    await walk.published(led(BRIDGE))

    await walk.sent(shelf=Forgetful(walk.talk.world.database))

    assert walk.uploads() == 2


async def test_an_id_that_telegram_knows_no_more_is_forgotten_and_the_picture_uploaded_again(walk: Walk) -> None:
    await walk.chat()
    await walk.digest(led(BRIDGE))
    name = picture.name(SITE + PHOTO)
    await walk.shelf.uploaded(name, "photo_of_another_bot")
    await walk.chat(1)
    await walk.published()

    await walk.sent()

    assert walk.uploads() == 2
    assert await walk.shelf.file_id(name) not in {"", "photo_of_another_bot"}
    assert await states(walk) == {"sent": 2}


REFUSALS = {
    "dimensions": "Bad Request: PHOTO_INVALID_DIMENSIONS",
    "process": "Bad Request: IMAGE_PROCESS_FAILED",
    "size": "Bad Request: file is too big",
    "rights": "Bad Request: not enough rights to send photos to the chat",
    "entities": "Bad Request: can't parse entities",
}


@pytest.mark.parametrize("reason", REFUSALS.values(), ids=REFUSALS)
async def test_what_telegram_refuses_goes_out_without_the_picture(walk: Walk, reason: str) -> None:
    walk.talk.local.fail("answer", method="sendPhoto", count=-1, code=400, description=reason)
    await walk.chat()

    first, second = await walk.digest(CHESS, led(BRIDGE))

    assert first.media == {}
    assert "640" in first.text
    assert "Нодира" in second.text
    assert await states(walk) == {"sent": 2}
    assert walk.talk.local.outbox.duplicates() == []


async def test_a_picture_that_telegram_does_not_take_is_offered_to_nobody_else(walk: Walk) -> None:
    walk.talk.local.fail("answer", method="sendPhoto", count=1, code=400, description=REFUSALS["process"])
    await walk.chat()
    await walk.chat(1)

    await walk.digest(led(BRIDGE))

    assert walk.talk.local.calls("sendPhoto") == []
    assert await states(walk) == {"sent": 2}


@pytest.mark.parametrize("kind", ["drop", "bad_gateway"])
async def test_an_answer_that_got_lost_is_no_reason_to_send_the_text_as_well(walk: Walk, kind: Kind) -> None:
    walk.talk.local.fail(kind, method="sendPhoto", count=1, after=True)
    await walk.chat()

    messages = await walk.digest(led(BRIDGE))

    assert len(messages) == 1
    assert messages[0].media["photo"]
    assert await states(walk) == {"unknown": 1}


async def test_a_repeat_in_doubt_fits_under_its_picture_and_says_so(walk: Walk) -> None:
    walk.talk.local.fail("drop", method="sendPhoto", count=1, after=True)
    await walk.chat()
    await walk.digest(led(BRIDGE))
    await pipeline.settle(walk.talk.world)
    await pipeline.settle(walk.talk.world)

    _, again = await walk.sent()

    assert again.media["photo"]
    assert "may be a repeat" in again.text
    assert await states(walk) == {"sent": 1}


NO_GOOD: Mapping[str, Answer] = {
    "missing": page(b"", status="404 Not Found"),
    "no picture": page(b"<html>no picture</html>"),
    "small": page(photos.photograph(320, 180)),
    "flat": page(photos.flat()),
    "too large": page(b"x", length=6_000_000),
}


@pytest.mark.parametrize("name", NO_GOOD)
async def test_where_no_good_picture_can_be_had_the_digest_is_the_usual_one(tmp_path: Path, name: str) -> None:
    async with walking(tmp_path, {PHOTO: NO_GOOD[name]}) as walk:
        await walk.chat()

        (message,) = await walk.digest(CHESS, led(BRIDGE))

        assert message.media == {}
        assert "640" in message.text
        assert "Нодира" in message.text
        assert walk.asked() == [PHOTO]


async def test_a_site_that_does_not_want_programs_to_read_its_pictures_is_obeyed(tmp_path: Path) -> None:
    rules = page(b"User-agent: *\nDisallow: /")
    async with walking(tmp_path, {PHOTO: page(photos.photograph()), "/robots.txt": rules}) as walk:
        await walk.chat()

        (message,) = await walk.digest(led(BRIDGE))

        assert message.media == {}
        assert walk.asked() == []


async def test_a_picture_that_is_gone_by_the_time_of_sending_costs_the_picture_only(walk: Walk) -> None:
    await walk.chat()
    await walk.published(led(BRIDGE))
    async with walk.talk.world.database.write() as connection:
        await connection.execute(tables.picture.delete())

    (message,) = await walk.sent()

    assert message.media == {}
    assert "640" in message.text


async def test_a_story_without_a_good_picture_leaves_the_lead_to_the_next(tmp_path: Path) -> None:
    places = {"/chess.jpg": page(photos.flat()), PHOTO: page(photos.photograph())}
    async with walking(tmp_path, places) as walk:
        await walk.chat()

        first, second = await walk.digest(led(CHESS, "/chess.jpg"), led(BRIDGE))

        assert first.media["photo"]
        assert "640" in first.text
        assert "Нодира" in second.text


async def test_the_buttons_under_a_led_digest_stand_for_the_stories_above_them(walk: Walk) -> None:
    await walk.chat()
    await walk.digest(CHESS, led(BRIDGE))

    await walk.talk.press("Where from?")

    assert "Нодира" in walk.talk.last.text


async def test_the_buttons_under_a_picture_open_in_place(walk: Walk) -> None:
    await walk.chat()
    (message,) = await walk.digest(led(BRIDGE))
    before = message.text

    await walk.talk.press("👍")

    assert walk.talk.last.id == message.id
    assert (walk.talk.last.text, bool(walk.talk.last.media)) == (before, True)
    assert any("👍" in label and "1" in label for label in walk.talk.labels())


async def test_who_wants_no_pictures_waits_for_nobodys(tmp_path: Path) -> None:
    planned: list[int] = []

    async def answer(heard: Heard, out: StreamWriter) -> None:
        planned.append(sum((await states(made)).values()))
        await page(photos.photograph())(heard, out)

    async with walking(tmp_path, {PHOTO: answer}) as made:
        await made.chat()
        await made.chat(1, is_pictured=False)

        assert await made.published(led(BRIDGE)) == 2

        assert planned == [1]


@pytest.mark.parametrize("late", [1, 2])
async def test_sites_that_take_too_long_end_the_looking_of_a_turn(tmp_path: Path, late: int) -> None:
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", b"x", every_s=0.05)
    async with walking(tmp_path, {PHOTO: slow, "/chess.jpg": page(photos.photograph())}) as walk:
        bridge, chess = (
            Story(id=StoryId(entry.url), articles=(clean.article(entry, now_at=NIGHT),))
            for entry in (led(BRIDGE), led(CHESS, "/chess.jpg"))
        )
        looks = picturing.Looks(late=late, each_s=1.0)

        found = [await picturing.of(walk.talk.world, one, looks, now_at=NIGHT) for one in (bridge, chess)]

        assert [bool(name) for name in found] == [False, late == 2]
        assert walk.asked() == [PHOTO, "/chess.jpg"][:late]


async def test_only_so_many_pictures_are_fetched_in_one_turn_of_planning(walk: Walk) -> None:
    bridge, chess = (
        Story(id=StoryId(entry.url), articles=(clean.article(entry, now_at=NIGHT),))
        for entry in (led(BRIDGE), led(CHESS, "/chess.jpg"))
    )
    looks = picturing.Looks(1)

    found = [await picturing.of(walk.talk.world, one, looks, now_at=NIGHT) for one in (bridge, chess, bridge)]

    name = picture.name(SITE + PHOTO)
    assert found == [name, "", name]
    assert walk.asked() == [PHOTO]


async def test_what_could_not_be_had_is_asked_for_again_an_hour_later(tmp_path: Path) -> None:
    answers = {PHOTO: page(b"", status="503 Service Unavailable")}
    async with walking(tmp_path, answers) as walk:
        story = Story(id=StoryId("one"), articles=(clean.article(led(BRIDGE), now_at=NIGHT),))

        for minutes in (0, 30, 90):
            now_at = NIGHT + timedelta(minutes=minutes)
            assert not await picturing.of(walk.talk.world, story, picturing.Looks(), now_at=now_at)

        assert walk.asked() == [PHOTO, PHOTO]


async def test_a_story_grows_under_its_picture(walk: Walk) -> None:
    await walk.chat(grows=True)
    (message,) = await walk.digest(led(texts.entry("fire", FIRE, published_at=NIGHT)))

    await walk.talk.take([texts.entry("fire", MORE, published_at=NIGHT)], now_at=MORNING + timedelta(hours=4))
    await growth.look(walk.talk.world, growth.Looked(), now_at=MORNING + timedelta(hours=4))

    assert await sending.edited(walk.talk) == 1
    assert "14 человек" in message.text
    assert message.media["photo"]
    assert await sending.edits(walk.talk.world) == [("done", 1, "")]


async def test_a_story_grows_where_the_picture_was_refused(walk: Walk) -> None:
    walk.talk.local.fail("answer", method="sendPhoto", count=-1, code=400, description=REFUSALS["process"])
    await walk.chat(grows=True)
    (message,) = await walk.digest(led(texts.entry("fire", FIRE, published_at=NIGHT)))

    await walk.talk.take([texts.entry("fire", MORE, published_at=NIGHT)], now_at=MORNING + timedelta(hours=4))
    await growth.look(walk.talk.world, growth.Looked(), now_at=MORNING + timedelta(hours=4))
    await sending.edited(walk.talk)

    assert message.media == {}
    assert "14 человек" in message.text


async def hidden(walk: Walk, entry: Entry) -> None:
    async with walk.talk.world.database.together():
        await takedown.hide(walk.talk.world, entry.url, now_at=MORNING)


def shown(message: Message) -> str:
    return str(message.media["photo"][-1]["file_unique_id"])


async def test_a_takedown_takes_the_picture_out_of_what_was_sent(walk: Walk) -> None:
    await walk.chat()
    first, second = await walk.digest(CHESS, led(BRIDGE))
    before = shown(first)

    await hidden(walk, BRIDGE)
    await sending.edited(walk.talk)

    assert "withdrawn" in first.text
    assert shown(first) != before
    assert "Нодира" in second.text
    assert await sending.edits(walk.talk.world) == [("done", 0, "")]
    async with walk.talk.world.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(tables.picture))).scalar_one() == 0


async def test_a_takedown_of_another_article_leaves_the_picture(walk: Walk) -> None:
    await walk.chat()
    first, _ = await walk.digest(CHESS, led(BRIDGE))
    before = shown(first)

    await hidden(walk, CHESS)
    await sending.edited(walk.talk)

    assert shown(first) == before


@pytest.mark.parametrize("is_theirs", [True, False], ids=["of the hidden one", "of the other"])
async def test_a_story_that_others_tell_keeps_its_picture_if_it_is_theirs(walk: Walk, is_theirs: bool) -> None:
    one = texts.entry("fire", FIRE, published_at=NIGHT)
    other = texts.entry("fire-2", FIRE + " Сгорело 7 машин у ворот.", source="Herald", published_at=NIGHT)
    pair = (led(one), other) if is_theirs else (one, led(other))
    await walk.chat()
    (message,) = await walk.digest(*pair)
    before = shown(message)

    await hidden(walk, one)
    await sending.edited(walk.talk)

    assert one.url not in [entity.get("url") for entity in message.entities]
    assert "12 человек" in message.text
    assert (shown(message) != before) is is_theirs


async def test_a_digest_that_waits_goes_out_without_the_picture_that_was_taken_down(walk: Walk) -> None:
    await walk.chat()
    await walk.published(CHESS, led(BRIDGE))

    await hidden(walk, BRIDGE)
    first, _ = await walk.sent()

    assert first.media == {}
    assert "withdrawn" in first.text
    assert walk.talk.local.calls("sendPhoto") == []


async def test_a_chat_that_is_forgotten_leaves_no_choice_behind(walk: Walk) -> None:
    chat = await walk.chat()
    await walk.digest(led(BRIDGE))

    await forgetting.forget(walk.talk.world, chat.id, now_at=MORNING)

    again = await settings.chat(walk.talk.world, chat.id, kind=ChatKind.PRIVATE, title="")
    assert not again.is_pictured
    assert await states(walk) == {}


async def test_pictures_are_chosen_on_a_card_for_all_cards(walk: Walk) -> None:
    talk = walk.talk
    await talk.say("/card main look")
    await talk.press("With a picture")
    await talk.press("Rich")
    assert "✅ With a picture" in talk.labels()
    await talk.press("Back")
    assert "Look: rich, with a picture" in talk.last.text

    await talk.say("/card main look text")

    chat = await settings.chat(talk.world, ChatId(talk.chat_id), kind=ChatKind.PRIVATE, title="")
    assert (chat.is_pictured, chat.is_rich) == (False, True)


async def test_a_rich_digest_leads_with_a_picture_too(walk: Walk) -> None:
    await walk.chat(is_rich=True)

    first, second = await walk.digest(CHESS, led(BRIDGE))

    assert first.media["photo"]
    assert second.rich["blocks"]


async def test_old_pictures_are_forgotten(walk: Walk) -> None:
    await walk.chat()
    await walk.digest(led(BRIDGE))

    assert await picturing.forget(walk.talk.world, now_at=MORNING + timedelta(days=13)) == 0
    assert await picturing.forget(walk.talk.world, now_at=MORNING + timedelta(days=15)) == 1
