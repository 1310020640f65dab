"""What robots.txt lets us read, as RFC 9309 says it. Pure: fetching and keeping the file is the caller's.

Not `urllib.robotparser`, which takes the first rule instead of the longest and knows no wildcards.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_CHARS = 512_000  # RFC 9309, 2.5: at least 500 KiB are read
MAX_RULE_CHARS = 2048
ESCAPED = re.compile(r"%([0-9a-f]{2})", re.IGNORECASE)
ESCAPABLE = re.compile(r"[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a~]+")  # what may not stand in a path as it is
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A path pattern and what it says."""

    pattern: str
    allow: bool


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)


def allowed(robots_txt: str, url: str, user_agent: str) -> bool:
    """Whether a program of this name ("digest-bot/1.0 (...)" counts as "digest-bot") may read the URL.

    Reads the whole file each time: a usual one takes a millisecond, the worst of 500 kB 0.2 s of a processor.
    """
    parts = urllib.parse.urlsplit(url)
    path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    if path == "/robots.txt":
        return True
    found = [rule for rule in _rules(robots_txt, _product(user_agent)) if _matches(rule.pattern, path)]
    if not found:
        return True
    return max(found, key=lambda rule: (len(rule.pattern), rule.allow)).allow


def _product(user_agent: str) -> str:
    """RFC 9309, 2.2.1: a product token has letters, `_` and `-`."""
    token = re.match(r"[a-z_-]*", user_agent.lower())
    return token[0] if token else ""


def _rules(robots_txt: str, product: str) -> list[_Rule]:
    """The rules of every group that names the product, else those for everybody."""
    groups = list(_groups(robots_txt[:MAX_CHARS]))
    ours = [group for group in groups if any(_product(agent) == product != "" for agent in group.agents)]
    chosen = ours or [group for group in groups if "*" in group.agents]
    return [rule for group in chosen for rule in group.rules]


def _groups(robots_txt: str) -> Iterator[_Group]:
    """A group begins with one or several `User-agent` lines; other lines (Sitemap, Crawl-delay) part nothing."""
    group = _Group()
    for key, value in _lines(robots_txt):
        if key == "user-agent":
            if group.rules:
                yield group
                group = _Group()
            group.agents.append(value.lower())
        elif group.agents:
            group.rules.append(_Rule(_normal(value), key == "allow"))
    yield group


def _lines(robots_txt: str) -> Iterator[tuple[str, str]]:
    for line in robots_txt.removeprefix("\ufeff").splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent" or (key in {"allow", "disallow"} and value and len(value) <= MAX_RULE_CHARS):
            yield key, value


def _normal(path: str) -> str:
    """Percent-encoding in one form (RFC 9309, 2.2.2): what needs none has none, the rest in capitals."""

    def one(escape: re.Match[str]) -> str:
        char = chr(int(escape[1], 16))
        return char if UNRESERVED.fullmatch(char) else escape[0].upper()

    return ESCAPABLE.sub(_escaped, ESCAPED.sub(one, path) if "%" in path else path)


def _escaped(found: re.Match[str]) -> str:
    return urllib.parse.quote(found[0].encode("utf-8", "surrogatepass"))


def _matches(pattern: str, path: str) -> bool:
    """`*` stands for anything and a `$` at the end for the end. Takes each piece where it first fits, so the time is
    that of a search, whatever the pattern."""
    anchored = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not pieces:
        return not anchored or path == first
    at = len(first)
    for piece in pieces[:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if anchored:
        return path.endswith(pieces[-1]) and len(path) - len(pieces[-1]) >= at
    return path.find(pieces[-1], at) >= 0
