"""The annotations of key facts: they hold anchors and no text, fit our own articles, and the draw is fair."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import keyfacts
from tests.benchmarks.keyfacts import draw
from tests.benchmarks.shared import Shared, write

LONGEST = 40
FILES = {"drawn": keyfacts.DRAWN, "own": keyfacts.OWN}
Row = dict[str, Any]


def strings(value: object, *, but: str = "") -> Iterator[str]:
    """All strings in a JSON value, those under the key `but` left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from () if name == but else strings(part, but=but)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, but=but)


def facts(annotation: Row) -> list[Row]:
    return [*annotation["must"], *annotation["nice"]]


def absent(annotation: Row, text: str) -> list[str]:
    """The anchors and forbidden strings that the text does not hold."""
    anchors = [anchor for fact in facts(annotation) for anchor in fact["anchors"]]
    return [part for part in [*anchors, *annotation["never"]] if part not in text]


def rows(language: str, name: str, count: int, *, words: int = draw.FEWEST_WORDS) -> list[Row]:
    """Articles of a made-up set; those whose id begins with "uzdaily-" are each a story of their own."""
    return [
        {"id": f"{name}-{language}-{number}", "cluster": f"{name} {number}", "lang": language, "text": "word " * words}
        for number in range(count)
    ]


def folder_of_sets(root: Path, sets: dict[str, list[Row]]) -> Shared:
    for name, articles in sets.items():
        (root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        write(root / "data" / f"{name}.jsonl", articles)
    return Shared(root)


def just_enough() -> dict[str, list[Row]]:
    """Sets with as many articles as are drawn, so that the draw takes all of them."""
    sets: dict[str, list[Row]] = {draw.GIVEN: []}
    for (name, language), count in draw.COUNTS.items():
        prefix = "uzdaily-" + language if "uzdaily" in name else name
        sets.setdefault(name, []).extend(rows(language, prefix, count))
    return sets


@pytest.mark.parametrize("name", FILES)
def test_annotations_hold_anchors_and_no_text(name: str) -> None:
    annotations = keyfacts.annotated(FILES[name])

    assert [text for text in strings(annotations, but="fact") if len(text) > LONGEST] == []
    assert [fact for one in annotations for fact in facts(one) if fact["fact"] != " + ".join(fact["anchors"])] == []
    assert [one["id"] for one in annotations if not 3 <= len(one["must"]) <= 6 or len(one["nice"]) > 4] == []
    assert list(strings([{"fact": "a", "note": ["b" * 41]}], but="fact")) == ["b" * 41]


def test_there_are_at_least_forty_drawn_articles_and_five_of_our_own_in_each_language() -> None:
    drawn = [annotation["id"] for annotation in keyfacts.annotated(keyfacts.DRAWN)]
    own = [annotation["lang"] for annotation in keyfacts.annotated(keyfacts.OWN)]

    assert len(drawn) == len(set(drawn)) == sum(draw.COUNTS.values()) >= 40
    assert {language: own.count(language) for language in own} == {"kk": 5, "uz-Cyrl": 5}
    assert draw.SEEN.isdisjoint(drawn)


def test_every_anchor_stands_in_our_own_articles() -> None:
    texts = {row["id"]: f"{row['title']}\n{row['text']}" for row in keyfacts.own_articles()}
    annotations = keyfacts.annotated(keyfacts.OWN)

    assert {one["id"]: found for one in annotations if (found := absent(one, texts[one["id"]]))} == {}
    assert all(absent(one, "another text") for one in annotations)


def test_every_article_of_our_own_is_a_report_of_usual_length() -> None:
    words = {row["id"]: len(re.findall(r"\w+", row["text"])) for row in keyfacts.own_articles()}

    assert {name: count for name, count in words.items() if not 120 <= count <= 250} == {}


def test_the_draw_takes_long_articles_that_nobody_annotated_or_tuned_on(tmp_path: Path) -> None:
    # given
    sets = just_enough()
    wanted = {row["id"] for articles in sets.values() for row in articles}
    seen = [{**rows("ru", "x", 1)[0], "id": name} for name in sorted(draw.SEEN) if name.startswith("tengri-")]
    given = rows("en", "given", 3)
    sets["articles/ru_tengrinews"] += [*seen, *rows("ru", "short", 9, words=draw.FEWEST_WORDS - 1)]
    sets["stories/silver_2020"] += [*given, *rows("kk", "other", 9)]
    sets[draw.GIVEN] = [{"id": f"set/articles.jsonl#{row['id']}"} for row in given]
    # when
    drawn = [row["id"] for row in draw.drawn(folder_of_sets(tmp_path / "guarded", sets))]
    unguarded = [row["id"] for row in draw.drawn(folder_of_sets(tmp_path / "open", {**sets, draw.GIVEN: []}))]
    # then
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == wanted
    assert set(unguarded) & {row["id"] for row in given}


def test_no_story_is_drawn_in_two_languages(tmp_path: Path) -> None:
    # given: a thirty-story set, each story told in three languages
    sets = just_enough()
    name = "stories/uzdaily_uz_ru_en"
    told = [rows(language, f"uzdaily-{language}", 30) for language in ("ru", "en", "uz-Latn")]
    sets[name] = [{**row, "cluster": row["id"].rpartition("-")[2]} for articles in told for row in articles]
    alone = [{**row, "cluster": row["id"]} for row in sets[name]]
    # when
    together = drawn_stories(folder_of_sets(tmp_path / "together", sets))
    apart = drawn_stories(folder_of_sets(tmp_path / "apart", {**sets, name: alone}))
    # then
    assert len(together) == len(set(together))
    assert len(apart) > len(set(apart))


def drawn_stories(data: Shared) -> list[str]:
    """The numbers of the stories drawn, as often as they were."""
    return [row["id"].rpartition("-")[2] for row in draw.drawn(data) if row["id"].startswith("uzdaily-")]


def test_the_draw_is_the_same_every_time(tmp_path: Path) -> None:
    sets = {name: [*articles, *rows("en", f"more {name}", 20)] for name, articles in just_enough().items()}
    data = folder_of_sets(tmp_path, sets)

    first, second = [json.dumps(list(draw.drawn(data))) for _ in range(2)]

    assert first == second
