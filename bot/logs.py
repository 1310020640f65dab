"""Logging: one line an event on standard error, no token in any of them (security.md T26) and no number of a chat."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")
# Numbers of chats in text: before the rest of the id of a subscription, slot or delivery, in that of a notice, after a
# word that says so, and of supergroups anywhere. A channel that the operator has written down stays readable.
NUMBER = re.compile(
    r"(?<![\w./:-])-?\d+(?=:[\w-]+@)"
    r"|(?<![\w./:-])-?\d{5,}(?=:(?:main|\d{1,3})\b)"
    r"|(?<=:notice-gone-)-?\d+"
    r"|(?:(?<=group)|(?<=chat)|(?<=user)|(?<=chat[_ ]id)|(?<=user_id))"
    r"(?P<between>['\")]{0,2}[ =:(]{1,2})(?P<number>-?\d{5,})\b"
    r"|(?<!channel=)(?<![\w.-])-100\d{8,}"
)
CHATS = frozenset({"chat", "old_chat", "new_chat", "user"})  # fields of events that name somebody
_KEY = secrets.token_bytes(16)
CHATTY = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "asyncio", "alembic", "sqlalchemy", "aiohttp")


def masked(text: str) -> str:
    """The text with every token of a bot in it replaced."""
    return TOKEN.sub("<token>", text)


def unnumbered(text: str) -> str:
    """The text with every number of a chat in it as the word that `unnamed` makes of it."""
    return NUMBER.sub(lambda found: (found["between"] or "") + _word(found["number"] or found[0]), text)


def unnamed(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Numbers of chats as short words that are the same in one run and say nothing outside it (security.md, T31)."""
    for name in CHATS & event.keys():
        if event[name] is not None:
            event[name] = _word(str(event[name]))
    return event


def _word(number: str) -> str:
    """Begins with a letter, so that no word is taken for a number."""
    return "c" + hmac.new(_KEY, number.encode(), hashlib.sha256).hexdigest()[:8]


class _Mask(logging.Formatter):
    """Formats a record, exceptions included, and masks the whole of it: the last gate before the stream."""

    def format(self, record: logging.LogRecord) -> str:
        return unnumbered(masked(super().format(record)))


def configure(level: str, *, plain: bool = False) -> None:
    """Sends structlog and the standard logging to standard error; libraries speak from `warning` on.

    `plain` leaves out colours and times, for a program whose output people read directly.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Mask("%(message)s"))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is passed over while one runs is no news
    shown: list[structlog.typing.Processor] = [
        unnamed,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
    ]
    if not plain:
        shown.insert(0, structlog.processors.TimeStamper(fmt="iso", utc=True))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shown, structlog.dev.ConsoleRenderer(colors=False)],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, error, trace))
