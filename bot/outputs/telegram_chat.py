"""A message to a Telegram chat: one attempt, and what became of it, told exactly (delivery.md, "Error classes").

"Certainly not sent" and "nobody knows" are kept apart: only the first may be repeated freely.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from PIL import Image
from telegram import Bot, InlineKeyboardMarkup, InputFile, InputMediaPhoto, MessageEntity
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot import signing
from bot.errors import NotSent
from bot.model import (
    Attachment,
    Button,
    ChatId,
    Edit,
    Gone,
    Later,
    Message,
    Moved,
    Receipt,
    Refused,
    RichText,
    Send,
    Sent,
    Unknown,
)
from bot.outputs import Output
from bot.stages import richform, richtext
from bot.storage.pictures import Shelf

JSON = dict[str, Any]
Form = Callable[[ChatId, Message, bytes], JSON]

NO_PREVIEW = '{"is_disabled": true}'
FILES_KNOWN = 64
RETRY_S = 5.0
FATAL_RETRY_S = 60.0  # a revoked token: the operator must act, nothing is marked failed meanwhile
GONE = (  # texts of 400 that say the chat takes nothing, compared with casefold (telegram.md C5, 12-26)
    "chat not found",
    "peer_id_invalid",
    "not enough rights",
    "have no write access",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
RICH = "sendrichmessage"
PICTURE = "picture.jpg"
ABOUT_ENTITIES = ("entit", "url", "parse", "button")
NOT_MODIFIED = ("message is not modified",)
UNDER_PICTURE = ("no text in the message",)
NEVER_TAKEN = ("request entity too large", "misdirected request")  # 413 and 421 (telegram.md C5, 98 and 99)


def entities(text: RichText) -> list[MessageEntity]:
    """Our entities as python-telegram-bot's own methods take them."""
    return [MessageEntity(**richtext.entity_dict(entity)) for entity in text.entities]  # type: ignore[arg-type]


