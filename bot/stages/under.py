"""The buttons under a digest: two rows that open into others in place and close again.

    where from?    settings
    thumbs    mute this    more

A line names what the message told (`name`, of a digest or of what was shown on demand) and in which part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot import locales
from bot.model import Button, Message, StoryId

WHERE, MORE, MUTE, CARD, BACK, WHY = "🔎", "➕", "🔇", "⚙️", "‹", "❓"
UP, DOWN = "👍", "👎"
CHOSEN = "✓"
IN_A_ROW = 5  # of numbers with a sign, which a phone shows whole
T = TypeVar("T")
Rows = tuple[tuple[Button, ...], ...]
Numbered = Sequence[tuple[int, StoryId]]


def under(messages: Iterable[Message], name: str, language: str) -> tuple[Message, ...]:
    """The parts of a digest with their buttons; "more" under the last one. What holds the middle of a story only has
    none, the end of a digest without a story no more than "more" and the settings."""
    parts = tuple(messages)
    return tuple(
        replace(one, buttons=closed(name, one.part, _only(one.stories), language=language, has_more=one is parts[-1]))
        if one.stories
        else replace(one, buttons=((*_more(name, language), _settings(name, language)),) if one is parts[-1] else ())
        for one in parts
    )


def closed(name: str, part: int, only: StoryId | None, *, language: str, has_more: bool) -> Rows:
    """What stands there first; `only` is the story of a part that has one."""
    say = locales.catalogue(language)
    opened = f"under {name} {part}"
    asked = Button(text=f"{WHERE} {say.text('Where from?')}", line=f"where {only}" if only else f"{opened} where")
    return (
        (asked, _settings(name, language)),
        (
            Button(text=f"{UP}{DOWN}", line=f"{opened} votes"),
            Button(text=f"{MUTE} {say.text('Mute this')}", line=f"{opened} mutes"),
            *(_more(name, language) if has_more else ()),
        ),
    )


def sources(name: str, part: int, stories: Numbered, *, language: str) -> Rows:
    """A number for each story: where it is from."""
    numbers = [Button(text=f"{WHERE}{number}", line=f"where {story_id}") for number, story_id in stories]
    return (*map(tuple, _in_rows(numbers)), (back(name, part, language=language),))


def votes(name: str, part: int, stories: Numbered, *, cast: Mapping[StoryId, int], language: str) -> Rows:
    """Thumbs for each story, the one that was pressed ticked, and why it came."""
    rows: list[tuple[Button, ...]] = []
    for some in _in_rows(stories):
        for word, sign, value in (("up", UP, 1), ("down", DOWN, -1)):
            rows.append(
                tuple(
                    Button(
                        text=f"{sign}{number}{CHOSEN if cast.get(story_id) == value else ''}",
                        line=f"vote {word} {story_id} {name} {part}",
                    )
                    for number, story_id in some
                )
            )
        rows.append(tuple(Button(text=f"{WHY}{number}", line=f"why {story_id}") for number, story_id in some))
    return (*rows, (back(name, part, language=language),))


def mutes(name: str, part: int, stories: Numbered, *, language: str) -> Rows:
    """A number for each story: what of it is to be muted."""
    numbers = [Button(text=f"{MUTE}{number}", line=f"mute {name} {part} {number}") for number, _ in stories]
    return (*map(tuple, _in_rows(numbers)), (back(name, part, language=language),))


def back(name: str, part: int, *, language: str) -> Button:
    return Button(text=locales.catalogue(language).text("‹ Back"), line=f"under {name} {part}")


def _settings(name: str, language: str) -> Button:
    return Button(text=f"{CARD} {locales.catalogue(language).text('Settings')}", line=f"tune {name}")


def _more(name: str, language: str) -> tuple[Button, ...]:
    return (Button(text=f"{MORE} {locales.catalogue(language).text('More')}", line=f"more {name}"),)


def _only(stories: Sequence[StoryId]) -> StoryId | None:
    return stories[0] if len(stories) == 1 else None


def _in_rows(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    """As few rows as hold them, none more than one longer than another."""
    many = len(all_of_them)
    rows = -(-many // IN_A_ROW)
    return (all_of_them[-(-row * many // rows) : -(-(row + 1) * many // rows)] for row in range(rows))
