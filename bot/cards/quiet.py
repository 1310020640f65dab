"""Hours of the day in which a card sends nothing; what falls into them comes at their end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from bot import locales
from bot.cards import Card, Page, Section
from bot.errors import UserError
from bot.stages import due

READY = ("22:00-07:00", "23:00-08:00", "21:00-09:00", "13:00-14:00")
DASH = re.compile(r"\s*[-–—]\s*|\s+")


def said(card: Card) -> str:
    return _written(card.subscription.manner.quiet)


async def page(card: Card) -> Page:
    say, now = card.say, _written(card.subscription.manner.quiet)
    buttons = [card.button(one, "quiet", one, on=one == now) for one in READY]
    off = card.button(say.text("No quiet hours"), "quiet", "-", on=not now)
    ask = card.button(say.text("Other hours"), "quiet", "ask")
    hint = say.text("In quiet hours nothing comes. A digest that is due then comes at their end.")
    return Page(lines=(hint,), buttons=(tuple(buttons[:2]), tuple(buttons[2:]), (off, ask)))


async def change(card: Card, words: tuple[str, ...]) -> Card | Page:
    manner = card.subscription.manner
    match words:
        case ("-",):
            return card.wanting(manner=replace(manner, quiet=None))
        case ("ask",):
            return Page(lines=(card.say.text("Send the hours like this: 22:30-07:15"),), question=())
    return card.wanting(manner=replace(manner, quiet=_parsed(" ".join(words))))


def _parsed(typed: str) -> tuple[time, time]:
    parts = [part for part in DASH.split(typed.strip()) if part]
    if len(parts) != 2:
        raise UserError("Send the quiet hours like this: 22:30-07:15")
    start, end = (due.parse((part,)).times[0] for part in parts)
    if start == end:
        raise UserError("Quiet hours need a beginning and another end.")
    return start, end


def _written(quiet: tuple[time, time] | None) -> str:
    return f"{quiet[0]:%H:%M}-{quiet[1]:%H:%M}" if quiet else ""


SECTION = Section(name="quiet", label=locales.sentence("Quiet hours"), rank=80, said=said, page=page, change=change)
