"""/mute: a topic, a source or a word of a story that a digest told, never again; buttons under the digest ask it, and
another undoes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import cards, commands, pipeline, settings, showing, tasting
from bot.cards import Card, words
from bot.errors import UserError
from bot.model import Button, Reply, Request, StoryId, TopicId
from bot.showing import Shown
from bot.stages import mutable, under
from bot.world import World

TOPIC, SOURCE, WORD = "topic", "source", "word"
UNDO = "↩"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Whose buttons were pressed: the card that changes, the message's name, the part and the story's number."""

    card: Card
    shown: Shown
    part: int
    number: int

    def line(self, *what: str) -> str:
        return " ".join(("mute", self.shown.name, str(self.part), str(self.number), *what))

    def back(self) -> tuple[Button, ...]:
        return (under.back(self.shown.name, self.part, language=self.card.say.language),)


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case (name, part, number, *what) if _is_number(part) and _is_number(number):
            place = await _place(request, world, name, (int(part), int(number)))
        case _:
            raise UserError("I did not understand that. Send /latest and use the buttons under it.")
    match what:
        case []:
            return await _offered(place)
        case ["topic" | "source" | "word" as kind, mark]:
            return await _muted(place, kind, mark)
        case ["undo", "topic" | "source" | "word" as kind, mark]:
            return await _undone(place, kind, mark)
    raise UserError("I did not understand that. Send /latest and use the buttons under it.")


async def _place(request: Request, world: World, name: str, at: tuple[int, int]) -> _Place:
    shown = await showing.recalled(world, request.chat, name)
    slugs = {one.slug for one in await settings.cards(world, request.chat)}
    slug = shown.slug if shown.slug in slugs else settings.MAIN
    card = await cards.opened(world, request.chat, slug, now_at=request.now_at)
    return _Place(card=card, shown=shown, part=at[0], number=at[1])


async def _offered(place: _Place) -> Reply:
    """What of the story can be muted, a row for each."""
    card, rows = place.card, list[tuple[Button, ...]]()
    for kind, texts in (await _options(place)).items():
        for text in texts:
            label = _label(card, kind, text)
            rows.append((Button(text=f"{under.MUTE} {label}", line=place.line(kind, cards.mark(text))),))
    return Reply(messages=(), buttons=(*rows, place.back()))


async def _options(place: _Place) -> dict[str, tuple[str, ...]]:
    story_id = dict(place.shown.numbered(place.part)).get(place.number, StoryId(""))
    card = place.card
    told = await pipeline.one(card.world, card.chat, story_id, now_at=card.now_at)
    if told is None:
        raise UserError("This story is not stored any more.")
    item, story = told
    wanted = card.subscription
    about = (await tasting.traits(card.world, story.id)).topics
    return {
        TOPIC: tuple(topic for topic in about if topic in wanted.topics),
        SOURCE: mutable.sources(story, wanted.filters.sources_out),
        WORD: mutable.telling_words(item),
    }


def _label(card: Card, kind: str, text: str) -> str:
    if kind == TOPIC:
        return card.say.text("Topic: {name}", name=card.world.topic_name(TopicId(text), card.say.language))
    if kind == SOURCE:
        return card.say.text("Source: {name}", name=text)
    return card.say.text("Word: {name}", name=text)


async def _muted(place: _Place, kind: str, mark: str) -> Reply:
    text = cards.marked((await _options(place))[kind], mark)
    await _save(place.card, kind, text, muted=True)
    label = _label(place.card, kind, text)
    toast = place.card.say.text("Not in your digest any more. {label}", label=label)
    undo = Button(text=f"{UNDO} {place.card.say.text('Undo')} · {label}", line=place.line("undo", kind, mark))
    return Reply(messages=(), buttons=((undo,), place.back()), toast=toast)


async def _undone(place: _Place, kind: str, mark: str) -> Reply:
    card, filters = place.card, place.card.subscription.filters
    muted: dict[str, tuple[str, ...]] = {
        TOPIC: tuple(one for one in card.world.topic_ids if one not in card.subscription.topics),
        SOURCE: filters.sources_out,
        WORD: filters.muted,
    }
    text = cards.marked(muted[kind], mark)
    await _save(card, kind, text, muted=False)
    opened = await cards.opened(card.world, card.chat, card.subscription.slug, now_at=card.now_at)
    return replace(await _offered(replace(place, card=opened)), toast=card.say.text("Undone."))


async def _save(card: Card, kind: str, text: str, *, muted: bool) -> None:
    """Saves the card with one thing muted, or not muted any more; a digest that was stopped stays so, one that ended
    with the last thing it wanted comes again."""
    wanted = card.subscription
    filters = wanted.filters
    if kind == TOPIC:
        chosen = {*wanted.topics} - {TopicId(text)} if muted else {*wanted.topics, TopicId(text)}
        changed = replace(wanted, topics=tuple(one for one in card.world.topic_ids if one in chosen))
    elif kind == SOURCE:
        out = _with(filters.sources_out, text, muted=muted)
        changed = replace(wanted, filters=replace(filters, sources_out=tuple(sorted(out))))
    else:
        if muted and len(filters.muted) >= words.MOST:
            raise UserError("A list holds at most {n} words or phrases.", n=words.MOST)
        changed = replace(wanted, filters=replace(filters, muted=_with(filters.muted, text, muted=muted)))
    changed = replace(changed, enabled=wanted.enabled or not settings.wants_something(wanted))
    await settings.save(card.world, card.chat, changed, now_at=card.now_at)


def _with(names: tuple[str, ...], text: str, *, muted: bool) -> tuple[str, ...]:
    others = tuple(one for one in names if one != text)
    return (*others, text) if muted else others


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 4


COMMAND = commands.Command(
    name="mute", summary="Something of a story, never again", rank=100, run=run, configures=True, in_menu=False
)
