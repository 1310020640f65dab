"""Waiting for something to change, without asking again and again."""

import asyncio
from collections.abc import Callable


class Bell:
    """Everybody who waits looks again whenever it rings. For one event loop; ringing needs none."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, condition: Callable[[], object], *, timeout_s: float) -> bool:
        """Waits until the condition holds; False when it does not within `timeout_s` real seconds."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + timeout_s
        while not condition():
            left_s = ends_at - loop.time()
            if left_s <= 0:
                return False
            await self._next(left_s)
        return True

    async def _next(self, timeout_s: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait((future,), timeout=timeout_s)
        finally:
            self._waiting.discard(future)
