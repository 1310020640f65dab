"""Whether two words are forms of one name, and whether one of two words denies what the other says."""

from __future__ import annotations

from functools import cache, lru_cache

from bot.language import scripts, tables, words
from bot.stages import claims

LEAST = 3
"""So many letters of a name stay when its ending goes; fewer only where the name has no more."""


@lru_cache(maxsize=1 << 16)
def is_name(one: str, other: str, primary: str) -> bool:
    """Whether two folded words are the same name in two cases (`тошкентда`, `тошкент`) or, where one is Latin and one
    Cyrillic, in two scripts."""
    if one == other:
        return True
    if one.isascii() != other.isascii():
        return bool(key := scripts.skeleton(one, primary)) and key == scripts.skeleton(other, primary)
    if one[:2] != other[:2]:
        return False
    mine, theirs = _bases(one, primary), _bases(other, primary)
    return any(_fit(mine[base], theirs[base]) for base in mine.keys() & theirs.keys())


def _fit(one: str, other: str) -> bool:
    """Иван is not Иванов, but Нидерланды are Нидерландов: that ending is a case of a plural only."""
    plural, plurals = _endings("plural"), _endings("plurals")
    return (one not in plural or other in plurals | plural) and (other not in plural or one in plurals | plural)


@lru_cache(maxsize=1 << 16)
def _bases(word: str, primary: str) -> dict[str, str]:
    """What may be the unchanging part of a name, with the ending that it leaves."""
    found = {word: ""}
    for ending in _endings(primary) | (_endings("plural") if primary == "ru" else frozenset()):
        if word.endswith(ending) and len(word) - len(ending) >= min(LEAST, len(word) - 1):
            found.setdefault(word[: -len(ending)], ending)
    for base in [base for base in found if primary == "ru" and len(base) > LEAST and base[-2] in "еоё"]:
        found.setdefault(base[:-2] + base[-1], found[base])  # Павел, Павла
    return found


@cache
def _endings(primary: str) -> frozenset[str]:
    known = tables.load(claims.TABLE)["endings"]
    return frozenset(known.get(primary, known["en"]).split())


@lru_cache(maxsize=1 << 16)
def ends_as_surname(word: str) -> bool:
    return len(word) > 4 and word.endswith(tuple(_endings("surnames")))


@lru_cache(maxsize=1 << 16)
def is_word(one: str, other: str, primary: str) -> bool:
    """Whether two folded words are forms of one word."""
    return one == other or (one[:3] == other[:3] and words.stem(one, primary) == words.stem(other, primary))


_INFIXES = ("ма", "ме", "ба", "бе", "па", "пе", "ma")
_PRESENT = (
    ("maydi", "adi"),
    ("mayman", "aman"),
    ("мейді", "еді"),
    ("майды", "ады"),
    ("бейді", "еді"),
    ("байды", "ады"),
)
_MORE = (
    ("maydigan", "adigan"), ("mas", "ar"), ("mas", "r"), ("masdan", "ib"), ("мас", "ар"), ("мес", "ер"),
    ("пайды", "ады"),
    ("пейді", "еді"), ("maydi", "ydi"), ("майды", "йды"), ("мейді", "йді"), ("майтын", "атын"), ("мейтін", "етін"),
    ("mayapti", "yapti"), ("mayotgan", "ayotgan"), ("mayotgan", "yotgan"), ("maganini", "ganini"),
)  # fmt: skip
_VOICED = str.maketrans({"д": "т", "ғ": "қ", "г": "к"})


@lru_cache(maxsize=1 << 16)
def affirmed(word: str, primary: str) -> frozenset[str]:
    """What the word may be when its denying part goes: qilmadi -> qildi, бармайды -> барады, невозможно -> возможно."""
    found: set[str] = set()
    if primary in ("uz", "kk", "ky"):
        for gone, instead in (*_PRESENT, *_MORE):
            if len(word) > len(gone) + 1 and gone in word[2:]:
                found.add(instead.join(word.rsplit(gone, 1)))
        for infix in _INFIXES:
            at = word.find(infix, 1)
            while at > 0:
                bare = word[:at] + word[at + 2 :]
                found |= {bare, bare[:at] + bare[at : at + 1].translate(_VOICED) + bare[at + 1 :]}
                at = word.find(infix, at + 1)
    for prefix in tables.load(claims.TABLE)["negations"].get(primary, {}).get("prefixes", "").split():
        if word.startswith(prefix) and len(word) - len(prefix) >= 4:
            found.add(word[len(prefix) :])
    return frozenset(found)
