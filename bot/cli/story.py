"""`digest-bot story`: shows a story and why its articles are in it; mends a wrong grouping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot import cli

if TYPE_CHECKING:
    from bot.mending import Shown
    from bot.model import Article, Story, Summary
    from bot.stages.joining import Joined
    from bot.world import World

Result = TypeVar("Result")


@click.group
def story() -> None:
    """Show, split and join stories; works beside a running `run`."""


def _run(config_file: Path | None, step: Callable[[World, datetime], Awaitable[Result]]) -> Result:
    from bot import app, logs

    config = cli.loaded(config_file)
    logs.configure("warning", plain=True)
    now_at = datetime.now(UTC)

    async def run() -> Result:
        async with app.world(config, now_at=now_at, beside=True) as world:
            return await step(world, now_at)

    return asyncio.run(run())


@story.command("show", short_help="Print a story: its articles, why they are in it, what is told.")
@click.argument("name", metavar="ID|URL")
@cli.with_config
def show(name: str, config_file: Path | None) -> None:
    """Print a story by its ID, or that of an article in it or its URL: articles, oldest first, and what is told."""
    from bot import mending

    shown = _run(config_file, lambda world, now_at: mending.show(world, name, now_at=now_at))
    for line in _lines(shown):
        click.echo(_plain(line))


@story.command("split", short_help="Take articles out of a story, into one of their own.")
@click.argument("name", metavar="ID")
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@cli.with_config
def split(name: str, articles: tuple[str, ...], config_file: Path | None) -> None:
    """Take ARTICLES (ids or URLs) out of the story ID, together into a story of their own, for good."""
    from bot import mending

    left, new = _run(config_file, lambda world, now_at: mending.split(world, name, articles, now_at=now_at))
    click.echo(f"{left.id}: {_counted(left)}")
    click.echo(f"{new.id}: {_counted(new)}, split off")


@story.command("join", short_help="Make two stories one, for good.")
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@cli.with_config
def join(one: str, other: str, config_file: Path | None) -> None:
    """Make two stories one, for good, under the id of the one that opened first."""
    from bot import mending

    joined = _run(config_file, lambda world, now_at: mending.join(world, one, other, now_at=now_at))
    click.echo(f"{joined.id}: {_counted(joined)}")


def _lines(shown: Shown) -> Iterator[str]:
    yield f"story {shown.story.id}: {_counted(shown.story)}"
    for story_id, headline in shown.earlier:
        yield f"follows {story_id}: {headline}"
    for number, (article, joined) in enumerate(zip(shown.story.articles, shown.joined, strict=True), start=1):
        yield f"{number}. {_when(article)} · {article.source} · {article.language} · {article.id}"
        if article.title:
            yield f"   {article.title}"
        yield f"   {article.url}"
        yield f"   {_why(joined, is_fixed=article.id in shown.fixed)}"
    for summary in shown.summaries:
        yield from _told(summary)


def _when(article: Article) -> str:
    return f"{article.published_at:%Y-%m-%d %H:%M} UTC"


def _why(joined: Joined, *, is_fixed: bool) -> str:
    said = "opened the story"
    if joined.score is not None:
        said = f"{joined.score:.2f} times the bar"
    if joined.reasons is not None:
        said += ": " + ", ".join(f"{name} {value:.2f}" for name, value in asdict(joined.reasons).items())
    return f"{said}; put here by hand" if is_fixed else said


def _told(summary: Summary) -> Iterator[str]:
    yield f"[{summary.language}] {summary.headline}"
    for fact in summary.facts:
        yield f"   • {fact.text} ({fact.kind.value}, from {fact.evidence.article_id})"


def _counted(told: Story) -> str:
    return "1 article" if len(told.articles) == 1 else f"{len(told.articles)} articles"


def _plain(line: str) -> str:
    """One line, whatever a site calls itself."""
    inside = "".join(letter if letter.isprintable() else " " for letter in line)
    return inside[: len(inside) - len(inside.lstrip())] + " ".join(inside.split())


SUBCOMMAND = story
