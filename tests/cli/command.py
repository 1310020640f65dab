"""The command as tests call it: in this process where that is enough, and as a process of its own where it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from click.testing import CliRunner

from bot import cli

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines it wrote."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def faults(self) -> list[str]:
        return self.err.splitlines()


def called(*words: object, stdin: str | bytes = "") -> Ran:
    """`digest-bot WORDS` in this process; an error that it does not turn into an exit code is raised here."""
    result = CliRunner().invoke(cli.main, [str(word) for word in words], input=stdin, prog_name="digest-bot")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(code=result.exit_code, out=result.stdout_bytes.decode(), err=result.stderr)


def fed(stage: str, *lines: Mapping[str, object] | str, options: tuple[object, ...] = ()) -> Ran:
    """`digest-bot stage NAME` with these lines on standard input; a text is a line as it is."""
    raw = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return called("stage", stage, *options, stdin="".join(f"{line}\n" for line in raw))


def environment(variables: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Ours without any setting of the bot, with `variables`."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("DIGEST_BOT_")}
    return {**mine, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", **variables}


def started(
    *words: object, folder: Path, stdin: bytes = b"", variables: Mapping[str, str] = MappingProxyType({})
) -> Ran:
    """`python -m bot WORDS` as a process in this folder, waited for."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=folder,
        env=environment(variables),
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())
