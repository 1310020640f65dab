"""Answers with files, buttons under them, and messages that came of an inline result."""

from __future__ import annotations

from pathlib import Path

from telegram import Chat as TelegramChat

from bot.model import Attachment, RichText
from bot.outputs import telegram_chat
from bot.sandbox import wire
from tests import running, test_trends
from tests.running import Talk


async def chosen(talk: Talk, *, via_bot: bool) -> None:
    """Ann writes a text, by an inline result or by hand."""
    message = talk.local.put(talk.chat_id, talk.user, text="The dam holds.", via_bot=via_bot)
    async with talk.handled():
        talk.local.updates.add("message", wire.message(talk.local, message))


async def test_what_came_of_an_inline_result_asks_nothing(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await chosen(talk, via_bot=True)
        assert talk.messages() == []

        await chosen(talk, via_bot=False)
        assert "/help" in talk.last.text


async def test_what_a_button_under_a_picture_asks_comes_below_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await test_trends.weeks(talk)
        await talk.say("/trends")
        picture = talk.last

        await talk.press("Mudflow")

        assert "photo" in picture.media
        assert talk.last.id > picture.id
        assert "udflow" in talk.last.text


async def test_documents_go_with_their_names_and_the_ids_of_few_are_remembered(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        uploads = telegram_chat.Uploads()
        chat = TelegramChat(talk.chat_id, "private")
        chat.set_bot(talk.bot)

        async def send(number: int) -> None:
            file = Attachment(name="list.txt", content=f"file {number}".encode())
            await uploads.send(chat, file, RichText(text="Yours"), buttons=None, thread_id=None)

        for number in (*range(telegram_chat.FILES_KNOWN + 1), telegram_chat.FILES_KNOWN, 0):
            await send(number)

        sent = [call.params["document"].startswith("attach://") for call in talk.local.calls("sendDocument")]
        assert sent[:-2] == [True] * (telegram_chat.FILES_KNOWN + 1)
        assert sent[-2:] == [False, True]
        assert talk.last.media["document"]["file_name"] == "list.txt"
        assert talk.last.text == "Yours"
