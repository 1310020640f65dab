"""A watched folder: every file put into it is read once, whatever it is, and moved to `done/`, or to `failed/` with the
reason beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.sources import Body, Files, Parsed, SourceKind, parsed

DONE, FAILED = "done", "failed"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".swp", "~")  # what programs call a file they still write


def recognises(body: bytes) -> bool:
    """Never: a folder has no body, and the files in it are of other kinds."""
    return False


def parse(body: Body) -> Parsed:
    """A file of the folder, as the first kind that recognises it."""
    return parsed(body)


def found(folder: Path) -> Iterator[Path]:
    """The files that lie in the folder itself, without hidden and unfinished ones, in the order of their names."""
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith(".") and not file.name.endswith(UNFINISHED):
            yield file


def settle(file: Path, reason: str) -> None:
    """Moves a file out of the way; a name that is taken there gets a number. Without a fault it is moved to `done/`."""
    if not file.exists():
        return
    folder = file.parent / (FAILED if reason else DONE)
    folder.mkdir(exist_ok=True)
    target = _free(folder, file)
    file.rename(target)
    if reason:
        target.with_name(f"{target.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")


def _free(folder: Path, file: Path) -> Path:
    target, number = folder / file.name, 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return target


SOURCE = SourceKind(
    name="watched_folder",
    recognises=recognises,
    parse=parse,
    address=str.strip,
    files=Files(found=found, settle=settle, strange=True),
)
