"""`digest-bot deliveries`: what became of every message, and what nobody could find out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli
from bot.errors import DigestBotError

if TYPE_CHECKING:
    from bot.config import Config
    from bot.delivery.desk import Overview


@click.command()
@cli.with_config
@click.option("-n", "--limit", default=20, type=click.IntRange(0, 1_000), help="How many unsettled ones are listed.")
@click.option("--again", default="", metavar="NAME", help="Send the message in doubt with that name again.")
@click.option("--arrived", default="", metavar="NAME", help="Count the message in doubt with that name as sent.")
def deliveries(config_file: Path | None, limit: int, again: str, arrived: str) -> None:
    """Print what became of every message; works beside a running `run`."""
    seen, is_settled = asyncio.run(_seen(cli.loaded(config_file), again or arrived, again=bool(again), limit=limit))
    if not is_settled:
        raise DigestBotError(f"there is no message in doubt called {again or arrived}: see digest-bot deliveries")
    _print(seen)


async def _seen(config: Config, name: str, *, again: bool, limit: int) -> tuple[Overview, bool]:
    from bot.delivery import desk
    from bot.storage import database

    config.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await database.upgrade(config.database_url, now_at=datetime.now(UTC))
    async with database.opened(config.database_url, beside=True) as opened:
        is_settled = not name or await desk.decide(opened, name, again=again)
        return await desk.overview(opened, limit=limit), is_settled


def _print(seen: Overview) -> None:
    from bot.delivery import notices

    counts = ", ".join(f"{many} {state.value}" for state, many in seen.counts.items())
    click.echo(f"{seen.due} due: {counts}.")
    for name, many in seen.tally.items():
        click.echo(f"  {name}: {many}")
    for record in seen.unsettled:
        one = record.delivery
        click.echo(
            f"{record.due_at:%Y-%m-%d %H:%M}Z {one.state.value:8} {notices.reference(one.id, one.token)} {one.id}"
        )
        click.echo(f"    chat {one.chat_id}, {one.attempts} attempts: {record.error}")


SUBCOMMAND = deliveries
