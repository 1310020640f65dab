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
        ("Гости Ташкентской верфи довольны", FactKind.EVENT),
        ("Полиция Алматы ищет баржу", FactKind.EVENT),
        ("Президент Казахстана вновь был в порту", FactKind.EVENT),
        ("Президент Анна Ким вновь была в порту", FactKind.PERSON),
        ("Captain Anna Kim has left the port", FactKind.PERSON),
        ("River Rovers are ready to leave the port", FactKind.EVENT),
        ("Oslo’s Kim’s yard is open again", FactKind.EVENT),
        ("Despite two races having been cancelled, the port is open", FactKind.EVENT),
        ("Баржа «Север» — это просто хорошая баржа", FactKind.EVENT),
        ("Рыбаки потребовали освобождения капитана", FactKind.EVENT),
        ("Порту важно соблюдать правила и законы", FactKind.EVENT),
        ("Старость лодки не звучит приговором", FactKind.EVENT),
        ("Il Porto пишет, что баржа ушла", FactKind.EVENT),
        ("За это нарушение всегда арестовывают", FactKind.EVENT),
        ("Вышли похожие решения от верфи", FactKind.EVENT),
        ("Суд вынес решение о барже", FactKind.DECISION),
        ("Капитан решился показать порт", FactKind.EVENT),
        ("Before the race was suspended, Kim left the port", FactKind.EVENT),
        ("Port xizmati mehmonlarni qabul qildi", FactKind.EVENT),
        ("Kengash port haqidagi qonunni qabul qildi", FactKind.DECISION),
        ("Гонки пройдут 9, 13 и 23 мая", FactKind.DATE),
        ("Гонка начнётся 6 мая, в 16:00 по местному времени", FactKind.DATE),
        ("Верфь проиграла порту 16:13", FactKind.FIGURE),
    ],
)
def test_a_fact_is_of_the_kind_its_words_tell(text: str, kind: FactKind) -> None:
    assert kinds.kind(text) is kind
