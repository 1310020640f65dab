"""What is wrong with the configuration or the machine is told in clear lines with an exit code, never a traceback."""

from __future__ import annotations

import socket
import subprocess
from importlib import metadata
from pathlib import Path

import click
import pytest

from bot import cli
from tests.cli import command
from tests.cli.command import called

TOKEN = "123456789:" + "Ab1_-" * 7
MALFORMED = "987654:its-secret-but-short"


def subcommands() -> list[tuple[str, ...]]:
    """Every subcommand, and those below it: ("stage", "clean")."""
    context = click.Context(cli.main)
    found: list[tuple[str, ...]] = [()]
    for name in cli.main.list_commands(context):
        found.append((name,))
        group = cli.main.get_command(context, name)
        found += [(name, below) for below in group.commands] if isinstance(group, click.Group) else []
    return found


def test_all_faults_of_a_configuration_are_told_at_once(folder: Path) -> None:
    (folder / "bad.toml").write_text(
        'time_zone = "Asia/Tashkant"\nlanguge = "ru"\n[telegram]\nadmin = [1]\n[digest]\ntimes = ["25:00"]\n',
        encoding="utf-8",
    )

    ran = command.started("run", "--config", "bad.toml", folder=folder)

    assert (ran.code, ran.out) == (2, "")
    told = {fault.split(": ")[1]: fault for fault in ran.faults}
    assert {"time_zone", "languge", "telegram.admin", "digest.times"} <= set(told)
    assert "use an IANA name such as Asia/Tashkent" in told["time_zone"]
    assert "look for a slip of the pen" in told["languge"]
    assert all(fault.startswith("digest-bot: ") for fault in ran.faults)
    assert not (folder / "state").exists()


def test_a_missing_token_is_told_with_where_to_get_one() -> None:
    ran = called("run")

    assert (ran.code, ran.out) == (2, "")
    assert ran.faults == [
        "digest-bot: telegram.token: a token is needed (get one from @BotFather and set it here, "
        "in DIGEST_BOT_TELEGRAM__TOKEN or in telegram.token_file)"
    ]


def test_a_malformed_token_is_told_with_its_form_and_not_repeated(folder: Path) -> None:
    (folder / "config.toml").write_text(f'[telegram]\ntoken = "{MALFORMED}"\n', encoding="utf-8")

    ran = called("run")

    assert ran.code == 2
    assert "telegram.token: this is not a bot token (@BotFather gives digits, a colon" in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize(("token", "told"), [("", "a token is needed"), (MALFORMED, "this is not a bot token")])
