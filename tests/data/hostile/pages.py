"""Web pages, channels' preview pages and article files in which there is little to read, or too much."""

from __future__ import annotations

from collections.abc import Callable

from tests.data.hostile.case import Case, Headers, Then, always, reply

PROSE = "The bridge over the river was opened on Monday after two years of repairs, the mayor said. " * 6
NO_TEXT = "no readable text on this page"
SWITCHED_OFF = "the channel's preview is switched off or there is no such channel"


def page(name: str, make: Callable[[], str] | str, error: str = "", entries: int = 0, then: Then = Then.PARSE) -> Case:
    content = make.encode() if isinstance(make, str) else lambda: make().encode()
    answer = reply(content, content_type="text/html")
    return Case(name=name, replies=always(answer), error=error, entries=entries, kind="page", then=then)


def channel(name: str, inside: str, error: str = "", entries: int = 0) -> Case:
    answer = reply(f"<html><body class='tgme_body'>{inside}</body></html>".encode(), content_type="text/html")
    return Case(name=name, replies=always(answer), error=error, entries=entries, kind="telegram_channel")


def post(text: str, number: str = "town/1") -> str:
    box = f'<div class="tgme_widget_message_text">{text}</div>'
    return f'<div class="tgme_widget_message" data-post="{number}">{box}</div>'


def about(words: str) -> str:
    return f'<div class="tgme_page_title">Town</div><div class="tgme_page_extra">{words}</div>'


def article_file(name: str, content: bytes, error: str, entries: int = 0, *, headers: Headers = ()) -> Case:
    answer = reply(content, content_type="text/plain", headers=headers)
    return Case(name=name, replies=always(answer), error=error, entries=entries, kind="article_file")


TEXT = "<article><h1>Bridge</h1><p>{}</p></article>"

PAGES = (
    page("page-of-scripts", "<html><script>document.write('news')</script></html>", NO_TEXT),
    page("page-of-frames", "<html><frameset><frame src='/a'></frameset></html>", NO_TEXT),
    page("page-of-pictures", "<html><body>" + "<img src='/1.png'>" * 99 + "</body></html>", NO_TEXT),
    page("page-in-binary", "\x00\x01\x02" * 999, "not a web page"),
    page("page-of-tables-in-tables", lambda: "<table><tr><td>" * 100_000, NO_TEXT),
    page("page-of-open-tags", lambda: "<div>" * 400_000, NO_TEXT),
    page("page-of-attributes", lambda: "<p " + " ".join(f"a{n}='x'" for n in range(100_000)) + ">" + PROSE, "", 1),
    page("page-of-one-long-word", lambda: f"<p>{'x' * 4_000_000}</p>", "", 1),
    page("page-of-links", lambda: "<a href='/x'>x</a>" * 100_000, NO_TEXT),
    page(
        "page-with-json-bomb",
        lambda: "<script type='application/ld+json'>" + "[" * 200_000 + "</script>" + TEXT.format(PROSE),
        "",
        1,
    ),
    page(
        "page-with-a-false-canonical",
        f"<link rel='canonical' href='https://other.example/'>{TEXT.format(PROSE)}",
        "",
        1,
    ),
    page("page-with-a-base-of-a-script", f"<base href='javascript:alert(1)//'>{TEXT.format(PROSE)}", "", 1),
    page(
        "page-that-names-a-private-feed",
        "<link rel='alternate' type='application/rss+xml' href='http://10.0.0.1/feed'>",
        "refused: 10.0.0.1 is a private network (RFC 1918)",
        then=Then.FOLLOW,
    ),
    page(
        "page-that-names-a-file-as-feed",
        "<link rel='alternate' type='application/rss+xml' href='file:///feed'>",
        NO_TEXT,
    ),
    page("page-of-references", lambda: "<p>" + "&#x0;&#xD800;&#99999999;&bogus;" * 50_000, "", 1),
    page("page-of-comments", lambda: "<html>" + "<!--" * 300_000, NO_TEXT),
)

