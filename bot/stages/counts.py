"""What the figures of an article count: the killed, houses, dollars, each with the words that say which ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from bot.language import counted, figures, scripts, sentences, words
from bot.language.figures import Figure
from bot.model import Article
from bot.stages import claims
from bot.stages.claims import Token

READ_CHARS = 4_000
"""Further down a text tells what was before."""
LEAD_CHARS = 400
"""So much of the text, with the title, says what an article is about."""
MAX_SENTENCE_CHARS = 600
"""A longer "sentence" is a table or a list."""
BEHIND = 3
"""What is counted stands at most so many words behind its figure."""
LEFT, RIGHT = 9, 7
"""What happened to those who are counted stands at most so many words before or behind the figure."""
MORE = 3
"""`Three more` and `another three` stand this close to their figure."""
FAR = 5
"""A mark between a figure and a word counts as so many words."""
YEARS = range(1900, 2101)
KINDS = frozenset({"number", "money", "share", "measure"})
PASSING = frozenset({"y", "min", "°C"})
"""Ages, lengths of time and the weather: what differs there is seldom one thing."""

_BREAKS = frozenset(',;:()«»“”"—–')
_AND = frozenset({"и", "and", "va", "hamda", "және", "мен"})
_DENIED = frozenset({"не", "no", "not"})
_LABEL_GLUE = re.compile(r"[№#\-–/:\w+.(]$")
_ENDING = r"(?:ге|ке|ға|қа|ден|дан|тен|тан|ні|ны|га|ga)\b"
_GLUED = re.compile(
    rf"[^\W\d_]|[/:]\d|[-–](?!{_ENDING})\w|\s?[-–]\s?\d|\s?[°º\"”″]"
    r"|\s(?:м/с|m/s|мбар|мм|миллиметр\w*|метр\w* в секунду|mph|км/ч|мАч|mAh|ГБ|GB|ГГц|GHz)\b"
)
_OF_AGES = re.compile(r"(?:,\s\d{1,3}|\s(?:и|and|va|ва|мен|және)\s\d{1,3})+[\s-](?:лет|год|year|yosh|ёш|жас)")
_SMALL_COIN = re.compile(r"\s\d{1,2}\s(?:коп|цент|cent|tiyin|тийин|тиын)")
_PHONE = re.compile(r"\+\s?\d[\d\s()-]{6,}|\(\d{2,5}\)\s?\d[\d-]*|\d{1,4}(?:-\d{2,4}){2,}")
_AT = re.compile(r"(?:^|\s)(?:в|к|с|до|около|at|by|until|from|soat|соат|сағат)\s$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_UNIT = re.compile(r"(?<=[\w.])[ \u00a0-](\S+)$")
_AT_LEAST = re.compile(r"\b(?:at least|как минимум|минимум|kamida|камида|кемінде)\s$", re.IGNORECASE)
_FROM = re.compile(r"(?:^|\s)(?:с|со|from)\s$", re.IGNORECASE)
_TO = re.compile(r"\s(?:до|to)\s\W?\d")
_UP_TO = re.compile(r"\b(?:up to)\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What an article is about: the stems of its title and first words, and the names there in the form all languages
    share."""

    stems: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A figure at characters `start` to `end` of the text of `article` (of its title where `order` is 0), and what it
    counts.

    `value` has its magnitude multiplied in, `until` is the upper end of a range; `bound` is ">" for at least, "<" for
    at most, "~" for about. `event` is what happened ("dead"), `thing` what is counted ("people", "houses"), both names
    of the table `counted`, `done` what was done to it; `nouns` are stems right behind the figure. `scope` names what
    narrows it down, `names` the names beside it, `days` and `years` the dates of its sentence. `near` are the other
    stems of its part of the sentence, `stems` those of the whole.
    """

    article: Article
    lead: Lead
    order: int
    sentence: tuple[int, int]
    start: int
    end: int
    text: str
    value: Decimal
    until: Decimal | None
    bound: str
    unit: str
    event: str
    thing: str
    done: frozenset[str]
    nouns: frozenset[str]
    scope: frozenset[str]
    names: frozenset[str]
    days: frozenset[str]
    years: frozenset[str]
    near: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=1 << 9)
def of(article: Article, *, sentences_read: int | None = None) -> tuple[Count, ...]:
    """The figures of the title and of the beginning of the text (of so many sentences only, if a number is given) that
    count something, in order; ages, years, days, hours, scores and numbers that are names are none."""
    text = article.text[:READ_CHARS]
    found = [*_of_sentence(_Place(article, 0, (0, len(article.title))), article.title)]
    for order, span in enumerate(sentences.spans(text)[:sentences_read], start=1):
        found += _of_sentence(_Place(article, order, span), text[slice(*span)])
    return tuple(found)


def within(text: str, article: Article) -> tuple[Count, ...]:
    """The same of a headline or a fact: as if it were a title of the article."""
    return tuple(_of_sentence(_Place(article, 0, (0, len(text))), text))


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence of an article: which one, and its characters."""

    article: Article
    order: int
    span: tuple[int, int]


