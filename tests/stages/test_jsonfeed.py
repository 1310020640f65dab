"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RefusedEntry
from bot.stages import jsonfeed

VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {
    "id": 7,
    "url": "/news/7",
    "title": "Мост &amp; дорога",
    "content_html": "<p>Открыт мост.</p>",
    "content_text": "Открыт мост, и это намного длиннее.",
    "date_published": "2026-10-03T10:00:00+05:00",
    "authors": [{"name": "А. Каримов"}, {"url": "x"}],
    "tags": ["Город", 5, "Город"],
    "language": "ru-RU",
    "image": "/7.jpg",
}


def feed(*items: object, **fields: object) -> str:
    return json.dumps({"version": VERSION, "title": "Вести", "language": "uz", "items": items, **fields})


def test_every_field_is_read() -> None:
    read = jsonfeed.read(feed(ITEM, home_page_url="https://a.example/"), "http://b.example/feed.json")

    (entry,) = read.entries
    assert (read.title, read.language) == ("Вести", "uz")
    assert (entry.url, entry.image) == ("https://a.example/news/7", "https://a.example/7.jpg")
    assert (entry.guid, entry.title, entry.language) == ("7", "Мост & дорога", "ru")
    assert entry.html == "<p>Открыт мост.</p>"
    assert entry.published_at == datetime(2026, 10, 3, 5, tzinfo=UTC)
    assert (entry.authors, entry.categories) == (("А. Каримов",), ("Город",))


def test_what_an_item_lacks_comes_from_its_other_fields_and_from_the_feed() -> None:
    item = {"id": "https://a.example/8", "content_text": "1 < 2", "date_modified": "2026-10-03"}

    (entry,) = jsonfeed.read(feed(item, author={"name": "Редакция"}), "").entries

    assert entry.url == "https://a.example/8"
    assert entry.html == "1 &lt; 2"
    assert (entry.authors, entry.language) == (("Редакция",), "uz")
    assert entry.published_at == datetime(2026, 10, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1}', "this is JSON, but no JSON Feed: neither its version nor items stand in it"),
        ("[1]", "this is JSON, but no JSON Feed: it is no object"),
        ('{"version": ', "damaged JSON at line 1, column 13: expecting value"),
        ("[" * 100_000, "JSON that is nested too deep to be read"),
        ("{" + '"a":' + "9" * 10_000 + "}", "JSON with a number of thousands of digits"),
    ],
)
def test_f51_json_that_is_no_feed_says_so(text: str, reason: str) -> None:
    with pytest.raises(RefusedEntry) as caught:
        jsonfeed.read(text, "")

    assert caught.value.reason.startswith(reason)


def test_it_is_recognised_by_its_version_or_its_fields() -> None:
    assert jsonfeed.recognised(feed())
    assert jsonfeed.recognised(' {"version":"https:\\/\\/jsonfeed.org\\/version\\/1"}')
    assert jsonfeed.recognised('{"version": "1.0", "items": []}')
    assert not jsonfeed.recognised('{"version": "1.0"}')
    assert not jsonfeed.recognised("<rss>" + feed())


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=5), PLAIN, max_size=2)
FIELDS = st.sampled_from([*ITEM, "author", "external_url", "attachments", "summary", "banner_image"])


@given(st.lists(st.dictionaries(FIELDS, JSON), max_size=3), JSON)
def test_fields_of_any_type_break_nothing(items: list[dict[str, object]], other: object) -> None:
    read = jsonfeed.read(feed(*items, other, title=other, language=other), "http://a.example/")

    assert len(items) <= len(read.entries) <= len(items) + 1
