"""The JSON interface and the stream of events behind the chat page."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.sandbox import web
from bot.sandbox.state import Chat, User
from bot.sandbox.world import World
from tests.sandbox import served
from tests.sandbox.served import Served

KEYBOARD = {"inline_keyboard": [[{"text": "One", "callback_data": "1"}, {"text": "Site", "url": "example.org"}]]}


def village() -> tuple[World, User, Chat, Chat]:
    world = World(bot_name="Courier", bot_username="courier_bot", clock=lambda: 1_000_000.0)
    ann, bob = world.add_user("Ann", language_code="ru"), world.add_user("Bob")
    group = world.add_group("Club", members=[ann, bob])
    channel = world.add_channel("Facts", username="daily_facts", subscribers=[ann])
    world.add_group("Not hers", members=[bob])
    return world, ann, group, channel


async def next_event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    """The next event of the stream, with its number as `id`."""
    found: dict[str, Any] = {}
    while line := (await stream.content.readline()).decode():
        name, _, value = line.rstrip("\n").partition(": ")
        if name == "id":
            found["id"] = int(value)
        elif name == "data":
            found |= json.loads(value)
        elif not line.strip() and found:
            return found
    return found


def events(at: Served, path: str, **headers: str) -> Any:
    return at.session.get(f"{at.server.url}{path}", headers=headers)


async def test_the_state_is_what_the_first_person_sees() -> None:
    world, ann, group, channel = village()
    async with served.opened(world) as at:
        # given
        await at.bot.set_my_name("Курьер", language_code="ru")
        await at.bot.set_my_description("Brings facts")
        await at.bot.send_message(channel.id, "First facts")
        # when
        state = await at.get("/api/state")
        # then
        assert state["me"] == {"id": str(ann.id), "name": "Ann"}
        assert state["bot"] == {
            "id": "1000001",
            "name": "Курьер",
            "inline": False,
            "username": "courier_bot",
            "description": "Brings facts",
        }
        assert state["seq"] == world.events[-1].seq
        assert [(chat["id"], chat["kind"], chat["title"], chat["can_write"]) for chat in state["chats"]] == [
            (str(ann.id), "private", "Курьер", True),
            (str(group.id), "group", "Club", True),
            (str(channel.id), "channel", "Facts", False),
        ]
        assert [chat["last"] for chat in state["chats"]] == [
            {"text": "/start", "at": 1_000_000},
            None,
            {"text": "First facts", "at": 1_000_000},
        ]


async def test_a_message_is_shown_with_its_entities_and_buttons() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at:
        # given
        link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/x"}
        await at.raw("sendMessage", chat_id=ann.id, text="Here", entities=[link], reply_markup=KEYBOARD)
        # when
        mine, shown = (await at.get(f"/api/chats/{ann.id}/messages"))["messages"]
        # then
        assert (mine["text"], mine["mine"], mine["from"]["is_bot"]) == ("/start", True, False)
        assert shown == {
            "message_id": 2,
            "chat_id": str(ann.id),
            "from": {"id": "1000001", "name": "Courier", "is_bot": True},
            "mine": False,
            "at": 1_000_000,
            "edited_at": None,
            "text": "Here",
            "entities": [link],
            "keyboard": [
                [
                    {"text": "One", "kind": "callback"},
                    {"text": "Site", "kind": "url", "url": "http://example.org/"},
                ]
            ],
        }
        assert len((await at.get(f"/api/chats/{ann.id}/messages?limit=1"))["messages"]) == 1


async def test_what_is_written_on_the_page_reaches_the_bot() -> None:
    world, ann, group, channel = village()
    async with served.opened(world) as at:
        # when
        status, message = await at.post(f"/api/chats/{ann.id}/messages", {"text": " /help "})
        # then
        assert (status, message["text"], message["mine"]) == (200, "/help", True)
        (update,) = await at.bot.get_updates()
        assert update.effective_message is not None
        assert update.effective_message.text == "/help"
        # then
        assert (await at.post(f"/api/chats/{channel.id}/messages", {"text": "x"}))[0] == 400
        assert (await at.post(f"/api/chats/{group.id}/messages", {"text": ""}))[0] == 400
        assert (await at.post("/api/chats/-4000002/messages", {"text": "x"}))[0] == 404


async def test_pressing_waits_for_the_bots_answer() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at, asyncio.TaskGroup() as tasks:
        # given
        sent = await at.raw("sendMessage", chat_id=ann.id, text="Topics", reply_markup=KEYBOARD)
        path = f"/api/chats/{ann.id}/messages/{sent['result']['message_id']}/press"
        # when
        press = tasks.create_task(at.post(path, {"row": 0, "column": 0}))
        (update,) = await at.bot.get_updates(timeout=10)
        assert update.callback_query is not None
        await update.callback_query.answer("Chosen", show_alert=True)
        # then
        assert await press == (200, {"text": "Chosen", "show_alert": True, "timed_out": False})
        assert (await at.post(path, {"row": 0, "column": 1}))[0] == 400
        assert (await at.post(path, {"row": 0}))[0] == 400


async def test_the_menu_of_commands_is_the_persons_own() -> None:
    world, ann, _, channel = village()
    async with served.opened(world) as at:
        await at.raw("setMyCommands", commands=[{"command": "go", "description": "Вперёд"}], language_code="ru")
        assert await at.get(f"/api/chats/{ann.id}/commands") == {
            "commands": [{"command": "go", "description": "Вперёд"}]
        }
        assert await at.get(f"/api/chats/{channel.id}/commands") == {"commands": []}


async def test_events_arrive_as_they_happen() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at, events(at, f"/api/events?after={world.events[-1].seq}") as stream:
        # when
        assert stream.headers["Content-Type"] == "text/event-stream"
        await at.bot.send_chat_action(ann.id, "typing")
        sent = await at.bot.send_message(ann.id, "News")
        await at.bot.edit_message_text("Better news", chat_id=ann.id, message_id=sent.message_id)
        await at.bot.delete_message(ann.id, sent.message_id)
        # then
        typing, message, edit, delete = [await next_event(stream) for _ in range(4)]
        assert (typing["type"], typing["chat_id"]) == ("typing", str(ann.id))
        assert (message["type"], message["message"]["message_id"]) == ("message", sent.message_id)
        assert (edit["type"], edit["message"]["text"]) == ("edit", "Better news")
        assert edit["message"]["edited_at"] == 1_000_000
        assert (delete["type"], delete["message_id"]) == ("delete", sent.message_id)
        assert [one["id"] for one in (typing, message, edit, delete)] == list(range(typing["id"], typing["id"] + 4))


async def test_a_stream_goes_on_where_it_was_and_shows_only_ones_own_chats() -> None:
    world, ann, _, _ = village()
    bob = world.add_user("Cy")
    async with served.opened(world) as at:
        # given
        world.start(bob.id)
        before = world.events[-1].seq
        await at.bot.send_message(bob.id, "Not for Ann")
        await at.bot.send_message(ann.id, "One")
        await at.bot.send_message(ann.id, "Two")
        # then
        async with events(at, f"/api/events?after={before}") as stream:
            first = await next_event(stream)
            assert (first["id"], first["message"]["text"]) == (before + 2, "One")
        resumed = {"Last-Event-ID": str(before + 2)}
        async with events(at, "/api/events?after=1", **resumed) as stream:
            assert (await next_event(stream))["message"]["text"] == "Two"


async def test_only_json_is_taken_from_the_page() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at:
        url = f"{at.server.url}/api/chats/{ann.id}/messages"
        async with at.session.post(url, data='{"text": "x"}', headers={"Content-Type": "text/plain"}) as response:
            assert (response.status, list(await response.json())) == (415, ["error"])
        async with at.session.post(url, data="{", headers={"Content-Type": "application/json"}) as response:
            assert response.status == 400
        assert at.said() == ["/start"]
        assert (await at.post(f"/api/chats/{ann.id}/messages", {"text": "x"}))[0] == 200
        assert at.said() == ["/start", "x"]


async def test_a_world_without_people_says_so() -> None:
    world, _, _, _ = village()
    async with served.opened(world) as at:
        at.world.users.clear()
        assert list(await at.get("/api/state")) == ["error"]


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/static/chat.js", "text/javascript")])
async def test_the_page_and_its_files_are_served(path: str, kind: str) -> None:
    async with served.opened() as at, at.session.get(f"{at.server.url}{path}") as response:
        assert (response.status, response.content_type) == (200, kind)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        name = "index.html" if path == "/" else path.rpartition("/")[2]
        assert await response.read() == (web.PAGE / name).read_bytes()


@pytest.mark.parametrize(
    "path", ["/static/missing.css", "/static/..%2fweb.py", "/static/web.py", "/api/chats/1/commands"]
)
async def test_nothing_else_is_served(path: str) -> None:
    async with (
        served.opened() as at,
        at.session.get(URL(f"{at.server.url}{path}", encoded=True)) as response,
    ):
        assert response.status == 404
