"""/search words: stories out of all that was ever stored, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import commands, composing, locales, searching
from bot.errors import UserError
from bot.model import Article, Button, Chat, Item, Reply, Request, Story
from bot.searching import Asked, Found
from bot.stages import publishers, query, render
from bot.world import World

ON_A_PAGE = 6
MOST_PAGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of what was found is shown: a page, counted from 0, the best or the newest first, in the languages
    that the chat reads or in every one."""

    page: int = 0
    best: bool = False
    all_languages: bool = False


async def run(request: Request, world: World) -> Reply:
    typed = " ".join(request.words)
    query.parse(typed)
    asked = await searching.remembered(world, request.chat, typed, now_at=request.now_at)
    return await show(request, world, asked, View())


async def show(request: Request, world: World, asked: Asked, view: View) -> Reply:
    """A page of results with its buttons, which name the query."""
    found, say = await _found(request.chat, world, asked, view), locales.catalogue(request.chat.language)
    if found.hits:
        return await _page(request, world, found, _Card(say=say, asked=asked, view=view))
    if request.chat.reads and not view.all_languages:
        everywhere = replace(view, page=0, all_languages=True)
        if (await _found(request.chat, world, asked, everywhere)).hits:
            button = Button(text=say.text("Show every language"), line=line(asked.name, everywhere))
            text = say.text("There is nothing in the languages you read, but there are stories in others.")
            return Reply(messages=(render.rich(text),), buttons=((button,),))
    text = say.text("Nothing was found. All words must be there: try fewer, or others.")
    return Reply(messages=(render.rich(text),))


def line(name: str, view: View) -> str:
    """The command line of a button: "results 3fa9c1d20b77 2 best all"."""
    order, languages = "best" if view.best else "new", "all" if view.all_languages else "mine"
    return f"results {name} {view.page} {order} {languages}"


def viewed(words: tuple[str, ...]) -> tuple[str, View]:
    """The name of the query and the view of such a line; UserError for any other."""
    match words:
        case (name, page, "best" | "new" as order, "all" | "mine" as languages) if _is_page(page):
            return name, View(page=int(page), best=order == "best", all_languages=languages == "all")
    raise UserError("Send /search and the words to look for.")


def _is_page(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 4 and int(word) < MOST_PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """What a page of results is made with."""

    say: locales.Catalogue
    asked: Asked
    view: View


async def _found(chat: Chat, world: World, asked: Asked, view: View) -> Found:
    reader = replace(chat, reads=()) if view.all_languages else chat
    start = view.page * ON_A_PAGE
    return await searching.stories(world, reader, asked.typed, best=view.best, start=start, count=ON_A_PAGE)


async def _page(request: Request, world: World, found: Found, card: _Card) -> Reply:
    items, told = await composing.items(
        world, request.chat, [hit.story_id for hit in found.hits], now_at=request.now_at
    )
    hits = {hit.story_id: hit.article_id for hit in found.hits}
    first = card.view.page * ON_A_PAGE + 1
    parts: list[render.Part] = ["🔎 ", render.bold(card.asked.typed)]
    for number, item in enumerate(items, start=first):
        story = told[item.story_id]
        article = next((one for one in story.articles if one.id == hits.get(story.id)), story.articles[-1])
        parts += ["\n\n", f"{number}. ", *_result(card.say, request.chat, item, story, article)]
    more = [Button(text=f"{number}", line=f"story {item.story_id}") for number, item in enumerate(items, start=first)]
    return Reply(messages=(render.rich(*parts),), buttons=(tuple(more), *_turning(card, is_more=found.is_more)))


def _result(say: locales.Catalogue, chat: Chat, item: Item, story: Story, article: Article) -> tuple[render.Part, ...]:
    """The headline; below it where and when the article that was found stands, and how many others tell it."""
    day = say.published(article.published_at, chat.time_zone)
    others = publishers.count((one.source, one.url) for one in story.articles) - 1
    also = say.plural(" and {n} other source", " and {n} other sources", others) if others > 0 else ""
    return (render.bold(item.headline), "\n", render.link(article.source, article.url), f"{also}, {day}")


def _turning(card: _Card, *, is_more: bool) -> tuple[tuple[Button, ...], ...]:
    say, view = card.say, card.view
    back = Button(text=say.text("‹ Back"), line=line(card.asked.name, replace(view, page=view.page - 1)))
    on = Button(text=say.text("More ›"), line=line(card.asked.name, replace(view, page=view.page + 1)))
    turned = replace(view, page=0, best=not view.best)
    order = Button(
        text=say.text("Newest first") if view.best else say.text("Best first"), line=line(card.asked.name, turned)
    )
    turn = (*((back,) if view.page else ()), *((on,) if is_more and view.page + 1 < MOST_PAGES else ()))
    return tuple(row for row in (turn, (order,) if is_more or view.page or view.best else ()) if row)


COMMAND = commands.Command(name="search", summary="Look for stories: /search bridge since:2026-09-01", rank=15, run=run)
