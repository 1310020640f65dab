"""Probes: the topics of a forum take messages, close and go as Telegram's do."""

import pytest

from bot.sandbox.world import World
from tests.sandbox import clients

pytestmark = pytest.mark.parametrize("client", clients.KINDS)


async def test_a_message_goes_into_the_topic_it_names(client: str) -> None:
    # given
    world = World()
    forum, _ = clients.place(world, "supergroup", is_forum=True)
    topic = world.add_topic(forum.id, "News")
    async with clients.opened(client, world) as at:
        # when
        sent = await at.send(forum.id, message_thread_id=topic)
        # then
        assert (sent["message_thread_id"], sent["is_topic_message"], sent["chat"]["is_forum"]) == (topic, True, True)
        assert "message_thread_id" not in await at.send(forum.id)


async def test_a_closed_topic_takes_nothing_but_from_those_who_manage_topics(client: str) -> None:
    # given
    world = World()
    forum, eve = clients.place(world, "supergroup", is_forum=True)
    topic = world.add_topic(forum.id, "News")
    said = {"chat_id": forum.id, "message_thread_id": topic, "text": "x"}
    async with clients.opened(client, world) as at:
        # when
        world.close_topic(forum.id, topic)
        # then
        assert await at.refusal("sendMessage", **said) == "Bad Request: TOPIC_CLOSED"
        world.promote_bot(forum.id, eve)
        await at.call("sendMessage", **said)
        world.demote_bot(forum.id, eve)
        world.reopen_topic(forum.id, topic)
        await at.call("sendMessage", **said)
        assert at.texts() == ["x", "x"]


async def test_a_closed_general_takes_nothing_either(client: str) -> None:
    # given
    world = World()
    forum, _ = clients.place(world, "supergroup", is_forum=True)
    async with clients.opened(client, world) as at:
        # when
        world.close_topic(forum.id, 1)
        # then
        assert await at.refusal("sendMessage", chat_id=forum.id, text="x") == "Bad Request: TOPIC_CLOSED"


async def test_a_deleted_topic_is_gone_with_its_messages(client: str) -> None:
    # given
    world = World()
    forum, _ = clients.place(world, "supergroup", is_forum=True)
    topic = world.add_topic(forum.id, "News")
    async with clients.opened(client, world) as at:
        await at.send(forum.id, message_thread_id=topic)
        # when
        world.delete_topic(forum.id, topic)
        # then
        assert await at.refusal("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x") == (
            "Bad Request: TOPIC_DELETED"
        )
        assert world.transcript(forum.id) == []


@pytest.mark.parametrize("thread", [1, 77])
async def test_general_and_unknown_topics_have_no_number_to_write_to(client: str, thread: int) -> None:
    # given
    world = World()
    forum, _ = clients.place(world, "supergroup", is_forum=True)
    async with clients.opened(client, world) as at:
        assert await at.refusal("sendMessage", chat_id=forum.id, message_thread_id=thread, text="x") == (
            "Bad Request: message thread not found"
        )


async def test_a_bot_that_manages_topics_opens_and_closes_them(client: str) -> None:
    # given
    world = World()
    forum, _ = clients.place(world, "supergroup", is_forum=True, bot_is_admin=True)
    async with clients.opened(client, world) as at:
        # when
        made = await at.call("createForumTopic", chat_id=forum.id, name="News")
        at_topic = {"chat_id": forum.id, "message_thread_id": made["message_thread_id"]}
        # then
        assert await at.call("closeForumTopic", **at_topic) is True
        assert await at.refusal("closeForumTopic", **at_topic) == "Bad Request: TOPIC_NOT_MODIFIED"
        assert await at.call("reopenForumTopic", **at_topic) is True
        assert await at.call("deleteForumTopic", **at_topic) is True
        assert await at.refusal("reopenForumTopic", **at_topic) == "Bad Request: message thread not found"


@pytest.mark.parametrize(
    ("kind", "description"),
    [("supergroup", "the chat is not a forum"), ("group", "method is available only for supergroups")],
)
async def test_topics_are_made_in_forums_only(client: str, kind: str, description: str) -> None:
    # given
    world = World()
    chat, _ = clients.place(world, kind)
    async with clients.opened(client, world) as at:
        assert await at.refusal("createForumTopic", chat_id=chat.id, name="News") == f"Bad Request: {description}"
