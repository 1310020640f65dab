"""/trends: a picture of the stories a day by topic, this week beside the last, and under it what rises."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import commands, drawing, locales, signing
from bot.locales import cities
from bot.model import Attachment, Button, Chat, Reply, Request
from bot.stages import render, trends
from bot.storage.trending import Counted
from bot.world import World

TOPICS = 9
RISES = 6
WORD_CHARS = 60
IN_A_ROW = 2


async def run(request: Request, world: World) -> Reply:
    chat, say = request.chat, locales.catalogue(request.chat.language)
    counted = await world.trends.at(world.database, request.now_at)
    weeks = trends.weeks(counted.hours, now_at=counted.at, zone=cities.tz(chat.time_zone))
    rows = tuple(
        drawing.Row(
            name=world.topic_name(week.topic, chat.language), now=week.now, before=week.before, trend=week.trend
        )
        for week in weeks
        if week.topic in world.topic_ids
    )[:TOPICS]
    if not rows:
        return Reply(messages=(render.rich(say.text("There are no such stories yet. New ones will come.")),))
    rises = trends.shown(counted.rising, counted.told, reads=chat.reads, limit=RISES)
    picture = await asyncio.to_thread(drawing.trends, _chart(rows, counted, chat))
    attachment = Attachment(name="trends.png", content=picture, is_picture=True)
    return Reply(messages=(render.rich(*_caption(rises, say)),), buttons=_buttons(rises), attachment=attachment)


def _chart(rows: tuple[drawing.Row, ...], counted: Counted, chat: Chat) -> drawing.Chart:
    say = locales.catalogue(chat.language)
    has_trend = any(row.trend for row in rows)
    scale = say.text("Each row has its own scale")
    return drawing.Chart(
        title=say.text("Stories a day"),
        note=say.text("Each row has its own scale; ▲ ▼ more than chance") if has_trend else scale,
        days=_days(counted.at, chat.time_zone, say),
        rows=rows,
        now=say.text("this week"),
        before=say.text("the week before"),
    )


def _days(at: datetime, zone: str, say: locales.Catalogue) -> tuple[str, ...]:
    today = at.astimezone(cities.tz(zone)).date()
    return tuple(say.weekday_short((today - timedelta(days=ago)).weekday()) for ago in reversed(range(trends.DAYS)))


def _caption(rises: Iterable[trends.Rise], say: locales.Catalogue) -> list[render.Part]:
    lines: list[render.Part] = [
        part for one in rises for part in ("\n▲ ", render.bold(one.word[:WORD_CHARS]), " — ", _counts(one, say))
    ]
    if not lines:
        return [say.text("Nothing is told clearly more often this week than in the four weeks before.")]
    return [say.text("Told clearly more often this week:"), *lines]


def _counts(one: trends.Rise, say: locales.Catalogue) -> str:
    return say.plural(
        "{n} story; {before} in the four weeks before",
        "{n} stories; {before} in the four weeks before",
        one.now,
        before=one.before,
    )


def _buttons(rises: Iterable[trends.Rise]) -> tuple[tuple[Button, ...], ...]:
    """What rises, to be searched for by a tap, where a button can hold it."""
    lines = ((one.word, f"search {one.word}") for one in rises)
    made = [
        Button(text=f"🔎 {word}", line=line) for word, line in lines if len(line.encode()) <= signing.MAX_LINE_BYTES
    ]
    return tuple(tuple(made[at : at + IN_A_ROW]) for at in range(0, len(made), IN_A_ROW))


COMMAND = commands.Command(name="trends", summary="What is told more often this week, as a picture", rank=18, run=run)
