"""`digest-bot story`: what an operator sees of a story and does about a wrong grouping."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import called
from tests.make import moment
from tests.stories_told import event

ONE, OTHER = (event(number, start_at=moment("2026-11-22T00:00")) for number in (1, 2))


@pytest.fixture(autouse=True)
def stored(folder: Path) -> None:
    """Two stories of three articles each."""
    lines = [f"date {one.published_at:%Y-%m-%d} {one.url}\n{one.title}\n\n{one.text}\n" for one in (*ONE, *OTHER)]
    for number, line in enumerate(lines):
        (folder / f"{number}.txt").write_text(line, encoding="utf-8")
    ran = called("import", *(f"{number}.txt" for number in range(len(lines))))
    assert (ran.code, ran.out) == (0, "6 new, 0 changed, 0 known\n")


def shown(name: str) -> tuple[str, set[str]]:
    """The id of a story and the addresses in it, as `story show` prints them."""
    ran = called("story", "show", name)
    assert ran.code == 0, ran.err
    found = re.match(r"story ([0-9a-f]{16}): \d+ articles?\n", ran.out)
    assert found
    return found[1], set(re.findall(r"^   (https://\S+)$", ran.out, flags=re.MULTILINE))


def urls(*entries: object) -> set[str]:
    return {entry.url for entry in entries}  # type: ignore[attr-defined]


def test_a_story_is_shown_with_its_articles_reasons_and_facts() -> None:
    # when
    ran = called("story", "show", ONE[0].url)

    # then
    assert ran.code == 0
    assert ran.out.count(" UTC · paper") == 3
    assert ran.out.count("times the bar: ") == 2
    assert ran.out.count("opened the story") == 1
    assert "[ru] " in ran.out
    assert "   • " in ran.out
    assert "by hand" not in ran.out


def test_a_story_is_split_and_joined_again() -> None:
    # given
    story_id, before = shown(ONE[0].url)
    assert before == urls(*ONE)

    # when one article is split off
    ran = called("story", "split", story_id, ONE[1].url)

    # then the two say so
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 2
    left, apart = shown(ONE[0].url), shown(ONE[1].url)
    assert (left[1], apart[1]) == (urls(ONE[0], ONE[2]), urls(ONE[1]))
    assert f"{apart[0]}: 1 article, split off" in ran.out
    assert "put here by hand" in called("story", "show", left[0]).out

    # when they are joined
    ran = called("story", "join", left[0], apart[0])

    # then they are one again
    assert ran.out == f"{shown(ONE[0].url)[0]}: 3 articles\n"
    assert shown(ONE[1].url)[1] == urls(*ONE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nobody"), "There is no story or article “nobody”."),
        (("show", "https://nobody.example/\x1b[31m"), "There is no story or article"),
        (("split", ONE[0].url, OTHER[0].url), f"The article “{OTHER[0].url}” is not in the story"),
        (("split", ONE[0].url, *(one.url for one in ONE)), "These are all articles of the story"),
        (("join", ONE[0].url, ONE[1].url), "This is one story already: "),
        (("join", ONE[0].url, "nobody"), "There is no story or article “nobody”."),
    ],
    ids=["unknown", "unknown url", "not in it", "all", "same", "one unknown"],
)
def test_what_cannot_be_done_is_one_clear_line(words: tuple[str, ...], said: str) -> None:
    # when
    ran = called("story", *words)

    # then
    assert ran.code == 1
    assert ran.out == ""
    assert len(ran.faults) == 1
    assert said in ran.faults[0]
    assert "\x1b" not in ran.err
