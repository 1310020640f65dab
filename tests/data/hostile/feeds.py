"""Feeds that are broken, or none (row F51): cut off, two of them, web pages, logins, empty, JSON of other kinds."""

from __future__ import annotations

import json

from tests.data.hostile.case import Case, always, item, reply, rss

ITEMS = tuple(item(f"Bridge {at}", f"https://site.example/{at}") for at in range(5))
FEED = rss(*ITEMS)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Town</title><entry><title>Bridge</title>'
    '<link href="https://site.example/1"/></entry></feed>'
)
PAGE = "this is a web page, not a feed"
NOTHING = "this is not XML: no element stands in it"
EMPTY = "the body is empty"
NONE = "this is no source that can be read: it looks like "
IN_THE_FIRST = "it breaks off in its first entry"
NO_JSON_FEED = "this is JSON, but no JSON Feed: neither its version nor items stand in it"
VERSION = '"version": "https://jsonfeed.org/version/1.1"'


def broken(name: str, text: str, error: str = "", entries: int = 0, *, kind: str | None = "feed") -> Case:
    return Case(name=name, replies=always(reply(text.encode())), error=error, entries=entries, kind=kind)


def other_xml(root: str) -> str:
    return f"this is XML, but no feed: its first element is <{root}>"


def cut(whole: int) -> str:
    return f"it breaks off before its end; {whole} whole entries were read" if whole else IN_THE_FIRST


def at(text: str, mark: str) -> str:
    """The text up to and with the first place of a mark."""
    return text[: text.index(mark) + len(mark)]


CUT_OFF = (
    broken("cut-in-a-link", at(FEED, "example/3"), cut(3), 3),
    broken("cut-in-a-tag", at(FEED, "Bridge 2</tit"), cut(2), 2),
    broken("cut-between-entries", at(FEED, "</item>"), cut(1), 1),
    broken("cut-before-the-end", FEED.removesuffix("</channel></rss>"), cut(5), 5),
    broken("cut-in-the-last-tag", FEED[:-1], "", 5),
    broken("cut-in-the-first-entry", at(FEED, "Bridge 0"), cut(0)),
    broken("cut-in-the-channel", at(FEED, "<title>Town"), "it breaks off before its first entry"),
    broken("cut-in-cdata", rss(ITEMS[0], "<item><title><![CDATA[Bridge").removesuffix("</channel></rss>"), cut(1), 1),
    broken("cut-in-a-comment", rss(ITEMS[0], "<!-- to be").removesuffix("</channel></rss>"), cut(1), 1),
    broken("cut-atom", at(ATOM, "Bridge</title>"), cut(0), 1),
    broken("cut-declaration", "<?xml version='1.0'", NOTHING),
    broken("cut-doctype", "<!DOCTYPE rss [", NOTHING),
)

MALFORMED = (
    broken("two-roots", FEED + ATOM, "a second feed follows the first one and was not read", 5),
    broken("junk-behind-the-end", FEED + "<script>alert(1)</script>", "", 5),
    broken("warning-before-the-start", "Warning: mysqli_connect() in db.php on line 3\n" + FEED, "", 5),
    broken("bare-ampersands", rss(item("Rivers & Roads & &c; &#; &#x; &#99999999;")), "", 1),
    broken("forbidden-references", rss(item("Bridge &#0;&#8;&#xD800;&#xFFFF; open")), "", 1),
    broken("control-characters", rss(item("Bridge \x01\x02\x0b\x1f open")), "", 1),
    broken("entities-of-html", rss(item("Bridge&nbsp;&mdash;&laquo;open&raquo; &bogus;")), "", 1),
    broken("unclosed-tags", rss("<item><title>Bridge<link>https://site.example/1<b><i></item>", *ITEMS), "", 5),
    broken("crossed-tags", rss("<item><title><b>Bridge</title></b></item>", *ITEMS), "", 6),
    broken("attributes-without-quotes", rss("<item x=1 y=><title>Bridge</title></item>", *ITEMS), "", 6),
    broken("attribute-twice", rss('<item a="1" a="2"><title>Bridge</title></item>', *ITEMS), "", 6),
    broken("prefix-undeclared", rss("<item><dc:creator>A. Writer</dc:creator><title>Bridge</title></item>"), "", 1),
    broken("entry-in-an-entry", rss("<item><title>Outer</title><item><title>Inner</title></item></item>"), "", 2),
    broken("capital-letters", FEED.replace("<rss", "<RSS").replace("</rss", "</RSS"), "", 5),
    broken("version-7", FEED.replace('"2.0"', '"7.0"'), "", 5),
    broken("declaration-in-the-middle", FEED.replace("<channel>", "<?xml version='1.0'?><channel>"), "", 5),
    broken("declaration-of-version-9", '<?xml version="9.9" standalone="maybe"?>' + FEED, "", 5),
    broken("cdata-in-cdata", rss(item("<![CDATA[Bridge <![CDATA[open]]> now]]>")), "", 1),
    broken("less-than-signs", rss(item("5 < 6 <3 << >>")), "", 1),
    broken("no-entries", rss(), ""),
    broken("entries-without-anything", rss("<item/>" * 3), "", 3),
)

