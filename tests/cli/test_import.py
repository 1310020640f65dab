"""`digest-bot import`: what goes in, what is refused and where, and that nothing is stored twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import texts
from tests.cli import command
from tests.cli.command import called

BRIDGE = f"date 2026-11-20 https://example.org/bridge\n{texts.BRIDGE_RU}\n"
CHESS = f"  date 2026-11-21 https://example.org/chess\n\n{texts.CHESS_RU}\n\n"
SCHOOL = f"date 2026-11-21 https://example.org/school\n{texts.SCHOOL_UZ}\n"


def written(file: str, text: str | bytes) -> Path:
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def stored(query: str = "select url from article order by url") -> list[str]:
    """The first column of what the store holds."""
    with closing(sqlite3.connect("state/digest-bot.sqlite3")) as connection:
        return [str(row[0]) for row in connection.execute(query)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_articles_of_one_file_go_in_whatever_its_encoding(encoding: str) -> None:
    written("two.txt", (BRIDGE + CHESS).encode(encoding))

    ran = called("import", "two.txt")

    assert (ran.code, ran.out, ran.err) == (0, "2 new, 0 changed, 0 known\n", "")
    assert stored("select text from article order by url") == [texts.BRIDGE_RU, texts.CHESS_RU]


def test_a_folder_stands_for_the_text_files_in_it_and_below() -> None:
    written("news/a.txt", BRIDGE)
    written("news/deeper/b.txt", CHESS)
    written("news/notes.md", "not an article")
    Path("news/c.txt").mkdir()

    ran = called("import", "news", written("c.txt", SCHOOL))

    assert (ran.code, ran.out, ran.err) == (0, "3 new, 0 changed, 0 known\n", "")


FAULTY: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", ":1: no line `date YYYY-MM-DD URL` in it"),
    "no date line": ("Only some text.\n", ":1: no line `date YYYY-MM-DD URL` in it"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), ": not a text file"),
    "impossible date": (
        f"\ndate 2026-02-30 https://example.org/x\n{texts.BRIDGE_RU}\n{SCHOOL}",
        ":2: no such date: 2026-02-30",
    ),
    "no such address": (f"date 2026-02-03 www.example.org/x\nA B C\n{SCHOOL}", ":1: not an http or https address"),
    "text before": (f"From the editor\n{SCHOOL}", ":1: text before the first line `date YYYY-MM-DD URL`"),
    "no paragraphs": (f"{SCHOOL}date 2026-11-22 https://example.org/x\n \n", ":6: the article has no paragraphs"),
    "one word": (
        f"{SCHOOL}date 2026-11-22 https://example.org/x\nHi\n",
        ":6: the text is too short to be an article",
    ),
    "emoji": (f"{SCHOOL}date 2026-11-22 https://example.org/x\n😀 🎉\n", ":6: the text holds no words"),
    "like another": (
        f"date 2026-11-22 https://example.org/xyz\n{texts.BRIDGE_EN}\ndate 2026-11-22 https://example.org/x\nHi\n",
        ":6: the text is too short to be an article",
    ),
    "far address in cp1251": (
        f"date 2026-11-22 https://example.org/мост\nДа\n{CHESS}".encode("cp1251"),
        ":1: the text is too short to be an article",
    ),
}


@pytest.mark.parametrize(("text", "fault"), FAULTY.values(), ids=FAULTY)
def test_what_cannot_be_read_is_one_line_that_names_it_and_the_others_go_in(text: str | bytes, fault: str) -> None:
    ran = called("import", written("bad.txt", text), written("good.txt", BRIDGE))

    assert ran.code == 1
    assert len(ran.faults) == 1
    assert ran.err.startswith(f"bad.txt{fault}")
    assert "https://example.org/bridge" in stored()
    content = text if isinstance(text, bytes) else text.encode()
    others = {url for url in ("xyz", "school", "chess") if f"example.org/{url}\n".encode() in content}
    assert set(stored()) == {f"https://example.org/{name}" for name in ("bridge", *others)}


def test_a_missing_file_and_an_empty_folder_are_named_and_the_rest_goes_in() -> None:
    Path("none").mkdir()

    ran = called("import", "gone.txt", "none", "x" * 300, written("good.txt", BRIDGE))

    assert ran.code == 1
    assert ran.faults == [
        "gone.txt: No such file or directory",
        "none: there is no .txt file in this folder",
        f"{'x' * 300}: File name too long",
    ]
    assert ran.out == "1 new, 0 changed, 0 known\n"


def test_a_name_that_would_steer_a_terminal_is_told_on_one_line() -> None:
    ran = called("import", "a\n\x1b[2Jb.txt")

    assert ran.faults == ["a [2Jb.txt: No such file or directory"]


def test_all_faults_of_a_file_are_told_each_with_its_line() -> None:
    text = f"Intro\ndate 2026-13-01 https://example.org/a\nLost.\n{BRIDGE}date 2026-11-01 https://example.org/b\n"

    ran = called("import", written("mixed.txt", text))

    assert [fault.split(": ")[0] for fault in ran.faults] == ["mixed.txt:1", "mixed.txt:2", "mixed.txt:9"]
    assert stored() == ["https://example.org/bridge"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/bridge",
        "https://EXAMPLE.org/bridge",
        "https://www.example.org/bridge/",
        "https://example.org/bridge?utm_source=tg&utm_medium=social",
        "https://example.org:443/bridge#comments",
    ],
)
def test_an_article_is_not_stored_again_under_another_spelling_of_its_address(url: str) -> None:
    called("import", written("one.txt", BRIDGE))

    ran = called("import", written("again.txt", BRIDGE.replace("https://example.org/bridge", url)))

    assert (ran.code, ran.out) == (0, "0 new, 0 changed, 1 known\n")
    assert len(stored()) == 1


def test_one_file_may_hold_the_same_article_twice() -> None:
    ran = called("import", written("twice.txt", BRIDGE + BRIDGE.replace("https:", "http:")))

    assert (ran.code, ran.out) == (0, "1 new, 0 changed, 0 known\n")


def test_another_text_under_the_same_address_is_a_new_revision() -> None:
    called("import", written("one.txt", BRIDGE))

    ran = called("import", written("one.txt", BRIDGE.replace("640", "650")))
    again = called("import", "one.txt")

    assert ran.out == "0 new, 1 changed, 0 known\n"
    assert again.out == "0 new, 0 changed, 1 known\n"
    assert stored("select text from article") == [texts.BRIDGE_RU.replace("640", "650")]
    assert stored("select count(*) from revision") == ["2"]


def test_five_megabytes_are_taken_and_cut_at_the_end_of_a_paragraph() -> None:
    paragraph = "Мост через реку открыли в понедельник, и по нему пошли первые автобусы. " * 12
    long = "\n".join([paragraph.strip()] * 3_500)
    assert len(long.encode()) > 5_000_000

    ran = called("import", written("long.txt", f"date 2026-11-20 https://example.org/long\n{long}\n{CHESS}"))

    assert (ran.code, ran.out) == (0, "2 new, 0 changed, 0 known\n")
    (kept,) = stored("select text from article where url like '%/long'")
    assert 900_000 < len(kept) <= 1_000_000
    assert kept.endswith(paragraph.strip())


def test_invisible_marks_do_not_reach_the_store() -> None:
    marked = BRIDGE.replace("Мост", "\u200fМо\u202eст\u200b").replace("640", "6\u2066\u206940")

    assert called("import", written("marks.txt", marked)).code == 0

    assert stored("select text from article") == [texts.BRIDGE_RU]


def test_an_article_with_nuls_is_refused_or_cleaned_and_other_files_go_in() -> None:
    ran = called("import", written("nul.txt", CHESS.replace("партии", "пар\x00тии")), written("good.txt", BRIDGE))

    assert "https://example.org/bridge" in stored()
    if ran.code:
        assert ran.err == "nul.txt: not a text file\n"
    else:
        assert texts.CHESS_RU in stored("select text from article")


def test_an_article_of_the_year_2099_counts_as_published_now() -> None:
    before_at = datetime.now(UTC)

    ran = called("import", written("future.txt", BRIDGE.replace("2026-11-20", "2099-01-01")))

    assert ran.code == 0
    (published_us,) = stored("select published_at from article")
    assert before_at.timestamp() <= int(published_us) / 1e6 <= datetime.now(UTC).timestamp()


def test_the_command_itself_ends_with_its_code_and_keeps_its_streams_apart(folder: Path) -> None:
    written("bad.txt", f"date 2026-02-30 https://example.org/x\nText.\n{BRIDGE}")

    ran = command.started("import", "bad.txt", folder=folder)

    assert ran.code == 1
    assert ran.out == "1 new, 0 changed, 0 known\n"
    assert ran.err == "bad.txt:1: no such date: 2026-02-30\n"
    assert not (folder / "state").stat().st_mode & 0o077
