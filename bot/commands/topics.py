"""/topics: which topics this chat gets, as buttons that toggle; edited in place."""

from __future__ import annotations

from bot import commands, locales, settings
from bot.errors import UserError
from bot.model import Button, Reply, Request, Subscription, TopicId
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    subscription = await settings.subscription(world, request.chat)
    known = tuple(definition.id for definition in world.topics)
    match request.words:
        case ("toggle", topic) if topic in known:
            topics = _toggled(subscription.topics, TopicId(topic), known)
        case ("all",):
            topics = known
        case ("none",):
            topics = ()
        case ():
            return card(request, world, subscription)
        case _:
            raise UserError("I did not understand that. Send /topics and tap the topics you want.")
    changed = await settings.subscribe(world, request.chat, topics=topics, now_at=request.now_at)
    return card(request, world, changed)


def card(request: Request, world: World, subscription: Subscription) -> Reply:
    """The message with the topics and what follows from them."""
    say = locales.catalogue(request.chat.language)
    buttons = [
        _button(definition.id, world.topic_name(definition.id, say.language), subscription)
        for definition in world.topics
    ]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    rows.append((Button(text=say.text("All"), line="topics all"), Button(text=say.text("None"), line="topics none")))
    rows.append(
        (
            Button(text=say.text("When?"), line="schedule"),
            Button(text=say.text("Latest news"), line="latest"),
        )
    )
    title, text = say.text("Your topics"), say.text("Tap a topic to turn it on or off.")
    then = settings.next_line(say, request.chat, subscription)
    return Reply(messages=(render.rich(render.bold(title), "\n", text, "\n\n", then),), buttons=tuple(rows))


def _button(topic: TopicId, name: str, subscription: Subscription) -> Button:
    mark = "✅ " if topic in subscription.topics else ""
    return Button(text=mark + name, line=f"topics toggle {topic}")


def _toggled(topics: tuple[TopicId, ...], topic: TopicId, known: tuple[TopicId, ...]) -> tuple[TopicId, ...]:
    chosen = set(topics) ^ {topic}
    return tuple(each for each in known if each in chosen)


COMMAND = commands.Command(name="topics", summary="Choose what your digest is about", rank=20, run=run, configures=True)
