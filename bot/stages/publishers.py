"""Articles -> how many publishers tell a story: one with several feeds, languages, hosts or channels counts once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

# Hosts where each path or each name before the host is somebody else's.
_BY_PATH = frozenset(("t.me", "telegram.me", "medium.com", "youtube.com", "facebook.com", "vk.com", "instagram.com"))
_BY_NAME = frozenset(("blogspot.com", "wordpress.com", "livejournal.com", "substack.com", "medium.com", "github.io"))
# Under a country's domain these stand before the name that somebody registered: bbc.co.uk, stat.gov.uz.
_SECOND = frozenset("ac co com edu gob gov go info mil ne net or org press".split())


def count(told: Iterable[tuple[str, str]]) -> int:
    """The number of publishers among (name shown to readers, URL): those that share a name, a registered domain or a
    channel are one, and so are a site and a channel that bear its name."""
    return len(set(groups(list(told))))


def groups(told: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """A number for the publisher of each (name shown to readers, URL), the same for the same; see `count`."""
    found: list[tuple[set[str], set[int]]] = []
    for at, (name, url) in enumerate(told):
        keys, places = {key for key in (_plain(name), owner(url)) if key} or {""}, {at}
        apart = []
        for group in found:
            if group[0].isdisjoint(keys):
                apart.append(group)
            else:
                keys, places = keys | group[0], places | group[1]
        found = [*apart, (keys, places)]
    number = {at: min(places) for _, places in found for at in places}
    return tuple(number[at] for at in range(len(told)))


def owner(url: str) -> str:
    """Who answers for an address, as one word: "kunuz" for https://m.kun.uz/a and for https://t.me/s/kunuz/1."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").rstrip(".").split(".")
    except ValueError:
        return ""
    domain = ".".join(labels[-2:])
    if (
        domain in _BY_PATH
        and len(labels) <= 3
        and (path := [one for one in parts.path.split("/") if one not in ("", "s")])
    ):
        return _plain(path[0])
    if domain in _BY_NAME and len(labels) > 2:
        return _plain(labels[-3])
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND:
        return _plain("".join(labels[-3:]))
    return _plain(domain)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
