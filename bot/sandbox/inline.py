"""Inline mode: a person asks the bot in any chat, is shown results, and posts one of them in their own name."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import people, wire
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, InlineAnswer, InlineQuery, InlineResult, Message

if TYPE_CHECKING:
    from bot.sandbox.world import World

MAX_QUERY = 256
Key = tuple[int, str, str]  # who asks (0: anybody), what, from which offset


@dataclass(slots=True)
class Inline:
    """Whether inline mode is on and choices are told to the bot (BotFather's /setinline and /setinlinefeedback), the
    queries that were asked, the answers that are kept, and where messages are that came of a result."""

    is_on: bool = False
    feedback: bool = False
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    kept: dict[Key, tuple[float, InlineAnswer]] = field(default_factory=dict)
    messages: dict[str, tuple[int, int]] = field(default_factory=dict)


def ask(world: "World", where: int, *, user_id: int, query: str, offset: str) -> InlineQuery:
    """The query of a person who writes `@bot query` in a chat; answered at once where an answer is kept. Raises
    Impossible."""
    chat = world.chats[where]
    why_not = people.cannot_write(chat, user_id)
    if why_not or not world.inline.is_on or len(query) > MAX_QUERY:
        raise Impossible(why_not or ("the query is too long" if world.inline.is_on else "inline mode is off"))
    asked = InlineQuery(
        id=str(secrets.randbits(62)), user_id=user_id, chat_id=where, query=query, offset=offset, at=world.clock()
    )
    world.inline.queries[asked.id] = asked
    asked.answer = _kept(world, asked)
    if asked.answer is None:
        told = {"id": asked.id, "from": wire.user(world.users[user_id]), "query": query, "offset": offset}
        world.updates.add("inline_query", told | {"chat_type": "sender" if chat.kind == "private" else chat.kind})
    return asked


def answered(world: "World", asked: InlineQuery, answer: InlineAnswer) -> None:
    """Gives an answer to who asked, and keeps it for them, or for everybody who asks the same unless it is personal."""
    asked.answer = answer
    key = (asked.user_id if answer.is_personal else 0, asked.query, asked.offset)
    if answer.cache_time > 0:
        world.inline.kept[key] = (world.clock() + answer.cache_time, answer)
    world.bell.ring()


def choose(world: "World", query_id: str, *, result_id: str) -> Message:
    """Posts a result into the chat in which it was asked for. Raises Impossible."""
    asked = world.inline.queries[query_id]
    chat = world.chats[asked.chat_id]
    result = _result(asked, result_id)
    why_not = people.cannot_write(chat, asked.user_id)
    if result is None or why_not:
        raise Impossible(why_not or "there is no such result")
    message = _posted(world, chat, asked, result)
    if people.bot_sees(world, chat, message):
        world.updates.add("channel_post" if chat.kind == "channel" else "message", wire.message(world, message))
    if world.inline.feedback:
        chosen = {"result_id": result_id, "from": wire.user(world.users[asked.user_id]), "query": asked.query}
        chosen |= {"inline_message_id": message.inline_id} if message.inline_id else {}
        world.updates.add("chosen_inline_result", chosen)
    return message


def _kept(world: "World", asked: InlineQuery) -> InlineAnswer | None:
    for user_id in (asked.user_id, 0):
        until, answer = world.inline.kept.get((user_id, asked.query, asked.offset), (0.0, None))
        if answer is not None and world.clock() < until:
            return answer
    return None


def _result(asked: InlineQuery, result_id: str) -> InlineResult | None:
    results = asked.answer.results if asked.answer else ()
    return next((one for one in results if one.id == result_id), None)


def _posted(world: "World", chat: Chat, asked: InlineQuery, result: InlineResult) -> Message:
    """Only a message with buttons has an id by which the bot can change it."""
    sender = None if chat.kind == "channel" else world.users[asked.user_id]
    inline_id = f"inline_{secrets.token_urlsafe(12)}" if result.content["keyboard"] else ""
    message = world.put(chat.id, sender, via_bot=True, inline_id=inline_id, **result.content)
    if inline_id:
        world.inline.messages[inline_id] = (chat.id, message.id)
    return message
