"""A subscription as one message that is changed in place: its sections, one file each, end in `SECTION = Section(...)`.

A button under it is the command line "card SLUG SECTION words"; what is typed is the same line without the slash.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot import locales, settings
from bot.errors import UserError
from bot.model import Button, Chat, ChatKind, Reply, Subscription
from bot.stages import render, under
from bot.world import World

Rows = tuple[tuple[Button, ...], ...]
SHOWN_CHARS = 60  # of a list on the overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a section sees: a subscription as it would be saved, and the chat, whose time zone and languages it may
    change too."""

    world: World
    chat: Chat
    subscription: Subscription
    now_at: datetime

    @property
    def say(self) -> locales.Catalogue:
        return locales.catalogue(self.chat.language)

    def line(self, *words: object) -> str:
        """The command line of a button."""
        return " ".join(("card", self.subscription.slug, *map(str, words)))

    def button(self, text: str, *words: object, on: bool = False) -> Button:
        """A button under this card; `on` ticks it."""
        return Button(text=("✅ " if on else "") + text, line=self.line(*words))

    def wanting(self, **changes: object) -> Card:
        """The card with a changed subscription."""
        return replace(self, subscription=replace(self.subscription, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a section shows: lines of text, rows of buttons, and those that stand `beside` the one that leads back. A
    `question` is the end of the command line that the next plain message completes."""

    lines: tuple[render.Part, ...]
    buttons: Rows = ()
    beside: tuple[Button, ...] = ()
    question: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`label` is a message of the catalogues, on its button and over its page; `rank` orders the buttons. `said` is
    its line on the overview, "" for none. `change` makes what the words say of a card, UserError when they say nothing;
    one in a section that `wakes` turns a stopped subscription on.
    """

    name: str
    label: str
    rank: int
    said: Callable[[Card], str]
    page: Callable[[Card], Awaitable[Page]]
    change: Callable[[Card, tuple[str, ...]], Awaitable[Card | Page]]
    wakes: bool = False


@cache
def sections() -> dict[str, Section]:
    """All sections by name, in the order of their buttons, found by themselves."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}").SECTION for name in names]
    return {section.name: section for section in sorted(found, key=lambda section: section.rank)}


async def opened(world: World, chat: Chat, slug: str, *, now_at: datetime) -> Card:
    """The card of that slug; UserError when there is none."""
    for one in await settings.cards(world, chat):
        if one.slug == slug:
            return Card(world=world, chat=chat, subscription=one, now_at=now_at)
    raise UserError("This subscription is gone. Send /subscriptions to see those you have.")


async def run(card: Card, words: tuple[str, ...]) -> Reply:
    """The overview for no words, a section's page for its name, and the page after a change for more."""
    if not words:
        return overview(card)
    section = sections().get(words[0])
    if section is None:
        raise UserError("I did not understand that. Send /subscriptions and use the buttons.")
    if len(words) == 1:
        return await shown(card, section)
    changed = await section.change(card, words[1:])
    if isinstance(changed, Page):
        return await _asked(card, section, changed)
    chat = replace(changed.chat, question="")
    wanted = replace(changed.subscription, enabled=changed.subscription.enabled or section.wakes)
    saved = await settings.save(card.world, chat, wanted, now_at=card.now_at)
    return await shown(replace(changed, chat=chat, subscription=saved), section)


async def shown(card: Card, section: Section) -> Reply:
    """The section's page."""
    return _framed(card, section, await section.page(card), back=())


async def _asked(card: Card, section: Section, page: Page) -> Reply:
    if page.question is not None:
        question = card.line(section.name, *page.question)
        await settings.save_chat(card.world, replace(card.chat, question=question))
        if card.chat.kind is not ChatKind.PRIVATE:  # there a bot hears only what is said to it
            page = replace(page, lines=(*page.lines, "\n", card.say.text("Here, reply to this message with it.")))
    return _framed(card, section, page, back=(section.name,))


def overview(card: Card) -> Reply:
    """The whole card: what is wanted, how and when, and a button for each section."""
    say, wanted = card.say, card.subscription
    lines = [f"{say.text(section.label)}: {said}" for section in sections().values() if (said := section.said(card))]
    text = render.rich(
        render.bold(name(card)), "\n\n", "\n".join(lines), "\n\n", settings.next_line(say, card.chat, wanted)
    )
    buttons = [card.button(say.text(section.label), section.name) for section in sections().values()]
    switch = card.button(say.text("Stop"), "off") if wanted.enabled else card.button(say.text("Resume"), "on")
    last = [card.button(say.text("Preview"), "preview"), switch]
    if wanted.slug != settings.MAIN:
        last.append(card.button(say.text("Delete"), "delete"))
    all_of_them = Button(text=f"{under.BACK} {say.text('Subscriptions')}", line="subscriptions")
    return Reply(messages=(text,), buttons=(*_in_rows(buttons, 2), tuple(last), (all_of_them,)))


def name(card: Card) -> str:
    """The title that the reader gave, or "Digest" with the card's number."""
    wanted = card.subscription
    if wanted.title:
        return wanted.title
    if wanted.slug == settings.MAIN:
        return card.say.text("Your digest")
    return card.say.text("Digest {number}", number=wanted.slug)


def what(card: Card) -> str:
    """The topics and words of a card in a few words."""
    names = ("topics", "words") if card.subscription.topics else ("words",)
    return listed(said for name in names if (said := sections()[name].said(card)))


def listed(names: Iterable[str]) -> str:
    """Names with commas, cut when there are many."""
    text = ", ".join(names)
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1].rsplit(",", 1)[0] + " …"


def mark(text: str) -> str:
    """A short word that stands for a text on a button, whatever else is in the list by the time it is pressed."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def marked(texts: Iterable[str], wanted: str) -> str:
    """The text of that mark; UserError when it is there no more."""
    for text in texts:
        if mark(text) == wanted:
            return text
    raise UserError("This menu is out of date. Send /subscriptions for a new one.")


def _framed(card: Card, section: Section, page: Page, *, back: tuple[str, ...]) -> Reply:
    say = card.say
    title = f"{name(card)} · {say.text(section.label)}"
    then = settings.next_line(say, card.chat, card.subscription)
    text = render.rich(render.bold(title), "\n", *page.lines, "\n\n", then)
    rows = (*page.buttons, (card.button(say.text("‹ Back"), *back), *page.beside))
    return Reply(messages=(text,), buttons=rows)


def _in_rows(buttons: list[Button], width: int) -> Rows:
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
