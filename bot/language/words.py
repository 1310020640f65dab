"""Words and numbers of a text, and the stem that stands for all forms of a word; in whatever language or script."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

import lemmauz
import Stemmer

from bot.language import memory, tables

MAX_STEM_CHARS = 40
"""Longer words (addresses, gluing errors) are told apart by their beginning only."""

_APOSTROPHES = re.compile("[`‘’ʻʼ´]")
_MARKS = "\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963"
_LETTERS = rf"[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*"
_TOKEN = re.compile(
    rf"[a-zа-яёўқғҳәіңүұөһ]+(?![\w'{_MARKS}])"  # nothing but a quicker way to find most words
    rf"|{_LETTERS}(?:'{_LETTERS})*(?:(?<=[og])'(?!\w))?"  # Uzbek o' and g' may end a word
    r"|(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)"  # 10 000: grouped by spaces
    r"|\d+(?:[.,]\d+)*"
)
_NO_PLAIN_WORDS = re.compile(rf"[\d_'`‘’ʻʼ´{_MARKS}]")
_PLAIN_WORD = re.compile(r"\w+")
_ROUGH_WORD = re.compile(rf"[\w{_MARKS}]+(?:'[\w{_MARKS}]+)*(?:(?<=[og])')?")
_TUTUQ = re.compile("(?<![og])'")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

# Names of the Snowball algorithms that PyStemmer knows, by primary subtag.
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def tokens(text: str) -> tuple[str, ...]:
    """Lower-cased words and numbers in their order; the apostrophes ' ` ‘ ’ ʻ ʼ inside words become one.

    Numbers come without grouping and with a full stop: "10 000" and "10,000" are "10000", "1,8" is "1.8".
    """
    low = text.lower() if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text).lower()
    if not _NO_PLAIN_WORDS.search(low):  # more than half of all sentences; three times as fast
        return tuple(_PLAIN_WORD.findall(low))
    return _read(low)


def _read(low: str) -> tuple[str, ...]:
    found = _TOKEN.findall(_APOSTROPHES.sub("'", low))
    return tuple([_number(token) if token[0].isdigit() else token for token in found])


def rough_tokens(text: str) -> list[str]:
    """The same words of an NFC text in half the time, for whom figures say nothing: "1,8" is "1" and "8", "5G" is "5g".

    Not for what is compared with `tokens`.
    """
    low = text.lower()
    for mark in "`‘’ʻʼ´":
        low = low.replace(mark, "'")
    return _ROUGH_WORD.findall(low)


def stems(text: str, language: str) -> tuple[str, ...]:
    """Stems of the words and numbers of a text in their order, without stop words."""
    return tuple(filter(None, map(keys(language).__getitem__, tokens(text))))


def key_set(tokens: Iterable[str], language: str) -> frozenset[str]:
    """The stems of tokens without stop words, each once."""
    return frozenset(map(keys(language).__getitem__, tokens)) - {""}


@functools.cache
def keys(language: str) -> memory.Memory[str]:
    """The stem of each token, "" for a stop word: what whoever reads many words in one language asks."""
    primary, stops = language.partition("-")[0], _stop_words(language.partition("-")[0])

    def key(token: str) -> str:
        folded = fold(token, language)
        return "" if folded in stops else _stem(folded, primary)

    return memory.Memory(key)


@functools.lru_cache(maxsize=1 << 14)
def stem(word: str, language: str) -> str:
    """What all forms of a token have in common: one key for the three scripts of Uzbek; itself where nothing is known.

    Never empty for a token that is not.
    """
    return _stem(fold(word, language), language.partition("-")[0])


def _stem(key: str, primary: str) -> str:
    if key[:1].isdigit():
        return key
    if primary == "uz":
        return lemmauz.fsm_lemmatize(key) or key
    if primary in _SNOWBALL:
        return _snowball(primary).stemWord(key) or key
    return _cut(key, _layers(primary))


@functools.lru_cache(maxsize=1 << 14)
def is_stop(token: str, language: str) -> bool:
    """Whether a token says nothing by itself (and, of, this) in that language."""
    return fold(token, language) in _stop_words(language.partition("-")[0])


def fold(word: str, language: str) -> str:
    """A token in the one spelling of its variants, unstemmed: Uzbek in Latin without the apostrophe of Arabic words
    (ta'lim, often left out), Russian without ё, no apostrophe at the end; cut to `MAX_STEM_CHARS`.
    """
    word = word[:MAX_STEM_CHARS]
    if language.startswith("uz"):
        latin = latin_uzbek(word)
        return _TUTUQ.sub("", latin) or latin
    return word.replace("ё", "е").rstrip("'") or word


@functools.lru_cache(maxsize=1 << 16)
def latin_uzbek(word: str) -> str:
    """A lower-case Uzbek word of any script in the Latin of 1995: o', g', sh, ch ("ўзбек", "özbek" -> "o'zbek")."""
    if word.isascii():
        return word
    script = tables.load("uzbek_scripts.toml")
    letters: dict[str, str] = script["letters"]
    out = ""
    for at, letter in enumerate(word):
        after_vowel = at == 0 or word[at - 1] in "аеёиоуэюяўъь"
        if letter == "е":
            out += "ye" if after_vowel else "e"
        elif letter == "ц":
            out += "ts" if at and after_vowel else "s"
        else:
            out += letters.get(letter, letter)
    for spelling, usual in script["spellings"].items():
        out = out.replace(spelling, usual)
    return out


def _number(token: str) -> str:
    digits = re.sub(r"[ \u00a0\u202f]", "", token)
    if _GROUPED.fullmatch(digits):
        return re.sub("[.,]", "", digits)
    return digits.replace(",", ".")


@functools.cache
def _snowball(primary: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_SNOWBALL[primary], 0)


@functools.cache
def _layers(primary: str) -> tuple[tuple[str, ...], ...]:
    layers = tables.load("suffixes.toml").get(primary, {}).get("layers", [])
    return tuple(tuple(sorted(layer, key=len, reverse=True)) for layer in layers)


def _cut(word: str, layers: tuple[tuple[str, ...], ...]) -> str:
    """Takes at most one suffix of each layer off, outermost layer first, and leaves three letters at least."""
    for layer in layers:
        for suffix in layer:
            if len(word) - len(suffix) >= 3 and word.endswith(suffix):
                word = word[: -len(suffix)]
                break
    return word


@functools.cache
def _stop_words(primary: str) -> frozenset[str]:
    listed: str = tables.load("stopwords.toml").get(primary, "")
    return frozenset(fold(token, primary) for token in listed.split())
