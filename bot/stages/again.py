"""Whether a sentence of one article tells again what the headline or a fact of another one tells, in other words.

The titles of a story say one thing in as many ways as it has sources: a word that one of them has is half known.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from bot.language import figures, scripts, tables, words
from bot.model import Article, Language
from bot.stages import claims, weigh
from bot.stages.candidates import Candidate

LEAST_NEW, LEAST_BARE = 0.3, 0.6
"""A line of whose weight less is news tells again what was told; the second for one without a new name, figure, cause
or quotation."""
RETOLD = 0.5
"""A line that has this part of the weight of the headline, or of another line, tells it at greater length: more must be
news then."""
LEAST_RETOLD, LEAST_CAUSE = 0.75, 0.6
"""That much, where it has no new figure; the second for one that quotes, gives a cause or names another year."""
IN_TITLES = 0.4
"""What a word that a title of the story has, but neither headline nor facts, counts as news."""
ROUNDED = Decimal("0.03")
"""Two figures above a hundred that differ by no more are one, told more or less exactly."""
EXCHANGED = 2
"""One sum in two currencies of the press differs by less than this factor: dollars, euro, pounds."""
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
COMING = ">"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RELATIVE = frozenset({"today", "yesterday"})

_COINS = re.compile(r"(\d+) (?:руб|долл|гриве?н|dollar|евро|euro)\w*\.? (\d\d?) (?:коп|цент|cent)\w*")
_AGE = re.compile(r"(?<=, )\d\d(?=,)|\b\d{1,2}-(?:летн\w+|year-old|yoshli\w*|ёшли\w*|жаст\w+)")
_AMOUNT = re.compile(r"\d{3,}(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_GLUED = re.compile(r"\b[A-Z][a-z]{1,2}(?=\d)")
_WORD = r"[A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨ][\w’'ʻ-]+"
_WORDS = re.compile(r"[^\W\d_]+")
_NAME = re.compile(rf"(?<=[\s«“\"(])(?<![.!?]\s){_WORD}(?:[ -]{_WORD})*")
_QUOTE = re.compile(r"[«“\"][^»”\"]*\s[^»”\"]*\s[^»”\"]*\s[^»”\"]*[»”\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a text says: stems of its words; the names among them (those of one beside each other together), how they
    sound in either script, and the letters that long ones are cut to; its figures and days in a form of their own, its
    sums with their currency; whether it quotes or gives a cause."""

    stems: frozenset[str]
    names: frozenset[frozenset[str]]
    sounds: frozenset[str]
    figures: frozenset[str]
    money: frozenset[tuple[str, Decimal]] = frozenset()
    initials: frozenset[str] = frozenset()
    has_more: bool = False


