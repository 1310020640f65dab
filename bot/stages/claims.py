"""What a text claims: its words, figures with their units, dates and quotations, in one form for all spellings.

For comparing a fact with its evidence, so both sides are read by the same rules; what is shown comes from elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from itertools import zip_longest

from bot.language import tables, words
from bot.stages import quoted
from bot.stages.quoted import Quote

TABLE = "claims.toml"
YEARS = range(1800, 2101)
"""A bare number in this range may be a year."""

_FOLD = str.maketrans({**dict.fromkeys("`‘’ʻʼ´", "'"), **dict.fromkeys("\u00a0\u202f\u2009\t\n", " "), "ё": "е"})
_TOKEN = re.compile(
    r"(?P<date>(?<!\d)(?:\d{1,2}([./])\d{1,2}\2(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)(?![\d-]))"
    r"|(?P<pair>(?<![\d.,])\d{1,3}:\d{1,3}(?!\d))"
    r"|(?P<number>\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"|(?P<word>°c\b|(?:rs|k?sh|dh|rm|inr|usd|eur|gbp|uzs|kzt|(?<=\$)a)(?=\d)|[^\W\d_]+(?:['\u0300-\u036f]+[^\W\d_]+)*(?:(?<=[og])'(?!\w))?\d*)"
    r"|(?P<sign>[%$€£₽₸¥₺₹₴])"
    r"|(?P<mark>[-−–—+./(,:;!?\"«»“”„…)])",
    re.IGNORECASE,
)
_OTHER_WORDS = frozenset("may march sep jan mar".split())
_HYPHENS = "-−–—"
_JOINS = frozenset("и по до and to va мен бен пен ва".split())
_RANGES = _JOINS | frozenset(_HYPHENS)
_CODES = frozenset("usd eur gbp rub kzt uzs inr rs".split())
_SHORT = {"k": "1e3", "m": "1e6", "b": "1e9", "bn": "1e9", "mn": "1e6", "tn": "1e12"}
_ABBREVIATED = frozenset("тыс млн млрд трлн mln mlrd trln".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, number or mark at characters `start` to `end`: `text` folded (lower case, one apostrophe, Uzbek in
    Latin), `kind` as the pattern names it, `is_capital` as it was written."""

    text: str
    start: int
    end: int
    kind: str
    is_capital: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number: all values it may mean (1,234 has two), magnitude multiplied in, and all units it may have. `first` and
    `last` are the places of its tokens; `bound` is ">" for at least, "<" for at most, "" for neither."""

    values: frozenset[Decimal]
    units: frozenset[str]
    first: int
    last: int
    bound: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A day and month, or a month alone (`day` is 0), or the name of a day ("friday", "today"); and its tokens."""

    name: str
    day: int
    first: int
    last: int


class Claims:
    """A text taken apart; each part is looked for when it is asked for. Tokens keep the offsets of `text`."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.primary = language.partition("-")[0]
        self.tokens = tuple(_tokens(text, self.primary))

    @cached_property
    def words(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.kind == "word")

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        return tuple(_dates(self.tokens, self.primary))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Numbers that are no day of a month."""
        taken = {place for date in self.dates for place in range(date.first, date.last + 1)}
        return tuple(_with_ranges(tuple(_figures(self.tokens, self.primary, taken)), self.tokens))

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        return quoted.quotes(self.text)


def folded(text: str) -> str:
    """Lower case, one apostrophe, plain spaces; of the same length, so that offsets stay."""
    low = text.translate(_FOLD)
    if low.isascii() or len(low.lower()) == len(low):
        return low.lower()
    return "".join([letter.lower() if len(letter.lower()) == 1 else letter for letter in low])


