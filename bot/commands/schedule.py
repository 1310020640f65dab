"""/schedule: times of day, weekdays and the time zone of this chat's digest; by buttons or typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot import commands, locales, settings
from bot.errors import UserError
from bot.locales import cities
from bot.model import Button, Reply, Request, Schedule, Subscription
from bot.stages import due, render
from bot.world import World

TIMES = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")
EVERY_MIN = (60, 180)
ZONES = (
    "Asia/Tashkent", "Asia/Almaty", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Ashgabat", "Europe/Moscow",
    "Europe/Istanbul", "Asia/Dubai", "Europe/Berlin", "Europe/London", "America/New_York", "Asia/Seoul",
)  # fmt: skip
WORKDAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


async def run(request: Request, world: World) -> Reply:
    subscription = await settings.subscription(world, request.chat)
    match request.words:
        case ():
            return _card(request, subscription)
        case ("zone",):
            return await _ask_zone(request, world)
        case ("zone", *typed):
            return await _with_zone(request, world, " ".join(typed))
        case ("time", one):
            schedule = _toggled(subscription.schedule, due.parse((one,)).times[0])
        case ("every", minutes) if minutes.isdecimal():
            schedule = replace(due.parse(("every", minutes, "min")), weekdays=subscription.schedule.weekdays)
        case ("days", "work"):
            schedule = replace(subscription.schedule, weekdays=WORKDAYS)
        case ("days", "all"):
            schedule = replace(subscription.schedule, weekdays=EVERY_DAY)
        case typed:
            if zones := cities.zones(" ".join(typed)):
                return await _with_zone(request, world, zones[0])
            schedule = due.parse(tuple(typed))
    changed = await settings.subscribe(world, request.chat, schedule=schedule, now_at=request.now_at)
    return _card(request, changed)


def _toggled(schedule: Schedule, one: time) -> Schedule:
    """The time on or off; the last one cannot be taken away, /stop is for that."""
    times = set(schedule.times) ^ {one}
    return replace(schedule, times=tuple(sorted(times or {one})), every_min=0)


async def _ask_zone(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    await settings.save_chat(world, replace(request.chat, question="schedule zone"))
    buttons = [Button(text=cities.city(zone, say.language), line=f"schedule zone {zone}") for zone in ZONES]
    rows = [tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    rows.append((Button(text=say.text("Back"), line="schedule"),))
    text = say.text("Where are you? Tap a city, or send yours like this: /schedule Samarkand")
    return Reply(messages=(render.rich(text),), buttons=tuple(rows))


async def _with_zone(request: Request, world: World, typed: str) -> Reply:
    zones = cities.zones(typed)
    if not zones:
        raise UserError("I do not know the city “{typed}”. Type a larger one near you.", typed=typed[:40])
    chat = replace(request.chat, time_zone=zones[0], question="")
    subscription = await settings.rescheduled(world, chat, now_at=request.now_at)
    return _card(replace(request, chat=chat), subscription)


def _card(request: Request, subscription: Subscription) -> Reply:
    chat, schedule = request.chat, subscription.schedule
    say = locales.catalogue(chat.language)
    text = render.rich(
        render.bold(say.text("When your digest comes")),
        "\n",
        _in_words(say, schedule),
        "\n",
        say.text(
            "Time zone: {city} ({offset})",
            city=cities.city(chat.time_zone, say.language),
            offset=say.zone(chat.time_zone, request.now_at),
        ),
        "\n\n",
        settings.next_line(say, chat, subscription),
        "\n\n",
        say.text("Tap, or type: /schedule 07:30 19:00 mon-fri, /schedule every 30 min, /schedule Tashkent"),
    )
    return Reply(messages=(text,), buttons=_buttons(say, schedule))


def _in_words(say: locales.Catalogue, schedule: Schedule) -> str:
    if schedule.every_min:
        when = say.plural("Every {n} minute", "Every {n} minutes", schedule.every_min)
    else:
        when = say.text("At {times}", times=", ".join(f"{one:%H:%M}" for one in schedule.times))
    if schedule.weekdays == EVERY_DAY:
        return say.text("{when}, every day", when=when)
    days = ", ".join(say.weekday_short(day) for day in schedule.weekdays)
    return say.text("{when}, on {days}", when=when, days=days)


def _buttons(say: locales.Catalogue, schedule: Schedule) -> tuple[tuple[Button, ...], ...]:
    listed = {f"{one:%H:%M}" for one in schedule.times}
    times = [_button(one, f"schedule time {one}", on=one in listed) for one in TIMES]
    every = [
        _button(
            say.plural("Every hour", "Every {n} hours", minutes // 60),
            f"schedule every {minutes}",
            on=schedule.every_min == minutes,
        )
        for minutes in EVERY_MIN
    ]
    days = (
        _button(say.text("Every day"), "schedule days all", on=schedule.weekdays == EVERY_DAY),
        _button(say.text("Mon–Fri"), "schedule days work", on=schedule.weekdays == WORKDAYS),
    )
    zone = Button(text=say.text("Time zone"), line="schedule zone")
    topics = Button(text=say.text("Topics"), line="topics")
    return (tuple(times[:3]), tuple(times[3:]), tuple(every), days, (zone, topics))


def _button(text: str, line: str, *, on: bool) -> Button:
    return Button(text=("✅ " if on else "") + text, line=line)


COMMAND = commands.Command(
    name="schedule", summary="When your digest comes, and your time zone", rank=30, run=run, configures=True
)
