"""`digest-bot digest`: what a chat would get now, on standard output."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot import app, cli, locales, logs, pipeline
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind, Digest, TopicId
from bot.stages import render

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Span(click.ParamType[timedelta]):
    """A length of time: 90m, 24h, 7d."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        if not found:
            self.fail(f"{value!r} is not a length of time: write 90m, 24h or 7d", param, ctx)
        return int(found[1]) * UNITS[found[2]]


@click.command
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--language", help="Only news in this language, for example ru, en or uz.")
@click.option("--limit", type=click.IntRange(1, 100), help="At most so many stories.")
@click.option("--since", type=Span(), help="Only what arrived in the last 90m, 24h or 7d.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@cli.with_config
def digest(
    topics: tuple[str, ...], language: str | None, limit: int | None, since: timedelta | None, form: str,
    config_file: Path | None,
) -> None:  # fmt: skip
    """Print the digest that a chat would get now."""
    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    now_at = datetime.now(UTC)
    wish = pipeline.Wish(
        topics=_known(topics, config),
        limit=limit or config.digest.max_stories,
        arrived_since_at=now_at - since if since else None,
    )
    made = asyncio.run(_made(config, _reader(config, language), wish, now_at))
    if form == "json":
        click.echo(json.dumps(render.digest_dict(made), ensure_ascii=False, indent=2))
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
    reads = (language.split("-")[0].lower(),) if language else ()
    spoken = reads[0] if reads and reads[0] in locales.languages() else config.language
    return Chat(id=ChatId(0), kind=ChatKind.PRIVATE, title="", language=spoken, reads=reads, time_zone=config.time_zone)


async def _made(config: Config, reader: Chat, wish: pipeline.Wish, now_at: datetime) -> Digest:
    async with app.world(config, now_at=now_at) as world:
        return replace(await pipeline.latest(world, reader, wish, now_at=now_at), footer="")


SUBCOMMAND = digest
