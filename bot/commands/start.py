"""/start: greets, asks the language, and leads on to the topics; links open here too.

A link (`t.me/BOT?start=...`) names a topic or a bundle. It gives no rights and changes nothing by itself: what it
offers is taken by a tap (security.md, T21).
"""

from __future__ import annotations

from dataclasses import replace

from bot import bundles, cards, commands, locales, settings
from bot.cards import Card
from bot.commands import language, topics
from bot.errors import UserError
from bot.model import Button, Reply, Request, TopicId
from bot.stages import render, wishes
from bot.world import World

TOPIC, BUNDLE = "topic-", "bundle-"


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case (code,) if code in locales.languages():
            chat = await language.chosen(world, request.chat, code)
            return await topics.run(replace(request, chat=chat, words=()), world)
        case (link,) if link.removeprefix(TOPIC) in world.topic_ids:
            return _offered_topic(request, world, TopicId(link.removeprefix(TOPIC)))
        case (link,) if link.startswith(BUNDLE):
            return await _offered(request, world, link.removeprefix(BUNDLE))
        case ("topic", topic) if topic in world.topic_ids:
            return await _with_topic(request, world, TopicId(topic))
        case ("take", name):
            await bundles.taken_over(world, request.chat, name, now_at=request.now_at)
            return await commands.commands()["subscriptions"].run(replace(request, words=()), world)
    return _greeting(request, world)


def _offered_topic(request: Request, world: World, topic: TopicId) -> Reply:
    say = locales.catalogue(request.chat.language)
    name = world.topic_name(topic, say.language)
    text = render.rich(render.bold(name), "\n", say.text("Do you want a digest of this topic?"))
    yes = Button(text=say.text("Yes, subscribe"), line=f"start topic {topic}")
    look = Button(text=say.text("Latest news"), line=f"latest {topic}")
    return Reply(messages=(text,), buttons=((yes, look),))


async def _with_topic(request: Request, world: World, topic: TopicId) -> Reply:
    wanted = await settings.subscription(world, request.chat)
    chosen = tuple(each for each in world.topic_ids if each in (*wanted.topics, topic))
    await settings.subscribe(world, request.chat, topics=chosen, now_at=request.now_at)
    return await topics.run(replace(request, words=()), world)


async def _offered(request: Request, world: World, name: str) -> Reply:
    """What is in the bundle, and a button to take it; whoever follows a link that is not known begins as anybody."""
    say = locales.catalogue(request.chat.language)
    try:
        payload = await bundles.found(world, name)
    except UserError:
        return _greeting(request, world)
    begun = await settings.subscription(world, request.chat)
    offered = [
        Card(world=world, chat=request.chat, subscription=wishes.wanting(begun, one), now_at=request.now_at)
        for one in payload
    ]
    lines = [f"• {cards.what(card)}, {cards.sections()['hours'].said(card)}" for card in offered]
    text = render.rich(
        render.bold(say.text("Somebody shares what they read:")), "\n", "\n".join(lines), "\n\n",
        say.text("It is added to your own subscriptions."),
    )  # fmt: skip
    take = Button(text=say.text("Take it over"), line=f"start take {name}")
    return Reply(messages=(text,), buttons=((take,),))


def _greeting(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    text = render.rich(
        render.bold(say.text("Hello! I read the news and send you short digests.")),
        "\n\n",
        say.text("Every fact in them stands in the article it links to. Nothing is made up."),
        "\n\n",
        say.text("Choose a language, then your topics: /topics, and the hours: /schedule. /latest shows news now."),
        "\n\n",
        say.text("Your user id is {id}.", id=request.user_id),
        " " + say.text("You administer this bot.") if request.user_id in world.config.telegram.admins else "",
    )
    names = [Button(text=locales.name(code), line=f"start {code}") for code in locales.languages()]
    return Reply(messages=(text,), buttons=(tuple(names),))


COMMAND = commands.Command(name="start", summary="Begin, and choose a language", rank=60, run=run, configures=True)
