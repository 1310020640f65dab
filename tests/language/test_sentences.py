"""Where sentences end: invented cases beside their answer, and what holds for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import sentences


@pytest.mark.parametrize(
    "marked",
    [
        "Мост открыли в 2026 г. в центре.|Его строил А. П. Ким.",
        "Он стоил $1,8 млрд.|Это много, т. е. вдвое больше.",
        "ТЕРМЕЗ, 26 сен. — Вестник.|В порту тихо.",
        "«Мы готовы!» — сказал он.|Затем ушел.",
        '"Первое.|Второе", — добавил посол.',
        "Мост открыли.В город пришла вода.",
        "Мост открыт, пишет Vestnik.kz.|В Термезе 300 машин ждали утра.",
        "Sh. M. Karimov keldi.|Ko‘prik 2026 y. ochildi.",
        "Көпір 2026 ж. салынды.|Ол ұзын.",
        "Вот... и всё.|Да?|Нет!|Хорошо…",
        "Dr. Smith paid $3.5 bn.|The U.S.A. agreed.",
        "1. Первый пункт списка.",
        "г. Алматы, ул. Мира, д. 5.",
        "Купили столы, стулья и т. д.|Дом готов.",
        "Площадь 20 кв. м.|Высота 3 м.",
        "Открыл дорогу тов. Асадов.|Все хлопали.",
        "1. Первый.|2. Второй.",
        "Мост построен в XIX в. при губернаторе.|Он цел.",
        "The bill (H.R. 5) passed.|Ph.D. students met.",
        '"We are ready!" said Mrs. Lee.|Nobody moved.',
        "The Earth moves around the Sun.|The Moon follows.",
        "2026-y. 5-may kuni ochildi.|Ertasi tong.",
        "Toshkent vil. Zangiota tum. markazi.|Yangi maktab.",
        "«Biz tayyormiz!» — dedi u.|Keyin ketdi.",
        "«Биз тайёрмиз!» — деди у.|Кўприк 2026 й. очилди.",
        "Алматы қ. Абай даңғ. 5 үйде.|Жиналыс сағ. 14.30-да басталды.",
        "Дүкен, мектеп, т.б. салынды.|Халық риза.",
        "Станция даст 2,05 тыс. МВт.|Её построят за год.",
        "Loyiha 14 mln. AQSh dollariga tushdi.|Pul bor.",
        "Ущерб вырос до 14 млн.|Дорогу закрыли.",
        "Смета 3 млрд. Долларов ждали год.|Их нет.",
        "Жоба 16,3млрд. АҚШ доллары тұрады.|Ақша бар.",
        "Loyiha 2 mln. So‘mga tushdi.|Pul bor.",
        "Смета 3 млрд.|Доллар вырос.",
        "The bridge opened on May 1st.|Throughout the day it rained.",
        "Комбинат (бывш. Завод труб) открыт.",
        "В молоке мало витамина D.|Такие данные у врачей.",
        "Рыбам не хватает витамина D.|Об этом узнали в порту.",
        "В рыбе много витамина D.|Врачи это знают.",
        "Это проект С.|При этом о нём молчат.",
        "Писали Э. По, В. Ли и В. А. Ким.",
        "They chose plan B.|It costs more.",
    ],
)
def test_sentences_end_where_a_reader_would_say(marked: str) -> None:
    expected = marked.replace(".В город", ".|В город").split("|")
    text = " ".join(marked.split("|"))

    assert [text[start:end] for start, end in sentences.spans(text)] == expected


def test_a_sentence_that_is_glued_to_an_address_is_parted_from_it() -> None:
    text = "Мост открыт, передаетVestnik.kz.ВАстане дождь. Сайт Vestnik.kz работает."

    assert [text[start:end] for start, end in sentences.spans(text)][1] == "ВАстане дождь."


def test_an_age_begins_a_sentence_where_the_blank_is_missing() -> None:
    text = "Об этом сказано в сообщении.34-летний мастер живёт у моста. Цена 4.5 сума, стр.34-я, v.2-beta."

    assert len(sentences.spans(text)) == 3


def test_another_alphabet_begins_a_sentence_where_the_blank_is_missing() -> None:
    assert len(sentences.spans("Лодку продали за 30 USD.Рыбаки купили мотор 765G.Он новый. Дом J.Смита цел.")) == 4


def test_no_sentence_runs_over_a_line_break() -> None:
    assert sentences.spans("Мост\nоткрыли") == ((0, 4), (5, 12))


PARTS = st.sampled_from(["г.", "«", "»", '"', ". ", "А.", "Дом", " ", "\n", "...", "—", "?", "😀", "5", "U.S."])


@given(st.text(max_size=100) | st.lists(PARTS, max_size=30).map("".join))
def test_every_visible_character_is_in_exactly_one_sentence(text: str) -> None:
    found = sentences.spans(text)

    outside = list(text)
    for start, end in found:
        assert text[start:end].strip() == text[start:end] != ""
        outside[start:end] = [" "] * (end - start)
    assert "".join(outside).strip() == ""
    assert all(one[1] <= other[0] for one, other in pairwise(found))
