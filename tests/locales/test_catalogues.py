"""The interface languages are complete, hold nothing unused, and say days, times, zones and cities rightly."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages import pofile

from bot import locales
from bot.locales import cities
from tests import make

BOT = Path(locales.__file__).parent.parent
NOT_FOR_PEOPLE = ("sandbox", "storage")  # there `.text(...)` is a reply of aiohttp or a piece of SQL
NAMES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Key = tuple[str, ...]  # the message, or both forms of one with a number


class Messages(ast.NodeVisitor):
    """What a module says to people: the sentences, and what is wrong with how it says them."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.found: set[Key] = set()
        self.faults: list[str] = []

    def visit_Call(self, call: ast.Call) -> None:
        count = {"text": 1, "plural": 2, "UserError": 1, "sentence": 1}.get(_called(call.func), 0)
        said = call.args[:count] or [word.value for word in call.keywords if _is_summary(call, word)]
        literals = tuple(each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str))
        if said and len(literals) == len(said):
            self._take(call, literals, count)
        elif any(isinstance(part, ast.JoinedStr | ast.BinOp) for each in said for part in ast.walk(each)):
            self.faults.append(f"{self.module}:{call.lineno}: a sentence is glued together")
        self.generic_visit(call)

    def _take(self, call: ast.Call, key: Key, count: int) -> None:
        self.found.add(key)
        given = {word.arg for word in call.keywords} | ({"n"} if count == 2 else set())
        asked = {name for text in key for name in NAMES.findall(text)}
        if count and None not in given and asked - given and _called(call.func) != "sentence":
            self.faults.append(f"{self.module}:{call.lineno}: nobody fills {sorted(asked - given)}")


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) and function.id == "UserError" else ""


def _is_summary(call: ast.Call, word: ast.keyword) -> bool:
    return _called(call.func) == "Command" and word.arg == "summary"


def modules() -> Iterator[Path]:
    files = sorted(BOT.rglob("*.py"))
    return (file for file in files if file.relative_to(BOT).parts[0] not in NOT_FOR_PEOPLE)


def said(source: str, name: str = "x.py") -> Messages:
    messages = Messages(name)
    messages.visit(ast.parse(source))
    return messages


def spoken() -> dict[Key, str]:
    """Every message of the program and the file it stands in."""
    return {key: file.name for file in modules() for key in said(file.read_text("utf-8"), file.name).found}


