"""Feeds of every format and in every state become entries or a fault in plain words."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import sources
from bot.errors import ParserKilled
from bot.fetching.child import Child
from bot.model import Entry
from bot.sources import Body, Parsed, feed

ADDRESS = "https://feeds.example/all.xml"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)
NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)


def rss(items: str, channel: str = "", *, prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{prolog}<rss version="2.0" {SPACES}><channel><title>Вести</title>{channel}{items}</channel></rss>'


def atom(entries: str, *, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Вести</title>{entries}</feed>'


def parsed(text: str | bytes, *, address: str = ADDRESS, content_type: str = "") -> Parsed:
    content = text.encode() if isinstance(text, str) else text
    return feed.parse(Body(content=content, address=address, content_type=content_type))


def entry(text: str | bytes, *, address: str = ADDRESS) -> Entry:
    found = parsed(text, address=address)
    assert found.faults == ()
    assert len(found.entries) == 1
    return found.entries[0]


def test_every_field_of_an_rss_entry_is_read() -> None:
    item = """<item><title>Мост &lt;b&gt;открыт&lt;/b&gt;</title><link>https://site.example/1</link>
      <guid isPermaLink="false">n-1</guid><pubDate>Sat, 03 Oct 2026 17:00:00 +0500</pubDate>
      <description>Коротко</description><content:encoded><![CDATA[<p>Полный текст новости</p>]]></content:encoded>
      <dc:creator>А. Каримов</dc:creator><category>Город</category><category>Транспорт</category>
      <source url="https://other.example/rss">Другая газета</source>
      <media:content url="https://site.example/small.jpg" medium="image" width="100"/>
      <media:content url="https://site.example/large.jpg" type="image/jpeg" width="900"/></item>"""

    one = entry(rss(item, "<language>ru-RU</language>"))

    assert (one.url, one.guid) == ("https://site.example/1", "n-1")
    assert (one.title, one.html) == ("Мост открыт", "<p>Полный текст новости</p>")
    assert (one.published_at, one.language) == (NOON, "ru")
    assert (one.authors, one.categories) == (("А. Каримов",), ("Город", "Транспорт"))
    assert (one.source, one.image) == ("Другая газета", "https://site.example/large.jpg")


def test_every_field_of_an_atom_entry_is_read() -> None:
    text = """<entry xml:lang="uz-Latn"><title type="html">Ko&amp;#8216;prik &lt;i&gt;ochildi&lt;/i&gt;</title>
      <link rel="self" href="/self"/><link href="/1"/><id>tag:site.example,2026:1</id>
      <updated>2026-10-03T13:00:00Z</updated><published>2026-10-03T12:00:00Z</published>
      <author><name>A. Karimov</name><email>a@site.example</email></author><author><name>B. Aliyev</name></author>
      <category term="city" label="Shahar"/><summary>Qisqa</summary>
      <link rel="enclosure" type="image/png" href="/1.png"/>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>To‘liq matn shu yerda</p></div></content>
      </entry>"""

    one = entry(atom(text, attributes='xml:base="https://site.example/uz/"'))

    assert (one.url, one.guid) == ("https://site.example/1", "tag:site.example,2026:1")
    assert (one.title, one.language) == ("Ko‘prik ochildi", "uz-Latn")
    assert "<p>To‘liq matn shu yerda</p>" in one.html
    assert one.published_at == NOON
    assert (one.authors, one.categories) == (("A. Karimov", "B. Aliyev"), ("city",))
    assert one.image == "https://site.example/1.png"


def test_rss_1_and_its_dublin_core_are_read() -> None:
    text = f"""<rdf:RDF {SPACES} xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://site.example/">
      <title>Вести</title><link>https://site.example/</link></channel>
      <item rdf:about="https://site.example/1"><title>Мост</title><link>https://site.example/1</link>
      <dc:date>2026-10-03T17:00+05:00</dc:date><dc:language>kk</dc:language></item></rdf:RDF>"""

    one = entry(text)

    assert (one.url, one.title, one.published_at, one.language) == ("https://site.example/1", "Мост", NOON, "kk")


def test_rss_0_91_and_json_feed_are_read() -> None:
    old = '<rss version="0.91"><channel><item><title>Мост</title><link>https://site.example/1</link></item></channel></rss>'
    new = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "/1", "title": "Мост"}]}
    )

    assert (entry(old).url, entry(old).title) == ("https://site.example/1", "Мост")
    assert (entry(new).url, entry(new).title) == ("https://feeds.example/1", "Мост")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://site.example/1</guid>", "https://site.example/1"),
        ('<guid isPermaLink="true">https://site.example/1</guid><link></link>', "https://site.example/1"),
        ('<guid isPermaLink="false">https://site.example/1</guid>', ""),
        ("<guid>n-1</guid>", ""),
        ("<guid>https://site.example/1</guid><link>https://site.example/2</link>", "https://site.example/2"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link><![CDATA[ https://site.example/?a=1&b=2 ]]></link>", "https://site.example/?a=1&b=2"),
        ("<link>https://site.example/?a=1&copy=2&amp;b=3</link>", "https://site.example/?a=1&copy=2&b=3"),
    ],
)
def test_a_permanent_guid_stands_in_for_a_missing_link(item: str, url: str) -> None:
    assert entry(rss(f"<item>{item}</item>")).url == url


@pytest.mark.parametrize(
    ("channel", "address", "url"),
    [
        ("<link>https://site.example/news/</link>", ADDRESS, "https://site.example/1"),
        ("", ADDRESS, "https://feeds.example/1"),
        ("<link>/news/</link>", ADDRESS, "https://feeds.example/1"),
        ("", "saved.xml", "/1"),
    ],
)
def test_relative_links_are_resolved(channel: str, address: str, url: str) -> None:
    assert entry(rss("<item><link>/1</link></item>", channel), address=address).url == url


@pytest.mark.parametrize(
    ("dates", "moment"),
    [
        ("<pubDate>3 октября 2026, 12:00</pubDate>", NOON),
        ("<pubDate>2026-yil 3-oktabr, 12:00</pubDate>", NOON),
        ("<pubDate>Sat, 03 Oct 26 12:00:00 Nowhere/Else</pubDate>", NOON),
        ("<pubDate>soon</pubDate><dc:date>2026-10-03T12:00:00Z</dc:date>", NOON),
        ("<pubDate>2026 soon</pubDate>", None),
        ("", None),
    ],
)
def test_dates_are_read_in_all_forms_or_left_out(dates: str, moment: datetime | None) -> None:
    assert entry(rss(f"<item>{dates}</item>")).published_at == moment


@pytest.mark.parametrize("codec", ["utf-8", "windows-1251", "koi8-r", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("prolog", ["utf-8", "windows-1251", "utf-16"])
@pytest.mark.parametrize("header", ["", "text/xml; charset=windows-1251", "application/rss+xml; charset=utf-8"])
def test_f49_titles_are_readable_whatever_the_charsets_claim(codec: str, prolog: str, header: str) -> None:
    item = "<item><title>В Навои открыли мост через канал</title></item>"
    text = rss(item, prolog=f'<?xml version="1.0" encoding="{prolog}"?>')

    found = parsed(text.encode(codec), content_type=header)

    assert (found.title, found.entries[0].title) == ("Вести", "В Навои открыли мост через канал")


def test_f49_invalid_bytes_and_nuls_do_not_lose_the_feed() -> None:
    content = rss("<item><title>Мост\x00&#0; X</title></item>").encode().replace(b"X", b"\xff\x92 X")

    assert parsed(content).entries[0].title == "Мост ÿ’ X"


FAULTS = {
    "": "the body is empty",
    "\ufeff \n": "the body is empty",
    "<!DOCTYPE html><html><body>Forbidden</body></html>": "this is a web page, not a feed",
    '{"error": "no such page"}': "this is JSON, but no JSON Feed: neither its version nor items stand in it",
    "[1, 2]": "this is JSON, but no JSON Feed: it is no object",
    "Service unavailable": "this is not XML: no element stands in it",
    "<urlset><url/></urlset>": "this is XML, but no feed: its first element is <urlset>",
    f'<!DOCTYPE rss [<!ENTITY a "{"x" * 1_001}">]><rss/>': "it declares more than 1 kB of entities, as attacks do",
}


@pytest.mark.parametrize(("text", "reason"), FAULTS.items())
def test_f51_what_is_no_feed_is_a_fault_in_plain_words(text: str, reason: str) -> None:
    found = parsed(text)

    assert found.entries == ()
    assert [fault.reason for fault in found.faults] == [reason]


def test_f51_a_feed_that_breaks_off_keeps_what_stands_before() -> None:
    items = "".join(f"<item><title>Мост {n}</title><link>https://site.example/{n}</link></item>" for n in range(9))
    whole = rss(items).encode()

    found = parsed(whole[: whole.index(b"example/7") + 8])

    assert found.entries == parsed(whole).entries[:7]
    assert [fault.reason for fault in found.faults] == ["it breaks off before its end; 7 whole entries were read"]


def test_f51_two_roots_are_told_and_the_first_is_read() -> None:
    found = parsed(rss("<item><title>A</title></item>") + rss("<item><title>B</title></item>", prolog=""))

    assert [one.title for one in found.entries] == ["A"]
    assert [fault.reason for fault in found.faults] == ["a second feed follows the first one and was not read"]


@pytest.mark.parametrize("title", ["A &nbsp;&mdash; B", "A & B", "A < B", "A&copy;", "R&D <b>A</b>", "A&undefined;"])
def test_f51_unescaped_and_undefined_signs_lose_no_entry(title: str) -> None:
    found = parsed(rss(f"<item><title>{title}</title></item><item><title>B</title></item>"))

    assert len(found.entries) == 2
    assert found.entries[0].title[0] in "AR"


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>A</title><description><p>one<br>two</description></item>",
        "<item><undeclared:creator>X</undeclared:creator><title>A</title></item>",
        "<item><title>A</title><link>x</title></link></item>",
        "<item attribute=unquoted><title>A</title></item>",
    ],
)
def test_f51_xml_that_is_not_well_formed_is_read_all_the_same(broken: str) -> None:
    found = parsed(rss(broken + "<item><title>B</title></item>"))

    assert [one.title for one in found.entries][:1] == ["A"]


def test_what_the_feed_says_of_itself_is_read() -> None:
    hours = "<skipHours><hour>1</hour><hour>2</hour></skipHours>"

    found = parsed(rss("", f"<ttl>45</ttl><language>uz-Cyrl</language>{hours}"))
    by_period = parsed(rss("", "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"))

    assert (found.title, found.language, found.ttl_min, found.skip_hours) == ("Вести", "uz-Cyrl", 45, (1, 2))
    assert by_period.ttl_min == 360
    assert parsed(rss("", "<ttl>often</ttl>")).ttl_min == 0


def test_no_entity_reads_a_file_and_no_address_is_fetched() -> None:
    text = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(
        "<item><title>A &x;</title></item>", prolog=""
    )

    assert parsed(text).entries[0].title in ("A", "A &x;")
    assert parsed("http://127.0.0.1:1/feed.xml").entries == ()


def test_fields_are_clipped() -> None:
    item = f"<title>{'t' * 9_000}</title><author>{'a' * 9_000}</author><description>{'d' * 300_000}</description>"

    one = entry(rss(f"<item>{item}<guid>{'g' * 9_000}</guid></item>"))

    assert (len(one.title), len(one.authors[0]), len(one.html), len(one.guid)) == (300, 200, 200_000, 2_000)
    assert len(parsed(rss("<item/>" * 999)).entries) == 200


def test_feeds_are_recognised_by_their_content() -> None:
    feeds = [rss(""), atom(""), "\n<!-- x --><rdf:RDF>", '{"version": "https://jsonfeed.org/version/1"}']
    others = [
        "",
        "date 2026-10-03 https://a.example/\nText",
        "<html><body><item>",
        "<urlset><url/>",
        '{"a": 1}',
        "<opml/>",
    ]

    assert [feed.recognises(one.encode()) for one in feeds] == [True] * 4
    assert [feed.recognises(one.encode()) for one in others] == [False] * 6
    assert feed.recognises(rss("").encode("utf-16"))
    assert sources.parsed(Body(content=atom("<entry><title>A</title></entry>").encode(), address="")).entries


def test_result_and_faults_survive_the_way_to_another_process() -> None:
    found = parsed(rss("<item><title>A</title></item>") + "<rss>")

    back = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own

    assert back.entries == found.entries
    assert [str(one) for one in back.faults] == [str(one) for one in found.faults] != []


HEAVY = {
    "a title of 10 MB": rss(f"<item><title>{'x' * 10**7}</title></item>"),
    "a million tags": rss(f"<item><description>{'<b>x</b>' * 500_000}</description></item>"),
    "100,000 entries": rss("<item><title>A</title></item>" * 100_000),
    "50,000 levels": rss("<a>" * 50_000 + "</a>" * 50_000),
    "an author of 400 kB": rss(f"<item><author>{'a@a.' * 100_000}</author></item>"),
}


@pytest.mark.parametrize("what", HEAVY)
async def test_f50_a_heavy_feed_is_answered_or_killed_and_the_next_one_is_read(what: str) -> None:
    async with Child(1) as child:
        await outcome(child, "<rss/>")
        heavy = await outcome(child, HEAVY[what])
        after = await outcome(child, rss("<item><title>A</title></item>"))

    assert isinstance(heavy, int) or heavy in ("it took longer than 5 s", "it needed more memory than it may")
    assert after == 1


async def outcome(child: Child, text: str) -> int | str:
    """How many entries there were, or why the child was killed."""
    try:
        found = await child.run(feed.parse, Body(content=text.encode(), address=ADDRESS))
    except ParserKilled as error:
        return error.reason
    return len(found.entries)


PIECES = st.sampled_from(
    [
        *(
            "<rss>",
            "<channel>",
            "<item>",
            "</item>",
            "</channel>",
            "</rss>",
            "<title>",
            "</title>",
            "<link>",
            "</link>",
        ),
        *(
            "<![CDATA[",
            "]]>",
            "<feed>",
            "<entry>",
            "<content type='xhtml'>",
            "<author>",
            "http://a.example/",
            "&#",
            "<?",
        ),
        *("xml:base='http://[x'", "<guid>", "<pubDate>", "99 Oct", "😀", "<media:content url='", "<svg>", "<math", "{"),
        *"<>&;/=\"' ",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_nothing_that_looks_like_a_feed_breaks_the_parser(pieces: list[str]) -> None:
    found = parsed("<rss>" + "".join(pieces))

    assert all(isinstance(one.title, str) for one in found.entries)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    feed.recognises(content)
    assert len(parsed(content).entries) <= 200
