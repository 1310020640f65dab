"""What somebody may do in a group or channel now: asked of Telegram, remembered for a minute (security.md, T18)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import IntEnum

import structlog
from telegram import Chat, ChatMember, ChatMemberRestricted
from telegram.error import BadRequest

from bot.model import ChatId

log = structlog.get_logger()
ADMINISTRATORS = {ChatMember.OWNER, ChatMember.ADMINISTRATOR}
AWAY = {ChatMember.LEFT, ChatMember.BANNED}
KEPT = timedelta(seconds=60)
MOST = 10_000  # people remembered


class Role(IntEnum):
    """How somebody stands to a chat; each may do what the one before may."""

    STRANGER = 0
    MEMBER = 1
    ADMINISTRATOR = 2


class Standing:
    """Who is at least what. What is remembered allows only: who was refused may have been let in by now, and is looked
    at again."""

    def __init__(self, *, kept: timedelta = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[tuple[ChatId, int], tuple[Role, datetime]] = OrderedDict()

    async def is_at_least(
        self, role: Role, who: tuple[ChatId, int], *, now_at: datetime, ask: Callable[[], Awaitable[Role]]
    ) -> bool:
        """Whether this person has that role in the chat; `ask` asks Telegram."""
        known, at = self._known.get(who, (Role.STRANGER, now_at))
        if known >= role and abs(now_at - at) < self._kept:
            return True
        found = await ask()
        self._known[who] = (found, now_at)
        self._known.move_to_end(who)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found >= role


async def role(chat: Chat, user_id: int) -> Role:
    """What Telegram says now; whoever it does not know there is a stranger."""
    try:
        member = await chat.get_member(user_id)
    except BadRequest as error:
        log.info("member_not_found", chat=chat.id, reason=str(error))
        return Role.STRANGER
    if member.status in ADMINISTRATORS:
        return Role.ADMINISTRATOR
    is_gone = member.status in AWAY or (isinstance(member, ChatMemberRestricted) and not member.is_member)
    return Role.STRANGER if is_gone else Role.MEMBER
