"""The tables of the architecture, run on every file of `bot/`; and every rule on a made-up offender.

A rule that cannot fail proves nothing, so each finds its offence here first.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import RULES, Module, Rule

ROOT = Path(__file__).resolve().parent.parent


@cache
def modules() -> tuple[Module, ...]:
    files = sorted(file for file in (ROOT / "bot").rglob("*.py") if "__pycache__" not in file.parts)
    texts = [(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files]
    return tuple(architecture.parse(path, text) for path, text in texts)


def dependencies() -> set[str]:
    """The names one imports from the distributions that pyproject.toml lists."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for lines in project["optional-dependencies"].values() for line in lines]
    listed = {_plain(line) for line in wanted}
    installed = packages_distributions().items()
    return {name for name, owners in installed if listed & {_plain(owner) for owner in owners}}


def _plain(requirement: str) -> str:
    """`SQLAlchemy[asyncio]>=2.1,<2.2` -> "sqlalchemy"."""
    name = requirement
    for sign in "[<>=!~; ":
        name = name.split(sign)[0]
    return name.lower().replace("_", "-")


def top_level_files() -> list[str]:
    """What git knows or would add; without git (an unpacked archive) what lies there and is not ignored."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    except (FileNotFoundError, subprocess.CalledProcessError):
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        return architecture.not_ignored([file.name for file in ROOT.iterdir()], ignored)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_of_the_bot_keeps_the_rule(rule: Rule) -> None:
    assert modules(), "no file was found under bot/: this test has nothing to say"

    offences = [offence for module in modules() for offence in rule(module)]

    assert not offences, f"{rule.__doc__}\n" + "\n".join(offences)


def test_the_files_that_are_checked_are_those_of_the_line() -> None:
    paths = {module.path for module in modules()}

    assert paths >= {"bot/model.py", "bot/errors.py", "bot/__main__.py"}
    assert {module.part for module in modules()} >= {"stages", "language", "storage", "commands"}


def test_the_import_table_of_the_readme_is_the_one_that_is_run() -> None:
    parts = {module.part for module in modules()} - {"", architecture.SANDBOX}
    readme = (ROOT / "bot" / "README.md").read_text(encoding="utf-8")

    assert architecture.documented_levels(readme) == architecture.levels_of(parts)


def test_a_readme_with_another_import_table_is_found() -> None:
    table = (
        "| parts, top to bottom | are |\n| --- | --- |\n| `__main__`, `cli` | x |\n| `model` `errors` | y |\n\nText."
    )

    documented = architecture.documented_levels(table)
    run = architecture.levels_of({"__main__", "cli", "model", "errors"})

    assert [sorted(level) for level in documented] == [["__main__"], ["cli"], ["errors", "model"]]
    assert [sorted(level) for level in run] == [["__main__"], ["cli"], ["errors"], ["model"]]
    with pytest.raises(ValueError, match="no table"):
        architecture.documented_levels("no table here")


def test_nothing_under_bot_bears_the_name_of_a_foreign_module() -> None:
    names = {module.part for module in modules()} - {"", "__main__"}
    foreign = sys.stdlib_module_names | dependencies()
    assert foreign >= {"telegram", "apscheduler", "sqlalchemy", "asyncio"}

    assert architecture.shadowing(names, foreign) == []


def test_a_part_named_like_a_library_is_found() -> None:
    assert architecture.shadowing(["stages", "telegram", "logging"], dependencies() | sys.stdlib_module_names) == [
        "logging",
        "telegram",
    ]


def test_the_top_level_holds_only_the_agreed_names() -> None:
    files = top_level_files()
    assert {"pyproject.toml", "README.md"} <= set(files)

    assert architecture.strangers(files) == []


def test_a_stranger_at_the_top_level_is_found() -> None:
    files = ["bot/model.py", "bot/stages/clean.py", "helpers/x.py", "notes.txt", ".ci/run", ".gitignore"]

    assert architecture.strangers(files) == ["helpers", "notes.txt"]


def test_without_git_ignored_names_are_left_out() -> None:
    names = [".venv", "bot", "digest_bot.egg-info", "config.toml", "notes.txt"]

    assert architecture.not_ignored(names, ["# ours", "", ".venv/", "*.egg-info/", "/config.toml"]) == [
        "bot",
        "notes.txt",
    ]


FUNCTION_OF_46_LINES = "def long():\n" + "    pass\n" * 45
FILE_OF_401_LINES = "x = 1\n" * 401

# rule, file, what is wrong with it, the line where it is
OFFENDERS = [
    (architecture.import_direction, "bot/stages/clean.py", "from bot import listener", 1),
    (architecture.import_direction, "bot/stages/clean.py", "from bot.storage import articles", 1),
    (architecture.import_direction, "bot/stages/clean.py", "import re\nimport bot.storage.articles as a", 2),
    (architecture.import_direction, "bot/stages/clean.py", "def f():\n    from bot.commands import help", 2),
    (architecture.import_direction, "bot/stages/clean.py", "import importlib\nimportlib.import_module('bot.app')", 2),
    (architecture.import_direction, "bot/stages/clean.py", "from . import group", 1),
    (architecture.import_direction, "bot/delivery/worker.py", "from bot.outputs import telegram_chat", 1),
    (architecture.import_direction, "bot/outputs/file.py", "from bot.delivery import ledger", 1),
    (architecture.import_direction, "bot/commands/schedule.py", "from bot import schedule", 1),
    (architecture.import_direction, "bot/ops/web.py", "from bot import listener", 1),
    (architecture.import_direction, "bot/model.py", "from bot import errors", 1),
    (architecture.import_direction, "bot/sandbox/server.py", "from bot import model", 1),
    (architecture.import_direction, "bot/app.py", "from bot.sandbox import server", 1),
    (architecture.import_direction, "bot/__main__.py", "from bot import app", 1),
    (architecture.import_direction, "bot/__init__.py", "from bot import model", 1),
    (architecture.import_direction, "bot/helpers/text.py", "import re", 1),
    (architecture.libraries_known_by_few, "bot/commands/start.py", "from telegram import Bot", 1),
    (architecture.libraries_known_by_few, "bot/outputs/file.py", "import telegram.ext", 1),
    (architecture.libraries_known_by_few, "bot/pipeline.py", "from sqlalchemy import select", 1),
    (architecture.libraries_known_by_few, "bot/pipeline.py", "import apscheduler", 1),
    (architecture.libraries_known_by_few, "bot/delivery/worker.py", "import aiohttp", 1),
    (architecture.libraries_known_by_few, "bot/sources/page.py", "import feedparser", 1),
    (architecture.libraries_known_by_few, "bot/sources/feed.py", "import trafilatura", 1),
    (architecture.libraries_known_by_few, "bot/app.py", "import click", 1),
    (architecture.libraries_known_by_few, "bot/app.py", "import prometheus_client", 1),
    (architecture.libraries_known_by_few, "bot/stages/group.py", "import structlog", 1),
    (architecture.clock_read_by_few, "bot/pipeline.py", "from datetime import datetime\ndatetime.now()", 2),
    (architecture.clock_read_by_few, "bot/pipeline.py", "import datetime as dt\nx = dt.datetime.utcnow", 2),
    (architecture.clock_read_by_few, "bot/pipeline.py", "from datetime import date\ndate.today()", 2),
    (architecture.clock_read_by_few, "bot/storage/digests.py", "import time\ntime.monotonic()", 2),
    (architecture.clock_read_by_few, "bot/storage/digests.py", "from time import perf_counter", 1),
    (architecture.clock_read_by_few, "bot/delivery/ledger.py", "import asyncio\nasyncio.get_running_loop().time()", 2),
    (architecture.clock_read_by_few, "bot/delivery/ledger.py", "def f(loop):\n    return loop.time()", 2),
    (architecture.purity, "bot/stages/clean.py", "import os", 1),
    (architecture.purity, "bot/stages/clean.py", "import random", 1),
    (architecture.purity, "bot/stages/clean.py", "import asyncio", 1),
    (architecture.purity, "bot/stages/clean.py", "from urllib import request", 1),
    (architecture.purity, "bot/stages/clean.py", "from pathlib import Path", 1),
    (architecture.purity, "bot/stages/clean.py", "from bot import config", 1),
    (architecture.purity, "bot/stages/clean.py", "def f(name):\n    return open(name).read()", 2),
    (architecture.purity, "bot/stages/clean.py", "def f(file):\n    return file.read_text()", 2),
    (architecture.purity, "bot/language/words.py", "import tomllib", 1),
    (architecture.purity, "bot/language/tables.py", "import socket", 1),
    (architecture.tasks_in_groups, "bot/app.py", "import asyncio\nasyncio.create_task(f())", 2),
    (architecture.tasks_in_groups, "bot/app.py", "import asyncio\nasyncio.ensure_future(f())", 2),
    (architecture.tasks_in_groups, "bot/app.py", "from asyncio import create_task", 1),
    (architecture.tasks_in_groups, "bot/app.py", "def f(loop):\n    loop.create_task(g())", 2),
    (architecture.errors_caught_by_name, "bot/app.py", "try:\n    f()\nexcept Exception:\n    g()", 3),
    (architecture.errors_caught_by_name, "bot/app.py", "try:\n    f()\nexcept (ValueError, Exception):\n    g()", 3),
    (architecture.errors_caught_by_name, "bot/app.py", "try:\n    f()\nexcept BaseException:\n    g()", 3),
    (architecture.errors_caught_by_name, "bot/schedule.py", "try:\n    f()\nexcept:\n    g()", 3),
    (architecture.errors_caught_by_name, "bot/schedule.py", "try:\n    f()\nexcept Exception:\n    g()\n" * 2, 7),
    (architecture.errors_caught_by_name, "bot/app.py", "with contextlib.suppress(Exception):\n    f()", 1),
    (architecture.no_print, "bot/app.py", "x = 1\nprint(x)", 2),
    (architecture.sizes, "bot/app.py", FILE_OF_401_LINES, 1),
    (architecture.sizes, "bot/app.py", "x = 1\n" + FUNCTION_OF_46_LINES, 2),
    (architecture.sizes, "bot/app.py", "class A:\n    async def f(self):\n" + "        pass\n" * 45, 2),
]

# rule, file, what looks like an offence and is none
INNOCENT = [
    (architecture.import_direction, "bot/pipeline.py", "from bot.stages import clean\nfrom bot import model, locales"),
    (architecture.import_direction, "bot/commands/start.py", "from bot.commands import topics\nimport botany"),
    (architecture.import_direction, "bot/cli/demo.py", "from bot.sandbox import server"),
    (architecture.import_direction, "bot/sandbox/server.py", "from bot.sandbox import updates\nimport aiohttp"),
    (architecture.import_direction, "bot/__main__.py", "from bot.cli import main"),
    (architecture.libraries_known_by_few, "bot/storage/migrations/env.py", "import alembic, sqlalchemy.ext.asyncio"),
    (architecture.libraries_known_by_few, "bot/listener.py", "from telegram.ext import Application"),
    (architecture.libraries_known_by_few, "bot/pipeline.py", "import structlog"),
    (architecture.clock_read_by_few, "bot/pipeline.py", "from datetime import datetime, time\ntime(8)\ndatetime.max"),
    (architecture.clock_read_by_few, "bot/storage/digests.py", "from sqlalchemy import func\nfunc.now()"),
    (architecture.clock_read_by_few, "bot/stages/due.py", "def f(at):\n    return at.time()"),
    (architecture.clock_read_by_few, "bot/schedule.py", "from datetime import datetime\ndatetime.now()"),
    (architecture.purity, "bot/stages/clean.py", "import re\nfrom collections.abc import Iterable\nre.compile('a')"),
    (architecture.purity, "bot/stages/clean.py", "from urllib.parse import urlsplit\nfrom bot.language import words"),
    (architecture.purity, "bot/language/tables.py", "from pathlib import Path\nPath('x').read_text()"),
    (architecture.purity, "bot/storage/database.py", "import asyncio\nopen('x')"),
    (
        architecture.tasks_in_groups,
        "bot/app.py",
        "async with asyncio.TaskGroup() as group:\n    group.create_task(f())",
    ),
    (architecture.tasks_in_groups, "bot/app.py", "def f(tasks: asyncio.TaskGroup):\n    tasks.create_task(g())"),
    (architecture.errors_caught_by_name, "bot/schedule.py", "try:\n    f()\nexcept Exception:\n    g()"),
    (architecture.errors_caught_by_name, "bot/app.py", "try:\n    f()\nexcept OSError:\n    g()"),
    (architecture.no_print, "bot/app.py", "blueprint(1)"),
    (architecture.sizes, "bot/app.py", FUNCTION_OF_46_LINES.replace("    pass\n", "", 1)),
]


@pytest.mark.parametrize(("rule", "path", "text", "line"), OFFENDERS)
def test_an_offender_is_found_by_file_and_line(rule: Rule, path: str, text: str, line: int) -> None:
    module = architecture.parse(path, text)

    offences = list(rule(module))

    assert [offence for offence in offences if offence.startswith(f"{path}:{line}: ")], offences


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENT)
def test_the_innocent_go_free(rule: Rule, path: str, text: str) -> None:
    assert list(rule(architecture.parse(path, text))) == []


def test_every_rule_has_an_offender_and_an_innocent() -> None:
    assert {rule for rule, *_ in OFFENDERS} == set(RULES) == {rule for rule, *_ in INNOCENT}
