"""What a fact is about, by a few rules over its words."""

from __future__ import annotations

import re
from functools import cache

from bot.language import figures, names, tables, words
from bot.model import FactKind

_SPEECH = re.compile(r"[»”\"]\s*,?\s*[—–-]\s*(?!(?:это|эта|этот|самый|самая|самое|один|одна|одно)\b)\w|:\s*[«\"“]")
_COMMA_SPEECH = re.compile(r",[”\"]\s+\w")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
QUOTES = '«»“”"'
_LONG_QUOTE = 40  # characters; what is shorter is a name
_ADJECTIVE = re.compile(r"(?:ный|ная|ное|ные|ного|ной)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"^(?:before|after|since|while|when|despite|если|когда|пока|после того,? как)\b[^,]*,"
    r"|,\s(?:which|who|котор\w+)\b[^,]*,",
    re.IGNORECASE,
)
OFFICE_CHARS = 60
"""A person whose office the fact begins with is named within so many characters."""
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"\d[:.]\d\d")
_CLOCK = re.compile(r"\b(?:в|с|до|к|около|at|from|until|till|by)\s\d{1,2}[:.]\d{2}(?!\d)", re.IGNORECASE)
_DAYS = re.compile(
    r"\b(?:\d{1,2},?\s(?:(?:и|по|and|to)\s)?|\d{1,2}\s?[–—-]\s?)+"
    r"(?=\d{1,2}\s(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s(?:are|were|have)\b")
_CYRILLIC = re.compile(r"[а-яё]{3}")


def kind(text: str) -> FactKind:
    """QUOTE where somebody's words stand in quotation marks, then BACKGROUND, DECISION, FIGURE, PERSON (about somebody
    by first and last name), DATE where a day is the only figure, and EVENT for the rest."""
    if _is_quote(text):
        return FactKind.QUOTE
    if tables.begins("phrases", "background", text):
        return FactKind.BACKGROUND
    if _decides(_ASIDE.sub(" ", text)):
        return FactKind.DECISION
    found = _figures(text)
    if any(figure.unit not in ("y", "date") and not _is_year(figure) for figure in found):
        return FactKind.FIGURE
    if any(_is_subject(text, name) for name in names.find(text, until=OFFICE_CHARS)):
        return FactKind.PERSON
    return FactKind.DATE if any(figure.unit == "date" for figure in found) else FactKind.EVENT


def _is_quote(text: str) -> bool:
    """Whether it is speech; a long title in quotation marks is none where nobody speaks."""
    if not any(map(text.__contains__, QUOTES)):
        return False
    if _SPEECH.search(text):
        return True
    if not _COMMA_SPEECH.search(text) and not any(len(quoted) > _LONG_QUOTE for quoted in _QUOTED.findall(text)):
        return False
    return tables.lower_pattern("clauses", "speaker").search(tables.lowered(_QUOTED.sub(" ", text))) is not None


def _decides(text: str) -> bool:
    """Whether a word of the text begins as the words of decisions do."""
    return _decision().search(tables.lowered(text)) is not None


@cache
def _decision() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{tables.lower_pattern('phrases', 'decision').pattern})")


def _figures(text: str) -> tuple[figures.Figure, ...]:
    """The figures outside of quotation marks, without times of day and without all but the last of several days."""
    if not _DIGIT.search(text):
        return ()
    bare = _QUOTED.sub(" ", text)
    return figures.figures(_DAYS.sub("", _CLOCK.sub(" ", bare) if _TIME.search(bare) else bare))


def _is_subject(text: str, name: names.Name) -> bool:
    """Whether a fact begins with a person, with the office or without; an adjective behind its capital letter is none
    (`Создан Новый центр`), nor are several (`Rovers are`), nor a name that is left in another alphabet."""
    said = text[name.start : name.end].split()
    if name.kind != "person" or text[: name.start].strip() != name.office or _ADJECTIVE.search(text[: name.end]):
        return False
    is_organisation = (
        any(word.isupper() and len(word) > 1 for word in said)
        or len({word[0].isascii() for word in said}) > 1
        or _SEVERAL.match(text, name.end) is not None
        or (said[0].isascii() and _CYRILLIC.search(text) is not None)
    )
    return not is_organisation and not any(map(_is_no_name, (said[0], said[-1])))


def _is_no_name(word: str) -> bool:
    return words.is_stop(word.lower(), "en") or word.endswith(("ing", "’s", "'s"))


def _is_year(figure: figures.Figure) -> bool:
    return not figure.unit and figure.value == int(figure.value) and 1800 <= figure.value <= 2100