@lru_cache(maxsize=1 << 9)
def _lead(article: Article) -> Lead:
    said = f"{article.title}\n{article.text[:LEAD_CHARS]}"
    read = claims.Claims(claims.normal(said), article.language).words
    plain = words.key_set([token.text for token in read], article.language)
    return Lead(stems=plain, names=_names(read, article.language))


def _names(tokens: Sequence[Token], language: str) -> frozenset[str]:
    return frozenset(scripts.skeleton(t.text, language) for t in tokens if _is_name(t, language)) - {""}


def _is_name(token: Token, language: str) -> bool:
    return token.is_capital and token.start > 0 and len(token.text) > 2 and not words.is_stop(token.text, language)


def _of_sentence(place: _Place, said: str) -> Iterator[Count]:
    if len(said) > MAX_SENTENCE_CHARS:
        return
    found = figures.find(said, place.article.language)
    if not any(figure.kind in KINDS for figure in found):
        return
    sentence, phones = _Sentence(said, place), [one.span() for one in _PHONE.finditer(said)]
    ends = [0, *(figure.end for figure in found)]
    starts = [*(figure.start for figure in found[1:]), len(said)]
    for figure, left, right in zip(found, ends, starts, strict=False):
        if figure.kind in KINDS and not any(a < figure.end and figure.start < b for a, b in phones):
            one = sentence.count(figure, left, right)
            if one is not None:
                yield one


