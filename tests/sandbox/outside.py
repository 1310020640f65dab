"""The sandbox as a process of its own, and how a test speaks with it: `bot/sandbox/__main__.py`, `control.py`."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

START_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A running sandbox. `chats` are the ids by kind: people, groups, channels."""

    process: Process
    url: str
    base_url: str
    base_file_url: str
    token: str
    chats: dict[str, list[int]]
    session: aiohttp.ClientSession

    async def act(self, what: str, **arguments: Any) -> Any:
        """Calls a method of the world; gives its result, ids for people and chats."""
        return (await self.post(f"act/{what}", arguments))["result"]

    async def fail(self, kind: str, **more: Any) -> None:
        """A fault for the next calls, with the fields of `bot.sandbox.faults.Fault`."""
        await self.post("fail", {"kind": kind, **more})

    async def get(self, what: str, **query: str | int) -> Any:
        """Reads `sent`, `duplicates`, `counts`, `violations` or `transcript/CHAT`."""
        async with self.session.get(f"{self.url}/control/{what}", params=query) as response:
            return await response.json()

    async def post(self, what: str, body: Any) -> Any:
        async with self.session.post(f"{self.url}/control/{what}", json=body) as response:
            answer = await response.json()
        assert response.status == 200, answer
        return answer


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[Outside]:
    """`python -m bot.sandbox ARGUMENTS`; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", *arguments, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            said = json.loads(await process.stdout.readline())
        chats = {kind: said.pop(kind) for kind in ("people", "groups", "channels")}
        async with aiohttp.ClientSession() as session:
            yield Outside(process=process, chats=chats, session=session, **said)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