class Uploads:
    """Files sent with a caption: each is uploaded once, and goes by the id that Telegram gave it from then on. The ids
    of the last `FILES_KNOWN` files are kept in memory."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    async def send(
        self,
        chat: TelegramChat,
        attachment: Attachment,
        caption: RichText,
        *,
        buttons: JSON | None,
        thread_id: int | None,
    ) -> None:
        """Raises TelegramError. A file whose id Telegram does not take any more is uploaded again."""
        digest = hashlib.sha256(attachment.name.encode() + attachment.content).hexdigest()
        markup = InlineKeyboardMarkup.de_json(buttons, None) if buttons else None
        told: JSON = {"reply_markup": markup, "message_thread_id": thread_id, "filename": attachment.name}
        told |= {"caption": caption.text or None, "caption_entities": entities(caption)}
        method = chat.send_photo if attachment.is_picture else chat.send_document
        known = self._ids.get(digest, "")
        try:
            sent = await method(known or attachment.content, **told)
        except BadRequest as error:
            if not known or not _names(str(error), ("file", "photo", "document")):
                raise
            sent = await method(attachment.content, **told)
        self._keep(digest, _file_id(sent))

    def _keep(self, digest: str, file_id: str) -> None:
        self._ids[digest] = file_id
        if len(self._ids) > FILES_KNOWN:
            del self._ids[next(iter(self._ids))]


def _file_id(sent: TelegramMessage) -> str:
    """The largest size of a picture, or the document."""
    return sent.photo[-1].file_id if sent.photo else sent.document.file_id if sent.document else ""


def send(bot: Bot, key: bytes, /, shelf: Shelf | None = None) -> Send:
    """One attempt with python-telegram-bot, the buttons signed with that key; a message under a picture goes without it
    where there is none or Telegram does not take it, a rich message that is refused goes once more in the usual form, a
    text whose entities are refused once more as plain text."""

    async def attempt(chat_id: ChatId, message: Message) -> Receipt:
        if message.picture and shelf and richtext.is_caption(message.body):
            given = _caption_parameters(chat_id, message, key)
            shown = await _pictured(bot, given, message.picture, shelf)
            if shown is not None:
                return shown
        if message.is_rich:
            rich = await _attempt(bot, rich_parameters(chat_id, message, key), method=RICH)
            if not isinstance(rich, Refused):
                return rich
        receipt = await _attempt(bot, parameters(chat_id, message, key))
        is_formatted = message.body.entities or message.buttons
        if isinstance(receipt, Refused) and is_formatted and _names(receipt.reason, ABOUT_ENTITIES):
            buttons = () if _names(receipt.reason, ("button",)) else message.buttons
            plain = replace(message, body=RichText(text=message.body.text), buttons=buttons)
            return await _attempt(bot, parameters(chat_id, plain, key))
        return receipt

    return attempt


async def _pictured(bot: Bot, given: JSON, name: str, shelf: Shelf) -> Receipt | None:
    """The message under its picture, by the id that Telegram knows it by, else uploaded; None when it is to go without
    it, and has certainly not been sent."""
    if file_id := await shelf.file_id(name):
        receipt, _ = await _photo(bot, given, file_id)
        if not _is_of_file(receipt):
            return _unless_refused(receipt)
        await shelf.unknown(name, file_id)
    async with shelf.turn(name):
        known = await shelf.file_id(name)  # somebody may have uploaded it while we waited
        content = b"" if known else await shelf.content(name)
        if not known and not content:
            return None
        receipt, file_id = await _photo(bot, given, known or InputFile(content, filename=PICTURE))
        if file_id and not known:
            await shelf.uploaded(name, file_id)
        elif _is_of_file(receipt) and not known:
            await shelf.refused(name)
    return _unless_refused(receipt)


async def _photo(bot: Bot, given: JSON, photo: str | InputFile) -> tuple[Receipt, str]:
    """What became of it, and the id of the picture as Telegram has it now, "" when it did not take it."""
    try:
        answer = await bot.do_api_request("sendphoto", api_kwargs={**given, "photo": photo})
    except TelegramError as error:
        return receipt_of(error), ""
    match answer:
        case {"message_id": int(message_id), "photo": [*_, {"file_id": str(file_id)}]}:
            return Sent(message_id=message_id), file_id
        case {"message_id": int(message_id)}:
            return Sent(message_id=message_id), ""
        case _:
            return Unknown(reason="an answer without a message"), ""


def _is_of_file(receipt: Receipt) -> bool:
    """Whether Telegram does not know that file, or does not take it (telegram.md C5, 77-82)."""
    return isinstance(receipt, Refused) and _names(receipt.reason, ("photo", "image", "file"))


def _unless_refused(receipt: Receipt) -> Receipt | None:
    """None when the same may be said without a picture: it was refused, or the chat takes no photos."""
    is_text_only = isinstance(receipt, Gone) and _names(receipt.reason, ("photo",))
    return None if isinstance(receipt, Refused) or is_text_only else receipt


def edit(bot: Bot, key: bytes) -> Edit:
    """One attempt to change a message that was sent, in its form, and in the usual one if that is refused. What it
    shows already counts as done; that it is not there any more, or cannot be changed, is `Refused`. A message that is
    to lose its picture, which Telegram does not allow, gets a grey one."""

    async def attempt(chat_id: ChatId, message_id: int, message: Message) -> Receipt:
        receipt: Receipt = Unknown(reason="nothing was tried")
        for method, form in _forms(message):
            given = {**form(chat_id, message, key), "message_id": message_id}
            receipt = await _attempt(bot, given, method=method)
            if isinstance(receipt, Refused) and _names(receipt.reason, NOT_MODIFIED):
                return Sent(message_id=message_id)
            if not isinstance(receipt, Refused):
                return receipt
        if isinstance(receipt, Refused) and _names(receipt.reason, UNDER_PICTURE) and not message.picture:
            given = {**_blank_parameters(chat_id, message, key), "message_id": message_id}
            return await _attempt(bot, given, method="editmessagemedia")
        return receipt

    return attempt


def _forms(message: Message) -> Iterator[tuple[str, Form]]:
    """How a message may be changed: what is to stand under a picture may have been sent without, a rich one as text."""
    if message.picture:
        yield "editmessagecaption", _caption_parameters
    if message.is_rich:
        yield "editmessagetext", rich_parameters
    yield "editmessagetext", parameters


def keyboard(rows: tuple[tuple[Button, ...], ...], chat_id: ChatId, key: bytes) -> dict[str, list[list[JSON]]]:
    """Telegram's form of rows of buttons."""
    return {"inline_keyboard": [[_button(button, chat_id, key) for button in row] for row in rows]}


def _button(button: Button, chat_id: ChatId, key: bytes) -> JSON:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": signing.sign(button.line, key=key, chat_id=chat_id)}