CHANNELS = (
    channel("channel-switched-off", about("@town"), SWITCHED_OFF),
    channel("channel-private", about("Join channel"), "the channel is private: it has no preview"),
    channel("channel-that-is-a-group", about("4 112 members"), "this is a group: only channels have a preview"),
    channel(
        "channel-that-is-a-person",
        about("Send Message"),
        "there is no channel of this name, only a person, a bot or nobody",
    ),
    channel("channel-for-adults", about("18+ sensitive content"), "the channel shows its posts in Telegram only"),
    channel(
        "channel-empty",
        '<section class="tgme_channel_history"></section>',
        "the channel shows no posts: it is empty, or Telegram was asked too often",
    ),
    channel(
        "channel-by-its-other-page",
        '<a class="tgme_page_context_link" href="/s/town">Preview</a>',
        "this is not the channel's preview: that is https://t.me/s/town",
    ),
    channel(
        "channel-with-a-script-for-preview",
        '<a class="tgme_page_context_link" href="javascript:alert(1)">x</a>',
        SWITCHED_OFF,
    ),
    channel("posts-without-numbers", post(PROSE, "../../etc/passwd") + post(PROSE, "javascript:1"), SWITCHED_OFF),
    channel("post-in-a-post", post(post(PROSE, "town/2")), "", 1),
    channel("ten-thousand-posts", "".join(post("Bridge open", f"town/{n}") for n in range(10_000)), "", 200),
    channel("post-of-a-megabyte", post("x" * 1_000_000), "", 1),
    channel("posts-of-pictures", post("") + post(" "), ""),
    Case(
        name="channel-that-is-a-picture",
        kind="telegram_channel",
        error="not a page of t.me",
        replies=always(reply(b"\0\0\0\0", content_type="image/png")),
    ),
)

LINE = b"date 2026-11-20 https://site.example/1\n"

FILES = (
    article_file("file-without-dates", PROSE.encode(), "no line `date YYYY-MM-DD URL` in it"),
    article_file("file-of-month-13", LINE.replace(b"11", b"13") + PROSE.encode(), "no such date: 2026-13-20"),
    article_file("file-of-february-30", LINE.replace(b"11-20", b"02-30") + PROSE.encode(), "no such date: 2026-02-30"),
    article_file(
        "file-of-a-long-date",
        b"date 2026-" + b"1" * 9_000 + b" https://site.example/\nText",
        "no such date: 2026-" + "1" * 95,
    ),
    article_file(
        "file-of-a-date-that-turns-round",
        "date 2026-\u202e\x1b[2J https://site.example/\nText".encode(),
        "no such date: 2026-??[2J",
    ),
    article_file(
        "file-without-address", b"date 2026-11-20\n" + PROSE.encode(), "the line `date YYYY-MM-DD URL` has no address"
    ),
    article_file(
        "file-with-a-script",
        b"date 2026-11-20 javascript:alert(1)\nText of it",
        "not an http or https address: javascript:alert(1)",
    ),
    article_file(
        "file-with-a-link-that-turns-round",
        "date 2026-11-20 ftp://\u202egnp\x07.example/\nText".encode(),
        "not an http or https address: ftp://?gnp?.example/",
    ),
    article_file(
        "file-with-a-file",
        b"date 2026-11-20 file:///etc/passwd\nText of it",
        "not an http or https address: file:///etc/passwd",
    ),
    article_file(
        "file-with-a-broken-bracket",
        b"date 2026-11-20 http://[::1/\nText of it",
        "not an http or https address: http://[::1/",
    ),
    article_file("file-without-paragraphs", LINE * 2, "the article has no paragraphs"),
    article_file("file-of-half-an-article", LINE + b"Text of it.\n" + LINE, "the article has no paragraphs", 1),
    article_file(
        "file-with-words-before",
        b"Hello\n" + LINE + b"Text of it.",
        "text before the first line `date YYYY-MM-DD URL`",
        1,
    ),
    article_file("file-of-zeros", LINE + bytes(9_000), "not a text file"),
    article_file("file-with-a-stray-zero", LINE + b"Text \0 of it. " + b"It goes on and on. " * 9, "", 1),
    article_file("file-in-utf-16", (LINE.decode() + PROSE).encode("utf-16"), "not a text file"),
    article_file("file-of-noise", bytes(range(1, 32)) * 99, "no line `date YYYY-MM-DD URL` in it"),
    article_file("file-of-a-hundred-thousand-dates", LINE * 100_000, "the article has no paragraphs"),
    article_file(
        "file-with-an-end-of-macs", LINE.replace(b"\n", b"\r") + b"Text of it.", "no line `date YYYY-MM-DD URL` in it"
    ),
)

CASES = (*PAGES, *CHANNELS, *FILES)
