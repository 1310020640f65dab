"""Links that open the bot (`?start=`): a topic, a bundle; they give no rights and change nothing by themselves."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from bot import settings
from bot.model import ChatId, Subscription
from bot.storage import chats
from tests import running
from tests.running import Talk

BUNDLE = re.compile(r"https://t\.me/digest_bot\?start=(bundle-[A-Za-z0-9_-]{22})")


async def cards(talk: Talk) -> tuple[Subscription, ...]:
    async with talk.world.database.read() as connection:
        chat = await chats.get(connection, ChatId(talk.chat_id))
    assert chat is not None
    return await settings.cards(talk.world, chat)


async def test_a_link_of_a_topic_subscribes_with_one_tap(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        assert "Sport" in await talk.say("/start topic-sport")
        assert (await cards(talk))[0].topics == ()

        await talk.press("Yes, subscribe")

        assert (await cards(talk))[0].topics == ("sport",)
        await talk.say("/start topic-culture")
        await talk.press("Yes")
        assert (await cards(talk))[0].topics == ("culture", "sport")


async def test_what_one_reader_shares_another_takes_over_and_nothing_says_who_shared_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as ann:
        for line in ("topics sport", "words add chess, gas price", "hours 07:30 mon-fri", "quiet 22:00-06:00"):
            await ann.say(f"/card main {line}")
        await ann.say("/subscriptions add")
        await ann.say("/card 2 topics culture")
        shared = await ann.say("/export")
        link = BUNDLE.search(shared)
        assert link is not None
        assert len(link[1]) <= 64
        kept = ann.local.files.get(ann.last.media["document"]["file_id"])
        assert kept is not None
        file = kept.upload.content.decode()
        assert json.loads(file)["subscriptions"][0]["filters"]["words"] == ["chess", "gas price"]
        assert str(ann.chat_id) not in file

        other = ann.local.add_user("Bob", language_code="en")
        async with ann.handled():
            ann.local.start(other.id)
        bob = ann.elsewhere(other.id, other)
        told = await bob.say(f"/start {link[1]}")
        assert "Sport, chess, gas price" in told
        assert [one.topics for one in await cards(bob)] == [()]
        await bob.press("Take it over")

        taken, given = await cards(bob), await cards(ann)
        assert [one.topics for one in taken] == [("sport",), ("culture",)]
        assert [(one.filters, one.schedule, one.manner) for one in taken] == [
            (one.filters, one.schedule, one.manner) for one in given
        ]


async def test_the_same_subscriptions_have_the_same_link(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        assert "no subscription to share" in await talk.say("/export")
        await talk.say("/card main topics sport")

        assert await talk.say("/export") == await talk.say("/export")


async def test_a_hundred_guessed_links_open_nothing_and_the_right_one_does(tmp_path: Path) -> None:
    draw = random.Random(21)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    async with running.talk(tmp_path) as talk:
        await talk.say("/card main topics sport")
        link = BUNDLE.search(await talk.say("/export"))
        assert link is not None
        guesses = ["bundle-" + "".join(draw.choices(letters, k=22)) for _ in range(100)]
        guesses += ["bundle-", "topic-", "topic-none", link[1][:-1], link[1] + "A", link[1].swapcase()]

        answers = [await talk.say(f"/start {guess}") for guess in guesses]

        assert [answer for answer in answers if "Somebody shares" in answer] == []
        assert "Somebody shares" in await talk.say(f"/start {link[1]}")
