"""Web pages: what people said must and must not be in their text, beside trafilatura as it comes."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import trafilatura

from bot import sources
from bot.sources import Body
from tests import benchmarks
from tests.benchmarks import shared

BESIDE = "trafilatura, default settings"
GOALS = {"must_have": benchmarks.at_least(85), "must_not": benchmarks.at_least(95)}

Read = Callable[[bytes, str], str]
Pages = list[tuple[Mapping[str, Any], bytes]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    pages = _pages(data)
    ours, plain = _counted(pages, _ours), _counted(pages, _plain)
    for measure, what in (("must_have", "found"), ("must_not", "absent")):
        yield benchmarks.Row(
            what=f"{len(pages)} pages, {sum(len(row[measure]) for row, _ in pages)} strings of {measure}: {what}",
            value=ours[measure],
            baseline=plain[measure],
            beside=BESIDE,
            unit="%",
            goal=GOALS[measure],
        )
    for field in ("title", "date"):
        told = [(row, page) for row, page in pages if row[field]]
        yield benchmarks.Row(
            what=f"{len(told)} pages with a {field}: the same {field}",
            value=_agreeing(told, field, _our_fields),
            baseline=_agreeing(told, field, _plain_fields),
            beside=BESIDE,
            unit="%",
        )


def _pages(data: shared.Shared) -> Pages:
    """The rows with their pages; a row whose page is not in the archive is left out."""
    rows = data.rows("pages")
    archive = data.folder / "data" / "pages.tar.gz"
    if not archive.is_file():
        raise shared.NotHere(archive.name, "data")
    with tarfile.open(archive) as files:
        held = {member.name.rpartition("/")[2]: member for member in files if member.isfile()}
        found = ((row, held.get(row["file"].rpartition("/")[2])) for row in rows)
        return [(row, _unpacked(files, member)) for row, member in found if member is not None]


def _unpacked(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    raw = files.extractfile(member)
    return gzip.decompress((raw or io.BytesIO()).read())


def _ours(page: bytes, url: str) -> str:
    return "\n".join(entry.text for entry in _parsed(page, url).entries)


def _plain(page: bytes, url: str) -> str:
    return trafilatura.extract(page, url=url) or ""


def _parsed(page: bytes, url: str) -> sources.Parsed:
    return sources.parsed(Body(content=page, address=url))


def _counted(pages: Pages, read: Read) -> dict[str, float]:
    """The share of strings, in percent, that are as they should be."""
    texts = [(row, read(page, row["url"])) for row, page in pages]
    have = [wanted in text for row, text in texts for wanted in row["must_have"]]
    lack = [unwanted not in text for row, text in texts for unwanted in row["must_not"]]
    return {"must_have": 100 * sum(have) / len(have), "must_not": 100 * sum(lack) / len(lack)}


def _agreeing(pages: Pages, field: str, read: Callable[[bytes, str], Mapping[str, str]]) -> float:
    same = [_alike(row[field], read(page, row["url"])[field]) for row, page in pages]
    return 100 * sum(same) / len(same)


def _alike(wanted: str, said: str) -> bool:
    """Blanks and letter case do not count, nor does the name of the site behind a title."""
    return " ".join(wanted.split()).casefold() in " ".join(said.split()).casefold()


def _our_fields(page: bytes, url: str) -> Mapping[str, str]:
    entry = next(iter(_parsed(page, url).entries), None)
    if entry is None:
        return {"title": "", "date": ""}
    return {"title": entry.title, "date": str(entry.published_at or "")[:10]}


def _plain_fields(page: bytes, url: str) -> Mapping[str, str]:
    told = trafilatura.extract_metadata(page, default_url=url)
    return {"title": told.title or "", "date": told.date or ""}


BENCHMARK = benchmarks.Benchmark(
    name="pages", goal="85 % of what must be in the text of a page is there, 95 % of what must not is not", run=_run
)
