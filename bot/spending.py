"""How much one person, and one group, may ask: a bucket each, kept in the database (security.md, T17).

A bucket takes `burst` questions at once and lets `per_s` a second go. What does not fit is not answered; the person is
told at most once a minute.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.model import ChatId
from bot.storage import dialect, spent
from bot.storage.database import Database
from bot.storage.spent import Account

TOLD_EVERY = timedelta(minutes=1)
KEPT = timedelta(hours=1)  # far longer than any bucket needs to run empty
MOST_SHUT = 10_000  # people remembered
MOST_SHUT_S = 60.0  # within which they are told at most once anyway
INLINE_COST = 0.25  # of an inline query: Telegram sends one at every pause in typing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How large a bucket is and how fast it empties."""

    burst: float
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Of a person, wherever they ask, and of all together in a group. In any ten seconds a person is answered 19 times
    and told to slow down once; one alone never fills a group's bucket, so the others there are answered."""

    person: Rate = Rate(burst=14, per_s=0.5)
    group: Rate = Rate(burst=60, per_s=3)


RATES = Rates()


class Verdict(Enum):
    """What is done with a question: answered, refused with a word, or passed over."""

    ANSWER = auto()
    TELL = auto()
    PASS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody asks something that costs so much; who asks is told when it is refused."""

    payers: tuple[tuple[int, Rate], ...]
    now_at: datetime
    cost: float = 1.0


@dataclass(slots=True, eq=False)
class _Waiting:
    question: Question
    verdict: Verdict | None = None
    wait_s: float = 0.0


class Spending:
    """The buckets. What is asked at the same time is written down in one transaction, and a refusal writes nothing.

    Rows are named by a keyed hash of the person's or group's id: a bucket says nothing of anybody, and is not emptied
    by asking to be forgotten.
    """

    def __init__(self, opened: Database, *, key: bytes, rates: Rates | None) -> None:
        self._database = opened
        self._key = key
        self._rates = rates
        self._waiting: list[_Waiting] = []
        self._turn = asyncio.Lock()
        self._shut: dict[int, tuple[datetime, datetime]] = {}

    def is_shut(self, payer: int, *, now_at: datetime) -> bool:
        """Whether what this person asks now is surely passed over: known of whoever was refused a moment ago, and asked
        of no database, so that a flood costs the others nothing."""
        since, until = self._shut.get(payer, (now_at, now_at))
        return since <= now_at < until

    async def verdict(self, payer: int, chat_id: ChatId, *, now_at: datetime, cost: float = 1.0) -> Verdict:
        """Of a question that somebody asks in a chat; without rates everything is answered."""
        if self._rates is None:
            return Verdict.ANSWER
        rates = {self._name(chat_id): self._rates.group} if chat_id < 0 else {}
        own = self._rates.person if payer != chat_id or chat_id > 0 else self._rates.group
        payers = tuple(({self._name(payer): own} | rates).items())
        mine = _Waiting(question=Question(payers=payers, now_at=now_at, cost=cost))
        self._waiting.append(mine)
        async with self._turn:  # whoever comes first settles for all who came by then
            if mine.verdict is None:
                await self._settle(mine)
        if mine.verdict is not Verdict.ANSWER and mine.question.cost >= 1:
            self._shut_for(payer, mine)
        return mine.verdict or Verdict.PASS

    def _shut_for(self, payer: int, refused: _Waiting) -> None:
        """Until there is room again, if it is the person's own bucket that is full; nobody else makes room in it."""
        if len(self._shut) >= MOST_SHUT:
            self._shut.clear()
        now_at = refused.question.now_at
        self._shut[payer] = (now_at, now_at + timedelta(seconds=min(refused.wait_s, MOST_SHUT_S)))

    async def _settle(self, mine: _Waiting) -> None:
        waiting = self._waiting if mine in self._waiting else [*self._waiting, mine]  # who came before may have failed
        self._waiting = []
        questions = [one.question for one in waiting]
        async with self._database.write() as connection:
            before = await spent.locked(connection, {payer for one in questions for payer, _ in one.payers})
            verdicts, changed = settled(before, questions)
            await spent.save(connection, changed)
        now = {**before, **{one.payer: one for one in changed}}
        for one, verdict in zip(waiting, verdicts, strict=True):
            one.verdict = verdict
            one.wait_s = _wait_s(now, one.question)

    def _name(self, payer: int) -> int:
        return int.from_bytes(
            hmac.digest(self._key, f"spent\n{payer}".encode(), hashlib.sha256)[:8], "big", signed=True
        )


def settled(
    before: Mapping[int, Account], questions: Iterable[Question]
) -> tuple[tuple[Verdict, ...], tuple[Account, ...]]:
    """What becomes of questions asked in that order, and the accounts that have changed."""
    after: dict[int, Account] = {}
    verdicts = []
    for one in questions:
        accounts = [
            (_emptied(after.get(payer) or before.get(payer), one, payer, rate), rate) for payer, rate in one.payers
        ]
        if all(account.level + one.cost <= rate.burst for account, rate in accounts):
            after |= {each.payer: replace(each, level=each.level + one.cost) for each, _ in accounts}
            verdicts.append(Verdict.ANSWER)
            continue
        asker = accounts[0][0]
        # What costs less than a command is an inline query, under which nothing can be said.
        is_told = one.cost < 1 or abs(one.now_at - asker.told_at) < TOLD_EVERY
        if not is_told:
            after[asker.payer] = replace(asker, told_at=one.now_at)
        verdicts.append(Verdict.PASS if is_told else Verdict.TELL)
    return tuple(verdicts), tuple(after.values())


def _wait_s(accounts: Mapping[int, Account], question: Question) -> float:
    """For how long there is no room for this in the person's own bucket."""
    payer, rate = question.payers[0]
    over = _emptied(accounts.get(payer), question, payer, rate).level + question.cost - rate.burst
    if over <= 0:
        return 0.0
    return over / rate.per_s if rate.per_s else MOST_SHUT_S


def _emptied(account: Account | None, question: Question, payer: int, rate: Rate) -> Account:
    """The account as it stands at that moment. A clock that was set back empties a bucket too: nobody may wait for the
    time at which it would be right again."""
    if account is None:
        return Account(payer=payer, level=0.0, at=question.now_at, told_at=dialect.EPOCH)
    gone = rate.per_s * abs(question.now_at - account.at).total_seconds()
    return replace(account, level=max(0.0, account.level - gone), at=question.now_at)


async def tidy(opened: Database, *, now_at: datetime) -> int:
    """Drops the buckets that have long been empty; returns how many."""
    async with opened.write() as connection:
        return await spent.forget(connection, before=now_at - KEPT)
