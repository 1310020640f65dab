"""`digest-bot import FILE...`: article files into the store."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import app, cli, logs, pipeline, sources
from bot.config import Config
from bot.errors import FileError
from bot.model import Taken

MANY = 20  # files from which on a progress bar is worth its line


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@cli.with_config
def import_(files: tuple[Path, ...], config_file: Path | None) -> None:
    """Store the articles of FILES (folders: the .txt files in them). What was stored before is not stored again."""
    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    found, missing = _found(files)
    taken, faults = asyncio.run(_imported(config, found))
    for fault in (*missing, *faults):
        click.echo(str(fault), err=True)
    click.echo(f"{taken.new} new, {taken.changed} changed, {taken.known} known")
    if missing or faults:
        raise SystemExit(1)


def _found(files: Iterable[Path]) -> tuple[list[Path], list[FileError]]:
    found, missing = [], []
    for file in files:
        if file.is_dir():
            found += sorted(file.rglob("*.txt"))
        elif file.exists():
            found.append(file)
        else:
            missing.append(FileError(file, "there is no such file"))
    return found, missing


async def _imported(config: Config, files: list[Path]) -> tuple[Taken, list[FileError]]:
    taken, faults = Taken(), []
    async with app.world(config, now_at=datetime.now(UTC)) as world:
        hidden = len(files) < MANY or not sys.stderr.isatty()
        with click.progressbar(files, label="Reading", file=sys.stderr, hidden=hidden) as bar:
            for file in bar:
                parsed = await asyncio.to_thread(sources.read_file, file)
                one = await pipeline.take(world, parsed.entries, now_at=datetime.now(UTC))
                taken += one
                faults += [*parsed.faults, *_refusals(file, one)]
    return taken, faults


def _refusals(file: Path, taken: Taken) -> list[FileError]:
    """Articles that could not be taken, at the line of their file that names them."""
    if not taken.refused:
        return []
    lines = file.read_bytes().splitlines()
    return [
        FileError(file, reason, line=next((n for n, line in enumerate(lines, 1) if entry.url.encode() in line), 1))
        for entry, reason in taken.refused
    ]


SUBCOMMAND = import_
