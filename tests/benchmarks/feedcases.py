"""Test feeds of other projects with what those projects expect of them, translated into fields of ours.

Nothing is run: an expectation of feedparser's is an expression, which is read as a tree; those of gofeed and feed-rs
are JSON. Only title, link, id and date of entries and the title of the feed are taken.
"""

from __future__ import annotations

import ast
import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sources import Body
from tests.benchmarks import shared

FIELDS = ("feed title", "title", "link", "id", "date")
_SERVED = "http://127.0.0.1:8097/"  # where feedparser's tests serve their files; never fetched
_HEADER = re.compile(rb"Header:\s*Content-type:\s*([^\r\n]+)", re.IGNORECASE)
_LOCATION = re.compile(rb"Header:\s*Content-Location:\s*(\S+)", re.IGNORECASE)
_OF_ENTRY = {
    "title": "title",
    "title_detail.value": "title",
    "link": "link",
    "id": "id",
    "guid": "id",
    "published_parsed": "date",
    "updated_parsed": "date",
    "created_parsed": "date",
    "issued_parsed": "date",
    "modified_parsed": "date",
    "date_parsed": "date",
}
_MADE_UP = re.compile(r"[0-9a-f]{30,32}|[0-9a-f]{8}-[0-9a-f-]{27}")  # feed-rs makes an id where the feed has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One expectation: which field of which entry (-1: the feed itself) has which value ("" and None: none)."""

    field: str
    entry: int
    value: str | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A feed, whose it is, and what is expected of it (nothing for files that are there to survive)."""

    name: str
    project: str
    body: Body
    wanted: tuple[Wanted, ...]


def cases(data: shared.Shared) -> Iterator[Case]:
    """Every file of the set, expected outputs included: they too must be survived. Raises shared.NotHere."""
    rows = {row["file"]: row for row in data.rows("feeds/manifest")}
    contents = _contents(data)
    for name, row in sorted(rows.items()):
        content, project = contents[name], row["project"]
        yield Case(
            name=name,
            project=project,
            body=_body(name, content, project),
            wanted=tuple(_wanted(row, contents)) if row["kind"] == "feed" else (),
        )


def _contents(data: shared.Shared) -> dict[str, bytes]:
    path = data.folder / "data" / "feeds" / "feeds.tar.gz"
    if not path.is_file():
        raise shared.NotHere("feeds/feeds.tar.gz", "data")
    with tarfile.open(path) as archive:
        files = ((member.name.removeprefix("./"), archive.extractfile(member)) for member in archive)
        return {name: file.read() for name, file in files if file is not None}


def _body(name: str, content: bytes, project: str) -> Body:
    """feedparser's tests are told their headers in a comment of the file; the others are read from a file."""
    if project != "feedparser":
        return Body(content=content, address="")
    kind, location = _HEADER.search(content[:2_000]), _LOCATION.search(content[:2_000])
    address = location[1].decode("latin-1") if location else _SERVED + name
    return Body(content=content, address=address, content_type=kind[1].decode("latin-1").strip() if kind else "")


def _wanted(row: Mapping[str, Any], contents: Mapping[str, bytes]) -> Iterable[Wanted]:
    name = row["file"]
    if row.get("feedparser_expect"):
        return _of_expression(row["feedparser_expect"])
    if row["project"] not in ("gofeed", "feed-rs"):
        return ()
    stem, _, suffix = name.rpartition(".")
    others = (f"{stem}.serde.json", f"{stem}_expected.json", f"{stem}.json" if suffix != "json" else "")
    expected = next((contents[other] for other in others if other in contents), None)
    if expected is None:
        return ()
    return _of_feed_rs(json.loads(expected)) if row["project"] == "feed-rs" else _of_gofeed(json.loads(expected))


def _of_expression(text: str) -> Iterator[Wanted]:
    """`not bozo and entries[0]['title'] == 'x'` -> the parts that concern us."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        if isinstance(part, ast.Compare) and all(isinstance(sign, ast.Eq) for sign in part.ops):
            for left in (part.left, *part.comparators[:-1]):
                yield from _of_comparison(_path(left), part.comparators[-1])


def _of_comparison(path: tuple[str | int, ...], right: ast.expr) -> Iterator[Wanted]:
    try:
        value = ast.literal_eval(right)
    except ValueError:
        return
    if path[:1] == ("feed",) and ".".join(map(str, path[1:])) in ("title", "title_detail.value"):
        yield Wanted(field="feed title", entry=-1, value=value)
    elif path[:1] == ("entries",) and len(path) > 2 and isinstance(path[1], int):
        field = _OF_ENTRY.get(".".join(map(str, path[2:])))
        if field:
            yield Wanted(field=field, entry=path[1], value=_moment(value) if field == "date" else value)


def _path(node: ast.expr) -> tuple[str | int, ...]:
    """`entries[0]['title']` or `entries[0].title` -> ("entries", 0, "title"); () for anything else."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (*_path(node.value), node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        key = node.slice.value
        return (*_path(node.value), key) if isinstance(key, str | int) else ()
    return ()


def _moment(value: Any) -> datetime | None:
    """A time tuple, or the ISO form of gofeed and feed-rs, to the second; None for Go's "no time"."""
    if isinstance(value, tuple):
        return of_parts(value)
    if not value or value.startswith("0001-"):
        return None
    return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC).replace(microsecond=0)


def of_parts(parts: Sequence[int]) -> datetime:
    """The moment of a time tuple in UTC."""
    year, month, day, hour, minute, second = parts[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _of_gofeed(feed: Mapping[str, Any]) -> Iterator[Wanted]:
    """Its universal form, or that of one format: rss (`items` with `pubDateParsed`), atom (`entries`), json."""
    yield Wanted(field="feed title", entry=-1, value=feed.get("title") or "")
    for index, one in enumerate(feed.get("items") or feed.get("entries") or ()):
        guid = one.get("guid") or one.get("id") or ""
        published = one.get("publishedParsed") or one.get("pubDateParsed") or one.get("date_published")
        dublin = ((one.get("dcExt") or {}).get("date") or [""])[0]
        date = published or one.get("updatedParsed") or one.get("date_modified") or _plain_iso(dublin)
        yield Wanted(field="title", entry=index, value=one.get("title") or "")
        yield Wanted(field="link", entry=index, value=one.get("link") or one.get("url") or _alternate(one))
        yield Wanted(field="id", entry=index, value=guid.get("value") or "" if isinstance(guid, dict) else guid)
        yield Wanted(field="date", entry=index, value=_moment(date))


def _plain_iso(text: str) -> str:
    """The text if it is a full ISO moment: gofeed's RSS form keeps Dublin Core's date as it stands."""
    return text if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", text) else ""


def _alternate(entry: Mapping[str, Any]) -> str:
    links = [one for one in entry.get("links") or () if isinstance(one, dict)]
    return next((one.get("href") or "" for one in links if one.get("rel") in (None, "", "alternate")), "")


def _of_feed_rs(feed: Mapping[str, Any]) -> Iterator[Wanted]:
    yield Wanted(field="feed title", entry=-1, value=(feed.get("title") or {}).get("content") or "")
    for index, one in enumerate(feed.get("entries") or ()):
        yield Wanted(field="title", entry=index, value=(one.get("title") or {}).get("content") or "")
        yield Wanted(field="link", entry=index, value=_alternate(one))
        if not _MADE_UP.fullmatch(one.get("id") or ""):
            yield Wanted(field="id", entry=index, value=one.get("id") or "")
        yield Wanted(field="date", entry=index, value=_moment(one.get("published") or one.get("updated")))
