"""What a card is called."""

from __future__ import annotations

from bot import locales
from bot.cards import Card, Page, Section
from bot.errors import UserError

MAX_CHARS = 40


def said(card: Card) -> str:
    return ""  # the overview is headed with it


async def page(card: Card) -> Page:
    ask = card.button(card.say.text("Another name"), "title", "ask")
    return Page(lines=(card.say.text("Digests of this subscription bear its name."),), buttons=((ask,),))


async def change(card: Card, words: tuple[str, ...]) -> Card | Page:
    match words:
        case ("ask",):
            return Page(lines=(card.say.text("Send a name, such as: Markets in the morning"),), question=("set",))
        case ("set", *typed) if typed:
            return card.wanting(title=" ".join(typed)[:MAX_CHARS].replace("\x00", ""))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


SECTION = Section(name="title", label=locales.sentence("Name"), rank=90, said=said, page=page, change=change)
