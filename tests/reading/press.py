"""A made-up press for the tests of reading: sites by name and path, feeds and pages, and a world that reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from bot import app, pipeline, settings
from bot.config import Config
from bot.fetching.client import Limits
from bot.fetching.guard import Guard
from bot.model import ChatId, ChatKind, Digest, Source, SourceState, Taken
from bot.storage import sources as stored
from bot.world import World
from tests import make
from tests.fakes import UNLIMITED
from tests.fetching.net import PATIENT, Answer, Heard, Host, Net, page, serving

NOW = make.moment("2026-11-22T08:00")
HOUR = timedelta(hours=1)
TOWNS = (
    "Акбулак", "Бештерек", "Вахшоб", "Гулзар", "Дарбанд", "Жаркент", "Зарафшон", "Исфаринск", "Карасув", "Лангар",
    "Маржонтепа", "Навбахор", "Ойбек", "Поздовул", "Равот", "Сайхун", "Тойтепа", "Учкудук", "Файзобод", "Хонобод",
)  # fmt: skip
DEEDS = (
    "открыли мост длиной {n} метров через канал", "высадили {n} саженцев абрикоса вдоль шоссе",
    "запустили цех на {n} рабочих мест", "провели шахматный турнир, собравший {n} школьников",
    "отремонтировали водопровод длиной {n} километров", "собрали {n} тонн хлопка за неделю",
    "построили амбулаторию на {n} посещений", "закупили {n} электробусов для города",
    "нашли клад из {n} серебряных монет", "ввели скидку для {n} пенсионеров",
)  # fmt: skip


def told(number: int) -> str:
    """A text of its own for each number, long enough to be an article."""
    town, deed = TOWNS[number % len(TOWNS)], DEEDS[(number * 7 + number // len(TOWNS)) % len(DEEDS)]
    n = 100 + number * 13 % 897
    return (
        f"В городе {town}-{number} {deed.format(n=n)}.\n"
        f"Об этом рассказал хоким района {town} {number}-созыва Акром Юлдош{number}ев на встрече с жителями.\n"
        f"На работы ушло {n + 7} млн сумов и {number % 11 + 2} месяца."
    )


def title(number: int) -> str:
    return told(number).split("\n")[0].rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of a feed; what is "" is made from the number, None is left out."""

    number: int
    at: datetime | None = NOW - timedelta(hours=1)
    link: str | None = ""
    guid: str | None = ""
    title: str = ""
    text: str = ""

    def xml(self, site: str) -> str:
        link = f"http://{site}/{self.number}" if self.link == "" else self.link
        guid = f"{site} {self.number}" if self.guid == "" else self.guid
        parts = [
            f"<title>{escape(self.title or title(self.number))}</title>",
            f"<description>{escape(self.text or told(self.number))}</description>",
            f"<link>{escape(link)}</link>" if link else "",
            f"<guid isPermaLink='false'>{escape(guid)}</guid>" if guid else "",
            f"<pubDate>{format_datetime(self.at)}</pubDate>" if self.at else "",
        ]
        return f"<item>{''.join(parts)}</item>"


def rss(*items: Item, site: str = "press.example", channel: str = "") -> bytes:
    head = f"<title>Made-up press</title><link>http://{site}/</link>{channel}"
    return f'<rss version="2.0"><channel>{head}{"".join(one.xml(site) for one in items)}</channel></rss>'.encode()


def article_page(text: str, *, title: str = "", head: str = "") -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    return (
        f"<!doctype html><html lang='ru'><head><title>{escape(title)}</title>{head}</head><body><article>"
        f"<h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    ).encode()


def tagged(body: bytes, *, etag: str = '"1"') -> Answer:
    """A server that knows what the visitor has."""

    async def answer(heard: Heard, out: Any) -> None:
        same = heard.headers.get("if-none-match") == etag
        chosen = page(b"", status="304 Not Modified") if same else page(body, headers=(("ETag", etag),))
        await chosen(heard, out)

    return answer


@dataclass(slots=True, kw_only=True)
class Press:
    """The sites, what was asked of them, and the world that reads them. `pages` are by "host/path"."""

    world: World
    net: Net
    host: Host
    pages: dict[str, Answer] = field(default_factory=dict)

    def put(self, place: str, answer: Answer | bytes) -> str:
        """Something stands at "host/path" from now on; gives back its URL."""
        self.net.add(place.partition("/")[0], self.host)
        self.pages[place] = page(answer) if isinstance(answer, bytes) else answer
        return f"http://{place}"

    async def add(self, address: str, **other: Any) -> Source:
        """A source that is due at once; of a feed only what stands in it is read unless said otherwise."""
        usual = {"slug": "press", "kind": "feed", "address": address, "name": "Вестник", "full_text": "never"}
        source = Source(**{**usual, **other})
        async with self.world.database.write() as connection:
            await stored.save(connection, source, now_at=NOW - timedelta(days=30))
        return source

    async def collect(self, after: timedelta = timedelta(0)) -> Taken:
        return await pipeline.collect(self.world, now_at=NOW + after)

    async def state(self, slug: str = "press") -> SourceState:
        async with self.world.database.read() as connection:
            return (await stored.states(connection))[slug]

    async def latest(self, *, limit: int = 50, after: timedelta = timedelta(0)) -> Digest:
        chat = await settings.chat(self.world, ChatId(7), kind=ChatKind.PRIVATE, title="")
        return await pipeline.latest(self.world, chat, pipeline.Wish(limit=limit), now_at=NOW + after)

    async def text(self, *, limit: int = 50) -> str:
        """All that `/latest` tells."""
        digest = await self.latest(limit=limit)
        return "\n".join(part for item in digest.items for part in (item.headline, *(fact.text for fact in item.facts)))

    async def urls(self) -> list[str]:
        """The addresses of all that `/latest` tells, in their order by name."""
        return sorted(link.url for item in (await self.latest()).items for link in item.links)

    async def articles(self) -> dict[str, str]:
        """Every stored article's text by its address."""
        async with self.world.database.read() as connection:
            rows = await connection.exec_driver_sql("SELECT url, text FROM article")
            return {str(row.url): str(row.text) for row in rows}

    async def revisions(self) -> int:
        async with self.world.database.read() as connection:
            return int((await connection.exec_driver_sql("SELECT count(*) FROM revision")).scalar_one())

    def asked(self) -> list[str]:
        """What was asked for, as "host/path", in its order."""
        return [f"{one.headers['host']}{one.path}" for one in self.host.heard]


@asynccontextmanager
async def opened(
    folder: Path, *, guard: Guard | None = None, limits: Limits = PATIENT, net: Net | None = None, **config: Any
) -> AsyncIterator[Press]:
    """An empty press and a world; `guard` is made for the press's net when none is given."""
    made = net or Net()
    pages: dict[str, Answer] = {}

    async def answer(heard: Heard, out: Any) -> None:
        chosen = pages.get(f"{heard.headers['host']}{heard.path}") or page(b"", status="404 Not Found")
        await chosen(heard, out)

    async with (
        serving(answer) as host,
        app.world(
            Config(state_dir=folder, **config), now_at=NOW, fetcher=made.fetcher(limits=limits, guard=guard)
        ) as world,
    ):
        yield Press(world=replace(world, limits=UNLIMITED), net=made, host=host, pages=pages)


def numbers(urls: Iterable[str]) -> list[int]:
    """The numbers of the items at these addresses."""
    return sorted(int(url.rpartition("/")[2]) for url in urls)
