"""Broken XML of feeds becomes XML that can be parsed, or a problem in plain words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import feedxml


def rss(items: str) -> str:
    return f"<rss><channel><title>T</title>{items}</channel></rss>"


def titles(xml: str) -> list[str]:
    return [item.findtext("title") or "" for item in ElementTree.fromstring(xml).iter("item")]  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A&nbsp;&mdash; B", "A\xa0— B"),
        ("A &laquo;B&raquo;", "A «B»"),
        ("A & B", "A & B"),
        ("A &amp; B &lt; C", "A & B < C"),
        ("5 < 7 <3", "5 < 7 <3"),
        ("A &unknown; B", "A &unknown; B"),
        ("A &#0;&#31;&#xFFFF;&#x110000;B", "A B"),
        ("A\x00\x1f B", "A B"),
        ("&QUOT;A&QUOT; &AMP; B", '"A" & B'),
        ("A<!-- no -- comment -->B", "AB"),
        ("<![CDATA[A & B &nbsp; <b>]]>", "A & B &nbsp; <b>"),
        ("&#1040;&#x411;", "АБ"),
    ],
)
def test_references_and_lone_signs_become_what_they_mean(written: str, read: str) -> None:
    mended = feedxml.mended(rss(f"<item><title>{written}</title></item>"))

    assert titles(mended.xml) == [read]
    assert mended.problem == ""


def test_an_entity_that_the_feed_declares_itself_stays() -> None:
    text = '<!DOCTYPE rss [<!ENTITY us "We">]>' + rss("<item><title>&us;</title></item>")

    assert titles(feedxml.mended(text).xml) == ["We"]
    assert feedxml.entity_chars(text) == len(' "We"')


@pytest.mark.parametrize(
    "cut", [" <item><title>C", "<item><title>C</title><link>http://a.example/", "<item", "<", "<it", ""]
)
def test_f51_what_breaks_off_keeps_the_whole_entries_before(cut: str) -> None:
    whole = "<item><title>A</title></item><item><title>B</title></item>"

    mended = feedxml.mended(f"<rss><channel>{whole}{cut}")

    assert titles(mended.xml) == ["A", "B"]
    assert mended.problem == "it breaks off before its end; 2 whole entries were read"


def test_f51_rss_1_breaks_off_behind_its_channel() -> None:
    space = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    text = f"<rdf:RDF {space}><channel><title>T</title></channel><item><title>A</title></item><item><ti"

    assert titles(feedxml.mended(text).xml) == ["A"]


@given(st.integers(len("<rss>"), 400))
def test_f51_no_cut_makes_an_entry_that_was_not_there(at: int) -> None:
    texts = [f"Title {number} <![CDATA[& <b>more</b>]]>" for number in range(5)]
    text = rss("".join(f"<item><title>{one}</title></item>" for one in texts))
    whole = titles(feedxml.mended(text).xml)

    mended = feedxml.mended(text[:at])

    kept = text[:at].count("</item")
    assert (mended.problem != "") == (at < len(text) - len(">"))
    assert kept == 0 or titles(mended.xml) == whole[:kept]


def test_f51_of_two_roots_the_first_is_read() -> None:
    mended = feedxml.mended(rss("<item><title>A</title></item>") + rss("<item><title>B</title></item>"))

    assert titles(mended.xml) == ["A"]
    assert "second feed" in mended.problem


def test_what_a_server_appends_behind_the_feed_is_nobodys_problem() -> None:
    mended = feedxml.mended(rss("<item><title>A</title></item>") + "<!-- cached --><script>count()</script>")

    assert (titles(mended.xml), mended.problem) == (["A"], "")


@pytest.mark.parametrize("item", ["<item><title>A</title></item>", "<item><title>A</title>"])
def test_f50_the_first_200_entries_are_enough(item: str) -> None:
    mended = feedxml.mended(rss(item * 1_000))

    assert mended.xml.count("<item>") == 200


def test_f50_long_names_and_titles_are_clipped_before_anything_parses_them() -> None:
    item = f"<item><dc:creator>{'a@a.' * 9_000}</dc:creator><author><![CDATA[{'b' * 9_000}]]></author></item>"

    mended = feedxml.mended(rss(item + f"<item><title>{'c' * 90_000}</title></item>"))

    assert mended.xml.count("a@a.") == feedxml.MAX_NAME_CHARS // 4
    assert mended.xml.count("b") == feedxml.MAX_NAME_CHARS
    assert mended.xml.count("c" * feedxml.MAX_TITLE_CHARS + "</title>") == 1


def test_an_entry_within_marked_text_is_no_entry() -> None:
    text = rss("<item><title><![CDATA[<item></rss>]]></title></item><item><title>B</title></item>")

    assert titles(feedxml.mended(text).xml) == ["<item></rss>", "B"]


def test_the_address_of_an_rss_link_is_its_text() -> None:
    mended = feedxml.mended(rss('<item><link uri="at://a/b">http://a.example/1</link><link/><link></link></item>'))

    assert "<item><link>http://a.example/1</link></item>" in mended.xml


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<rss>", "rss"),
        ("\n <?xml version='1.0'?><!-- <feed> --><?php x ?><rdf:RDF", "rdf"),
        ("<!DOCTYPE html><html>", "html"),
        ("<!DOCTYPE rss [<!ENTITY a '<b>'>]>\n<RSS", "rss"),
        ("<atom:feed xmlns:atom='x'>", "feed"),
        ("plain < text", ""),
        ("", ""),
    ],
)
def test_the_root_is_the_first_element(text: str, root: str) -> None:
    assert feedxml.root(text) == root


def test_the_hours_to_skip_are_read() -> None:
    hours = "<hour>0</hour><hour> 7 </hour><hour>24</hour><hour>25</hour><hour>x</hour>"

    assert feedxml.skip_hours(rss(f"<skipHours>{hours}</skipHours>")) == (0, 7)
    assert feedxml.skip_hours(rss(hours)) == ()


@given(
    st.lists(st.sampled_from([*"<>&;/!-?[]=\"' ax", "<rss>", "</rss>", "<item>", "</item>", "<![CDATA[", "]]>", "&#"]))
)
def test_any_text_is_mended_without_an_error(pieces: list[str]) -> None:
    text = "".join(pieces)

    mended = feedxml.mended(text)

    assert mended.xml.count("<item>") <= text.count("<item>")
    feedxml.root(text)
