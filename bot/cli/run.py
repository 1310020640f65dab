"""`digest-bot run`: the bot itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli

if TYPE_CHECKING:
    from bot.config import Config


async def until_stopped(config: Config) -> None:
    """Runs the bot; SIGINT and SIGTERM end it in order."""
    from bot import app

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await app.run(config, now_at=datetime.now(UTC), stop=stop, started=_settled)


def _settled() -> None:
    """What was loaded at start stays to the end: looking through it for garbage again and again would stop everything
    for a quarter of a second each time."""
    gc.collect()
    gc.freeze()


@click.command
@cli.with_config
def run(config_file: Path | None) -> None:
    """Run the bot against Telegram. Ctrl-C ends it."""
    from bot import logs

    config = cli.loaded(config_file, with_token=True)
    logs.configure(config.log_level)
    asyncio.run(until_stopped(config))


SUBCOMMAND = run
