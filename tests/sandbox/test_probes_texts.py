"""Probes: messages, buttons and files behave as Telegram's, seen by two independent clients."""

import struct
from typing import Any

import aiohttp
import pytest

from bot.sandbox import files
from bot.sandbox.world import World
from tests.sandbox import clients

pytestmark = pytest.mark.parametrize("client", clients.KINDS)
PNG = files.PNG + struct.pack(">I4sII", 13, b"IHDR", 640, 360) + b"\x08\x02\x00\x00\x00"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keyboard(*buttons: dict[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


async def test_a_message_comes_back_with_its_number_its_chat_and_its_text(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await at.send(text="Harvest 😀")
        assert (sent["text"], sent["chat"]["id"], sent["message_id"]) == ("Harvest 😀", at.ann.id, 2)
        assert at.texts() == ["Harvest 😀"]
        assert at.world.violations == []


async def test_entities_stand_where_they_were_given(client: str) -> None:
    async with clients.opened(client) as at:
        bold = {"type": "bold", "offset": 3, "length": 4}
        sent = await at.send(text="😀 bold", entities=[bold])
        assert [{name: one[name] for name in bold} for one in sent["entities"]] == [bold]


async def test_blanks_around_a_text_go(client: str) -> None:
    async with clients.opened(client) as at:
        assert (await at.send(text="  \n text \n"))["text"] == "text"


async def test_4096_characters_outside_the_basic_plane_are_taken_and_one_more_is_not(client: str) -> None:
    async with clients.opened(client) as at:
        assert len((await at.send(text="😀" * 4096))["text"]) == 4096
        assert (
            await at.refusal("sendMessage", chat_id=at.ann.id, text="😀" * 4097) == "Bad Request: message is too long"
        )


@pytest.mark.parametrize(
    ("text", "description"),
    [
        pytest.param("", "message text is empty", id="empty"),
        pytest.param(" \n ", "text must be non-empty", id="blank"),
        pytest.param("ж" * 16_385, "text is too long", id="too-many-bytes"),
    ],
)
async def test_a_text_without_content_or_without_end_is_refused(client: str, text: str, description: str) -> None:
    async with clients.opened(client) as at:
        assert await at.refusal("sendMessage", chat_id=at.ann.id, text=text) == f"Bad Request: {description}"
        assert at.texts() == []


async def test_long_links_are_refused_long_before_the_text_is_full(client: str) -> None:
    async with clients.opened(client) as at:
        links = [
            {"type": "text_link", "offset": 2 * place, "length": 1, "url": f"https://example.org/{'p' * 180}{place}"}
            for place in range(60)
        ]
        text = "a " * 60
        assert await at.refusal("sendMessage", chat_id=at.ann.id, text=text, entities=links) == (
            "Bad Request: ENTITIES_TOO_LONG"
        )
        assert len((await at.send(text=text, entities=links[:40]))["entities"]) == 40


async def test_the_101st_entity_is_dropped_without_a_word(client: str) -> None:
    async with clients.opened(client) as at:
        many = [{"type": "bold", "offset": 2 * place, "length": 1} for place in range(101)]
        assert len((await at.send(text="a " * 101, entities=many))["entities"]) == 100
        assert len(at.world.violations) == 1


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "Go", "callback_data": "ж" * 32 + "x"}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "go"}, "inline keyboard button text must be non-empty"),
        (
            {"text": "Go", "url": "http://localhost"},
            "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
        ),
        ({"text": "Go"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ],
    ids=["long-data", "no-text", "no-link", "nothing-to-do"],
)
async def test_a_button_that_cannot_be_is_refused(client: str, button: dict[str, str], description: str) -> None:
    async with clients.opened(client) as at:
        assert await at.refusal("sendMessage", chat_id=at.ann.id, text="x", reply_markup=keyboard(button)) == (
            f"Bad Request: {description}"
        )


