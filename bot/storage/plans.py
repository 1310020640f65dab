"""The statements that plan for many chats at once, each with one value, however many it is for.

It is a JSON list: of rows as lists, or of groups `[these rows, with each of those]`, so that what many chats get alike
is handed to the database once and multiplied there. One row after another takes twice the time on SQLite, and far more
by way of SQLAlchemy.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Time,
    bindparam,
    cast,
    literal,
    literal_column,
    select,
    true,
)

from bot.model import DeliveryState
from bot.storage import dialect
from bot.storage.tables import digest


def _each(listed: ColumnElement[Any], name: str) -> Any:
    return dialect.each(listed).table_valued("value", name=name, joins_implicitly=True)


def _item(of: Any, number: int) -> Any:
    return dialect.item(of.c.value, literal_column(str(number)))


def _number(of: Any, number: int) -> Any:
    return cast(_item(of, number), BigInteger)


_LISTED = bindparam("listed", type_=Text)
_ROW = _each(_LISTED, "row")
_GROUP = _each(_LISTED, "together")
_ONE, _OTHER = _each(_item(_GROUP, 0), "one"), _each(_item(_GROUP, 1), "other")

FIRST: Select[Any] = select(_item(_ROW, 0))
"""The first of each row."""
FIRST_NUMBER: Select[Any] = select(_number(_each(bindparam("numbers", type_=Text), "numbered"), 0))
"""The same of the rows of `numbers`, as whole numbers."""

DIGEST = ("id", "subscription_id", "chat_id", "local_date", "local_time", "due_at", "planned_at")
DIGESTS: Select[Any] = (
    select(
        _item(_ROW, 0),
        _item(_ROW, 1),
        _number(_ROW, 2),
        dialect.typed(cast(_item(_ROW, 3), Date)),
        dialect.typed(cast(_item(_ROW, 4), Time)),
        _number(_ROW, 5),
        bindparam("planned_at", type_=digest.c.planned_at.type),
    )
    .select_from(_ROW)
    .where(true())  # without it SQLite takes the ON CONFLICT that follows for the ON of a join
)
"""Of rows `[id, subscription, chat, date, time, microseconds of the due moment]`."""

DELIVERY = (
    "id",
    "digest_id",
    "chat_id",
    "due_at",
    "part",
    "payload",
    "state",
    "token",
    "not_before",
    "attempts",
    "last_error",
)
DELIVERIES: Select[Any] = select(
    _item(_ONE, 0) + "#" + _item(_OTHER, 0),
    _item(_ONE, 0),
    _number(_ONE, 1),
    _number(_ONE, 2),
    cast(_item(_OTHER, 0), Integer),
    dialect.typed(cast(_item(_OTHER, 1), JSON)),
    literal(DeliveryState.PENDING.value, Text),
    *(literal(0, Integer) for _ in ("token", "not_before", "attempts")),
    literal("", Text),
).select_from(_GROUP, _OTHER, _ONE)  # the long texts outside: SQLite reads the inner list anew for each of the outer
"""Of groups `[[[digest, chat, microseconds of the due moment], ...], [[part, payload], ...]]`."""

SEEN = ("chat_id", "article_id")
# In one order everywhere: two digests of a chat planned at once must not wait for each other's rows.
SEENS: Select[Any] = (
    select(_number(_ONE, 0), _item(_OTHER, 0))
    .select_from(_GROUP, _ONE, _OTHER)
    .order_by(_number(_ONE, 0), _item(_OTHER, 0))
)
"""Of groups `[[[chat], ...], [[article], ...]]`."""
