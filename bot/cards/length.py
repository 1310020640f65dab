"""How much a card tells: headlines or facts, how many stories, minutes of reading; and when it would rather not."""

from __future__ import annotations

from dataclasses import replace

from bot import locales
from bot.cards import Card, Page, Section
from bot.errors import UserError
from bot.model import Button, Form

STORIES = (3, 5, 7, 10, 15)
MINUTES = (1, 2, 3, 5)
AT_LEAST = (1, 2, 3, 5)
MOST = 50


def said(card: Card) -> str:
    say, wanted, manner = card.say, card.subscription, card.subscription.manner
    if manner.form is Form.HEADLINES:
        parts = [say.plural("{n} headline", "up to {n} headlines", wanted.max_stories)]
    else:
        parts = [say.plural("{n} story with its facts", "up to {n} stories with their facts", wanted.max_stories)]
    if manner.minutes:
        parts.append(say.plural("{n} minute of reading", "{n} minutes of reading", manner.minutes))
    if manner.at_least > 1:
        parts.append(say.plural("not for fewer than {n} story", "not for fewer than {n} stories", manner.at_least))
    if manner.roundup:
        parts.append(say.text("the best of seven days"))
    return ", ".join(parts)


async def page(card: Card) -> Page:
    say, wanted, manner = card.say, card.subscription, card.subscription.manner
    forms = (
        card.button(say.text("Facts"), "length", "form", Form.FACTS, on=manner.form is Form.FACTS),
        card.button(say.text("Headlines"), "length", "form", Form.HEADLINES, on=manner.form is Form.HEADLINES),
    )
    stories = [_number_button(card, "📰", "stories", n, on=n == wanted.max_stories) for n in STORIES]
    minutes = [_number_button(card, "⏱", "minutes", n, on=n == manner.minutes) for n in MINUTES]
    at_least = [_number_button(card, "≥", "least", n, on=n == manner.at_least) for n in AT_LEAST]
    kinds = (
        card.button(say.text("What is new"), "length", "new", on=not manner.roundup),
        card.button(say.text("Weekly round-up"), "length", "roundup", on=manner.roundup),
    )
    hints = (
        say.text("📰 stories at most"),
        say.text("⏱ minutes of reading at most"),
        say.text("≥ for fewer new stories than this nothing is sent"),
    )
    return Page(lines=("\n".join(hints),), buttons=(forms, tuple(stories), tuple(minutes), tuple(at_least), kinds))


def _number_button(card: Card, sign: str, what: str, n: int, *, on: bool) -> Button:
    return Button(text=f"{'✅' if on else sign} {n}", line=card.line("length", what, n))


async def change(card: Card, words: tuple[str, ...]) -> Card:
    manner = card.subscription.manner
    match words:
        case ("form", Form.FACTS | Form.HEADLINES as form):
            return card.wanting(manner=replace(manner, form=Form(form)))
        case ("stories", n) if 1 <= _number(n) <= MOST:
            return card.wanting(max_stories=_number(n))
        case ("minutes", n) if 1 <= _number(n) <= MOST:
            minutes = 0 if _number(n) == manner.minutes else _number(n)
            return card.wanting(manner=replace(manner, minutes=minutes))
        case ("least", n) if 1 <= _number(n) <= MOST:
            return card.wanting(manner=replace(manner, at_least=_number(n)))
        case ("new" | "roundup" as kind,):
            return card.wanting(manner=replace(manner, roundup=kind == "roundup"))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else 0


SECTION = Section(name="length", label=locales.sentence("Length"), rank=60, said=said, page=page, change=change)