def parameters(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    """What sendMessage and editMessageText are asked with, the buttons signed with that key."""
    given: JSON = {"text": message.body.text, "link_preview_options": NO_PREVIEW}
    if message.body.entities:
        given["entities"] = _entities(message.body)
    return given | _place(chat_id, message, key)


def _entities(text: RichText) -> str:
    # Telegram takes lists as JSON in a text as well, and python-telegram-bot does not look into a text.
    return orjson.dumps([richtext.entity_dict(entity) for entity in text.entities]).decode()


def _caption_parameters(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    formatted = {"caption_entities": _entities(message.body)} if message.body.entities else {}
    return {"caption": message.body.text, **formatted, **_place(chat_id, message, key)}


def _blank_parameters(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    media = InputMediaPhoto(_blank(), message.body.text, caption_entities=entities(message.body), filename=PICTURE)
    return {"media": media, **_place(chat_id, message, key)}


@cache
def _blank() -> bytes:
    """A grey picture, as PNG."""
    file = io.BytesIO()
    Image.new("L", (640, 360), 0xDD).save(file, "PNG")
    return file.getvalue()


def rich_parameters(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    """What sendRichMessage and editMessageText are asked with, the buttons signed with that key."""
    # Nothing that a feed wrote becomes a mention, a command or a link by itself (security.md, T12).
    rich = {"html": richform.html(message.body), "skip_entity_detection": True}
    return {"rich_message": orjson.dumps(rich).decode(), **_place(chat_id, message, key)}


def _place(chat_id: ChatId, message: Message, key: bytes) -> JSON:
    buttons = {"reply_markup": keyboard(message.buttons, chat_id, key)} if message.buttons else {}
    return {"chat_id": chat_id, **buttons}


async def _attempt(bot: Bot, parameters: JSON, *, method: str = "sendmessage") -> Receipt:
    try:
        # Not `send_message`: making the whole Message of the answer takes more time than all the rest (telegram.md,
        # "Speed"). In small letters, because python-telegram-bot warns of a method that it has itself.
        answer = await bot.do_api_request(method, api_kwargs=parameters)
    except TelegramError as error:
        if method == RICH and isinstance(error, EndPointNotFound):  # a Bot API server of one's own may be older
            return Refused(reason=str(error))
        return receipt_of(error)
    match answer:
        case {"message_id": int(message_id)}:
            return Sent(message_id=message_id)
        case _:
            return Unknown(reason="an answer without a message")


def receipt_of(error: TelegramError) -> Receipt:
    """The class of an error, by the table of delivery.md."""
    if isinstance(error, Forbidden | BadRequest) and isinstance(error.__cause__, TelegramError):
        # A page of somebody in between, which is not Telegram's JSON, says nothing about the chat.
        return Later(reason=str(error), after_s=FATAL_RETRY_S, reached=True, scope="all")
    return _said(error)


def _said(error: TelegramError) -> Receipt:
    """Of what Telegram said; order matters, BadRequest and TimedOut are NetworkErrors."""
    reason = str(error)
    match error:
        case RetryAfter():
            return Later(reason=reason, after_s=wait_s(error), reached=True, scope="flood")
        case ChatMigrated(new_chat_id=chat_id):
            return Moved(chat_id=ChatId(chat_id))
        case Forbidden():
            return Gone(reason=reason)
        case InvalidToken() | EndPointNotFound():
            return Later(reason="Telegram does not accept the token", after_s=FATAL_RETRY_S, reached=True, scope="all")
        case Conflict():
            return Later(reason=reason, after_s=FATAL_RETRY_S, reached=True, scope="all")
        case BadRequest():
            return Gone(reason=reason) if _names(reason, GONE) else Refused(reason=reason)
        case NetworkError() if isinstance(error.__cause__, NotSent):
            return Later(reason=reason, after_s=RETRY_S, scope="all")
        case NetworkError() if reason.startswith("Too Many Requests"):  # without the seconds to wait
            return Later(reason=reason, after_s=FATAL_RETRY_S, reached=True, scope="flood")
        case NetworkError() if _names(reason, NEVER_TAKEN):
            return Refused(reason=reason)
        case _:
            return Unknown(reason=reason)


def wait_s(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _names(reason: str, parts: tuple[str, ...]) -> bool:
    return any(part in reason.casefold() for part in parts)


OUTPUT = Output(name="telegram_chat", send=send, edit=edit)
