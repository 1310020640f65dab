"""Processes that are killed and paused: forked from this one, so that a new one is there at once."""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import failpoints, logs

CRASHED = 70
_LEASH, _HELD = os.pipe()  # its other end closes when this process ends, however it ends


@dataclass(slots=True, kw_only=True)
class Forked:
    """A child of this process. `gone` can be read once it has ended; it ends by itself when this process does."""

    pid: int
    gone: int
    code: int | None = None

    def ended(self, at_most_s: float) -> bool:
        """Whether it has ended, after waiting so long at most; `code` is minus the signal that ended it."""
        if self.code is None and select.select([self.gone], [], [], at_most_s)[0]:
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
            os.close(self.gone)
        return self.code is not None

    def is_stopped(self) -> bool:
        """Whether it has stopped since this was asked last."""
        if self.code is not None:
            return False
        try:
            found = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG)
        except ChildProcessError:  # what Linux says of one that has just died and will never stop
            return False
        return found is not None and found.si_pid == self.pid

    def signal(self, number: int) -> None:
        if self.code is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.signal(signal.SIGKILL)
        if not self.ended(10):
            raise RuntimeError(f"process {self.pid} does not die")


def forked(work: Callable[[], Coroutine[Any, Any, None]], *, armed: str = "", seed: int = 0, log: Path) -> Forked:
    """A child that does the work with these failpoints armed; what it raises is written to the log."""
    gone, alive = os.pipe()
    pid = os.fork()
    if pid:
        os.close(alive)
        return Forked(pid=pid, gone=gone)
    code = CRASHED
    try:
        os.close(gone)
        os.close(_HELD)
        random.seed(seed)
        failpoints.arm(armed)
        _quiet(log)
        asyncio.run(_leashed(work))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


async def _leashed(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.get_running_loop().add_reader(_LEASH, os._exit, CRASHED)
    await work()


def _quiet(log: Path) -> None:
    """Everything that is said goes to the log."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    logs.configure("error")
