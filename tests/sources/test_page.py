"""Web pages: the article without what stands around it, what the page says of itself, and its feeds."""

from __future__ import annotations

import json

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import sources
from bot.sources import Body, Parsed
from tests import make

ADDRESS = "https://vestnik.example/2026/most?id=7"
FIRST = "Мост через реку открыли в понедельник утром, движение по нему пустят во вторник."
SECOND = "Строили его два года, и стоил он городу 120 миллионов, сказал на открытии мэр."
THIRD = "Старый мост закроют на ремонт до весны, автобусы пойдут по новому с первого декабря."
STORY = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, THIRD))
LDJSON = '<script type="application/ld+json">{}</script>'


def page(body: str = f"<article><h1>Мост открыт</h1>{STORY}</article>", *, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def read(source: str | bytes, *, address: str = ADDRESS, content_type: str = "") -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return sources.kinds()["page"].parse(Body(content=content, address=address, content_type=content_type))


def told(**fields: object) -> str:
    return LDJSON.format(json.dumps({"@type": "NewsArticle", **fields}, ensure_ascii=False))


def test_an_article_is_its_paragraphs_line_by_line() -> None:
    parsed = read(page())

    assert [entry.text.split("\n")[-3:] for entry in parsed.entries] == [[FIRST, SECOND, THIRD]]
    assert parsed.entries[0].html == ""
    assert parsed.faults == ()


def test_what_the_page_says_of_itself_in_json_ld_comes_before_opengraph() -> None:
    head = told(
        headline="Мост открыли",
        datePublished="2026-11-20T09:00:00+05:00",
        author=[{"@type": "Person", "name": "Анна Ким"}],
        image={"@type": "ImageObject", "url": "/most.jpg"},
        publisher={"name": "Вестник"},
        articleSection="Город",
        inLanguage="ru-RU",
    )
    graph = '<meta property="og:title" content="Другое"><meta property="article:published_time" content="2020-01-01">'

    parsed = read(page(head=graph + head))

    entry = parsed.entries[0]
    assert (entry.title, entry.published_at) == ("Мост открыли", make.moment("2026-11-20T04:00"))
    assert (entry.authors, entry.categories) == (("Анна Ким",), ("Город",))
    assert entry.image == "https://vestnik.example/most.jpg"
    assert (parsed.title, parsed.language) == ("Вестник", "ru")


def test_opengraph_and_meta_speak_where_json_ld_is_silent() -> None:
    head = (
        '<meta property="og:title" content="Мост открыт вчера"><meta property="og:site_name" content="Вестник">'
        '<meta property="article:published_time" content="2026-11-20T09:00:00Z"><meta name="author" content="Анна Ким">'
        '<meta property="og:image" content="https://img.example/a.jpg"><meta property="og:locale" content="uz_Cyrl_UZ">'
        '<meta property="article:tag" content="мосты">'
    )

    entry = read(page(head=head).replace(' lang="ru"', "")).entries[0]

    assert (entry.title, entry.published_at) == ("Мост открыт вчера", make.moment("2026-11-20T09:00"))
    assert (entry.authors, entry.categories, entry.language) == (("Анна Ким",), ("мосты",), "uz-Cyrl")
    assert entry.image == "https://img.example/a.jpg"


def test_a_page_that_says_nothing_of_itself_still_has_title_and_text() -> None:
    entry = read(page(head="<title>Мост открыт</title>")).entries[0]

    assert entry.title == "Мост открыт"
    assert entry.url == ADDRESS
    assert (entry.authors, entry.image, entry.published_at) == ((), "", None)


@pytest.mark.parametrize(
    "line",
    [
        "Читайте также: в городе открыли ещё один парк",
        "Подписывайтесь на наш канал в Telegram",
        "Если вы нашли ошибку, выделите её и нажмите Ctrl+Enter",
        "Фото: пресс-служба мэрии",
        "Telegram kanalimizga obuna bo‘ling va xabardor bo‘ling",
        "Каналимизга обуна бўлинг ва хабардор бўлинг",
        "Telegram арнамызға жазылыңыз",
        "Subscribe to our newsletter to get the news first",
        "We use cookies to make this site better for everybody",
        "All rights reserved, no reprint without our permission",
    ],
)
def test_lines_around_the_article_are_left_out(line: str) -> None:
    source = page(f"<article><h1>Мост открыт</h1>{STORY}<p>{line}</p></article>")

    text = read(source).entries[0].text

    assert line not in text
    assert THIRD in text
    assert line in (trafilatura.extract(source) or ""), "nothing to leave out"


def test_boxes_are_known_by_their_names_but_never_those_that_hold_the_article() -> None:
    box = "<div class='post-related'><p>Парк у реки закрыли до весны, чтобы посадить в нём новые деревья.</p></div>"
    body = f"<div class='share-area'><h1>Мост открыт</h1>{STORY}</div>{box}"

    text = read(page(body)).entries[0].text

    assert (FIRST in text, "Парк" in text) == (True, False)
    assert "Парк" in (trafilatura.extract(page(body)) or ""), "nothing to leave out"


def test_the_body_in_json_ld_stands_in_for_a_page_that_shows_only_the_beginning() -> None:
    body = "\n".join((FIRST, SECOND, THIRD) * 2)
    short = "<article><h1>Мост открыт</h1><p>Чтобы читать, войдите.</p></article>"

    assert read(page(short, head=told(headline="Мост", articleBody=body))).entries[0].text == body
    assert FIRST in read(page(head=told(headline="Мост", articleBody="Мост открыли."))).entries[0].text


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("/2026/most-otkryt", "https://vestnik.example/2026/most-otkryt"),
        ("https://www.vestnik.example/a", "https://www.vestnik.example/a"),
        ("https://other.example/2026/most-otkryt", ADDRESS),
        ("https://vestnik.example/", ADDRESS),
        ("https://vestnik.example/2026/most", ADDRESS),
        ("https%3A%2F%2Fvestnik.example%2Fa", ADDRESS),
        ("javascript:alert(1)", ADDRESS),
        ("http://[", ADDRESS),
    ],
)
def test_the_canonical_address_is_taken_only_from_the_site_itself(canonical: str, url: str) -> None:
    entry = read(page(head=f'<link rel="canonical" href="{canonical}">')).entries[0]

    assert entry.url == url


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("cp1251", "text/html; charset=windows-1251", ""),
        ("cp1251", "", "windows-1251"),
        ("cp1251", "text/html; charset=utf-8", ""),
        ("koi8-r", "text/html; charset=koi8-r", ""),
        ("koi8-r", "", "koi8-r"),
        ("utf-8", "text/html; charset=windows-1251", ""),
        ("utf-8-sig", "text/html; charset=iso-8859-1", "koi8-r"),
        ("utf-16", "", ""),
    ],
)
def test_a_page_is_read_in_its_encoding_whoever_lies_about_it(encoding: str, content_type: str, meta: str) -> None:
    source = page().replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")

    parsed = read(source.encode(encoding), content_type=content_type)

    assert FIRST in parsed.entries[0].text


