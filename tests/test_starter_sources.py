"""The starter sources: a list that can be read, whose every address is named by something public."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.stages import classify

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "seeds" / "sources.toml"
KEYS = {"slug", "name", "kind", "address", "languages", "topics", "evidence"}
KINDS = {"feed", "telegram_channel", "sitemap", "page"}
LANGUAGES = {"ru", "uz", "kk", "en"}
TOPICS = {definition.id for definition in classify.default_definitions()}
EVIDENCE = re.compile(r"[\w.-]+/[\w.-]+, [\w./-]+\.\w+|https://[\w.-]+/\S+")
Entry = Mapping[str, Any]


def entries() -> list[Entry]:
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["sources"])


def faults(entry: Entry) -> list[str]:
    """What is wrong with one entry."""
    where = urlsplit(str(entry.get("address")))
    is_channel = entry.get("kind") == "telegram_channel"
    checks = {
        "an unknown key": set(entry) <= KEYS,
        "no slug": re.fullmatch(r"[a-z0-9-]{1,40}", str(entry.get("slug"))),
        "no name": str(entry.get("name", "")).strip(),
        "an unknown kind": entry.get("kind") in KINDS,
        "not on the web": where.scheme in {"http", "https"} and where.hostname and not where.username,
        "no preview of a channel": not is_channel or re.fullmatch(r"/s/[A-Za-z]\w{3,31}", where.path),
        "a channel under another kind": is_channel or where.hostname != "t.me",
        "an unknown language": entry.get("languages") and set(entry["languages"]) <= LANGUAGES,
        "an unknown topic": set(entry.get("topics", ())) <= TOPICS,
        "no evidence": EVIDENCE.match(str(entry.get("evidence", ""))),
    }
    return [fault for fault, holds in checks.items() if not holds]


def said_twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: str(entry.get("slug")))
def test_an_entry_is_complete_and_says_where_its_address_is_named(entry: Entry) -> None:
    assert faults(entry) == []


def test_there_are_enough_sources_in_each_language() -> None:
    counts = Counter(language for entry in entries() for language in entry["languages"])

    assert len(entries()) >= 25
    assert {language: times for language, times in counts.items() if times < 4} == {}
    assert counts.keys() == LANGUAGES


def test_no_slug_and_no_address_stands_there_twice() -> None:
    assert said_twice(entry["slug"] for entry in entries()) == []
    assert said_twice(entry["address"].lower().rstrip("/") for entry in entries()) == []


def test_every_kind_is_one_that_the_bot_has() -> None:
    files = {file.stem for file in (ROOT / "bot" / "sources").glob("*.py")}

    assert {entry["kind"] for entry in entries()} - files == set()


def test_the_file_says_first_that_nothing_was_fetched_and_what_to_run() -> None:
    head = FILE.read_text(encoding="utf-8").partition("[[sources]]")[0]

    assert re.search(r"not one of these addresses was fetched", head, re.IGNORECASE)
    assert "digest-bot sources check" in head


def test_a_bad_entry_is_found() -> None:
    bad = {"slug": "A slug", "kind": "rss", "address": "ftp://a.example/", "languages": ["xx"], "topics": ["gossip"]}
    channel = {**bad, "kind": "telegram_channel", "address": "https://t.me/name", "evidence": "somebody said so"}

    assert faults({**bad, "url": ""}) == [
        "an unknown key", "no slug", "no name", "an unknown kind", "not on the web", "an unknown language",
        "an unknown topic", "no evidence",
    ]  # fmt: skip
    assert {"no preview of a channel", "no evidence"} < set(faults(channel))
    assert "a channel under another kind" in faults({**channel, "kind": "feed"})
    assert faults({}) != []
    assert said_twice(["a", "b", "a"]) == ["a"]
