"""What a fetch asks for and what it tells."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.fetching import body, client, failures
from bot.fetching.client import Fetched, Order
from bot.fetching.failures import Failed, Reason, Trouble
from tests.fetching.net import Answer, Net, by_path, moved, page, raw, serving

NEWS = b"<rss><channel><title>News</title></channel></rss>"


async def fetched(answer: Answer, **order: str | int) -> Fetched | Failed:
    """What one fetch of one page of one site brings."""
    async with serving(answer) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher() as fetcher:
            return await fetcher.fetch(Order(url=url, **order))  # type: ignore[arg-type]


async def content(answer: Answer) -> Fetched:
    came = await fetched(answer)
    assert isinstance(came, Fetched), came
    return came


async def failure(answer: Answer, **order: str | int) -> Failed:
    came = await fetched(answer, **order)
    assert isinstance(came, Failed), came
    return came


async def test_a_page_comes_with_all_that_is_said_about_it() -> None:
    said = (
        ("Content-Type", "application/rss+xml; charset=windows-1251"),
        ("ETag", 'W/"a1"'),
        ("Last-Modified", "Sat, 21 Nov 2026 08:00:00 GMT"),
        ("Cache-Control", "public, max-age=900"),
        ("Age", "100"),
    )

    came = await content(page(NEWS, headers=said))

    assert came == Fetched(
        status=200,
        content=NEWS,
        address="http://press.example/",
        content_type="application/rss+xml; charset=windows-1251",
        etag='W/"a1"',
        last_modified="Sat, 21 Nov 2026 08:00:00 GMT",
        max_age_s=800,
    )


async def test_the_request_says_who_asks_and_asks_for_gzip_only() -> None:
    async with serving(page()) as host:
        net = Net()
        url = net.add("press.example", host)

        async with net.fetcher() as fetcher:
            await fetcher.fetch(Order(url=url, accept="application/rss+xml", etag='"a"', last_modified="yesterday"))

        (heard,) = host.heard
        assert heard.headers.pop("user-agent").startswith("digest-bot/")
        assert heard.headers == {
            "host": "press.example",
            "accept": "application/rss+xml",
            "accept-encoding": "gzip",
            "if-none-match": '"a"',
            "if-modified-since": "yesterday",
            "connection": "close",
        }


def test_the_name_of_the_program_carries_a_contact() -> None:
    assert client.user_agent("https://paper.example/bot").endswith(" (+https://paper.example/bot)")
    assert "(" not in client.user_agent("")
    assert "(" not in client.user_agent("x\r\nHost: y")


async def test_a_page_that_did_not_change_keeps_its_marks() -> None:
    came = await fetched(page(b"", status="304 Not Modified", length=-1), etag='"a"', last_modified="yesterday")

    assert came == Fetched(
        status=304, content=b"", address="http://press.example/", etag='"a"', last_modified="yesterday"
    )


async def test_a_mark_that_cannot_be_sent_back_is_not_kept() -> None:
    came = await content(page(headers=(("ETag", "ы"), ("Last-Modified", "x" * 2000))))

    assert (came.etag, came.last_modified) == ("", "")


async def test_a_mark_with_a_line_break_is_not_sent() -> None:
    async with serving(page()) as host:
        net = Net()
        url = net.add("press.example", host)

        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url, etag="a\r\nHost: other.example"))

        assert isinstance(came, Fetched)
        assert "if-none-match" not in host.heard[0].headers


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
async def test_a_packed_page_is_unpacked(coding: str) -> None:
    came = await content(page(gzip.compress(NEWS, mtime=0), headers=(("Content-Encoding", coding),)))

    assert came.content == NEWS


@pytest.mark.parametrize("behind", [b"", gzip.compress(b" ", mtime=0), b"\0\0\0", b"junk"])
async def test_what_stands_behind_a_packed_page_does_no_harm(behind: bytes) -> None:
    came = await content(page(gzip.compress(NEWS, mtime=0) + behind, headers=(("Content-Encoding", "gzip"),)))

    assert came.content.strip() == NEWS


def test_a_packed_file_is_unpacked_within_the_same_bounds() -> None:
    packed = gzip.compress(NEWS, mtime=0)

    assert body.gunzip(packed, max_bytes=1000) == NEWS
    with pytest.raises(Trouble, match="larger than 20 bytes"):
        body.gunzip(packed, max_bytes=20)
    with pytest.raises(Trouble, match="cut off"):
        body.gunzip(packed[:-3], max_bytes=1000)


async def test_a_page_in_chunks_and_one_without_a_length_are_read_whole() -> None:
    chunked = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n")

    assert (await content(chunked)).content == b"<rss/>"
    assert (await content(page(NEWS, length=-1))).content == NEWS


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        (["301 Moved Permanently"], "http://press.example/1"),
        (["308 Permanent Redirect", "301 Moved Permanently"], "http://press.example/2"),
        (["302 Found"], ""),
        (["301 Moved Permanently", "307 Temporary Redirect"], ""),
        (["303 See Other", "301 Moved Permanently"], ""),
        ([], ""),
    ],
)
async def test_only_a_way_that_is_permanent_throughout_is_a_move(statuses: list[str], moved_to: str) -> None:
    answers = {("/" if at == 0 else f"/{at}"): moved(f"/{at + 1}", status=one) for at, one in enumerate(statuses)}
    answers["/" if not statuses else f"/{len(statuses)}"] = page(NEWS)

    came = await content(by_path(answers))

    assert (came.content, came.moved_to) == (NEWS, moved_to)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("http://press.example/feed?x=1#top", "/feed?x=1"),
        ("feed", "/feed"),
        ("./a/../feed", "/feed"),
        ("?page=2", "/?page=2"),
        ("//press.example/feed", "/feed"),
        ("/a b", "/a%20b"),
        ("/лента", "/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
        ("/\udceb\udce5", "/%EB%E5"),
        ("/%D0%BB%zz", "/%D0%BB%zz"),
    ],
)
async def test_a_redirect_is_followed_however_it_is_written(location: str, path: str) -> None:
    came = await content(by_path({"/": moved(location), path: page(NEWS)}))

    assert (came.content, came.address) == (NEWS, f"http://press.example{path}")


@pytest.mark.parametrize(
    ("location", "reason", "words"),
    [
        ("", Reason.REDIRECT, "without saying where"),
        ("http://[", Reason.REDIRECT, "unreadable"),
        ("ftp://press.example/", Reason.ADDRESS, "forbidden address: only http and https"),
        ("file:///etc/passwd", Reason.ADDRESS, "forbidden address"),
        ("http://127.0.0.1/", Reason.ADDRESS, "forbidden address: 127.0.0.1 is loopback"),
        ("http://user@press.example/x", Reason.ADDRESS, "user name"),
        ("http://press.example:22/", Reason.ADDRESS, "port 22"),
        ("http://nowhere.example/", Reason.DNS, "no site of this name"),
    ],
)
async def test_a_redirect_that_cannot_be_followed_is_told(location: str, reason: Reason, words: str) -> None:
    came = await failure(moved(location))

    assert came.reason is reason
    assert words in came.message
    assert came.public == failures.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("401 Unauthorized", Reason.FORBIDDEN, "wants a login (401)"),
        ("403 Forbidden", Reason.FORBIDDEN, "refuses us (403)"),
        ("404 Not Found", Reason.NOT_FOUND, "no such page (404)"),
        ("410 Gone", Reason.GONE, "removed for good (410)"),
        ("429 Too Many Requests", Reason.RATE, "too often, says the site (429)"),
        ("451 Unavailable For Legal Reasons", Reason.FORBIDDEN, "legal reasons (451)"),
        ("500 Internal Server Error", Reason.SERVER, "an error of its own (500)"),
        ("503 Service Unavailable", Reason.SERVER, "an error of its own (503)"),
        ("599 ", Reason.SERVER, "(599)"),
        ("999 Denied", Reason.STATUS, "no content (999)"),
        ("204 No Content", Reason.EMPTY, "without content (204)"),
        ("206 Partial Content", Reason.STATUS, "no content (206)"),
        ("300 Multiple Choices", Reason.STATUS, "no content (300)"),
        ("304 Not Modified", Reason.STATUS, "though we have nothing from it (304)"),
        ("418 I'm a teapot", Reason.STATUS, "no content (418)"),
    ],
)
async def test_every_status_has_its_words(status: str, reason: Reason, words: str) -> None:
    came = await failure(page(b"", status=status, length=-1))

    assert (came.reason, came.status) == (reason, int(status[:3]))
    assert words in came.message


@pytest.mark.parametrize("empty", [b"", b" \r\n\t "])
async def test_an_empty_page_is_told(empty: bytes) -> None:
    came = await failure(page(empty))

    assert (came.reason, came.message) == (Reason.EMPTY, "the page is empty")


async def test_an_empty_page_that_says_it_is_packed_is_empty() -> None:
    assert (await failure(page(b"", headers=(("Content-Encoding", "gzip"),)))).reason is Reason.EMPTY


async def test_a_mark_of_a_protection_is_read_in_the_body_too() -> None:
    wall = gzip.compress(b"<script src='https://challenges.cloudflare.com/x'>" + b"." * 100_000)

    came = await failure(page(wall, status="403 Forbidden", headers=(("Content-Encoding", "gzip"),)))

    assert (came.reason, came.protection) == (Reason.FORBIDDEN, "Cloudflare")
    assert "by Cloudflare" in came.message


@pytest.mark.parametrize("coding", ["br", "gzip", "gzip, gzip"])
async def test_an_error_page_that_cannot_be_unpacked_is_an_error_page(coding: str) -> None:
    came = await failure(page(b"\xff\xfe", status="403 Forbidden", headers=(("Content-Encoding", coding),)))

    assert (came.reason, came.protection) == (Reason.FORBIDDEN, "")


async def test_whoever_asks_cannot_tell_why_an_address_was_not_reached() -> None:
    closed = Net(names={"closed.example": [("93.184.216.34",)]}, ports={"93.184.216.34": 1})
    async with closed.fetcher() as fetcher:
        refused = await fetcher.fetch(Order(url="http://closed.example"))
        forbidden = await fetcher.fetch(Order(url="http://10.0.0.1/"))
        unknown = await fetcher.fetch(Order(url="http://unknown.example/"))

    came = [one for one in (refused, forbidden, unknown) if isinstance(one, Failed)]
    assert [one.reason for one in came] == [Reason.CONNECT, Reason.ADDRESS, Reason.DNS]
    assert {one.public for one in came} == {failures.UNREACHABLE}
    assert len({one.message for one in came}) == 3


async def test_a_date_to_come_back_at_is_told_in_seconds() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)

    came = await failure(page(b"", status="503 Service Unavailable", headers=(("Retry-After", later),)))

    assert 7190 <= came.retry_after_s <= 7200


async def test_a_fetcher_must_be_opened() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Net(names={"press.example": [("93.184.216.34",)]}).fetcher().fetch(Order(url="http://press.example"))


def test_the_same_bytes_unpack_whether_they_come_at_once_or_one_by_one() -> None:
    packed = gzip.compress(NEWS * 100, mtime=0) + gzip.compress(NEWS, mtime=0)
    slowly = body.Gzip(max_bytes=100_000)

    for at in range(len(packed)):
        slowly.feed(packed[at : at + 1])

    assert slowly.finish() == body.gunzip(packed, max_bytes=100_000) == NEWS * 101


def test_zlib_without_the_frame_of_gzip_is_not_gzip() -> None:
    with pytest.raises(Trouble) as caught:
        body.gunzip(zlib.compress(NEWS), max_bytes=1000)

    assert caught.value.failed.reason is Reason.ENCODING
