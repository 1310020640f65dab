"""`digest-bot import FILE...`: article files into the store."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli
from bot.errors import FileError
from bot.model import Taken

if TYPE_CHECKING:
    from bot.config import Config

KIND = "article_file"
MANY = 20  # files from which on a progress bar is worth its line


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@cli.with_config
def import_(files: tuple[Path, ...], config_file: Path | None) -> None:
    """Store the articles of FILES (folders: the .txt files in them). What was stored before is not stored again."""
    from bot import logs

    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    found, missing = _found(files)
    taken, faults = asyncio.run(_imported(config, found))
    for fault in (*missing, *faults):
        cli.complain(str(fault))
    click.echo(f"{taken.new} new, {taken.changed} changed, {taken.known} known")
    if missing or faults:
        raise SystemExit(1)


def _found(files: Iterable[Path]) -> tuple[list[Path], list[FileError]]:
    """The files to read, and what was named in vain."""
    found: list[Path] = []
    missing = []
    for file in files:
        try:
            inside = _inside(file)
        except OSError as error:
            missing.append(FileError(file, error.strerror or type(error).__name__))
            continue
        if not inside:
            missing.append(FileError(file, "there is no .txt file in this folder"))
        found += inside
    return found, missing


def _inside(file: Path) -> list[Path]:
    if not file.is_dir():
        file.stat()
        return [file]
    return sorted(one for one in file.rglob("*.txt") if not one.is_dir())


async def _imported(config: Config, files: list[Path]) -> tuple[Taken, list[FileError]]:
    from bot import app, intake, sources

    taken, faults = Taken(), []
    async with app.world(config, now_at=datetime.now(UTC), beside=True) as world:
        hidden = len(files) < MANY or not sys.stderr.isatty()
        with click.progressbar(files, label="Reading", file=sys.stderr, hidden=hidden) as bar:
            for file in bar:
                parsed = await asyncio.to_thread(sources.read_file, file, kind=KIND)
                one = await intake.take(world, parsed.entries, now_at=datetime.now(UTC))
                taken += one
                faults += [*parsed.faults, *_refusals(file, one)]
    return taken, faults


def _refusals(file: Path, taken: Taken) -> list[FileError]:
    """Articles that could not be taken, at the line of their file that names them."""
    if not taken.refused:
        return []
    lines = [set(line.split()) for line in file.read_bytes().splitlines()]
    return [FileError(file, reason, line=_line_naming(entry.url, lines)) for entry, reason in taken.refused]


def _line_naming(url: str, lines: Iterable[set[bytes]]) -> int:
    """The number of the first line in which this address is a word, in either encoding of these files."""
    spellings = {url.encode("utf-8", "replace"), url.encode("cp1251", "replace")}
    return next((number for number, words in enumerate(lines, 1) if spellings & words), 1)


SUBCOMMAND = import_
