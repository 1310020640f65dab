"""Fields of feed entries: titles without markup, the fullest body, languages, links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import feedtext
from bot.stages.feedtext import Value


@pytest.mark.parametrize(
    ("text", "is_html", "title"),
    [
        ("Мост <b>открыт</b>", True, "Мост открыт"),
        ("Мост <b>открыт</b>", False, "Мост открыт"),
        ("&lt;b&gt;Мост&lt;/b&gt; открыт", True, "Мост открыт"),
        ("Uzum &amp;amp; Co &amp;mdash; 5&nbsp;%", True, "Uzum & Co — 5 %"),
        ("Uzum &amp; Co", False, "Uzum & Co"),
        ("How the <blink> tag went", False, "How the <blink> tag went"),
        ("a < b, 5 > 3", False, "a < b, 5 > 3"),
        ("R&D; and &unknown; things", False, "R&D; and &unknown; things"),
        (" two\n  lines ", False, "two lines"),
        ("<script>alert(1)</script>Мост", True, "Мост"),
        ("x" * 999, False, "x" * 300),
    ],
)
def test_a_title_is_one_line_of_plain_text(text: str, is_html: bool, title: str) -> None:
    assert feedtext.title(Value(text=text, is_html=is_html)) == title


@given(st.text(), st.booleans())
def test_a_title_is_never_long_nor_more_than_a_line(text: str, is_html: bool) -> None:
    title = feedtext.title(Value(text=text, is_html=is_html))

    assert len(title) <= 300
    assert title == " ".join(title.split())


def test_the_fullest_body_is_taken_and_plain_text_becomes_html() -> None:
    short, long = Value(text="<p>A</p>", is_html=True), Value(text="1 < 2\nand more text", is_html=False)

    assert feedtext.body([short, long]) == "1 &lt; 2<br>\nand more text"
    assert feedtext.body([short]) == "<p>A</p>"
    assert feedtext.body([]) == ""
    assert len(feedtext.body([Value(text="&" * 300_000, is_html=False)])) == feedtext.MAX_HTML_CHARS


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ru-RU", "ru"),
        ("RU", "ru"),
        ("uz_Cyrl_UZ", "uz-Cyrl"),
        ("uz-latn", "uz-Latn"),
        ("russian", ""),
        ("", ""),
        ("*", ""),
    ],
)
def test_a_language_is_brought_to_our_form(tag: str, language: str) -> None:
    assert feedtext.language(tag) == language


@pytest.mark.parametrize(
    ("address", "bases", "link"),
    [
        ("https://a.example/1", ["http://b.example"], "https://a.example/1"),
        ("/1", ["", "file.xml", "http://b.example/x/y"], "http://b.example/1"),
        ("../1", ["http://b.example/x/y/z"], "http://b.example/x/1"),
        ("//c.example/1", ["https://b.example"], "https://c.example/1"),
        ("1", ["file.xml"], "1"),
        ("https://a.exam\n ple/1", [], "https://a.example/1"),
        ("javascript:alert(1)", ["http://b.example"], ""),
        ("java\tscript:alert(1)", ["http://b.example"], ""),
        ("\x01java\nscript:alert(1)", [], ""),
        ("tg://resolve", [], ""),
        ("http://[broken", ["http://b.example"], ""),
        ("https://a.example/" + "x" * 3_000, [], ""),
        ("", ["http://b.example"], ""),
    ],
)
def test_links_are_resolved_and_only_web_links_stay(address: str, bases: list[str], link: str) -> None:
    assert feedtext.link(address, bases) == link


def test_names_stand_once_and_are_short() -> None:
    assert feedtext.names(["A  B", "A B", "", "C &amp; D", "x" * 999]) == ("A B", "C & D", "x" * 200)
    assert len(feedtext.names(map(str, range(99)))) == feedtext.MAX_NAMES
