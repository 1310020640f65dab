"""`digest-bot demo`: the real bot against a Telegram of our own on this machine; no token, no network."""

from __future__ import annotations

import asyncio
import errno
import shutil
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import SecretStr

from bot import app, logs
from bot.config import Channel, Collect, Config, SourceSection, Telegram
from bot.errors import DigestBotError
from bot.sandbox import server
from bot.sandbox.world import World
from bot.stages import due

SEEDS = Path(__file__).parents[2] / "seeds"
CHANNEL = "central_asia_brief"


@click.command
@click.option("--port", type=click.IntRange(0, 65_535), default=8765, show_default=True, help="0 takes any free one.")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=SEEDS,
    help="The folder of article files to show.",
)
@click.option(
    "--every",
    "every_s",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Seconds between two of the articles that are held back.",
)
@click.option("--hold", type=click.IntRange(0), default=5, show_default=True, help="How many articles are held back.")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Keep the state here.")
@click.option("--browser/--no-browser", default=True, help="Open the page where a browser is at hand.")
def demo(*, port: int, seeds: Path, every_s: float, hold: int, state: Path | None, browser: bool) -> None:
    """Show the bot: a chat page in the browser, starter articles, and a channel that gets digests."""
    logs.configure("warning", plain=True)
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as temporary:
        folder = state or Path(temporary)
        asyncio.run(_shown(folder, _files(seeds), port=port, pace=(every_s, hold), browser=browser))
    click.echo("Stopped.")


def _files(seeds: Path) -> list[Path]:
    return sorted(seeds.glob("*.txt"))


async def _shown(folder: Path, files: Sequence[Path], *, port: int, pace: tuple[float, int], browser: bool) -> None:
    every_s, hold = pace
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    stop = _stop_at_signal()
    held = files[len(files) - hold :] if hold else []
    for file in files[: len(files) - len(held)]:
        shutil.copy(file, inbox)
    local = _telegram()
    async with _served(local, port) as serving, asyncio.TaskGroup() as tasks:
        tasks.create_task(_released(held, inbox, every_s, stop))
        config = _config(folder, inbox, serving.base_url, local.token)
        await app.run(
            config,
            now_at=datetime.now(UTC),
            stop=stop,
            started=lambda: _tell(serving.url, len(held), every_s, browser),
        )


@asynccontextmanager
async def _served(local: World, port: int) -> AsyncIterator[server.Server]:
    """The local Telegram at that port. DigestBotError when the port cannot be had."""
    async with AsyncExitStack() as stack:
        try:
            serving = await stack.enter_async_context(server.serve(local, port=port))
        except OSError as error:
            reason = "it is taken" if error.errno == errno.EADDRINUSE else error.strerror or type(error).__name__
            raise DigestBotError(f"--port {port}: {reason}; name another, or 0 for any free one") from error
        yield serving


def _stop_at_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _telegram() -> World:
    """A reader, her channel, and a group she leads; the bot may post in both."""
    local = World(bot_name="Digest", bot_username="digest_demo_bot")
    reader = local.add_user("Aziza", language_code="en")
    local.add_channel("Central Asia in brief", username=CHANNEL, admins=(reader,), bot_can_post=True)
    local.add_group("Newsroom", members=(reader,), admins=(reader,))
    return local


def _config(folder: Path, inbox: Path, base_url: str, token: str) -> Config:
    return Config(
        state_dir=folder.resolve(),
        telegram=Telegram(token=SecretStr(token), base_url=base_url),
        collect=Collect(every_s=2),
        sources=(SourceSection(slug="seeds", path=inbox.resolve()),),
        channels=(Channel(chat=f"@{CHANNEL}", times=due.parse(("every", "1", "min"))),),
    )


async def _released(held: Sequence[Path], inbox: Path, every_s: float, stop: asyncio.Event) -> None:
    """Puts one held-back article after another into the folder that the bot reads."""
    for file in held:
        try:
            async with asyncio.timeout(every_s):
                await stop.wait()
            return
        except TimeoutError:
            shutil.copy(file, inbox)


def _tell(url: str, held: int, every_s: float, browser: bool) -> None:
    click.echo(f"The bot runs. Open {url} to chat with it; Ctrl-C ends it.")
    if held:
        click.echo(f"{held} articles are held back and come one every {every_s:g} s; the channel gets them as digests.")
    if browser:
        webbrowser.open(url)


SUBCOMMAND = demo
