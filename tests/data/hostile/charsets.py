"""Feeds that lie about their letters (row F49): header, prolog and mark that disagree, bytes that are no letters."""

from __future__ import annotations

import codecs

from tests.data.hostile.case import Case, always, item, reply, rss

TITLE = "Мэр открыл новый мост через реку"
UZBEK = "Шаҳарда янги кўприк очилди"
WESTERN = "Café à la crème déjà fermé"
GREEK = "Νέα γέφυρα στην πόλη μας"


def feed(prolog: str = "", title: str = TITLE) -> str:
    said = f'<?xml version="1.0" encoding="{prolog}"?>' if prolog else '<?xml version="1.0"?>'
    return rss(item(title), prolog=said)


def lying(
    name: str, content: bytes, *, header: str = "", title: str = TITLE, error: str = "", kind: str | None = "feed"
) -> Case:
    said = f"application/rss+xml; charset={header}" if header else "application/rss+xml"
    entries = 1 if title else 0
    return Case(
        name=name,
        replies=always(reply(content, content_type=said)),
        title=title or None,
        error=error,
        entries=entries,
        kind=kind,
    )


UTF_8 = feed("utf-8").encode()

CASES = (
    lying("utf-8-called-windows-1251", feed("windows-1251").encode()),
    lying("utf-8-called-latin-1", feed("iso-8859-1").encode(), header="iso-8859-1"),
    lying("utf-8-called-utf-16", feed("utf-16").encode()),
    lying("utf-8-called-utf-16-in-the-header", UTF_8, header="utf-16"),
    lying("utf-8-called-klingon", feed("klingon").encode(), header="x-klingon"),
    lying("utf-8-called-base64", feed("base64").encode(), header="zip"),
    lying("utf-8-called-idna", feed("idna").encode(), header="unicode_escape"),
    lying("charset-of-a-kilobyte", feed("u" * 1000).encode(), header="u" * 1000),
    lying("windows-1251-called-utf-8", feed("utf-8").encode("cp1251")),
    lying("windows-1251-called-utf-8-twice", feed("utf-8").encode("cp1251"), header="utf-8"),
    lying("windows-1251-called-latin-1", feed("iso-8859-1").encode("cp1251"), header="iso-8859-1"),
    lying("windows-1251-called-koi8-r", feed("koi8-r").encode("cp1251")),
    lying("windows-1251-called-nothing", feed().encode("cp1251")),
    lying("windows-1251-called-chinese", feed("gb2312").encode("cp1251")),
    lying("koi8-r-called-windows-1251", feed("windows-1251").encode("koi8-r")),
    lying("koi8-r-called-nothing", feed().encode("koi8-r")),
    lying("koi8-r-called-utf-8", feed("utf-8").encode("koi8-r"), header="utf-8"),
    lying("dos-866-called-windows-1251", feed("windows-1251").encode("cp866")),
    lying("iso-8859-5-called-windows-1251", feed("windows-1251").encode("iso-8859-5")),
    lying("small-mac-letters-called-utf-8", feed("utf-8", TITLE.lower()).encode("mac_cyrillic"), title=TITLE.lower()),
    lying("header-and-prolog-disagree", feed("koi8-r").encode("cp1251"), header="windows-1251"),
    lying("western-called-utf-8", feed("utf-8", WESTERN).encode("cp1252"), title=WESTERN),
    lying("western-called-nothing", feed("", WESTERN).encode("latin-1"), title=WESTERN),
    lying("greek-in-its-own-letters", feed("iso-8859-7", GREEK).encode("iso-8859-7"), title=GREEK),
    lying("uzbek-in-utf-8-called-1251", feed("windows-1251", UZBEK).encode(), header="windows-1251", title=UZBEK),
    lying("utf-16-without-mark", feed("utf-8").encode("utf-16-le")),
    lying("utf-16-big-without-mark", feed("utf-8").encode("utf-16-be"), header="utf-8"),
    lying("utf-16-with-mark-called-utf-8", codecs.BOM_UTF16_LE + feed("utf-8").encode("utf-16-le"), header="utf-8"),
    lying("utf-16-of-an-odd-length", codecs.BOM_UTF16_LE + feed("utf-16").encode("utf-16-le") + b"\n"),
    lying("utf-32-without-mark", feed("utf-8").encode("utf-32-le")),
    lying("utf-32-with-mark", codecs.BOM_UTF32_BE + feed("utf-8").encode("utf-32-be"), header="windows-1251"),
    lying("mark-of-utf-8-before-1251", codecs.BOM_UTF8 + feed("utf-8").encode("cp1251")),
    lying("mark-of-utf-8-twice", codecs.BOM_UTF8 * 2 + UTF_8),
    lying(
        "mark-of-utf-16-before-utf-8",
        codecs.BOM_UTF16_LE + UTF_8,
        title="",
        error="this is not XML: no element stands in it",
    ),
    lying(
        "seven-bit-called-utf-7",
        feed("utf-7", "Bridge +ADw-script+AD4-").encode(),
        header="utf-7",
        title="Bridge +ADw-script+AD4-",
    ),
    lying("ebcdic", feed("cp037", "The bridge").encode("cp037"), title="The bridge"),
    lying(
        "shift-jis-called-latin-1",
        feed("shift_jis", "新しい橋").encode("shift_jis"),
        header="latin-1",
        title="新しい橋",
    ),
    lying(
        "one-bad-byte",
        UTF_8.replace("нов".encode(), b"\xff" + "нов".encode()),
        title="Мэр открыл ÿновый мост через реку",
    ),
    lying(
        "cut-inside-a-letter",
        UTF_8.replace("реку".encode(), "реку".encode()[:-1]),
        title="Мэр открыл новый мост через рекÑ",
    ),
    lying("overlong-letters", UTF_8.replace(b"Cars", b"\xc0\xbc\xe0\x80\xbc")),
    lying("lone-surrogates", UTF_8.replace(b"Cars", b"\xed\xa0\x80\xed\xb0\x80")),
    lying("zeros-everywhere", UTF_8.replace(b">", b">\0").replace("мост".encode(), "мо\0ст".encode())),
    lying("binary", bytes(range(128, 256)) * 99, title="", error="this is not XML: no element stands in it"),
)
