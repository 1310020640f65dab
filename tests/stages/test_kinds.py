"""Kinds of facts, in the five languages."""

from __future__ import annotations

import pytest

from bot.model import FactKind
from bot.stages import kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Порт принял 300 кораблей", FactKind.FIGURE),
        ("The yard cost 5.8 billion tenge", FactKind.FIGURE),
        ("Portda 40 ta kran ishladi", FactKind.FIGURE),
        ("Портта 40 кран істеді", FactKind.FIGURE),
        ("Порт откроют 16 апреля", FactKind.DATE),
        ("The port opens on March 1", FactKind.DATE),
        ("Порт строят с 2024 года", FactKind.EVENT),
        ("Порт откроют весной", FactKind.EVENT),
        ("Совет принял закон о портах", FactKind.DECISION),
        ("«Мы ждали этого дня», — сказал директор", FactKind.QUOTE),
        ("Депутаты обсудили закон «О портах», по которому живут города «Юг» и «Север»", FactKind.DECISION),
        ("Анна Ким возглавила порт", FactKind.PERSON),
        ("Создается Международный порт", FactKind.EVENT),
        ("Верфь North готовит новые баржи", FactKind.EVENT),
        ("On Sunday, the yard closed its gates", FactKind.EVENT),
        ("Камеру с высоким разрешением закончили чинить", FactKind.EVENT),
        ("Средства пойдут на проект «Укрепление берегов и очистка старого канала у порта»", FactKind.EVENT),
        ("The winner of “Yard of the Year,” is in town", FactKind.EVENT),
        ("“We waited for this day,” the director said", FactKind.QUOTE),
        ("Фильм «28 барж» покажут весной", FactKind.EVENT),
        ("Ранее порт закрывали", FactKind.BACKGROUND),
        ("Farmon imzolandi", FactKind.DECISION),
        ("Жарлық бекітілді", FactKind.DECISION),
    ],
)
def test_a_fact_is_of_the_kind_its_words_tell(text: str, kind: FactKind) -> None:
    assert kinds.kind(text) is kind
