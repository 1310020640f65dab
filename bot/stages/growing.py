"""A sent message told anew in one place: its old text and a story as it is now -> the edited text, or nothing to edit.

A digest's stories stand between blank lines, each begins with its number, and its facts begin with a bullet (`render`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from itertools import accumulate

from bot.model import EntityKind, Fact, Item, RichText
from bot.stages import beside, compose, render, richtext

CHANGES = 3
"""So many changed figures are named at most; the facts show all of them."""

MARK = "✎ "
_GAP = "\n\n"
BULLET = "• "
_BLOCK = re.compile(r"[^\n](?:(?!\n\n).)*", re.DOTALL)
_NUMBER = re.compile(r"\d+\. ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A story in a message, or its header or footer: characters start..end, the number with its full stop and space
    ("" for none), the lines, and where its links lead, in the order of the text."""

    start: int
    end: int
    number: str
    lines: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(line for line in self.lines if line.startswith(BULLET))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a chat is told stories: the word before an earlier one, and the zone of its times."""

    earlier: str = "Earlier"
    zone: tzinfo = UTC


def blocks(body: RichText) -> tuple[Block, ...]:
    """What stands between blank lines."""
    links = [span for span in _draft(body).spans if span.kind is EntityKind.TEXT_LINK]
    return tuple(
        Block(
            start=found.start(),
            end=found.end(),
            number=number[0] if (number := _NUMBER.match(found[0])) else "",
            lines=tuple(found[0].split("\n")),
            urls=tuple(link.url for link in links if found.start() <= link.start < found.end()),
        )
        for found in _BLOCK.finditer(body.text)
    )


def telling(body: RichText, urls: Collection[str]) -> Block | None:
    """The story that links to one of these last, where its sources stand; None when there is none."""
    return next((one for one in blocks(body) if one.number and one.urls and one.urls[-1] in urls), None)


def grown(
    body: RichText, block: Block, item: Item, *, manner: Manner, updated: Callable[[str], str]
) -> RichText | None:
    """The message with the story as it is now and a line that `updated` makes of the figures that have changed
    ("12 -> 14", "" for none); None when a reader would not see that facts have changed, or when it does not fit."""
    fresh = _rendered(item, block, manner)
    if fresh is None:
        return None
    (now,) = blocks(fresh)
    if block.facts == now.facts and (block.facts or _headline(block) == _headline(now)):
        return None
    if block.facts and not now.facts:
        return None
    note = updated(", ".join(changes(item, block, zone=manner.zone)))
    draft = _draft(fresh)
    first = len(now.lines[0])
    whole = render.rich(
        richtext.cut(draft, end=first), "\n", render.italic(MARK + note), "\n", richtext.cut(draft, start=first)
    )
    return _replaced(body, block, _draft(whole))


def retold(body: RichText, block: Block, item: Item, *, manner: Manner) -> RichText | None:
    """The message with the story as it is now, without a word about it; None when it does not fit."""
    fresh = _rendered(item, block, manner)
    return None if fresh is None else _replaced(body, block, _draft(fresh))


def withdrawn(body: RichText, block: Block, said: str) -> RichText:
    """The message with one line in the place of a story."""
    line = _draft(render.rich(block.number, render.italic(said)))
    return _replaced(body, block, line) or render.rich(render.italic(said))


def changes(item: Item, block: Block, *, zone: tzinfo = UTC) -> tuple[str, ...]:
    """The figures that have another value now than the block shows, as "12 -> 14", few of them."""
    new = (fact for fact in item.facts if render.fact(beside.told(fact, zone)).text not in block.facts)
    shown = "\n".join(block.facts)
    found = (change for fact in new for change, latest in _moves(fact) if latest not in shown)
    return tuple(dict.fromkeys(found))[:CHANGES]


def _moves(fact: Fact) -> Iterator[tuple[str, str]]:
    """Of each figure with older or newer values the last two of them, and the latest."""
    for start, end in sorted({(one.start, one.end) for one in fact.figures}):
        told = [one for one in fact.figures if one.start == start]
        before = [one.text for one in told if one.relation == "before"]
        after = [one.text for one in told if one.relation == "after"]
        values = [*before, fact.text[start:end], *after]
        if len(values) > 1:
            yield beside.ARROW.join(values[-2:]), values[-1]


def _rendered(item: Item, block: Block, manner: Manner) -> RichText | None:
    """The story under its old number, and without facts where it had none; None when it fits no message."""
    told = item if block.facts else replace(item, facts=())
    alone = compose.digest((told,), header="", earlier=manner.earlier, zone=manner.zone)
    made = render.messages(alone)
    if len(made) != 1:
        return None
    draft = _draft(made[0].body)
    number = _NUMBER.match(draft.text)
    return render.rich(block.number, richtext.cut(draft, start=number.end() if number else 0))


def _headline(block: Block) -> str:
    return block.lines[0].removeprefix(block.number)


def _replaced(body: RichText, block: Block, new: richtext.Draft) -> RichText | None:
    draft = _draft(body)
    before, after = richtext.cut(draft, end=block.start), richtext.cut(draft, start=block.end)
    parts = [part for part in (before, new, after) if part.text]
    whole = render.rich(*(each for part in parts for each in (_GAP, part)))
    return whole if richtext.fits(_draft(whole)) else None


def _draft(body: RichText) -> richtext.Draft:
    """The text with spans in Python's characters: the way back from `richtext.finished`."""
    wide = [0, *accumulate(2 if letter > "\uffff" else 1 for letter in body.text)]
    at = {units: index for index, units in enumerate(wide)}
    spans = tuple(
        richtext.Span(kind=one.kind, start=at[one.offset], end=at[one.offset + one.length], url=one.url)
        for one in body.entities
        if one.offset in at and one.offset + one.length in at
    )
    return richtext.Draft(text=body.text, spans=spans)
