"""Claims deliveries, sends them and writes down what became of them; knows the database, not Telegram.

It goes in turns. Each is one transaction: what has been sent is written down, what the turn before claimed is started,
and more is claimed. Only what a committed turn has started is sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot import failpoints
from bot.delivery import aftermath, limiter
from bot.delivery.terms import Beside, Limits
from bot.errors import StorageError
from bot.model import Delivery, Later, Message, Receipt, Send, Sent, Unknown
from bot.storage import deliveries, pace
from bot.storage.database import Database
from bot.storage.dialect import Connection

log = structlog.get_logger()
RETRY_S = (0.05, 0.5, 2.0, 10.0)  # between tries to write a turn down
STOPPED = Later(reason="this process was stopped before it could send", after_s=1)
IDLE_S = 0.25  # how long at most a chat waits that became free while others are being sent to


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    delivery: Delivery
    receipt: Receipt | BaseException


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """`started` as they are sent, committed after the monotonic time `begun_s`; `wait_s` is when more may be claimed,
    None when nothing is there that could be."""

    started: tuple[tuple[Delivery, Message], ...]
    begun_s: float
    claimed: tuple[Delivery, ...]
    wait_s: float | None


async def run(database: Database, send: Send, *, limits: Limits | None = None, beside: Beside | None = None) -> int:
    """Delivers all that may be sent now; returns how many attempts were made. Safe to cancel at any line: what was
    `sending` then becomes `unknown` when its lease is over.

    Raises an ExceptionGroup, after all others were sent, with what our own code raised in an attempt.
    """
    working = _Working(database, send, limits=limits or Limits(), beside=beside or Beside())
    async with asyncio.TaskGroup() as attempts:
        await working.through(attempts)
    if working.failed:
        many = f"{len(working.failed)} of {working.made}"
        raise ExceptionGroup(f"{many} deliveries were not written down", working.failed)
    return working.made


class _Working:
    def __init__(self, database: Database, send: Send, *, limits: Limits, beside: Beside) -> None:
        self._database = database
        self._send = send
        self._limits = limits
        self._beside = beside
        self._ended: asyncio.Queue[_Ended] = asyncio.Queue()
        self._under_way = 0
        self.made = 0
        self.failed: list[Exception] = []

    async def through(self, attempts: asyncio.TaskGroup) -> None:
        """Turn by turn, until nothing is under way and nothing more may be sent for a while."""
        held: tuple[Delivery, ...] = ()
        while True:
            turn = await self._stored_turn(self._taken(), held)
            for delivery, message in turn.started:
                attempts.create_task(self._attempt(delivery, message, begun_s=turn.begun_s))
            held = turn.claimed
            if held or not self._ended.empty():
                continue
            if not self._under_way and (turn.wait_s is None or turn.wait_s > IDLE_S):
                return
            await self._wait(turn.wait_s)

    def _taken(self) -> list[_Ended]:
        """All attempts that have ended; what our own code raised is kept for the end, and stays `sending`."""
        ended = [self._ended.get_nowait() for _ in range(self._ended.qsize())]
        self._under_way -= len(ended)
        self.failed += [one.receipt for one in ended if isinstance(one.receipt, Exception)]
        return ended

    async def _stored_turn(self, ended: Sequence[_Ended], held: Sequence[Delivery]) -> _Turn:
        """A turn that the database takes, at the latest before a lease ends: what was sent must not be forgotten."""
        for wait_s in RETRY_S:
            try:
                return await self._turn(ended, held)
            except StorageError as error:
                log.error("delivery_turn_refused", reason=str(error), ended=len(ended), next_try_s=wait_s)
            await asyncio.sleep(wait_s)
        return await self._turn(ended, held)

    async def _turn(self, ended: Sequence[_Ended], held: Sequence[Delivery]) -> _Turn:
        async with self._database.write() as connection:
            failpoints.hit("turn.begun")
            await self._write_down(connection, ended)
            started = await self._start(connection, held)
            failpoints.hit("turn.started")
            most = 1 if self._beside.doubts.is_dark else self._limits.in_flight
            room = most - self._under_way - len(started)
            claimed, wait_s = await self._claim(connection, room)
            begun_s = time.monotonic()
            failpoints.hit("turn.claimed")
        failpoints.hit("turn.committed")
        self._under_way += len(started)
        self.made += len(started)
        return _Turn(started=started, begun_s=begun_s, claimed=claimed, wait_s=wait_s)

    async def _start(self, connection: Connection, held: Sequence[Delivery]) -> tuple[tuple[Delivery, Message], ...]:
        """What is still ours. All of it is given back once the program is to end, and when Telegram has asked to wait
        since it was claimed."""
        if held and (self._beside.stop.is_set() or await pace.is_held(connection)):
            await deliveries.release(connection, held)
            return ()
        started = await deliveries.start(connection, held, every_s=self._limits.rates.every_s)
        if refused := [one.id for one in held if one.id not in started]:
            log.warning("delivery_start_refused", deliveries=refused)
        return tuple([(one, await aftermath.message(connection, one)) for one in held if one.id in started])

    async def _claim(self, connection: Connection, room: int) -> tuple[tuple[Delivery, ...], float | None]:
        """What may be started in the next turn, and when more may be claimed."""
        if room <= 0 or self._beside.stop.is_set():
            return (), None
        rates = self._limits.rates
        # Chats before the pace, as everywhere: on PostgreSQL two processes would otherwise wait for each other.
        if answered := self._beside.answers.taken():
            await pace.touched(connection, answered, every_s=rates.every_s)
        before, now_at = await aftermath.paced(connection, rates)
        before = limiter.spent(before, rates, count=len(answered), now_at=now_at)
        granted = limiter.grant(before, rates, want=room, now_at=now_at)
        claimed: tuple[Delivery, ...] = ()
        if granted.count:
            claimed = await deliveries.claim(connection, limit=granted.count, lease_s=self._limits.lease_s)
        if claimed or answered:
            await pace.save(connection, limiter.spent(before, rates, count=len(claimed), now_at=now_at))
        is_slowed = len(claimed) == granted.count < room
        return claimed, granted.wait_s if is_slowed and await deliveries.is_waiting(connection) else None

    async def _wait(self, wait_s: float | None) -> None:
        """For the next attempt to end, or for the moment at which more may be claimed."""
        try:
            async with asyncio.timeout(IDLE_S if wait_s is None else min(wait_s, IDLE_S)):
                first = await self._ended.get()
        except TimeoutError:
            return
        self._ended.put_nowait(first)

    async def _attempt(self, delivery: Delivery, message: Message, *, begun_s: float) -> None:
        failpoints.hit("attempt.begun")
        # Gathered alone: what our own code raises here must not end the others' attempts.
        receipt: Receipt | BaseException = STOPPED
        if time.monotonic() < begun_s + self._limits.deadline_s:
            (receipt,) = await asyncio.gather(self._receipt(delivery, message), return_exceptions=True)
        failpoints.hit("attempt.answered")
        self._ended.put_nowait(_Ended(delivery=delivery, receipt=receipt))

    async def _receipt(self, delivery: Delivery, message: Message) -> Receipt:
        try:
            async with asyncio.timeout(self._limits.deadline_s):
                return await self._send(delivery.chat_id, message)
        except TimeoutError:
            return Unknown(reason=f"no answer within {self._limits.deadline_s:g} s")

    async def _write_down(self, connection: Connection, ended: Sequence[_Ended]) -> None:
        sent = [(one.delivery, one.receipt.message_id) for one in ended if isinstance(one.receipt, Sent)]
        in_time = await deliveries.finish_sent(connection, sent)
        if sent:
            self._beside.doubts.told()
        failpoints.hit("turn.finished")
        for delivery, message_id in sent:
            if delivery.id in in_time:
                log.info("delivery_sent", delivery=delivery.id, message_id=message_id)
            else:
                await aftermath.too_late(connection, delivery, message_id)
        for one in ended:
            if not isinstance(one.receipt, Sent | BaseException):
                await aftermath.of(connection, one.delivery, one.receipt, limits=self._limits, beside=self._beside)
