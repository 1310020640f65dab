"""What the listener makes of chats that change, of what an earlier run has done, and of Telegram asking to wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot import hearing, settings
from bot.model import Chat, ChatId, ChatKind, Subscription, TopicId
from bot.storage import chats, database, deliveries, dialect, heard, met, subscriptions, tables
from bot.storage.heard import Heard
from tests import running
from tests.delivery import planned
from tests.running import Talk

GROUP, SUPERGROUP, CHANNEL = ChatId(-40), ChatId(-100777), ChatId(-1001)
ADMIN = {"status": "administrator", "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True}
ADMIN |= dict.fromkeys(
    (
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
    ),
    False,
)
SILENT = {"status": "restricted", "is_member": True, "until_date": 0} | dict.fromkeys(
    (
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_edit_tag",
        "can_react_to_messages",
    ),
    False,
)


async def told(talk: Talk, what: dict[str, Any], *, number: int = 1, is_applied: bool = False) -> None:
    """An update as Telegram writes it."""
    payload = {"update_id": number, **what}
    await talk.listener.on(talk.bot)(Heard(update_id=number, chat_id=0, payload=payload, is_applied=is_applied))


async def stored(talk: Talk, chat_id: ChatId) -> tuple[Chat | None, tuple[Subscription, ...], list[str]]:
    """The chat, what it wants, and the states of what was planned for it."""
    async with talk.world.database.read() as connection:
        records = await deliveries.listing(connection, limit=99)
        return (
            await chats.get(connection, chat_id),
            await subscriptions.of_chat(connection, chat_id),
            [one.delivery.state.value for one in records if one.delivery.chat_id == chat_id],
        )


def membership(kind: str, member: dict[str, Any], *, chat_id: int = CHANNEL) -> dict[str, Any]:
    bot = {"id": 5, "is_bot": True, "first_name": "Digest"}
    return {
        "my_chat_member": {
            "chat": {"id": chat_id, "type": kind, "title": "News"},
            "from": {"id": 9, "is_bot": False, "first_name": "Ann"},
            "date": 1_790_000_000,
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, **member},
        }
    }


@pytest.mark.parametrize(
    ("kind", "member", "is_silenced"),
    [
        ("channel", {"status": "left"}, True),
        ("channel", {"status": "kicked", "until_date": 0}, True),
        ("channel", {**ADMIN, "can_post_messages": False}, True),
        ("channel", {**ADMIN, "can_post_messages": True}, False),
        ("channel", {"status": "member"}, True),
        ("supergroup", {"status": "member"}, False),
        ("supergroup", ADMIN, False),
        ("supergroup", SILENT, True),
        ("supergroup", {**SILENT, "can_send_messages": True}, False),
        ("supergroup", {**SILENT, "can_send_messages": True, "is_member": False}, True),
        ("private", {"status": "kicked", "until_date": 0}, True),
        ("private", {"status": "member"}, False),
    ],
)
async def test_a_chat_is_paused_when_the_bot_may_not_write_there_and_goes_on_when_it_may(
    tmp_path: Path, kind: str, member: dict[str, Any], is_silenced: bool
) -> None:
    async with running.talk(tmp_path, admin=True) as talk:
        await talk.say("/start")
        await planned.plan(talk.world, (CHANNEL,), kind=ChatKind(kind))

        await told(talk, membership(kind, member))

        chat, _, states = await stored(talk, CHANNEL)
        _, _, asked = await stored(talk, ChatId(talk.chat_id))
        assert chat is not None
        assert bool(chat.paused) is is_silenced
        assert states == ["failed" if is_silenced else "pending"]
        assert len(asked) == (is_silenced and kind != "private")

        allowed = ADMIN | {"can_post_messages": True} if kind == "channel" else {"status": "member"}
        await told(talk, membership(kind, allowed))
        chat, _, _ = await stored(talk, CHANNEL)
        assert chat is not None
        assert not chat.paused


def service(chat_id: int, kind: str, **moved: int) -> dict[str, Any]:
    """The message that Telegram puts into a group that became a supergroup, or into the supergroup."""
    return {
        "message": {
            "message_id": 1,
            "date": 1_790_000_000,
            "chat": {"id": chat_id, "type": kind, "title": "Readers"},
            "from": {"id": 9, "is_bot": False, "first_name": "Ann"},
            **moved,
        }
    }


OLD = service(GROUP, "group", migrate_to_chat_id=SUPERGROUP)
NEW = service(SUPERGROUP, "supergroup", migrate_from_chat_id=GROUP)


@pytest.mark.parametrize("ways", [(OLD,), (NEW,), (OLD, NEW), (NEW, OLD), (NEW, NEW)], ids=str)
async def test_a_group_takes_everything_along_whichever_way_its_move_is_learnt(
    tmp_path: Path, ways: tuple[dict[str, Any], ...]
) -> None:
    async with running.talk(tmp_path) as talk:
        group = await settings.chat(talk.world, GROUP, kind=ChatKind.GROUP, title="Readers")
        await settings.subscribe(talk.world, group, topics=(TopicId("sport"),), now_at=planned.NIGHT)
        await planned.plan(talk.world, (GROUP,), kind=ChatKind.GROUP, parts=3)

        for number, way in enumerate(ways):
            await told(talk, way, number=number)

        chat, wishes, states = await stored(talk, SUPERGROUP)
        left, old_wishes, old_states = await stored(talk, GROUP)
        assert chat is not None
        assert left is not None
        assert (chat.kind, chat.paused, left.paused) == (ChatKind.SUPERGROUP, "", chats.MOVED)
        assert [one.topics for one in wishes] == [("sport",)]
        assert (states, old_wishes, old_states) == (["pending"] * 3, (), [])


def typed(talk: Talk, text: str) -> dict[str, Any]:
    message = {
        "message_id": 77,
        "date": 1_790_000_000,
        "chat": {"id": talk.chat_id, "type": "private", "first_name": "Ann"},
        "from": {"id": talk.user.id, "is_bot": False, "first_name": "Ann"},
        "text": text,
    }
    return {"update_id": 1, "message": message}


async def wanted(talk: Talk) -> tuple[TopicId, ...]:
    chat = await settings.chat(talk.world, ChatId(talk.chat_id), kind=ChatKind.PRIVATE, title="")
    return (await settings.subscription(talk.world, chat)).topics


@pytest.mark.parametrize("is_known", [True, False], ids=["marked", "unmarked"])
async def test_killed_before_it_could_answer_it_gives_the_real_answer_and_does_nothing_again(
    tmp_path: Path, *, is_known: bool
) -> None:
    """What is not known to be done already is toggled back by the next run."""
    async with running.talk(tmp_path) as talk:
        base, apply = talk.world.database, talk.listener.on(talk.bot)
        talk.local.fail("delay", method="sendMessage", seconds=1_000)
        async with hearing.opened(base, apply, drain_s=0.01) as dying:
            await dying.hear([typed(talk, "/topics sport")])
            assert await talk.local.until(lambda: talk.local.outbox.counts["fault delay before"])
        assert talk.messages() == []
        if not is_known:
            async with base.write() as connection:
                await connection.execute(tables.heard.update().values(applied_at=None))

        async with hearing.opened(base, apply):
            pass

        assert await wanted(talk) == (("sport",) if is_known else ())
        assert "Your digest · Topics" in talk.last.text
        assert ("✅ Sport" in talk.labels()) == is_known


async def test_what_another_process_has_carried_out_is_not_answered_by_this_one(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        update = Heard(update_id=1, chat_id=talk.chat_id, payload=typed(talk, "/topics sport"))
        async with talk.world.database.write() as connection:
            await heard.store(connection, [update])
            await heard.apply(connection, update)

        async with hearing.opened(talk.world.database, talk.listener.on(talk.bot), drain_s=9) as late:
            late.take([update])

        assert (talk.messages(), await wanted(talk)) == ([], ())


async def test_an_update_that_cannot_be_read_ends_nothing(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await told(talk, {"message": {"message_id": "x"}})

        assert "/topics" in await talk.say("/help")


async def test_to_make_a_chat_known_is_not_yet_what_its_first_command_asked_for(tmp_path: Path) -> None:
    """Killed right after it, /start is carried out by the next run, and not taken for done."""
    async with running.talk(tmp_path) as talk:
        marks: list[int] = []

        async def mark(*_: object) -> None:
            marks.append(1)

        with database.together_with(mark):
            chat = await settings.chat(talk.world, ChatId(5), kind=ChatKind.PRIVATE, title="New")
            assert not marks
            await settings.subscribe(talk.world, chat, topics=(TopicId("sport"),), now_at=planned.NIGHT)
        assert marks == [1]


async def test_an_answer_refused_for_a_flood_comes_after_the_wait_and_none_inside_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.say("/start")
        calls: list[float] = []
        chat_id = ChatId(talk.chat_id)

        async def call() -> None:
            async with talk.world.database.read() as connection:
                calls.append((await met.known(connection, [chat_id]))[chat_id].wait_s)
            if len(calls) == 1:
                raise RetryAfter(0)

        await talk.listener._allowed(chat_id, call)

        assert calls == [0.0, 0.0]
        async with talk.world.database.read() as connection:
            row = (await connection.execute(tables.chat.select().where(tables.chat.c.id == chat_id))).one()
        assert row.held_until > dialect.EPOCH
        assert row.send_after >= row.held_until
