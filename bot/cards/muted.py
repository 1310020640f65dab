"""Words and phrases whose stories never come."""

from __future__ import annotations

from bot import locales
from bot.cards import Section
from bot.cards.words import List

MUTED = List(
    field="muted",
    hint=locales.sentence("Stories with one of these words never come. Every form of a word counts."),
    ask=locales.sentence("Send words or phrases that you do not want to read about, with commas between them."),
)
SECTION = Section(
    name="muted", label=locales.sentence("Muted words"), rank=30, said=MUTED.said, page=MUTED.page, change=MUTED.change
)
