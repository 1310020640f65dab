"""Whether a sentence of one article tells again what the headline or a fact of another one tells, in other words.

The titles of a story say one thing in as many ways as it has sources: a word that one of them has is half known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language import figures, scripts, tables, words
from bot.model import Article, Language
from bot.stages import claims, weigh
from bot.stages.candidates import Candidate

LEAST_NEW, LEAST_BARE = 0.3, 0.6
"""A line of whose weight less is news tells again what was told; the second for one without a new name, figure, cause
or quotation."""
IN_TITLES = 0.4
"""What a word that a title of the story has, but neither headline nor facts, counts as news."""
NAME, FIGURE = 1.5, 3.0
"""What a name or a day and a figure count, against a word."""
SAME_FACT = 0.5
"""A line of whose weight a fact has this part is told by its source too."""
COMMON = 3.0
"""A name less rare (Russia, China) is no news by itself."""
LEAST_WORDS = 6
"""With fewer words, and neither a name nor a figure, a line says nothing."""
LISTED, LIST = 0.85, 6
"""Of a list this part are names, and so many."""
ROOT = 5
"""Words that begin with so many letters alike are of one root, and so is a shorter one that another begins with."""
LEAST_ROOT = 3
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RELATIVE = frozenset({"today", "yesterday"})

_COINS = re.compile(r"(\d+) (?:руб|долл|гриве?н|dollar|евро|euro)\w*\.? (\d\d?) (?:коп|цент|cent)\w*")
_AGE = re.compile(r"\b\d{1,2}-(?:летн\w+|year-old|yoshli\w*|ёшли\w*|жаст\w+)")
_GLUED = re.compile(r"\b[A-Z][a-z]{1,2}(?=\d)")
_WORD = r"[A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨ][\w’'ʻ-]+"
_NAME = re.compile(rf"(?<=[\s«“\"(])(?<![.!?]\s){_WORD}(?:[ -]{_WORD})*")
_QUOTE = re.compile(r"[«“\"][^»”\"]*\s[^»”\"]*\s[^»”\"]*\s[^»”\"]*[»”\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a text says: stems of its words, the names among them (those of one beside each other together) and how they
    sound in either script, its figures and days in a form of their own; whether it quotes or gives a cause."""

    stems: frozenset[str]
    names: frozenset[frozenset[str]]
    sounds: frozenset[str]
    figures: frozenset[str]
    has_more: bool = False


def together(parts: Iterable[Told]) -> Told:
    """What several texts say."""
    found = tuple(parts)
    return Told(
        stems=frozenset[str]().union(*(one.stems for one in found)),
        names=frozenset[frozenset[str]]().union(*(one.names for one in found)),
        sounds=frozenset[str]().union(*(one.sounds for one in found)),
        figures=frozenset[str]().union(*(one.figures for one in found)),
    )


def of_titles(articles: Sequence[Article]) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the titles, and those that half of them have: the headline says them too, maybe in other words."""
    said = Counter(stem for article in articles for stem in told(article.title, article).stems)
    return frozenset(said), frozenset(stem for stem, count in said.items() if 2 * count >= max(4, len(articles)))


def told(text: str, article: Article) -> Told:
    """What words of an article say; the day on which it appeared is no figure."""
    day = article.published_at
    return _told(text, article.language, f"{day:%Y-%m-%d}", DAYS[day.weekday()])


@lru_cache(maxsize=1 << 12)
def _told(text: str, language: Language, today: str, weekday: str) -> Told:
    plain = _GLUED.sub(r"\g<0> ", _COINS.sub(_with_coins, _AGE.sub("", text)))
    found = figures.find(plain, language)
    said = frozenset(_figure(one, today[:4]) for one in found) - {today[:4], f"-{today[4:]}"}
    said |= {day for word in words.tokens(plain) if (day := claims.meaning("days", word))} - RELATIVE - {weekday}
    for one in found:
        plain = plain[: one.start] + " " * (one.end - one.start) + plain[one.end :]
    runs = [words.tokens(run.group()) for run in _NAME.finditer(plain)]
    names = frozenset(frozenset(s for s in words.key_set(run, language) if not s[0].isdigit()) for run in runs)
    return Told(
        stems=words.key_set(words.tokens(plain), language),
        names=names - {frozenset()},
        sounds=frozenset(scripts.skeleton(stem, language) for name in names for stem in name) - {""},
        figures=said,
        has_more=bool(_QUOTE.search(text) or tables.pattern("stories", "cause").search(text)),
    )


def _figure(one: figures.Figure, year: str) -> str:
    """Days of the article's year are told without it."""
    return one.date.replace(f"{year}-", "--", 1) if one.date else f"{one.value.normalize():f}"


