"""The sandbox's world: a bot, people, chats, and what happens between them.

Tests and the demo build it, act in it as people, and read back what the bot did. It lives in one event loop.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox import inline, membership, people, state, topics
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Fault, Faults, Kind
from bot.sandbox.files import Files
from bot.sandbox.flood import Flood
from bot.sandbox.inline import Inline
from bot.sandbox.outbox import Outbox, Sent
from bot.sandbox.places import FIRST_CHANNEL, REMEMBERED, Person, Places, person_id
from bot.sandbox.profile import Profile
from bot.sandbox.state import (
    Call,
    CallbackAnswer,
    Chat,
    Member,
    Message,
    Query,
    RefusedCall,
    User,
    Violation,
)
from bot.sandbox.updates import UpdateQueue

DEFAULT_TOKEN = "1000001:" + "sandbox" * 5


class World(Places):
    """Everything there is. `token` is `<number>:<35 characters>`, its number becomes the bot's id.

    `clock` gives Unix seconds; without one, time runs `speed` times as fast as ours. With `flood` too many messages are
    held back or refused; `seed` draws which calls meet a fault that meets only a share of them. With `privacy_mode` the
    bot sees of a group only commands and replies to it.
    """

    def __init__(
        self,
        *,
        bot_name: str = "Sandbox bot",
        bot_username: str = "sandbox_bot",
        token: str = DEFAULT_TOKEN,
        clock: Callable[[], float] | None = None,
        speed: float = 1.0,
        flood: bool = False,
        seed: int = 0,
        privacy_mode: bool = True,
    ) -> None:
        number = int(token.partition(":")[0])
        super().__init__(User(id=number, first_name=bot_name, username=bot_username, is_bot=True))
        self.token = token
        self.is_revoked = False
        self.clock = clock or Clock(speed)
        self.speed = speed
        self.privacy_mode = privacy_mode
        self.queries: dict[str, Query] = {}
        self.updates = UpdateQueue(self.clock, self.bell)
        self.faults = Faults(seed)
        self.flood = Flood() if flood else None
        self.outbox = Outbox()
        self.files = Files()
        self.inline = Inline()
        self.profile = Profile(bot_name)
        self.accepted: deque[Call] = deque(maxlen=REMEMBERED)
        self.refused: deque[RefusedCall] = deque(maxlen=REMEMBERED)
        self.violations: list[Violation] = []
        self.callback_answers: list[CallbackAnswer] = []
        self._last_message_id = 0  # of private chats and groups together, as every account of Telegram counts

    def now(self) -> int:
        """The clock in whole seconds."""
        return int(self.clock())

    # Acting as a person: Impossible is raised where Telegram's apps would not let them

    def say(self, chat_id: int, user_id: int, text: str, *, reply_to: int | None = None, thread_id: int = 0) -> Message:
        """Writes a message, in a topic if one is named; the bot gets an update if it may see it."""
        return people.say(self, (chat_id, thread_id), user_id=user_id, text=text, reply_to=reply_to)

    def start(self, user_id: int, parameter: str = "") -> Message:
        """Presses Start in the private chat: says /start, with the parameter of the link that led there."""
        return self.say(user_id, user_id, f"/start {parameter}".strip())

    def press(self, chat_id: int, message_id: int, user_id: int, row: int, column: int) -> str:
        """Presses an inline button (rows and columns from 0) and returns the id of the callback query."""
        return people.press(self, (chat_id, message_id), user_id=user_id, place=(row, column))

    def press_data(self, chat_id: int, message_id: int, user_id: int, data: str) -> str:
        """Sends any callback data for a message, as a modified client can; returns the id of the callback query."""
        return people.press_data(self, (chat_id, message_id), user_id=user_id, data=data)

    def ask_inline(self, chat_id: int, user_id: int, query: str, *, offset: str = "") -> str:
        """Writes `@bot query` in a chat, without sending it; returns the id of the query. Where an answer is kept the
        bot is not asked, and the query is answered at once."""
        return inline.ask(self, chat_id, user_id=user_id, query=query, offset=offset).id

    def choose(self, query_id: str, result_id: str) -> Message:
        """Taps a result of an inline query: it is posted where it was asked for, in the name of who asked."""
        return inline.choose(self, query_id, result_id=result_id)

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
        membership.bot(self, chat_id, by=person_id(by), how=self._bot_member(self.chats[chat_id], admin=admin))

    def kick_bot(self, chat_id: int, by: Person) -> None:
        membership.bot(self, chat_id, by=person_id(by), how=Member(status="kicked"))

    def remove_bot(self, chat_id: int, by: Person) -> None:
        """The bot is no longer in the chat, but not banned."""
        membership.bot(self, chat_id, by=person_id(by), how=Member(status="left"))

    def promote_bot(self, chat_id: int, by: Person, *, without: Iterable[str] = ()) -> None:
        """Makes the bot an administrator with all rights except the ones named."""
        rights = frozenset(state.rights_of(self.chats[chat_id].kind)) - set(without)
        membership.bot(self, chat_id, by=person_id(by), how=Member(status="administrator", rights=rights))

    def demote_bot(self, chat_id: int, by: Person) -> None:
        membership.bot(self, chat_id, by=person_id(by), how=Member(status="member"))

    def restrict_bot(self, chat_id: int, by: Person) -> None:
        """The bot stays, but may not write."""
        membership.bot(self, chat_id, by=person_id(by), how=Member(status="restricted", can_send=False))

    def delete_chat(self, chat_id: int) -> None:
        """The group is deleted (no update)."""
        self.chats[chat_id].is_deleted = True
        self.announce("chat", chat_id)

    def migrate(self, chat_id: int) -> Chat:
        """Turns a basic group into a supergroup, which is a new chat with a new id."""
        return membership.migrate(self, chat_id, new_id=self._next_id("channel", FIRST_CHANNEL))

    # What people do to a chat: Impossible is raised where it cannot be done

    def add_topic(self, chat_id: int, name: str) -> int:
        """A new topic of a forum; returns its number."""
        return topics.made(self, chat_id, name=name, by=self.owner(chat_id))

    def close_topic(self, chat_id: int, thread_id: int) -> None:
        """Only those who manage topics write there now."""
        topics.closed(self, chat_id, thread_id, by=self.owner(chat_id), is_closed=True)

    def reopen_topic(self, chat_id: int, thread_id: int) -> None:
        topics.closed(self, chat_id, thread_id, by=self.owner(chat_id), is_closed=False)

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """The topic goes with all its messages (no update)."""
        topics.deleted(self, chat_id, thread_id)

    def set_slow_mode(self, chat_id: int, seconds: int) -> None:
        """Members who are not administrators, the bot too, wait so long between two messages; 0 ends it."""
        self.chats[chat_id].slow_mode_s = seconds

    def set_inline(self, *, on: bool, feedback: bool = False) -> None:
        """What BotFather's /setinline and /setinlinefeedback do."""
        self.inline.is_on, self.inline.feedback = on, feedback

    # What goes wrong

    def fail(self, kind: Kind, **more: Any) -> Fault:
        """The next call (`count`, `method`, `chat`, `after`, ...: see `Fault`) meets this fault. Raises ValueError."""
        return self.faults.add(Fault(kind=kind, **more))

    def heal(self) -> None:
        """No more of the faults that wait."""
        self.faults.clear()

    def set_flood(self, *, on: bool) -> None:
        """Limits on or off; what was counted before is forgotten."""
        self.flood = Flood() if on else None

    def revoke_token(self) -> None:
        """Every call is answered 401 from now on."""
        self.is_revoked = True

    def restore_token(self) -> None:
        self.is_revoked = False

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
        if message.by_bot:
            self.outbox.sent.append(Sent(chat_id=chat_id, message_id=message.id, text=message.text, at=self.clock()))
        self.announce("message", chat_id, message.id)
        return message

    async def pause(self, seconds: float, *, stopped: Callable[[], bool]) -> None:
        """Waits so many of the world's seconds, or until the server goes down."""
        await self.bell.until(stopped, timeout_s=seconds / self.speed)

    def _next_message_id(self, chat: Chat) -> int:
        if chat.kind in {"supergroup", "channel"}:
            before = 1 if chat.topics else 0  # General has the number of the message that made the chat
            return next(reversed(chat.messages), before) + 1
        self._last_message_id += 1
        return self._last_message_id
