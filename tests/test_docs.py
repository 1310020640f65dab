"""What the documents say is true: examples print what stands below them, and what is named or linked is there."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from bot import cli
from bot.config import OURS_BUT_NOT_SETTINGS, PREFIX, Config
from tests import documents, processes
from tests.documents import ROOT, Example

FILTERS = "docs/filters.md"


def read(page: Path | str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def codes() -> dict[str, list[str]]:
    return {str(page): documents.code(read(page)) for page in documents.pages()}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page, where `digest-bot` is the command of this checkout."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "bin").mkdir()
    command = folder / "bin" / "digest-bot"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (folder / "work").mkdir()
    for name, text in documents.files(read(FILTERS)).items():
        (folder / "work" / name).write_text(text, encoding="utf-8")
    return folder


def printed(example: Example, folder: Path) -> str:
    """What both streams say, standard error where it falls."""
    environment = processes.environment(PYTHONPATH=str(ROOT))
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", example.command],
        cwd=folder / "work",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode()


@pytest.mark.parametrize("example", documents.examples(read(FILTERS)), ids=lambda example: f"line {example.line}")
def test_an_example_prints_what_stands_below_it(example: Example, shell: Path) -> None:
    """In the order of the page: an example may use what one above it stored."""
    assert printed(example, shell) == example.expected


def test_an_example_that_prints_something_else_is_found(shell: Path) -> None:
    (example,) = documents.examples("Text.\n```console\n$ digest-bot --version\ndigest-bot 99.0\n```\n")

    assert (example.line, example.expected) == (3, "digest-bot 99.0\n")
    assert printed(example, shell) != example.expected


def test_every_filter_is_documented_with_an_example() -> None:
    group = cli.main.get_command(click.Context(cli.main), "stage")
    assert isinstance(group, click.Group)
    text = read(FILTERS)

    run = " ".join(example.command for example in documents.examples(text))

    for name, command in group.commands.items():
        assert f"\n## {name}\n" in text
        assert f"digest-bot stage {name}" in run
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        assert [option for option in options if f"`{option}`" not in text] == []


def test_every_relative_link_leads_to_something() -> None:
    broken = [
        f"{page}: {link}"
        for page in documents.pages()
        for link in documents.links(read(page))
        if not (ROOT / page).parent.joinpath(link).exists()
    ]

    assert not broken, "\n".join(broken)
    assert any(documents.links(read(page)) for page in documents.pages())


def test_every_target_of_make_that_is_named_is_in_the_makefile() -> None:
    rules = {line.split(":")[0] for line in read("Makefile").splitlines() if line[:1].isalpha() and ":" in line}

    unknown = {(page, name) for page, found in codes().items() for name in documents.targets(found) - rules}

    assert not unknown
    assert {"demo", "test", "check", "bench"} <= rules


def test_every_subcommand_and_option_that_is_named_is_there() -> None:
    faults = {
        f"{page}: digest-bot {' '.join(path)}: {fault}"
        for page, found in codes().items()
        for path, options in documents.commands(found)
        for fault in command_faults(path, options)
    }

    assert not faults, "\n".join(sorted(faults))


def command_faults(path: tuple[str, ...], options: tuple[str, ...]) -> list[str]:
    command: click.Command | None = cli.main
    context = click.Context(cli.main)
    for name in path:
        command = command.get_command(context, name) if isinstance(command, click.Group) else None
    if command is None:
        return ["there is no such subcommand"]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [f"there is no {option}" for option in options if option not in {*known, "--help", "--version"}]


def keys() -> set[str]:
    """All of config.toml: sections, and "section.key"."""
    found = set(Config.model_fields)
    for name, field in Config.model_fields.items():
        types = (field.annotation, *get_args(field.annotation))
        for section in (one for one in types if isinstance(one, type) and issubclass(one, BaseModel)):
            found |= {f"{name}.{key}" for key in section.model_fields}
    return found


def test_every_setting_that_is_named_is_one() -> None:
    others = {name.removeprefix(PREFIX).lower() for name in OURS_BUT_NOT_SETTINGS}

    unknown = {
        f"{page}: {name}"
        for page, found in codes().items()
        for name in documents.settings(found) | documents.settings_of_toml(read(page))
        if name not in keys() | others
    }

    assert not unknown, "\n".join(sorted(unknown))
    assert "telegram.token" in keys()


MADE_UP = """
Run `make tests`, then `digest-bot rum --config x` and `digest-bot run --confg x | head`, or

    digest-bot stage claen < in.jsonl

Set `[telegram] tokn`, `[[sorces]]` or `DIGEST_BOT_TELEGRAM__TOKN`; `/latest [topic] [n]` is something else, and so is
`make PYTHON=python3.12` and [a page](docs/gone.md#there), ![a picture](gone.png), <img src="gone.svg">; not
[elsewhere](https://example.org), [here](#below), `[code](code.md)`.

```toml
[digest]
max_storys = 3
```
"""


def test_what_is_made_up_is_found() -> None:
    found = documents.code(MADE_UP)

    assert documents.targets(found) == {"tests"}
    assert documents.commands(found) == [
        (("rum",), ("--config",)),
        (("run",), ("--confg",)),
        (("stage", "claen"), ()),
    ]
    assert [fault for path, options in documents.commands(found) for fault in command_faults(path, options)] == [
        "there is no such subcommand",
        "there is no --confg",
        "there is no such subcommand",
    ]
    assert documents.settings(found) - keys() == {"telegram.tokn", "sorces"}
    assert documents.settings_of_toml(MADE_UP) - keys() == {"digest.max_storys"}
    assert documents.links(MADE_UP) == ["docs/gone.md", "gone.png", "gone.svg"]


def test_every_page_is_looked_at() -> None:
    pages = {str(page) for page in documents.pages()}

    assert {"README.md", FILTERS, "bot/README.md", "CHANGELOG.md", "seeds/README.md"} <= pages
    assert not any(".venv" in page for page in pages)
