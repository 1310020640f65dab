"""What a page says of itself, and what of it is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import webpage
from bot.stages.linked_data import Told
from tests import make

ADDRESS = "https://vestnik.example/most"


def page(told: Told | None = None, *, languages: tuple[str, ...] = (), **metas: str) -> webpage.Page:
    """A page with these contents of `meta` elements; "__" in a name stands for a colon."""
    said = {name.replace("__", ":"): (content,) for name, content in metas.items()}
    return webpage.Page(address=ADDRESS, base=ADDRESS, languages=languages, metas=said, told=told or Told())


def test_the_name_of_the_site_is_no_part_of_the_title() -> None:
    assert (
        webpage.title(page(og__title="Мост — город открыт | Вестник", og__site_name="Вестник")) == "Мост — город открыт"
    )
    assert webpage.title(page(og__title="Вестник моста")) == "Вестник моста"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (("Анна  Ким", "Бек Али", "Анна Ким"), ("Анна Ким", "Бек Али")),
        (("https://vestnik.example/kim", "@kim", "admin", "Редакция", "Вестник", "x" * 200), ()),
    ],
)
def test_authors_are_people_once_each(said: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert webpage.authors(page(Told(authors=said), og__site_name="Вестник")) == names


@pytest.mark.parametrize(
    ("said", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("uz_Latn_UZ", "uz-Latn"), ("UZ-cyrl", "uz-Cyrl"), ("русский", ""), ("", "")],
)
def test_a_language_is_its_subtag_and_script(said: str, language: str) -> None:
    assert webpage.language(page(languages=(said,))) == language


def test_a_date_of_publication_that_cannot_be_read_gives_way_to_the_next() -> None:
    said = page(article__published_time="вчера", datepublished="2026-11-20", article__modified_time="2026-11-22")

    assert webpage.published_at(said) == make.moment("2026-11-20")
    assert webpage.published_at(page(article__modified_time="2026-11-22")) is None


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "&#0;", "&#31;", "&#x1F;", "&#x0b", "&#12", "\ufffe"])
def test_control_characters_go_in_whatever_way_they_are_written(bad: str) -> None:
    assert bad not in webpage.legible(f"<p>Мост{bad} открыт</p>")


@pytest.mark.parametrize("good", ["&#10;", "&#9;", "&#13;", "&#32;", "&#312;", "&#x20;", "&#x1F600;", "&amp;", "\t\n"])
def test_other_characters_stay(good: str) -> None:
    assert good in webpage.legible(f"<p>Мост{good} открыт</p>")


def test_only_elements_with_too_many_attributes_lose_them() -> None:
    many = f"<a {' '.join(f'a{number}' for number in range(1_000))}>"
    long = f'<meta content="{"слово " * 200}">'

    assert webpage.legible(f"{long}{many}x") == f"{long}<a>x"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_whatever_is_said_is_short_and_the_address_is_of_the_web(title: str, link: str, lang: str) -> None:
    said = webpage.Page(
        address=ADDRESS, base=ADDRESS, canonical=link, languages=(lang,), metas={"og:title": (title * 90,)}
    )

    assert len(webpage.title(said)) <= webpage.MAX_LINE_CHARS
    assert webpage.url(said).startswith(("http://", "https://"))
    assert len(webpage.language(said)) <= 8
