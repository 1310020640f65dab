"""Joining, leaving, promoting, blocking, migrating: who stands how to a chat, and the updates that tells the bot."""

from typing import TYPE_CHECKING, Literal

from bot.sandbox import wire
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, Json, Member, User

if TYPE_CHECKING:
    from bot.sandbox.world import World


def bot(world: "World", chat_id: int, *, by: int, how: Member) -> None:
    """Changes the bot's own membership: a my_chat_member update, and a line in a group when it comes or goes."""
    chat = world.chats[chat_id]
    before = _change(chat, world.bot.id, how)
    update = wire.changed(world, chat, who=world.bot, by=world.users[by], how=(before, how))
    world.updates.add("my_chat_member", update)
    _tell(world, chat, who=world.bot, by=world.users[by], was=before)
    world.announce("chat", chat_id)


def person(world: "World", chat_id: int, *, user_id: int, how: Member) -> None:
    """Changes a person's membership: a line in a group, and a chat_member update where the bot is administrator."""
    chat = world.chats[chat_id]
    if chat.kind == "private":
        raise Impossible("a private chat has no members to change")
    who = world.users[user_id]
    before = _change(chat, user_id, how)
    if chat.member(world.bot.id).is_admin:
        world.updates.add("chat_member", wire.changed(world, chat, who=who, by=who, how=(before, how)))
    _tell(world, chat, who=who, by=who, was=before)
    world.announce("chat", chat_id)


def private(world: "World", user_id: int, *, access: Literal["open", "blocked"]) -> None:
    """A person blocks or unblocks the bot."""
    chat = world.chats[user_id]
    if chat.access == access:
        return
    chat.access = access
    before, after = Member(status="member"), Member(status="kicked")
    how = (before, after) if access == "blocked" else (after, before)
    who = world.users[user_id]
    world.updates.add("my_chat_member", wire.changed(world, chat, who=world.bot, by=who, how=how))
    world.announce("chat", user_id)


def migrate(world: "World", chat_id: int, *, new_id: int) -> Chat:
    """A supergroup in the place of a group: same members, new id, and a line about it in both."""
    old = world.chats[chat_id]
    if old.kind != "group" or old.migrated_to:
        raise Impossible("only a basic group can become a supergroup")
    new = Chat(id=new_id, kind="supergroup", title=old.title, members=dict(old.members))
    world.chats[new_id] = new
    owner = world.owner(chat_id)
    for place, service in ((old, {"migrate_to_chat_id": new_id}), (new, {"migrate_from_chat_id": chat_id})):
        _line(world, place, by=owner, service=service)
    old.migrated_to = new_id
    world.announce("chat", chat_id)
    world.announce("chat", new_id)
    return new


def _change(chat: Chat, user_id: int, how: Member) -> Member:
    before = chat.member(user_id)
    chat.members[user_id] = how
    return before


def _tell(world: "World", chat: Chat, *, who: User, by: User, was: Member) -> None:
    """The line that groups show when somebody comes or goes; channels show none."""
    now = chat.member(who.id)
    if chat.kind == "channel" or was.is_present == now.is_present:
        return
    about = wire.user(who)
    _line(world, chat, by=by, service={"new_chat_members": [about]} if now.is_present else {"left_chat_member": about})


def _line(world: "World", chat: Chat, *, by: User, service: Json) -> None:
    message = world.put(chat.id, by, service=service)
    if chat.member(world.bot.id).is_present:
        world.updates.add("message", wire.message(world, message))
