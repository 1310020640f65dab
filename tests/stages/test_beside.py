"""How the other values of a figure are shown, and that they survive as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from bot.errors import RefusedEntry
from bot.model import Digest, Evidence, Fact, Relation, Revision, Variant
from bot.stages import beside, render
from tests import make

TEXT = "Погибли 14 человек"


def variant(text: str, relation: Relation, *, source: str = "А", at: str = "2026-11-22T07:00") -> Variant:
    place = Evidence(article_id=make.article("a2").id, revision=Revision(""), start=3, end=5)
    return Variant(
        start=8, end=10, text=text, relation=relation, evidence=place, source=source, published_at=make.moment(at)
    )


def fact(*figures: Variant) -> Fact:
    return replace(make.fact(TEXT), figures=figures, source="Б", published_at=make.moment("2026-11-22T09:05"))


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((), "Погибли 14 человек"),
        ((variant("12", "before"),), "Погибли 12 -> 14 (09:05) человек"),
        ((variant("10", "before"), variant("12", "before")), "Погибли 10 -> 12 -> 14 (09:05) человек"),
        ((variant("12", "also"),), "Погибли 12 (А), 14 (Б) человек"),
        ((variant("15", "also", at="2026-11-22T09:20"),), "Погибли 14 (Б), 15 (А) человек"),
        ((variant("16", "after", at="2026-11-22T11:00"),), "Погибли 14 -> 16 (11:00) человек"),
        ((variant("16", "after", at="2026-11-23T00:00"),), "Погибли 14 -> 16 человек"),
        ((variant("10", "before"), variant("12", "also")), "Погибли 10 -> 12 (А), 14 (Б) человек"),
    ],
    ids=range(8),
)
def test_a_fact_is_shown_with_the_other_values_of_its_figure(figures: tuple[Variant, ...], expected: str) -> None:
    assert beside.told(fact(*figures)) == expected


def test_the_time_is_that_of_the_chat() -> None:
    item = replace(make.item("Пожар"), facts=(fact(variant("12", "before")),))
    digest = Digest(header="", items=(item,), zone=timezone(timedelta(hours=5)))

    (message,) = render.messages(digest)

    assert "12 -> 14 (14:05) человек" in message.body.text
    assert "12 -> 14 (14:05) человек" in render.plain(digest)
    assert "12 -> 14 (09:05) человек" in render.plain(replace(digest, zone=UTC))


def test_a_digest_as_data_holds_the_other_values_and_they_can_be_read_back() -> None:
    told = fact(variant("12", "before"), variant("13", "also"))
    line = {"id": "a1", "headline": "Пожар", "facts": [{"text": told.text, **beside.as_data(told)}]}

    (read,) = render.from_line(line).facts

    assert (read.figures, read.source, read.published_at) == (told.figures, told.source, told.published_at)
    assert beside.told(read) == beside.told(told)


@pytest.mark.parametrize("figures", ["12", [1], [{"text": "12"}], [{"relation": "soon"}]], ids=range(4))
def test_values_that_are_not_as_they_are_given_are_refused(figures: object) -> None:
    with pytest.raises(RefusedEntry):
        render.from_line({"id": "a1", "facts": [{"text": TEXT, "figures": figures, "published_at": "2026-11-22"}]})
