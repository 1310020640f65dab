"""Which feeds a page names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import discover
from bot.stages.discover import Alternate

BASE = "https://vestnik.example/news/page"
RSS = "application/rss+xml"


def found(*alternates: Alternate, links: tuple[str, ...] = ()) -> list[str]:
    return [feed.removeprefix("https://vestnik.example") for feed in discover.feeds(alternates, links, base=BASE)]


def test_named_feeds_come_in_their_order_and_doubtful_types_last() -> None:
    alternates = (
        Alternate(href="/data.json", type="application/json"),
        Alternate(href="/rss", type=RSS),
        Alternate(href="atom", type="application/atom+xml; charset=utf-8"),
        Alternate(href="/feed.json", type="application/feed+json"),
        Alternate(href="/rss", type=RSS),
        Alternate(href="/en/", type="text/html"),
    )

    assert found(*alternates) == ["/rss", "/news/atom", "/feed.json", "/data.json"]


@pytest.mark.parametrize(
    "alternate",
    [
        Alternate(href="/comments/feed", type=RSS),
        Alternate(href="/most/feed", type=RSS, title="Мост открыт » Лента комментариев"),
        Alternate(href="/wp-json/wp/v2/posts/7", type="application/json"),
        Alternate(href="/sitemap.xml", type="application/xml"),
        Alternate(href="javascript:alert(1)", type=RSS),
        Alternate(href="http://[", type=RSS),
        Alternate(href="", type=RSS),
    ],
)
def test_what_is_no_feed_of_articles_is_not_offered(alternate: Alternate) -> None:
    assert found(alternate) == []


def test_links_are_looked_at_only_if_no_feed_is_named_and_sure_looks_come_first() -> None:
    links = ("/about", "/export/news.xml", "/feedback", "/tag/rss-readers", "/podcast/rss.xml", "/rss/", "?feed=rss2")

    assert found(links=links) == ["/podcast/rss.xml", "/rss/", "/news/page?feed=rss2", "/export/news.xml"]
    assert found(Alternate(href="/a", type=RSS), links=links) == ["/a"]


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("//cdn.example/rss", "https://cdn.example/rss"),
        ("../rss", "https://vestnik.example/rss"),
        ("feed://vestnik.example/rss", "http://vestnik.example/rss"),
        ("feed:https://vestnik.example/rss", "https://vestnik.example/rss"),
        (" /r\nss ", "https://vestnik.example/rss"),
        ("mailto:a@vestnik.example", ""),
        ("data:text/xml,x", ""),
        pytest.param("https://vestnik.example/" + "x" * 4_000, "", id="long"),
        ("file:///secret", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_an_address_is_absolute_and_of_the_web_or_none(href: str, address: str) -> None:
    assert discover.absolute(href, BASE) == address


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_link_makes_it_fail(href: str, base: str) -> None:
    for feed in discover.feeds([Alternate(href=href, type=RSS)], [href], base=base):
        assert feed.lower().startswith(("http://", "https://"))
