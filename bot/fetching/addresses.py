"""What may be dialled at all: which URLs are well-formed enough and which IP addresses are public. Pure.

The table is IANA's special-purpose registries for IPv4 and IPv6, written down by hand with the RFC of each row, plus
what is not in them but answers only inside somebody's network. Everything that is not known to be public is refused.
"""

from __future__ import annotations

import re
import unicodedata
import urllib.parse
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bot.errors import RefusedAddress

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = (80, 443)
MAX_URL_CHARS = 4096
MAX_HOST_CHARS = 253  # RFC 1035, 2.3.4

SPECIAL_V4 = """
    0.0.0.0/8          this network                       RFC 791
    10.0.0.0/8         a private network                  RFC 1918
    100.64.0.0/10      a carrier's inner network          RFC 6598
    127.0.0.0/8        loopback: this machine             RFC 1122
    168.63.129.16/32   a cloud's inner services           Azure's documentation
    169.254.0.0/16     link-local, cloud metadata         RFC 3927
    172.16.0.0/12      a private network                  RFC 1918
    192.0.0.0/24       protocol assignments               RFC 6890
    192.0.2.0/24       documentation                      RFC 5737
    192.31.196.0/24    AS112 name servers                 RFC 7535
    192.52.193.0/24    multicast tunnels                  RFC 7450
    192.88.99.0/24     6to4 relays                        RFC 7526
    192.168.0.0/16     a private network                  RFC 1918
    192.175.48.0/24    AS112 name servers                 RFC 7534
    198.18.0.0/15      benchmarking                       RFC 2544
    198.51.100.0/24    documentation                      RFC 5737
    203.0.113.0/24     documentation                      RFC 5737
    224.0.0.0/4        multicast                          RFC 5771
    240.0.0.0/4        reserved, broadcast                RFC 1112
"""
SPECIAL_V6 = """
    ::/128             the unspecified address            RFC 4291
    ::1/128            loopback: this machine             RFC 4291
    ::/96              IPv4-compatible, deprecated        RFC 4291
    64:ff9b:1::/48     local IPv4 translation             RFC 8215
    100::/64           discarded                          RFC 6666
    100:0:0:1::/64     dummy prefix                       RFC 9780
    2001::/32          a Teredo tunnel                    RFC 4380
    2001::/23          protocol assignments               RFC 2928
    2001:db8::/32      documentation                      RFC 3849
    2002::/16          a 6to4 tunnel                      RFC 3056
    2620:4f:8000::/48  AS112 name servers                 RFC 7534
    3ffe::/16          the former 6bone                   RFC 3701
    3fff::/20          documentation                      RFC 9637
    5f00::/16          segment routing                    RFC 9602
    fc00::/7           a private network, ULA             RFC 4193
    fe80::/10          link-local                         RFC 4291
    fec0::/10          site-local, deprecated             RFC 3879
    ff00::/8           multicast                          RFC 4291
"""
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291, 2.4: nothing else has been given out
MAPPED = IPv6Network("::ffff:0:0/96")  # RFC 4291, 2.5.5.2
COMPATIBLE = IPv6Network("::/96")
LOOPBACK = IPv6Network("::/127")  # with the unspecified address: these two carry no IPv4 address
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")

