"""What a sentence says only beside the one before it, what it says at all, and when its speaker may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import context

LEANING = [
    ("Порт, по его словам, расширят вдвое", "Порт, по словам капитана Ивана Седова, расширят вдвое"),
    ("Вторую верфь строить незачем, считает он", "Министр Ильяс Бектуров уверен: верфь нужна, считает он и порт"),
    ("В порту не хватает кранов, рассказал дипломат", "В порту не хватает кранов, рассказал посол Кайрат Омаров"),
    ("A second yard makes little sense, he said", "Captain Ivan Sedov sold the yard because, he said, it was small"),
    ("Ikkinchi verf qurishga hojat yo‘q, dedi u", "Ikkinchi verf qurishga hojat yo‘q, dedi Jasur Karimov"),
    ("Порт, унинг сўзларига кўра, икки баравар кенгаяди", "Порт икки баравар кенгаяди, деди Жасур Каримов"),
    ("Екінші верф керек емес, деді ол", "Екінші верф керек емес, деді Асқар Сейітов"),
    ("Вывоз рыбы в том же месяце вырос на четверть", "В октябре поймали 300 тонн, вывоз в том же месяце вырос"),
    ("Ранее в тот же день вышла лодка", "Ранее в тот же день, 15 апреля, вышла лодка"),
    (
        "Exports of fish grew in the same month, to $86 million",
        "In October 300 boats left and fish grew the same month",
    ),
    ("Baliq eksporti o‘sha oyda chorakka oshdi", "Oktabrda 300 tonna tutildi, eksport o‘sha oyda oshdi"),
    ("Балиқ экспорти ўша ойда чоракка ошди", "Октябрда 300 тонна тутилди, экспорт ўша ойда ошди"),
    ("Балық экспорты сол айда ширекке өсті", "Қазанда 300 тонна ауланды, экспорт сол айда өсті"),
    ("The Georgian was placed second on tie-break", "The Georgian captain Nino Gelashvili was placed second"),
    ("Поводом для встречи стало письмо рыбаков", "Поводом для спора стало письмо рыбаков"),
    ("The reason for the talks was a letter from the fishermen", "The reason for the delay was a letter"),
    ("На весенних испытаниях она ошибалась на 7 сантиметров", "На весенних испытаниях модель ошибалась на 7 см"),
    ("К осени 2027 года она будет готова", "К осени 2027 года теплица будет готова"),
    ("Bahorgi sinovlarda uning xatosi 7 santimetr bo‘ldi", "Bahorgi sinovlarda modelning xatosi 7 santimetr bo‘ldi"),
    ("Баҳорги синовларда у 7 сантиметрга адашди", "Баҳорги синовларда модель 7 сантиметрга адашди"),
    ("Көктемгі сынақта ол 7 сантиметрге қателесті", "Көктемгі сынақта модель 7 сантиметрге қателесті"),
]
EMPTY = [
    ("О наборе рассказал Пётр Ильин, смотритель маяка", "О наборе в школу юнг сообщил порт: примут 40 детей"),
    ("Президент обратился к рыбакам", "Президент обратился к рыбакам с просьбой не выходить в море"),
    ("Разговор о море продолжил Пётр Ильин", "Разговор о море продолжил Пётр Ильин: рыбы стало вдвое больше"),
    ("Назвал капитан и цифры", "Назвал капитан и цифры: 40 лодок и 300 тонн рыбы"),
    ("The figures were given by the captain of the port", "The figures were wrong by half a million"),
    ("Peter Hill, a keeper of the lighthouse, turned to schools", "Peter Hill turned the old lighthouse into a school"),
    ("Hill also spoke of the old lighthouse of the town", "Hill spoke of the lighthouse, which lost its lamp"),
    ("Kapitan baliqchilar haqida gapirdi", "Kapitan baliqchilar haqida kitob yozdi"),
    ("Elchi raqamli hamkorlikka ham to‘xtaldi", "Poyezd Buxoroga bormay, Navoiyda to‘xtab qoldi"),
    ("Капитан балиқчилар ҳақида гапирди", "Капитан балиқчилар ҳақида китоб ёзди"),
    ("Капитан балықшылар туралы айтты", "Капитан балықшылар туралы кітап жазды"),
]
COUNTED = [
    ("Вузы, по его словам, открыли более 30 филиалов, но один стоит особняком", "Вузы открыли более 30 филиалов"),
    ("The port runs 14 cranes, he noted, but one of them is a wonder", "The port runs 14 cranes"),
    ("Portda 14 ta kran ishlaydi, dedi u", "Portda 14 ta kran ishlaydi"),
    ("Портда 14 та кран ишлайди, деди у", "Портда 14 та кран ишлайди"),
    ("Портта 14 кран жұмыс істейді, деді ол", "Портта 14 кран жұмыс істейді"),
]
CLAIMS = [
    "Despite 30 new cranes the port is in a pathetic state, he added",
    "The port has 14 cranes and should buy more, he said",
    "The neighbours have to pay $5 million, he said",
    "В порту работают 14 кранов, а нужно 20, сказал он",
    "Порт работает лучше 14 других, сказал он",
    "Порт работает без выходных, сказал он",
    "«В порту работают 14 кранов», сказал он",
    "Посол Кайрат Омаров открыл порт, там работают 14 кранов, сказал он",
    "Portda 14 ta kran ishlaydi, yana 6 tasi kerak, dedi u",
    "Портта 14 кран бар, тағы 6 керек, деді ол",
]


@pytest.mark.parametrize(("leaning", "standing"), LEANING, ids=[case[0][:24] for case in LEANING])
def test_who_or_when_is_meant_must_be_named_before(leaning: str, standing: str) -> None:
    assert context.leans(leaning)
    assert not context.leans(standing)


@pytest.mark.parametrize(("empty", "telling"), EMPTY, ids=[case[0][:24] for case in EMPTY])
def test_that_somebody_spoke_is_no_news_and_what_was_said_is(empty: str, telling: str) -> None:
    assert context.announces(empty)
    assert not context.announces(telling)


@pytest.mark.parametrize(("said", "left"), COUNTED, ids=[case[0][:24] for case in COUNTED])
def test_a_count_is_told_without_the_speaker_whom_nobody_names(said: str, left: str) -> None:
    start, end, stop = context.unattributed(said) or (0, 0, 0)

    assert said[:start] + said[end : max(end, stop)] == left


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim[:24] for claim in CLAIMS])
def test_a_claim_never_becomes_our_own(claim: str) -> None:
    assert context.unattributed(claim) is None


@given(text=st.text(max_size=200))
def test_whatever_the_text_the_span_of_a_speaker_lies_within_it(text: str) -> None:
    found = context.unattributed(f"{text}, he said")
    start, end, stop = found or (0, 0, 0)

    assert 0 <= start <= end <= len(text) + 9
    assert 0 <= stop <= len(text) + 9


def test_an_empty_text_says_nothing_and_leans_on_nothing() -> None:
    assert not context.announces("")
    assert not context.leans("")
