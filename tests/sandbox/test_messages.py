"""Sending, editing, deleting and answering, over HTTP."""

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, ReplyParameters

from bot.sandbox.world import World
from tests.sandbox import served

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {"inline_keyboard": [[{"text": "One", "callback_data": "1"}, {"text": "Site", "url": "example.org"}]]}


async def test_a_message_is_sent_with_its_entities_and_its_keyboard() -> None:
    async with served.opened() as at:
        # given
        entities = [MessageEntity(type="bold", offset=0, length=10)]
        rows = [[InlineKeyboardButton("Go", callback_data="go")]]
        # when
        sent = await at.bot.send_message(
            at.ann.id, "Harvest 😀", entities=entities, reply_markup=InlineKeyboardMarkup(rows)
        )
        # then
        assert (sent.text, list(sent.entities), sent.chat.id) == ("Harvest 😀", entities, at.ann.id)
        assert sent.reply_markup == InlineKeyboardMarkup(rows)
        assert at.said() == ["/start", "Harvest 😀"]
        assert at.world.accepted[-1].params["entities"] == [{"type": "bold", "offset": 0, "length": 10}]
        assert at.world.violations == []


async def test_text_is_trimmed_and_entities_move_along() -> None:
    async with served.opened() as at:
        # when
        sent = await at.raw(
            "sendMessage", chat_id=at.ann.id, text=" \n a bc \n", entities=[{"type": "bold", "offset": 5, "length": 2}]
        )
        # then
        assert sent["result"]["text"] == "a bc"
        assert sent["result"]["entities"] == [{"type": "bold", "offset": 2, "length": 2}]


async def test_a_message_is_edited_in_place_and_the_same_again_is_refused() -> None:
    async with served.opened() as at:
        # given
        sent = await at.bot.send_message(at.ann.id, "Draft")
        # when
        edited = await at.bot.edit_message_text("Final", chat_id=at.ann.id, message_id=sent.message_id)
        # then
        assert isinstance(edited, telegram.Message)
        assert (edited.message_id, edited.text) == (sent.message_id, "Final")
        assert edited.edit_date is not None
        assert at.said() == ["/start", "Final"]
        again = await at.refused("editMessageText", chat_id=at.ann.id, message_id=sent.message_id, text=" Final ")
        assert again == NOT_MODIFIED


async def test_a_keyboard_is_part_of_what_may_not_stay_the_same() -> None:
    async with served.opened() as at:
        # given
        sent = await at.raw("sendMessage", chat_id=at.ann.id, text="Topics", reply_markup=KEYBOARD)
        place = {"chat_id": at.ann.id, "message_id": sent["result"]["message_id"]}
        # when
        same = await at.refused("editMessageReplyMarkup", **place, reply_markup=KEYBOARD)
        gone = await at.raw("editMessageReplyMarkup", **place)
        # then
        assert same == NOT_MODIFIED
        assert "reply_markup" not in gone["result"]
        assert await at.refused("editMessageReplyMarkup", **place) == NOT_MODIFIED


async def test_editing_what_is_not_there_or_not_ones_own_is_refused() -> None:
    async with served.opened() as at:
        # given
        asked = at.world.say(at.ann.id, at.ann.id, "Hello")
        # then
        assert await at.refused("editMessageText", chat_id=at.ann.id, message_id=999, text="x") == (
            "Bad Request: message to edit not found"
        )
        assert await at.refused("editMessageText", chat_id=at.ann.id, message_id=asked.id, text="x") == (
            "Bad Request: message can't be edited"
        )
        assert await at.refused("editMessageText", text="x") == "Bad Request: message identifier is not specified"


async def test_a_deleted_message_is_gone_for_everything() -> None:
    async with served.opened() as at:
        # given
        sent = await at.bot.send_message(at.ann.id, "Soon gone")
        place = {"chat_id": at.ann.id, "message_id": sent.message_id}
        # when
        assert await at.bot.delete_message(at.ann.id, sent.message_id)
        # then
        assert at.said() == ["/start"]
        assert await at.refused("deleteMessage", **place) == "Bad Request: message to delete not found"
        assert await at.refused("editMessageText", **place, text="x") == "Bad Request: message to edit not found"
        assert await at.refused("sendMessage", chat_id=at.ann.id, text="x", reply_parameters={"message_id": 2}) == (
            "Bad Request: message to be replied not found"
        )
        assert await at.refused("deleteMessage", chat_id=at.ann.id) == (
            "Bad Request: message identifier is not specified"
        )


