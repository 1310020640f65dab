"""`digest-bot stage NAME`: one pure stage as a filter, JSON Lines in, JSON Lines out.

A line that cannot be used gets one line on standard error with its number, the rest go on, and the exit code is 1.
Dates leave as ISO 8601 in UTC. These filters are a public interface: fields are added, never renamed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot import cli, sources
from bot.errors import DigestBotError, RefusedEntry
from bot.model import (
    Article,
    ArticleId,
    Digest,
    Entry,
    Evidence,
    Fact,
    FactKind,
    Language,
    Revision,
    Story,
    StoryId,
    Summary,
)
from bot.stages import classify, clean, compare, extract, group, prove, render

Line = Mapping[str, Any]
JSON_NAMES = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a truth value",
    type(None): "null",
}


@click.group
def stage() -> None:
    """Run one stage of the line as a filter: JSON Lines in, JSON Lines out."""


class Faults:
    """Counts what could not be used; each fault is one line on standard error."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, where: str, reason: str) -> None:
        self.count += 1
        cli.complain(f"{where}: {reason}")

    def end(self) -> None:
        """Exit code 1 when there was any."""
        if self.count:
            raise SystemExit(1)


def _lines(faults: Faults) -> Iterator[tuple[int, Line]]:
    """The objects on standard input with their line numbers; empty lines are passed over."""
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            yield number, _read(raw)
        except RefusedEntry as error:
            faults.add(f"line {number}", error.reason)


def _read(raw: bytes) -> Line:
    """Raises RefusedEntry for what is no JSON object in UTF-8; NaN and its like are no JSON."""
    try:
        line = json.loads(raw.rstrip().decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        said = error.msg.removesuffix(" at")
        raise RefusedEntry(f"not JSON: {said} at character {error.pos + 1}") from error
    except UnicodeDecodeError as error:
        raise RefusedEntry(f"not UTF-8: {error.reason} at byte {error.start + 1}") from error
    except ValueError as error:  # Python reads integers of up to 4,300 digits
        raise RefusedEntry("JSON with a number that is too long") from error
    except RecursionError as error:
        raise RefusedEntry("JSON that is nested too deeply") from error
    if not isinstance(line, dict):
        raise RefusedEntry(f"an object is needed, this is {JSON_NAMES[type(line)]}")
    return line


def _no_number(name: str) -> None:
    raise RefusedEntry(f"not JSON: {name} is no number")


def _each(change: Callable[[Line], Line]) -> None:
    """Every line changed and written at once, so that filters can be chained on endless input."""
    faults = Faults()
    for number, line in _lines(faults):
        try:
            _write(change(line))
        except DigestBotError as error:
            faults.add(f"line {number}", str(error))
    faults.end()


def _write(line: Line) -> None:
    try:
        text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise RefusedEntry("a number in it is too large for JSON") from error
    except RecursionError as error:
        raise RefusedEntry("JSON that is nested too deeply") from error
    sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def _article(line: Line) -> Article:
    """An article from a line of `clean`, or from one that `clean` would take."""
    return clean.article(_entry(line), now_at=datetime.now(UTC), id=_id(line))


def _id(line: Line) -> ArticleId | None:
    value = line.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return ArticleId(str(value))
    return ArticleId(_text(line, "id")) if value else None


def _entry(line: Line) -> Entry:
    date = _date(line, "published_at") or _date(line, "date")
    return Entry(
        url=_text(line, "url"),
        title=_text(line, "title"),
        html=_text(line, "html"),
        text=_text(line, "text"),
        published_at=clean.published_at(date) if date else None,
        source=_text(line, "source"),
        language=_text(line, "language"),
    )


def _text(line: Line, field: str) -> str:
    value = line.get(field) or ""
    if not isinstance(value, str):
        raise RefusedEntry(f'"{field}" must be text')
    return value


def _date(line: Line, field: str) -> str | int | float:
    value = line.get(field) or ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusedEntry(f'"{field}" must be text or a number')
    return value


def article_line(article: Article) -> Line:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "language": article.language,
        "published_at": article.published_at.isoformat(),
        "source": article.source,
    }


