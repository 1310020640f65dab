"""Whose turn it is to be read: few connections to one host, a limit on all of them, nobody waits for another host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Queue:
    turns: asyncio.Semaphore
    people: int = 0


class Turns:
    """At most `per_host` at one time at a host and `in_all` at all; a host is forgotten when nobody is there.

    Who waits for a host holds none of the places that count for all: a thousand feeds of one slow host take one.
    """

    def __init__(self, *, per_host: int, in_all: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(in_all)
        self._hosts: dict[str, _Queue] = {}

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        queue = self._hosts.setdefault(host, _Queue(asyncio.Semaphore(self._per_host)))
        queue.people += 1
        try:
            async with queue.turns, self._all:
                yield
        finally:
            queue.people -= 1
            if not queue.people:
                del self._hosts[host]

    @property
    def hosts(self) -> int:
        """How many hosts are being read or waited for."""
        return len(self._hosts)
