"""`digest-bot stage NAME`: the filters and their chain, as docs/filters.md promises them."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import texts
from tests.cli import command
from tests.cli.command import COMMAND, called, fed

FILE = f"date 2026-11-20 https://example.org/bridge\n{texts.BRIDGE_RU}\ndate 2026-11-21 https://example.org/chess\n{texts.CHESS_RU}\n"
SENTENCE = "Мост через реку открыли в понедельник утром."
# The folder of `tests/cli/conftest.py` is one for all the examples, which write nothing.
EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def chained(text: str, *stages: str) -> list[Any]:
    """What comes out behind the last of `stages` when `text` is an article file read by the first."""
    Path("news.txt").write_text(text, encoding="utf-8")
    ran = called("stage", "read", "news.txt")
    for stage in stages:
        assert (ran.code, ran.err) == (0, "")
        ran = called("stage", *stage.split(), stdin=ran.out)
    assert (ran.code, ran.err) == (0, "")
    return ran.lines


def is_taken_from(fact: str, text: str) -> bool:
    """Whether the words of a fact stand in the text in their order."""
    left = iter(re.findall(r"\w+", text.lower()))
    return all(word in left for word in re.findall(r"\w+", fact.lower()))


def test_read_gives_the_entries_of_a_file() -> None:
    first, second = chained(FILE)

    assert first == {
        "url": "https://example.org/bridge",
        "title": "",
        "html": "",
        "text": texts.BRIDGE_RU,
        "published_at": "2026-11-20T00:00:00+00:00",
        "source": "",
        "authors": [],
        "categories": [],
        "language": "",
        "guid": "",
        "image": "",
        "feed": "",
    }
    assert second["url"] == "https://example.org/chess"


def test_read_names_what_it_cannot_read_and_gives_the_rest() -> None:
    Path("good.txt").write_text(FILE, encoding="utf-8")
    Path("bad.txt").write_text("date 2026-02-30 https://example.org/x\nText.", encoding="utf-8")
    Path("folder").mkdir()

    ran = called("stage", "read", "gone.txt", "folder", "bad.txt", "good.txt", "--kind", "article_file")

    assert ran.code == 1
    assert [line["url"] for line in ran.lines] == ["https://example.org/bridge", "https://example.org/chess"]
    assert ran.faults == [
        "gone.txt: No such file or directory",
        "folder: Is a directory",
        "bad.txt:1: no such date: 2026-02-30",
    ]


def test_the_line_from_file_to_message() -> None:
    (message,) = chained(FILE, "clean", "extract", "render")

    assert set(message) == {"part", "text", "entities"}
    assert message["part"] == 1
    assert message["text"].startswith("1. Мост длиной 640 метров")
    assert "\n\n2. Шахматистка" in message["text"]
    kinds = {entity["type"] for entity in message["entities"]}
    assert {"bold", "text_link"} <= kinds
    for entity in message["entities"]:
        assert set(entity) == {"type", "offset", "length"} | ({"url"} if entity["type"] == "text_link" else set())
    units = message["text"].encode("utf-16-le")
    (source, *_) = [entity for entity in message["entities"] if entity["type"] == "text_link"]
    start, end = source["offset"] * 2, (source["offset"] + source["length"]) * 2
    assert units[start:end].decode("utf-16-le") == "example.org"
    assert source["url"] == "https://example.org/bridge"


def test_classify_adds_topics_to_each_line() -> None:
    bridge, chess = chained(FILE, "clean", "classify")

    assert bridge["text"] == texts.BRIDGE_RU
    assert chess["topics"][0]["topic"] == "sport"
    for line in (bridge, chess):
        scores = [one["score"] for one in line["topics"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert {frozenset(one) for one in line["topics"]} == {frozenset({"topic", "score"})}


def test_group_gives_one_line_a_story_with_all_its_articles() -> None:
    ran = fed(
        "group",
        {"id": "first", "text": texts.BRIDGE_RU, "date": "2026-11-20"},
        {"id": "chess", "text": texts.CHESS_RU, "date": "2026-11-20"},
        {"id": "second", "text": texts.BRIDGE_RU.replace("в понедельник", "вчера"), "date": "2026-11-21"},
    )

    assert ran.code == 0
    assert sorted(ran.lines, key=lambda line: str(line["story_id"])) == [
        {"story_id": "chess", "article_ids": ["chess"]},
        {"story_id": "first", "article_ids": ["first", "second"]},
    ]


def test_clean_gives_the_documented_fields_and_keeps_the_id() -> None:
    line = {
        "id": "my-7",
        "url": "https://example.org/a?utm_source=x",
        "title": "Мост открыт",
        "text": f"  {SENTENCE}\u200f\r\n\r\nВтолой\u0000 абзац.",
        "date": "2026-11-20T10:00:00+05:00",
        "unknown": {"key": [1]},
    }

    (article,) = fed("clean", line).lines

    assert article == {
        "id": "my-7",
        "url": "https://example.org/a",
        "title": "Мост открыт",
        "text": f"{SENTENCE}\nВтолой абзац.",
        "language": "ru",
        "published_at": "2026-11-20T05:00:00+00:00",
        "source": "example.org",
    }


def test_a_text_is_all_that_a_line_needs() -> None:
    empty = {
        "id": "",
        "url": "",
        "title": None,
        "html": "",
        "date": "",
        "published_at": None,
        "source": "",
        "language": "",
    }

    bare, filled = fed("clean", {"text": SENTENCE}, {"text": SENTENCE, **empty}).lines

    assert re.fullmatch(r"[0-9a-f]{16}", bare["id"])
    assert {**bare, "published_at": ""} == {**filled, "published_at": ""}
    assert (bare["url"], bare["title"], bare["language"], bare["source"]) == ("", "", "ru", "unknown")
    for stage in ("classify", "group", "extract"):
        assert fed(stage, {"text": SENTENCE}).code == 0


def test_one_address_has_one_id_however_it_is_written() -> None:
    spellings = ("https://example.org/a", "http://www.Example.org/a/?utm_medium=x#top")

    ids = {line["id"] for line in fed("clean", *({"text": SENTENCE, "url": url} for url in spellings)).lines}

    assert len(ids) == 1


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2020-05-02", "2020-05-02T00:00:00+00:00"),
        ("2020-05-02T12:00:00Z", "2020-05-02T12:00:00+00:00"),
        ("2020-05-02T12:00:00+05:00", "2020-05-02T07:00:00+00:00"),
        ("2020 2 May 12:00", "2020-05-02T12:00:00+00:00"),
        ("03 Aug 2017,Thursday", "2017-08-03T00:00:00+00:00"),
        ("Sat, 02 May 2020 12:00:00 +0500", "2020-05-02T07:00:00+00:00"),
        ("26.09.2025", "2025-09-26T00:00:00+00:00"),
        (1588420800000, "2020-05-02T12:00:00+00:00"),
        (1588420800, "2020-05-02T12:00:00+00:00"),
    ],
)
def test_dates_are_read_in_the_usual_forms(date: str | float, moment: str) -> None:
    assert fed("clean", {"text": SENTENCE, "date": date}).lines[0]["published_at"] == moment


@pytest.mark.parametrize("date", ["2099-01-01", "yesterday", "2026-02-30", 1e300, 0])
def test_a_date_that_cannot_be_counts_as_none_and_the_article_as_of_now(date: str | float) -> None:
    before_at = datetime.now(UTC)

    (article,) = fed("clean", {"text": SENTENCE, "date": date}).lines

    assert before_at <= datetime.fromisoformat(article["published_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("text", [texts.BRIDGE_RU, texts.BRIDGE_EN, texts.CHESS_RU, texts.SCHOOL_UZ])
def test_the_offsets_of_a_fact_hold_its_words_in_the_text_of_clean(text: str) -> None:
    (article,) = fed("clean", {"text": f"\u200e {text} \r\n\r\n@channel\n😀"}).lines

    (summary,) = fed("extract", article).lines

    assert set(summary) == {"id", "language", "headline", "facts", "url", "source"}
    assert summary["headline"]
    assert summary["facts"]
    for fact in summary["facts"]:
        assert set(fact) == {"text", "kind", "start", "end"}
        assert 0 <= fact["start"] < fact["end"] <= len(article["text"])
        assert is_taken_from(fact["text"], article["text"][fact["start"] : fact["end"]])


@given(
    max_chars=st.integers(1, 700),
    max_facts=st.integers(0, 6),
    text=st.sampled_from([texts.BRIDGE_RU, texts.BRIDGE_EN, texts.SCHOOL_UZ]),
)
@EXAMPLES
def test_the_budget_counts_headline_and_facts_together(max_chars: int, max_facts: int, text: str) -> None:
    (made,) = fed("extract", {"text": text}, options=("--max-chars", max_chars, "--max-facts", max_facts)).lines

    assert len(made["headline"]) + sum(len(fact["text"]) for fact in made["facts"]) <= max_chars
    assert len(made["facts"]) <= max_facts


def test_three_facts_at_most_when_three_are_asked_for() -> None:
    long = "\n".join((texts.BRIDGE_RU, texts.CHESS_RU))

    more = fed("extract", {"text": long}, options=("--max-facts", 8, "--max-chars", 2000)).lines[0]["facts"]
    three = fed("extract", {"text": long}, options=("--max-facts", 3, "--max-chars", 2000)).lines[0]["facts"]

    assert len(more) > 3
    assert len(three) == 3


def test_render_takes_a_headline_alone_and_cuts_between_stories() -> None:
    lines = [
        {"headline": f"Новость {number} " + "о мосте " * 20, "url": "https://example.org/a"} for number in range(60)
    ]

    parts = fed("render", *lines).lines

    assert [part["part"] for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) > 1
    assert all(len(part["text"].encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert all(part["text"].split(".")[0].isdigit() for part in parts)


def test_output_is_utf_8_whatever_the_locale(folder: Path) -> None:
    line = json.dumps({"text": texts.BRIDGE_RU}, ensure_ascii=False).encode()

    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}

    ran = command.started("stage", "clean", folder=folder, stdin=line, variables=poor)

    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0]["text"] == texts.BRIDGE_RU


def test_a_line_is_answered_before_the_next_is_written(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "stage", "extract"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=command.environment(),
    ) as process:
        assert process.stdin
        assert process.stdout
        for name in ("first", "second"):
            process.stdin.write(json.dumps({"id": name, "text": texts.BRIDGE_RU}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name


def test_a_reader_that_has_had_enough_ends_the_filter_quietly(folder: Path) -> None:
    many = folder / "many.jsonl"
    many.write_text(f"{json.dumps({'text': texts.BRIDGE_RU})}\n" * 2000, encoding="utf-8")

    with (
        many.open("rb") as lines,
        subprocess.Popen(
            [*COMMAND, "stage", "clean"],
            stdin=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=command.environment(),
        ) as process,
    ):
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()

    assert told == b""
    assert process.returncode in (0, 1)
