"""The starter articles: readable by the rules that seeds/README.md gives, and nothing in them poses as a real page."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.language import identify

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
FILES = sorted(SEEDS.glob("*.txt"))
DATE_LINE = re.compile(r"\s*date (\d{4}-\d{2}-\d{2}) (https?://\S+)")
INVENTED_HOSTS = {"example.org", "example.com", "example.net"}
LANGUAGES = {"ru": "ru", "en": "en", "uz": "uz-Latn", "cyrl": "uz-Cyrl", "kk": "kk"}


def faults(text: str) -> list[str]:
    """What is wrong with an article file that holds one article."""
    first, *paragraphs = text.splitlines()
    found = DATE_LINE.fullmatch(first)
    if not found:
        return [f"no date line: {first[:60]!r}"]
    day, url = date.fromisoformat(found[1]), found[2]
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    checks = {
        f"{day} is no day of the demo": date(2025, 9, 26) <= day <= date(2026, 11, 20),
        f"{url} may be somebody's": urlsplit(url).hostname in INVENTED_HOSTS,
        f"{len(paragraphs)} paragraphs": 5 <= len(paragraphs) <= 10,
        f"{words} words": 120 <= words <= 350,
        "an empty line": all(paragraph.strip() == paragraph != "" for paragraph in paragraphs),
    }
    return [fault for fault, holds in checks.items() if not holds]


def language_of(file: Path) -> str:
    return LANGUAGES[file.stem.rsplit("-", 1)[1]]


def body(file: Path) -> str:
    return file.read_text(encoding="utf-8").split("\n", 1)[1]


def faults_of_uzbek(text: str) -> list[str]:
    """Letters of Uzbek in another spelling than o‘, g‘ (U+2018) and the apostrophe ’ (U+2019)."""
    return re.findall(r"\w*(?:[oOgG][’'ʻʼ`´]|[^oOgG\W]‘|['ʻʼ`´])\w*", text)


def left_out(told: dict[str, str], *, figures: str) -> list[tuple[str, str]]:
    """The languages that do not tell one of these figures, with the figure."""
    return [
        (language, figure)
        for language, text in told.items()
        for figure in figures.split()
        if not re.search(rf"\b{figure}\b", text)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_seed_is_one_well_formed_article_at_an_invented_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert faults(text) == []
    assert file.name.startswith(text.split()[1]), "the file name begins with another date"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_seed_is_written_in_the_language_of_its_name(file: Path) -> None:
    assert identify.language(body(file)) == language_of(file)


def test_every_language_has_at_least_three_seeds() -> None:
    counts = Counter(language_of(file) for file in FILES)

    assert counts.keys() == set(LANGUAGES.values())
    assert min(counts.values()) >= 3


def test_no_two_seeds_share_an_address() -> None:
    urls = Counter(file.read_text(encoding="utf-8").split()[2] for file in FILES)

    assert FILES
    assert [url for url, times in urls.items() if times > 1] == []


def test_the_round_table_is_told_in_all_languages_with_the_same_figures() -> None:
    told = [body(file) for file in FILES if "round-table" in file.stem]

    assert len(told) == 4
    assert [text[:40] for text in told if not re.search(r"\b78\b", text) or not re.search(r"\b1[.,]8\b", text)] == []


@pytest.mark.parametrize(
    ("event", "figures"), [("river-gauges", "64 42 22 10 48 7 30 2027 120"), ("chess-open", "312 27 31 74 1900 2027")]
)
def test_an_event_is_told_in_five_languages_with_the_same_figures(event: str, figures: str) -> None:
    told = {language_of(file): body(file) for file in FILES if event in file.stem}

    assert told.keys() == set(LANGUAGES.values())
    assert left_out(told, figures=figures) == []
    assert left_out(told, figures="9999") == [(language, "9999") for language in told]


def test_uzbek_is_spelt_with_one_kind_of_apostrophe() -> None:
    told = {file.name: faults_of_uzbek(body(file)) for file in FILES if language_of(file) == "uz-Latn"}

    assert told
    assert {name: found for name, found in told.items() if found} == {}


def test_a_bad_seed_is_found() -> None:
    paragraphs = ("word " * 30 + "\n") * 5

    assert faults("The lead stands first.\n" + paragraphs) == ["no date line: 'The lead stands first.'"]
    assert faults("date 2026-11-18 https://news.test/a\n" + paragraphs)[0] == "https://news.test/a may be somebody's"
    assert faults("date 2027-01-01 https://example.org/a\n" + paragraphs)[0] == "2027-01-01 is no day of the demo"
    assert "1 paragraphs" in faults("date 2026-11-18 https://example.org/a\nShort.\n")
    assert "an empty line" in faults("date 2026-11-18 https://example.org/a\n\n" + paragraphs)
    assert faults_of_uzbek("bo‘ldi, bo’ldi, ma’lum, ma‘lum, o'tdi") == ["bo’ldi", "ma‘lum", "o'tdi"]
