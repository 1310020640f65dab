"""Lists of feeds: what is written can be read again, and what other programs write is read as well as it can be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import opml
from bot.model import TopicId
from bot.opml import Listed

CREATED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PIECES = (
    "<opml>", "<outline text='a' ", "xmlUrl='http://a.example/'", ">", "/>", "</outline>", "&x;", "<!DOCTYPE a>",
    "</opml>", "<![CDATA[", "]]>", "&#0;", "\n", "<!--", "<?", "'", "<?xml version='1.0' encoding='utf-16'?>",
)  # fmt: skip
NASTY = ("<b>", "&", '"', "'", "😀", "]]>", "&nbsp;", "ё", "Ғ", "\u0301", "<!--", "-->", "й")


def document(*lines: str, head: str = "") -> bytes:
    """A list with these lines in its body, the first of which is line 3."""
    return ('<opml version="2.0">' + head + "\n<body>\n" + "\n".join(lines) + "\n</body></opml>").encode()


def feed(address: str, **more: str) -> str:
    said = {"text": "A feed", "xmlUrl": address, **more}
    return "<outline " + " ".join(f'{name}="{value}"' for name, value in said.items()) + "/>"


def addresses(outline: opml.Outline) -> list[str]:
    return [listed.address for listed in outline.feeds]


TITLES = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=6).map(
    lambda parts: " ".join("".join(letter for letter in "".join(parts) if letter.isprintable()).split())
)
NAMES = TITLES.filter(bool)
PLACES = st.text("abcdefghij0123456789-_&=?%;'", max_size=20)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Listed], dict[TopicId, str]]:
    """Feeds with different addresses and the names of their topics, some of which say nothing of the topic."""
    topics = {opml.topic_id(name): name for name in draw(st.lists(NAMES, max_size=4))}
    topics |= {TopicId(f"ours_{number}"): name for number, name in enumerate(draw(st.lists(NAMES, max_size=3)))}
    feeds = [
        Listed(
            address=f"https://feeds.example/{number}/{draw(PLACES)}",
            title=draw(TITLES),
            html_address=draw(st.sampled_from(("", "https://site.example/?a=1&b=2"))),
            topics=tuple(sorted(draw(st.sets(st.sampled_from(sorted(topics))))) if topics else ()),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    return feeds, topics


@given(lists())
def test_what_is_written_is_read_again_the_same(drawn: tuple[list[Listed], dict[TopicId, str]]) -> None:
    feeds, names = drawn

    written = opml.write(feeds, title="News & <more>", created_at=CREATED_AT, names=names)
    outline = opml.read(written)

    assert outline.faults == ()
    assert sorted(outline.feeds, key=lambda one: one.address) == sorted(feeds, key=lambda one: one.address)
    assert dict(outline.names) == {topic: names[topic] for one in feeds for topic in one.topics}
    assert opml.write(outline.feeds, title="News & <more>", created_at=CREATED_AT, names=names) == written


@given(lists(), st.randoms(use_true_random=False))
def test_the_order_in_which_feeds_are_given_does_not_matter(
    drawn: tuple[list[Listed], dict[TopicId, str]], random: Random
) -> None:
    feeds, names = drawn
    shuffled = random.sample(feeds, len(feeds))

    written = opml.write(shuffled, title="News", created_at=CREATED_AT, names=names)

    assert written == opml.write(feeds, title="News", created_at=CREATED_AT, names=names)


@given(lists())
def test_what_is_written_is_well_formed(drawn: tuple[list[Listed], dict[TopicId, str]]) -> None:
    feeds, names = drawn

    written = opml.write(feeds, title="\x00<News>\n", created_at=CREATED_AT, names=names)

    assert expat.ParserCreate().Parse(written, True) == 1


@given(st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join).map(str.encode))
def test_any_bytes_give_a_list_or_a_fault(body: bytes) -> None:
    outline = opml.read(body)

    assert outline.feeds or outline.faults or b"opml" in body.lower()
    assert all(re.match(r"line \d+: ", fault) for fault in outline.faults)


@given(st.text(max_size=60))
def test_every_folder_name_has_a_topic_that_the_configuration_would_take(name: str) -> None:
    topic = opml.topic_id(name)

    assert re.fullmatch(r"[a-z][a-z0-9_-]*", topic)
    assert len(topic) <= 16
    assert opml.topic_id(topic) == topic


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("Economy", "economy"),
        ("Экономика", "ekonomika"),
        ("Жаңалықтар", "zhanalyqtar"),
        ("Ўзбекистон", "ozbekiston"),
        ("Oʻzbekiston", "ozbekiston"),
        ("Société", "societe"),
        ("My_Topic", "my_topic"),
        ("2026 elections", "t-2026-elections"),
        ("  News & more! ", "news-more"),
    ],
)
def test_a_folder_name_becomes_a_topic(name: str, topic: str) -> None:
    assert opml.topic_id(name) == topic


def test_long_names_that_begin_alike_stay_two_topics() -> None:
    north, south = opml.topic_id("Новости областей: север"), opml.topic_id("Новости областей: юг")

    assert north != south
    assert north.startswith("novosti-obl")
    assert opml.topic_id("新闻") != opml.topic_id("体育")


def test_folders_one_in_another_and_categories_are_topics() -> None:
    body = document(
        '<outline text="Страна"><outline title="Экономика" text="x">',
        feed("https://a.example/rss", category="/Markets/Gold,Банки"),
        "</outline>",
        feed("https://b.example/rss"),
        "</outline>",
        feed("https://c.example/rss"),
    )

    outline = opml.read(body)

    assert [listed.topics for listed in outline.feeds] == [
        ("banki", "ekonomika", "gold", "markets", "strana"),
        ("strana",),
        (),
    ]
    assert dict(outline.names)[TopicId("ekonomika")] == "Экономика"


def test_a_folder_may_say_which_topic_it_is() -> None:
    body = document('<outline text="Деньги" category="economy">', feed("https://a.example/rss"), "</outline>")

    outline = opml.read(body)

    assert outline.feeds[0].topics == ("economy",)
    assert outline.names == (("economy", "Деньги"),)


def test_an_address_in_two_folders_is_one_feed_with_both_topics() -> None:
    body = document(
        '<outline text="One">',
        feed("https://a.example/rss", text=""),
        '</outline><outline text="Two">',
        feed("HTTPS://A.example/rss", text="Title", htmlUrl="https://a.example/"),
        "</outline>",
    )

    outline = opml.read(body)

    assert outline.feeds == (
        Listed(
            address="https://a.example/rss",
            title="Title",
            html_address="https://a.example/",
            topics=(TopicId("one"), TopicId("two")),
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        '<outline xmlUrl="https://a.example/rss" text="Name"/>',
        '<outline xmlurl="https://a.example/rss" title="Name"/>',
        '<outline XMLURL=" https://a.example/rss " TEXT="Name" TITLE=""/>',
        '<outline url="https://a.example/rss" type="link" text="Name"/>',
        '<outline xmlUrl="feed://a.example/rss" text="Name"/>',
        '<outline xmlUrl="feed:https://a.example/rss" text="Name"/>',
        '<OUTLINE xmlUrl="https://a.example/rss" text="\n Name "/>',
        '<ns:outline xmlUrl="https://a.example/rss" text="Na\u200bme"/>',
    ],
)
def test_dialects_of_other_programs_are_read(line: str) -> None:
    outline = opml.read(document(line))

    assert outline.faults == ()
    assert [re.sub("^https?", "https", address) for address in addresses(outline)] == ["https://a.example/rss"]
    assert outline.feeds[0].title == "Name"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Caf&eacute;&nbsp;News", "Café News"),
        ("Tom & Jerry", "Tom & Jerry"),
        ("a < b &lt;i&gt;", "a < b <i>"),
        ("AT&T &unknown; &amp;", "AT&T &unknown; &"),
        ("&#1050;&#x43E;&#0;&#xD800;&#x110000;т", "Кот"),
        ("A\x0bB", "AB"),
        ("\u202eturned\u2066", "turned"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_entities_of_html_and_lone_signs_are_mended(written: str, title: str) -> None:
    outline = opml.read(document(feed("https://a.example/?x=1&y=2", text=written)))

    assert outline.faults == ()
    assert outline.feeds == (Listed(address="https://a.example/?x=1&y=2", title=title),)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-8", "iso-8859-5"])
def test_the_declared_encoding_is_believed(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n' + document(feed("https://a.example/", text="Новости")).decode()
    )

    assert opml.read(text.encode(encoding)).feeds[0].title == "Новости"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_is_believed_more_than_the_declaration(encoding: str) -> None:
    text = '<?xml version="1.0" encoding="koi8-r"?>' + document(feed("https://a.example/", text="Новости")).decode()

    assert opml.read(text.encode(encoding)).feeds[0].title == "Новости"


@pytest.mark.parametrize("declared", ["punycode", "idna", "no-such-name", "utf-16", "windows-1253x"])
def test_a_declaration_that_cannot_be_meant_is_passed_over(declared: str) -> None:
    text = (
        f'<?xml version="1.1" encoding="{declared}"?>' + document(feed("https://a.example/", text="Новости")).decode()
    )

    outline = opml.read(text.encode())

    assert outline.feeds[0].title == "Новости"
    assert outline.faults == ()


def test_letters_in_another_encoding_are_a_fault_and_no_end() -> None:
    body = document(feed("https://a.example/"), feed("https://b.example/", text="Новости"))
    body = body.replace("Новости".encode(), "Новости".encode("windows-1251"))

    outline = opml.read(body)

    assert addresses(outline) == ["https://a.example/", "https://b.example/"]
    assert outline.faults == ("line 4: some letters are in another encoding",)


def test_a_list_that_breaks_off_keeps_what_came_before() -> None:
    body = document(feed("https://a.example/"), feed("https://b.example/"), feed("https://c.example/"))
    cut = body[: body.index(b"c.example")]

    outline = opml.read(b'\n<?xml version="1.0"\n?>' + cut)

    assert addresses(outline) == ["https://a.example/", "https://b.example/"]
    assert len(outline.faults) == 1
    assert outline.faults[0].startswith("line 7: broken XML (")


@pytest.mark.parametrize("wrong", ["</body>", '<outline text="a" text="b"/>', "<outline text=a/>", "<outline <a/>"])
def test_broken_xml_names_the_line_and_keeps_what_came_before(wrong: str) -> None:
    outline = opml.read(document('<outline text="F">', feed("https://a.example/"), wrong, feed("https://b.example/")))

    assert addresses(outline)[0] == "https://a.example/"
    assert [fault.partition(" (")[0] for fault in outline.faults] == ["line 5: broken XML"]


BOMB = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("doctype", [BOMB, "<!DOCTYPE opml>", '<!DOCTYPE o SYSTEM "file:///etc/passwd">', "<!DOCTYPE"])
def test_a_doctype_is_refused(doctype: str) -> None:
    listed = document(feed("https://a.example/", text="&b;"))

    outline = opml.read(doctype.encode() + b"\n" + listed)

    assert outline.feeds == ()
    assert len(outline.faults) == 1
    assert opml.read(listed).feeds, "the same list without it is read"


def test_a_parser_without_the_refusal_would_expand_the_entity() -> None:
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, attributes: found.append(attributes["text"])

    parser.Parse(f'{BOMB}<opml text="&b;"/>', True)

    assert found == ["hahaha"]


def test_too_large_a_list_is_not_read() -> None:
    body = document(feed("https://a.example/"))

    assert opml.read(body, max_bytes=len(body)).feeds
    assert opml.read(body, max_bytes=len(body) - 1).feeds == ()
    assert opml.read(body + b" " * 256_000).faults == ("the list is larger than 256 kB and was not read",)


def test_a_thousand_feeds_fit() -> None:
    feeds = [
        Listed(
            address=f"https://a-rather-long-name.example/{number}/feed.xml",
            title=f"A publication with the number {number}",
            html_address="https://a-rather-long-name.example/",
            topics=(TopicId(f"topic{number % 9}"),),
        )
        for number in range(1_000)
    ]

    outline = opml.read(opml.write(feeds, title="All", created_at=CREATED_AT))

    assert (len(outline.feeds), outline.faults) == (1_000, ())


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"plain text", b"<html><body><p>404</p></body></html>", b'<rss version="2.0"><channel/></rss>'],
)
def test_what_is_no_list_is_said_to_be_none(body: bytes) -> None:
    outline = opml.read(body)

    assert outline.feeds == ()
    assert len(outline.faults) == 1


NOT_ON_THE_WEB = (
    "javascript:alert(1)", "file:///etc/passwd", "//a.example/", "http://", "http://[::1", "ftp://a.example/",
    "https://a.example/a b", "https://a.example/" + "a" * 2_048, "tg://resolve",
)  # fmt: skip


@pytest.mark.parametrize("address", NOT_ON_THE_WEB)
def test_what_is_not_on_the_web_is_a_fault(address: str) -> None:
    outline = opml.read(document(feed("https://a.example/"), feed(address, htmlUrl="javascript:alert(1)")))

    assert addresses(outline) == ["https://a.example/"]
    assert outline.faults[0].startswith("line 4: not an address on the web: ")
    assert len(outline.faults) == 1


def test_a_page_that_is_not_on_the_web_is_left_out() -> None:
    outline = opml.read(document(feed("https://a.example/", htmlUrl="javascript:alert(1)")))

    assert outline.feeds == (Listed(address="https://a.example/", title="A feed"),)


def test_another_list_inside_is_named_and_not_taken_for_a_feed() -> None:
    outline = opml.read(
        document(
            '<outline text="More" type="include" url="https://a.example/more"/>',
            '<outline text="More" type="link" url="https://a.example/all.OPML?x"/>',
        )
    )

    assert outline.feeds == ()
    assert outline.faults == (
        "line 3: another list is named here, import it by itself: https://a.example/more",
        "line 4: another list is named here, import it by itself: https://a.example/all.OPML?x",
    )


def test_many_faults_are_counted_and_not_all_told() -> None:
    outline = opml.read(document(*[feed("nowhere")] * 50))

    assert len(outline.faults) == 21
    assert outline.faults[-1] == "and 30 more faults"


def test_deep_nesting_costs_little_and_gives_few_topics() -> None:
    folders = [f'<outline text="{number}">' for number in range(5_000)]
    body = document("".join(folders), feed("https://a.example/"), "</outline>" * 5_000)

    outline = opml.read(body)

    assert len(outline.feeds[0].topics) == opml.MAX_TOPICS


def test_a_feed_that_holds_others_is_not_their_folder() -> None:
    body = document('<outline text="Parent" xmlUrl="https://a.example/">', feed("https://b.example/"), "</outline>")

    assert [listed.topics for listed in opml.read(body).feeds] == [(), ()]


def test_the_date_is_told_in_greenwich_time() -> None:
    tashkent = timezone(timedelta(hours=5))

    written = opml.write([], title="", created_at=datetime(2026, 11, 22, 14, 30, tzinfo=tashkent))

    assert b"<dateCreated>Sun, 22 Nov 2026 09:30:00 GMT</dateCreated>" in written
