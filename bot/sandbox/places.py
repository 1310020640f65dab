"""Who and what there is: the bot, people, chats, and who is in them from the beginning."""

from collections import Counter, deque
from collections.abc import Iterable

from bot.sandbox import state, topics
from bot.sandbox.bell import Bell
from bot.sandbox.state import Chat, Event, Member, Topic, User

FIRST_USER = 5_000_001
FIRST_GROUP = -4_000_001
FIRST_CHANNEL = -1_002_000_000_001
REMEMBERED = 100_000  # records of calls and events, so that a demo may run for weeks
Person = User | int


class Places:
    """People and chats by their ids, and the bell and the events by which others learn that something changed."""

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.bell = Bell()
        self.events: deque[Event] = deque(maxlen=REMEMBERED)
        self._made: Counter[str] = Counter()

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
        is_forum: bool = False,
    ) -> Chat:
        """A supergroup, public if it has a username; a forum has the topic General, which cannot be named in a call."""
        number = self._next_id("channel", FIRST_CHANNEL)
        chat = self._add(Chat(id=number, kind="supergroup", title=title, username=username))
        chat.topics = {topics.GENERAL: Topic(name="General")} if is_forum else {}
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

    def announce(self, kind: str, chat_id: int, message_id: int | None = None) -> None:
        """Tells the page, and everybody who waits, that something happened."""
        seq = self.events[-1].seq + 1 if self.events else 1
        self.events.append(Event(seq=seq, type=kind, chat_id=chat_id, message_id=message_id))
        self.bell.ring()

    def owner(self, chat_id: int) -> User:
        """Who made the chat; the bot where nobody did."""
        members = self.chats[chat_id].members
        return next((self.users[one] for one, how in members.items() if how.status == "creator"), self.bot)

    def knows(self, user_id: int) -> bool:
        return user_id in self.users or user_id == self.bot.id

    def _next_id(self, kind: str, first: int) -> int:
        self._made[kind] += 1
        return first - self._made[kind] + 1

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def _bot_member(self, chat: Chat, *, admin: bool) -> Member:
        rights = frozenset(state.rights_of(chat.kind))
        return Member(status="administrator", rights=rights) if admin else Member(status="member")

    def _settle(self, chat: Chat, *, members: Iterable[Person], admins: Iterable[Person], bot: Member) -> Chat:
        rights = frozenset(state.rights_of(chat.kind))
        chat.members |= {person_id(one): Member(status="member") for one in members}
        for index, one in enumerate(admins):
            chat.members[person_id(one)] = (
                Member(status="administrator", rights=rights) if index else Member(status="creator")
            )
        chat.members[self.bot.id] = bot
        self.announce("chat", chat.id)
        return chat


def person_id(person: Person) -> int:
    """The id of somebody who is named by it or as themselves."""
    return person if isinstance(person, int) else person.id
