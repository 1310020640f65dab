"""The sandbox's world: a bot, people, chats, and what happens between them.

Tests and the demo build it, act in it as people, and read back what the bot did. It lives in one event loop.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox import membership, people, state
from bot.sandbox.bell import Bell
from bot.sandbox.profile import Profile
from bot.sandbox.state import Call, CallbackAnswer, Chat, Event, Member, Message, Query, RefusedCall, User, Violation
from bot.sandbox.updates import UpdateQueue

DEFAULT_TOKEN = "1000001:" + "sandbox" * 5
FIRST_USER = 5_000_001
FIRST_GROUP = -4_000_001
FIRST_CHANNEL = -1_002_000_000_001
REMEMBERED = 100_000  # records of calls and events, so that a demo may run for weeks
Person = User | int


class World:
    """Everything there is. `token` is `<number>:<35 characters>`, its number becomes the bot's id.

    `clock` gives Unix seconds. With `privacy_mode` the bot sees of a group only commands and replies to it.
    """

    def __init__(
        self,
        *,
        bot_name: str = "Sandbox bot",
        bot_username: str = "sandbox_bot",
        token: str = DEFAULT_TOKEN,
        clock: Callable[[], float] = time.time,
        privacy_mode: bool = True,
    ) -> None:
        self.token = token
        self.clock = clock
        self.privacy_mode = privacy_mode
        self.bot = User(id=int(token.partition(":")[0]), first_name=bot_name, username=bot_username, is_bot=True)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.bell = Bell()
        self.updates = UpdateQueue(clock, self.bell)
        self.profile = Profile(bot_name)
        self.accepted: deque[Call] = deque(maxlen=REMEMBERED)
        self.refused: deque[RefusedCall] = deque(maxlen=REMEMBERED)
        self.violations: list[Violation] = []
        self.callback_answers: list[CallbackAnswer] = []
        self.events: deque[Event] = deque(maxlen=REMEMBERED)
        self._last_message_id = 0  # of private chats and groups together, as every account of Telegram counts

    def now(self) -> int:
        """The clock in whole seconds."""
        return int(self.clock())

    # People and chats

    def add_user(self, first_name: str, *, username: str = "", language_code: str = "en") -> User:
        """A person, who has not yet written to the bot: it cannot write to them before (see `start`)."""
        user = User(
            id=FIRST_USER + len(self.users), first_name=first_name, username=username, language_code=language_code
        )
        self.users[user.id] = user
        self._add(Chat(id=user.id, kind="private", title=first_name, username=username, access="never"))
        self.chats[user.id].members[user.id] = Member(status="member")
        return user

    def add_group(
        self, title: str, *, members: Iterable[Person] = (), admins: Iterable[Person] = (), bot_is_admin: bool = False
    ) -> Chat:
        """A basic group that the bot has been in since before the world began; the first admin owns it."""
        chat = self._add(Chat(id=self._next_id("group", FIRST_GROUP), kind="group", title=title))
        return self._settle(chat, members=members, admins=admins, bot=self._bot_member(chat, admin=bot_is_admin))

    def add_supergroup(
        self,
        title: str,
        *,
        username: str = "",
        members: Iterable[Person] = (),
        admins: Iterable[Person] = (),
        bot_is_admin: bool = False,
    ) -> Chat:
        """A supergroup, public if it has a username."""
        number = self._next_id("channel", FIRST_CHANNEL)
        chat = self._add(Chat(id=number, kind="supergroup", title=title, username=username))
        return self._settle(chat, members=members, admins=admins, bot=self._bot_member(chat, admin=bot_is_admin))

    def add_channel(
        self,
        title: str,
        *,
        username: str = "",
        admins: Iterable[Person] = (),
        subscribers: Iterable[Person] = (),
        bot_can_post: bool = True,
    ) -> Chat:
        """A channel with the bot as administrator; without `bot_can_post` it lacks that one right."""
        number = self._next_id("channel", FIRST_CHANNEL)
        chat = self._add(Chat(id=number, kind="channel", title=title, username=username))
        bot = self._bot_member(chat, admin=True)
        bot = bot if bot_can_post else Member(status=bot.status, rights=bot.rights - {"can_post_messages"})
        return self._settle(chat, members=subscribers, admins=admins, bot=bot)

    def person(self, user_id: int) -> User:
        """Anybody by id, the bot too. Raises KeyError."""
        return self.bot if user_id == self.bot.id else self.users[user_id]

    def seen_by(self, user_id: int) -> list[Chat]:
        """The chats this person is in, in the order they were made."""
        return [
            chat
            for chat in self.chats.values()
            if chat.member(user_id).is_present and not chat.is_deleted and not chat.migrated_to
        ]

    # Acting as a person: Impossible is raised where Telegram's apps would not let them

    def say(self, chat_id: int, user_id: int, text: str, *, reply_to: int | None = None) -> Message:
        """Writes a message; the bot gets an update if it may see it."""
        return people.say(self, chat_id, user_id=user_id, text=text, reply_to=reply_to)

    def start(self, user_id: int) -> Message:
        """Presses Start in the private chat: says /start."""
        return self.say(user_id, user_id, "/start")

    def press(self, chat_id: int, message_id: int, user_id: int, row: int, column: int) -> str:
        """Presses an inline button (rows and columns from 0) and returns the id of the callback query."""
        return people.press(self, (chat_id, message_id), user_id=user_id, place=(row, column))

    def press_data(self, chat_id: int, message_id: int, user_id: int, data: str) -> str:
        """Sends any callback data for a message, as a modified client can; returns the id of the callback query."""
        return people.press_data(self, (chat_id, message_id), user_id=user_id, data=data)

    def join(self, chat_id: int, user_id: int) -> None:
        membership.person(self, chat_id, user_id=user_id, how=Member(status="member"))

    def leave(self, chat_id: int, user_id: int) -> None:
        membership.person(self, chat_id, user_id=user_id, how=Member(status="left"))

    def promote(self, chat_id: int, user_id: int) -> None:
        """Makes a person an administrator with all rights."""
        rights = frozenset(state.rights_of(self.chats[chat_id].kind))
        membership.person(self, chat_id, user_id=user_id, how=Member(status="administrator", rights=rights))

    # What happens to the bot: each gives a my_chat_member update

    def block(self, user_id: int) -> None:
        """The person blocks the bot."""
        membership.private(self, user_id, access="blocked")

    def unblock(self, user_id: int) -> None:
        membership.private(self, user_id, access="open")

    def deactivate(self, user_id: int) -> None:
        """The person deletes their account (no update)."""
        self.chats[user_id].access = "deactivated"
        self.announce("chat", user_id)

    def add_bot(self, chat_id: int, by: Person, *, admin: bool = False) -> None:
        """Somebody puts the bot into a chat it is not in."""
        membership.bot(self, chat_id, by=_id(by), how=self._bot_member(self.chats[chat_id], admin=admin))

    def kick_bot(self, chat_id: int, by: Person) -> None:
        membership.bot(self, chat_id, by=_id(by), how=Member(status="kicked"))

    def remove_bot(self, chat_id: int, by: Person) -> None:
        """The bot is no longer in the chat, but not banned."""
        membership.bot(self, chat_id, by=_id(by), how=Member(status="left"))

    def promote_bot(self, chat_id: int, by: Person, *, without: Iterable[str] = ()) -> None:
        """Makes the bot an administrator with all rights except the ones named."""
        rights = frozenset(state.rights_of(self.chats[chat_id].kind)) - set(without)
        membership.bot(self, chat_id, by=_id(by), how=Member(status="administrator", rights=rights))

    def demote_bot(self, chat_id: int, by: Person) -> None:
        membership.bot(self, chat_id, by=_id(by), how=Member(status="member"))

    def restrict_bot(self, chat_id: int, by: Person) -> None:
        """The bot stays, but may not write."""
        membership.bot(self, chat_id, by=_id(by), how=Member(status="restricted", can_send=False))

    def delete_chat(self, chat_id: int) -> None:
        """The group is deleted (no update)."""
        self.chats[chat_id].is_deleted = True
        self.announce("chat", chat_id)

    def migrate(self, chat_id: int) -> Chat:
        """Turns a basic group into a supergroup, which is a new chat with a new id."""
        return membership.migrate(self, chat_id, new_id=self._next_id("channel", FIRST_CHANNEL))

    # Reading back

    def transcript(self, chat_id: int) -> list[Message]:
        """The messages of a chat that are visible now, oldest first, in their current state."""
        return self.chats[chat_id].visible

    def calls(self, method: str) -> list[Call]:
        """The accepted calls of one method, oldest first."""
        return [call for call in self.accepted if call.method == method]

    async def until(self, condition: Callable[[], object], *, timeout_s: float = 10) -> bool:
        """Waits until the condition holds, looking whenever something happens; False after `timeout_s` real seconds."""
        return await self.bell.until(condition, timeout_s=timeout_s)

    # For the sandbox's own parts

    def put(self, chat_id: int, sender: User | None, **content: Any) -> Message:
        """Adds a message with the next id of the chat."""
        chat = self.chats[chat_id]
        message = Message(id=self._next_message_id(chat), chat_id=chat_id, at=self.now(), sender=sender, **content)
        chat.messages[message.id] = message
        self.announce("message", chat_id, message.id)
        return message

    def announce(self, kind: str, chat_id: int, message_id: int | None = None) -> None:
        """Tells the page, and everybody who waits, that something happened."""
        seq = self.events[-1].seq + 1 if self.events else 1
        self.events.append(Event(seq=seq, type=kind, chat_id=chat_id, message_id=message_id))
        self.bell.ring()

    def _next_message_id(self, chat: Chat) -> int:
        if chat.kind in {"supergroup", "channel"}:
            return max(chat.messages, default=0) + 1
        self._last_message_id += 1
        return self._last_message_id

    def _next_id(self, kind: str, first: int) -> int:
        kinds = {"group"} if kind == "group" else {"supergroup", "channel"}
        return first - sum(chat.kind in kinds for chat in self.chats.values())

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def _bot_member(self, chat: Chat, *, admin: bool) -> Member:
        rights = frozenset(state.rights_of(chat.kind))
        return Member(status="administrator", rights=rights) if admin else Member(status="member")

    def _settle(self, chat: Chat, *, members: Iterable[Person], admins: Iterable[Person], bot: Member) -> Chat:
        rights = frozenset(state.rights_of(chat.kind))
        chat.members |= {_id(one): Member(status="member") for one in members}
        for index, one in enumerate(admins):
            chat.members[_id(one)] = (
                Member(status="administrator", rights=rights) if index else Member(status="creator")
            )
        chat.members[self.bot.id] = bot
        self.announce("chat", chat.id)
        return chat


def _id(person: Person) -> int:
    return person if isinstance(person, int) else person.id