def test_a_token_is_told_together_with_the_other_faults(folder: Path, token: str, told: str) -> None:
    (folder / "config.toml").write_text(
        f'time_zone = "Mars/Base"\nlanguge = "ru"\n[telegram]\ntoken = "{token}"\n', encoding="utf-8"
    )

    ran = called("run")

    assert ran.code == 2
    assert {fault.split(": ")[1] for fault in ran.faults} == {"time_zone", "languge", "telegram.token"}
    assert told in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("DIGEST_BOT_TELEGRAM", TOKEN, "telegram"),
        ("DIGEST_BOT_SOURCES", "inbox", "sources"),
        ("DIGEST_BOT_TELEGRAM__ADMINS", "5;6", "telegram"),
        ("DIGEST_BOT_TELEGRAM__TOKN", TOKEN, "telegram.tokn"),
        ("DIGEST_BOT_TOKEN", TOKEN, "DIGEST_BOT_TOKEN"),
        ("DIGEST_BOT_TIME_ZONE", "Mars/Base", "time_zone"),
    ],
)
def test_a_variable_that_cannot_be_used_is_told_by_name(
    name: str, value: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    ran = called("digest")

    assert ran.code == 2
    assert len(ran.faults) == 1
    assert key in ran.err
    assert TOKEN not in ran.err


@pytest.mark.parametrize("subcommand", ["run", "import", "digest"])
def test_a_configuration_that_is_not_there_is_told(subcommand: str, folder: Path) -> None:
    files = ("x.txt",) if subcommand == "import" else ()

    ran = called(subcommand, *files, "--config", "gone.toml")

    assert ran.code == 2
    hint = "copy config.example.toml to it, or name another with --config"
    assert ran.faults == [f"digest-bot: gone.toml: there is no such file ({hint})"]


@pytest.mark.parametrize(
    ("config", "code", "told"),
    [
        ("time_zone = Asia/Tashkent", 2, "is not TOML"),
        ('state_dir = "taken"', 1, "taken"),
        (
            '[database]\nurl = "mysql://user:hunter2@h/d"',
            2,
            "database.url: the database URL has the unknown kind 'mysql'",
        ),
        ('[database]\nurl = "postgresql://user:hunter2@127.0.0.1:1/d"', 1, "cannot be reached"),
        ('[database]\nurl = "sqlite://"', 2, "database.url: the database must be a file"),
        ('[database]\nurl = "sqlite:///gone/news.db"', 1, "its folder does not exist"),
        ('[database]\nurl = "sqlite:///taken"', 1, "damaged or no database"),
    ],
)
def test_what_is_wrong_with_the_machine_is_one_line(folder: Path, config: str, code: int, told: str) -> None:
    (folder / "config.toml").write_text(config, encoding="utf-8")
    (folder / "taken").write_text("This is a text and no folder, and no database either.", encoding="utf-8")

    ran = called("digest")

    assert (ran.code, ran.out) == (code, "")
    assert len(ran.faults) == 1
    assert ran.err.startswith("digest-bot: ")
    assert told in ran.err
    assert "hunter2" not in ran.err


def test_an_unknown_subcommand_is_a_usage_error() -> None:
    for words in (("nosuch",), ("stage", "nosuch"), ("digest", "--nosuch"), ("import",)):
        ran = called(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "Usage: digest-bot" in ran.err


@pytest.mark.parametrize("words", subcommands(), ids=" ".join)
def test_help_is_there_for_every_subcommand(words: tuple[str, ...]) -> None:
    ran = called(*words, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(" ".join(("Usage: digest-bot", *words)))


def test_the_list_of_subcommands_says_what_each_does() -> None:
    lines = called("--help").out.split("Commands:\n")[1].splitlines()

    told = dict(line.strip().split("  ", 1) for line in lines if not line.startswith("   "))
    assert set(told) == {words[0] for words in subcommands() if words}
    assert all(told.values())


@pytest.mark.parametrize("words", sorted({words[:1] for words in subcommands() if len(words) == 2}), ids=" ".join)
def test_no_line_of_a_list_of_subcommands_is_cut(words: tuple[str, ...]) -> None:
    lines = called(*words, "--help").out.split("Commands:\n")[1].splitlines()

    assert len(lines) == len([one for one in subcommands() if one[:1] == words]) - 1
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


def test_a_port_that_is_taken_is_told_with_its_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ran = called("demo", "--no-browser", "--port", port)

    assert (ran.code, ran.out) == (1, "")
    assert ran.faults == [f"digest-bot: --port {port}: it is taken; name another, or 0 for any free one"]


def test_help_loads_none_of_the_heavy_parts(folder: Path) -> None:
    """What makes it quick, without a clock; in a process of its own, for here all is loaded already."""
    heavy = "{'telegram', 'sqlalchemy', 'pydantic', 'structlog', 'aiohttp', 'apscheduler'}"
    run = "import sys; from bot import cli; cli.main(sys.argv[1:], standalone_mode=False)"
    script = f"{run}; print({heavy} & set(sys.modules))"

    for words in (["--help"], ["run", "--help"], ["import", "--help"], ["digest", "--help"], ["stage", "--help"]):
        done = subprocess.run(
            [*command.COMMAND[:1], "-c", script, *words],
            cwd=folder,
            env=command.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "set()", words


def test_the_module_and_the_installed_command_are_the_same() -> None:
    (installed,) = metadata.entry_points(group="console_scripts", name="digest-bot")

    assert installed.load() is cli.main
    assert (command.ROOT / "bot" / "__main__.py").read_text(encoding="utf-8").count("main()") == 1


def test_the_module_runs(folder: Path) -> None:
    version = metadata.version("digest-bot")

    ran = command.started("--version", folder=folder)

    assert (ran.code, ran.out, ran.err) == (0, f"digest-bot {version}\n", "")
