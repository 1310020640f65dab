"""Which URLs are well-formed enough, and which addresses are public."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RefusedAddress
from bot.fetching import addresses
from bot.fetching.addresses import TABLE, Target

CLOSED = [network for network, _ in TABLE]
CLOSED_V4 = [network for network in CLOSED if network.version == 4]


@st.composite
def closed_v4(draw: st.DrawFn) -> IPv4Address:
    network = draw(st.sampled_from(CLOSED_V4))
    offset = draw(st.integers(0, network.num_addresses - 1))
    return IPv4Address(int(network.network_address) + offset)


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


def numbers(address: IPv4Address) -> tuple[str, ...]:
    """The ways to write an IPv4 address that `inet_aton` reads (its manual page) and others that folding gives."""
    a, b, c, d = address.packed
    whole = int(address)
    dotted = str(address)
    return (
        str(whole),
        hex(whole),
        f"0{whole:o}",
        f"{a}.{b}.{c * 256 + d}",
        f"{a}.{(b << 16) + c * 256 + d}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:03}.{b:03}.{c:03}.{d:04}",
        f"{dotted}.",
        full_width(dotted),
        dotted.replace(".", "。"),
        "".join(f"%{ord(char):02x}" for char in dotted),
        dotted.replace(".", "%2e"),
        f"[{dotted}]",
        f"news@{dotted}",
        f"press.example@{dotted}",
    )


def within(address: IPv4Address) -> tuple[IPv6Address, ...]:
    """The IPv6 addresses that carry an IPv4 one (RFC 4291, 6052, 8215, 3056, 4380)."""
    four = int(address)
    a, b = four >> 16, four & 0xFFFF
    return (
        IPv6Address((0xFFFF << 32) + four),
        IPv6Address(four),
        IPv6Address((0x64FF9B << 96) + four),
        IPv6Address((0x64FF9B0001 << 80) + four),
        IPv6Address((0x64FF9B0001 << 80) + (a << 64) + (b << 40)),
        IPv6Address((0x2002 << 112) + (four << 80) + 1),
        IPv6Address((0x20010000 << 96) + (four << 64) + 0xFFFF),
        IPv6Address((0x20010000 << 96) + (0x05050505 << 64) + (four ^ 0xFFFFFFFF)),
    )


@given(closed_v4())
def test_every_address_of_a_closed_network_is_denied(address: IPv4Address) -> None:
    assert addresses.denied(address)


@given(closed_v4())
def test_an_address_that_carries_a_closed_one_is_denied(address: IPv4Address) -> None:
    assert all(addresses.denied(outer) for outer in within(address))


@given(closed_v4())
def test_no_odd_way_of_writing_an_address_is_a_host(address: IPv4Address) -> None:
    for written in numbers(address):
        with pytest.raises(RefusedAddress):
            addresses.target(f"http://{written}/")


@given(st.integers(0, 2**128 - 1))
def test_what_lies_outside_of_global_unicast_is_denied(number: int) -> None:
    address = IPv6Address(number)
    inside = address in addresses.GLOBAL_UNICAST or address in addresses.NAT64 or address in addresses.MAPPED
    assert inside or addresses.denied(address)


@given(st.integers(0, 2**32 - 1))
def test_what_python_knows_to_be_private_is_denied(number: int) -> None:
    address = IPv4Address(number)
    assert address.is_global or addresses.denied(address)
    assert not address.is_multicast or addresses.denied(address)


@given(st.integers(0, 2**32 - 1))
def test_a_carried_address_is_judged_as_it_is_alone(number: int) -> None:
    address = IPv4Address(number)
    for outer in (IPv6Address((0xFFFF << 32) + number), IPv6Address((0x64FF9B << 96) + number)):
        assert bool(addresses.denied(outer)) == bool(addresses.denied(address))


@pytest.mark.parametrize(
    "public",
    "1.1.1.1 93.184.216.34 8.8.8.8 223.255.255.255 192.0.1.1 172.32.0.1 100.128.0.1 11.0.0.0 9.255.255.255 "
    "2606:4700::1111 2a00:1450::1 2001:200::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8".split(),
)
def test_a_public_address_is_not_denied(public: str) -> None:
    assert addresses.denied(ip_address(public)) == ""


@pytest.mark.parametrize("network", CLOSED)
def test_the_operator_may_open_a_network_and_only_that(network: addresses.Network) -> None:
    inside, outside = network[0], ip_address("127.0.0.1" if network.version == 6 else "::1")

    opened = addresses.denied(inside, allowed=(network,))

    assert addresses.denied(inside)
    assert opened == "" or addresses.carried(inside)  # an address is never better than what it carries
    assert addresses.denied(outside, allowed=(network,)) or outside in network


def test_an_open_network_opens_no_other_address_that_it_carries() -> None:
    tunnel = IPv6Address("2002:7f00:1::1")

    assert "loopback" in addresses.denied(tunnel, allowed=(ip_network("2002::/16"),))
    assert addresses.denied(IPv6Address("::ffff:10.0.0.1"), allowed=(ip_network("10.0.0.0/8"),)) == ""


def test_an_address_with_a_zone_is_denied() -> None:
    assert addresses.denied(ip_address("2606:4700::1111%eth0")) == "an address with a zone"


@pytest.mark.parametrize(
    ("written", "host", "url"),
    [
        ("http://press.example", "press.example", "http://press.example/"),
        ("HTTPS://Press.Example:443/A?b=C#d", "press.example", "https://press.example/A?b=C"),
        ("http://press.example:80", "press.example", "http://press.example/"),
        ("http://press.example:443/x", "press.example", "http://press.example:443/x"),
        ("  https://a-b.press.example/x  ", "a-b.press.example", "https://a-b.press.example/x"),
        ("https://новости.рф/лента?о=чём", "xn--b1amnebsh.xn--p1ai", None),
        ("https://жаңалықтар.қаз/", "xn--80aaav1a5am5es3bmc.xn--80ao21a", None),
        ("https://Новости.РФ/", "xn--b1amnebsh.xn--p1ai", "https://xn--b1amnebsh.xn--p1ai/"),
        ("https://xn--b1amnebsh.xn--p1ai/", "xn--b1amnebsh.xn--p1ai", "https://xn--b1amnebsh.xn--p1ai/"),
        ("http://93.184.216.34/x", "93.184.216.34", "http://93.184.216.34/x"),
        ("http://[2606:4700::1111]/x", "2606:4700::1111", "http://[2606:4700::1111]/x"),
        ("http://press.example?x=1", "press.example", "http://press.example/?x=1"),
        ("http://press.example/a b%20c", "press.example", "http://press.example/a%20b%20c"),
        ("http://press.example/\\..\\", "press.example", "http://press.example/%5C..%5C"),
        ("http://1press.example/@x:y", "1press.example", "http://1press.example/@x:y"),
        ("http://press.example/x?url=http://127.0.0.1/", "press.example", None),
        ("http://press.example/\udcef\udce2", "press.example", "http://press.example/%EF%E2"),
    ],
)
def test_a_usual_address_is_taken_apart(written: str, host: str, url: str | None) -> None:
    target = addresses.target(written)

    assert target.host == host
    assert url is None or target.url == url
    assert target.url.isascii()
    assert addresses.target(target.url) == target


@pytest.mark.parametrize(
    "written",
    [
        "",
        "press.example",
        "//press.example/",
        "ftp://press.example/",
        "file:///etc/passwd",
        "javascript://press.example/",
        "http:/press.example",
        "http:press.example",
        "http://",
        "http:///press.example",
        "http://?x",
        "http://#x",
        "http://press",
        "http://localhost/",
        "http://press.example./",
        "http://.press.example/",
        "http://press..example/",
        "http://-press.example/",
        "http://press-.example/",
        "http://pr_ess.example/",
        "http://press.123/",
        "http://press.0x1/",
        "http://press.example:/",
        "http://press.example:22/",
        "http://press.example:080000/",
        "http://press.example:８０/",
        "http://press.example:+80/",
        "http://press.example:80:80/",
        "http://user@press.example/",
        "http://@press.example/",
        "http://press.example\\@127.0.0.1/",
        "http://press.example\\.127.0.0.1/",
        "http://pre%73s.example/",
        "http://pre ss.example/",
        "http://ｐｒｅｓｓ.example/",
        "http://straße.example/",
        "http://press。example/",
        "http://press\u200b.example/",
        "http://press\u2024example/",
        "http://№.example/",
        "http://press.example/\t",
        "http://press.example/\r\nHost: 127.0.0.1",
        "ht\ntp://press.example/",
        "http://press.example\x00/",
        "http://[::1",
        "http://::1/",
        "http://[]/",
        "http://[press.example]/",
        "http://[::1]press.example/",
        "http://[fe80::1%eth0]/",
        "http://[2606:4700:0:0:0:0:0:1111]/",
        "http://[v1.x]/",
        "http://press.example/" + "x" * 5000,
        "http://" + "x" * 64 + ".example/",
        "http://" + "x." * 150 + "example/",
    ],
)
def test_an_unusual_address_is_refused(written: str) -> None:
    with pytest.raises(RefusedAddress):
        addresses.target(written)


def test_ports_other_than_those_of_the_web_are_opened_by_name() -> None:
    target = addresses.target("http://press.example:8080/x", ports=(80, 443, 8080))

    assert target == Target(scheme="http", host="press.example", port=8080, url="http://press.example:8080/x")


@given(st.text(alphabet="/:@[]%?#\\.0127fx８。 abАя-_\t", max_size=40))
def test_whatever_is_accepted_reads_the_same_the_second_time(rest: str) -> None:
    try:
        target = addresses.target(f"http://{rest}")
    except RefusedAddress:
        return

    assert addresses.target(target.url) == target
    assert "@" not in target.host
    assert target.host.isascii()