def test_feeds_are_those_that_the_page_names_resolved_against_its_base() -> None:
    head = (
        '<base href="/news/"><link rel="alternate" type="application/rss+xml" title="Комментарии" href="comments/feed">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7">'
        '<link rel="ALTERNATE home" type="application/rss+xml" href="rss.xml">'
        '<link rel="alternate" type="application/feed+json" href="https://feeds.example/f.json">'
    )

    parsed = read(page(head=head))

    assert parsed.feeds == ("https://vestnik.example/news/rss.xml", "https://feeds.example/f.json")


def test_without_named_feeds_links_that_look_like_feeds_are_offered() -> None:
    links = '<a href="/rss/">RSS</a><a href="/sitemap.xml">карта</a><a href="/feedback">пишите нам</a>'

    assert read(page(STORY + links)).feeds == ("https://vestnik.example/rss/",)


def test_a_front_page_without_text_is_no_fault_if_it_names_a_feed() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'

    assert (read(page("", head=link)).faults, read(page("", head=link)).entries) == ((), ())
    assert [fault.reason for fault in read(page("")).faults] == ["no readable text on this page"]


def test_a_control_character_does_not_cost_the_text() -> None:
    source = page(f"<article><h1>Мост</h1><p>Мост\x0b открыт&#3; &#x1F;сегодня</p>{STORY}</article>")

    assert THIRD in read(source).entries[0].text


def test_pages_are_recognised_and_come_last() -> None:
    kinds = sources.kinds()

    assert kinds["page"].recognises(page().encode("utf-16"))
    assert not kinds["page"].recognises(b'<?xml version="1.0"?><rss><channel><title>&lt;p></title></channel></rss>')
    assert not kinds["page"].recognises(b'{"version": "https://jsonfeed.org/version/1.1", "content": "<p>x</p>"}')
    assert kinds["page"].rank == max(kind.rank for kind in kinds.values())


HOSTILE = {
    "nothing": b"",
    "not HTML": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a million of <": b"<" * 1_000_000,
    "50,000 elements in each other": b"<div>" * 50_000 + b"x",
    "tables in tables": b"<table><tr><td>" * 20_000 + b"x",
    "100,000 attributes": b"<a " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">x",
    "30,000 paragraphs": b"<p>Word." * 30_000,
    "furniture in furniture": b"<div class=related>" * 200 + b"<p class=share><a>x</a></p>" * 3_000,
    "JSON in JSON": b'<script type="application/ld+json">' + b'[{"@graph":' * 50_000,
    "JSON without an end": b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
    + b'x\\"' * 200_000,
    "a title of 1 MB": b"<title>" + b"x" * 1_000_000 + b"</title><p>" + FIRST.encode(),
    "comments without an end": b"<!--" * 200_000,
    "zero bytes": b"<html>" + b"\x00" * 100_000,
    "lone surrogates": b"<p>&#xD800;&#xDFFF;\xed\xa0\x80</p>",
    "a base that is no address": b'<base href="http://["><a href="http://[/rss">x</a>',
    "a class of 1 MB": b"<div class='" + b"a-b " * 250_000 + b"'>x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_gives_a_fault_or_a_short_title_but_never_an_error(name: str) -> None:
    parsed = read(HOSTILE[name])

    assert isinstance(parsed, Parsed)
    assert all(len(entry.title) <= 1_000 for entry in parsed.entries)


PIECES = st.sampled_from(
    """<p>
</p>
<div class='related'>
</div>
<a href='/rss'>
<table><tr><td>
<br>
слово
&#3;
<base href='//'>
<meta property=og:title content='
'>
<script type='application/ld+json'>
{"@type":
"NewsArticle"
</script>
<link rel=alternate type=application/rss+xml href=
😀
<!--
<![CDATA[""".splitlines()
)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode()))
def test_no_body_makes_the_reader_fail(body: bytes) -> None:
    sources.kinds()["page"].recognises(body)

    assert isinstance(read(body), Parsed)
