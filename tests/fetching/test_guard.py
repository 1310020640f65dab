"""No way of writing or reaching an address that is not public leads to a connection (security.md, T1-T5)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, ip_network

import aiohttp
import pytest

from bot.errors import RefusedAddress
from bot.fetching import failures
from bot.fetching.client import Fetched, Fetcher, Order
from bot.fetching.failures import Failed, Reason
from bot.fetching.guard import Guard, GuardedSocket
from tests.fetching.net import PUBLIC, Host, Net, by_path, files_fall_to, moved, open_files, page, raw, serving
from tests.fetching.vectors import ANSWERS, NAMED, URLS, Off

Way = Callable[[Net, Host, Fetcher], Awaitable[list[Fetched | Failed]]]


async def first(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    return [await fetcher.fetch(Order(url=url)) for url in URLS]


async def redirected(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    came = []
    for url in URLS:
        public.answer = moved(url)
        came.append(await fetcher.fetch(Order(url="http://press.example/feed")))
    return came


async def redirected_without_scheme(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    came = []
    for url in URLS:
        public.answer = moved(url.partition(":")[2])
        came.append(await fetcher.fetch(Order(url="http://press.example/feed")))
    return came


async def rebound(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    """The name is public when it is first looked up and private when the relative redirect is followed."""
    came = []
    public.answer = moved("/again")
    for answer in ANSWERS:
        net.names["rebound.example"] = [(PUBLIC,), (answer,)]
        came.append(await fetcher.fetch(Order(url="http://rebound.example/feed")))
    return came


async def polled(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    """The name is public when the source is added and private when it is read the next time."""
    came = []
    public.answer = page()
    for answer in ANSWERS:
        net.names["polled.example"] = [(PUBLIC,), (answer,)]
        assert isinstance(await fetcher.fetch(Order(url="http://polled.example/feed")), Fetched)
        came.append(await fetcher.fetch(Order(url="http://polled.example/feed")))
    return came


async def mixed(net: Net, public: Host, fetcher: Fetcher) -> list[Fetched | Failed]:
    """The name has a public address, where nobody listens, and one that is not public."""
    came = []
    for answer in ANSWERS:
        net.names["mixed.example"] = [("93.184.216.99", answer)]
        came.append(await fetcher.fetch(Order(url="http://mixed.example/feed")))
    return came


WAYS: tuple[Way, ...] = (first, redirected, redirected_without_scheme, rebound, polled, mixed)


def web(public: Host, private: Host) -> Net:
    net = Net(elsewhere=private.port)
    net.add("press.example", public)
    net.ports["93.184.216.99"] = 1  # nobody listens on port 1 of loopback
    net.names |= {name: [("127.0.0.1",)] for name in NAMED}
    return net


def test_there_are_enough_ways_to_write_and_to_reach_a_private_address() -> None:
    assert len(set(URLS)) >= 60
    assert len(set(ANSWERS)) >= 60


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_that_is_not_public_sees_a_connection(way: Way) -> None:
    async with serving(page(b"secret")) as private, serving(page()) as public:
        net = web(public, private)

        async with net.fetcher() as fetcher:
            came = await way(net, public, fetcher)

        assert {type(one) for one in came} == {Failed}
        assert {one.public for one in came if isinstance(one, Failed)} == {failures.UNREACHABLE}
        async with net.fetcher(guard=Off(dial=net.dial)) as visitor:  # whoever came before it would be counted by now
            assert isinstance(await visitor.fetch(Order(url="http://10.0.0.1/")), Fetched)
        assert private.accepted == 1


@pytest.mark.parametrize("way", WAYS)
async def test_with_the_guard_switched_off_the_same_addresses_are_reached(way: Way) -> None:
    async with serving(page(b"secret")) as private, serving(page()) as public:
        net = web(public, private)

        async with net.fetcher(guard=Off(dial=net.dial)) as fetcher:
            came = await way(net, public, fetcher)

        assert private.accepted == len(came)


async def test_a_listed_network_may_be_reached_and_its_neighbour_not() -> None:
    async with serving(page(b"inner news")) as private:
        net = Net(elsewhere=private.port)
        guard = Guard(dial=net.dial, allowed=(ip_network("10.1.0.0/16"),))

        async with net.fetcher(guard=guard) as fetcher:
            listed = await fetcher.fetch(Order(url="http://10.1.2.3/feed"))
            neighbour = await fetcher.fetch(Order(url="http://10.2.2.3/feed"))

        assert isinstance(listed, Fetched)
        assert listed.content == b"inner news"
        assert isinstance(neighbour, Failed)
        assert neighbour.reason is Reason.ADDRESS
        assert "a private network (RFC 1918)" in neighbour.message


async def test_the_peer_must_be_the_address_that_was_checked() -> None:
    class Lying(Net):
        """Leads a checked address to one server and says that it led to another."""

        def dial(self, address: str, port: int) -> tuple[str, int]:
            where, behind = super().dial(address, port)
            return Elsewhere(where), behind

    class Elsewhere(str):
        """What the socket reads is not what is remembered."""

        __slots__ = ()

        def __str__(self) -> str:
            return "127.0.0.9"

    async with serving(page()) as public:
        net = Lying()
        url = net.add("press.example", public)

        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url))

        assert isinstance(came, Failed)
        assert "another address than the one that was checked" in came.message
        assert public.heard == []


async def test_a_name_is_looked_up_once_for_each_connection() -> None:
    async with serving(page()) as public:
        net = Net()
        url = net.add("press.example", public)

        async with net.fetcher() as fetcher:
            await fetcher.fetch(Order(url=url))

        assert net.asked == ["press.example"]


def test_what_is_no_address_is_refused_at_the_socket() -> None:
    with pytest.raises(RefusedAddress, match="not an IP address"):
        Guard().check("press.example")


def test_a_socket_is_made_for_a_public_address_only_and_dials_no_other() -> None:
    with pytest.raises(RefusedAddress, match="loopback"):
        GuardedSocket(Guard(dial=Net().dial), answer_of_a_name_server("127.0.0.1"))

    with GuardedSocket(Guard(dial=Net().dial), answer_of_a_name_server(PUBLIC)) as made:
        with pytest.raises(RefusedAddress, match="loopback"):
            made.connect(("127.0.0.1", 80))
        assert made.dialled is None


def answer_of_a_name_server(address: str) -> aiohttp.AddrInfoType:
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 80)


async def test_a_name_with_a_single_forbidden_address_is_refused_although_a_public_one_answers() -> None:
    async with serving(page()) as public:
        net = Net()
        url = net.add("press.example", public)
        net.names["press.example"] = [(PUBLIC, "10.0.0.1")]

        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url))

        assert isinstance(came, Failed)
        assert (came.reason, public.accepted) == (Reason.ADDRESS, 0)


def test_outside_of_tests_the_packets_go_to_the_address_that_was_checked() -> None:
    assert Guard().dial("93.184.216.34", 443) == ("93.184.216.34", 443)
    assert Guard().denied(IPv4Address("93.184.216.34")) == ""


async def test_proxy_variables_of_the_environment_move_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(page(b"news")) as public, serving(page(b"by proxy")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        net = Net()
        url = net.add("press.example", public)

        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url))

        assert isinstance(came, Fetched)
        assert (came.content, proxy.accepted) == (b"news", 0)
        async with aiohttp.ClientSession(trust_env=True) as careless, careless.get("http://press.example/") as response:
            assert await response.read() == b"by proxy"  # a client that believes its environment goes there
        assert proxy.accepted == 1


async def test_a_redirect_carries_no_secret_to_another_site() -> None:
    cookie = raw(
        b"HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\nSet-Cookie: id=1\r\nContent-Length: 0\r\n\r\n"
    )
    async with serving(cookie) as public, serving(page()) as other:
        net = Net()
        url = net.add("press.example", public)
        net.add("other.example", other, address="93.184.216.35")

        async with net.fetcher() as fetcher:
            came = [await fetcher.fetch(Order(url=url)) for _ in range(2)]

        assert all(isinstance(one, Fetched) for one in came)
        sent = {name for heard in (*public.heard, *other.heard) for name in heard.headers}
        assert sent & {"cookie", "authorization", "referer", "proxy-authorization"} == set()


async def test_a_socket_that_is_refused_is_not_left_open() -> None:
    async with serving(page()) as private:
        net = Net(elsewhere=private.port)
        async with net.fetcher() as fetcher:
            await fetcher.fetch(Order(url="http://127.0.0.1/"))
            before = open_files()

            await asyncio.gather(*(fetcher.fetch(Order(url=url)) for url in URLS))

            assert await files_fall_to(before)


async def test_a_page_may_stand_behind_a_redirect_by_path() -> None:
    answers = by_path(
        {"/old": moved("new?from=old#top", status="301 Moved Permanently"), "/new?from=old": page(b"news")}
    )
    async with serving(answers) as public:
        net = Net()
        url = net.add("press.example", public)

        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=f"{url}/old"))

        assert isinstance(came, Fetched)
        assert (came.content, came.moved_to) == (b"news", "http://press.example/new?from=old")
