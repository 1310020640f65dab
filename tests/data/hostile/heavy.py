"""Feeds made to eat memory and time (row F50), and XML that attacks whoever reads it (T9, T10)."""

from __future__ import annotations

from collections.abc import Callable

from tests.data.hostile.case import Case, Patience, always, item, reply, rss

ENTITIES = "it declares more than 1 kB of entities, as attacks do"
KILLED = "it took longer than 1 s"
WHOLE = 200  # entries of one reading


def heavy(name: str, make: Callable[[], str], error: str = "", entries: int = 0) -> Case:
    patience = Patience.HURRIED_READER if error == KILLED else Patience.PATIENT
    answer = reply(lambda: make().encode())
    return Case(name=name, replies=always(answer), error=error, entries=entries, kind="feed", patience=patience)


def doctype(entities: str, *items: str) -> str:
    return f"<!DOCTYPE rss [{entities}]>" + rss(*(items or (item("&a;"),)))


def laughs() -> str:
    nested = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    return doctype(f'<!ENTITY l0 "ha">{nested}<!ENTITY a "&l29;">')


def few_laughs() -> str:
    """Few enough characters to pass for an honest list of entities."""
    nested = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return doctype(f'<!ENTITY l0 "ha">{nested}<!ENTITY a "&l8;">')


CASES = (
    heavy("title-of-four-megabytes", lambda: rss(item("x" * 4_000_000)), "", 1),
    heavy("title-of-html", lambda: rss(item("<![CDATA[" + "<b>x</b>" * 400_000 + "]]>")), "", 1),
    heavy("text-of-tags", lambda: rss(f"<item><description>{'<b>x</b>' * 500_000}</description></item>"), KILLED),
    heavy("hundred-thousand-entries", lambda: rss("<item/>" * 100_000), "", WHOLE),
    heavy("fifty-thousand-levels", lambda: rss("<a>" * 50_000 + "</a>" * 50_000), ""),
    heavy("levels-that-never-close", lambda: rss("<a>" * 400_000), KILLED),
    heavy("author-of-addresses", lambda: rss(f"<item><author>{'a@a.' * 100_000}</author></item>"), "", 1),
    heavy("attribute-of-four-megabytes", lambda: rss(f'<item a="{"x" * 4_000_000}"><title>A</title></item>'), "", 1),
    heavy(
        "hundred-thousand-attributes",
        lambda: rss("<item " + " ".join(f'a{n}="x"' for n in range(100_000)) + "/>"),
        KILLED,
    ),
    heavy("comment-of-four-megabytes", lambda: rss(f"<!--{'x' * 4_000_000}-->", item()), "", 1),
    heavy("less-than-signs-only", lambda: "<" * 4_900_000, "this is not XML: no element stands in it"),
    heavy("ampersands-only", lambda: rss(item("&" * 400_000)), "", 1),
    heavy("open-cdata-many-times", lambda: rss(item("<![CDATA[" * 100_000)), "it breaks off in its first entry", 1),
    heavy("open-comments-many-times", lambda: rss("<!--" * 500_000), "it breaks off before its first entry"),
    heavy("doctype-many-times", lambda: "<!DOCTYPE [" * 300_000, "this is not XML: no element stands in it"),
    heavy("name-of-a-megabyte", lambda: rss(f"<{'n' * 1_000_000}/>", item()), "", 1),
    heavy(
        "thirty-thousand-namespaces",
        lambda: rss("<item>" + "".join(f'<x xmlns="u:{n}"/>' for n in range(30_000)) + "</item>"),
        "",
        1,
    ),
    heavy("thirty-thousand-categories", lambda: rss(item(more="<category>c</category>" * 30_000)), "", 1),
    heavy("thirty-thousand-enclosures", lambda: rss(item(more='<enclosure url="x"/>' * 30_000)), "", 1),
    heavy("date-of-a-megabyte", lambda: rss(item(more=f"<pubDate>{'1 ' * 500_000}</pubDate>")), "", 1),
    heavy("billion-laughs", laughs, ENTITIES),
    heavy("small-billion-laughs", few_laughs, "", 1),
    heavy("quadratic-blow-up", lambda: doctype(f'<!ENTITY a "{"x" * 50_000}">', item("&a;" * 50_000)), ENTITIES),
    heavy("small-quadratic-blow-up", lambda: doctype(f'<!ENTITY a "{"x" * 900}">', item("&a;" * 50_000)), "", 1),
    heavy("entity-of-itself", lambda: doctype('<!ENTITY a "&a;">'), "", 1),
    heavy("entities-of-each-other", lambda: doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">'), "", 1),
    heavy("parameter-entities", lambda: doctype("<!ENTITY % p \"<!ENTITY a 'x'>\">%p;"), "", 1),
    heavy("entity-of-a-file", lambda: doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), "", 1),
    heavy("entity-of-a-private-address", lambda: doctype('<!ENTITY a SYSTEM "http://127.0.0.1/">'), "", 1),
    heavy("parameter-entity-of-a-file", lambda: doctype('<!ENTITY % p SYSTEM "file:///etc/passwd">%p;'), "", 1),
    heavy(
        "doctype-of-a-private-address", lambda: '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">' + rss(item()), "", 1
    ),
    heavy(
        "inclusion-of-a-file",
        lambda: rss(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>', item()
        ),
        "",
        1,
    ),
    heavy(
        "stylesheet-of-a-private-address",
        lambda: '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1/x.xsl"?>' + rss(item()),
        "",
        1,
    ),
)
