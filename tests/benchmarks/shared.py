"""The folder of development data beside the project: its sets, and its scorers as processes of their own.

Nothing of it is part of the project, so everything here may be missing: then `NotHere` says what.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.errors import RefusedEntry
from bot.model import Article, ArticleId, Entry
from bot.stages import clean

BESIDE = Path(__file__).resolve().parents[3] / "shared"
"""The folder beside the project's root."""

Lines = Iterable[Mapping[str, Any]]


class NotHere(Exception):  # noqa: N818 - it names the outcome
    """A set or a scorer that this machine does not have."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(f"no ../shared/{folder} here")
        self.name = name


@dataclass(frozen=True, slots=True)
class Shared:
    """`folder` holds `data/` (sets as JSON Lines, plain or gzipped) and `tools/` (scorers)."""

    folder: Path = BESIDE

    def file(self, name: str) -> Path:
        """The file of a set: "stories/silver_2020". Raises NotHere."""
        for suffix in (".jsonl.gz", ".jsonl"):
            path = self.folder / "data" / f"{name}{suffix}"
            if path.is_file():
                return path
        raise NotHere(name, "data")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows of a set. Raises NotHere."""
        path = self.file(name)
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]

    def scored(self, tool: str, *arguments: str | Path, environment: Mapping[str, Path] = MappingProxyType({})) -> str:
        """What a scorer of `tools/` prints; `environment` names its files where it wants them so. Raises NotHere."""
        path = self.folder / "tools" / tool
        if not path.is_file():
            raise NotHere(tool, "tools")
        command = [sys.executable, str(path), *map(str, arguments)]
        named = {**os.environ, **{name: str(file) for name, file in environment.items()}}
        done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", env=named)
        return done.stdout

    def compared(self, what: str, gold: Lines, answers: Lines) -> str:
        """What `score.py WHAT` prints about answers, both given as rows. Raises NotHere."""
        with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
            wanted, said = Path(folder) / "gold.jsonl", Path(folder) / "answers.jsonl"
            write(wanted, gold)
            write(said, answers)
            return self.scored("score.py", what, wanted, said)


def write(path: Path, rows: Lines) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def entry(row: Mapping[str, Any]) -> Entry:
    """A row of any set with texts as a source would give it; fields that it lacks stay empty."""
    return Entry(
        url=row.get("url") or "",
        title=row.get("title") or "",
        text=row.get("text") or "",
        source=row.get("source") or "",
        published_at=clean.published_at(row["date"]) if row.get("date") else None,
    )


def articles(rows: Lines) -> tuple[Article, ...]:
    """The rows cleaned, each under its own id, as the filter `stage clean` does; refused ones are left out."""
    now_at = datetime.now(UTC)
    cleaned = []
    for row in rows:
        try:
            cleaned.append(clean.article(entry(row), now_at=now_at, id=ArticleId(str(row["id"]))))
        except RefusedEntry:
            continue
    return tuple(cleaned)