def normal(text: str) -> str:
    """The text in the composed form that `folded` and the patterns expect."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def meaning(section: str, word: str) -> str:
    """The meaning a section of the table gives a folded word, "" if none."""
    exact, starts, sizes = _spellings(section)
    word = word.rstrip(".")
    if word in exact:
        return exact[word]
    return next((starts[word[:size]] for size in sizes if size <= len(word) and word[:size] in starts), "")


@cache
def _spellings(section: str) -> tuple[dict[str, str], dict[str, str], tuple[int, ...]]:
    """Whole words and beginnings with their meaning, and the lengths of the beginnings, the longest first."""
    table = tables.load(TABLE)
    for key in section.split("."):
        table = table.get(key, {})
    pairs = [(word, name) for name, line in table.items() for word in line.split()]
    starts = {word[:-1]: name for word, name in pairs if word[-1] == "*"}
    sizes = tuple(sorted({len(start) for start in starts if len(start) > 1}, reverse=True))
    return {word: name for word, name in pairs if word[-1] != "*"}, starts, sizes


@cache
def negations(primary: str, side: str) -> frozenset[str]:
    """The words that deny what stands behind them (`side` "before") or in front of them ("after")."""
    return frozenset(tables.load(TABLE)["negations"].get(primary, {}).get(side, "").split())


def _tokens(text: str, primary: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(folded(text)):
        kind, low = found.lastgroup or "", found.group()
        if kind == "word" and primary == "uz" and not low.isascii():
            low = words.latin_uzbek(low)
        start, end = found.span()
        capital = kind == "word" and (text[start].isupper() or (end - start > 1 and text[start + 1].isupper()))
        yield Token(text=low, start=start, end=end, kind=kind, is_capital=capital)


def _dates(tokens: tuple[Token, ...], primary: str) -> Iterator[Date]:
    taken: set[int] = set()
    for place, token in enumerate(tokens):
        if token.kind == "date":
            yield _numeric(token, place)
        elif token.kind == "word" and (month := meaning("months", token.text)):
            days = tuple(_days_of(tokens, place, month)) if month else ()
            fresh = [one for one in days if not taken & {one.first, one.last} - {place}]
            taken.update(at for one in fresh for at in (one.first, one.last))
            is_other = primary == "en" and token.text in _OTHER_WORDS and not token.is_capital
            yield from fresh or (() if is_other else (Date(name=month, day=0, first=place, last=place),))
        elif token.kind == "word" and (day := meaning("days", token.text)):
            yield Date(name=day, day=0, first=place, last=place)


def _numeric(token: Token, place: int) -> Date:
    parts = re.split(r"[./-]", token.text)
    day, month = (parts[2], parts[1]) if len(parts[0]) == 4 else (parts[0], parts[1])
    if int(month) > 12:
        day, month = month, day
    return Date(name=str(int(month)), day=int(day), first=place, last=place)


def _days_of(tokens: tuple[Token, ...], place: int, month: str) -> Iterator[Date]:
    """The day before the month (`26-sentabr`, `26th of`), those of a range before it, or the day after it."""
    at = place - 1
    while at >= 0 and place - at <= 3 and tokens[at].text in ("-", "th", "st", "nd", "rd", "of", "го", "е"):
        at -= 1
    day = _day(tokens, at)
    if day:
        yield Date(name=month, day=day, first=at, last=place)
        if _text(tokens, at - 1) in _RANGES and (earlier := _day(tokens, at - 2)):
            yield Date(name=month, day=earlier, first=at - 2, last=at - 2)
        return
    at = place + 2 if tokens[place + 1 : place + 2] and tokens[place + 1].text == "." else place + 1
    if tokens[place].text.isascii() and (day := _day(tokens, at)):
        yield Date(name=month, day=day, first=place, last=at)


def _day(tokens: tuple[Token, ...], at: int) -> int:
    is_number = 0 <= at < len(tokens) and tokens[at].kind == "number" and len(tokens[at].text) < 3
    return int(tokens[at].text) if is_number and tokens[at].text.isdecimal() and 0 < int(tokens[at].text) < 32 else 0


def _figures(tokens: tuple[Token, ...], primary: str, taken: set[int]) -> Iterator[Figure]:
    place = 0
    while place < len(tokens):
        found = None if place in taken and tokens[place].kind != "date" else _figure_at(tokens, place, primary)
        if found:
            yield found
        place = found.last + 1 if found else place + 1


def _figure_at(tokens: tuple[Token, ...], place: int, primary: str) -> Figure | None:
    token = tokens[place]
    if token.kind == "date":
        return _bare(Decimal(re.findall(r"\d{4}", token.text)[0]), "y", place)
    if token.kind == "pair":
        unit, _ = _unit(tokens, place + 1)  # 19:00 hours is a time, 19:00 days is nothing
        return _bare(Decimal(token.text.replace(":", ".")), ":" if unit in ("", "h") else unit, place)
    if token.kind == "number":
        is_scaled = _scale(tokens, place + 1)[0] != 1
        return _measured(tokens, place, place + 1, _values(token.text, primary, is_scaled=is_scaled))
    said = _in_words(tokens, place, primary) if token.kind == "word" else None
    return _measured(tokens, place, said[1], frozenset({said[0]})) if said else None


def _bare(value: Decimal, unit: str, place: int) -> Figure:
    return Figure(values=frozenset({value}), units=frozenset({unit}), first=place, last=place)


def _values(number: str, primary: str = "", *, is_scaled: bool = False) -> frozenset[Decimal]:
    """Every reading: "10 000" has one, "10,000" and "1.234" are a whole number or one with decimals where nothing
    tells; English has its own rule, and before a magnitude (374,108 млн) nobody groups."""
    bare = number.replace(" ", "")
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return frozenset({Decimal(bare)})
    whole = Decimal(re.sub("[.,]", "", bare))
    grouped = re.fullmatch(r"\d{1,3}([.,])(?:\d{2,3}\1)*\d{3}", bare) is not None
    if len(marks) > 1 and len(set(marks)) == 1:
        return frozenset({whole if grouped else Decimal(bare.replace(marks[0], "", len(marks) - 1).replace(",", "."))})
    head, _, tail = bare.rpartition(marks[-1])
    exact = Decimal(re.sub("[.,]", "", head) + "." + tail)
    if not grouped or " " in number:
        return frozenset({exact})
    if primary == "en":
        return frozenset({whole if marks[-1] == "," else exact})
    return frozenset({exact}) if is_scaled else frozenset({exact, whole})


def _in_words(tokens: tuple[Token, ...], place: int, primary: str) -> tuple[Decimal, int] | None:
    """The value of the number written in words from `place` on, without magnitude, and where it ends."""
    total, at, smallest = Decimal(0), place, Decimal(1000)
    while found := meaning(f"numbers.{primary}", _text(tokens, at)):
        value = Decimal(found)
        if value == 100 and 0 < total < 10:
            total, smallest = total * 100, value
        elif value < smallest and (smallest >= 100 or (smallest % 10 == 0 and value < 10)):
            total, smallest = total + value, value
        else:
            break
        at += 1
        is_joined = primary == "en" and (_text(tokens, at) == "-" or (smallest == 100 and _text(tokens, at) == "and"))
        if is_joined and meaning("numbers.en", _text(tokens, at + 1)):
            at += 1
    if total == 0 and len(tokens[place].text) > 3 and meaning("magnitudes", tokens[place].text):
        return Decimal(1), place
    return (total, at) if total else None


def _measured(tokens: tuple[Token, ...], first: int, at: int, values: frozenset[Decimal]) -> Figure:
    """The figure with the magnitudes and the unit that follow its number, which ends before `at`."""
    scale, at = _scale(tokens, at)
    before = tokens[first - 1] if first else None
    unit = meaning("units", before.text) if before and (before.kind == "sign" or before.text in _CODES) else ""
    if unit and at < len(tokens) and tokens[at].text in _SHORT:  # $5m
        scale, at = scale * Decimal(_SHORT[tokens[at].text]), at + 1
    if not unit:
        unit, at = _unit(tokens, at)
    sign = -1 if _is_negative(tokens, first) else 1
    return Figure(
        values=frozenset(sign * value * scale for value in values),
        units=frozenset({unit}),
        first=first,
        last=at - 1,
        bound=_bound(tokens, first),
    )


def _scale(tokens: tuple[Token, ...], at: int) -> tuple[Decimal, int]:
    """The product of the magnitudes from `at` on, and where they end: `млн.`, `-million`, `ming million`."""
    scale = Decimal(1)
    while at < len(tokens):
        step = at + 1 if tokens[at].text == "-" and at + 1 < len(tokens) else at
        found = meaning("magnitudes", tokens[step].text) if tokens[step].kind == "word" else ""
        if not found:
            break
        scale, at = scale * Decimal(found), step + 1
        if _text(tokens, at) == "." and tokens[step].text in _ABBREVIATED:
            at += 1
    return scale, at


def _unit(tokens: tuple[Token, ...], at: int) -> tuple[str, int]:
    """The unit at `at`, or behind a hyphen or one adjective (`американских долларов`), and where it ends."""
    begin = at + 1 if _text(tokens, at) == "-" else at
    if _text(tokens, begin) == "п" and _text(tokens, begin + 1) == "." and _text(tokens, begin + 2) == "п":
        return "pp", begin + 3
    if _text(tokens, begin) == "per" and _text(tokens, begin + 1) == "cent":
        return "%", begin + 2
    power, step = _power(tokens, begin)
    found = meaning("units", _text(tokens, step))
    if found == "%" and meaning("points", _text(tokens, step + 1)):
        return "pp", step + 2
    if found:
        return found + power, step + 1
    after = meaning("units", _text(tokens, begin + 1)) if meaning("units", _text(tokens, begin + 1)).isupper() else ""
    is_adjective = begin + 1 < len(tokens) and tokens[begin].kind == tokens[begin + 1].kind == "word"
    return (after, begin + 2) if len(after) == 3 and is_adjective else ("", at)


def _power(tokens: tuple[Token, ...], at: int) -> tuple[str, int]:
    """Whether `square` or `cubic` stands here, as a sign behind the unit, and where the unit begins."""
    for section, sign in (("square", "2"), ("cubic", "3")):
        if meaning(section, _text(tokens, at)):
            return sign, at + 2 if _text(tokens, at + 1) == "." else at + 1
    return "", at


def _text(tokens: tuple[Token, ...], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _is_negative(tokens: tuple[Token, ...], first: int) -> bool:
    """A minus sign is glued to its number and to nothing before it."""
    if not first:
        return False
    sign = tokens[first - 1]
    if sign.text in ("минус", "minus"):
        return True
    apart = first == 1 or tokens[first - 2].end < sign.start or tokens[first - 2].text == "("
    return sign.text in ("-", "−", "–") and sign.end == tokens[first].start and apart


def _bound(tokens: tuple[Token, ...], first: int) -> str:
    before = [token.text for token in tokens[max(0, first - 3) : first] if token.kind == "word"]
    if before[-2:] == ["up", "to"]:
        return "<"
    for place in range(len(before) - 1, max(-1, len(before) - 3), -1):
        found = meaning("bounds", before[place])
        if found:
            denied = place > 0 and before[place - 1] in ("не", "no", "not")
            return "<" if (found == "above") == denied else ">"
    return ""


def _with_ranges(found: tuple[Figure, ...], tokens: tuple[Token, ...]) -> Iterator[Figure]:
    """In `5-10 млн тонн` and `от 5 до 10 %` the first figure has the second's magnitude and unit too, perhaps."""
    for one, following in zip_longest(found, found[1:]):
        between = tokens[one.last + 1 : following.first] if following else ()
        joined = len(between) == 1 and between[0].text in _RANGES
        if following is None or not joined or one.units != {""}:
            yield one
            continue
        number = tokens[following.first]
        bare = _values(number.text) if number.kind == "number" else ()
        scales = {a / b for a in following.values for b in bare if b}
        values = one.values | {value * abs(scale) for value in one.values for scale in scales}
        yield replace(one, values=frozenset(values), units=frozenset({"", *following.units}))