async def test_after_two_days_only_an_administrator_deletes() -> None:
    # given
    now = [1_000_000.0]
    world = World(clock=lambda: now[0])
    ann = world.add_user("Ann")
    plain, led = world.add_group("Plain", members=[ann]), world.add_group("Led", members=[ann], bot_is_admin=True)
    async with served.opened(world) as at:
        sent = [await at.bot.send_message(chat.id, "Old") for chat in (plain, led)]
        now[0] += 48 * 3600
        # when
        refused = await at.refused("deleteMessage", chat_id=plain.id, message_id=sent[0].message_id)
        # then
        assert refused == "Bad Request: message can't be deleted for everyone"
        assert await at.bot.delete_message(led.id, sent[1].message_id)


async def test_a_reply_shows_what_it_answers() -> None:
    async with served.opened() as at:
        # given
        asked = at.world.say(at.ann.id, at.ann.id, "When?")
        # when
        sent = await at.bot.send_message(at.ann.id, "At noon", reply_parameters=ReplyParameters(asked.id))
        missing = {"message_id": 999, "allow_sending_without_reply": True}
        alone = await at.raw("sendMessage", chat_id=at.ann.id, text="Alone", reply_parameters=missing)
        # then
        assert sent.reply_to_message is not None
        assert sent.reply_to_message.text == "When?"
        assert "reply_to_message" not in alone["result"]


async def test_a_pressed_button_is_answered_once() -> None:
    async with served.opened() as at:
        # given
        sent = await at.raw("sendMessage", chat_id=at.ann.id, text="Topics", reply_markup=KEYBOARD)
        query_id = at.world.press(at.ann.id, sent["result"]["message_id"], at.ann.id, 0, 0)
        (update,) = await at.bot.get_updates()
        assert update.callback_query is not None
        assert (update.callback_query.id, update.callback_query.data) == (query_id, "1")
        # when
        assert await update.callback_query.answer("Done", show_alert=True)
        # then
        (answer,) = at.world.callback_answers
        assert (answer.query_id, answer.text, answer.show_alert) == (query_id, "Done", True)
        assert await at.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD
        assert await at.refused("answerCallbackQuery", callback_query_id="12345") == TOO_OLD


@pytest.mark.parametrize(("minutes", "is_late"), [(15, False), (15.1, True)])
async def test_a_button_can_be_answered_for_a_quarter_of_an_hour(minutes: float, is_late: bool) -> None:
    # given
    now = [1_000_000.0]
    async with served.opened(World(clock=lambda: now[0])) as at:
        sent = await at.raw("sendMessage", chat_id=at.ann.id, text="Topics", reply_markup=KEYBOARD)
        query_id = at.world.press(at.ann.id, sent["result"]["message_id"], at.ann.id, 0, 0)
        # when
        now[0] += minutes * 60
        body = await at.raw("answerCallbackQuery", callback_query_id=query_id)
        # then
        assert body == ({"ok": False, "error_code": 400, "description": TOO_OLD} if is_late else body)
        assert body["ok"] is not is_late


async def test_an_answer_of_more_than_200_characters_is_refused() -> None:
    async with served.opened() as at:
        # given
        sent = await at.raw("sendMessage", chat_id=at.ann.id, text="Topics", reply_markup=KEYBOARD)
        query_id = at.world.press(at.ann.id, sent["result"]["message_id"], at.ann.id, 0, 0)
        # then
        assert await at.refused("answerCallbackQuery", callback_query_id=query_id, text="x" * 201) == (
            "Bad Request: MESSAGE_TOO_LONG"
        )
        assert (await at.raw("answerCallbackQuery", callback_query_id=query_id, text="😀" * 200))["ok"]


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"message_thread_id": 7}, "Bad Request: message thread not found"),
        ({"business_connection_id": "b"}, "Bad Request: business connection not found"),
        ({"message_effect_id": "1"}, "Bad Request: EFFECT_ID_INVALID"),
        ({"link_preview_options": {"url": "not-a-url"}}, "Bad Request: WEBPAGE_URL_INVALID"),
        (
            {"link_preview_options": {"is_disabled": "yes"}},
            'Bad Request: field "is_disabled" must be of type Boolean',
        ),
        ({"reply_parameters": {"quote": "x"}}, 'Bad Request: can\'t find field "message_id"'),
    ],
)
async def test_what_this_world_does_not_have_is_refused(params: dict[str, object], description: str) -> None:
    async with served.opened() as at:
        assert await at.refused("sendMessage", chat_id=at.ann.id, text="x", **params) == description


async def test_a_chat_action_is_taken_and_an_unknown_one_refused() -> None:
    async with served.opened() as at:
        assert await at.bot.send_chat_action(at.ann.id, "typing")
        assert await at.refused("sendChatAction", chat_id=at.ann.id, action="dancing") == (
            "Bad Request: wrong parameter action in request"
        )
