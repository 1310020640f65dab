"""Runs functions in processes that may be killed: parsers, whose input comes from strangers.

A child is a fresh interpreter that reads pickled calls on standard input and writes pickled results; it holds limits of
memory and CPU, nothing of our environment, and one task at a time. Whatever goes wrong in it, even an exception, ends
it, and the next task gets a new one.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import pickle
import resource
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from types import TracebackType
from typing import Any, BinaryIO, TypeVar

from bot.errors import ParserKilled

Result = TypeVar("Result")

MAX_RESULT_BYTES = 64 * 2**20
DEADLINE_S = 5.0
START_S = 30.0
"""Until a new child is ready, on a machine that is busy."""

_HEAD = struct.Struct("!cQ")  # what follows, and how many bytes of it
_TASK, _RESULT, _RAISED, _READY = b"t", b"=", b"!", b"r"
_LARGE = 2**16  # pickles from here on are made and read in a thread
_MAX_REASON = 300
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.fetching import child; child.serve()"
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONTZPATH")
_SIGNALS = {signal.SIGXCPU: "it used up its CPU time", signal.SIGALRM: "it took longer than it may"}


class Child:
    """A pool of such processes: `async with Child() as child: await child.run(feed.parse, body)`.

    Processes start when they are first needed and are replaced after `tasks` tasks or any mishap. Leaving the context
    ends them; if we die without that, they see the end of their input, or their alarm rings, and end by themselves.
    """

    def __init__(self, processes: int = 2, *, memory_mb: int = 512, tasks: int = 500) -> None:
        self._processes = processes
        self._memory_mb = memory_mb
        self._tasks = tasks
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._idle.put_nowait(None)

    async def __aenter__(self) -> Child:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Waits for tasks under way, then ends all processes; a later task would start new ones."""
        for worker in [await self._idle.get() for _ in range(self._processes)]:
            if worker is not None:
                await worker.end()
            self._idle.put_nowait(None)

    async def run(self, function: Callable[..., Result], *args: object, deadline_s: float = DEADLINE_S) -> Result:
        """`function(*args)` as computed by a child; function, arguments and result are pickled.

        Waits for a free process first; the deadline counts from when the child has begun to get the task. Raises
        ParserKilled when the function raised, took too long or too much memory, died, or returned more than 64 MB.
        """
        task = await _threaded(pickle.dumps, (function, args, deadline_s), size=_size(args))
        worker = await self._idle.get()
        try:
            worker = worker or await _started(self._memory_mb)
            result: Result = await worker.ask(task, deadline_s)
        finally:
            await self._give_back(worker)
        return result

    async def _give_back(self, worker: _Worker | None) -> None:
        """A worker is still busy when something was raised in the middle, in a cancelled caller too."""
        fit = worker is not None and not worker.is_busy and worker.asked < self._tasks
        try:
            if worker is not None and not fit:
                await worker.end()
        finally:
            self._idle.put_nowait(worker if fit else None)


