"""Entries of made-up events, several reports of each, for tests of the whole line."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.model import Entry

_PLACES = ("Карши", "Нурата", "Хива", "Газли", "Чуст", "Ургут", "Зомин", "Бойсун", "Гиждуван", "Шахрихан")
_THINGS = ("завод", "театр", "вокзал", "стадион", "музей", "рынок", "мост", "госпиталь", "лицей", "архив")
_KINDS = (
    (
        "В городе {place} открыли {thing} «{name}» на {n} мест, сообщил {person}. Стройка заняла {k} месяцев.",
        "{person} сообщил, что {thing} «{name}» в городе {place} примет {n} человек. Строили его {k} месяцев.",
        "«{name}»: так называется {thing}, заработавший в городе {place}. В нём {n} мест, строили {k} месяцев.",
        "Город {place} получил {thing} «{name}». Мест {n}, срок стройки {k} месяцев, рассказал {person}.",
    ),
    (
        "Шахматист {person} выиграл турнир памяти {name} и увёз {n} долларов. В финале он сделал {k} ходов.",
        "Турнир памяти {name} завершился победой: гроссмейстер {person} за {k} ходов заработал {n} долларов.",
        "{person} стал чемпионом. На партию ушло {k} ходов, приз турнира памяти {name} равен {n} долларам.",
        "За {n} долларов и кубок {name} боролись шахматисты. Сильнее всех {person}: решили {k} ходов.",
    ),
    (
        "Суд оштрафовал фирму «{name}» на {n} рублей за разлив нефти у реки. Иск подал эколог {person}, пункт {k}.",
        "Эколог {person} добился штрафа: за нефть в реке фирма «{name}» заплатит {n} рублей по пункту {k}.",
        "Фирма «{name}» виновна в разливе нефти, решил суд. Штраф {n} рублей, пункт {k}, истец {person}.",
        "Разлив нефти: {n} рублей взыщут с фирмы «{name}». Суд сослался на пункт {k}, иск вёл {person}.",
    ),
)


def reports(count: int, *, start_at: datetime, hours: int, seed: int = 3) -> list[Entry]:
    """So many entries of events with one to four reports each, published in so many hours from `start_at` on."""
    draw = random.Random(seed)
    made: list[Entry] = []
    while len(made) < count:
        event = _event(draw, len(made))
        begin = draw.randrange(hours * 60)
        ways = _KINDS[len(made) % len(_KINDS)]
        for way in draw.sample(ways, k=draw.randint(1, len(ways))):
            at = start_at + timedelta(minutes=min(hours * 60 - 1, begin + draw.randrange(90)))
            made.append(_entry(way.format(**event), number=len(made), published_at=at))
    return made[:count]


def event(number: int, *, start_at: datetime, tellers: int = 3, first: int = 0) -> list[Entry]:
    """Reports of one event, an hour apart; the URLs tell event and teller: `https://paper1.example/event2`."""
    details, ways = _event(random.Random(number), number), _KINDS[number % len(_KINDS)]
    return [
        _entry(
            ways[teller].format(**details), number=teller, published_at=start_at + timedelta(hours=teller),
            url=f"https://paper{teller}.example/event{number}",
        )
        for teller in range(first, first + tellers)
    ]  # fmt: skip


def _event(draw: random.Random, number: int) -> dict[str, object]:
    letters = "бвгджзклмнпрст"
    name, family = ("".join(draw.choices(letters, k=2)) + "а" + "".join(draw.choices(letters, k=2)) for _ in range(2))
    return {
        "place": _PLACES[number % len(_PLACES)],
        "thing": _THINGS[draw.randrange(len(_THINGS))],
        "name": name.capitalize() + "ия",
        "person": f"Азиз {family.capitalize()}ов",
        "n": draw.randrange(200, 9_000),
        "k": draw.randrange(7, 60),
    }


def _entry(text: str, *, number: int, published_at: datetime, url: str = "") -> Entry:
    return Entry(
        url=url or f"https://paper{number % 7}.example/{number}",
        title=text.partition(".")[0],
        text=text,
        published_at=published_at,
        source=f"Газета {number % 7}",
    )
