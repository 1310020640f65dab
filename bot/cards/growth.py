"""Whether stories that were sent are changed there while they grow: a choice of the chat, for all its cards."""

from __future__ import annotations

from dataclasses import replace

from bot import locales
from bot.cards import Card, Page, Section
from bot.errors import UserError


def said(card: Card) -> str:
    return card.say.text("on") if card.chat.grows else ""


async def page(card: Card) -> Page:
    say = card.say
    hint = say.text(
        "When the facts of a story change on the day it was sent, the message is changed in place and says so: "
        "“Updated 14:05: 12 -> 14”. Without a sound, at most five times a message, for all your subscriptions."
    )
    on = card.button(say.text("Change what was sent"), "growth", "on", on=card.chat.grows)
    off = card.button(say.text("Leave it as it was"), "growth", "off", on=not card.chat.grows)
    return Page(lines=(hint,), buttons=((on,), (off,)))


async def change(card: Card, words: tuple[str, ...]) -> Card | Page:
    match words:
        case ("on" | "off" as switch,):
            return replace(card, chat=replace(card.chat, grows=switch == "on"))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


SECTION = Section(
    name="growth", label=locales.sentence("Stories that grow"), rank=85, said=said, page=page, change=change
)
