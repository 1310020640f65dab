"""What a fact is about, by a few rules over its words."""

from __future__ import annotations

import re

from bot.language import figures, names, tables
from bot.model import FactKind

_SPEECH = re.compile(r"[»”\"]\s*,?\s*[—–-]\s*\w|,[”\"]\s+\w|:\s*[«\"“]")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_LONG_QUOTE = 40  # characters; what is shorter is a name
_ADJECTIVE = re.compile(r"(?:ный|ная|ное|ные|ного|ной)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


def kind(text: str) -> FactKind:
    """QUOTE where somebody's words stand in quotation marks, then BACKGROUND, DECISION, FIGURE, PERSON (about somebody
    by first and last name), DATE where a day is the only figure, and EVENT for the rest."""
    if _SPEECH.search(text) or any(len(quoted) > _LONG_QUOTE for quoted in _QUOTED.findall(text)):
        return FactKind.QUOTE
    if tables.pattern("phrases", "background").match(text):
        return FactKind.BACKGROUND
    if _decides(text):
        return FactKind.DECISION
    found = figures.figures(text)
    if any(figure.unit not in ("y", "date") and not _is_year(figure) for figure in found):
        return FactKind.FIGURE
    if any(_is_subject(text, name) for name in names.names(text)):
        return FactKind.PERSON
    return FactKind.DATE if any(figure.unit == "date" for figure in found) else FactKind.EVENT


def _decides(text: str) -> bool:
    """Whether a word of the text begins as the words of decisions do."""
    decision = tables.pattern("phrases", "decision")
    return any(decision.match(text, word.start()) for word in _WORD.finditer(text))


def _is_subject(text: str, name: names.Name) -> bool:
    """Whether a fact begins with a person; an adjective behind its capital letter is none (`Создан Новый центр`)."""
    return name.kind == "person" and name.start == 0 and not _ADJECTIVE.search(text[: name.end])


def _is_year(figure: figures.Figure) -> bool:
    return not figure.unit and figure.value == int(figure.value) and 1800 <= figure.value <= 2100
