"""What is told more often than before: counts of stories -> the terms that rise, in the words of titles; and stories a
day by topic, this week beside the last."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from babel import Locale, UnknownLocaleError

from bot.language import scripts, words
from bot.model import StoryId, TopicId

WEEKS_BEFORE = 4
"""A week is held against so many weeks before it: against one alone chance would hide most of what rises."""

FEWEST = 4
"""Stories in a week below which nothing is said to rise."""

SURE = 15.1
"""Dunning's log-likelihood ratio from which more is no chance: one term in 10,000 reaches it by chance, and a week has
some thousand terms (chi-squared with one degree of freedom)."""

SURE_OF_TOPIC = 10.8
"""The same for topics, of which there are a few: one in a thousand."""

TIMES = 2.0
"""A term that rises is told so many times as often as before, or more."""

DAYS = 7
_SAME = 0.6  # of the stories of two terms, from which they are one thing: first and last name
_WORD = re.compile(r"[^\W\d_](?:[\w'`‘’ʻʼ-]*\w)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many stories a term stands for, in this week and in the weeks before it. A term is a language and a stem
    ("ru мост"), or a star and what a name has in common in all scripts ("* tSKnt")."""

    term: str
    now: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A title of a story of this week that a term stands for."""

    term: str
    story_id: StoryId
    language: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What rises, as titles write it; how many stories this week, and how many in the weeks before."""

    word: str
    now: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Stories of a topic on seven days up to today, oldest first, and on the same days a week before; today's and
    that of a week before up to the same hour. `trend` is 1, 0 or -1: whether its stories and their share of all
    changed more than by chance."""

    topic: TopicId
    now: tuple[int, ...]
    before: tuple[int, ...]
    trend: int = 0


def surprise(now: int, before: int, *, of_now: int, of_before: int) -> float:
    """Dunning's log-likelihood ratio (Computational Linguistics 19, 1993) of `now` of `of_now` stories against `before`
    of `of_before`; negative when it is less than before."""
    whole = of_now + of_before
    if not now + before or not of_now or not of_before:
        return 0.0
    rate = (now + before) / whole
    parts = ((now, rate * of_now), (before, rate * of_before))
    ratio = 2 * sum(found * math.log(found / expected) for found, expected in parts if found)
    return max(0.0, ratio) if now * of_before >= before * of_now else -max(0.0, ratio)


def rising(counts: Iterable[Count], *, of_now: int, of_before: int, limit: int) -> tuple[Count, ...]:
    """The terms that are told clearly more often than before, the surest first."""
    found = []
    for one in counts:
        is_more = one.now >= FEWEST and one.now * of_before >= TIMES * one.before * of_now
        sure = surprise(one.now, one.before, of_now=of_now, of_before=of_before) if is_more else 0.0
        if sure >= SURE and _tells(one.term):
            found.append((-sure, one.term, one))
    return tuple(one for _, _, one in sorted(found)[:limit])


def shown(rising: Sequence[Count], told: Iterable[Told], *, reads: Iterable[str], limit: int) -> tuple[Rise, ...]:
    """At most `limit` of what rises, each thing once, in the form that titles in the languages that are read (primary
    subtags; none: any) have most; what no such title names is left out."""
    readable = frozenset(reads)
    titles = [one for one in told if not readable or one.language.partition("-")[0] in readable]
    found = []
    for group in _grouped(rising, titles):
        terms = frozenset(one.term for one in group)
        word = _form(terms, [one for one in titles if one.term in terms])
        if word:
            found.append(Rise(word=word, now=group[0].now, before=group[0].before))
    return tuple({one.word.casefold(): one for one in reversed(found)}.values())[::-1][:limit]


def weeks(hours: Iterable[tuple[TopicId, datetime, int]], *, now_at: datetime, zone: tzinfo) -> tuple[Week, ...]:
    """Stories a day from counts of stories by topic and hour, the topic with most stories first; days are those of the
    clocks of `zone`, hours that a midnight cuts belong to the day they begin in."""
    here = now_at.astimezone(zone)
    counts: dict[TopicId, list[int]] = {}
    for topic, at, many in hours:
        local = at.astimezone(zone)
        ago = (here.date() - local.date()).days
        is_later = ago == DAYS and local.replace(tzinfo=None) + timedelta(days=DAYS) >= here.replace(tzinfo=None)
        if 0 <= ago < 2 * DAYS and at <= now_at and not is_later:
            counts.setdefault(topic, [0] * 2 * DAYS)[-1 - ago] += many
    found = [Week(topic=topic, now=tuple(days[DAYS:]), before=tuple(days[:DAYS])) for topic, days in counts.items()]
    return tuple(sorted(_judged(found), key=lambda week: (-sum(week.now), -sum(week.before), week.topic)))


def hour(at: datetime) -> datetime:
    """The full hour that a moment is in."""
    return at.replace(minute=0, second=0, microsecond=0)


def _judged(found: Sequence[Week]) -> list[Week]:
    of_now, of_before = sum(sum(week.now) for week in found), sum(sum(week.before) for week in found)

    def trend(week: Week) -> int:
        now, before = sum(week.now), sum(week.before)
        sure = surprise(now, before, of_now=of_now, of_before=of_before)
        # An arrow up beside a smaller figure would be true of the share, and read as a mistake.
        is_sure = max(now, before) >= FEWEST and abs(sure) >= SURE_OF_TOPIC and sure * (now - before) > 0
        return (1 if sure > 0 else -1) if is_sure else 0

    return [replace(week, trend=trend(week)) for week in found]


def _tells(term: str) -> bool:
    """Not so figures, names of months and days, and translations, which stand beside the words themselves."""
    language, _, name = term.partition(" ")
    is_plain = not any(letter.isdigit() for letter in name) and not name.startswith("=")
    return is_plain and len(name) > 1 and name not in _calendar(language)


@functools.cache
def _calendar(language: str) -> frozenset[str]:
    """Names of months and days as terms write them: in one language, or for "*" what remains of those of all."""
    if language == "*":
        codes = ("en", "ru", "uz-Latn", "uz-Cyrl", "kk")
        return frozenset(scripts.skeleton(word, code) for code in codes for word in _days(code)) - {""}
    return frozenset(words.stem(word, language) for word in _days(language))


def _days(language: str) -> frozenset[str]:
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return frozenset()
    forms = [kinds["wide"] for table in (locale.months, locale.days) for kinds in table.values()]
    return frozenset(token for form in forms for name in form.values() for token in words.tokens(name))


def _grouped(rising: Iterable[Count], titles: Iterable[Told]) -> list[list[Count]]:
    """The terms that stand for mostly the same stories together, in the order of the first of each."""
    stories: dict[str, set[StoryId]] = {}
    for one in titles:
        stories.setdefault(one.term, set()).add(one.story_id)
    groups: list[list[Count]] = []
    for count in rising:
        mine = stories.get(count.term, set())
        for group in groups:
            theirs = stories.get(group[0].term, set())
            if len(mine & theirs) >= _SAME * max(1, min(len(mine), len(theirs))):
                group.append(count)
                break
        else:
            groups.append([count])
    return groups


def _form(terms: frozenset[str], titles: Iterable[Told]) -> str:
    """The most frequent run of words that are these terms, in its most frequent spelling; "" for none."""
    runs: dict[str, Counter[str]] = {}
    for language, title in dict.fromkeys((one.language, one.title) for one in titles):
        for run in _runs(terms, title, language):
            runs.setdefault(run.casefold(), Counter())[run] += 1
    if not runs:
        return ""
    best = min(runs.items(), key=lambda pair: (-pair[1].total(), -len(pair[0]), pair[0]))[1]
    return min(best, key=lambda form: (-best[form], form))


def _runs(terms: frozenset[str], title: str, language: str) -> set[str]:
    """The words of a title that are these terms, those that stand side by side together."""
    spans: list[tuple[int, int]] = []
    for word in _WORD.finditer(title):
        if not terms & _terms(word.group().lower(), language):
            continue
        if spans and not title[spans[-1][1] : word.start()].strip():
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append(word.span())
    return {title[start:end] for start, end in spans}


@functools.lru_cache(maxsize=1 << 14)
def _terms(word: str, language: str) -> frozenset[str]:
    """The terms that a word stands for."""
    primary = language.partition("-")[0]
    tokens = words.tokens(word)
    stems = {f"{primary} {words.stem(token, language)}" for token in tokens}
    return frozenset(stems | {f"* {scripts.skeleton(token, language)}" for token in tokens} - {"* "})
