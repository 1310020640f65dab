"""What our own Markdown says: links, examples to run, and the names of commands, targets and settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\S*)[ \t]*(\S*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)[^)]*\)|<(?:img|a|source)\s[^>]*?(?:src|href|srcset)=\"([^\"]+)\"")
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
ELSEWHERE = {".venv", "node_modules", "output"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command of a `console` block and what the page says it prints, on both streams."""

    line: int
    command: str
    expected: str


def pages() -> list[Path]:
    """All Markdown of the project."""
    found = (file.relative_to(ROOT) for file in ROOT.rglob("*.md"))
    return sorted(file for file in found if not any(part.startswith(".") or part in ELSEWHERE for part in file.parts))


def files(text: str) -> dict[str, str]:
    """The blocks that are files, whose fence names them: "text bridge.txt"."""
    return {name: body for kind, name, body in FENCE.findall(text) if name and kind != "console"}


def examples(text: str) -> list[Example]:
    """The commands of the `console` blocks, each with the lines below it."""
    return [example for block in FENCE.finditer(text) if block[1] == "console" for example in _of_block(text, block)]


def _of_block(text: str, block: re.Match[str]) -> Iterator[Example]:
    first = text.count("\n", 0, block.start(3)) + 1
    lines = block[3].splitlines(keepends=True)
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield Example(line=first + at, command=lines[at][2:].strip(), expected="".join(lines[at + 1 : end]))


def links(text: str) -> list[str]:
    """The paths of relative links and images, without their fragments."""
    prose = SPAN.sub("", FENCE.sub("", text))
    found = (one or other for one, other in LINK.findall(prose))
    return [path.partition("#")[0] for path in found if not OUTSIDE.match(path)]


def code(text: str) -> list[str]:
    """What stands as code: the spans, and each line of the blocks and of the indented examples."""
    blocks = [line for _, name, body in FENCE.findall(text) if not name for line in body.splitlines()]
    indented = re.findall(r"^ {4}(\S.*)$", FENCE.sub("", text), re.MULTILINE)
    return [" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", text))] + blocks + indented


def targets(codes: list[str]) -> set[str]:
    """Targets of make that are named: "test" of `make test`."""
    return {name for one in codes for name in re.findall(r"(?:^|[;&$] ?)make ([a-z][a-z-]*)", one)}


def commands(codes: list[str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The subcommands that are named, each with the options behind it: (("stage", "extract"), ("--max-facts",))."""
    return [
        (_path(words.split()), tuple(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)))
        for one in codes
        for words, rest in re.findall(r"\bdigest-bot((?: +[a-z][a-z-]*)+)([^|;<&]*)", one)
    ]


def _path(words: list[str]) -> tuple[str, ...]:
    return tuple(words[:2] if words[0] == "stage" else words[:1])


def settings(codes: list[str]) -> set[str]:
    """Keys of config.toml that are named, dotted: `[telegram] admins`, `[[sources]]`, `DIGEST_BOT_TELEGRAM__TOKEN`."""
    found = set()
    for one in codes:
        found |= {name.lower().replace("__", ".") for name in re.findall(r"\bDIGEST_BOT_([A-Z][A-Z_]*[A-Z])\b", one)}
        found |= {f"{section}.{key}" for section, key in re.findall(r"^\[([a-z_]+)\] +([a-z_]+)", one)}
        found |= set(re.findall(r"^\[\[([a-z_]+)\]\]", one))
    return found


def settings_of_toml(text: str) -> set[str]:
    """Keys that the `toml` blocks set, dotted."""
    blocks = [tomllib.loads(body) for kind, _, body in FENCE.findall(text) if kind == "toml"]
    return {name for block in blocks for name in _dotted(block)}


def _dotted(block: dict[str, Any]) -> Iterator[str]:
    for name, value in block.items():
        yield name
        sections = value if isinstance(value, list) else [value]
        yield from (f"{name}.{key}" for section in sections if isinstance(section, dict) for key in section)
