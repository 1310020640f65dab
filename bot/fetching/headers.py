"""What the headers of an answer say to somebody who wants to come again: when, and with what to ask. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_WAIT_S = 86_400  # a server may hold us off for a day, whatever it says (delivery.md, F53)
MAX_VALIDATOR_CHARS = 1024

SECONDS = re.compile(r"\s*([0-9]+)\s*")
MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]+)", re.IGNORECASE)


def retry_after_s(headers: Mapping[str, str], now_at: datetime) -> int:
    """Seconds to stay away (RFC 9110, 10.2.3: a number or a date), at most a day; 0 when nothing sensible is said."""
    value = headers.get("Retry-After", "")
    if seconds := SECONDS.fullmatch(value):
        return _capped(seconds[1])
    when = _date(value)
    return 0 if when is None else min(max(0, round((when - now_at).total_seconds())), MAX_WAIT_S)


def max_age_s(headers: Mapping[str, str]) -> int:
    """Seconds for which the answer stays fresh (RFC 9111, 4.2: `max-age` less `Age`), at most a day; 0 if not said."""
    control = headers.get("Cache-Control", "")
    if not (fresh := MAX_AGE.search(control)) or re.search(r"\bno-(cache|store)\b", control, re.IGNORECASE):
        return 0
    age = SECONDS.fullmatch(headers.get("Age", ""))
    return max(0, _capped(fresh[1]) - (_capped(age[1]) if age else 0))


def validator(headers: Mapping[str, str], name: str) -> str:
    """`ETag` or `Last-Modified` as it was sent, "" when it could not be sent back."""
    value = headers.get(name, "").strip()
    return value if sendable(value) else ""


def sendable(value: str) -> bool:
    """A value that may stand in a header of ours."""
    return value.isascii() and value.isprintable() and len(value) <= MAX_VALIDATOR_CHARS


def encodings(values: list[str]) -> tuple[str, ...]:
    """The content encodings in the order they were applied, "identity" left out."""
    found = (word.strip().lower() for value in values for word in value.split(","))
    return tuple(word for word in found if word not in {"", "identity"})


def _capped(digits: str) -> int:
    """A thousand digits are no number to count with."""
    return MAX_WAIT_S if len(digits) > 9 else min(int(digits), MAX_WAIT_S)


def _date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
