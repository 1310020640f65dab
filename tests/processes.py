"""digest-bot as a process of its own, as people start it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import PREFIX

END_S = 20.0


def environment(**more: str) -> dict[str, str]:
    """Ours without any setting of the bot, and with these; what is imported is the tree that these tests stand in."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return ours | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])} | more


@asynccontextmanager
async def started(*arguments: str, folder: Path, **environ: str) -> AsyncIterator[Process]:
    """`digest-bot ARGUMENTS` in a folder; killed at the end if it has not ended by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(**environ), stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: Process, *, by: signal.Signals | None = None) -> tuple[int, str, str]:
    """Exit code, output and errors, after this signal."""
    if by:
        process.send_signal(by)
    async with asyncio.timeout(END_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def line(process: Process, holding: str) -> str:
    """The first line of its output that holds this text."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        async for raw in process.stdout:
            if holding in raw.decode():
                return raw.decode()
    raise AssertionError(f"it ended without saying {holding!r}")
