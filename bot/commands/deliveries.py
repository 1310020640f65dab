"""/deliveries: what became of the digests, for those who run the bot; its buttons settle a message in doubt."""

from __future__ import annotations

from bot import commands, locales
from bot.delivery import desk, ledger, notices
from bot.errors import UserError
from bot.model import Button, Chat, DeliveryState, Reply, Request
from bot.stages import render
from bot.storage.deliveries import Record
from bot.world import World

SHOWN = 5
EXCERPT_CHARS = 60


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case ():
            return _shown(await desk.overview(world.database, limit=SHOWN), request.chat)
        case ("again" | "arrived" as answer, name):
            return await _decided(request, world, name, again=answer == "again")
        case _:
            raise UserError("I did not understand that. Send /deliveries for the list.")


async def _decided(request: Request, world: World, name: str, *, again: bool) -> Reply:
    say = locales.catalogue(request.chat.language)
    if not await desk.decide(world.database, name, again=again):
        raise UserError("That is settled already.")
    text = say.text("It is sent again.") if again else say.text("Good: it counts as sent.")
    return Reply(messages=(render.rich(text),), toast=text)


def _shown(seen: desk.Overview, chat: Chat) -> Reply:
    say = locales.catalogue(chat.language)
    counted = say.text(
        "Messages: {due} due, {sent} sent, {open} on their way, {failed} not wanted any more, {parked} put aside.",
        due=seen.due,
        sent=seen.counts[DeliveryState.SENT],
        open=seen.open,
        failed=seen.counts[DeliveryState.FAILED],
        parked=seen.counts[DeliveryState.PARKED],
    )
    unsure = seen.tally.get("ambiguous", 0)
    doubtful = say.plural(
        "Of {n} Telegram did not tell at first whether it arrived.",
        "Of {n} Telegram did not tell at first whether they arrived.",
        unsure,
    )
    parts: list[render.Part] = [counted, *(("\n", doubtful) if unsure else ())]
    for record in seen.unsettled:
        when = say.moment(record.due_at, chat.time_zone)
        excerpt = record.delivery.message.body.text[:EXCERPT_CHARS]
        parts += ["\n\n", render.bold(when), "\n", excerpt, "\n", render.italic(record.error)]
    buttons = tuple(row for record in seen.unsettled if (row := _row(record, say)))
    return Reply(messages=(render.rich(*parts),), buttons=buttons)


def _row(record: Record, say: locales.Catalogue) -> tuple[Button, ...]:
    if record.delivery.state is not DeliveryState.PARKED or record.error != ledger.IN_DOUBT:
        return ()
    name = notices.reference(record.delivery.id, record.delivery.token)
    return (
        Button(text=say.text("It arrived"), line=f"deliveries arrived {name}"),
        Button(text=say.text("Send again"), line=f"deliveries again {name}"),
    )


COMMAND = commands.Command(name="deliveries", summary="What became of the digests", rank=85, run=run, for_admins=True)
