"""/sources: what is read and how each source is doing, those in trouble first; for those who run the bot."""

from __future__ import annotations

from collections.abc import Sequence

from bot import commands, locales, signing, sourcing
from bot.errors import UserError
from bot.model import Button, Chat, Reply, Request
from bot.stages import health, render
from bot.stages.health import Line, Status
from bot.world import World

ON_A_PAGE = 15
BUTTONS = 5  # sources in trouble that can be checked by a finger
ERROR_CHARS = 80
MARKS = {Status.OK: "🟢", Status.WAITING: "⚪", Status.SILENT: "🟡", Status.FAILING: "🔴", Status.GONE: "⚫"}


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case ():
            page = 0
        case ("page", number) if number.isdecimal() and len(number) < 6:
            page = int(number)
        case _:
            raise UserError("I did not understand that. Send /sources for the list.")
    return _card(request.chat, await sourcing.overview(world), page)


def _card(chat: Chat, seen: sourcing.Overview, page: int) -> Reply:
    say = locales.catalogue(chat.language)
    if not seen.lines:
        return Reply(messages=(render.rich(say.text("There is no source yet. Add one: /addsource address")),))
    page = min(page, (len(seen.lines) - 1) // ON_A_PAGE)
    here = seen.lines[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    total = _progress(say, seen)
    text = render.rich(
        render.bold(say.text("Sources")), "\n", total, "\n\n", "\n".join(_line(say, chat, line) for line in here)
    )
    return Reply(messages=(text,), buttons=(*_checks(say, here), *_turning(say, page, len(seen.lines))))


def _progress(say: locales.Catalogue, seen: sourcing.Overview) -> str:
    return say.plural(
        "{read} of {n} source read so far", "{read} of {n} sources read so far", len(seen.lines), read=seen.read
    )


def _line(say: locales.Catalogue, chat: Chat, line: Line) -> str:
    return f"{MARKS[line.status]} {line.slug} — {_status(say, chat, line)}"


def _status(say: locales.Catalogue, chat: Chat, line: Line) -> str:
    error = line.error if len(line.error) <= ERROR_CHARS else line.error[: ERROR_CHARS - 1] + "…"
    if line.status is Status.WAITING:
        return say.text("not read yet")
    if line.status is Status.GONE:
        return say.text("gone: {error}", error=error)
    if line.status is Status.FAILING:
        return say.text("fails: {error}", error=error)
    if line.status is Status.SILENT and line.last_new_at:
        return say.text("nothing new since {when}", when=say.moment(line.last_new_at, chat.time_zone))
    return say.text("works, about {n} a day", n=round(line.items_per_day, 1 if line.items_per_day < 10 else None))


def _checks(say: locales.Catalogue, lines: tuple[health.Line, ...]) -> Sequence[tuple[Button, ...]]:
    """A button for each of the first sources in trouble whose slug has room in one."""
    troubled = [line.slug for line in lines if line.status in (Status.GONE, Status.FAILING, Status.SILENT)]
    made = [(Button(text=say.text("Check {name}", name=slug), line=f"checksource {slug}"),) for slug in troubled]
    return [row for row in made if len(row[0].line) <= signing.MAX_LINE_BYTES][:BUTTONS]


def _turning(say: locales.Catalogue, page: int, total: int) -> list[tuple[Button, ...]]:
    back = Button(text=say.text("‹ Back"), line=f"sources page {page - 1}")
    on = Button(text=say.text("More ›"), line=f"sources page {page + 1}")
    row = (*((back,) if page else ()), *((on,) if (page + 1) * ON_A_PAGE < total else ()))
    return [row] if row else []


COMMAND = commands.Command(
    name="sources", summary="What I read, and how each source is doing", rank=80, run=run, for_admins=True
)
