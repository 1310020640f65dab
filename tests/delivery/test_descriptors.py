"""File descriptors run out while digests are sent (F56); that memory runs out is the kill of F1."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from tests.processes import environment
from tests.sandbox import served
from tests.sandbox.served import Served

ROOT = Path(__file__).resolve().parents[2]
READERS = 40


async def starved(folder: Path, at: Served, readers: list[int], *, way: str) -> dict[str, Any]:
    arguments = (str(folder), at.server.base_url, at.world.token, way, *map(str, readers))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.delivery.starved",
        *arguments,
        cwd=ROOT,
        env=environment(),
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("way", ["careful", "believing"])
async def test_out_of_descriptors_nothing_is_lost_or_repeated_and_it_recovers(tmp_path: Path, way: str) -> None:
    """A request that was never made and counts as sent is lost."""
    async with served.opened() as at:
        readers = [at.world.add_user(f"Reader {number}").id for number in range(READERS)]
        for one in readers:
            at.world.start(one)

        found = await starved(tmp_path, at, readers, way=way)

        got = [one.text for one in at.world.outbox.sent if one.text.startswith("News")]
        assert found["starved"] > 0
        assert (found["later"], found["states"]) == (0, {"sent": READERS})
        assert len(got) == len(set(got))
        assert (len(got) == READERS) == (way == "careful")