class _Worker:
    """One process. `is_busy` until an answer was read in full; only then may it be asked again."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.is_busy = True
        self.asked = 0

    async def ready(self) -> None:
        """Raises ParserKilled when the interpreter does not come up."""
        await self._answer(START_S)

    async def ask(self, task: bytes, deadline_s: float) -> Any:
        """Raises ParserKilled."""
        self.is_busy = True
        self.asked += 1
        answer = await self._answer(deadline_s, task)
        return await _threaded(pickle.loads, answer, size=len(answer))

    async def _answer(self, deadline_s: float, task: bytes = b"") -> bytes:
        try:
            async with asyncio.timeout(deadline_s):
                kind, answer = await self._exchange(task)
        except TimeoutError as error:
            raise ParserKilled(f"it took longer than {deadline_s:g} s") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ParserKilled(await self._why()) from error
        if kind == _RAISED:
            raise ParserKilled(answer.decode("utf-8", "replace"), raised=True)
        self.is_busy = False
        return answer

    async def _exchange(self, task: bytes) -> tuple[bytes, bytes]:
        to_child, from_child = self._process.stdin, self._process.stdout
        if to_child is None or from_child is None:
            raise ConnectionError
        if task:
            to_child.writelines((_HEAD.pack(_TASK, len(task)), task))
            await to_child.drain()
        kind, length = _HEAD.unpack(await from_child.readexactly(_HEAD.size))
        if length > MAX_RESULT_BYTES:
            raise ParserKilled(f"its result takes more than {MAX_RESULT_BYTES // 2**20} MB")
        return kind, await from_child.readexactly(length)

    async def _why(self) -> str:
        """Why a process ended without a word: its signal or its exit code."""
        try:
            async with asyncio.timeout(1):
                code = await self._process.wait()
        except TimeoutError:
            return "it closed its output"
        if code < 0:
            return _SIGNALS.get(signal.Signals(-code), f"signal {-code} ended it")
        return f"it ended by itself with exit code {code}"

    async def end(self) -> None:
        """Kills it, empties its pipes and waits until the system has forgotten it."""
        if self._process.returncode is None:
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        while self._process.stdout is not None and await self._process.stdout.read(_LARGE):
            pass
        await self._process.wait()


async def _started(memory_mb: int) -> _Worker:
    """Raises ParserKilled."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment["MALLOC_ARENA_MAX"] = "1"  # each arena of a thread would reserve 64 MB of addresses
    command = (sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), str(memory_mb))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, limit=2**20
    )
    worker = _Worker(process)
    try:
        await worker.ready()
    finally:
        if worker.is_busy:
            await worker.end()
    return worker


def _size(args: tuple[object, ...]) -> int:
    """Roughly the bytes that pickling will copy: those of long texts and bodies, one level deep."""
    fields = (getattr(one, name) for one in args for name in getattr(one, "__slots__", ()) if hasattr(one, name))
    return sum(len(one) for one in (*args, *fields) if isinstance(one, bytes | str))


async def _threaded(change: Callable[[Any], Any], value: object, *, size: int) -> Any:
    """The event loop must not stand still while a large pickle is made or read."""
    return await asyncio.to_thread(change, value) if size >= _LARGE else change(value)


def serve() -> None:
    """The child's whole life; ends at the end of its input. `sys.argv[2]` is the limit of memory in MB."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for stream in (0, 1):  # what a parser reads or prints must not get between calls and answers: to /dev/null
        os.dup2(2, stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    _limit(resource.RLIMIT_AS, int(sys.argv[2]) * 2**20)
    _limit(resource.RLIMIT_CORE, 0)

    def raised(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        said = "it needed more memory than it may" if kind is MemoryError else f"{kind.__name__}: {error}"
        _write(answers, _RAISED, said[:_MAX_REASON].encode("utf-8", "replace"))

    sys.excepthook = raised  # an exception ends the process, and this is its last word
    _write(answers, _READY, b"")
    while head := calls.read(_HEAD.size):
        _, length = _HEAD.unpack(head)
        function, args, deadline_s = pickle.loads(calls.read(length))  # noqa: S301 - from our own parent
        _set_alarms(deadline_s)
        answer = pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(answers, _RESULT, answer)


def _limit(what: int, soft: int) -> None:
    """Never above what we may, and nothing where a system does not know the limit."""
    _, hard = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    except (OSError, ValueError):
        return


def _set_alarms(deadline_s: float) -> None:
    """If the parent is not there any more to kill us, the kernel does: both signals end a process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + deadline_s) + 1)
    signal.setitimer(signal.ITIMER_REAL, deadline_s + 1)


def _write(answers: BinaryIO, kind: bytes, content: bytes) -> None:
    answers.write(_HEAD.pack(kind, len(content)))
    answers.write(content)
    answers.flush()
