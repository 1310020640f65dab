"""The whole program as a process, against the local Telegram."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import server
from bot.sandbox.world import World
from tests import processes, texts


@asynccontextmanager
async def configured(folder: Path) -> AsyncIterator[World]:
    """A local Telegram, and beside it a config.toml that names it, with one source."""
    local = World(bot_username="digest_bot")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "one.txt").write_text(
        f"date 2026-11-22 https://example.org/one\n{texts.CHESS_RU}", encoding="utf-8"
    )
    async with server.serve(local) as address:
        (folder / "config.toml").write_text(
            f'log_level = "info"\n[telegram]\ntoken = "{local.token}"\nbase_url = "{address.base_url}"\n'
            '[collect]\nevery_s = 1\n[[sources]]\nslug = "inbox"\npath = "inbox"\n',
            encoding="utf-8",
        )
        yield local


async def test_run_answers_sets_its_menu_and_ends_in_order_when_told(tmp_path: Path) -> None:
    async with configured(tmp_path) as local:
        ann = local.add_user("Ann", language_code="ru")
        async with processes.started("run", folder=tmp_path) as process:
            local.start(ann.id)
            assert await local.until(lambda: local.calls("sendMessage"), timeout_s=60)
            assert await local.until(lambda: len(local.calls("setMyCommands")) == 3, timeout_s=60)
            assert "7,5 очка" in await _latest(local, ann.id)

            code, _, err = await processes.ended(process, by=signal.SIGTERM)

        assert code == 0, err
        assert "Traceback" not in err
        assert local.violations == []


async def _latest(local: World, user_id: int) -> str:
    """What /latest answers once the source has been read."""
    for _ in range(50):
        local.say(user_id, user_id, "/latest")
        assert await local.until(lambda: local.transcript(user_id)[-1].sender == local.bot, timeout_s=60)
        if "1. " in (told := local.transcript(user_id)[-1].text):
            return told
    return "nothing was ever collected"


async def test_a_second_run_on_the_same_state_is_refused(tmp_path: Path) -> None:
    async with configured(tmp_path) as local, processes.started("run", folder=tmp_path) as first:
        assert await local.until(lambda: local.calls("getUpdates") or local.calls("setMyCommands"), timeout_s=60)
        async with processes.started("run", folder=tmp_path) as second:
            code, _, err = await processes.ended(second)

        assert code == 1
        assert f"process {first.pid}" in err
        assert "Traceback" not in err


async def test_a_token_that_telegram_does_not_know_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    async with configured(tmp_path):
        unknown = "987654321:" + "x" * 35
        async with processes.started("run", folder=tmp_path, DIGEST_BOT_TELEGRAM__TOKEN=unknown) as process:
            code, _, err = await processes.ended(process)

        assert code == 2
        assert "telegram.token: Telegram does not know this token" in err
        assert unknown not in err
        assert "Traceback" not in err


async def test_without_telegram_the_bot_waits_and_still_ends_when_told(tmp_path: Path) -> None:
    async with configured(tmp_path):
        pass  # and now nobody listens there any more
    async with processes.started("run", folder=tmp_path) as process:
        assert process.stderr is not None
        while "telegram_not_reached" not in (said := (await process.stderr.readline()).decode()):
            assert said, "it ended by itself"

        code, _, err = await processes.ended(process, by=signal.SIGINT)

    assert code == 0, err
    assert "Traceback" not in err
