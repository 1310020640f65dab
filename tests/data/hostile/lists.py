"""Sitemaps and OPML lists: bombs, circles, entities, addresses that are none or ours."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from tests.data.hostile.case import Case, Headers, Then, always, reply

ENTITIES = "refused: a sitemap that declares entities"
DOCTYPE = "line 1: a list with a DOCTYPE is not read"
DAMAGED = "damaged XML: "
NO_ADDRESS = "the sitemap holds no address that can be read"
NO_OTHER = "the index names no other sitemap"
URL = "<url><loc>https://site.example/1</loc><lastmod>2026-11-20</lastmod></url>"


def sitemap(
    name: str, make: Callable[[], str] | str, error: str = "", entries: int = 0, *, then: Then = Then.PARSE
) -> Case:
    content = make.encode() if isinstance(make, str) else lambda: make().encode()
    return Case(name=name, replies=always(reply(content)), error=error, entries=entries, kind="sitemap", then=then)


def urls(*inside: str) -> str:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(inside)}</urlset>'


def index(*addresses: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{one}</loc></sitemap>' for one in addresses)}</sitemapindex>"


def opml(name: str, make: Callable[[], str] | str, error: str = "", entries: int = 0, then: Then = Then.PARSE) -> Case:
    content = make.encode() if isinstance(make, str) else lambda: make().encode()
    answer = reply(content, content_type="text/x-opml")
    return Case(name=name, replies=always(answer), error=error, entries=entries, kind="opml", then=then)


def outlines(*inside: str) -> str:
    return f'<opml version="2.0"><body>{"".join(inside)}</body></opml>'


def feed(address: str) -> str:
    return f'<outline text="A feed" xmlUrl="{address}"/>'


def packed(name: str, make: Callable[[], bytes], error: str) -> Case:
    headers: Headers = (("Content-Encoding", "gzip"),)
    return Case(name=name, replies=always(reply(make, headers=headers)), error=error, kind="sitemap")


FEED = feed("https://site.example/feed")

SITEMAPS = (
    sitemap("sitemap-of-entities", '<!DOCTYPE a [<!ENTITY a "b">]>' + urls("<url><loc>&a;</loc></url>"), ENTITIES),
    sitemap(
        "sitemap-of-a-billion-laughs",
        "<!DOCTYPE a [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20)) + "]>" + urls(URL),
        ENTITIES,
    ),
    sitemap("sitemap-of-a-private-doctype", '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">' + urls(URL), "", 1),
    sitemap("sitemap-that-is-a-page", "<!DOCTYPE html><html><body>Not here</body></html>", "not a sitemap"),
    sitemap("sitemap-that-is-a-feed", "<rss><channel/></rss>", "not a sitemap"),
    sitemap("sitemap-of-words", "Not here", "not a sitemap"),
    sitemap(
        "sitemap-cut",
        urls(URL, URL, "<url><loc>https://site.exa")[:-9],
        DAMAGED + "Premature end of data in tag loc line 1",
        2,
    ),
    sitemap("sitemap-cut-at-once", "<urlset><url><loc>https://si", DAMAGED + "Premature end of data in tag loc line 1"),
    sitemap(
        "sitemap-crossed",
        urls(URL, "<url><loc>https://site.example/2</url></loc>"),
        DAMAGED + "Opening and ending tag mismatch: loc line 1 and url",
        2,
    ),
    sitemap("sitemap-empty", urls(), ""),
    sitemap("sitemap-without-addresses", urls("<url/>", "<url><loc/></url>", "<url><loc> </loc></url>"), NO_ADDRESS),
    sitemap("sitemap-of-scripts", urls("<url><loc>javascript:alert(1)</loc></url>", URL), "", 1),
    sitemap("sitemap-of-files", urls("<url><loc>file:///etc/passwd</loc></url>"), NO_ADDRESS),
    sitemap(
        "sitemap-of-a-private-address",
        urls("<url><loc>http://10.0.0.1/a</loc></url>"),
        "refused: 10.0.0.1 is a private network (RFC 1918)",
        1,
        then=Then.FOLLOW,
    ),
    sitemap("sitemap-of-twenty-thousand", lambda: urls(URL * 20_000), "", 1_000),
    sitemap("sitemap-of-levels", lambda: urls("<a>" * 50_000), DAMAGED + "Excessive depth in document: 256"),
    sitemap(
        "sitemap-of-one-long-address",
        lambda: urls(f"<url><loc>https://a.example/{'x' * 4_000_000}</loc></url>"),
        NO_ADDRESS,
    ),
    sitemap("sitemap-of-year-9999", urls(URL.replace("2026", "9999")), "", 1),
    sitemap("index-of-itself", index("http://index-of-itself.example/feed", "/feed"), NO_OTHER),
    sitemap(
        "index-of-private-sitemaps",
        index("http://192.168.1.1/sitemap.xml"),
        "refused: 192.168.1.1 is a private network (RFC 1918)",
        then=Then.FOLLOW,
    ),
    sitemap("index-of-nothing", index(), NO_OTHER),
    sitemap("index-of-scripts", index("javascript:alert(1)", "data:text/xml,x"), NO_OTHER),
    sitemap(
        "index-of-twenty-thousand",
        lambda: index(*(f"https://a.example/{n}" for n in range(20_000))),
        "there is no site of this name",
        then=Then.FOLLOW,
    ),
    packed(
        "sitemap-that-is-a-bomb",
        lambda: gzip.compress(urls(URL * 99_999).encode(), mtime=0),
        "the body unpacks to more than 200 times its size",
    ),
)

BROKEN = "line 1: broken XML ({}); only what stands before was read"
LISTS = (
    opml("list-of-entities", '<!DOCTYPE opml [<!ENTITY a "b">]>' + outlines(FEED), DOCTYPE),
    opml(
        "list-of-a-billion-laughs",
        "<!DOCTYPE opml ["
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
        + "]>"
        + outlines(feed("&a19;")),
        DOCTYPE,
    ),
    opml("list-of-a-private-doctype", '<!DOCTYPE opml SYSTEM "http://127.0.0.1/">' + outlines(FEED), DOCTYPE),
    opml("list-of-a-megabyte", lambda: outlines(FEED * 20_000), "the list is larger than 256 kB and was not read"),
    opml("list-that-is-a-page", "<html><body/></html>", "line 1: this is not an OPML list: it begins with <html>"),
    opml("list-that-is-json", '{"feeds": []}', BROKEN.format("not well-formed (invalid token)")),
    opml("list-of-nothing", " ", "the page is empty"),
    opml("list-cut", outlines(FEED, '<outline text="B" xml')[:-20], BROKEN.format("unclosed token"), 1),
    opml("list-of-levels", lambda: outlines("<outline text='a'>" * 10_000), BROKEN.format("mismatched tag")),
    opml("list-of-an-undefined-entity", outlines(feed("https://site.example/&bogus;feed")), "", 1),
    opml(
        "list-of-scripts",
        outlines(feed("javascript:alert(1)"), FEED),
        "line 1: not an address on the web: javascript:alert(1)",
        1,
    ),
    opml(
        "list-of-files", outlines(feed("file:///etc/passwd")), "line 1: not an address on the web: file:///etc/passwd"
    ),
    opml("list-of-a-broken-bracket", outlines(feed("http://[::1/")), "line 1: not an address on the web: http://[::1/"),
    opml(
        "list-of-a-long-address",
        outlines(feed("gopher://" + "x" * 9_000)),
        "line 1: not an address on the web: gopher://" + "x" * 71,
    ),
    opml(
        "list-of-an-address-that-turns-round",
        outlines(feed("ftp://\u202egnp.example/")),
        "line 1: not an address on the web: ftp://gnp.example/",
    ),
    opml(
        "list-of-lists",
        outlines(feed("https://list-of-lists.example/" + "x" * 900 + ".opml")),
        "line 1: another list is named here, import it by itself: https://list-of-lists.example/" + "x" * 50,
    ),
    opml(
        "list-of-a-private-address",
        outlines(feed("http://127.0.0.1/feed")),
        "refused: 127.0.0.1 is loopback: this machine (RFC 1122)",
        1,
        Then.FOLLOW,
    ),
    opml(
        "list-of-a-cloud-s-metadata",
        outlines(feed("http://169.254.169.254/")),
        "refused: 169.254.169.254 is link-local, cloud metadata (RFC 3927)",
        1,
        Then.FOLLOW,
    ),
    opml(
        "list-of-a-number",
        outlines(feed("feed://0177.0.0.1/feed")),
        "refused: the host is neither a name with a dot in it nor an IP address in its usual form",
        1,
        Then.FOLLOW,
    ),
    opml("list-of-the-same-feed", outlines(FEED * 500), "", 1),
    opml("list-of-many-faults", outlines(feed("news:a") * 500), "line 1: not an address on the web: news:a"),
)

CASES = (*SITEMAPS, *LISTS)
