"""The world's things as the Bot API writes them in JSON."""

from typing import TYPE_CHECKING, Any

from bot.sandbox import state
from bot.sandbox.state import Chat, Json, Member, Message, User

if TYPE_CHECKING:
    from bot.sandbox.world import World

RESTRICTIONS = (
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
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
GIFT_KINDS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def user(person: User) -> Json:
    """A User object."""
    said = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    said |= {"username": person.username} if person.username else {}
    return said | ({"language_code": person.language_code} if person.language_code else {})


def me(world: "World") -> Json:
    """The User object of getMe, with what only getMe says."""
    flags = dict.fromkeys(("can_connect_to_business", "has_main_web_app"), False)
    return {
        **user(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": world.inline.is_on,
        **flags,
    }


def chat(place: Chat) -> Json:
    """A Chat object."""
    named = {"first_name" if place.kind == "private" else "title": place.title}
    said = {"id": place.id, "type": place.kind, **named, **({"username": place.username} if place.username else {})}
    return said | ({"is_forum": True} if place.topics else {})


def full_chat(place: Chat) -> Json:
    """A ChatFullInfo object, as far as the sandbox knows the chat."""
    said = chat(place) | {
        "accent_color_id": place.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFT_KINDS, False),
    }
    if place.username:
        said["active_usernames"] = [place.username]
    if place.kind in {"group", "supergroup"}:
        said["permissions"] = dict.fromkeys(RESTRICTIONS, True)
    if place.slow_mode_s:
        said["slow_mode_delay"] = place.slow_mode_s
    return said


def member(person: User, how: Member, kind: state.Kind) -> Json:
    """A ChatMember object."""
    said: Json = {"user": user(person), "status": how.status}
    if how.status == "creator":
        return said | {"is_anonymous": False}
    if how.status == "administrator":
        rights = {right: right in how.rights for right in state.rights_of(kind)}
        return said | {"can_be_edited": False, "is_anonymous": False, **rights}
    if how.status == "restricted":
        return said | {"is_member": True, "until_date": 0, **dict.fromkeys(RESTRICTIONS, how.can_send)}
    return said | ({"until_date": 0} if how.status == "kicked" else {})


def message(world: "World", said: Message, *, with_reply: bool = True) -> Json:
    """A Message object in the message's current state."""
    place = world.chats[said.chat_id]
    about = chat(place)
    whose = {"from": user(said.sender)} if said.sender else {"sender_chat": about}
    result: Json = {"message_id": said.id, **whose, "chat": about, "date": said.at}
    result |= {"via_bot": user(world.bot)} if said.via_bot else {}
    result |= {"edit_date": said.edited_at} if said.edited_at else {}
    answered = place.messages.get(said.reply_to or 0)
    if with_reply and answered and not answered.is_deleted:
        result["reply_to_message"] = message(world, answered, with_reply=False)
    result |= {"message_thread_id": said.thread_id, "is_topic_message": True} if said.thread_id else {}
    name, entities = ("caption", "caption_entities") if said.media else ("text", "entities")
    told = {"rich_message": said.rich} if said.rich else {name: said.text}
    result |= told if said.text else {}
    result |= {entities: list(said.entities)} if said.entities else {}
    result |= {"link_preview_options": said.link_preview} if said.link_preview else {}
    result |= {"has_protected_content": True} if said.is_protected else {}
    result |= {"reply_markup": {"inline_keyboard": keyboard(said)}} if said.keyboard else {}
    return result | said.media | said.service


def keyboard(said: Message) -> list[list[Json]]:
    return [[dict(button) for button in row] for row in said.keyboard]


def maybe_inaccessible(world: "World", said: Message) -> Json:
    """The message of a callback query; only its place when it has been deleted."""
    if said.is_deleted:
        return {"chat": chat(world.chats[said.chat_id]), "message_id": said.id, "date": 0}
    return message(world, said)


def changed(world: "World", place: Chat, *, who: User, by: User, how: tuple[Member, Member]) -> Json:
    """A ChatMemberUpdated object: `how` is before and after."""
    before, after = (member(who, one, place.kind) for one in how)
    times: dict[str, Any] = {"chat": chat(place), "from": user(by), "date": world.now()}
    return times | {"old_chat_member": before, "new_chat_member": after}
