"""The token of the bot reaches no stream and no file, whatever fails (security.md T26); without the defence it does."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import config, logs
from bot.sandbox import server
from bot.sandbox.world import World
from bot.storage import backups
from tests import processes, texts
from tests.cli import command

CANARY = "8123456789:CANARYcanary_CANARYcanary-CANARY0123"
SECRET = CANARY.partition(":")[2]
ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 60.0  # far more than anything here takes; only a failing test waits for it
AS_SHIPPED = "from bot.cli import main; main()"
WITHOUT_DEFENCE = """
import asyncio, logging, sys
from pathlib import Path
from telegram.request import HTTPXRequest
from bot import config, polling
from bot.cli import run
polling.Transport = lambda *, connections: HTTPXRequest(connection_pool_size=connections)  # its log has the address
logging.basicConfig(level=logging.DEBUG)
asyncio.run(run.until_stopped(config.load(Path(sys.argv[3]), with_token=True)))
"""


@asynccontextmanager
async def bot(folder: Path, *, base_url: str, program: str) -> AsyncIterator[Process]:
    """The bot with the canary as its token, at log level debug; all it leaves behind is `folder/left`."""
    left = folder / "left"
    (left / "inbox").mkdir(parents=True, exist_ok=True)
    (left / "inbox" / "chess.txt").write_text(f"date 2026-11-20 https://example.org/chess\n{texts.CHESS_RU}", "utf-8")
    file = folder / "config.toml"
    file.write_text(
        f'state_dir = "left/state"\nlog_level = "debug"\n[telegram]\ntoken = "{CANARY}"\nbase_url = "{base_url}"\n'
        '[collect]\nevery_s = 1\n[[sources]]\nslug = "inbox"\npath = "left/inbox"\n',
        encoding="utf-8",
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "run", "--config", str(file)),
        cwd=left,
        env=processes.environment(PYTHONPATH=str(ROOT)),
        stdout=PIPE,
        stderr=STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def until_said(process: Process, text: str) -> str:
    """What it says up to the line that holds `text`."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(WAIT_S):
        async for raw in process.stdout:
            said += raw.decode()
            if text in said:
                return said
    raise AssertionError(f"it ended without saying {text!r}: {said}")


async def rest(process: Process) -> str:
    """What it says until it ends, which SIGTERM asks it for."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(WAIT_S):
        out, _ = await process.communicate()
    return out.decode()


async def talks_and_loses_the_connection(folder: Path, program: str) -> str:
    """It answers /start and /latest, then Telegram goes away while it polls."""
    local = World(token=CANARY)
    ann = local.add_user("Ann")
    async with AsyncExitStack() as stack:
        async with server.serve(local) as address:
            process = await stack.enter_async_context(bot(folder, base_url=address.base_url, program=program))
            local.start(ann.id)
            assert await local.until(lambda: len(local.transcript(ann.id)) > 1, timeout_s=WAIT_S), "the bot is silent"
            local.say(ann.id, ann.id, "/latest")
            assert await local.until(lambda: len(local.transcript(ann.id)) > 3, timeout_s=WAIT_S), "the bot is silent"
        return await until_said(process, "updates_not_heard") + await rest(process)


async def is_not_known_to_telegram(folder: Path, program: str) -> str:
    async with (
        server.serve(World(token="8123456789:" + "another-" * 4)) as address,
        bot(folder, base_url=address.base_url, program=program) as process,
    ):
        return await until_said(process, "Telegram does not know this token") + await rest(process)


async def finds_nobody_at_the_address(folder: Path, program: str) -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else can take it
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/bot"
        async with bot(folder, base_url=url, program=program) as process:
            return await until_said(process, "telegram_not_reached") + await rest(process)


Run = Callable[[Path, str], Awaitable[str]]


async def scenario(folder: Path, program: str, *runs: Run) -> list[str]:
    """Everything that the runs said and wrote in which the secret stands."""
    said = {run.__name__: await run(folder, program) for run in runs}
    backups.make(folder / "left/state/digest-bot.sqlite3", revision="0001", now_at=datetime.now(UTC))
    files = [file for file in (folder / "left").rglob("*") if file.is_file()]
    assert {".sqlite3", ".key"} <= {file.suffix for file in files}
    return [name for name, text in said.items() if SECRET in text] + [
        file.name for file in files if SECRET.encode() in file.read_bytes()
    ]


async def test_the_token_reaches_no_stream_and_no_file(tmp_path: Path) -> None:
    every = (talks_and_loses_the_connection, is_not_known_to_telegram, finds_nobody_at_the_address)

    assert await scenario(tmp_path, AS_SHIPPED, *every) == []


async def test_without_the_defence_the_same_scenario_tells_the_token(tmp_path: Path) -> None:
    said = await scenario(tmp_path, WITHOUT_DEFENCE, talks_and_loses_the_connection)

    assert "talks_and_loses_the_connection" in said


CRASH = """
import logging
{defence}
logging.getLogger('httpx').warning('{canary}')
raise RuntimeError('POST /bot{canary}/getMe')
"""


@pytest.mark.parametrize(
    ("defence", "times"), [("from bot import logs; logs.configure('debug')", 0), ("logging.basicConfig()", 2)]
)
def test_an_uncaught_error_and_a_library_that_logs_the_token_are_masked(defence: str, times: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH.format(defence=defence, canary=CANARY)],
        env=processes.environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "RuntimeError" in done.stderr
    assert (done.stdout + done.stderr).count(SECRET) == times


def test_an_error_that_holds_the_token_is_masked() -> None:
    error = RuntimeError(f"https://api.telegram.org/bot{CANARY}/getMe cannot be reached")

    assert SECRET in str(error)
    assert logs.masked(str(error)) == "https://api.telegram.org/bot<token>/getMe cannot be reached"


def test_a_configuration_shown_holds_no_token(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[telegram]\ntoken = "{CANARY}"\n', encoding="utf-8")

    loaded = config.load(file, with_token=True, environ={})

    assert loaded.telegram.token.get_secret_value() == CANARY
    for shown in (repr(loaded), str(loaded), repr(loaded.telegram), str(loaded.model_dump()), loaded.model_dump_json()):
        assert SECRET not in shown


def test_a_fault_told_on_the_command_line_holds_no_token() -> None:
    ran = command.called("run", "--config", f"{CANARY}.toml")

    assert ran.code == 2
    assert ran.err.startswith("digest-bot: <token>.toml: there is no such file")
