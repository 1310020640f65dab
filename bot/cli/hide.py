"""`digest-bot hide`: takes an article down, for good: out of archive, search and sent messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli

if TYPE_CHECKING:
    from bot.world import World


@click.command
@click.argument("url", required=False)
@click.option("--list", "listed", is_flag=True, help="Print what was taken down, the latest first.")
@click.option("--show", "shown", metavar="URL", default="", help="Let an article in again when a source brings it.")
@cli.with_config
def hide(url: str | None, *, listed: bool, shown: str, config_file: Path | None) -> None:
    """Take the article at URL (or of that id) down; works beside a running `run`, which edits what was sent."""
    if bool(url) + listed + bool(shown) != 1:
        raise click.UsageError("Write one of: URL, --list, --show URL.")
    if listed:
        _run(config_file, _list)
    elif shown:
        _run(config_file, lambda world: _show(world, shown))
    else:
        _run(config_file, lambda world: _hide(world, url or ""))


async def _hide(world: World, url: str) -> None:
    from bot.revising import takedown

    async with world.database.together():
        done = await takedown.hide(world, url, now_at=datetime.now(UTC))
    if done.seen.article is None:
        click.echo(f"{done.seen.id} is not stored and will not come in.")
        return
    told = f"gone from {done.messages} messages, of which {done.edited} were sent and are edited by `run`"
    click.echo(f"{done.seen.id} is taken down; {told}.")


async def _show(world: World, url: str) -> None:
    from bot.revising import takedown

    is_allowed = await takedown.allow(world, url)
    click.echo("It may come in again when a source brings it." if is_allowed else "It is not kept out.")
    if not is_allowed:
        raise SystemExit(1)


async def _list(world: World) -> None:
    from bot.revising import takedown

    for one in await takedown.listing(world):
        click.echo(f"{one.hidden_at:%Y-%m-%d %H:%M} UTC  {one.article_id}  {one.url}")


def _run(config_file: Path | None, step: Callable[[World], Awaitable[None]]) -> None:
    from bot import app, logs

    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)

    async def run() -> None:
        async with app.world(config, now_at=datetime.now(UTC), beside=True) as world:
            await step(world)

    asyncio.run(run())


SUBCOMMAND = hide
