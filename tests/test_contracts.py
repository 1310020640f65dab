"""The folders of plug-ins: every file ends in its one declaration, and is discovered by nothing but lying there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from bot import cards, cli, commands, outputs, sources, writers

BOT = Path(__file__).resolve().parent.parent / "bot"


@dataclass(frozen=True)
class Contract:
    """What each file of `folder` ends in: `declared = made_of(name="file name", ...)`."""

    folder: str
    declared: str
    made_of: str
    discover: Callable[[], Mapping[str, object]]


CONTRACTS = (
    Contract("sources", "SOURCE", "SourceKind", sources.kinds),
    Contract("writers", "WRITER", "Writer", writers.writers),
    Contract("outputs", "OUTPUT", "Output", outputs.outputs),
    Contract("commands", "COMMAND", "Command", commands.commands),
    Contract("cards", "SECTION", "Section", cards.sections),
)


def files_of(folder: str) -> dict[str, Path]:
    """The plug-ins of a folder by file name; there is always one, or the folder was looked for in the wrong place."""
    found = {file.stem: file for file in sorted((BOT / folder).glob("*.py")) if file.stem != "__init__"}
    assert found, f"no file in bot/{folder}/"
    return found


def declaration_faults(text: str, *, stem: str, declared: str, made_of: str) -> list[str]:
    """What is missing in a plug-in file whose last statement should be `declared = made_of(name=stem, ...)`."""
    tree = ast.parse(text)
    wanted = f'{declared} = {made_of}(name="{stem}", ...)'
    value = _assigned(tree, declared)
    if not isinstance(value, ast.Call) or ast.unparse(value.func).split(".")[-1] != made_of:
        return [f"the last statement is not {wanted}"]
    names = [keyword.value for keyword in value.keywords if keyword.arg == "name"]
    if [ast.unparse(name) for name in names] != [repr(stem)]:
        return [f"the declaration is not {wanted}: its name is not the file's"]
    return _repeated(tree, declared)


def subcommand_faults(text: str, *, stem: str) -> list[str]:
    """What is missing in a file of bot/cli/, whose last statement should be `SUBCOMMAND = stem`."""
    tree = ast.parse(text)
    value = _assigned(tree, "SUBCOMMAND")
    if not isinstance(value, ast.Name) or value.id != stem:
        return [f"the last statement is not SUBCOMMAND = {stem}"]
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if stem not in functions or not functions[stem].decorator_list:
        return [f"there is no click command {stem}()"]
    return _repeated(tree, "SUBCOMMAND")


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """The value that the last statement gives to `name`, None when it does something else."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Assign) and [ast.unparse(target) for target in last.targets] == [name]:
        return last.value
    return last.value if isinstance(last, ast.AnnAssign) and ast.unparse(last.target) == name else None


def _repeated(tree: ast.Module, name: str) -> list[str]:
    stores = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    times = sum(node.id == name for node in stores)
    return [f"{name} is declared {times} times"] if times > 1 else []


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.folder)
def test_every_plug_in_ends_in_its_one_declaration(contract: Contract) -> None:
    faults = [
        f"bot/{contract.folder}/{stem}.py: {fault}"
        for stem, file in files_of(contract.folder).items()
        for fault in declaration_faults(
            file.read_text(encoding="utf-8"), stem=stem, declared=contract.declared, made_of=contract.made_of
        )
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.folder)
def test_every_plug_in_is_discovered_under_its_file_name(contract: Contract) -> None:
    found = contract.discover()

    assert set(found) == set(files_of(contract.folder))
    assert {type(plug_in).__name__ for plug_in in found.values()} == {contract.made_of}


def test_every_subcommand_ends_in_its_one_declaration() -> None:
    faults = [
        f"bot/cli/{stem}.py: {fault}"
        for stem, file in files_of("cli").items()
        for fault in subcommand_faults(file.read_text(encoding="utf-8"), stem=stem)
    ]

    assert not faults, "\n".join(faults)


def test_every_subcommand_is_discovered_and_says_in_a_line_what_it_does() -> None:
    context = click.Context(cli.main)
    names = [stem.rstrip("_") for stem in files_of("cli")]

    found = {name: cli.main.get_command(context, name) for name in cli.main.list_commands(context)}

    assert sorted(found) == sorted(names)
    assert [name for name, command in found.items() if command is None or command.name != name] == []
    assert [name for name, command in found.items() if command and not command.get_short_help_str()] == []


GOOD = 'def run(): ...\n\n\nCOMMAND = commands.Command(name="start", run=run)\n'
BAD = {
    "": "the last statement is not",
    "def run(): ...\n": "the last statement is not",
    GOOD + "print(COMMAND)\n": "the last statement is not",
    GOOD.replace("COMMAND =", "COMAND ="): "the last statement is not",
    GOOD.replace("Command(", "Comand("): "the last statement is not",
    GOOD.replace('"start"', '"stop"'): "its name is not the file's",
    GOOD.replace('name="start", ', ""): "its name is not the file's",
    "COMMAND = None\n" + GOOD: "declared 2 times",
}


@pytest.mark.parametrize(("text", "fault"), BAD.items())
def test_a_plug_in_that_declares_nothing_or_something_else_is_found(text: str, fault: str) -> None:
    faults = declaration_faults(text, stem="start", declared="COMMAND", made_of="Command")

    assert len(faults) == 1
    assert fault in faults[0]


def test_a_plug_in_that_keeps_the_contract_goes_free() -> None:
    assert declaration_faults(GOOD, stem="start", declared="COMMAND", made_of="Command") == []
    annotated = GOOD.replace("COMMAND =", "COMMAND: commands.Command =")
    assert declaration_faults(annotated, stem="start", declared="COMMAND", made_of="Command") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("@click.command()\ndef run(): ...\n", "the last statement is not SUBCOMMAND = run"),
        ("@click.command()\ndef go(): ...\n\n\nSUBCOMMAND = go\n", "the last statement is not SUBCOMMAND = run"),
        ("def run(): ...\n\n\nSUBCOMMAND = run\n", "there is no click command run()"),
        ("from a import run\n\nSUBCOMMAND = run\n", "there is no click command run()"),
        ("SUBCOMMAND = 1\n@click.command()\ndef run(): ...\nSUBCOMMAND = run\n", "SUBCOMMAND is declared 2 times"),
    ],
)
def test_a_subcommand_that_is_not_declared_is_found(text: str, fault: str) -> None:
    assert subcommand_faults(text, stem="run") == [fault]
