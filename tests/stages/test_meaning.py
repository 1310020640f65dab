"""A model of meaning decides doubtful pairs of reports in different languages, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.stages import group, meaning, sketch
from tests import make

BRIDGE = make.article(
    "bridge1", published="2026-11-22T08:00", title="Мост через Сырдарью открыли в Бекабаде",
    text="В Бекабаде открыли мост через Сырдарью.",
)  # fmt: skip
BRIDGE_EN = make.article(
    "bridge2", published="2026-11-22T09:00", language="en", source="Herald", title="Bekabad opens its Syrdarya bridge",
    text="A bridge over the Syrdarya was opened in Bekabad.",
)  # fmt: skip
SIDES = {"Мост": (1.0, 0.0), "Bekabad": (0.9, 0.1), "Fair": (0.0, 1.0)}


class Model:
    """Knows what a headline means by its first word; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, float]]:
        self.asked.extend(texts)
        return [SIDES[text.split()[0]] for text in texts]


@pytest.mark.parametrize("passed", [meaning.DOUBT[0], 0.9, 1.0])
def test_a_doubt_is_decided_by_what_the_headlines_mean(passed: float) -> None:
    meanings = meaning.Meanings(Model())
    other = sketch.of(make.article("fair", language="en", title="Fair in Almaty", text="Books."))

    assert meanings.decided(passed, sketch.of(BRIDGE_EN), [sketch.of(BRIDGE)]) >= 1
    assert meanings.decided(passed, other, [sketch.of(BRIDGE)]) < 1


@pytest.mark.parametrize("passed", [0.0, 0.1, meaning.DOUBT[1], 20.0])
def test_what_is_certain_is_not_asked(passed: float) -> None:
    model = Model()

    assert meaning.Meanings(model).decided(passed, sketch.of(BRIDGE_EN), [sketch.of(BRIDGE)]) == passed
    assert not model.asked


def test_a_headline_is_asked_once() -> None:
    # given
    model = Model()
    meanings = meaning.Meanings(model)
    # when
    for _ in range(3):
        meanings.decided(1.0, sketch.of(BRIDGE_EN), [sketch.of(BRIDGE)])
    # then
    assert sorted(model.asked) == sorted([BRIDGE.title, BRIDGE_EN.title])


def test_reports_in_one_language_are_not_asked() -> None:
    # given
    model, now_open = Model(), group.Open()
    now_open.meanings = meaning.Meanings(model)
    again = make.article("bridge3", published="2026-11-22T09:00", source="Курьер", title=BRIDGE.title, text="Открыли.")
    # when
    now_open.join([sketch.of(BRIDGE), sketch.of(again)])
    # then
    assert not model.asked
