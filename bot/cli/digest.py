"""`digest-bot digest`: what a chat would get now, on standard output."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli
from bot.model import Chat, ChatId, ChatKind, Digest, TopicId

if TYPE_CHECKING:
    from bot import pipeline
    from bot.config import Config

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Span(click.ParamType[timedelta]):
    """A length of time: 90m, 24h, 7d."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"([0-9]{1,5})([mhd])", str(value))
        if not found:
            self.fail(f"{value!r} is not a length of time: write 90m, 24h or 7d", param, ctx)
        return int(found[1]) * UNITS[found[2]]


class Code(click.ParamType[str]):
    """A language as its primary subtag: "uz" for uz, UZ and uz-Latn."""

    name = "code"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from bot import locales

        code = str(value).split("-")[0].lower()
        if locales.name(code) == code:  # a code that nobody has a name for
            self.fail(f"{value!r} is no language: write a code such as ru, en or uz", param, ctx)
        return code


@click.command
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--language", type=Code(), help="Only news in this language, for example ru, en or uz.")
@click.option("--limit", type=click.IntRange(1, 100), help="At most so many stories.")
@click.option("--since", type=Span(), help="Only what arrived in the last 90m, 24h or 7d.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@cli.with_config
def digest(
    *, topics: tuple[str, ...], language: str | None, limit: int | None, since: timedelta | None, form: str,
    config_file: Path | None,
) -> None:  # fmt: skip
    """Print the digest that a chat would get now."""
    from bot import logs, pipeline

    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    now_at = datetime.now(UTC)
    wish = pipeline.Wish(
        topics=_known(topics, config),
        limit=limit or config.digest.max_stories,
        arrived_since_at=now_at - since if since else None,
    )
    _print(asyncio.run(_made(config, _reader(config, language), wish, now_at)), form)


def _print(made: Digest, form: str) -> None:
    """Text in the encoding of the terminal, JSON in UTF-8 wherever it runs."""
    from bot.stages import render

    if form == "json":
        click.echo(json.dumps(render.digest_dict(made), ensure_ascii=False, indent=2).encode(errors="replace"))
    else:
        click.echo(render.plain(made) if made.items else "There are no such stories.")


def _known(topics: tuple[str, ...], config: Config) -> tuple[TopicId, ...]:
    known = [definition.id for definition in config.topic_definitions]
    for topic in topics:
        if topic not in known:
            raise click.BadParameter(f"no topic {topic!r}; there is {', '.join(known)}", param_hint="--topic")
    return tuple(TopicId(topic) for topic in topics)


def _reader(config: Config, language: str | None) -> Chat:
    """Somebody who reads `language`, or everything."""
    from bot import locales

    reads = (language,) if language else ()
    spoken = language if language in locales.languages() else config.language
    return Chat(id=ChatId(0), kind=ChatKind.PRIVATE, title="", language=spoken, reads=reads, time_zone=config.time_zone)


async def _made(config: Config, reader: Chat, wish: pipeline.Wish, now_at: datetime) -> Digest:
    from bot import app, pipeline

    async with app.world(config, now_at=now_at, beside=True) as world:
        return replace(await pipeline.latest(world, reader, wish, now_at=now_at), footer="")


SUBCOMMAND = digest