def _entry_line(entry: Entry, feed: str) -> Line:
    """`feed` is the title of the source as a whole."""
    return {
        "url": entry.url,
        "title": entry.title,
        "html": entry.html,
        "text": entry.text,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "source": entry.source,
        "authors": list(entry.authors),
        "categories": list(entry.categories),
        "language": entry.language,
        "guid": entry.guid,
        "image": entry.image,
        "feed": feed,
    }


def _kind(name: str | None) -> str | None:
    """A kind that there is; looked up only when one is named, for it takes every kind's library with it."""
    if name is not None and name not in sources.kinds():
        raise click.BadParameter(f"there is no kind {name!r}; there is {', '.join(sources.kinds())}")
    return name


@stage.command("read", short_help="Files of feeds, pages or articles -> entries.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", default="", help="The address the file was fetched from.")
@click.option("--kind", help="Do not guess the kind of source.", callback=lambda ctx, param, value: _kind(value))
def read(files: tuple[Path, ...], url: str, kind: str | None) -> None:
    """Files -> entries {url, title, html, text, published_at, source, authors, categories, language, feed, ...}."""
    faults = Faults()
    for file in files:
        try:
            parsed = sources.parsed(sources.Body(content=file.read_bytes(), address=url or str(file)), kind=kind)
        except OSError as error:
            faults.add(str(file), error.strerror or type(error).__name__)
            continue
        for fault in parsed.faults:
            faults.add(f"{file}:{fault.line}" if fault.line else str(file), fault.reason)
        for entry in parsed.entries:
            _write(_entry_line(entry, parsed.title))
    faults.end()


@stage.command("clean", short_help="Entries, or lines of your own -> articles.")
def clean_() -> None:
    """Entries, or {id, url, title, text, date} -> articles {id, url, title, text, language, published_at, source}."""
    _each(lambda line: article_line(_article(line)))


@stage.command("classify", short_help="Articles -> the same lines with their topics, best first.")
@click.option("--config", "file", type=click.Path(path_type=Path, dir_okay=False), help="Take the topics of this file.")
def classify_(file: Path | None) -> None:
    """Articles -> the same lines with topics: [{topic, score}], best first: built-in ones, or those of --config."""
    definitions = cli.loaded(file).topic_definitions if file else classify.default_definitions()
    catalogue = classify.catalogue(definitions)

    def change(line: Line) -> Line:
        scores = classify.topics(_article(line), catalogue)
        return {**line, "topics": [{"topic": one.topic, "score": round(one.score, 4)} for one in scores]}

    _each(change)


@stage.command("group", short_help="Articles -> one line a story with the ids of its articles.")
def group_() -> None:
    """Articles -> one line a story {story_id, article_ids}, all read before the first is written."""
    faults = Faults()
    articles = []
    for number, line in _lines(faults):
        try:
            articles.append(_article(line))
        except DigestBotError as error:
            faults.add(f"line {number}", str(error))
    for story in group.stories(articles):
        _write({"story_id": story.id, "article_ids": [article.id for article in story.articles]})
    faults.end()


@stage.command("extract", short_help="Articles -> headlines and key facts with their evidence.")
@click.option("--max-facts", type=click.IntRange(0, 50), default=5, show_default=True)
@click.option("--max-chars", type=click.IntRange(1, 100_000), default=450, show_default=True)
def extract_(max_facts: int, max_chars: int) -> None:
    """Articles -> {id, language, headline, facts: [{text, kind, start, end}], url, source}.

    start and end count characters of the article's text as `clean` gives it; --max-chars counts headline and facts.
    """

    def change(line: Line) -> Line:
        article = _article(line)
        story = Story(id=StoryId(article.id), articles=(article,))
        summary = extract.summary(story, Language(article.language), max_facts=max_facts, max_chars=max_chars)
        facts = [
            {"text": fact.text, "kind": fact.kind, "start": fact.evidence.start, "end": fact.evidence.end}
            for fact in summary.facts
        ]
        made = {"id": article.id, "language": summary.language, "headline": summary.headline, "facts": facts}
        return {**made, "url": article.url, "source": article.source if article.url else ""}

    _each(change)


