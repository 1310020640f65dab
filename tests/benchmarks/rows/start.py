"""From the start of `digest-bot run` to its first question for updates, against the local Telegram."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bot.sandbox import server
from bot.sandbox.world import World
from tests import benchmarks, processes
from tests.benchmarks import shared, timing

WAIT_S = 60
IMPORTS = "import telegram.ext, sqlalchemy, alembic"


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as name:
        folder = Path(name)
        fresh = [asyncio.run(_started_s(folder / str(number))) for number in range(3)]
        again = [asyncio.run(_started_s(folder / "0")) for _ in range(3)]
    bare = timing.thrice(timing.wall, _imported)
    for what, taken in {"on a new state folder": fresh, "on one that was used before": again}.items():
        yield benchmarks.Row(
            what=f"digest-bot run {what}",
            value=median(taken),
            baseline=bare,
            beside=f'python -c "{IMPORTS}"',
            unit="s",
            goal=benchmarks.at_most(3),
        )


async def _started_s(folder: Path) -> float:
    """Seconds from the start of the process until the local Telegram had answered its first getUpdates.

    Somebody has pressed Start before, so that the first poll is answered at once. The process must end in order.
    """
    local = World(bot_username="digest_bot")
    ann = local.add_user("Ann")
    local.start(ann.id)
    async with server.serve(local) as address:
        _configure(folder, token=local.token, base_url=address.base_url)
        start = time.perf_counter()
        async with processes.started("run", folder=folder) as process:
            is_polling = await local.until(lambda: local.calls("getUpdates"), timeout_s=WAIT_S)
            taken = time.perf_counter() - start
            code, _, errors = await processes.ended(process, by=signal.SIGTERM)
    if not is_polling or code:
        raise AssertionError(f"polling: {is_polling}, exit code {code}: {errors}")
    return taken


def _configure(folder: Path, *, token: str, base_url: str) -> None:
    folder.mkdir(exist_ok=True)
    text = f'[telegram]\ntoken = "{token}"\nbase_url = "{base_url}"\n'
    (folder / "config.toml").write_text(text, encoding="utf-8")


def _imported() -> None:
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)


BENCHMARK = benchmarks.Benchmark(name="start", goal="from the start of run to the first poll in 3 s", run=_run)
