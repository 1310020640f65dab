"""`digest-bot sources`: lists, adds, removes, checks, imports and exports what is read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot import cli
from bot.errors import FileError

if TYPE_CHECKING:
    from bot.model import FullText, Source
    from bot.sourcing.checking import Checked
    from bot.world import World

Result = TypeVar("Result")


@click.group
def sources() -> None:
    """List, add, remove, check, import and export sources; works beside a running `run`."""


@asynccontextmanager
async def _opened(config_file: Path | None) -> AsyncIterator[World]:
    """The world beside a running one, with the sources of config.toml in it, where there is a config.toml."""
    from bot import app, logs

    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    now_at = datetime.now(UTC)
    async with app.world(config, now_at=now_at, beside=True) as world:
        if config_file or config.sources or cli.DEFAULT_CONFIG.exists():
            await app.sync(world, now_at=now_at)
        yield world


def _run(config_file: Path | None, step: Callable[[World], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with _opened(config_file) as world:
            return await step(world)

    return asyncio.run(run())


@sources.command("list")
@cli.with_config
def list_(config_file: Path | None) -> None:
    """Print every source with its health, those in trouble first."""
    from bot import sourcing
    from bot.stages import health

    seen = _run(config_file, sourcing.overview)
    if not seen.lines:
        click.echo("There is no source yet: digest-bot sources add URL, or digest-bot sources import FILE.")
        return
    click.echo(health.table(seen.lines, now_at=datetime.now(UTC)))
    click.echo(f"{seen.progress}.")


@sources.command("add", short_help="Read a feed, page or @channel from now on.")
@click.argument("url")
@click.option("--name", default="", help="What readers see; without it what the source calls itself.")
@click.option("--topic", "topics", multiple=True, help="Everything in it has this topic; may be given several times.")
@click.option("--kind", default="", help="Read it as this kind: feed, page, sitemap or telegram_channel.")
@click.option("--full-text", type=click.Choice(["short", "always", "never"]), default="short", show_default=True)
@click.option("--quota", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Entries in 24 hours.")
@click.option("--old-is-news", is_flag=True, help="What is there already is news too.")
@cli.with_config
def add(
    *, url: str, name: str, topics: tuple[str, ...], kind: str, full_text: FullText, quota: int, old_is_news: bool,
    config_file: Path | None,
) -> None:  # fmt: skip
    """Look at URL, a feed, a page that names one, or @channel, and read it from now on."""
    from bot import sourcing
    from bot.sourcing import finding

    wish = sourcing.Wish(name=name, topics=topics, full_text=full_text, quota_per_day=quota, old_is_news=old_is_news)

    async def step(world: World) -> None:
        for topic in topics:
            sourcing.topic(world, topic)
        found = await finding.find(world, url, kind=kind)
        new = await sourcing.add(world, found, wish, origin="cli", now_at=datetime.now(UTC))
        _say(f"{new.slug}: {found.kind}, {_counted(found.entries)} at {new.address}")
        for other in found.others:
            _say(f"The page also names {other}")

    _run(config_file, step)


@sources.command("remove")
@click.argument("name")
@cli.with_config
def remove(name: str, config_file: Path | None) -> None:
    """Read the source NAME no more; its articles stay."""
    from bot import sourcing

    gone = _run(config_file, lambda world: sourcing.remove(world, name))
    click.echo(f"{gone.slug} is read no more. To have it again: digest-bot sources add {gone.address}")


@sources.command("check", short_help="Read a source, or all, now and say what is there.")
@click.argument("name", required=False)
@cli.with_config
def check(name: str | None, config_file: Path | None) -> None:
    """Read the source NAME, or all of them, now, and say what is there; nothing is stored."""
    from bot import sourcing
    from bot.sourcing import checking

    async def step(world: World) -> tuple[Checked, ...]:
        wanted: tuple[Source, ...] = (await sourcing.named(world, name),) if name else await sourcing.every(world)
        return await checking.check(world, wanted, told=lambda one: _say(_line(one)))

    seen = _run(config_file, step)
    failed = sum(bool(one.error) for one in seen)
    if not seen:
        click.echo("There is no source yet.")
    elif not name:
        click.echo(f"{len(seen) - failed:,} of {len(seen):,} can be read.")
    if failed:
        raise SystemExit(1)


@sources.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@cli.with_config
def export(file: Path | None, config_file: Path | None) -> None:
    """Write feeds and channels as OPML to FILE, or to standard output."""
    from bot.sourcing import lists

    body, others = _run(config_file, lambda world: lists.export(world, now_at=datetime.now(UTC)))
    if file:
        file.write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
    if others:
        left = "1 source that is" if others == 1 else f"{others:,} sources that are"
        cli.complain(f"{left} neither feed nor channel: not in the list")


@sources.command("import", short_help="Take in a list of sources, OPML or TOML.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@cli.with_config
def import_(file: Path, config_file: Path | None) -> None:
    """Take in the sources of FILE, an OPML list or a TOML file like seeds/sources.toml; `run` then reads them."""
    from bot import sourcing
    from bot.sourcing import lists

    body = _content(file)

    async def step(world: World) -> tuple[lists.Imported, sourcing.Overview]:
        taken = await lists.import_list(world, body, name=file.name, now_at=datetime.now(UTC))
        return taken, await sourcing.overview(world)

    taken, seen = _run(config_file, step)
    for fault in taken.faults:
        cli.complain(fault)
    _say(f"{len(taken.added):,} added, {taken.known:,} known. `digest-bot run` reads them in the background.")
    _say(f"{seen.progress}; `digest-bot sources list` shows how far it is.")
    if taken.faults:
        raise SystemExit(1)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileError(file, error.strerror or type(error).__name__) from error


def _line(one: Checked) -> str:
    """What was seen of one source, on one line."""
    if one.error:
        hint = f"; its site names another feed: {one.replacement}" if one.replacement else ""
        return f"FAIL {one.source.slug}: {one.error}{hint}"
    newest = f"newest {one.newest_at:%Y-%m-%d %H:%M} UTC" if one.newest_at else ""
    moved = f"moved to {one.moved_to}" if one.moved_to else ""
    told = [one.source.kind, _counted(one.entries), newest, one.language, moved]
    return f"ok {one.source.slug}: {', '.join(filter(None, told))}"


def _counted(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries:,} entries"


def _say(text: str) -> None:
    """One line on standard output, whatever a site calls itself."""
    click.echo(" ".join("".join(letter if letter.isprintable() else " " for letter in text).split()))


SUBCOMMAND = sources
