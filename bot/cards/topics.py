"""The topics of a card, as buttons that toggle."""

from __future__ import annotations

from bot import locales, searching
from bot.cards import Card, Page, Section, listed
from bot.model import Button


def said(card: Card) -> str:
    chosen = [card.world.topic_name(topic, card.say.language) for topic in card.subscription.topics]
    return listed(chosen) or card.say.text("none")


async def page(card: Card) -> Page:
    say, chosen = card.say, card.subscription.topics
    buttons = [
        card.button(card.world.topic_name(topic, say.language), "topics", topic, on=topic in chosen)
        for topic in card.world.topic_ids
    ]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    rows.append((card.button(say.text("All"), "topics", "*"), card.button(say.text("None"), "topics", "-")))
    rows.append((card.button(say.text("When?"), "hours"), Button(text=say.text("Latest news"), line="latest *")))
    return Page(lines=(say.text("Tap a topic to turn it on or off."),), buttons=tuple(rows))


async def change(card: Card, words: tuple[str, ...]) -> Card:
    known = card.world.topic_ids
    match words:
        case ("*",):
            return card.wanting(topics=known)
        case ("-",):
            return card.wanting(topics=())
    typed = " ".join(words)
    topic = searching.topic(card.world, typed)
    if topic is None:
        raise searching.no_such_topic(card.world, typed, card.say.language)
    chosen = set(card.subscription.topics) ^ {topic}
    return card.wanting(topics=tuple(each for each in known if each in chosen))


SECTION = Section(
    name="topics", label=locales.sentence("Topics"), rank=10, said=said, page=page, change=change, wakes=True
)
