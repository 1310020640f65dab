"""The script that fits the weights: its halves are seeded, and it says when there is nothing to fit."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from bot.model import Language
from bot.stages import weigh
from tests import make
from tests.benchmarks import annotated, fit

ITEMS = tuple(
    annotated.Item(
        gold={}, row={}, article=replace(make.article(text=f"Порт {n} открыли весной."), language=Language(language)),
        scorer=ModuleType("none"),
    )
    for n, language in enumerate(("ru", "en", "ru", "uz-Latn", "en", "ru", "ru", "uz-Latn"))
)  # fmt: skip


def test_every_article_is_in_one_half_and_every_language_in_both() -> None:
    fitted, held = fit.halves(ITEMS)

    assert sorted(fitted + held) == list(range(len(ITEMS)))
    assert {ITEMS[i].article.language for i in fitted} == {ITEMS[i].article.language for i in held}
    assert fit.halves(ITEMS) == (fitted, held)


def test_a_table_that_is_better_everywhere_gains_on_the_half_held_out() -> None:
    better = replace(weigh.FITTED, figure=weigh.FITTED.figure + 1)
    found = {weigh.FITTED: [0.5] * len(ITEMS), better: [0.6] * len(ITEMS)}

    assert fit.gain_held_out(found, ITEMS) > 0.09


def test_a_table_that_is_better_by_one_article_only_gains_less_elsewhere() -> None:
    lucky = replace(weigh.FITTED, figure=weigh.FITTED.figure + 1)
    found = {weigh.FITTED: [0.5] * len(ITEMS), lucky: [1.0] + [0.45] * (len(ITEMS) - 1)}

    assert fit.gain_held_out(found, ITEMS) <= 0