NO_FEEDS = (
    broken("web-page", "<!DOCTYPE html><html><body><h1>Bridge</h1></body></html>", PAGE),
    broken("web-page-without-doctype", "Sorry!<html><p>Error 500</p></html>", PAGE),
    broken("xhtml-page", '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', PAGE),
    broken("login-wall", '<html><form action="/login"><input type="password" name="p"></form></html>', PAGE),
    broken("protection-page-with-200", '<html><script src="/cdn-cgi/challenge-platform/x.js"></script></html>', PAGE),
    broken("page-that-quotes-a-feed", f"<html><pre>{FEED}</pre></html>", PAGE),
    broken("plain-words", "Service temporarily unavailable", NOTHING),
    broken("php-source", "<?php header('Content-Type: text/xml'); echo $feed;", NOTHING),
    broken("comment-only", "<!-- nothing here -->", NOTHING),
    broken("byte-order-mark-only", "\ufeff", EMPTY),
    broken("nul-only", "\0" * 50, EMPTY),
    broken("soap-fault", "<soap:Envelope><soap:Body/></soap:Envelope>", other_xml("envelope")),
    broken("bucket-error", "<Error><Code>AccessDenied</Code></Error>", other_xml("error")),
    broken("picture", "<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>", other_xml("svg")),
    broken("sitemap-instead", "<urlset><url><loc>https://site.example/</loc></url></urlset>", other_xml("urlset")),
    broken("name-of-a-kilobyte", f"<{'x' * 1000}/>", other_xml("x" * 40)),
)

JSON = (
    broken("json-error", '{"error": "no such page"}', NO_JSON_FEED),
    broken("json-list", "[1, 2, 3]", "this is JSON, but no JSON Feed: it is no object"),
    broken(
        "json-cut",
        "{" + VERSION + ', "items": [{"id": "1", "content_text": "The bri',
        "damaged JSON at line 1, column 87: unterminated string",
    ),
    broken(
        "json-comma",
        "{" + VERSION + ', "items": [] "x"}',
        "damaged JSON at line 1, column 61: expecting ',' delimiter",
    ),
    broken("json-nested", '{"version": "1", "items": ' + "[" * 100_000, "JSON that is nested too deep to be read"),
    broken(
        "json-number-of-a-megabyte",
        "{" + VERSION + ', "items": [], "n": ' + "9" * 1_000_000 + "}",
        "JSON with a number of thousands of digits",
    ),
    broken("json-items-no-list", "{" + VERSION + ', "items": {"a": 1}}', ""),
    broken(
        "json-items-of-all-sorts", "{" + VERSION + ', "items": [1, "a", null, [], {"id": 7, "title": "Bridge"}]}', "", 1
    ),
    broken(
        "json-surrogates", "{" + VERSION + ', "items": [{"id": "1", "title": "\\ud83d Bridge \\u0000 open"}]}', "", 1
    ),
    broken("json-not-a-number", "{" + VERSION + ', "items": [{"id": NaN, "title": "Bridge", "url": Infinity}]}', "", 1),
    broken("json-key-twice", "{" + VERSION + ', "items": [], "items": ' + json.dumps([{"id": "1"}]) + "}", "", 1),
)

UNKNOWN = (
    broken("nothing-that-is-known", "Service temporarily unavailable", NONE + "plain text", kind=None),
    broken("noise-that-is-no-picture", "\x89PNG\r\n\x1a\n" + "\0" * 99, NONE + "a file in no readable form", kind=None),
    broken("document", "%PDF-1.7\n%\x80\x80", NONE + "a PDF document", kind=None),
    broken("calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", NONE + "a calendar", kind=None),
    broken("json-of-something-else", '{"ok": true}', NONE + "JSON of another kind", kind=None),
)

CASES = (*CUT_OFF, *MALFORMED, *NO_FEEDS, *JSON, *UNKNOWN)
