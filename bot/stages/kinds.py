"""What a fact is about, by a few rules over its words."""

from __future__ import annotations

import re

from bot.language import figures, names, tables
from bot.model import FactKind

_SPEECH = re.compile(r"[»”\"]\s*,?\s*[—–-]\s*\w|,[”\"]\s+\w|[“\"][^“”\"]{40,}[”\"]|«[^«»]{40,}»|:\s*[«\"“]")


def kind(text: str) -> FactKind:
    """QUOTE where somebody's words stand in quotation marks, then DECISION, FIGURE, PERSON (about somebody by first and
    last name), BACKGROUND, and EVENT for the rest."""
    if _SPEECH.search(text):
        return FactKind.QUOTE
    if tables.pattern("phrases", "background").match(text):
        return FactKind.BACKGROUND
    if tables.pattern("phrases", "decision").search(text):
        return FactKind.DECISION
    if any(figure.unit != "y" for figure in figures.figures(text)):
        return FactKind.FIGURE
    if any(name.kind == "person" and name.start == 0 for name in names.names(text)):
        return FactKind.PERSON
    return FactKind.EVENT
