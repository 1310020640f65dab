"""Article files: a line `date YYYY-MM-DD URL`, then the paragraphs; several articles may follow each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import FileError
from bot.model import Entry
from bot.sources import Body, Files, Parsed, SourceKind

_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_LIKE_DATE_LINE = re.compile(r"\s*date\s+\d{1,4}-\S*(?:\s+\S+)?\s*")
_HEAD = 4_096  # bytes in which the first date line must stand for a body to be recognised
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(slots=True)
class _Draft:
    """An article while its paragraphs are collected; `problem` says why it cannot become an entry."""

    line: int
    url: str
    published_at: datetime | None
    problem: str
    paragraphs: list[str] = field(default_factory=list)


def recognises(body: bytes) -> bool:
    """Whether the first line that is not blank is a date line."""
    text = _decoded(body[:_HEAD])
    first = next((line for line in (text or "").split("\n") if line.strip()), "")
    return _LIKE_DATE_LINE.fullmatch(first) is not None


def parse(body: Body) -> Parsed:
    """All articles of a file: UTF-8, with or without byte order mark, or windows-1251.

    Faults: not text, no date line, text before the first date line, an impossible date, a URL that is not http(s), an
    article without paragraphs. An article with a fault is left out, the others stay.
    """
    address, text = body.address, _decoded(body.content)
    if text is None:
        return Parsed(faults=(FileError(address, "not a text file"),))
    drafts, faults = _drafts(text, address)
    if not drafts:
        no_date = FileError(address, "no line `date YYYY-MM-DD URL` in it", line=1)
        return Parsed(faults=(no_date,))
    for draft in drafts:
        problem = draft.problem or ("" if draft.paragraphs else "the article has no paragraphs")
        if problem:
            draft.problem = problem
            faults.append(FileError(address, problem, line=draft.line))
    return Parsed(entries=tuple(_entry(draft) for draft in drafts if not draft.problem), faults=tuple(faults))


def _decoded(body: bytes) -> str | None:
    """The text, None for a binary file. Whatever is not UTF-8 is windows-1251, the other encoding of these files."""
    if body[:_HEAD].count(0) * 50 > len(body[:_HEAD]):  # a stray NUL is dirt in an article, many are another format
        return None
    body = body.replace(b"\xef\xbb\xbf", b"")  # also between articles, where files were put one behind the other
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 4 and error.start > 0:  # cut inside a character by whoever took the head only
            return body[: error.start].decode("utf-8")
    text = body.decode("cp1251", errors="replace")
    return None if len(_CONTROL.findall(text)) * 50 > len(text) else text


def _drafts(text: str, address: str) -> tuple[list[_Draft], list[FileError]]:
    drafts: list[_Draft] = []
    faults: list[FileError] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if _LIKE_DATE_LINE.fullmatch(line):
            drafts.append(_opened(line, number))
        elif drafts and line.strip():
            drafts[-1].paragraphs.append(line.strip())
        elif line.strip() and not faults:
            faults.append(FileError(address, "text before the first line `date YYYY-MM-DD URL`", line=number))
    return drafts, faults


def _opened(line: str, number: int) -> _Draft:
    day, *rest = line.split()[1:]
    url = rest[0] if rest else ""
    moment = _midnight(day) if _DAY.fullmatch(day) else None
    problem = "" if moment else f"no such date: {_shown(day)}"
    if not problem and not url:
        problem = "the line `date YYYY-MM-DD URL` has no address"
    if not problem and not _is_web_address(url):
        problem = f"not an http or https address: {_shown(url)}"
    return _Draft(line=number, url=url, published_at=moment, problem=problem)


def _shown(word: str) -> str:
    """A word of a file within an error: short, and nothing in it that steers a terminal or turns text round."""
    return "".join(letter if letter.isprintable() else "?" for letter in word[:100])


def _midnight(day: str) -> datetime | None:
    year, month, of_month = map(int, day.split("-"))
    try:
        return datetime(year, month, of_month, tzinfo=UTC)
    except ValueError:
        return None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _entry(draft: _Draft) -> Entry:
    return Entry(url=draft.url, text="\n".join(draft.paragraphs), published_at=draft.published_at)


def found(place: Path) -> list[Path]:
    """The file itself, or every .txt file of a folder and the folders in it."""
    return sorted(place.rglob("*.txt")) if place.is_dir() else [place]


SOURCE = SourceKind(
    name="article_file", recognises=recognises, parse=parse, address=str.strip, files=Files(found=found)
)
