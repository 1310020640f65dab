"""Words and phrases that a card wants beside its topics; and lists of words in general."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot import locales
from bot.cards import Card, Page, Section, listed, mark, marked
from bot.errors import UserError
from bot.stages import patterns

MOST = 40  # in one list
MAX_CHARS = 60  # of a word or phrase; a pattern may have more (patterns.MAX_CHARS)
SEPARATORS = re.compile(r"[\n,;]+")
LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One of the two lists of words: `hint` says what they do, `ask` what to type; both are messages."""

    field: Literal["words", "muted"]
    hint: str
    ask: str

    def said(self, card: Card) -> str:
        return listed(self._words(card))

    async def page(self, card: Card) -> Page:
        """Every word with a button that takes it out."""
        words = self._words(card)
        taken_out = [card.button(f"✖ {word}", self.field, "drop", mark(word)) for word in words]
        rows = [tuple(taken_out[start : start + 2]) for start in range(0, len(taken_out), 2)]
        rows.append((card.button("➕ " + card.say.text("Add"), self.field, "ask"),))
        return Page(lines=(card.say.text(self.hint),), buttons=tuple(rows))

    async def change(self, card: Card, words: tuple[str, ...]) -> Card | Page:
        """`ask` for words, `add` what was typed, or `drop` one by its mark."""
        match words:
            case ("ask",):
                return Page(lines=(card.say.text(self.ask),), question=("add",))
            case ("add", *typed) if typed:
                return self._with(card, (*self._words(card), *_parsed(" ".join(typed))))
            case ("drop", wanted):
                gone = marked(self._words(card), wanted)
                return self._with(card, tuple(word for word in self._words(card) if word != gone))
        raise UserError("I did not understand that. Send /subscriptions and use the buttons.")

    def _words(self, card: Card) -> tuple[str, ...]:
        words: tuple[str, ...] = getattr(card.subscription.filters, self.field)
        return words

    def _with(self, card: Card, words: tuple[str, ...]) -> Card:
        kept = tuple(dict.fromkeys(words))
        if len(kept) > MOST:
            raise UserError("A list holds at most {n} words or phrases.", n=MOST)
        changes: dict[str, tuple[str, ...]] = {self.field: kept}
        return card.wanting(filters=replace(card.subscription.filters, **changes))


def _parsed(typed: str) -> tuple[str, ...]:
    """Words and phrases; a pattern (`re:...`) is all that was typed."""
    if typed.startswith(patterns.PREFIX):
        patterns.compiled(typed)
        return (typed,)
    found = tuple(" ".join(one.split()) for one in SEPARATORS.split(typed) if LETTER.search(one))
    if not found:
        raise UserError("There is no word in that. Send a word such as “inflation”.")
    for one in found:
        if len(one) > MAX_CHARS:
            raise UserError("“{typed}” is too long: send a word or a short phrase.", typed=f"{one[:MAX_CHARS]}…")
    return found


WANTED = List(
    field="words",
    hint=locales.sentence(
        "Stories with one of these words come too, whatever their topic. Every form of a word counts."
    ),
    ask=locales.sentence("Send words or phrases, with commas between them."),
)
SECTION = Section(
    name="words",
    label=locales.sentence("Words"),
    rank=20,
    said=WANTED.said,
    page=WANTED.page,
    change=WANTED.change,
    wakes=True,
)
