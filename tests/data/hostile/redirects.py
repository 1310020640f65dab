"""Sites that send us round and round, or to where we must not go (row F48, T3)."""

from __future__ import annotations

from tests.data.hostile.case import Case, Reply, always, item, reply, rss

CIRCLE = "the site redirects in a circle (it may want cookies)"
TOO_OFTEN = "the site redirects more than 5 times"
UNREADABLE = "the site redirects to something unreadable"
FORBIDDEN = "redirects to a forbidden address: "
NO_NAME = "the host is neither a name with a dot in it nor an IP address in its usual form"


def moved(location: str, status: str = "302 Found") -> Reply:
    return reply(b"", content_type="", status=status, headers=(("Location", location),))


def leads(name: str, location: str, error: str, *, status: str = "302 Found") -> Case:
    return Case(name=name, replies=always(moved(location, status)), error=error)


GROWING = {"/feed?" + "y=1&" * at if at else "/feed": moved("/feed?" + "y=1&" * (at + 1)) for at in range(9)}
STAIRS = {f"/{at}" if at else "/feed": moved(f"/{at + 1}", "301 Moved") for at in range(100)}
FLIP_FLOP = {"/feed": moved("/b", "301 Moved"), "/b": moved("/feed", "308 Moved")}

CASES = (
    leads("to-itself", "/feed", CIRCLE),
    leads("to-itself-for-good", "feed#again", CIRCLE, status="308 Permanent Redirect"),
    leads("to-itself-spelled-out", "//to-itself-spelled-out.example:80/feed", CIRCLE),
    Case(name="to-and-fro", replies=FLIP_FLOP, error=CIRCLE),
    Case(name="growing-query", replies=GROWING, error=TOO_OFTEN),
    Case(name="hundred-steps", replies=STAIRS, error=TOO_OFTEN),
    Case(
        name="five-steps-and-a-feed",
        entries=1,
        replies={f"/{at}" if at else "/feed": moved(f"/{at + 1}") for at in range(5)}
        | {"/5": reply(rss(item()).encode())},
    ),
    leads("to-nowhere", "", "the site redirects without saying where"),
    Case(
        name="to-a-page-that-is-gone",
        error="the page was removed for good (410)",
        replies={"/feed": moved("/gone"), "/gone": reply(b"", status="410 Gone")},
    ),
    leads("to-a-control-character", "/\x0bx", UNREADABLE),
    leads("to-a-broken-bracket", "http://[::1/", UNREADABLE),
    leads("to-loopback", "http://127.0.0.1/", FORBIDDEN + "127.0.0.1 is loopback: this machine (RFC 1122)"),
    leads(
        "to-a-cloud-s-metadata",
        "http://169.254.169.254/latest/",
        FORBIDDEN + "169.254.169.254 is link-local, cloud metadata (RFC 3927)",
    ),
    leads("to-a-decimal-number", "http://2130706433/", FORBIDDEN + NO_NAME),
    leads("to-the-ipv6-loopback", "http://[::1]/", FORBIDDEN + "::1 is loopback: this machine (RFC 4291)"),
    leads("to-a-mapped-address", "http://[::ffff:10.0.0.1]/", FORBIDDEN + "an IP address in an unusual form"),
    leads("to-a-private-name", "http://inner.example/", FORBIDDEN + "10.0.0.1 is a private network (RFC 1918)"),
    leads("to-localhost", "http://localhost/", FORBIDDEN + NO_NAME),
    leads("to-a-database", "http://site.example:5432/", FORBIDDEN + "port 5432 is not one that web sites use"),
    leads("to-a-user-name", "http://admin:secret@site.example/", FORBIDDEN + "the address has a user name in it"),
    leads("to-a-file", "file:///etc/passwd", FORBIDDEN + "only http and https addresses are read"),
    leads("to-a-script", "javascript:alert(1)", FORBIDDEN + "only http and https addresses are read"),
    leads("to-gopher", "gopher://site.example/", FORBIDDEN + "only http and https addresses are read"),
    leads("to-a-long-address", "/" + "x" * 9_000, FORBIDDEN + "the address is longer than 4096 characters"),
    leads("to-no-such-name", "http://nobody.example/", "there is no site of this name"),
    leads("to-a-dead-port", "http://dead.example/", "no connection: nothing listens there"),
)
