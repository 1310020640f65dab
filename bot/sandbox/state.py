"""What the sandbox's world consists of: people, chats, messages, memberships, and the records of what a bot did."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["private", "group", "supergroup", "channel"]
Json = dict[str, Any]
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
ADMINS = frozenset({"creator", "administrator"})
ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS = ("can_pin_messages",)
SUPERGROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """How somebody stands to a chat. `rights` are those of an administrator; `can_send` is False only if restricted."""

    status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
    rights: frozenset[str] = frozenset()
    can_send: bool = True

    @property
    def is_present(self) -> bool:
        return self.status in PRESENT

    @property
    def is_admin(self) -> bool:
        return self.status in ADMINS

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)


@dataclass(slots=True, kw_only=True)
class Message:
    """A message in its current state. `sender` is None for a channel's post, whoever wrote it.

    `service` holds what happened instead of a text, and `media` the file above it, as fields of the Bot API's Message;
    `rich` is its RichMessage, and `text` what that says.
    One that a person chose among inline results is `via_bot`, with `inline_id` where the bot may change it.
    """

    id: int
    chat_id: int
    at: int
    sender: User | None
    text: str = ""
    entities: tuple[Json, ...] = ()
    keyboard: tuple[tuple[Json, ...], ...] = ()
    reply_to: int | None = None
    link_preview: Json | None = None
    service: Json = field(default_factory=dict)
    by_bot: bool = False
    via_bot: bool = False
    inline_id: str = ""
    is_protected: bool = False
    thread_id: int | None = None
    media: Json = field(default_factory=dict)
    rich: Json = field(default_factory=dict)
    edited_at: int | None = None
    is_deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Topic:
    """A topic of a forum; its number is that of the message that made it, 1 for General."""

    name: str
    is_closed: bool = False
    is_deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat. `access` matters in private chats: whether the person has started, blocked or left Telegram.

    `topics` are those of a forum, none where it is not one.
    """

    id: int
    kind: Kind
    title: str
    username: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    slow_mode_s: int = 0
    access: Literal["never", "open", "blocked", "deactivated"] = "open"
    is_deleted: bool = False
    migrated_to: int | None = None

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id, Member(status="left"))

    @property
    def visible(self) -> list[Message]:
        """The messages a person sees, oldest first."""
        return [message for message in self.messages.values() if not message.is_deleted]


@dataclass(slots=True, kw_only=True)
class Query:
    """A pressed button that waits for its one answer."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    answer: "CallbackAnswer | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the bot answered to a pressed button."""

    query_id: str
    text: str
    show_alert: bool
    url: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One of the results of an inline query: how the app shows it, and the message that comes of it."""

    id: str
    shown: Json
    content: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """What the bot answered to an inline query; `cache_time` in seconds of the world, `button` stands above."""

    results: tuple[InlineResult, ...]
    cache_time: int
    is_personal: bool
    next_offset: str
    button: Json | None
    at: float


@dataclass(slots=True, kw_only=True)
class InlineQuery:
    """What somebody asked inline in a chat, and the one answer to it."""

    id: str
    user_id: int
    chat_id: int
    query: str
    offset: str
    at: float
    answer: InlineAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of the bot that was accepted. `params` are native values, `at` is the world's clock."""

    method: str
    params: Json
    result: Any
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCall:
    """A request of the bot that was refused."""

    method: str
    params: Json
    code: int
    description: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something in a request that is wrong even where Telegram would put up with it."""

    method: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that the page should show. `type` is message, edit, delete, typing, chat or commands."""

    seq: int
    type: str
    chat_id: int
    message_id: int | None = None


def rights_of(kind: Kind) -> tuple[str, ...]:
    """All rights that an administrator of such a chat can have."""
    own = {"channel": CHANNEL_RIGHTS, "group": GROUP_RIGHTS, "supergroup": SUPERGROUP_RIGHTS}.get(kind, ())
    return ADMIN_RIGHTS + own
