"""Servers that speak HTTP badly, slowly, for ever, or not at all (rows F46 and F53, T8)."""

from __future__ import annotations

from tests.data.hostile.case import Case, End, Patience, Reply, always, item, reply, rss

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
FEED = rss(item()).encode()
MANY = FEED * 50

TIMEOUT = "the site did not answer in time"
SLOW = "the page comes slower than 1,000 bytes a second"
TOO_LARGE = "the page is larger than 5,000,000 bytes"
NO_HTTP = "the answer is not proper HTTP"
HEADERS = "the headers of the answer are too large"
PACKAGING = "the answer is nearly all headers or packaging, with hardly any content in it"
CUT_OFF = "the answer was cut off before its end"
HUNG_UP = "the site hung up without an answer"
EMPTY = "the page is empty"


def raw(name: str, sent: bytes, error: str, *, end: End = End.CLOSE, entries: int = 0) -> Case:
    return Case(name=name, replies=always(Reply(head=sent, end=end)), error=error, entries=entries)


def slow(name: str, sent: bytes, tail: bytes, error: str) -> Case:
    patience = Patience.HURRIED if error == TIMEOUT else Patience.DEMANDING
    end = End.DRIP if tail else End.SILENT
    return Case(name=name, replies=always(Reply(head=sent, tail=tail, end=end)), error=error, patience=patience)


def endless(name: str, sent: bytes, tail: bytes, error: str) -> Case:
    return Case(name=name, replies=always(Reply(head=sent, tail=tail, end=End.AGAIN)), error=error)


def status(name: str, line: str, error: str, *, body: bytes = b"", **headers: str) -> Case:
    fields = tuple((field.replace("_", "-"), value) for field, value in headers.items())
    return Case(
        name=name, replies=always(reply(body, content_type="text/html", status=line, headers=fields)), error=error
    )


