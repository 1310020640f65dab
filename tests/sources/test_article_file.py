"""The format of starter articles: what is read, and what is said about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import sources
from bot.sources import Parsed
from tests import make

ONE = "date 2026-09-26 https://example.org/most\nМост через реку открыли.\n\nДвижение пустят завтра.\n"
TWO = f" {ONE}  date 2026-09-27 https://example.org/dozhd\nЗавтра обещают дождь.\n"


def read(body: bytes) -> Parsed:
    return sources.kinds()["article_file"].parse(sources.Body(content=body, address="seeds/one.txt"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_articles_follow_each_other_in_any_of_the_encodings(encoding: str) -> None:
    parsed = read(TWO.encode(encoding))

    assert [entry.url for entry in parsed.entries] == ["https://example.org/most", "https://example.org/dozhd"]
    assert parsed.entries[0].text == "Мост через реку открыли.\nДвижение пустят завтра."
    assert parsed.entries[0].published_at == make.moment("2026-09-26")
    assert parsed.faults == ()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"PK\x03\x04\x00\x00", "seeds/one.txt: not a text file"),
        (b"", "seeds/one.txt:1: no line `date YYYY-MM-DD URL` in it"),
        (b"date 2026-02-03\nText.", "seeds/one.txt:1: the line `date YYYY-MM-DD URL` has no address"),
        (b"Just some text.", "seeds/one.txt:1: no line `date YYYY-MM-DD URL` in it"),
        (b"\ndate 2026-02-30 https://example.org/a\nText.", "seeds/one.txt:2: no such date: 2026-02-30"),
        (
            b"date 2026-02-03 ftp://example.org/a\nText.",
            "seeds/one.txt:1: not an http or https address: ftp://example.org/a",
        ),
        (b"date 2026-02-03 https://example.org/a\n \n", "seeds/one.txt:1: the article has no paragraphs"),
    ],
)
def test_a_fault_names_the_file_the_line_and_the_reason(body: bytes, fault: str) -> None:
    parsed = read(body)

    assert [str(found) for found in parsed.faults] == [fault]
    assert parsed.entries == ()


def test_an_article_with_a_fault_takes_no_other_with_it() -> None:
    body = f"Intro\ndate 2026-99-01 https://example.org/bad\nLost.\n{ONE}".encode()

    parsed = read(body)

    assert [entry.url for entry in parsed.entries] == ["https://example.org/most"]
    assert [fault.line for fault in parsed.faults] == [1, 2]


def test_a_body_is_recognised_by_its_first_line() -> None:
    kind = sources.kinds()["article_file"]

    assert kind.recognises(b"\n" + TWO.encode())
    assert not kind.recognises(b"<rss>")
    assert not kind.recognises(b"\x00\x01")


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"date 2026-01-01 http://e.org\n{text}".encode())
)
def test_no_body_makes_the_reader_fail(body: bytes) -> None:
    parsed = read(body)

    assert parsed.entries or parsed.faults


def test_a_line_that_only_begins_with_the_word_date_is_a_paragraph() -> None:
    (entry,) = read(b"date 2026-02-03 https://example.org/a\nText.\ndate 5 is late").entries

    assert entry.text == "Text.\ndate 5 is late"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    parsed = read(
        "date 2026-02-03 https://example.org/a\nOne\u2028two\x0cthree\ndate 2026-99-99 https://example.org/b\nT".encode()
    )

    assert [fault.line for fault in parsed.faults] == [3]


def test_a_stray_nul_loses_nothing_and_files_put_together_keep_their_articles() -> None:
    one = b"\xef\xbb\xbfdate 2026-02-03 https://example.org/a\nOne\x00 word of many here.\n"

    parsed = read(one + one.replace(b"/a", b"/b"))

    assert [entry.url for entry in parsed.entries] == ["https://example.org/a", "https://example.org/b"]
