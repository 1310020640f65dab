"""`digest-bot digest`: what a chat would get, as text and as JSON."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import texts
from tests.cli import command
from tests.cli.command import called

NEWS = {
    "bridge": texts.BRIDGE_EN,
    "chess": texts.CHESS_RU,
    "school": texts.SCHOOL_UZ,
}


@pytest.fixture
def news(folder: Path) -> Path:
    """A store with the news of this module."""
    articles = (f"date 2026-11-20 https://example.org/{name}\n{text}\n" for name, text in NEWS.items())
    (folder / "news.txt").write_text("".join(articles), encoding="utf-8")
    assert called("import", "news.txt").code == 0
    return folder


def stories(*options: str) -> list[dict[str, Any]]:
    ran = called("digest", "--format", "json", *options)
    assert (ran.code, ran.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ran.out)["stories"]
    return found


def links(*options: str) -> set[str]:
    return {link["url"].rpartition("/")[2] for story in stories(*options) for link in story["links"]}


def test_it_prints_headlines_facts_and_sources(news: Path) -> None:
    ran = called("digest")

    assert (ran.code, ran.err) == (0, "")
    assert re.match(r"\w+, \d+ \w+\n\n1\. ", ran.out)
    assert "640" in ran.out
    assert "• " in ran.out
    assert "example.org: https://example.org/chess" in ran.out
    assert "/latest" not in ran.out


def test_only_the_wanted_topics_languages_and_number_of_stories_are_told(news: Path) -> None:
    assert links() == set(NEWS)
    assert links("--language", "en") == {"bridge"}
    assert links("--language", "uz-Latn") == {"school"}
    assert links("--topic", "sport") == {"chess"}
    assert links("--topic", "sport", "--topic", "education") == {"chess", "school"}
    assert len(stories("--limit", "2")) == 2


def test_only_what_arrived_since_is_told(news: Path) -> None:
    with closing(sqlite3.connect("state/digest-bot.sqlite3")) as connection, connection:
        connection.execute(
            "update article set arrived_at = arrived_at - 7200000000 where url like '%/chess'"
        )  # two hours

    assert links("--since", "90m") == set(NEWS) - {"chess"}
    assert links("--since", "99999d") == set(NEWS)


def test_an_empty_store_has_no_stories() -> None:
    assert called("digest").out == "There are no such stories.\n"
    assert stories() == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--topic", "wether"), "no topic 'wether'; there is economy, industry"),
        (("--language", "klingonian"), "'klingonian' is no language: write a code such as ru, en or uz"),
        (("--language", ""), "'' is no language"),
        (("--since", "1y"), "'1y' is not a length of time: write 90m, 24h or 7d"),
        (("--since", "24"), "'24' is not a length of time"),
        (("--limit", "0"), "0 is not in the range"),
        (("--format", "xml"), "'xml' is not one of 'text', 'json'"),
    ],
)
def test_a_wish_that_cannot_be_met_is_explained(options: tuple[str, ...], told: str) -> None:
    ran = called("digest", *options)

    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.split())


def test_an_operators_topic_may_be_asked_for(folder: Path) -> None:
    (folder / "config.toml").write_text('[topics.water]\nwords.en = ["reservoir"]\n', encoding="utf-8")

    assert called("digest", "--topic", "water").code == 0


def test_the_offsets_of_a_fact_hold_its_words_in_the_stored_article(news: Path) -> None:
    with closing(sqlite3.connect("state/digest-bot.sqlite3")) as connection:
        stored = dict(connection.execute("select id, text from article"))

    facts = [fact for story in stories() for fact in story["facts"]]

    assert len(facts) >= 4
    for fact in facts:
        left = iter(re.findall(r"\w+", stored[fact["article"]][fact["start"] : fact["end"]].lower()))
        assert all(word in left for word in re.findall(r"\w+", fact["text"].lower())), fact


def test_the_json_has_the_documented_fields(news: Path) -> None:
    digest = json.loads(called("digest", "--format", "json").out)

    assert set(digest) == {"header", "stories", "footer"}
    for story in digest["stories"]:
        assert set(story) == {"id", "headline", "facts", "links"}
        assert all(set(fact) == {"text", "kind", "article", "start", "end"} for fact in story["facts"])
        assert all(set(link) == {"source", "url"} for link in story["links"])


def test_json_is_utf_8_and_text_never_fails_whatever_the_terminal_can_show(news: Path) -> None:
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1:strict"}

    as_json = command.started("digest", "--format", "json", "--language", "ru", folder=news, variables=poor)
    as_text = command.started("digest", "--language", "ru", folder=news, variables=poor)

    assert (as_json.code, as_json.err) == (0, "")
    assert "Шахматистка" in as_json.out
    assert (as_text.code, as_text.err) == (0, "")
    assert "?????????" in as_text.out
