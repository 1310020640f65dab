"""What stands around an article: the names of its boxes and its lines, in the languages we read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import boilerplate

FIRST = "Мост через реку открыли в понедельник утром, движение по нему пустят завтра."
LAST = "Строили его два года, и стоил он городу сто двадцать миллионов."


def left(*lines: str) -> list[str]:
    """What is left of lines between two paragraphs that are long enough to outweigh them."""
    text = boilerplate.without("\n".join((FIRST * 4, *lines, LAST * 4)))
    return text.split("\n")[1:-1]


@pytest.mark.parametrize(
    "line",
    [
        "Читайте также: Парк у реки закроют",
        "▶ Смотрите также: как строили мост",
        "Подпишитесь на наш канал",
        "Поделиться",
        "Фото: Анна Ким",
        "Использование материалов разрешено только со ссылкой",
        "Shuningdek o‘qing: daryo bo‘yidagi bog‘ yopiladi",
        "Bizning Telegram kanalimizga obuna bo‘ling",
        "Barcha huquqlar himoyalangan",
        "Шунингдек ўқинг: дарё бўйидаги боғ ёпилади",
        "Бизнинг каналимизга обуна бўлинг",
        "Тағы да оқыңыз: өзен жағасындағы саябақ жабылады",
        "Біздің арнамызға жазылыңыз",
        "Барлық құқықтар қорғалған",
        "Read more: The park by the river will close",
        "Sign up for the morning letter",
        "3 Comments",
        "Image: Anna Kim",
        "Lesen Sie auch: Der Park am Fluss",
        "——————",
    ],
)
def test_lines_that_are_no_part_of_the_article_go(line: str) -> None:
    assert left(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "Читайте Толстого — он и теперь современен, сказал мэр на открытии моста.",
        "Подписали договор о строительстве ещё одного моста.",
        "Поделились впечатлениями и строители, которые приехали на открытие.",
        "Фото моста разошлись по соцсетям за один день.",
        "Автор проекта — архитектор из соседнего города.",
        "Источник в мэрии сказал, что мост достроили раньше срока.",
        "Manba yaqinida yangi ko‘prik qurildi.",
        "При использовании газовых плит пострадали двое.",
        "Чтобы получать пособие, нужно подать заявление.",
        "Полное или частичное затмение увидят жители юга.",
        "Реклама казино на мосту запрещена.",
        "Главные показатели бюджета",
        "Обнаружили ошибку в расчётах инженеры.",
        "Rasmiy delegatsiya a’zolari ko‘prikni ko‘rdi.",
        "Telegram asoschisi ko‘prik haqida yozdi.",
        "Yangilangan ko‘prik dushanba kuni ochildi.",
        "Расмий делегация аъзолари кўприкни кўрди.",
        "Сурет көрмесі дүйсенбіде ашылды.",
        "Жарнама туралы заң қабылданды.",
        "Пікірлер екіге бөлінді.",
        "Жаңартылған көпір ашылды.",
        "Share prices rose sharply.",
        "Copyright law protects the picture of the bridge.",
        "Created by engineers in 1920, the bridge still stands.",
        "Video by a witness shows the bridge at night.",
        "Read is a village by the river, and it has a bridge now.",
        "Share prices of the builder rose by a third.",
        "Related companies built the road to the bridge.",
        "12 500",
    ],
)
def test_sentences_of_an_article_that_begin_alike_stay(line: str) -> None:
    assert left(line) == [line]


def test_behind_an_announcement_the_titles_of_links_go_up_to_the_next_sentence() -> None:
    titles = ("Парк у реки закроют до весны", "Мэр уходит в отпуск")

    assert left("Читайте также:", *titles, "Мэр подтвердил это вечером.", "Тихий город") == [
        "Мэр подтвердил это вечером.",
        "Тихий город",
    ]
    assert left("Читайте также: Парк закроют", "Тихий город") == ["Тихий город"]


def test_what_only_ends_an_article_goes_only_from_its_end() -> None:
    ending = "Anna Kim is a freelance reporter in Tashkent"

    assert left(ending) == []
    assert left(ending, *(f"Абзац {number} о мосте." for number in range(9)))[0] == ending


def test_a_text_of_which_most_would_go_is_left_as_it_is() -> None:
    text = "Подписывайтесь на новости, написано на мосту.\nФото: Анна Ким\nКоротко"

    assert boilerplate.without(text) == text


@pytest.mark.parametrize(
    ("names", "is_furniture"),
    [
        ("related-posts", True),
        ("b-article__share", True),
        ("postAuthorBox", True),
        ("entry newsletter_form", True),
        ("cookie-consent", True),
        ("article-body", False),
        ("post tag-advertising category-newsletter", False),
        ("shareholders", False),
        ("header", False),
        ("gradient-add-on", False),
        ("", False),
    ],
)
def test_boxes_are_known_by_whole_words_of_their_names(names: str, is_furniture: bool) -> None:
    assert boilerplate.is_furniture(names) is is_furniture


LINES = st.sampled_from(("Читайте также:", "Поделиться", FIRST, "Заголовок", "©", "Фото: x", "=====", "", "😀"))


@given(st.text(max_size=200) | st.lists(LINES, max_size=12).map("\n".join))
def test_lines_are_only_ever_left_out_in_their_order(text: str) -> None:
    kept = boilerplate.without(text).split("\n")

    rest = iter(text.split("\n"))
    assert kept == [""] or all(line in rest for line in kept)
