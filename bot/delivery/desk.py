"""What people see of the ledger and decide about it: counts, messages in doubt, and their owner's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot import failpoints
from bot.delivery import ledger, notices
from bot.model import DeliveryState
from bot.storage import deliveries, tally
from bot.storage.database import Database
from bot.storage.deliveries import Record

LOOKED_AT = 1_000  # parked messages among which one that a button names is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How many deliveries are in each state, counters since the database was made, and the latest that need a person
    or may have gone wrong."""

    counts: Mapping[DeliveryState, int]
    tally: Mapping[str, int]
    unsettled: tuple[Record, ...]

    @property
    def due(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        settled = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.PARKED)
        return self.due - sum(self.counts[state] for state in settled)


async def overview(database: Database, *, limit: int) -> Overview:
    """The ledger at one moment, with at most so many records."""
    unsettled = (DeliveryState.UNKNOWN, DeliveryState.PARKED, DeliveryState.FAILED)
    async with database.read() as connection:
        return Overview(
            counts=await deliveries.counts(connection),
            tally=await tally.counts(connection),
            unsettled=await deliveries.listing(connection, limit=limit, states=unsettled),
        )


async def decide(database: Database, name: str, *, again: bool) -> bool:
    """Carries out what the owner says of the parked message with that `notices.reference`; False when there is none."""
    async with database.effect() as connection:
        for record in await deliveries.listing(connection, limit=LOOKED_AT, states=(DeliveryState.PARKED,)):
            if notices.reference(record.delivery.id, record.delivery.token) == name:
                outcome = ledger.decision(record.delivery, again=again)
                decided = await deliveries.decide(connection, record.delivery.id, outcome)
                failpoints.hit("desk.decided")
                return decided
    return False
