"""Articles annotated for key facts: those that `draw.py` drew, and those of our own writing; README.md says how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import sources

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parents[2] / "seeds"
DRAWN, OWN = HERE / "annotations.jsonl", HERE / "own" / "annotations.jsonl"


def annotated(file: Path) -> list[dict[str, Any]]:
    """The annotations of a file, one a line, in the form that `score_keyfacts.py` reads."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def own_articles() -> Iterator[dict[str, str]]:
    """The articles of our own writing as rows of a set: id, lang, title and text."""
    for annotation in annotated(OWN):
        yield {"id": annotation["id"], "lang": annotation["lang"], **_own_article(annotation["id"])}


def _own_article(name: str) -> dict[str, str]:
    """A file of `own/`, the first line its title; or a starter article, which has none."""
    file = HERE / "own" / f"{name}.txt"
    if file.is_file():
        title, _, text = file.read_text(encoding="utf-8").partition("\n")
        return {"title": title, "text": text.strip()}
    body = sources.Body(content=(SEEDS / f"{name}.txt").read_bytes(), address=f"{name}.txt")
    (entry,) = sources.kinds()["article_file"].parse(body).entries
    return {"title": entry.title, "text": entry.text}
