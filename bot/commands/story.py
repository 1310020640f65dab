"""/story: one story whole: its facts, every article that tells it, language by language, and how it grew."""

from __future__ import annotations

from itertools import groupby

from bot import commands, locales
from bot.commands import where
from bot.errors import UserError
from bot.locales import cities
from bot.model import Article, Button, Item, Reply, Request, Story
from bot.stages import beside, publishers, render, under
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if len(request.words) != 1:
        raise UserError("Send /search and words, and tap a story under what it finds.")
    item, story = await where.stored(request, world)
    say = locales.catalogue(request.chat.language)
    parts = [*_facts(item, request), *_articles(say, story, request), "\n\n", _growth(say, story, request)]
    return Reply(messages=render.bodies(*parts), buttons=buttons(item, say), is_rich=request.chat.is_rich)


def buttons(item: Item, say: locales.Catalogue) -> tuple[tuple[Button, ...], ...]:
    """What can be done with a story."""
    return (
        (Button(text=f"{under.WHERE} {say.text('Where from?')}", line=f"where {item.story_id}"),),
        (
            Button(text=under.UP, line=f"vote up {item.story_id}"),
            Button(text=under.DOWN, line=f"vote down {item.story_id}"),
            Button(text=say.text("Why this?"), line=f"why {item.story_id}"),
        ),
    )


def _facts(item: Item, request: Request) -> list[render.Part]:
    zone = cities.tz(request.chat.time_zone)
    parts: list[render.Part] = [render.bold(item.headline)]
    for fact in item.facts:
        parts += ["\n", render.fact(beside.told(fact, zone))]
    return parts


def _articles(say: locales.Catalogue, story: Story, request: Request) -> list[render.Part]:
    """Each language's articles, oldest first."""
    parts: list[render.Part] = []
    by_language = sorted(story.articles, key=lambda one: (_rank(one, request), one.language, one.published_at))
    for language, articles in groupby(by_language, key=lambda one: one.language):
        parts += ["\n\n", render.bold(say.language_name(language))]
        for article in articles:
            at = say.published(article.published_at, request.chat.time_zone)
            parts += ["\n", f"{at} ", render.link(article.source, article.url)]
    return parts


def _rank(article: Article, request: Request) -> int:
    primary = article.language.partition("-")[0]
    wanted = (request.chat.language, *request.chat.reads)
    return wanted.index(primary) if primary in wanted else len(wanted)


def _growth(say: locales.Catalogue, story: Story, request: Request) -> str:
    """Since when it is told, by how many."""
    first = say.published(story.articles[0].published_at, request.chat.time_zone)
    count = publishers.count((one.source, one.url) for one in story.articles)
    articles = say.plural("{n} article", "{n} articles", len(story.articles))
    sources = say.plural("{n} source", "{n} sources", count)
    return say.text("First told {when}; now {articles} of {sources}.", when=first, articles=articles, sources=sources)


COMMAND = commands.Command(name="story", summary="A story with all its sources", rank=92, run=run, in_menu=False)