def _with_coins(found: re.Match[str]) -> str:
    return f"{found[1]}.{int(found[2]):02}"


def is_news(one: Told, known: Told, titles: frozenset[str], language: Language) -> bool:
    """Whether a text says more than what is known already; `titles` are stems of the story's titles."""
    if is_empty(one):
        return False
    is_key = one.has_more or _new_figures(one, known) or any(_is_new_name(name, known, language) for name in one.names)
    return news(one, known, titles, language) >= (LEAST_NEW if is_key else LEAST_BARE)


def _weight(figure: str) -> float:
    return NAME if figure.count("-") > 1 or figure in DAYS else FIGURE


def _is_new_name(name: frozenset[str], known: Told, language: Language) -> bool:
    rare = weigh.rarity(language.partition("-")[0])
    return max(rare.get(stem, COMMON) for stem in name) >= COMMON and not _is_named(name, known, language)


def news(one: Told, known: Told, titles: frozenset[str], language: Language) -> float:
    """The part of what a text says that is new beside what is known, by weight."""
    rare = weigh.rarity(language.partition("-")[0])
    usual = rare.get("*", weigh.USUAL_RARITY)
    names = frozenset[str]().union(*one.names)
    told = frozenset[str]().union(*(name for name in one.names if _is_named(name, known, language)))
    new = total = 0.0
    for stem in sorted(one.stems):
        weight = rare.get(stem, usual) * (NAME if stem in names else 1)
        total += weight
        if stem not in told and not _is_known(stem, known.stems):
            new += weight * (IN_TITLES if stem not in names and _is_known(stem, titles) else 1)
    total += usual * sum(map(_weight, one.figures))
    new += usual * sum(map(_weight, _new_figures(one, known)))
    return new / total if total else 0.0


def _new_figures(one: Told, known: Told) -> list[str]:
    """A year is known where a day of it is."""
    return [said for said in one.figures if not any(f"{other}-".startswith(f"{said}-") for other in known.figures)]


def _is_named(name: frozenset[str], known: Told, language: Language) -> bool:
    """Whether a part of a name is known, in whichever script: the surname without the first name."""
    return any(_is_known(stem, known.stems) or scripts.skeleton(stem, language) in known.sounds for stem in name)


def _is_known(stem: str, known: frozenset[str]) -> bool:
    return stem in known or any(_is_of_root(stem, other) for other in known)


def _is_of_root(one: str, other: str) -> bool:
    if one[:LEAST_ROOT] != other[:LEAST_ROOT]:
        return False
    short = min(len(one), len(other))
    return short >= LEAST_ROOT and one[: min(short, ROOT)] == other[: min(short, ROOT)]


def is_empty(one: Told) -> bool:
    """Whether it says nothing alone: too few words, or names only."""
    names = len(frozenset[str]().union(*one.names))
    if names >= LIST and names >= LISTED * len(one.stems):
        return True
    return len(one.stems) < LEAST_WORDS and not (one.names or one.figures or one.has_more)


def least(chosen: Sequence[Candidate], headline: Told, titles: frozenset[str]) -> int | None:
    """The place of the chosen one that is least news beside the headline and the others; None where all are."""
    said = [told(one.text, one.article) for one in chosen]
    known = [together((headline, *said[:at], *said[at + 1 :])) for at in range(len(said))]
    language = [one.article.language for one in chosen]
    old = [at for at, one in enumerate(said) if not is_news(one, known[at], titles, language[at])]
    return min(old, key=lambda at: (news(said[at], known[at], titles, language[at]), -at), default=None)


def is_same_fact(one: Told, fact: Told, language: Language) -> bool:
    """Whether a text that is told again is told by this fact."""
    return news(one, fact, frozenset(), language) <= 1 - SAME_FACT