@stage.command("render", short_help="Lines of `extract` -> one digest as messages.")
def render_() -> None:
    """Lines of `extract` -> one digest as messages {part, text, entities}, offsets in UTF-16 units."""
    faults = Faults()
    items = []
    for number, line in _lines(faults):
        try:
            items.append(render.from_line(line))
        except DigestBotError as error:
            faults.add(f"line {number}", str(error))
    for message in render.messages(Digest(header="", items=tuple(items))):
        entities = [render.entity_dict(entity) for entity in message.body.entities]
        _write({"part": message.part, "text": message.body.text, "entities": entities})
    faults.end()


@stage.command("prove", short_help="Lines of `extract` -> the same with what is not proven.")
@click.option("--reworded", is_flag=True, help="The facts need not be in the article's own words.")
def prove_(reworded: bool) -> None:
    """Lines of `extract` with `article`, or after lines of `clean` -> the same with `proof`: what is not proven.

    A line with text and no facts is an article and is kept for the summaries that follow it.
    """
    faults = Faults()
    articles: dict[str, Article] = {}
    for number, line in _lines(faults):
        try:
            if line.get("text") and "facts" not in line:
                read = _article(line)
                articles[read.id] = read
            else:
                _write(_proved(line, articles, reworded=reworded))
        except DigestBotError as error:
            faults.add(f"line {number}", str(error))
    faults.end()


def _proved(line: Line, articles: Mapping[str, Article], *, reworded: bool) -> Line:
    """Raises RefusedEntry where the article is not there or the facts are not as `extract` gives them."""
    article = _told_of(line, articles)
    if "facts" not in line and not line.get("headline"):
        raise RefusedEntry('there is nothing to prove: "headline" and "facts" are missing')
    facts = line.get("facts") or []
    if not isinstance(facts, list):
        raise RefusedEntry('"facts" must be a list')
    summary = Summary(
        story_id=StoryId(article.id),
        language=Language(_text(line, "language") or article.language),
        writer="",
        headline=_text(line, "headline"),
        facts=tuple(_fact(fact, article, number) for number, fact in enumerate(facts, start=1)),
    )
    proof = prove.proved(summary, (article,), reworded=reworded)
    proven = [{**fact, "proof": _problems(found)} for fact, found in zip(facts, proof.facts, strict=True)]
    return {**line, "facts": proven, "proof": _problems(proof.headline)}


def _told_of(line: Line, articles: Mapping[str, Article]) -> Article:
    """The article of a summary: in its line, or in one before it."""
    given = line.get("article")
    if given is not None:
        if not isinstance(given, dict):
            raise RefusedEntry('"article" must be an object as `clean` gives it')
        try:
            return _article({"id": line.get("id"), **given})
        except RefusedEntry as error:
            raise RefusedEntry(f'"article": {error.reason}') from error
    named = _id(line)
    if named is None:
        raise RefusedEntry('"id" or "article" must say which article this was taken from')
    if named not in articles:
        raise RefusedEntry(f"its article is not there: no line before this one has text and the id {named}")
    return articles[named]


def _fact(fact: object, article: Article, number: int) -> Fact:
    """A fact, number `number` of its line; `revision` may name the text that `start` and `end` count in."""
    if not isinstance(fact, dict):
        raise RefusedEntry(f"fact {number} must be an object, this is {JSON_NAMES[type(fact)]}")
    try:
        text, revision = _text(fact, "text"), _text(fact, "revision") or article.revision
    except RefusedEntry as error:
        raise RefusedEntry(f"fact {number}: {error.reason}") from error
    if missing := [field for field in ("text", "start", "end") if fact.get(field) is None]:
        raise RefusedEntry(f'fact {number}: "{missing[0]}" is missing')
    for field in ("start", "end"):
        if not isinstance(fact[field], int) or isinstance(fact[field], bool):
            raise RefusedEntry(f'fact {number}: "{field}" must be a whole number')
    evidence = Evidence(article_id=article.id, revision=Revision(revision), start=fact["start"], end=fact["end"])
    return Fact(text=text, kind=FactKind.EVENT, evidence=evidence)


def _problems(found: tuple[compare.Problem, ...]) -> list[Line]:
    return [{"kind": one.kind, "text": one.text, "offset": one.offset, "reason": one.reason} for one in found]


SUBCOMMAND = stage
