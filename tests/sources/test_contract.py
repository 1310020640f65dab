"""What holds for every kind of source; and a new kind is one file, shown by writing one."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot import sources
from bot.errors import RefusedAddress
from bot.sources import Body, Parsed

ODD = {
    "nothing": b"",
    "a byte": b"\xff",
    "zeros": b"\0" * 5_000,
    "half a mark": b"\xef\xbb",
    "angles": b"<" * 5_000,
    "braces": b"{" * 5_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0\1" * 500,
}

NEW_KIND = '''"""Headlines, one a line, each with its address behind a bar."""

from datetime import UTC, datetime
from pathlib import Path

from bot.model import Entry
from bot.sources import Body, Files, Parsed, SourceKind

FIRST = b"# headlines"


def recognises(body: bytes) -> bool:
    return body.startswith(FIRST)


def parse(body: Body) -> Parsed:
    lines = body.content.decode().splitlines()[1:]
    told = [line.split(" | ") for line in lines if " | " in line]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Parsed(entries=tuple(Entry(url=url, text=text, published_at=at) for text, url in told))


SOURCE = SourceKind(
    name="headlines", recognises=recognises, parse=parse, address=str.strip,
    files=Files(found=lambda place: [Path(place)], strange=False),
)
'''

LINE = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from bot import app, config, pipeline, sources

async def main():
    now_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    loaded = config.load(Path("config.toml"), checks=(sources.faults,), environ={})
    async with app.world(loaded, now_at=now_at) as world:
        await app.sync(world, now_at=now_at)
        print("new:", (await pipeline.collect(world, now_at=now_at)).new)

asyncio.run(main())
"""


@pytest.mark.parametrize("name", sources.names())
def test_a_kind_never_raises_and_can_be_handed_to_another_process(name: str) -> None:
    kind = sources.kind(name)

    for content in ODD.values():
        body = Body(content=content, address="https://site.example/x", content_type="text/plain; charset=odd")
        assert isinstance(kind.recognises(content), bool)
        parsed = kind.parse(body)
        assert isinstance(parsed, Parsed)
        assert parsed.entries or parsed.faults, f"{name} says nothing about {content[:10]!r}"
        assert pickle.loads(pickle.dumps(parsed)).entries == parsed.entries  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(kind.parse)) is kind.parse  # noqa: S301 - our own


@pytest.mark.parametrize("name", sources.names())
@given(typed=st.text(max_size=40))
def test_an_address_is_understood_or_refused_in_words(name: str, typed: str) -> None:
    reason = ""
    try:
        address = sources.kind(name).address(typed)
    except RefusedAddress as refused:
        address, reason = "", refused.reason

    assert bool(reason) != bool(address) or sources.kind(name).files


def test_a_new_kind_is_one_file(tmp_path: Path) -> None:
    shutil.copytree(Path(bot.__file__).parent, tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bot" / "sources" / "headlines.py").write_text(NEW_KIND, encoding="utf-8")
    news = tmp_path / "news.txt"
    news.write_text("# headlines\nThe bridge over the Chirchiq opens on Friday. | https://paper.example/1\n")
    (tmp_path / "config.toml").write_text('[[sources]]\nslug = "short"\nkind = "headlines"\npath = "news.txt"\n')

    def told(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""}
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert '"url": "https://paper.example/1"' in told("-m", "bot", "stage", "read", "news.txt")
    assert told("-c", LINE) == "new: 1\n"


def test_without_its_file_the_kind_is_unknown() -> None:
    assert "headlines" not in sources.names()
    assert sources.recognised(b"# headlines\nThe bridge opens. | https://paper.example/1") is None
