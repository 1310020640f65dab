"""Every storage test runs on both databases."""

from __future__ import annotations

import pytest

from bot.storage.database import Database
from tests.databases import (  # noqa: F401 - fixtures are used by their names
    database,
    database_url,
    empty_url,
    kind,
    postgres_server,
    postgres_template,
    sqlite_template,
)
from tests.storage import attempts, make


@pytest.fixture
async def ledger(database: Database) -> Database:  # noqa: F811 - pytest fills in the fixture of that name
    """A digest of three parts for one chat, one of one part for another."""
    await attempts.planned(database, make.READER, day=20, parts=3)
    await attempts.planned(database, make.GROUP, day=21, parts=1)
    return database
