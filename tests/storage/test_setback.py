"""Leases and waits after the database's clock was set back, on both databases."""

from __future__ import annotations

import pytest

from bot.model import DeliveryState
from bot.storage import deliveries, met, pace, setback
from bot.storage.database import Database
from tests.storage import make

HOUR_S = 3600.0


@pytest.mark.parametrize("is_shifted", [True, False], ids=["shifted", "as it was"])
async def test_a_wait_or_a_lease_that_became_an_hour_longer_is_as_long_as_before(
    ledger: Database, *, is_shifted: bool
) -> None:
    async with ledger.write() as connection:
        (claimed, *_) = await deliveries.claim(connection, limit=9, lease_s=HOUR_S - 1)
        await pace.hold(connection, make.READER, for_s=HOUR_S + 60)

        if is_shifted:
            await setback.shift(connection, HOUR_S)

        assert ((await met.known(connection, [make.READER]))[make.READER].wait_s < 61) == is_shifted
        await deliveries.expire(connection, wait_s=0)
        (record,) = [one for one in await deliveries.listing(connection, limit=9) if one.delivery.id == claimed.id]
        assert (record.delivery.state is DeliveryState.PENDING) == is_shifted