class _Sentence:
    """One sentence and its tokens."""

    def __init__(self, said: str, place: _Place) -> None:
        self.said, self.place, self.language = said, place, place.article.language
        self.primary = self.language.partition("-")[0]
        read = claims.Claims(claims.normal(said), self.language)
        self.read, self.tokens, self.words = read, read.tokens, read.words
        self.years = frozenset(_YEAR.findall(said)) - {str(place.article.published_at.year)}

    @cached_property
    def days(self) -> frozenset[str]:
        return frozenset(f"{date.name}.{date.day}" for date in self.read.dates)

    @cached_property
    def stems(self) -> frozenset[str]:
        return self._stems(self.words)

    def count(self, figure: Figure, left: int, right: int) -> Count | None:
        """The count of a figure between two others; None if it counts nothing that could be compared."""
        if self._is_label(figure) or figure.unit in PASSING:
            return None
        left, right = self._part(figure, left, right)
        before = [t for t in self.words if left <= t.start and t.end <= figure.start]
        behind = [t for t in self.words if figure.end <= t.start and t.end <= right]
        thing, nouns = self._thing(figure, before, behind)
        event, scope = self._event(figure, before, behind), self._scope(figure, before, behind)
        unit = "" if figure.unit == "people" else figure.unit
        is_rate = not unit and figure.value != figure.value.to_integral_value()  # 13.2 of a hundred die
        if not (unit or thing or event or nouns) or is_rate or "age" in scope:
            return None
        part, shown, at = [*before, *behind], self._shown(figure), self.place.span[0] + figure.start
        return Count(
            article=self.place.article,
            lead=_lead(self.place.article),
            order=self.place.order,
            sentence=self.place.span,
            start=at,
            end=at + len(shown),
            text=shown,
            value=figure.value,
            until=figure.until,
            bound=self._bound(figure, before, behind),
            unit=unit,
            event=event,
            thing=thing,
            done=frozenset(self._means("done", t) for t in part) - {""},
            nouns=nouns,
            scope=scope,
            names=_names(part, self.language),
            days=self.days,
            years=self.years,
            near=self._stems([token for token in part if not self._is_known(token)]),
            stems=self.stems,
        )

    def _is_known(self, token: Token) -> bool:
        """Whether a word is a name or says what happened: those are compared by themselves."""
        return _is_name(token, self.language) or bool(self._means("event", token))

    def _means(self, section: str, token: Token) -> str:
        return counted.meaning(section, self.primary, token.text)

    def _stems(self, tokens: Sequence[Token]) -> frozenset[str]:
        return words.key_set([token.text for token in tokens], self.language)

    def _is_label(self, figure: Figure) -> bool:
        """Whether it is a year, an hour, an age, a score or a part of a name."""
        before, behind = self.said[: figure.start], self.said[figure.end :]
        if _GLUED.match(behind) or _OF_AGES.match(behind) or _SMALL_COIN.match(behind) or _LABEL_GLUE.search(before):
            return True
        if figure.until is None and not figure.unit and figure.value in YEARS and figure.text.isdecimal():
            return True
        if claims.meaning("magnitudes", claims.folded(figure.text)):
            return True  # `millions of people` is no figure
        if figure.unit == "h" and _AT.search(before):
            return True
        last = next((t for t in reversed(self.tokens) if t.end <= figure.start), None)
        if last is None or last.end < figure.start - 2:
            return False
        # A word with a capital letter right before a bare number makes a name of both: Boeing 737.
        is_named = last.is_capital and last.start > 0 and not figure.unit and not self._means("event", last)
        is_foreign = last.kind == "word" and last.text.isascii() and self.primary in ("ru", "kk")
        is_brand = is_named and (is_foreign or not behind.lstrip()[:1].islower())
        return bool(self._means("label", last)) or is_brand

    def _part(self, figure: Figure, left: int, right: int) -> tuple[int, int]:
        """From where to where the words belong to a figure: the whole sentence where there is no other one, else up to
        the mark between the two, or to the other."""
        marks = [token for token in self.tokens if token.text in _BREAKS]
        if left:
            left = max((t.end for t in marks if left <= t.start and t.end <= figure.start), default=left)
        if right < len(self.said):
            right = min((t.start for t in marks if figure.end <= t.start and t.end <= right), default=right)
        return left, right

    def _thing(self, figure: Figure, before: Sequence[Token], behind: Sequence[Token]) -> tuple[str, frozenset[str]]:
        """What the table calls the thing behind the figure, and the stems of the next two words."""
        if figure.unit == "people":
            return "people", frozenset()
        close: list[Token] = []
        for token in behind[:BEHIND]:
            if not _BREAKS.isdisjoint(self.said[figure.end : token.start]):
                break
            close.append(token)
        named = next((found for token in close if (found := self._means("thing", token))), "")
        nouns = frozenset[str]() if named else self._nouns(close)
        return named, nouns if named or nouns or figure.unit else self._numbered(before)

    def _nouns(self, close: Sequence[Token]) -> frozenset[str]:
        """The stems of the next two words, up to a preposition or a word that says what happened."""
        taken: list[Token] = []
        for token in close[:2]:
            is_verb = self._means("event", token) or self._means("done", token)
            if is_verb or words.is_stop(token.text, self.language) or self.said[token.start - 1] == "-":
                break
            taken.append(token)
        return self._stems(taken)

    def _numbered(self, before: Sequence[Token]) -> frozenset[str]:
        """`The number of visitors reached 500`: what is counted stands before the figure."""
        at = next((i for i in range(len(before) - 1, -1, -1) if self._means("count", before[i])), -1)
        if at < 0:
            return frozenset()
        beside = before[max(0, at - 1) : at] if self.primary in ("uz", "kk") else before[at + 1 : at + 3]
        return self._stems(beside) if not any(self._means("event", token) for token in beside) else frozenset()

    def _event(self, figure: Figure, before: Sequence[Token], behind: Sequence[Token]) -> str:
        """What happened, by the nearest word that says so, the one behind of equals; `killed and injured` is both."""
        sides = (behind[:RIGHT], before[: -LEFT - 1 : -1])
        found = [
            (at + FAR * self._marks(figure, token), side, at, name)
            for side, part in enumerate(sides)
            for at, token in enumerate(part)
            if (name := self._means("event", token))
        ]
        if not found:
            return ""
        _, side, at, name = min(found)
        further = sides[side][at + 1 : at + 3]
        also = self._means("event", further[1]) if len(further) == 2 and further[0].text in _AND else ""
        return "+".join(sorted({name, also} - {""}))

    def _marks(self, figure: Figure, token: Token) -> int:
        """How many marks stand between a figure and a word."""
        between = self.said[min(token.end, figure.end) : max(token.start, figure.start)]
        return sum(mark in _BREAKS for mark in between)

    def _scope(self, figure: Figure, before: Sequence[Token], behind: Sequence[Token]) -> frozenset[str]:
        part = [*before, *behind]
        found = {self._means("scope", token) for token in part} - {"", "more"}
        if any(self._means("scope", token) == "more" for token in [*before[-MORE:], *behind[:1]]):
            found.add("more")
        grew = any(self._means("growth", token) == "words" for token in part)
        if grew and before and self._means("growth", before[-1]) == "by":
            found.add("new")
        if _FROM.search(self.said[: figure.start]) and (figure.until is not None or _TO.match(self.said[figure.end :])):
            found.add("earlier")
        if behind and behind[0].text in ("of", "из") and behind[0].start <= figure.end + 1:
            found.add("among")
        if before and any(one.text in _DENIED for one in before[-2:]):
            found.discard("not")  # `no fewer than 12`
        return frozenset(found)

    def _bound(self, figure: Figure, before: Sequence[Token], behind: Sequence[Token]) -> str:
        if _AT_LEAST.search(self.said[: figure.start]):
            return ">"
        if _UP_TO.search(self.said[: figure.start]):
            return "<"
        near = [token for token in before if token.end >= figure.start - 22][-3:]
        near += behind[:2] if self.primary in ("uz", "kk") else ()
        for token in reversed(near):
            if self._means("about", token):
                return "~"
            if bound := claims.meaning("bounds", token.text):
                at = self.words.index(token)
                is_denied = at > 0 and self.words[at - 1].text in _DENIED
                return "<" if (bound == "above") == is_denied else ">"
        return ""

    def _shown(self, figure: Figure) -> str:
        """The figure without the word for its unit: what stands beside it says that."""
        last = _UNIT.search(figure.text)
        is_unit = last is not None and claims.meaning("units", self._folded(last[1]))
        return figure.text[: last.start()] if last is not None and is_unit else figure.text

    def _folded(self, word: str) -> str:
        low = claims.folded(word)
        return words.latin_uzbek(low) if self.primary == "uz" else low
