"""The command line: one file per subcommand, each ends in `SUBCOMMAND = ...`, loaded only when it is called."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot import config, logs
from bot.errors import ConfigError, DigestBotError


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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for fault in error.faults:
                click.echo(f"digest-bot: {logs.masked(str(fault))}", err=True)
            ctx.exit(2)
        except DigestBotError as error:
            click.echo(f"digest-bot: {logs.masked(str(error))}", err=True)
            ctx.exit(1)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="digest-bot", message="digest-bot %(version)s")
def main() -> None:
    """Short digests of proven key facts from the press, for Telegram."""


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
    default = Path("config.toml")
    file = config_file or (default if default.exists() else None)
    return config.load(file, with_token=with_token)
