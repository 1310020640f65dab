"""A database whose clock is not the program's: a test sets it forward or back, and waits for nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bot.storage.database import Database


@dataclass(slots=True)
class Clock:
    """SQLite's clock, which goes on by itself; `ahead_s` is how far it is ahead of the machine's."""

    ahead_s: float = 0.0

    def julian_day(self, _: str) -> float:
        return (time.time() + self.ahead_s) / 86_400 + 2_440_587.5


async def given_to(database: Database) -> Clock:
    """The clock by which everything that this database writes is counted from now on."""
    clock = Clock()
    async with database.write() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.create_function("julianday", 1, clock.julian_day)
    return clock
