"""Looking names up without waiting for those that hang: each look-up has a thread of its own and a deadline.

`getaddrinfo` cannot be stopped. A look-up that hangs keeps its thread until the system gives up, and meanwhile its
name fails at the deadline; other names are not held up, because no pool of a few workers stands between.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]  # a name -> IP addresses; raises socket.gaierror

DEADLINE_S = 5.0
MAX_THREADS = 256  # as many may hang at one time; then names fail at once until some of them end


def system(host: str) -> tuple[str, ...]:
    """Asks the system's resolver. Blocks; raises socket.gaierror."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Resolver:
    """Look-ups side by side; `look_up` blocks and runs in a thread."""

    def __init__(
        self,
        look_up: Callable[[str], tuple[str, ...]] = system,
        *,
        deadline_s: float = DEADLINE_S,
        max_threads: int = MAX_THREADS,
    ) -> None:
        self._look_up = look_up
        self._deadline_s = deadline_s
        self._free = threading.BoundedSemaphore(max_threads)

    async def resolve(self, host: str) -> tuple[str, ...]:
        """Raises socket.gaierror: there is no such name, or nobody answered within the deadline."""
        if not self._free.acquire(blocking=False):
            raise socket.gaierror(socket.EAI_AGAIN, "too many look-ups hang")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[str, ...]] = loop.create_future()
        # A daemon: a look-up that hangs must not keep the program from ending.
        threading.Thread(target=self._run, args=(host, loop, answer), name=f"dns {host}", daemon=True).start()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await answer
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, f"no answer within {self._deadline_s:g} s") from error

    def _run(self, host: str, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[tuple[str, ...]]) -> None:
        found: tuple[str, ...] | OSError
        try:
            found = self._look_up(host)
        except OSError as error:
            found = error
        except UnicodeError:
            found = socket.gaierror(socket.EAI_NONAME, "not a name")
        finally:
            self._free.release()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, answer, found)


def _settle(answer: asyncio.Future[tuple[str, ...]], found: tuple[str, ...] | OSError) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
    else:
        answer.set_result(found)
