"""The world as one person's app shows it, in the JSON that the chat page reads. Ids of people and chats are strings."""

from bot.sandbox import people
from bot.sandbox.state import Chat, Event, InlineQuery, InlineResult, Json, Message, User
from bot.sandbox.world import World

TOPIC_LINES = {
    "forum_topic_created": "New topic",
    "forum_topic_closed": "The topic was closed",
    "forum_topic_reopened": "The topic was opened again",
}


def state(world: World, me: User) -> Json:
    """Who I am, the bot, my chats, and the number of the newest event."""
    names = world.profile
    return {
        "me": {"id": str(me.id), "name": me.first_name},
        "bot": {
            "id": str(world.bot.id),
            "name": names.shown(names.names, me.language_code),
            "username": world.bot.username,
            "inline": world.inline.is_on,
            "description": names.shown(names.descriptions, me.language_code),
        },
        "chats": [chat(world, one, me) for one in world.seen_by(me.id)],
        "seq": newest(world),
    }


def newest(world: World) -> int:
    """The number of the newest event, 0 before the first."""
    return world.events[-1].seq if world.events else 0


def chat(world: World, place: Chat, me: User) -> Json:
    """A line of the list of chats; the private chat is called like the bot."""
    private = place.kind == "private"
    shown = place.visible
    last = {"text": line(shown[-1]), "at": shown[-1].edited_at or shown[-1].at} if shown else None
    return {
        "id": str(place.id),
        "kind": place.kind,
        "title": world.profile.shown(world.profile.names, me.language_code) if private else place.title,
        "username": world.bot.username if private else place.username,
        "can_write": not people.cannot_write(place, me.id),
        "last": last,
    }


def message(world: World, said: Message, me: User) -> Json:
    """A bubble."""
    sender = said.sender or User(id=said.chat_id, first_name=world.chats[said.chat_id].title)
    name = world.profile.shown(world.profile.names, me.language_code) if sender.is_bot else sender.first_name
    beside: Json = {"via": world.bot.username} if said.via_bot else {}
    beside |= {"rich": said.rich["blocks"]} if said.rich else {}
    return (
        beside
        | _media(said)
        | {
            "message_id": said.id,
            "chat_id": str(said.chat_id),
            "from": {"id": str(sender.id), "name": name, "is_bot": sender.is_bot},
            "mine": sender.id == me.id,
            "at": said.at,
            "edited_at": said.edited_at,
            "text": said.text if said.media else line(said),
            "entities": [_entity(one) for one in said.entities],
            "keyboard": [[_button(button) for button in row] for row in said.keyboard],
        }
    )


def _media(said: Message) -> Json:
    """The file above the text, and where the page finds it."""
    if not said.media:
        return {}
    url = f"/api/chats/{said.chat_id}/messages/{said.id}/file"
    if "photo" in said.media:
        photo = said.media["photo"][-1]
        return {"media": {"kind": "photo", "url": url, "width": photo["width"], "height": photo["height"]}}
    document = said.media["document"]
    return {"media": {"kind": "file", "url": url, "name": document["file_name"], "size": document["file_size"]}}


def results(world: World, asked: InlineQuery) -> Json:
    """What stands above the composer for an inline query: nothing while it is not answered."""
    answer = asked.answer
    if answer is None:
        return {"query": asked.id, "results": [], "next_offset": "", "button": None, "timed_out": True}
    shown = [one.shown | _photo(world, one) for one in answer.results]
    said: Json = {"query": asked.id, "results": shown, "next_offset": answer.next_offset, "button": answer.button}
    return said | {"timed_out": False}


def _photo(world: World, one: InlineResult) -> Json:
    photos = one.content.get("media", {}).get("photo")
    file = world.files.get(photos[-1]["file_id"]) if photos else None
    return {"photo": f"/api/files/{file.path}"} if file else {}


def line(said: Message) -> str:
    """The message's text, or in words what happened instead."""
    if not said.service:
        return said.text or ("Photo" if "photo" in said.media else "File" if said.media else "")
    if "new_chat_members" in said.service:
        return f"{said.service['new_chat_members'][0]['first_name']} joined"
    if "left_chat_member" in said.service:
        return f"{said.service['left_chat_member']['first_name']} left"
    for kind, what in TOPIC_LINES.items():
        if kind in said.service:
            return what
    return "The group became a supergroup"


def _entity(one: Json) -> Json:
    return {name: one[name] for name in ("type", "offset", "length", "url") if name in one}


def _button(button: Json) -> Json:
    """Buttons that neither ask the bot nor open a link are shown, and pressing them is answered with an error."""
    if "url" in button:
        return {"text": button["text"], "kind": "url", "url": button["url"]}
    return {"text": button["text"], "kind": "callback"}


def event(world: World, happened: Event, me: User) -> Json:
    """What the page is told of an event."""
    said: Json = {"type": happened.type, "chat_id": str(happened.chat_id)}
    if happened.message_id is None:
        return said
    said["message_id"] = happened.message_id
    if happened.type in {"message", "edit"}:
        said["message"] = message(world, world.chats[happened.chat_id].messages[happened.message_id], me)
    return said