# RFC 1123, 2.1: letters, digits, hyphens; the last label begins with a letter, so that no way of writing a number is
# a name.
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?:{LABEL}\.)+(?=[a-z]){LABEL}")
AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:@%]+)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
SAFE_IN_QUERY = SAFE_IN_PATH + "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL taken apart: `host` is a lower-case ASCII name or a canonical literal without brackets, `url` the whole in
    ASCII, without a fragment and without a default port."""

    scheme: str
    host: str
    port: int
    url: str


def _table(text: str) -> tuple[tuple[Network, str], ...]:
    rows = (re.split(r"\s{2,}", line.strip()) for line in text.strip().splitlines())
    return tuple((ip_network(network), f"{words} ({rule})") for network, words, rule in rows)


TABLE = _table(SPECIAL_V4) + _table(SPECIAL_V6)


def denied(address: Address, *, allowed: tuple[Network, ...] = ()) -> str:
    """Why this address may not be dialled, "" when it may. `allowed` opens networks that the table closes.

    An address that carries another one (mapped, translated, tunnelled) is never better than the one inside it.
    """
    if getattr(address, "scope_id", None):
        return "an address with a zone"
    for inner in carried(address):
        if reason := denied(inner, allowed=allowed):
            return f"{reason}, written as {address}"
    if any(address in network for network in allowed) or address in MAPPED or address in NAT64:
        return ""
    for network, words in TABLE:
        if address in network:
            return f"{address} is {words}"
    public = address in GLOBAL_UNICAST if address.version == 6 else address.is_global
    return "" if public else f"{address} is not a public address"


def carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses inside an IPv6 one: mapped, compatible, NAT64, 6to4, Teredo (its server and its client)."""
    if isinstance(address, IPv4Address):
        return ()
    if address.teredo:
        return address.teredo
    if address.sixtofour:
        return (address.sixtofour,)
    if any(address in network for network in (MAPPED, COMPATIBLE, NAT64)) and address not in LOOPBACK:
        return (IPv4Address(address.packed[12:]),)
    if address in LOCAL_NAT64:  # RFC 6052, 2.2: the prefix may be of 48, 56, 64 or 96 bits, and bits 64 to 71 are zero
        packed = address.packed
        spots = (packed[6:8] + packed[9:11], packed[7:8] + packed[9:12], packed[9:13], packed[12:16])
        return tuple(IPv4Address(spot) for spot in spots)
    return ()


def target(url: str, *, ports: tuple[int, ...] = WEB_PORTS) -> Target:
    """Takes a URL apart and refuses every way of writing one that two programs could read differently.

    Raises RefusedAddress. That a name or a literal is well-formed does not mean that it may be dialled: see `denied`.
    """
    url = url.strip(" ")
    if len(url) > MAX_URL_CHARS:
        raise RefusedAddress(f"the address is longer than {MAX_URL_CHARS} characters")
    if any(unicodedata.category(char) == "Cc" for char in url):
        raise RefusedAddress("the address has control characters in it")
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    if scheme not in {"http", "https"}:
        raise RefusedAddress("only http and https addresses are read")
    authority, path = _split(rest)
    host, port = _authority(authority, 443 if scheme == "https" else 80)
    if port not in ports:
        raise RefusedAddress(f"port {port} is not one that web sites use")
    return Target(scheme=scheme, host=host, port=port, url=_joined(scheme, host, port) + path)


def _split(rest: str) -> tuple[str, str]:
    """Authority, and path with query in ASCII; no fragment."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    path, mark, query = rest[len(authority) :].partition("#")[0].partition("?")
    return authority, (_ascii(path, SAFE_IN_PATH) or "/") + mark + _ascii(query, SAFE_IN_QUERY)


def _ascii(text: str, safe: str) -> str:
    """Percent-encodes what may not stand in a URL; bytes that were not UTF-8 come back as they were."""
    return urllib.parse.quote(text.encode("utf-8", "surrogateescape"), safe=safe)


def _authority(authority: str, default_port: int) -> tuple[str, int]:
    if "@" in authority:
        raise RefusedAddress("the address has a user name in it")
    parts = AUTHORITY.fullmatch(authority)
    if parts is None:
        raise RefusedAddress("the address has no host that can be read")
    return _host(parts["host"].lower()), int(parts["port"] or default_port)


def _host(host: str) -> str:
    literal = host.removeprefix("[").removesuffix("]")
    try:
        address = ip_address(literal)
    except ValueError:
        return _name(host)
    if str(address) != literal or (address.version == 6) != host.startswith("["):
        raise RefusedAddress("an IP address in an unusual form")
    return literal


def _name(host: str) -> str:
    """A host name in ASCII (IDNA 2003, RFC 3490); refuses what folds into other characters, such as full-width."""
    if not host.isascii():
        host = ".".join(_label(label) for label in host.split("."))
    if len(host) > MAX_HOST_CHARS or not NAME.fullmatch(host):
        raise RefusedAddress("the host is neither a name with a dot in it nor an IP address in its usual form")
    return host


def _label(label: str) -> str:
    if not all(char.isascii() or unicodedata.category(char)[0] in "LM" for char in label):
        raise RefusedAddress("the host has characters in it that no name has")
    try:
        encoded = label.encode("idna").decode("ascii")
        same = encoded.encode("ascii").decode("idna") == label
    except UnicodeError as error:
        raise RefusedAddress("the host is not a name that can be looked up") from error
    if not same:
        raise RefusedAddress("the host has letters in it that stand for others")
    return encoded


def _joined(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port == {"http": 80, "https": 443}[scheme] else f":{port}")
