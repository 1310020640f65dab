"""Trimming of parentheses: what adds nothing goes, what a figure is measured in stays."""

from __future__ import annotations

import pytest

from bot.stages import trim


def said(sentence: str) -> str:
    return trim.said(sentence, trim.trimmed(sentence, 0, len(sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The port cut its fees by 20 to 30 (per cent) in May",
        "Порт снизил сборы на 20–30 (процентов) в мае",
        "Порт принял груз весом 40 (тысяч тонн) за неделю",
        "Port yig‘imlari 20 (foiz) ga kamaydi",
        "Порт алымдары 20 (пайызға) дейін азайды",
        "Порт йиғимлари 20 (фоиз) га камайди",
    ],
)
def test_a_parenthesis_behind_a_figure_may_hold_its_unit_and_stays(sentence: str) -> None:
    assert said(sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("The port (once a yard) cut its fees by 20 per cent", "The port cut its fees by 20 per cent"),
        ("The port cut its fees by 20% (again) in May", "The port cut its fees by 20% in May"),
        ("Порт (бывшая верфь) снизил сборы на 20 процентов", "Порт снизил сборы на 20 процентов"),
    ],
)
def test_a_parenthesis_behind_a_word_goes(sentence: str, left: str) -> None:
    assert said(sentence) == left


@pytest.mark.parametrize(
    "sentence",
    [
        "Школа «№48» (у реки) 752 ученика приняла осенью",
        "Автобус 48-й (у реки) 752 раза ломался за год",
        "The port took in 48-foot (old) 752 boats",
        "Музей открыт каждый день (кроме понедельника) до вечера",
        "Дороги (не все) закрыли на ремонт до осени",
        "The museum is open every day (except Mondays) until late",
        "Muzey har kuni (faqat bolalar uchun) ochiq",
    ],
)
def test_a_parenthesis_before_a_figure_or_with_an_exception_stays(sentence: str) -> None:
    assert said(sentence) == sentence
