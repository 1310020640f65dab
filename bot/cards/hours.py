"""When a card's digest comes: times of day or every so often, on which days, in which time zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot import locales
from bot.cards import Card, Page, Rows, Section
from bot.errors import UserError
from bot.locales import cities
from bot.model import Schedule
from bot.stages import due

TIMES = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")
EVERY_MIN = (60, 180)
ZONES = (
    "Asia/Tashkent", "Asia/Almaty", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Ashgabat", "Europe/Moscow",
    "Europe/Istanbul", "Asia/Dubai", "Europe/Berlin", "Europe/London", "America/New_York", "Asia/Seoul",
)  # fmt: skip
WORKDAYS = (0, 1, 2, 3, 4)


def said(card: Card) -> str:
    """Begins in small letters, for the middle of a line."""
    say, schedule = card.say, card.subscription.schedule
    if schedule.every_min:
        when = say.plural("every {n} minute", "every {n} minutes", schedule.every_min)
    else:
        when = say.text("at {times}", times=", ".join(f"{one:%H:%M}" for one in schedule.times))
    if schedule.weekdays == due.EVERY_DAY:
        return say.text("{when}, every day", when=when)
    return say.text("{when}, {days}", when=when, days=say.weekdays_short(schedule.weekdays))


async def page(card: Card) -> Page:
    say, chat = card.say, card.chat
    zone = say.text(
        "Time zone: {city} ({offset})",
        city=cities.city(chat.time_zone, say.language),
        offset=say.zone(chat.time_zone, card.now_at),
    )
    beside = (card.button(say.text("Time zone"), "hours", "zone"), card.button(say.text("Topics"), "topics"))
    hint = say.text("Tap, or type: /schedule 07:30 19:00 mon-fri, /schedule every 30 min, /schedule Tashkent")
    return Page(
        lines=(locales.capital(said(card)), "\n", zone, "\n\n", hint), buttons=_buttons(card, say), beside=beside
    )


async def change(card: Card, words: tuple[str, ...]) -> Card | Page:
    schedule = card.subscription.schedule
    match words:
        case ("zone",):
            return _asking_zone(card)
        case ("zone", *typed):
            return _in_zone(card, " ".join(typed))
        case ("time", one):
            return card.wanting(schedule=_with_time(schedule, due.parse((one,)).times[0]))
        case ("every", minutes) if minutes.isdecimal():
            return card.wanting(schedule=replace(due.parse(("every", minutes, "min")), weekdays=schedule.weekdays))
        case ("days", "work"):
            return card.wanting(schedule=replace(schedule, weekdays=WORKDAYS))
        case ("days", "all"):
            return card.wanting(schedule=replace(schedule, weekdays=due.EVERY_DAY))
        case ("day", day) if day in "0123456" and len(day) == 1:
            return card.wanting(schedule=_with_day(schedule, int(day)))
    if cities.zones(" ".join(words)):
        return _in_zone(card, " ".join(words))
    return card.wanting(schedule=_typed(words, schedule))


def _typed(words: tuple[str, ...], schedule: Schedule) -> Schedule:
    """What is typed, on the weekdays there were where none are typed. What is no time may be meant as a city."""
    try:
        return due.parse(words, weekdays=schedule.weekdays)
    except UserError as error:
        if error.text != due.UNREADABLE:
            raise
        typed = " ".join(words)
        is_place = not any(letter.isdigit() for letter in typed)
        raise UserError(
            "“{typed}” is no time of day, no weekday and no city that I know. Examples: /schedule 08:00 18:30, "
            "/schedule 08:00 mon-fri, /schedule every 30 min, /schedule Tashkent",
            typed=typed[:40] if is_place else error.details["word"],
        ) from error


def _with_time(schedule: Schedule, one: time) -> Schedule:
    """The time on or off; the last one cannot be taken away, /stop is for that."""
    times = set(schedule.times) ^ {one}
    return replace(schedule, times=tuple(sorted(times or {one})), every_min=0)


def _with_day(schedule: Schedule, day: int) -> Schedule:
    """The day on or off; the last one stays."""
    days = set(schedule.weekdays) ^ {day}
    return replace(schedule, weekdays=tuple(sorted(days or {day})))


def _asking_zone(card: Card) -> Page:
    say = card.say
    buttons = [card.button(cities.city(zone, say.language), "hours", "zone", zone) for zone in ZONES]
    rows = tuple(tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3))
    text = say.text("Where are you? Tap a city, or send yours like this: /schedule Samarkand")
    return Page(lines=(text,), buttons=rows, question=("zone",))


def _in_zone(card: Card, typed: str) -> Card:
    zones = cities.zones(typed)
    if not zones:
        raise UserError("I do not know the city “{typed}”. Type a larger one near you.", typed=typed[:40])
    return replace(card, chat=replace(card.chat, time_zone=zones[0]))


def _buttons(card: Card, say: locales.Catalogue) -> Rows:
    schedule = card.subscription.schedule
    listed = {f"{one:%H:%M}" for one in schedule.times}
    times = [card.button(one, "hours", "time", one, on=one in listed) for one in TIMES]
    every = [
        card.button(
            say.plural("Every hour", "Every {n} hours", minutes // 60),
            *("hours", "every", minutes),
            on=schedule.every_min == minutes,
        )
        for minutes in EVERY_MIN
    ]
    days = (
        card.button(say.text("Every day"), "hours", "days", "all", on=schedule.weekdays == due.EVERY_DAY),
        card.button(say.text("Mon–Fri"), "hours", "days", "work", on=schedule.weekdays == WORKDAYS),
    )
    each = [
        card.button(say.weekday_short(day), "hours", "day", day, on=day in schedule.weekdays) for day in due.EVERY_DAY
    ]
    return (tuple(times[:3]), tuple(times[3:]), tuple(every), days, tuple(each[:4]), tuple(each[4:]))


SECTION = Section(
    name="hours", label=locales.sentence("When"), rank=70, said=said, page=page, change=change, wakes=True
)
