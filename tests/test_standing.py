"""Who may press what where, now: members, administrators, those who were (security.md, T18 and T20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import ChatId
from bot.sandbox.state import Member, User
from bot.standing import Role, Standing
from bot.storage import tables
from tests import running, texts
from tests.running import Talk

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLUB = ChatId(-40)


class Anybody(Standing):
    """A check that asks nobody."""

    async def is_at_least(self, *_: Any, **__: Any) -> bool:
        return True


async def group(talk: Talk) -> tuple[Talk, Talk]:
    """A group of an administrator and a member."""
    boss, guest = talk.local.add_user("Boss"), talk.local.add_user("Guest")
    owner = talk.local.add_user("Owner")
    club = talk.local.add_group("Club", members=(owner, boss, guest), admins=(owner, boss))
    return talk.elsewhere(club.id, boss), talk.elsewhere(club.id, guest)


def demote(talk: Talk, user: User, *, status: Any = "member") -> None:
    talk.local.chats[talk.chat_id].members[user.id] = Member(status=status)


async def stored(talk: Talk) -> list[Any]:
    """What this chat wants and how it is told."""
    async with talk.world.database.read() as connection:
        return [
            (await connection.execute(select(table).order_by(*table.primary_key))).all()
            for table in (tables.subscription, tables.bundle, tables.vote, tables.chat)
        ]


async def walked(talk: Talk) -> list[str]:
    """Data of every button that was ever under the bot's messages on a walk through commands and cards."""
    lines = ("/start", "/topics", "/schedule", "/language", "/subscriptions", "/latest", "/search bridge", "/stop")
    found: dict[str, None] = {}
    for line in lines:
        await talk.say(line)
        found |= dict.fromkeys(_data(talk))
    await talk.say("/subscriptions")
    await talk.press("Your digest")
    for each in _data(talk):
        if each.partition(".")[2].startswith("card main") and not each.endswith("preview"):
            found[each] = None
            await talk.press_data(each)
            found |= dict.fromkeys(_data(talk))
    return list(found)


def _data(talk: Talk) -> list[str]:
    return [str(one["callback_data"]) for row in talk.last.keyboard for one in row if "callback_data" in one]


@pytest.mark.parametrize("is_checked", [True, False], ids=["checked", "unchecked"])
async def test_after_a_demotion_no_button_that_was_ever_there_changes_anything(
    tmp_path: Path, *, is_checked: bool
) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        boss, _ = await group(talk)
        data = await walked(boss)
        await boss.say("/topics economy")
        talk.listener.standing = Standing() if is_checked else Anybody()  # a minute has passed
        demote(boss, boss.user)
        before = await stored(boss)

        for each in data:
            await boss.press_data(each)

        assert len(data) > 40
        assert (await stored(boss) == before) is is_checked


@pytest.mark.parametrize("is_checked", [True, False], ids=["checked", "unchecked"])
@pytest.mark.parametrize(
    ("status", "changes", "reads"),
    [("administrator", True, True), ("member", False, True), ("left", False, False), ("kicked", False, False)],
)
async def test_what_one_may_press_in_a_group_is_what_one_is_there_now(
    tmp_path: Path, status: str, *, changes: bool, reads: bool, is_checked: bool
) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take(texts.all_of_them())
        boss, _ = await group(talk)
        await boss.say("/topics")
        change = boss.data("Economy")
        await boss.say("/latest sport")
        read = boss.data("Where from?")
        talk.listener.standing = Standing() if is_checked else Anybody()
        before, said = await stored(boss), len(boss.messages())
        demote(boss, boss.user, status=status)

        for each in (change, read):
            await pressed_by_anyone(boss, each)

        is_changed, is_told = await stored(boss) != before, len(boss.messages()) > said
        assert (is_changed, is_told) == ((changes, reads) if is_checked else (True, True))


async def pressed_by_anyone(talk: Talk, data: str) -> None:
    """As a changed client of somebody who is not there may send it."""
    how = talk.local.chats[talk.chat_id].members[talk.user.id]
    async with talk.handled():
        talk.local.chats[talk.chat_id].members[talk.user.id] = Member(status="member")
        talk.local.press_data(talk.chat_id, talk.last.id, talk.user.id, data)
        talk.local.chats[talk.chat_id].members[talk.user.id] = how


async def test_what_is_remembered_holds_for_a_minute_and_a_refusal_not_at_all() -> None:
    asked: list[Role] = []
    answers = iter((Role.MEMBER, Role.ADMINISTRATOR, Role.MEMBER))

    async def ask() -> Role:
        asked.append(next(answers))
        return asked[-1]

    standing, who = Standing(), (CLUB, 5)
    told = [
        await standing.is_at_least(role, who, now_at=NOON + timedelta(seconds=seconds), ask=ask)
        for role, seconds in (
            (Role.ADMINISTRATOR, 0),
            (Role.ADMINISTRATOR, 1),
            (Role.ADMINISTRATOR, 60),
            (Role.MEMBER, 60.5),
            (Role.ADMINISTRATOR, 61),
        )
    ]

    assert told == [False, True, True, True, False]
    assert asked == [Role.MEMBER, Role.ADMINISTRATOR, Role.MEMBER]


async def test_of_many_people_the_last_are_remembered() -> None:
    async def ask() -> Role:
        return Role.MEMBER

    standing = Standing()
    for user in range(20_001):
        await standing.is_at_least(Role.MEMBER, (CLUB, user), now_at=NOON, ask=ask)

    assert len(standing._known) == 10_000


async def test_a_button_of_a_deleted_card_changes_nothing(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/subscriptions")
        await talk.press("One more")
        await talk.press("Digest 2")
        await talk.press("Topics")
        stale = [talk.data("Culture"), talk.data("Economy")]
        await talk.press_data(talk.data("Culture"))
        await talk.press("Back")
        await talk.press("Delete")
        await talk.press("Delete")
        await talk.say("/subscriptions")
        await talk.press("One more")  # which is not called as the deleted one was
        assert not [label for label in talk.labels() if "Digest 2" in label]
        before = await stored(talk)

        notices = [await talk.press_data(each) for each in stale]

        assert all("gone" in one for one in notices)
        assert await stored(talk) == before
