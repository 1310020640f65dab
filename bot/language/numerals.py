"""Numbers written in words, `полтора миллиона`, `yarim million`, `half a million`: where they stand and what they are.

The words come from `data/claims.toml`, which `bot/stages/claims.py` reads too. Magnitudes in full
stand here, abbreviated ones in `data/figures.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from bot.language import tables

_WORD = re.compile(r"[^\W\d_]+(?:['`‘’ʻʼ´-][^\W\d_]+)*")
_GAP = re.compile(r"[ \u00a0-](?:a |an |and )?")
_ONE = "один одна одну одного одной one bir бир бір".split()
_APOSTROPHES = re.compile("[`‘’ʻʼ´]")
_HALF = Decimal("0.5")
_ALL = ("ru", "en", "uz", "kk")
_MAGNITUDES = {
    "ru": {
        "1000": "тысяча тысячи тысячу тысяче тысячей тысяч тысячам",
        "1000000": "миллион миллиона миллиону миллионом миллионе миллионов миллионы",
        "1000000000": "миллиард миллиарда миллиарду миллиардом миллиарде миллиардов миллиарды",
        "1000000000000": "триллион триллиона триллионов",
    },
    "en": {"1000": "thousand", "1000000": "million", "1000000000": "billion", "1000000000000": "trillion"},
    "uz": {"1000": "ming", "1000000": "million", "1000000000": "milliard", "1000000000000": "trillion"},
    "kk": {"1000": "мың", "1000000": "миллион", "1000000000": "миллиард", "1000000000000": "триллион"},
}
_CYRILLIC = dict(
    zip(
        "ikki uch to'rt besh olti yetti sakkiz to'qqiz o'n yigirma o'ttiz qirq ellik oltmish yetmish sakson to'qson "
        "yuz yarim ming million milliard".split(),
        "икки уч тўрт беш олти етти саккиз тўққиз ўн йигирма ўттиз қирқ эллик олтмиш етмиш саксон тўқсон юз "
        "ярим минг миллион миллиард".split(),
        strict=True,
    )
)
_LEAST_ALONE = 2
"""A single word for less than this is an article or a pronoun more often than a number."""


def find(text: str, language: str = "") -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of each number in words; of whatever language where none is given. A single small number
    without a magnitude (`два`, `three`) counts too, `one` does not."""
    primary = language.partition("-")[0]
    known = _known(primary if primary in _ALL else "")
    if "-" not in text and known.keys().isdisjoint(_WORD.findall(_folded(text))):
        return  # most sentences: four times as fast
    for run in _runs(text, known):
        values = [known[_folded(word.group())] for word in run]
        total = _total(values)
        if total is not None and (len(run) > 1 or total >= _LEAST_ALONE or values[0] == _HALF):
            yield run[0].start(), run[-1].end(), total


def _runs(text: str, known: dict[str, Decimal]) -> Iterator[list[re.Match[str]]]:
    """Words of numbers that follow each other with a blank, a hyphen or `a` between them."""
    run: list[re.Match[str]] = []
    for part in _parts(text, known):
        if run and not _GAP.fullmatch(text, run[-1].end(), part.start()):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _parts(text: str, known: dict[str, Decimal]) -> Iterator[re.Match[str]]:
    for word in _WORD.finditer(text):
        if _folded(word.group()) in known:
            yield word
        elif "-" in word.group():
            pieces = list(re.compile(r"[^\W\d_]+").finditer(text, word.start(), word.end()))
            if all(_folded(piece.group()) in known for piece in pieces):
                yield from pieces


def _total(values: list[Decimal]) -> Decimal | None:
    """What the words make together: below a magnitude they add up, `hundred` multiplies, a magnitude multiplies what
    stands before it; None where they are no number (`два пять`)."""
    whole, part, is_open = Decimal(0), Decimal(0), False
    for value in values:
        if value >= 1000:
            whole, part, is_open = whole + (part if is_open else Decimal(1)) * value, Decimal(0), False
        elif value == 100 and 0 < part < 10:
            part *= 100
        elif not is_open or (value < part and (part >= 100 or part % 10 == 0)) or value == _HALF:
            part, is_open = part + value, True
        else:
            return None
    return whole + part


def _folded(word: str) -> str:
    return _APOSTROPHES.sub("'", word.lower()).replace("ё", "е")


@cache
def _known(primary: str) -> dict[str, Decimal]:
    """Words of numbers with their values: of one language, or of all where none is given."""
    found: dict[str, Decimal] = {word: Decimal(1) for word in _ONE}
    for code in (primary,) if primary else _ALL:
        lines = tables.load("claims.toml")["numbers"][code].items()
        found |= {word: Decimal(value) for value, line in lines for word in line.split()}
        found |= {word: Decimal(value) for value, line in _MAGNITUDES[code].items() for word in line.split()}
    return found | {_CYRILLIC.get(word, word): value for word, value in found.items()}