NO_PROPER_HTTP = (
    raw("hangs-up", b"", HUNG_UP),
    raw("resets", b"", HUNG_UP, end=End.RESET),
    raw("resets-in-the-head", OK + b"Content-Ty", HUNG_UP, end=End.RESET),
    raw("resets-in-the-body", OK + b"Content-Length: 900\r\n\r\n<rss", CUT_OFF, end=End.RESET),
    raw("head-without-end", OK + b"Content-Type: text/xml\r\n", HUNG_UP),
    raw("mail-server", b"220 mail.example ESMTP\r\n", NO_HTTP),
    raw("secure-shell", b"SSH-2.0-OpenSSH_9.2\r\n", NO_HTTP),
    raw("bare-feed", FEED, NO_HTTP),
    raw("zeros", bytes(400), NO_HTTP),
    raw("http-2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NO_HTTP),
    raw("status-of-letters", b"HTTP/1.1 two hundred OK\r\n\r\n" + FEED, NO_HTTP),
    raw("status-of-eight-digits", b"HTTP/1.1 20000000 OK\r\n\r\n" + FEED, NO_HTTP),
    raw("status-not-ascii", b"HTTP/1.1 \xff\xfe OK\r\n\r\n" + FEED, NO_HTTP),
    raw("header-without-name", OK + b": nothing\r\n\r\n" + FEED, NO_HTTP),
    raw("header-with-nul", OK + b"X-A: a\0b\r\n\r\n" + FEED, NO_HTTP),
    raw("header-folded-without-start", OK + b" folded\r\n\r\n" + FEED, NO_HTTP),
    raw(
        "switches-protocol",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "the site gave an answer that brings no content (101)",
    ),
)

LENGTHS = (
    raw("length-below-zero", OK + b"Content-Length: -5\r\n\r\n" + FEED, NO_HTTP),
    raw("length-in-letters", OK + b"Content-Length: 1e3\r\n\r\n" + FEED, NO_HTTP),
    raw("two-lengths", OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + FEED, NO_HTTP),
    raw("length-of-forty-digits", OK + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + FEED, NO_HTTP),
    raw("length-of-a-gigabyte", OK + b"Content-Length: 1000000000\r\n\r\n" + FEED, TOO_LARGE),
    raw("length-too-long", OK + b"Content-Length: 9999\r\n\r\n" + FEED, CUT_OFF),
    raw("length-too-short", OK + b"Content-Length: 20\r\n\r\n" + FEED, NO_HTTP),
    raw("length-nought", OK + b"Content-Length: 0\r\n\r\n", EMPTY),
    raw("blanks-only", OK + b"\r\n" + b" \r\n\t" * 500, EMPTY),
    raw("length-and-chunks", OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", NO_HTTP),
    raw("chunk-size-in-letters", CHUNKED + b"zz\r\nabc", NO_HTTP),
    raw("chunk-size-below-zero", CHUNKED + b"-1\r\nabc", NO_HTTP),
    raw("chunk-size-too-big", CHUNKED + b"f" * 20 + b"\r\nabc", NO_HTTP),
    raw("chunk-longer-than-said", CHUNKED + b"3\r\nabcdef", NO_HTTP),
    raw("chunk-cut", CHUNKED + b"ff\r\n<rss>", CUT_OFF),
    raw("chunks-without-end", CHUNKED + b"5\r\n<rss>\r\n", CUT_OFF),
    raw("transfer-unknown", OK + b"Transfer-Encoding: identity, brotli\r\n\r\n" + FEED, "", entries=1),
)

LARGE_HEADS = (
    raw("one-header-of-40-kb", OK + b"X-A: " + b"x" * 40_000 + b"\r\n\r\n" + FEED, HEADERS),
    raw(
        "hundred-headers-of-1-kb",
        OK + b"".join(b"X-%d: %b\r\n" % (n, b"y" * 1000) for n in range(100)) + b"\r\n",
        HEADERS,
    ),
    endless("header-for-ever", OK + b"X-A: ", b"x" * 1000, HEADERS),
    endless("headers-for-ever", OK, b"X-A: b\r\n" * 10, HEADERS),
    endless("status-for-ever", b"HTTP/1.1 200 ", b"OK" * 100, HEADERS),
    endless("interim-answers-for-ever", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, PACKAGING),
)

STREAMS = (
    endless("stream-for-ever", OK + b"\r\n", b"<item/>" * 1000, TOO_LARGE),
    endless("chunks-for-ever", CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n", TOO_LARGE),
    endless("one-byte-chunks-for-ever", CHUNKED, b"1\r\nx\r\n" * 1000, PACKAGING),
    endless("chunk-extensions-for-ever", CHUNKED, b"1;" + b"e" * 200 + b"\r\nx\r\n", PACKAGING),
    endless("noise-for-ever", OK + b"Content-Type: audio/mpeg\r\n\r\n", bytes(range(256)) * 16, TOO_LARGE),
    Case(name="five-megabytes-and-one", replies=always(reply(lambda: b"x" * 5_000_001)), error=TOO_LARGE),
)

SLOW_ONES = (
    slow("never-says-a-word", b"", b"", TIMEOUT),
    slow("stops-in-the-status", b"HTTP/1.1 2", b"", TIMEOUT),
    slow("stops-in-the-head", OK + b"Content-Type: te", b"", TIMEOUT),
    slow("drips-the-status", b"HTTP/1.1 200 ", b"O", TIMEOUT),
    slow("drips-headers", OK, b"X-A: b\r\n", TIMEOUT),
    slow("drips-interim-answers", b"", b"HTTP/1.1 100 Continue\r\n\r\n", TIMEOUT),
    slow("drips-an-error-page", b"HTTP/1.1 403 No\r\n\r\n", b"x", TIMEOUT),
    slow("steady-and-endless", OK + b"\r\n", b"x" * 10_000, TIMEOUT),
    slow("stops-in-the-body", OK + b"Content-Length: 900\r\n\r\n<rss>", b"", SLOW),
    slow("no-body-and-no-end", OK + b"\r\n", b"", SLOW),
    slow("drips-the-body", OK + b"\r\n", b"<", SLOW),
    slow("drips-chunks", CHUNKED, b"1\r\nx\r\n", SLOW),
    slow("quick-then-drips", OK + b"\r\n" + b"x" * 250, b"x", SLOW),
)

BY_CLOUDFLARE = "the site refuses us (403), by Cloudflare, a protection against programs"
STATUSES = (
    status("no-content", "204 No Content", "the site answered without content (204)"),
    status("part-only", "206 Partial Content", "the site gave an answer that brings no content (206)", body=MANY),
    status(
        "unchanged-unasked",
        "304 Not Modified",
        "the site says that nothing changed, though we have nothing from it (304)",
        ETag='"1"',
    ),
    status("bad-request", "400 Bad Request", "the site gave an answer that brings no content (400)"),
    status("login", "401 Unauthorized", "the site wants a login (401)", WWW_Authenticate='Basic realm="x"'),
    status("paywall", "402 Payment Required", "the site wants to be paid (402)"),
    status("forbidden", "403 Forbidden", "the site refuses us (403)"),
    status("cloudflare", "403 Forbidden", BY_CLOUDFLARE, cf_mitigated="challenge"),
    status("cloudflare-page", "403 Forbidden", BY_CLOUDFLARE, body=b'<script src="/cdn-cgi/challenge"></script>'),
    status(
        "ddos-guard",
        "403 Forbidden",
        "the site refuses us (403), by DDoS-Guard, a protection against programs",
        Server="ddos-guard",
    ),
    status(
        "qrator-page",
        "503 Service Unavailable",
        "the site has an error of its own (503), by Qrator, a protection against programs",
        body=b"<script src='/__qrator/qauth.js'></script>",
    ),
    status("not-found", "404 Not Found", "there is no such page (404)", body=FEED),
    status("gone", "410 Gone", "the page was removed for good (410)"),
    status("too-often", "429 Too Many Requests", "we ask too often, says the site (429)", Retry_After="9" * 400),
    status("legal-reasons", "451 Unavailable", "the page is closed for legal reasons (451)"),
    status("server-error", "500 Internal Server Error", "the site has an error of its own (500)"),
    status("bad-gateway", "502 Bad Gateway", "the site has an error of its own (502)", body=b"<h1>nginx</h1>"),
    status("unknown-status", "299 Hello", "the site gave an answer that brings no content (299)", body=FEED),
    status("status-of-nine-hundred", "999 Denied", "the site gave an answer that brings no content (999)"),
)

CASES = (*NO_PROPER_HTTP, *LENGTHS, *LARGE_HEADS, *STREAMS, *SLOW_ONES, *STATUSES)
