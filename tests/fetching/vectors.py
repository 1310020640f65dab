"""Ways of writing and of reaching an address that is not public, and a guard that is switched off."""

from __future__ import annotations

import socket
import unicodedata
import urllib.parse

from bot.fetching.addresses import TABLE, Address, Target
from bot.fetching.guard import Guard
from tests.fetching.net import HAS_V6, PUBLIC

PLAIN_V4 = """
    127.0.0.1 127.255.255.254 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255
    169.254.169.254 169.254.170.2 100.64.0.1 100.100.100.200 0.0.0.0 0.1.2.3 192.0.0.192 192.0.2.1 198.18.0.1
    198.19.255.255 198.51.100.7 203.0.113.9 192.88.99.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    168.63.129.16
""".split()
ODD_V4 = """
    2130706433 0x7f000001 0X7F.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 0 0x0 127.0.0.1. 127.000.000.001 0x7f.1
    3232235521 0xa9fea9fe 0xA9.0xFE.0xA9.0xFE 0251.0376.0251.0376 ①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1 %31%32%37.0.0.1
    127%2e0%2e0%2e1 ⑩.0.0.1 192.168.1 0xc0a80001
""".split()
V6 = """
    [::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:10.0.0.1] [::127.0.0.1]
    [64:ff9b::7f00:1] [64:ff9b::169.254.169.254] [64:ff9b:1:7f00:0:100::] [2002:7f00:1::] [2002:a00:1::1]
    [2001:0:7f00:1::] [2001::1] [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [2001:db8::1] [3fff::1]
    [100::1] [2001:2::1] [5f00::1] [4000::1] [::ffff:a9fe:a9fe] [fe80::1%25lo] [::1%25lo]
""".split()
NAMED = ("inner.example", "a.localhost", "127.0.0.1.wild.example")  # names of private addresses
AUTHORITIES = (
    f"{PUBLIC}@127.0.0.1",
    f"{PUBLIC}:80@127.0.0.1",
    f"{PUBLIC}\\@127.0.0.1",
    "user:password@10.0.0.1",
    "127.0.0.1:5432",
    "127.0.0.1:80",
    "localhost",
    "LOCALHOST",
    "localhost.",
    *NAMED,
)

HOSTS = (*PLAIN_V4, *ODD_V4, *(V6 if HAS_V6 else ()), *AUTHORITIES)
URLS = (
    *(f"http://{host}/feed" for host in HOSTS),
    "https://127.0.0.1/",
    "HTTP://127.0.0.1/",
    "http://2130706433",
)
ANSWERS = tuple(
    str(address) for network, _ in TABLE for address in (network[0], network[-1]) if HAS_V6 or address.version == 4
)


class Off(Guard):
    """The guard switched off: a client that understands every way of writing an address, and dials it."""

    def target(self, url: str) -> Target:
        parts = urllib.parse.urlsplit(url)
        host = unicodedata.normalize("NFKC", urllib.parse.unquote(parts.hostname or ""))
        host = host.replace("。", ".").rstrip(".").partition("%")[0]
        if host.endswith("localhost"):
            host = "127.0.0.1"
        literal = _literal(host)
        shown = f"[{literal}]" if ":" in literal else literal
        return Target(scheme=parts.scheme, host=literal, port=80, url=f"{parts.scheme}://{shown}{parts.path or '/'}")

    def denied(self, address: Address) -> str:
        return ""


def _literal(host: str) -> str:
    """What the system's own reading makes of a number; no name is looked up."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return host
    return str(found[0][4][0])
