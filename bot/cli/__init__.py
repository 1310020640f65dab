"""The command line: one file per subcommand, each ends in `SUBCOMMAND = ...`, loaded only when it is called.

A file begins with "`digest-bot NAME`: what it does.", which the list of subcommands shows without loading it. What a
subcommand needs from the heavy parts it imports inside its functions, so that its `--help` is quick too.
"""

from __future__ import annotations

import ast
import errno
import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.errors import ConfigError, ConfigFault, DigestBotError, StorageError

if TYPE_CHECKING:
    from bot import config

DEFAULT_CONFIG = Path("config.toml")  # of the folder where the command is called


class Cli(click.Group):
    """Finds the subcommands by itself; what we raise becomes one clear line and an exit code, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for module in pkgutil.iter_modules(__path__):
            if module.name.rstrip("_") == cmd_name:
                found: click.Command = importlib.import_module(f"{__name__}.{module.name}").SUBCOMMAND
                return found
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for fault in error.faults:
                complain(f"digest-bot: {fault}")
            ctx.exit(2)
        except DigestBotError as error:
            complain(f"digest-bot: {error}")
            ctx.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever reads us has had enough; click ends quietly
                raise
            complain(f"digest-bot: {error.filename or 'the system'}: {error.strerror or type(error).__name__}")
            ctx.exit(1)


def _summary(name: str) -> str:
    """What the file of a subcommand says of itself in its first line, behind the colon."""
    for file in (Path(__file__).with_name(f"{name}.py"), Path(__file__).with_name(f"{name}_.py")):
        if file.exists():
            said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            line = re.sub(r"^`[^`]*`: *", "", said.partition("\n")[0])
            return line[:1].upper() + line[1:]
    return ""


def complain(text: str) -> None:
    """One clear line on standard error: no token, and nothing in it that would break the line or steer a terminal."""
    from bot import logs

    line = "".join(letter if letter.isprintable() else " " for letter in logs.masked(text))
    click.echo(" ".join(line.split()), err=True)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="digest-bot", message="digest-bot %(version)s")
def main() -> None:
    """Short digests of proven key facts from the press, for Telegram."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter gets "?", not a traceback
            stream.reconfigure(errors="replace")


def with_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option --config FILE; without it config.toml of this folder is read where there is one."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The configuration; without this option config.toml here, or the defaults.",
    )(command)


def loaded(config_file: Path | None, *, with_token: bool = False) -> config.Config:
    """The configuration named on the command line, else config.toml of this folder, else the defaults."""
    from bot import config, sources

    file = config_file or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    return config.load(file, with_token=with_token, checks=(sources.faults, _database_faults))


def _database_faults(config: config.Config) -> Iterator[ConfigFault]:
    """What is wrong with the URL itself; whether somebody answers there is seen when it is opened."""
    if not (url := config.database.url.get_secret_value()):
        return
    from bot.storage import engines

    try:
        engines.address(url)
    except StorageError as error:
        yield ConfigFault(key="database.url", message=str(error))
