"""Bytes of unknown or wrongly declared encoding become readable text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import charset

RUSSIAN = "В Ташкенте открыли новый мост через Чирчик, сообщил хокимият «сегодня»"
UZBEK = "Тошкентда янги кўприк очилди"
LATIN = "Le café de l’été: garçon"


def declared(text: str, name: str) -> str:
    return f'<?xml version="1.0" encoding="{name}"?><rss><title>{text}</title></rss>' if name else f"<rss>{text}</rss>"


@pytest.mark.parametrize("codec", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5", "cp866", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("prolog", ["", "utf-8", "windows-1251", "koi8-r", "iso-8859-1", "utf-16", "no-such-thing"])
@pytest.mark.parametrize("header", ["", "utf-8", "windows-1251", "iso-8859-1"])
def test_f49_russian_is_read_whatever_header_and_prolog_claim(codec: str, prolog: str, header: str) -> None:
    text = declared(RUSSIAN.replace("«", "").replace("»", ""), prolog)
    content_type = f"text/xml; charset={header}" if header else "text/xml"

    assert charset.text(text.encode(codec), content_type) == text


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"])
def test_f49_a_byte_order_mark_is_believed_and_removed(mark: bytes) -> None:
    codec = {2: "utf-16", 3: "utf-8", 4: "utf-32"}[len(mark)]
    order = "" if codec == "utf-8" else "-le" if mark[0] else "-be"
    order = "-be" if mark.startswith(b"\xfe\xff") else order

    content = mark + declared(RUSSIAN, "koi8-r").encode(codec + order)

    assert charset.text(content, "text/xml; charset=windows-1251") == declared(RUSSIAN, "koi8-r")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp037"])
def test_f49_wide_encodings_need_no_mark(codec: str) -> None:
    text = declared("A bridge was opened in Navoi", "utf-16")

    assert charset.text(text.encode(codec)) == text


def test_f49_a_few_invalid_bytes_do_not_turn_utf_8_into_something_else() -> None:
    content = declared(RUSSIAN, "utf-8").encode() + b" it\x92s \xff"

    assert charset.text(content) == declared(RUSSIAN, "utf-8") + " it’s ÿ"


def test_f49_utf_8_s_mark_before_another_encoding_is_no_mark() -> None:
    text = declared(RUSSIAN, "windows-1251")

    assert charset.text(b"\xef\xbb\xbf" + text.encode("windows-1251")) == text


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("windows-1252", LATIN),
        ("iso-8859-2", "Příliš žluťoučký kůň"),
        ("windows-1254", "Türkçe ışık"),
        ("gb2312", "塔什干开放新桥"),
        ("big5", "塔什干開放新橋"),
        ("shift_jis", "タシケントの橋"),
        ("euc-kr", "타슈켄트의 다리"),
        ("iso-2022-jp", "タシケントの橋"),
        ("kz1048", "Алматыда жаңа көпір ашылды"),
    ],
)
def test_other_encodings_are_read_as_declared(codec: str, text: str) -> None:
    content = declared(text, codec).encode(codec)

    assert charset.text(content) == declared(text, codec)


def test_western_letters_are_not_taken_for_cyrillic() -> None:
    assert charset.text(declared(LATIN, "").encode("cp1252")) == declared(LATIN, "")


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "zlib", "rot13", "undefined", "utf-7", "x" * 999]
)
def test_codecs_that_are_no_encodings_of_documents_are_never_used(name: str) -> None:
    assert charset.text(f'<?xml version="1.0" encoding="{name}"?><a>\\u0041</a>'.encode()).endswith("<a>\\u0041</a>")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_become_text(content: bytes, content_type: str) -> None:
    assert isinstance(charset.text(content, content_type), str)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff"), min_size=8))
def test_utf_8_is_always_read_as_it_is(text: str) -> None:
    assert charset.text(text.encode()) == text
