"""Well-formed feeds with something bad in them: titles that steer a terminal or a chat, links that lead to us (T1, T11,
T12, T29)."""

from __future__ import annotations

from html import escape

from tests.data.hostile.case import Case, Then, always, item, reply, rss

REFUSED = "refused: "


def titled(name: str, title: str, seen: str) -> Case:
    """A title, and what is left of it in the article."""
    feed = rss(item(escape(title, quote=False)))
    return Case(
        name=name, replies=always(reply(feed.encode("utf-8", "surrogatepass"))), entries=1, title=seen, then=Then.CLEAN
    )


def linked(name: str, link: str, error: str) -> Case:
    """A link to follow, and what we are told of it."""
    feed = rss(item(link=escape(link)))
    return Case(name=name, replies=always(reply(feed.encode())), entries=1, error=error, then=Then.FOLLOW)


def dropped(name: str, link: str) -> Case:
    """A link that the article goes without."""
    feed = rss(item(link=escape(link)))
    return Case(name=name, replies=always(reply(feed.encode())), entries=1, link="", then=Then.CLEAN)


def written(name: str, description: str, error: str) -> Case:
    """A text in which there is no article."""
    feed = rss(f"<item><title>Bridge</title><description>{description}</description></item>")
    return Case(name=name, replies=always(reply(feed.encode())), error=error, then=Then.CLEAN)


NO_NAME = REFUSED + "the host is neither a name with a dot in it nor an IP address in its usual form"

TITLES = (
    titled("title-that-turns-round", "Bridge \u202egnp.exe\u202c open", "Bridge gnp.exe open"),
    titled("title-isolated", "\u2066Bridge\u2069 \u2067open\u2069", "Bridge open"),
    titled("title-with-nothing-visible", "Bri\u200bd\ufeffge\u2060 o\u00adpen", "Bridge open"),
    titled("title-of-tag-letters", "Bridge\U000e0041\U000e0042\U000e007f open", "Bridge open"),
    titled("title-on-many-lines", "Bridge\r\n\u2028\u2029open", "Bridge open"),
    titled("title-that-steers-a-terminal", "Bridge \x9b31mopen\x7f", "Bridge ›31mopen"),
    titled("title-of-markup", '</b><a href="http://bad.example/">Bridge</a> open', "Bridge open"),
    titled("title-of-a-script", "<script>alert(1)</script>Bridge open", "<script>alert(1)</script>Bridge open"),
    titled("title-of-unbalanced-tags", "<b><i>Bridge</b> <u>open", "Bridge open"),
    titled("title-of-markdown", "*Bridge_ [open](tg://user?id=1)", "*Bridge_ [open](tg://user?id=1)"),
    titled("title-of-noncharacters", "Bridge\ufdd0\ufdef open", "Bridge open"),
    titled("title-of-sql", "Bridge'; DROP TABLE articles; --", "Bridge'; DROP TABLE articles; --"),
)

LINKS = (
    dropped("link-to-a-script", "javascript:alert(document.cookie)"),
    dropped("link-with-a-tab-to-a-script", "java\tscript:alert(1)"),
    dropped("link-to-data", "data:text/html;base64,PHNjcmlwdD4="),
    dropped("link-to-a-file", "file:///etc/passwd"),
    dropped("link-to-a-chat", "tg://resolve?domain=bad"),
    dropped("link-of-four-kilobytes", "https://site.example/" + "x" * 4_000),
    linked("link-to-loopback", "http://127.0.0.1:80/admin", REFUSED + "127.0.0.1 is loopback: this machine (RFC 1122)"),
    linked(
        "link-to-a-cloud-s-metadata",
        "http://169.254.169.254/latest/meta-data/",
        REFUSED + "169.254.169.254 is link-local, cloud metadata (RFC 3927)",
    ),
    linked("link-to-a-router", "http://192.168.0.1/reboot", REFUSED + "192.168.0.1 is a private network (RFC 1918)"),
    linked("link-to-a-number", "http://3232235521/", NO_NAME),
    linked("link-to-a-hexadecimal", "http://0x7f.1/", NO_NAME),
    linked(
        "link-to-full-width-digits",
        "http://１２７.０.０.１/",
        REFUSED + "the host has characters in it that no name has",
    ),
    linked("link-to-the-ipv6-loopback", "http://[::1]/", REFUSED + "::1 is loopback: this machine (RFC 4291)"),
    linked(
        "link-to-a-translated-address",
        "http://[64:ff9b::7f00:1]/",
        REFUSED + "127.0.0.1 is loopback: this machine (RFC 1122), written as 64:ff9b::7f00:1",
    ),
    linked("link-to-a-private-name", "http://inner.example/", REFUSED + "10.0.0.1 is a private network (RFC 1918)"),
    linked("link-to-a-mail-server", "http://site.example:25/", REFUSED + "port 25 is not one that web sites use"),
    linked("link-with-a-password", "http://a:b@site.example/", REFUSED + "the address has a user name in it"),
)

TEXTS = (
    written("text-of-nothing", "", "the text is empty"),
    written("text-of-a-picture", escape('<img src="https://site.example/1.png">'), "the text is empty"),
    written("text-of-signs", "— *** — !!! —", "the text holds no words"),
    written("text-of-one-word", "Bridge", "the text is too short to be an article"),
    written("text-of-a-link", "https://bad.example/bridge/open/again", "the text holds no words"),
    written("text-of-invisible-letters", "\u200b\u2060\ufeff" * 99, "the text holds no words"),
    written("text-in-a-script", escape("<script>one two three four</script>"), "the text is empty"),
)

CASES = (*TITLES, *LINKS, *TEXTS)
