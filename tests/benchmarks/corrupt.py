"""Lies and rewordings made of true facts, for measuring the gate; shares no line and no table with what it measures.

A lie changes one thing as a careless writer does: a figure, a date, a unit, a name, a speaker or a negation. A
rewording changes the form and keeps what is said. None stands for a fact that offers nothing to change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

NUMBER = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)?(?![\w:])(?![.,:]\d)")
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "en": "January February March April May June July August September October November December".split(),
    "uz": "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr".split(),
}
UNITS: tuple[tuple[str, Sequence[str]], ...] = (
    (r"(?<=\d )(?:млн|миллион(?:а|ов)?)\b\.?", ("млрд", "тыс.")),
    (r"(?<=\d )(?:млрд|миллиард(?:а|ов)?)\b\.?", ("млн", "трлн")),
    (r"(?<=\d )(?:тыс|тысяч[аи]?)\b\.?", ("млн",)),
    (r"(?<=\d )million\b", ("billion", "thousand")),
    (r"(?<=\d )billion\b", ("million", "trillion")),
    (r"(?<=\d )(?:mln|million)\b", ("milliard",)),
    (r"(?<=\d )(?:mlrd|milliard)\b", ("million",)),
    (r"(?<=\d)\s?%", (" п. п.", " процентных пункта")),
    (r"(?<=\d )процент(?:а|ов)?\b(?! пункт)", ("процентных пункта",)),
    (r"(?<=\d )(?:percent|per cent)\b(?! point)", ("percentage points",)),
    (r"(?<=\d )foiz(?!\w)", ("foiz punkt",)),
    (r"(?<=[\dнд] )доллар(?:а|ов)?\b", ("рублей", "евро")),
    (r"(?<=[\dнд] )(?:рубл(?:я|ей)|руб\.)", ("долларов", "тенге")),
    (r"(?<=[\dнд] )сум(?:ов|а)?\b", ("долларов", "рублей")),
    (r"\$(?=\d)", ("€", "£")),
    (r"£(?=\d)", ("$",)),
    (r"(?<=\d )so.m\b", ("dollar",)),
    (r"(?<=\d )(?:км|километр(?:а|ов)?)\b", ("м", "метров")),
    (r"(?<=\d )(?:метр(?:а|ов)?)\b", ("километров",)),
    (r"(?<=\d )тонн(?:а|ы)?\b", ("килограммов",)),
    (r"(?<=\d )час(?:а|ов)?\b", ("дней",)),
    (r"(?<=\d )(?:дня|дней)\b", ("месяцев",)),
    (r"(?<=\d )days\b", ("weeks",)),
    (r"(?<=\d )hours\b", ("days",)),
    (r"(?<=\d )km\b", ("m",)),
)
DENIED = {
    "ru": re.compile(r"\b(?:не|нет|ни)\s", re.IGNORECASE),
    "en": re.compile(r"\s(?:not|never)(?=\s)|n['’]t(?=\s)|\bno (?=[a-z])"),
    "uz": re.compile(r"\semas\b|\syo.q\b|(?<=\w\w)ma(?=di\b|gan\b|ydi\b)"),
}
VERBS = {
    "ru": re.compile(r"(?<= )(?=[а-яё]{3,}(?:ил|ал|ел|ли|ло|ла|ет|ит|ют|ят|ется|ится|лся|лись|лась|лось)\b)"),
    "en": re.compile(r" (?:is|was|are|has|were|will|have|been|does|would|should) "),
    "uz": re.compile(r"(?<=[a-z])(?=(?:di|gan)\b)"),
}
CAPITAL = r"[A-ZА-ЯЁ][a-zа-яё’']{2,}"
NAME = re.compile(rf"(?<=[a-zа-яё,] ){CAPITAL}(?: {CAPITAL})?(?![\w‘’ʻ'`-])")
SAYS = (
    r"сообщил[аи]?|заявил[аи]?|сказал[аи]?|отметил[аи]?|рассказал[аи]?|добавил[аи]?|подчеркнул[аи]?|пояснил[аи]?|"
    r"said|says|told|added|noted|dedi|aytdi|ta.kidladi"
)
SPEAKERS = (
    re.compile(rf"(?:{SAYS}) (?:[a-zа-яё-]+ ){{0,3}}(?P<who>{CAPITAL}(?: {CAPITAL})?)"),
    re.compile(rf"(?P<who>{CAPITAL}(?: {CAPITAL})?) (?:{SAYS})\b"),
)
TITLES = re.compile("|".join(word for months in MONTHS.values() for word in months), re.IGNORECASE)
Change = Callable[[str, str, str, random.Random], "str | None"]


def figure(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """Another figure of the article, or another digit."""
    found = [one for one in NUMBER.finditer(fact) if not _is_date(fact, one, language)]
    if not found:
        return None
    one = chance.choice(found)
    others = [n for n in NUMBER.findall(article) if _amount(n) != _amount(one.group())]
    new = chance.choice(others) if others and chance.random() < 0.5 else _digit(one.group(), chance)
    return _put(fact, one, new)


def date(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """Another day, month or year."""
    months = MONTHS.get(language, ())
    named = "|".join(months) or "(?!)"
    day = re.compile(
        rf"(?<![\d-])(?P<day>\d{{1,2}})[ -](?=(?P<month>{named}))|\b(?:{named}) (?P<after>\d{{1,2}})\b", re.IGNORECASE
    )
    years = list(re.finditer(r"(?<![\d.,])(?:19|20)\d\d(?=[ -](?:год|yil|г\.)|\b(?=[,.]| after| when))", fact))
    days = list(day.finditer(fact))
    if years and (not days or chance.random() < 0.3):
        one = chance.choice(years)
        return _put(fact, one, str(int(one.group()) + chance.choice((-2, -1, 1))))
    if not days:
        return None
    one = chance.choice(days)
    if chance.random() < 0.5 and one["day"] and one.group("month"):
        month = chance.choice([m for m in months if m.lower() != one["month"].lower()])
        return fact[: one.start("month")] + month + fact[one.end("month") :]
    group = "day" if one["day"] else "after"
    new = chance.choice([n for n in range(1, 29) if n != int(one[group])])
    return fact[: one.start(group)] + str(new) + fact[one.end(group) :]


def unit(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """Millions for billions, points for percent, another currency or measure."""
    found = [(one, others) for pattern, others in UNITS for one in re.finditer(pattern, fact)]
    if not found:
        return None
    one, others = chance.choice(found)
    if language == "en" and one.group().strip() == "%":
        others = (" percentage points",)
    return _put(fact, one, chance.choice(others))


def name(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """Another name of the article."""
    mine = [one for one in NAME.finditer(fact) if not TITLES.search(one.group())]
    return _renamed(fact, article, chance.choice(mine).span(), chance) if mine else None


def speaker(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """Another name of the article in the place of who says it."""
    mine = [one.span("who") for pattern in SPEAKERS for one in pattern.finditer(fact)]
    return _renamed(fact, article, chance.choice(mine), chance) if mine else None


def negation(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """What is denied is said, or the other way round."""
    if language not in DENIED:
        return None
    denied = list(DENIED[language].finditer(fact))
    if denied and chance.random() < 0.6:
        one = chance.choice(denied)
        bare = fact[: one.start()] + fact[one.end() :]
        return bare[:1].upper() + bare[1:]
    verbs = [one.end() for one in VERBS[language].finditer(fact)]
    verbs = [at for at in verbs if not DENIED[language].search(fact[max(0, at - 5) : at + 5])]
    if not verbs:
        return None
    at = chance.choice(verbs)
    return fact[:at] + {"ru": "не ", "en": "not ", "uz": "ma"}[language] + fact[at:]


LIES: dict[str, Change] = {
    "figure": figure, "date": date, "unit": unit, "name": name, "negation": negation, "speaker": speaker,
}  # fmt: skip


def reworded(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    """The same with numbers, per cents, magnitudes, quotation marks and cases written otherwise; none for a fact with
    single quotation marks, inside of which nothing may change."""
    if re.search(r"(?<!\w)['‘]\w", fact):
        return None
    new = fact
    if not re.search(r"[«»“”„\"‘]", fact):  # a quotation stays as published
        for pattern, instead in _forms(language, chance):
            new = re.sub(pattern, instead, new)
    new = re.sub(r"«([^«»\"“”]+)»", chance.choice((r"“\1”", r"„\1“", r'"\1"')), new)
    quoted = [one.span() for one in re.finditer(r"«[^»]*»|“[^”]*”|„[^“]*“|\"[^\"]*\"|‘[^’]*’", new)]
    names = [one for one in NAME.finditer(new) if not TITLES.search(one.group()) and new[one.end() :][:1] != "."]
    ends = {"ru": "бвгдзклмнпрстфхц", "uz": "abdefgijklmnoprstuvxyz", "en": "abcdefghijklmnopqrtuvwxyz"}.get(
        language, ""
    )
    names = [one for one in names if not any(start <= one.start() < end for start, end in quoted)]
    can_end = [one for one in names if one.group()[-1] in ends and not re.search(r"['’]", one.group())]
    can_end = [one for one in can_end if not re.match(r" \d", new[one.end() :])]  # Jun 27
    is_titled = sum(word[:1].isupper() for word in fact.split()) > len(fact.split()) / 2
    if can_end and not is_titled:
        one = chance.choice(can_end)
        ending = {"ru": ("а", "у", "ом", "е"), "uz": ("ning", "ga", "da", "dan"), "en": ("'s",)}[language]
        new = new[: one.end()] + chance.choice(ending) + new[one.end() :]
    return new if new != fact else None


def _forms(language: str, chance: random.Random) -> Sequence[tuple[str, str]]:
    forms = [
        (r"(?<=\d)[ \u00a0](?=\d{3}\b)", chance.choice(("", "\u00a0", "\u202f"))),
        ("[–—]", "–"),
    ]
    if language == "ru":
        forms += [
            (r"(?<=\d)\s?%", " процентов"),
            (r"(?<=\d )млн\b\.?", "миллионов"),
            (r"(?<=\d )млрд\b\.?", "миллиардов"),
        ]
        forms += [(r"(?<=\d )тысяч\b", "тыс."), (r"(?<=\d),(?=\d{1,2}\b)", ".")]
    if language == "en":
        forms += [
            (r"(?<=\d)%", " percent"),
            (r"(?<=\d) (?:per cent|percent)\b(?! point)", "%"),
            (r"(?<![\d,.])(\d{1,3}),(\d{3})\b(?![,.]\d)", r"\1\2"),
        ]
    if language == "uz":
        forms += [
            (r"(?<=\d)\s?%", " foiz"),
            (r"(?<=[og])[‘’ʻ`']", chance.choice("‘’ʻ'")),
            (r"(?<=\d) mlrd\b\.?", " milliard"),
        ]
    return forms


def _renamed(fact: str, article: str, span: tuple[int, int], chance: random.Random) -> str | None:
    old = fact[span[0] : span[1]]
    others = {n for n in NAME.findall(article) if not TITLES.search(n) and not _is_same(n, old)}
    return fact[: span[0]] + chance.choice(sorted(others)) + fact[span[1] :] if others else None


def _is_same(one: str, other: str) -> bool:
    """Whether two names have a word in common, in whatever case: Дана and Даной is no lie."""
    pairs = [(a, b) for a in one.split() for b in other.split()]
    return any(a[:4] == b[:4] or (min(len(a), len(b)) == 4 and a[:3] == b[:3]) for a, b in pairs)


def _is_date(fact: str, one: re.Match[str], language: str) -> bool:
    near = fact[max(0, one.start() - 10) : one.end() + 10]
    return bool(TITLES.search(near)) or re.fullmatch(r"(?:19|20)\d\d", one.group()) is not None


def _amount(number: str) -> float:
    return float(number.replace(",", "."))


def _digit(number: str, chance: random.Random) -> str:
    at = chance.choice([place for place, sign in enumerate(number) if sign.isdigit()])
    return number[:at] + chance.choice([d for d in "123456789" if d != number[at]]) + number[at + 1 :]


def _put(fact: str, one: re.Match[str], new: str) -> str:
    return fact[: one.start()] + new + fact[one.end() :]
