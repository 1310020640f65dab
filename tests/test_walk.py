"""Every command and every kind of button, walked through the local Telegram in a private chat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import commands
from bot.model import ChatId
from bot.sandbox.state import Message
from bot.storage import chats
from tests import openings, running, texts
from tests.commands import test_sources
from tests.running import Talk

TYPED = (
    "/start", "/help", "/about", "/privacy", "/language", "/topics", "/schedule", "/subscriptions add",
    "/subscriptions",
    "/latest", "/latest economy 5", "/latest 1", "/search club", "/search maktab", "/trends", "/preview", "/why",
    "/why https://example.org/opening-1", "/why https://nobody.example/x", "/export", "/start topic-culture",
    "/sources", "/addsource http://press.example/feed sport", "/checksource made-up", "/deliveries", "/hide",
    "/hide https://example.org/chess-ru", "/reset", "/removesource made-up", "/stop",
)  # fmt: skip
MOST = 400  # buttons that are pressed
ALIKE = 4  # of those whose lines differ only in a number or a name
NAMED = re.compile(r"\bl?[0-9a-f]{8,}\b|\d+")
ANSWER = "Samarkand"  # to whatever a button asks for: a city, a word, a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A button of a message: the line it stands for, and the data that is sent for it."""

    message: int
    line: str
    data: str

    @property
    def is_last(self) -> bool:
        """It takes away what others are about."""
        return self.line.endswith(" yes") or self.line.startswith("hide yes")


@dataclass(slots=True, kw_only=True)
class Walk:
    """One person presses every button once, those that were there first before others."""

    talk: Talk
    known: set[str] = field(default_factory=set)
    alike: Counter[str] = field(default_factory=Counter)
    waiting: list[Found] = field(default_factory=list)
    postponed: list[Found] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    async def type(self, line: str) -> None:
        before = len(self.talk.messages())
        self.said.append(await self.talk.say(line))
        assert len(self.talk.messages()) > before, f"no answer to {line}"
        self.reached[line.lstrip("/").partition(" ")[0]] += 1
        self.look()

    async def press_all(self, *, most: int) -> int:
        """Presses what waits, and what comes up meanwhile; returns how many there were."""
        pressed = 0
        while self.waiting and pressed < most:
            await self.press(self.waiting.pop(0))
            pressed += 1
        return pressed

    async def press(self, button: Found) -> None:
        talk = self.talk
        async with talk.handled():
            query = talk.local.press_data(talk.chat_id, button.message, talk.user.id, button.data)
        answer = talk.local.queries[query].answer
        assert answer is not None, f"{button.line} is not answered"
        self.said.append(answer.text)
        self.reached[button.line.partition(" ")[0]] += 1
        if await self.is_asked():
            self.said.append(await talk.say(ANSWER))
        self.look()

    async def is_asked(self) -> bool:
        async with self.talk.world.database.read() as connection:
            chat = await chats.get(connection, ChatId(self.talk.chat_id))
        return chat is not None and bool(chat.question)

    def look(self) -> None:
        """Notes the buttons that are new."""
        for message in self.talk.messages():
            self.said.append(message.text)
            for button in buttons(message):
                shape = NAMED.sub("#", button.line)
                if button.line not in self.known and self.alike[shape] < ALIKE:
                    self.known.add(button.line)
                    self.alike[shape] += 1
                    (self.postponed if button.is_last else self.waiting).append(button)


def buttons(message: Message) -> list[Found]:
    found = [str(one["callback_data"]) for row in message.keyboard for one in row if "callback_data" in one]
    return [Found(message=message.id, line=data.partition(".")[2], data=data) for data in found]


def failures(walk: Walk, logged: Iterable[Mapping[str, Any]]) -> list[object]:
    """What was said or written down of something that nobody expected."""
    said = [text for text in walk.said if "went wrong" in text or "did not understand" in text]
    return [*said, *(one for one in logged if one["log_level"] in ("error", "critical"))]


async def test_every_command_and_every_button_is_answered_and_none_fails(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with test_sources.talk(tmp_path) as ann:
            await ann.take(texts.all_of_them(published_at=datetime.now(UTC)))
            await openings.begun(ann, stories=10, most=3)
            await test_sources.store(ann, "daily", test_sources.failing())
            walk = Walk(talk=ann)
            walk.look()
            for line in TYPED:
                await walk.type(line)

            pressed = await walk.press_all(most=MOST)
            left = len(walk.waiting)
            for button in sorted(walk.postponed, key=lambda one: one.line.startswith("forgetme")):
                await walk.press(button)
            await walk.type("/forgetme")
            await walk.press(walk.postponed[-1])

    assert sorted(walk.reached) == sorted(commands.commands())
    assert pressed >= 200, f"only {pressed} buttons"
    assert left == 0, f"{left} buttons more than {MOST}"
    assert failures(walk, logged) == []


async def test_a_button_that_fails_would_be_found(tmp_path: Path) -> None:
    def broken(data: str, **_: object) -> str:
        raise LookupError(data)

    with capture_logs() as logged:
        async with running.talk(tmp_path, verified=broken) as ann:
            walk = Walk(talk=ann)
            await walk.type("/privacy")
            with pytest.raises(AssertionError, match="is not answered"):
                await walk.press_all(most=MOST)
            await walk.type("/help")  # after the apology

    assert [type(one) for one in failures(walk, logged)] == [str, dict]
