"""/language: the language of the interface, and the languages of the news."""

from __future__ import annotations

from dataclasses import replace

from bot import commands, locales, settings
from bot.errors import UserError
from bot.model import Button, Chat, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    chat, known = request.chat, locales.languages()
    match request.words:
        case ():
            pass
        case ("set", code) if code in known:
            chat = await chosen(world, chat, code)
        case (code,) if code.lower() in known:
            chat = await chosen(world, chat, code.lower())
        case ("reads", "all"):
            chat = await settings.save_chat(world, replace(chat, reads=()))
        case ("reads", code) if len(code) in {2, 3} and code.isalpha():
            chat = await settings.save_chat(world, replace(chat, reads=_toggled(chat.reads, code)))
        case _:
            raise UserError("I did not understand that. Send /language and tap a language.")
    return await _card(chat, world)


async def chosen(world: World, chat: Chat, code: str) -> Chat:
    """The chat with the interface in `code`; the news follows as long as the reader has not chosen it apart."""
    reads = (code,) if chat.reads in {(), (chat.language,)} else chat.reads
    return await settings.save_chat(world, replace(chat, language=code, reads=reads))


async def _card(chat: Chat, world: World) -> Reply:
    say = locales.catalogue(chat.language)
    interface = [
        Button(text="🌐 " + _mark(code == chat.language) + locales.name(code), line=f"language set {code}")
        for code in locales.languages()
    ]
    offered = sorted(set(await settings.news_languages(world)) | set(chat.reads) | set(locales.languages()))
    news = [
        Button(text="📰 " + _mark(code in chat.reads) + say.language_name(code), line=f"language reads {code}")
        for code in offered
    ]
    every = Button(text=_mark(not chat.reads) + say.text("Every language"), line="language reads all")
    text = render.rich(
        render.bold(say.text("Languages")),
        "\n",
        say.text("The first row is the language I speak. Below it: the languages of the news you get."),
    )
    rows = [tuple(interface), *(tuple(news[start : start + 2]) for start in range(0, len(news), 2)), (every,)]
    return Reply(messages=(text,), buttons=tuple(rows))


def _mark(on: bool) -> str:
    return "✅ " if on else ""


def _toggled(reads: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(sorted(set(reads) ^ {code}))


COMMAND = commands.Command(
    name="language", summary="The language I speak, and that of the news", rank=40, run=run, configures=True
)
