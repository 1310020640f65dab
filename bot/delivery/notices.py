"""What the owner is told of delivery: a chat that takes nothing any more, and a message that may not have arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot import locales
from bot.model import Button, Chat, ChatId, ChatKind, Delivery, Message, MessageId
from bot.stages import notice, render
from bot.storage import chats, digests, pace
from bot.storage.dialect import Connection

EXCERPT_CHARS = 80


def reference(delivery_id: MessageId, token: int) -> str:
    """The name, in a button that has room for 64 bytes, of a delivery as it stands after that claim: an old button says
    nothing about a later doubt."""
    return hashlib.sha256(f"{delivery_id} {token}".encode()).hexdigest()[:16]


async def gone(connection: Connection, chat_id: ChatId, reason: str, *, admins: Iterable[ChatId]) -> None:
    """Tells, once a day, that a group or channel takes nothing any more; who blocks the bot in private is nobody's
    business."""
    there = await chats.get(connection, chat_id)
    if there is None or there.kind is ChatKind.PRIVATE:
        return
    for admin in await _reachable(connection, admins):
        say = locales.catalogue(admin.language)
        text = say.text("“{chat}” takes nothing from me any more: {reason}.", chat=there.title, reason=reason)
        hint = say.text("I go on by myself when I am let in again with the right to write.")
        message = Message(part=1, body=render.rich(text, "\n", hint))
        await _told(connection, admin, message, about=f"gone-{chat_id}", daily=True)


async def rival(connection: Connection, *, admins: Iterable[ChatId]) -> None:
    """Tells, once a day, that another program asks Telegram for updates with our token."""
    for admin in await _reachable(connection, admins):
        say = locales.catalogue(admin.language)
        what = say.text("Another program uses my token: each of us gets only some of what people write.")
        todo = say.text("Stop one of the two, or give me a new token from @BotFather. Digests go on being sent.")
        await _told(connection, admin, Message(part=1, body=render.rich(what, "\n", todo)), about="rival", daily=True)


async def in_doubt(connection: Connection, delivery: Delivery, *, admins: Iterable[ChatId]) -> None:
    """Asks what to do with a message of which nobody knows whether it arrived, with two buttons; but not about such a
    question, or it would never end."""
    if notice.is_one(delivery.slot_id):
        return
    there = await chats.get(connection, delivery.chat_id)
    title = there.title if there and there.title else str(delivery.chat_id)
    name = reference(delivery.id, delivery.token)
    for admin in await _reachable(connection, admins):
        say = locales.catalogue(admin.language)
        asked = say.text("Telegram did not tell me whether this message arrived in “{chat}”:", chat=title)
        excerpt = delivery.message.body.text[:EXCERPT_CHARS]
        buttons = (
            Button(text=say.text("It arrived"), line=f"deliveries arrived {name}"),
            Button(text=say.text("Send again"), line=f"deliveries again {name}"),
        )
        body = render.rich(asked, "\n", render.quote(f"{excerpt} …", expandable=False))
        await _told(connection, admin, Message(part=1, body=body, buttons=(buttons,)), about=f"doubt-{name}")


async def _reachable(connection: Connection, admins: Iterable[ChatId]) -> list[Chat]:
    known = [await chats.get(connection, admin) for admin in admins]
    return [chat for chat in known if chat is not None and not chat.paused]


async def _told(connection: Connection, admin: Chat, message: Message, *, about: str, daily: bool = False) -> None:
    now_at = await pace.now(connection)
    slot = notice.slot(admin.id, about, now_at=now_at, daily=daily)
    await digests.notify(connection, slot, chat_id=admin.id, messages=(message,), planned_at=now_at)
