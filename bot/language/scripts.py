"""Names across scripts: what remains of one word in Cyrillic and Latin spellings when vowels are left out."""

from __future__ import annotations

import functools
import re

from bot.language import tables, words

# One sign for each sound that the languages write differently: S is sh, C is ch, J is zh, dzh and j, H stands for
# all of g, gh, h, kh, x (Афганистан, Afghanistan, Afg'oniston), K for k, q and hard c, s also for ts and soft c.
_DIGRAPHS = re.compile(r"shch|sch|sh|ch|zh|dzh|dj|kh|gh|ph|th|ck|ts|g'|дж|тс|c(?=[eiy])|x(?=$)")
_DIGRAPH_SIGNS = {
    "shch": "S", "sch": "S", "sh": "S", "ch": "C", "zh": "J", "dzh": "J", "dj": "J", "kh": "H", "gh": "H", "ph": "f",
    "th": "t", "ck": "K", "ts": "s", "g'": "H", "дж": "J", "тс": "s", "c": "s", "x": "H",
}  # fmt: skip
_SIGNS = str.maketrans(
    {
        **dict(zip("бвдзлмнпрстф", "bvdzlmnprstf", strict=True)),
        **dict.fromkeys("ghxгхғҳһ", "H"),
        **dict.fromkeys("kqcкқ", "K"),
        **dict.fromkeys("jжҗ", "J"),
        **dict.fromkeys("шщşš", "S"),
        **dict.fromkeys("чçč", "C"),
        **dict.fromkeys("цś", "s"),
        "w": "v",
        "ң": "n",
        "ñ": "n",
    }
)
_VOWELS = str.maketrans(
    {
        **dict.fromkeys("аәä", "a"),
        **dict.fromkeys("оөöőóò", "o"),
        **dict.fromkeys("уүұўü", "u"),
        **dict.fromkeys("еэé", "e"),
        **dict.fromkeys("иіыйyıí", "i"),
        "я": "ia",
        "ю": "iu",
        "ё": "io",
        **dict.fromkeys("ьъ'", None),
    }
)
_NO_CONSONANT = re.compile(r"[^bvdzlmnprstfHKJSC]+")
_DOUBLED = re.compile(r"(.)\1+")
_MIN_CONSONANTS = 3
_MIN_CHARS = 3
_MIN_LEFT = 4
_ENDED_BY_LIST = ("ru", "en")


@functools.lru_cache(maxsize=1 << 16)
def skeleton(word: str, language: str) -> str:
    """What a lower-case word of a name has in common with its forms in other languages, in Latin or Cyrillic.

    The consonants in one spelling ("ташкенте", "toshkentda", "tashkent" are "tSKnt"), with the vowels where consonants
    alone would be too few ("фао", "fao"). "" where too little remains; different words may share a skeleton.
    """
    signs = _DIGRAPHS.sub(lambda found: _DIGRAPH_SIGNS[found.group()], _bare(word, language)).translate(_SIGNS)
    consonants = _DOUBLED.sub(r"\1", _NO_CONSONANT.sub("", signs))
    if len(consonants) >= _MIN_CONSONANTS:
        return consonants
    whole = _DOUBLED.sub(r"\1", signs.translate(_VOWELS))
    return whole if len(whole) >= _MIN_CHARS else ""


def _bare(word: str, language: str) -> str:
    """The word without the endings that names take: Snowball would take too much of a name (узбекист-ан)."""
    if language.partition("-")[0] not in _ENDED_BY_LIST:
        return words.stem(word, language)
    for ending in tables.load("suffixes.toml")["names"][language]:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_LEFT:
            return word[: -len(ending)]
    return word.removesuffix("'s")
