"""Sitemaps: news, plain ones and indexes, damaged and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot import sources
from bot.sources import Body, Parsed, sitemap
from tests import make

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = (
    "<url><loc>https://vestnik.example/most</loc><news:news><news:publication><news:name>Вестник</news:name>"
    "<news:language>ru</news:language></news:publication><news:publication_date>2026-11-20T09:00:00+05:00"
    "</news:publication_date><news:title>Мост &amp; река</news:title><news:keywords>мост, река</news:keywords>"
    "</news:news><image:image><image:loc>https://vestnik.example/a.jpg</image:loc></image:image></url>"
)


def url(path: str, *, date: str = "") -> str:
    return f"<url><loc>https://vestnik.example/{path}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"


def urlset(*urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NAMESPACES}>\n{"".join(urls)}</urlset>'


def read(source: str | bytes) -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return sources.kinds()["sitemap"].parse(Body(content=content, address="https://vestnik.example/sitemap.xml"))


def addresses(parsed: Parsed) -> list[str]:
    return [entry.url.removeprefix("https://vestnik.example/") for entry in parsed.entries]


def test_an_entry_of_news_has_what_the_sitemap_says_and_no_text() -> None:
    parsed = read(urlset(NEWS))

    entry = parsed.entries[0]
    assert (entry.url, entry.title, entry.text) == ("https://vestnik.example/most", "Мост & река", "")
    assert entry.published_at == make.moment("2026-11-20T04:00")
    assert (entry.source, entry.language, entry.categories) == ("Вестник", "ru", ("мост", "река"))
    assert entry.image == "https://vestnik.example/a.jpg"
    assert (parsed.title, parsed.language, parsed.faults) == ("Вестник", "ru", ())


def test_plain_addresses_come_newest_first_and_those_without_a_date_last() -> None:
    parsed = read(urlset(url("undated"), url("old", date="2026-01-02"), url("new", date="2026-11-20T09:00:00Z")))

    assert addresses(parsed) == ["new", "old", "undated"]
    assert parsed.entries[1].published_at == make.moment("2026-01-02")


def test_only_the_newest_of_many_are_taken() -> None:
    many = [url(f"a{number}", date=f"2026-{1 + number % 12:02}-01") for number in range(sitemap.MAX_ENTRIES + 200)]

    parsed = read(urlset(*many))

    assert len(parsed.entries) == sitemap.MAX_ENTRIES
    assert parsed.entries[0].published_at == make.moment("2026-12-01")


def test_an_index_names_its_sitemaps_newest_first_and_not_more_than_fifty() -> None:
    named = [
        f"<sitemap><loc>/s{number}.xml</loc><lastmod>2026-0{1 + number // 28}-{1 + number % 28:02}</lastmod></sitemap>"
        for number in range(80)
    ]

    parsed = read(f"<sitemapindex {NAMESPACES}>{''.join(named)}<sitemap><loc>/u.xml</loc></sitemap></sitemapindex>")

    assert parsed.more[:2] == ("https://vestnik.example/s79.xml", "https://vestnik.example/s78.xml")
    assert (len(parsed.more), parsed.entries) == (50, ())


@pytest.mark.parametrize(
    "at", ["<url><loc>https://vestnik.example/12", "<url>", "", "<url><loc>https://vestnik.example/12</l"]
)
def test_what_stands_before_the_cut_is_kept_and_no_address_is_half(at: str) -> None:
    cut = urlset(url("a"), url("b")).removesuffix("</urlset>") + at

    parsed = read(cut)

    assert addresses(parsed) == ["a", "b"]
    assert [(fault.line, fault.reason.startswith("damaged XML: ")) for fault in parsed.faults] == [(3, True)]


def test_a_bare_ampersand_stays_in_the_address() -> None:
    parsed = read(urlset(url("a?id=1&page=2"), url("b?x=1&amp;y=2")))

    assert addresses(parsed) == ["a?id=1&page=2", "b?x=1&y=2"]
    assert parsed.faults == ()


@pytest.mark.parametrize("prefix", ["", "s:"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_namespaces_and_encodings_are_read_as_they_come(prefix: str, encoding: str) -> None:
    source = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        f'<{prefix}urlset xmlns{":s" if prefix else ""}="x">'
        f"<{prefix}url><{prefix}loc>https://vestnik.example/мост</{prefix}loc></{prefix}url></{prefix}urlset>"
    )

    assert addresses(read(source.encode(encoding))) == ["мост"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused_and_no_file_is_read(tmp_path: Path, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("tajna", encoding="utf-8")
    attack = (
        f'<!DOCTYPE urlset [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
        "<urlset><url><loc>https://vestnik.example/&file;</loc></url></urlset>"
    )

    parsed = read(attack.encode(encoding))

    assert parsed.entries == ()
    assert [fault.reason for fault in parsed.faults] == ["refused: a sitemap that declares entities"]
    trusting = etree.XMLParser(resolve_entities=True, load_dtd=True)
    assert b"tajna" in etree.tostring(etree.fromstring(attack.encode(), parser=trusting)), "no attack"


def bomb(levels: int) -> str:
    entities = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10 if level else "ha"}">' for level in range(levels))
    return f"<!DOCTYPE urlset [{entities}]><urlset><url><loc>https://a.example/&e{levels - 1};</loc></url></urlset>"


HOSTILE = {
    "a billion laughs": (bomb(10), "refused: a sitemap that declares entities"),
    "50,000 levels": ("<urlset>" + "<url>" * 50_000, "damaged XML: Excessive depth in document: 256"),
    "100,000 attributes": ("<urlset " + " ".join(f'a{number}="1"' for number in range(100_000)) + ">", "damaged XML: "),
    "ampersands": ("<urlset>" + "&" * 500_000, "damaged XML: "),
    "another root": ("<rss><urlset></urlset></rss>", "not a sitemap"),
    "nothing": ("", "not a sitemap"),
    "no XML": ("Not found", "not a sitemap"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_sitemap_is_a_fault_with_its_reason(name: str) -> None:
    source, reason = HOSTILE[name]

    parsed = read(source)

    assert [fault.reason for fault in parsed.faults if not fault.reason.startswith(reason)] == []
    assert (parsed.entries, len(parsed.faults)) == ((), 1)


@pytest.mark.parametrize("loc", ["", "javascript:alert(1)", "http://[", "file:///secret", "ftp://a.example/x"])
def test_what_is_no_web_address_is_left_out(loc: str) -> None:
    parsed = read(urlset(f"<url><loc>{loc}</loc></url>", "<url><lastmod>2026-01-01</lastmod></url>", url("a")))

    assert [entry for entry in addresses(parsed) if entry not in ("a", "sitemap.xml")] == []


def test_an_index_that_leads_nowhere_else_is_a_fault_and_its_own_address_is_not_read_again() -> None:
    own, other = "https://vestnik.example/map.xml", "https://vestnik.example/news.xml"

    found = {
        names: sitemap.parse(
            Body(content=f"<sitemapindex>{names}</sitemapindex>".encode(), address=own),
        )
        for names in (sub(own), sub(own) + sub(other), "")
    }

    assert [parsed.more for parsed in found.values()] == [(), (other,), ()]
    assert [[fault.reason for fault in parsed.faults] for parsed in found.values()] == [
        ["the index names no other sitemap"],
        [],
        ["the index names no other sitemap"],
    ]


def sub(address: str) -> str:
    return f"<sitemap><loc>{address}</loc></sitemap>"


def test_a_sitemap_is_recognised_before_a_page() -> None:
    kinds = sources.kinds()

    assert kinds["sitemap"].recognises(urlset().encode("utf-16"))
    assert kinds["sitemap"].recognises(b"<!-- made by x --><s:sitemapindex>")
    assert not kinds["sitemap"].recognises(b"<rss><channel><title>urlset</title></channel></rss>")
    assert kinds["sitemap"].rank < kinds["page"].rank


PIECES = st.sampled_from(
    """<urlset>
</urlset>
<url>
</url>
<loc>
</loc>
https://a.example/
<sitemapindex>
&
&#3;
<news:news>
<lastmod>
2026-99-99
</lastmod>
<![CDATA[
]]>
<!--
😀
<!DOCTYPE a [""".splitlines()
)


@given(st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode()))
def test_no_body_makes_the_reader_fail(body: bytes) -> None:
    sources.kinds()["sitemap"].recognises(body)

    assert isinstance(read(body), Parsed)