def translated(language: str) -> dict[Key, Key]:
    with (BOT / "locales" / f"{language}.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    messages = [message for message in catalogue if message.id and not message.fuzzy]
    return {_forms(message.id): _forms(message.string or "") for message in messages}


def _forms(text: str | list[str] | tuple[str, ...]) -> Key:
    return (text,) if isinstance(text, str) else tuple(text)


def _names(text: str) -> set[str]:
    return set(NAMES.findall(text))


OTHERS = tuple(language for language in locales.languages() if language != locales.DEFAULT)


def test_the_languages_are_those_that_have_a_file() -> None:
    assert {"en", "ru"} <= set(locales.languages())
    assert [locales.name(language) for language in ("en", "ru")] == ["English", "Русский"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    # given
    known = translated(language)
    # when
    missing = {key: file for key, file in spoken().items() if not all(known.get(key, ("",)))}
    # then
    assert missing == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_names_of_its_message_and_every_form_of_a_number(language: str) -> None:
    # given
    with (BOT / "locales" / f"{language}.po").open("rb") as file:
        forms = pofile.read_po(file, locale=language).num_plurals
    # when
    wrong = {
        key: value
        for key, value in translated(language).items()
        if len(value) != (forms if len(key) == 2 else 1)
        or any(_names(form) != _names(key[-1]) for form in value[1:] or value)
        or _names(value[0]) not in (_names(key[0]), _names(key[-1]))
    }
    # then
    assert wrong == {}


@pytest.mark.parametrize("language", locales.languages())
def test_no_catalogue_holds_a_message_that_nobody_says(language: str) -> None:
    assert set(translated(language)) - set(spoken()) == set()


def test_no_sentence_is_glued_together_and_every_name_in_one_is_filled() -> None:
    faults = [fault for file in modules() for fault in said(file.read_text("utf-8"), file.name).faults]
    assert faults == []


def test_the_reader_of_the_code_finds_each_kind_of_message_and_fault() -> None:
    # given
    code = """
say.text("One")
say.plural("{n} story", "{n} stories", count)
raise UserError("No {word}" " here", word=w)
NAME = locales.sentence("Two {names}")
COMMAND = commands.Command(name="x", summary="Three")
say.text(error.text, **error.details)
response.text()
say.text("Four {missing}")
say.text(f"Five {word}")
say.text("Six " + word)
"""
    # when
    messages = said(code)
    # then
    one = {
        ("One",),
        ("{n} story", "{n} stories"),
        ("No {word} here",),
        ("Two {names}",),
        ("Three",),
        ("Four {missing}",),
    }
    assert messages.found == one
    assert [fault.split(":")[1] for fault in messages.faults] == ["9", "10", "11"]


def test_a_catalogue_is_found_by_language_by_its_primary_subtag_or_is_the_english_one() -> None:
    asked = ("ru", "ru-KZ", "en-GB", "de", "")
    assert [locales.catalogue(language).language for language in asked] == ["ru", "ru", "en", "en", "en"]
    assert locales.catalogue("ru") is locales.catalogue("ru-RU")


def test_details_are_put_in_by_name_and_evaluate_nothing() -> None:
    # given
    say = locales.catalogue("en")
    # when
    text = say.text("{word}: {0.__class__} {word.__class__} {} {other} {{n}} %s", word="{other}{0}", n=3)
    # then
    assert text == "{other}{0}: {0.__class__} {word.__class__} {} {other} {3} %s"
    assert say.text("") == ""


def test_a_number_takes_the_form_of_the_language() -> None:
    # given
    rule = gettext.c2py(_plural_rule("ru"))
    # when
    english = [locales.catalogue("en").plural("{n} story", "{n} stories", n) for n in (1, 2, 5)]
    # then
    assert english == ["1 story", "2 stories", "5 stories"]
    assert [rule(n) for n in (1, 2, 5, 11, 21, 22, 112)] == [0, 1, 2, 2, 0, 1, 2]


def _plural_rule(language: str) -> str:
    with (BOT / "locales" / f"{language}.po").open("rb") as file:
        return pofile.read_po(file, locale=language).plural_expr


@pytest.mark.parametrize(
    ("language", "day", "at", "due", "city"),
    [
        ("en", "Monday, 23 November", "23 November 2026, 08:00", "Mon 08:00 (UTC+5)", "Tashkent"),
        ("ru", "понедельник, 23 ноября", "23 ноября 2026, 08:00", "пн 08:00 (UTC+5)", "Ташкент"),
    ],
)
def test_days_moments_and_cities_are_said_in_the_language(
    language: str, day: str, at: str, due: str, city: str
) -> None:
    # given
    say, moment = locales.catalogue(language), make.moment("2026-11-23T03:00")
    # then
    assert say.day(date(2026, 11, 23)) == day
    assert say.moment(moment, "Asia/Tashkent") == say.published(moment, "Asia/Tashkent") == at
    assert say.published(make.moment("2026-11-23T00:00"), "Asia/Tashkent") == at.partition(",")[0]
    assert say.next_due(moment, "Asia/Tashkent") == due
    assert cities.city("Asia/Tashkent", language) == city
    assert say.weekday_short(0) == due.partition(" ")[0]


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        ((0, 1, 2, 3, 4), "Mon–Fri", "пн–пт"),
        ((0, 2), "Mon, Wed", "пн, ср"),
        ((5, 6), "Sat, Sun", "сб, вс"),
        ((0, 1, 2, 4, 6), "Mon–Wed, Fri, Sun", "пн–ср, пт, вс"),
        ((6,), "Sun", "вс"),
        ((), "", ""),
    ],
)
def test_days_in_a_row_are_said_as_one_range(days: tuple[int, ...], english: str, russian: str) -> None:
    assert locales.catalogue("en").weekdays_short(days) == english
    assert locales.catalogue("ru").weekdays_short(days) == russian


def test_a_zone_is_shown_by_its_difference_at_that_moment() -> None:
    # given
    say = locales.catalogue("en")
    winter, summer = make.moment("2026-01-15T12:00"), make.moment("2026-07-15T12:00")
    # when
    shown = [
        say.zone(zone, at) for zone in ("Europe/Berlin", "America/St_Johns", "Asia/Kolkata") for at in (winter, summer)
    ]
    # then
    assert shown == ["UTC+1", "UTC+2", "UTC−3:30", "UTC−2:30", "UTC+5:30", "UTC+5:30"]
    assert say.zone("UTC", winter) == say.zone("No/Such", winter) == "UTC"


def test_a_language_is_named_in_its_own_words() -> None:
    say = locales.catalogue("en")
    codes = ("uz", "uz-Latn", "uz-Cyrl", "kk", "ru", "de", "kaa", "und", "xx", "", "?")
    named = [
        "O‘zbekcha",
        "O‘zbekcha",
        "Ўзбекча",
        "Қазақ тілі",
        "Русский",
        "Deutsch",
        "Qaraqalpaqsha",
        "und",
        "xx",
        "",
        "?",
    ]
    assert [say.language_name(code) for code in codes] == named


@pytest.mark.parametrize(("language", "day"), [("en", "23 November 2026"), ("ru", "23 ноября 2026")])
def test_a_day_without_its_hour_is_shown_without_one(language: str, day: str) -> None:
    say, midnight = locales.catalogue(language), make.moment("2026-11-23T00:00")
    shown = say.published(midnight, "America/New_York")

    assert ":" not in shown
    assert all(part in shown for part in day.split())
    assert "19:00" in say.moment(midnight, "America/New_York")  # of what happened then the hour is known
