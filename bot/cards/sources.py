"""The sources of a card: a tap says "only from here", the next "never", the third that it is as others are."""

from __future__ import annotations

from dataclasses import replace

from bot import locales, settings
from bot.cards import Card, Page, Section, listed, mark, marked
from bot.errors import UserError

SHOWN = 24  # sources on the page, those that published last; others are typed
ONLY, NEVER = "✅ ", "🚫 "


def said(card: Card) -> str:
    filters = card.subscription.filters
    only = [name for name in filters.sources if name not in filters.sources_out]  # what was muted since never comes
    return listed((*(ONLY + name for name in only), *(NEVER + name for name in filters.sources_out)))


async def page(card: Card) -> Page:
    say, filters = card.say, card.subscription.filters
    buttons = [card.button(_sign(card, name) + name, "sources", "flip", mark(name)) for name in await _offered(card)]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    if filters.sources or filters.sources_out:
        rows.append((card.button(say.text("All"), "sources", "*"),))
    hint = say.text("One tap: only from this source (✅). Another: never from it (🚫). A third: as the others.")
    return Page(lines=(hint,), buttons=tuple(rows))


async def change(card: Card, words: tuple[str, ...]) -> Card:
    filters = card.subscription.filters
    match words:
        case ("*",):
            return card.wanting(filters=replace(filters, sources=(), sources_out=()))
        case ("flip", wanted):
            return _flipped(card, marked(await _offered(card), wanted))
    raise UserError("I did not understand that. Send /subscriptions and use the buttons.")


def _flipped(card: Card, name: str) -> Card:
    only, never = set(card.subscription.filters.sources), set(card.subscription.filters.sources_out)
    if name in never:
        only, never = only - {name}, never - {name}
    elif name in only:
        only, never = only - {name}, never | {name}
    else:
        only |= {name}
    filters = replace(card.subscription.filters, sources=tuple(sorted(only)), sources_out=tuple(sorted(never)))
    return card.wanting(filters=filters)


def _sign(card: Card, name: str) -> str:
    filters = card.subscription.filters
    return NEVER if name in filters.sources_out else ONLY if name in filters.sources else ""


async def _offered(card: Card) -> tuple[str, ...]:
    """What was chosen, and the sources that published last."""
    filters = card.subscription.filters
    known = await settings.busy_sources(card.world)
    chosen = (*filters.sources, *filters.sources_out)
    return tuple(sorted({*chosen, *known[:SHOWN]}, key=str.casefold))


SECTION = Section(name="sources", label=locales.sentence("Sources"), rank=40, said=said, page=page, change=change)
