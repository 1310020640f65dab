"""The languages of a card's news, where they are not those of the chat."""

from __future__ import annotations

from dataclasses import replace

from bot import locales, settings
from bot.cards import Card, Page, Section
from bot.errors import UserError


def said(card: Card) -> str:
    return ", ".join(locales.name(code) for code in card.subscription.filters.languages)


async def page(card: Card) -> Page:
    chosen = card.subscription.filters.languages
    offered = sorted({*await settings.news_languages(card.world), *locales.languages(), *card.chat.reads, *chosen})
    buttons = [card.button(locales.name(code), "languages", code, on=code in chosen) for code in offered]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    rows.append((card.button(card.say.text("As in /language"), "languages", "*", on=not chosen),))
    return Page(lines=(card.say.text("The languages of the news in this digest."),), buttons=tuple(rows))


async def change(card: Card, words: tuple[str, ...]) -> Card:
    filters = card.subscription.filters
    match words:
        case ("*",):
            return card.wanting(filters=replace(filters, languages=()))
        case (code,) if len(code) in {2, 3} and code.isascii() and code.isalpha():
            chosen = tuple(sorted({*filters.languages} ^ {code.lower()}))
            return card.wanting(filters=replace(filters, languages=chosen))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


SECTION = Section(name="languages", label=locales.sentence("Languages"), rank=50, said=said, page=page, change=change)
