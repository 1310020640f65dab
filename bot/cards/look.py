"""What digests look like: plain messages, or rich ones with headings and lists; with a picture or without. Choices of
the chat, for all cards."""

from __future__ import annotations

from dataclasses import replace

from bot import locales
from bot.cards import Card, Page, Section
from bot.errors import UserError


def said(card: Card) -> str:
    looks = [card.say.text("rich")] if card.chat.is_rich else []
    return ", ".join([*looks, card.say.text("with a picture")] if card.chat.is_pictured else looks)


async def page(card: Card) -> Page:
    say = card.say
    hint = say.text(
        "Rich digests have headings, lists and parts that unfold; an older app may not show them. Where Telegram does "
        "not take one it comes in the plain form. The choice is for all your subscriptions."
    )
    plain = card.button(say.text("Plain"), "look", "plain", on=not card.chat.is_rich)
    rich = card.button(say.text("Rich"), "look", "rich", on=card.chat.is_rich)
    more = say.text(
        "With a picture the story that has a good one comes first, under it. Where the picture cannot be had the text "
        "comes alone."
    )
    without = card.button(say.text("Text only"), "look", "text", on=not card.chat.is_pictured)
    pictured = card.button(say.text("With a picture"), "look", "picture", on=card.chat.is_pictured)
    return Page(lines=(hint, "\n\n", more), buttons=((plain, rich), (without, pictured)))


async def change(card: Card, words: tuple[str, ...]) -> Card:
    match words:
        case ("plain" | "rich" as look,):
            return replace(card, chat=replace(card.chat, is_rich=look == "rich"))
        case ("text" | "picture" as look,):
            return replace(card, chat=replace(card.chat, is_pictured=look == "picture"))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


SECTION = Section(name="look", label=locales.sentence("Look"), rank=87, said=said, page=page, change=change)