def together(parts: Iterable[Told]) -> Told:
    """What several texts say."""
    found = tuple(parts)
    return Told(
        stems=frozenset[str]().union(*(one.stems for one in found)),
        names=frozenset[frozenset[str]]().union(*(one.names for one in found)),
        sounds=frozenset[str]().union(*(one.sounds for one in found)),
        figures=frozenset[str]().union(*(one.figures for one in found)),
        money=frozenset[tuple[str, Decimal]]().union(*(one.money for one in found)),
        initials=frozenset[str]().union(*(one.initials for one in found)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What stands above the lines of a story: what its headline says; that and what half of the titles say, maybe in
    other words; the stems of all titles."""

    headline: Told
    agreed: Told
    titles: frozenset[str]


def above(headline: str, articles: Sequence[Article]) -> Above:
    """What a headline and the titles of articles in its language say."""
    said = Counter(stem for article in articles for stem in told(article.title, article).stems)
    agreed = frozenset(stem for stem, count in said.items() if 2 * count >= max(4, len(articles)))
    own = told(headline, articles[0])
    return Above(headline=own, agreed=replace(own, stems=own.stems | agreed), titles=frozenset(said))


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
        money=frozenset((one.unit, one.value) for one in found if one.kind == "money"),
        initials=_initials(text),
        has_more=bool(_QUOTE.search(text) or tables.pattern("stories", "cause").search(text)),
    )


def _initials(text: str) -> frozenset[str]:
    """Of each two to four words of which the first has a capital letter: `mls` for Major League Soccer."""
    found = [word for word in _WORDS.findall(text) if len(word) > LEAST_ROOT]
    runs = [found[at : at + size] for at in range(len(found)) for size in (2, 3, 4) if found[at][0].isupper()]
    return frozenset("".join(word[0] for word in run).lower() for run in runs)


def _figure(one: figures.Figure, year: str) -> str:
    """Days of the article's year are told without it; a year to come stands with a mark, for it is news."""
    if one.date:
        return one.date.replace(f"{year}-", "--", 1)
    value = f"{one.value.normalize():f}"
    return f"{COMING}{value}" if _YEAR.fullmatch(value) and value > year else value


def _with_coins(found: re.Match[str]) -> str:
    return f"{found[1]}.{int(found[2]):02}"


def is_news(one: Told, lines: Iterable[Told], top: Above, language: Language) -> bool:
    """Whether a text says more than headline and other lines do. One that tells the headline or a line at greater
    length does only with a new figure, or if most of it is news."""
    if is_empty(one):
        return False
    others = tuple(lines)
    known = together((top.agreed, *others))
    fresh = _new_figures(one, known)
    is_key = one.has_more or fresh or any(_is_new_name(name, known, language) for name in one.names)
    least = LEAST_NEW if is_key else LEAST_BARE
    if not any(map(_says_how_many, fresh)) and _retells(one, (top.headline, *others), language):
        least = LEAST_CAUSE if one.has_more or fresh else LEAST_RETOLD
    return news(one, known, top.titles, language) >= least


def is_beside(one: Told, top: Above, language: Language) -> bool:
    """Whether a text has nothing in common with headline and titles."""
    return not any(_is_known(stem, top.titles) or _is_said(stem, top.headline, language) for stem in one.stems)


def _says_how_many(figure: str) -> bool:
    """Whether a figure is neither a year nor the name of a day."""
    return figure not in DAYS and not _YEAR.fullmatch(figure)


def _retells(one: Told, others: Iterable[Told], language: Language) -> bool:
    return any(_retold(one, other, language) >= RETOLD for other in others)


def _retold(one: Told, other: Told, language: Language) -> float:
    """The part of another text, by weight, that this one says too."""
    rare = weigh.rarity(language.partition("-")[0])
    usual = rare.get("*", weigh.USUAL_RARITY)
    weights = {stem: rare.get(stem, usual) for stem in other.stems}
    said = [weight for stem, weight in weights.items() if _is_said(stem, one, language)]
    return math.fsum(said) / math.fsum(weights.values()) if said else 0.0


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
    """A year is known where a day of it is, a figure where it is told rounded or in another currency."""
    fresh = [said for said in one.figures if not any(f"{other}-".startswith(f"{said}-") for other in known.figures)]
    values = [Decimal(other) for other in known.figures if _AMOUNT.fullmatch(other)]
    exchanged = {
        f"{value.normalize():f}"
        for unit, value in one.money
        for other, paid in known.money
        if other != unit and value < EXCHANGED * paid and paid < EXCHANGED * value
    }
    return [said for said in fresh if said not in exchanged and not _is_rounded(said, values)]


def _is_rounded(figure: str, values: Sequence[Decimal]) -> bool:
    if not _AMOUNT.fullmatch(figure) or _YEAR.fullmatch(figure):
        return False
    value = Decimal(figure)
    return any(abs(value - other) <= ROUNDED * max(value, other) for other in values)


def _is_named(name: frozenset[str], known: Told, language: Language) -> bool:
    """Whether a part of a name is known, in whichever script: the surname without the first name."""
    return any(_is_said(stem, known, language) for stem in name)


def _is_said(stem: str, known: Told, language: Language) -> bool:
    return stem in known.initials or _is_known(stem, known.stems) or scripts.skeleton(stem, language) in known.sounds


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


def least(chosen: Sequence[Candidate], top: Above) -> int | None:
    """The place of the chosen one that is least news beside the headline and the others; None where all are."""
    said = [told(one.text, one.article) for one in chosen]
    others = [[*said[:at], *said[at + 1 :]] for at in range(len(said))]
    language = [one.article.language for one in chosen]
    old = [at for at, one in enumerate(said) if not is_news(one, others[at], top, language[at])]
    worth = {at: news(said[at], together((top.agreed, *others[at])), top.titles, language[at]) for at in old}
    return min(old, key=lambda at: (worth[at], -at), default=None)


def is_same_fact(one: Told, fact: Told, language: Language) -> bool:
    """Whether a text that is told again is told by this fact."""
    return news(one, fact, frozenset(), language) <= 1 - SAME_FACT
