"""Which language a text is written in: own rules for the neighbours we read, pycld2 for the rest of the world.

pycld2 has no wheel on some platforms: py3langid stands in there, and without either the rules alone decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from bot.language import tables
from bot.model import Language

SAMPLE = 1_200  # characters; more changes no answer on news and costs time
UNKNOWN = Language("und")

_WORD = re.compile(r"[^\W\d_]+(?:[’'ʻʼ‘`][^\W\d_]+)*", re.UNICODE)
_NOISE = re.compile(r"https?://\S+|[@#]\w+|\S+@\S+")
_APOSTROPHES = re.compile("['`‘’ʼ]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
_LATIN = re.compile(r"[a-zà-ɏʻə]+")

# Letters that settle the matter when a good part of the words holds one, in the order they are asked.
_CYRILLIC_LETTERS = (
    ("ba", "ҙҫҡ"),
    ("tt", "җ"),
    ("tg", "ӣӯҷ"),
    ("mk", "ѓќѕ"),
    ("sr", "ђћ"),
    ("uk", "їєґ"),
    ("kk", "ұ"),
)
_LATIN_LETTERS = (("az", "ə"), ("tk", "ýňž"))
_NOT_SERBIAN = re.compile(r"[йяюьщъыэё]")  # in neither Serbian nor Macedonian
_SPECIAL = re.compile(r"[ҙҫҡҗӣӯҷѓќѕђћљњџјїєґұүқғөңәһіўҳ]")


def language(text: str) -> Language:
    """BCP 47 code of the language that most of the text is in: "ru", "en", "kk", "uz-Latn", "uz-Cyrl", others as
    ISO 639-1 where there is one, "und" when there are no letters or nothing is known about them.

    Reads the first 1,200 characters; addresses, hashtags and mail addresses do not count.
    """
    sample = _APOSTROPHES.sub("ʻ", _NOISE.sub(" ", text[:SAMPLE]).lower()).replace("oʻʻ", "oʻ")
    words = _WORD.findall(sample)
    if not words:
        return UNKNOWN
    cyrillic, latin = (sum(map(len, letters.findall(sample))) for letters in (_CYRILLIC, _LATIN))
    if cyrillic + latin < sum(map(len, words)) / 2:
        return _elsewhere(sample, None)
    return Language(_of_cyrillic(sample, words) if cyrillic >= latin else _of_latin(sample, words))


def _of_cyrillic(sample: str, words: list[str]) -> Language:
    special = [word for word in words if _SPECIAL.search(word)] if _SPECIAL.search(sample) else []
    if len(special) * 8 < len(words):
        return _plain_cyrillic(sample, words)
    letters = Counter("".join(special))
    for code, only in _CYRILLIC_LETTERS:
        if sum(letters[letter] for letter in only) * 12 >= len(special):
            return Language(code)
    return Language(_by_letters(letters, sample) or _best(words, _CYRILLIC_SPECIAL) or _elsewhere(sample, None))


def _by_letters(letters: Counter[str], sample: str) -> str:
    """The language whose pair of letters no neighbour has, "" when only words can tell."""
    has = frozenset(letter for letter, count in letters.items() if count).__contains__
    rules: tuple[tuple[str, bool], ...] = (
        ("be", has("ў") and (has("і") or "ы" in sample or ("э" in sample and not _any(has, "қғҳ")))),
        ("kk", (has("қ") or has("ғ")) and _any(has, "әөүңі")),
        ("kk", has("і") and _any(has, "әөүң")),
        ("uz-Cyrl", has("ў")),
        ("tt", has("ә") and _any(has, "өүңһ") and not has("і")),
        ("ky", has("ң") and not has("ә")),
        ("kk", _any(has, "қғ") and "ы" in sample),
        ("mk", has("ј") and _any(has, "њљџ") and " на " in sample and " је " not in sample and " што " in sample),
        ("", _any(has, "ҳқғ")),
        ("kk", has("ә")),
    )
    return next((code for code, true in rules if true), "")


def _any(has: Callable[[str], bool], letters: str) -> bool:
    return any(map(has, letters))


_CYRILLIC_SPECIAL = ("kk", "uz-Cyrl", "ky", "tg", "mn", "tt", "ba", "uk", "be", "mk", "sr", "bg")
_TURKIC_AND_MORE = ("uz-Cyrl", "kk", "ky", "tg", "mn", "tt", "ba")  # none is written without letters of its own
_CYRILLIC_PLAIN = ("ru", "bg", "mk", "mn", "uz-Cyrl", "kk", "ky", "tg", "uk", "sr", "be")


def _plain_cyrillic(sample: str, words: list[str]) -> Language:
    """Words that hold no letter of their own: Russian unless the function words or pycld2 say otherwise."""
    found = _best(words, _CYRILLIC_PLAIN)
    if found == "ru" and ("ы" in sample or "э" in sample or len(words) > 30):
        return Language("ru")
    said = _elsewhere(sample, "ru")
    if found == "ru" and said in _TURKIC_AND_MORE:
        return Language("ru")
    if said == UNKNOWN or (said in ("sr", "mk") and _NOT_SERBIAN.search(sample)):
        return Language(found if found not in ("", "sr", "mk") else "ru")
    return said


def _of_latin(sample: str, words: list[str]) -> Language:
    letters = Counter(sample)
    for code, only in _LATIN_LETTERS:
        if sum(letters[letter] for letter in only) * 8 >= len(words):
            return Language(code)
    if _share(words, "en") >= 0.2:
        return Language("en")
    if _is_uzbek(words, letters):
        return Language("uz-Latn")
    said = _elsewhere(sample, None)
    if said == "uz-Latn" and _any(lambda letter: letters[letter] > 0, "ıüñəý"):
        return Language(_best(words, ("tr", "crh", "az", "tk")) or "tr")
    return said


_UZBEK = re.compile(
    r"[og]ʻ|(?:lar|ning|lari|larning|moqda|ayotgan|adigan|yapti|gach|ilgan|lgan|digan|miz|ingiz|likka|ligi|"
    r"chilik|chisi|ishi|ganda|dagi|gacha|shdi|ilishi|larga|lardan|larini|larida)$"
)


def _is_uzbek(words: list[str], letters: Counter[str]) -> bool:
    """Uzbek in Latin letters, old and new: its o‘ and g‘, its endings and function words, and none of the vowels
    that Turkish, Azerbaijani, Turkmen and Crimean Tatar cannot do without."""
    foreign = sum(letters[letter] for letter in "ıüəñňýäâî")
    ours = sum(1 for word in words if _UZBEK.search(word)) + 1.5 * _share(words, "uz-Latn") * len(words)
    modern = letters["ö"] + letters["ğ"] + letters["ş"] if letters["q"] + letters["h"] + letters["x"] else 0
    if foreign * 6 > len(words):
        return False
    return (ours + modern * 0.5) / len(words) >= 0.3 and _share(words, "en") < 0.15


def _share(words: list[str], code: str) -> float:
    known = tables.words("languages", code)
    return sum(1 for word in words if word in known) / len(words)


def _best(words: list[str], codes: Iterable[str]) -> str:
    """The language with most function words among these, "" when none has any."""
    share, code = max(((_share(words, code), code) for code in codes), key=lambda pair: pair[0])
    return code if share else ""


def _elsewhere(sample: str, hint: str | None) -> Language:
    return _detector()(sample, hint)


@cache
def _detector() -> Callable[[str, str | None], Language]:
    """pycld2 if it is installed, else py3langid, else nothing is known."""
    try:
        import pycld2
    except ImportError:
        return _stand_in()

    def detect(sample: str, hint: str | None) -> Language:
        try:
            _, _, found = pycld2.detect(sample, bestEffort=True, hintLanguage=hint)
        except pycld2.error:
            return UNKNOWN
        return _named(found[0][1], sample)

    return detect


def _stand_in() -> Callable[[str, str | None], Language]:
    try:
        import py3langid
    except ImportError:
        return lambda sample, hint: UNKNOWN
    return lambda sample, hint: _named(str(py3langid.classify(sample)[0]), sample)


def _named(code: str, sample: str) -> Language:
    """A detector's code as ours: Uzbek with its script, "un" as "und", "iw" and "zh-Hant" as they are today."""
    if code.startswith("uz"):
        return Language("uz-Cyrl" if _CYRILLIC.search(sample) else "uz-Latn")
    if not code.isascii() or code.startswith("xx") or code == "un":
        return UNKNOWN
    return Language({"iw": "he", "sh": "sr", "zh-Hant": "zh"}.get(code, code))
