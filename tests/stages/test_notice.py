"""The slots of notices: one a second or one a day, and no other slot is taken for one."""

from __future__ import annotations

from datetime import timedelta

from bot.model import ChatId
from bot.stages import notice
from tests import make
from tests.storage import make as rows

ADMIN = ChatId(7)
NIGHT = make.moment("2026-11-22T23:59:59")


def test_what_is_told_daily_has_one_slot_a_day_and_what_is_not_one_a_second() -> None:
    after = [NIGHT, NIGHT + timedelta(milliseconds=300), NIGHT + timedelta(seconds=1)]

    assert len({notice.slot(ADMIN, "x", now_at=at).id for at in after}) == 2
    assert len({notice.slot(ADMIN, "x", now_at=at, daily=True).id for at in after}) == 2
    assert len({notice.slot(ADMIN, "x", now_at=at, daily=True).id for at in after[:2]}) == 1
    assert notice.slot(ADMIN, "x", now_at=NIGHT).id != notice.slot(ChatId(8), "x", now_at=NIGHT).id


def test_a_notice_is_told_from_a_digest() -> None:
    assert notice.is_one(notice.slot(ADMIN, "gone-5", now_at=NIGHT).id)
    assert not notice.is_one(rows.slot(ADMIN, day=20).id)