async def test_64_bytes_of_callback_data_come_back_when_the_button_is_pressed(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await at.send(reply_markup=keyboard({"text": "Go", "callback_data": "ж" * 32}))
        at.world.press(at.ann.id, sent["message_id"], at.ann.id, 0, 0)
        (update,) = await at.call("getUpdates")
        assert update["callback_query"]["data"] == "ж" * 32


async def test_101_buttons_are_too_long_a_keyboard(client: str) -> None:
    async with clients.opened(client) as at:
        many = keyboard(*({"text": "Go", "callback_data": "go"} for _ in range(101)))
        assert await at.refusal("sendMessage", chat_id=at.ann.id, text="x", reply_markup=many) == (
            "Bad Request: reply markup is too long"
        )


async def test_a_pressed_button_is_answered_once(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await at.send(reply_markup=keyboard({"text": "Go", "callback_data": "go"}))
        query = at.world.press(at.ann.id, sent["message_id"], at.ann.id, 0, 0)
        assert await at.call("answerCallbackQuery", callback_query_id=query, text="Done") is True
        assert await at.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD


async def test_a_button_pressed_long_ago_is_not_answered(client: str) -> None:
    # given
    now = [1_000_000.0]
    async with clients.opened(client, World(clock=lambda: now[0])) as at:
        sent = await at.send(reply_markup=keyboard({"text": "Go", "callback_data": "go"}))
        query = at.world.press(at.ann.id, sent["message_id"], at.ann.id, 0, 0)
        # when
        now[0] += 16 * 60
        # then
        assert await at.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD


async def test_a_message_is_edited_in_place_and_the_same_again_is_refused(client: str) -> None:
    async with clients.opened(client) as at:
        place = {"chat_id": at.ann.id, "message_id": (await at.send(text="Draft"))["message_id"]}
        assert (await at.call("editMessageText", text="Final", **place))["text"] == "Final"
        assert await at.refusal("editMessageText", text="Final", **place) == NOT_MODIFIED
        assert at.texts() == ["Draft"], "what was taken stays on record as it was taken"


async def test_a_keyboard_that_stays_the_same_is_not_modified_either(client: str) -> None:
    async with clients.opened(client) as at:
        markup = keyboard({"text": "Go", "callback_data": "go"})
        place = {"chat_id": at.ann.id, "message_id": (await at.send(reply_markup=markup))["message_id"]}
        assert await at.refusal("editMessageReplyMarkup", reply_markup=markup, **place) == NOT_MODIFIED


async def test_a_message_that_is_not_there_is_neither_edited_nor_deleted_nor_answered(client: str) -> None:
    async with clients.opened(client) as at:
        place = {"chat_id": at.ann.id, "message_id": 999}
        assert await at.refusal("editMessageText", text="x", **place) == "Bad Request: message to edit not found"
        assert await at.refusal("deleteMessage", **place) == "Bad Request: message to delete not found"
        answer = {"chat_id": at.ann.id, "text": "x", "reply_parameters": {"message_id": 999}}
        assert await at.refusal("sendMessage", **answer) == "Bad Request: message to be replied not found"


async def test_the_message_of_somebody_else_cannot_be_edited(client: str) -> None:
    async with clients.opened(client) as at:
        theirs = at.world.say(at.ann.id, at.ann.id, "Mine")
        assert await at.refusal("editMessageText", chat_id=at.ann.id, message_id=theirs.id, text="x") == (
            "Bad Request: message can't be edited"
        )


async def test_a_deleted_message_is_gone(client: str) -> None:
    async with clients.opened(client) as at:
        place = {"chat_id": at.ann.id, "message_id": (await at.send())["message_id"]}
        assert await at.call("deleteMessage", **place) is True
        assert await at.refusal("deleteMessage", **place) == "Bad Request: message to delete not found"
        assert [one.text for one in at.world.transcript(at.ann.id)] == ["/start"]


async def test_a_picture_is_uploaded_once_and_sent_again_by_its_name(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await at.call("sendPhoto", chat_id=at.ann.id, photo=PNG, caption="Dam")
        (size,) = sent["photo"]
        again = await at.call("sendPhoto", chat_id=at.ann.id, photo=size["file_id"])
        assert (sent["caption"], size["width"], size["height"]) == ("Dam", 640, 360)
        assert again["photo"][0]["file_unique_id"] == size["file_unique_id"]
        assert at.world.violations == []


async def test_a_file_is_fetched_as_it_was_sent(client: str) -> None:
    async with clients.opened(client) as at, aiohttp.ClientSession() as session:
        sent = await at.call("sendDocument", chat_id=at.ann.id, document=b"a,b\n1,2\n")
        file = await at.call("getFile", file_id=sent["document"]["file_id"])
        path = file["file_path"].rpartition("documents/")[2]
        async with session.get(f"{at.server.base_file_url}{at.world.token}/documents/{path}") as response:
            assert await response.read() == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("photo", "description"),
    [
        ("AgACnobody", "wrong file identifier/HTTP URL specified"),
        ("https://example.org/a.png", "failed to get HTTP URL content"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
    ],
    ids=["unknown", "link", "no-picture"],
)
async def test_a_picture_that_is_none_is_refused(client: str, photo: str | bytes, description: str) -> None:
    async with clients.opened(client) as at:
        assert await at.refusal("sendPhoto", chat_id=at.ann.id, photo=photo) == f"Bad Request: {description}"
        assert at.texts() == []


async def test_1024_characters_stand_under_a_picture_and_one_more_does_not(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await at.call("sendPhoto", chat_id=at.ann.id, photo=PNG, caption="😀" * 1024)
        assert len(sent["caption"]) == 1024
        assert await at.refusal("sendPhoto", chat_id=at.ann.id, photo=PNG, caption="😀" * 1025) == (
            "Bad Request: message caption is too long"
        )


async def test_commands_and_the_menu_button_are_kept(client: str) -> None:
    async with clients.opened(client) as at:
        latest = {"command": "latest", "description": "The newest stories"}
        assert await at.call("setMyCommands", commands=[latest]) is True
        assert await at.call("getMyCommands") == [latest]
        assert await at.call("getChatMenuButton", chat_id=at.ann.id) == {"type": "commands"}
        app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.org/"}}
        assert await at.call("setChatMenuButton", chat_id=at.ann.id, menu_button=app) is True
        assert (await at.call("getChatMenuButton", chat_id=at.ann.id))["type"] == "web_app"
