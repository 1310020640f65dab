"""/addsource ADDRESS [topic ...]: looks at a feed, a page that names one or a channel, and reads it from now on."""

from __future__ import annotations

import asyncio

from bot import commands, locales, sources, sourcing
from bot.errors import UserError
from bot.model import ChatKind, Reply, Request, Source
from bot.sourcing import finding
from bot.sourcing.finding import Found, Unreadable
from bot.stages import render
from bot.world import World

REPLY_S = 25.0
"""Other people wait while a site is asked: after this long it has had its time."""


async def run(request: Request, world: World) -> Reply:
    if not request.words:
        raise UserError("Write what to read: /addsource address, or @channel, and topics behind it if you like.")
    typed, *more = request.words
    kind = next((word for word in more if word in sources.names()), "")
    wish = sourcing.Wish(topics=tuple(word for word in more if word != kind))
    for topic in wish.topics:
        sourcing.topic(world, topic)
    try:
        async with asyncio.timeout(REPLY_S):
            found = await finding.find(world, typed, kind=kind)
    except Unreadable as error:
        return unreadable(request, text=error.text, reason=error.reason)
    except TimeoutError:
        raise UserError("The site takes too long to answer. Please try again later.") from None
    new = await sourcing.add(world, found, wish, origin="chat", now_at=request.now_at)
    return _told(request, world, new, found)


def unreadable(request: Request, *, text: str, reason: str) -> Reply:
    """Why an address cannot be read; what tells of the net behind us (security.md, T6) only where nobody else reads."""
    said = locales.catalogue(request.chat.language).text(text)
    is_alone = request.chat.kind is ChatKind.PRIVATE
    return Reply(messages=(render.rich(said, f"\n\n{reason}" if is_alone else ""),))


def _told(request: Request, world: World, new: Source, found: Found) -> Reply:
    say = locales.catalogue(request.chat.language)
    lines = [
        say.text("I read {name} from now on.", name=new.name or new.slug),
        new.address,
        say.plural("{n} entry is there now.", "{n} entries are there now.", found.entries),
    ]
    if new.topics:
        names = ", ".join(world.topic_name(topic, say.language) for topic in new.topics)
        lines.append(say.text("Topics: {names}", names=names))
    if found.others:
        lines += ["", say.text("The page names other feeds too:"), *found.others[:5]]
    lines += ["", say.text("To take it away: /removesource {name}", name=new.slug)]
    return Reply(messages=(render.rich("\n".join(lines)),))


COMMAND = commands.Command(
    name="addsource", summary="Read another source: /addsource address topic", rank=81, run=run, for_admins=True
)
