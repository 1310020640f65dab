"""Uzbek in the script a reader chose: Latin of 1995, the new Latin (ö ğ ş ç) and Cyrillic, for display only.

What stands in quotation marks stays as published, and so do addresses, hashtags, Roman numerals and foreign words (with
c or w). Spellings that do not follow from the letters stand in `data/uzbek_words.txt`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.language import tables

_APOSTROPHES = "'`‘’ʻʼ´"
_KEPT = r"«[^»]*»|“[^”]*”|„[^“]*“|\"[^\"\n]*\"|https?://\S+|[@#]\w+|\S+@\S+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:uz|com|ru|org|net|kz)\b"
_LATIN_WORD = re.compile(
    rf"(?P<kept>{_KEPT})|[A-Za-zÀ-ɏ]+(?:[{_APOSTROPHES}][A-Za-zÀ-ɏ]+|(?<=[OoGg])[{_APOSTROPHES}])*"
)
_CYRILLIC_WORD = re.compile(rf"(?P<kept>{_KEPT})|[\u0400-\u04ff]+")
_ROMAN = re.compile(r"[IVXLC]+")
_FOREIGN = re.compile(r"w|c(?!h)")
_CAPITALS = re.compile(r"((?:[^\W\d_a-zа-яёўқғҳ]['`‘’ʻʼ´]?){2,}?(?:[SC]h)?)([a-zа-яёўқғҳ][\w'`‘’ʻʼ´]+)")
_BRAND = re.compile(r"[a-zа-яё][A-ZА-ЯЁ]")
_NEW = (("ö", "o'"), ("õ", "o'"), ("ó", "o'"), ("ğ", "g'"), ("ǵ", "g'"), ("ş", "sh"), ("š", "sh"), ("ç", "ch"))
_PAIRS = {
    "yo'": "йў", "o'": "ў", "g'": "ғ", "sh": "ш", "ch": "ч", "ya": "я", "yo": "ё", "yu": "ю", "ye": "е", "ts": "ц",
    "s'h": "сҳ",
}  # fmt: skip
_SINGLE = dict(zip("abvgdejziyklmnoprstufxqh'", "абвгдежзийклмнопрстуфхқҳъ", strict=True))
_SPELLED = re.compile(r"s'h|yo'|[og]'|[sc]h|y[aoue]|ts|.")
_LATIN = {
    **{cyrillic: latin for latin, cyrillic in _SINGLE.items()},
    "ё": "yo", "ю": "yu", "я": "ya", "ў": "o'", "ғ": "g'", "ш": "sh", "ч": "ch", "щ": "sh", "ы": "i", "э": "e", "ь": "",
    "ъ": "'",
}  # fmt: skip
_CYRILLIC_VOWELS = "аеёиоуэюяў"
_SHOWN = {"o'": "o‘", "g'": "g‘"}


def to_cyrillic(text: str) -> str:
    """An Uzbek text in Latin letters, old or new, in Cyrillic."""
    return _LATIN_WORD.sub(lambda found: found.group() if found["kept"] else _word_to_cyrillic(found.group()), text)


def to_latin(text: str) -> str:
    """An Uzbek text in Cyrillic or in the new Latin in the Latin of 1995, with o‘, g‘ and ’ as printed."""
    cyrillic = _CYRILLIC_WORD.sub(lambda found: found.group() if found["kept"] else _word_to_latin(found.group()), text)
    return _LATIN_WORD.sub(lambda found: found.group() if found["kept"] else _shown(found.group()), cyrillic)


def to_new_latin(text: str) -> str:
    """An Uzbek text of any script in the new Latin: ö, ğ, ş, ç."""
    return _LATIN_WORD.sub(lambda found: found.group() if found["kept"] else _renewed(found.group()), to_latin(text))


@lru_cache(maxsize=1 << 14)
def _word_to_cyrillic(word: str) -> str:
    if parts := _CAPITALS.fullmatch(word):
        return _word_to_cyrillic(parts[1]) + _word_to_cyrillic(parts[2])
    low = _plain(word)
    if _FOREIGN.search(low) or _BRAND.search(word) or (_ROMAN.fullmatch(word) and (len(word) > 1 or word in "IVX")):
        return word
    stem = next((stem for stem in _beginnings("latin", low) if stem), "")
    known = tables_by("latin")[stem] if stem else ""
    return _cased(known + _spell_cyrillic(low[len(stem.rstrip("_")) :], known), word)


def _spell_cyrillic(low: str, before: str) -> str:
    out = before
    for found in _SPELLED.finditer(low):
        piece = found.group()
        if piece == "e" and (not out or out[-1] in _CYRILLIC_VOWELS):
            out += "э"
        elif piece == "ye" and out and out[-1] not in _CYRILLIC_VOWELS + "йъ":
            out += "ье"
        else:
            out += _PAIRS.get(piece) or _SINGLE.get(piece, piece)
    return out[len(before) :]


@lru_cache(maxsize=1 << 14)
def _word_to_latin(word: str) -> str:
    if parts := _CAPITALS.fullmatch(word):
        return _word_to_latin(parts[1]) + _word_to_latin(parts[2])
    low = word.lower()
    stem = next(iter(_beginnings("cyrillic", low)), "")
    out = tables_by("cyrillic")[stem].rstrip("_") if stem else ""
    start = len(stem.rstrip("_"))
    for at in range(start, len(low)):
        out += _letter(low, at)
    return _cased(out, word)


def _letter(low: str, at: int) -> str:
    letter, before, after = low[at], low[at - 1 : at], low[at + 1 : at + 2]
    if letter == "е":
        return "ye" if not before or before in _CYRILLIC_VOWELS + "ъь" else "e"
    if letter == "ц":
        return "ts" if before and before in _CYRILLIC_VOWELS else "s"
    if letter == "ъ" and after and after in "еёюя":
        return ""
    if letter == "ҳ" and before == "с":
        return "'h"
    return _LATIN.get(letter, letter)


def _shown(word: str) -> str:
    """An Uzbek word in Latin with the apostrophes as they are printed and no letter of the new alphabet."""
    if (word.isascii() and word.isalpha()) or _BRAND.search(word):
        return word
    if parts := _CAPITALS.fullmatch(word):
        return _shown(parts[1]) + _shown(parts[2])
    low = _plain(word)
    out = re.sub("[og]'", lambda found: _SHOWN[found.group()], low).replace("'", "’")
    return _cased(out, word)


def _renewed(word: str) -> str:
    if _BRAND.search(word):
        return word
    if parts := _CAPITALS.fullmatch(word):
        return _renewed(parts[1]) + _renewed(parts[2])
    out = _plain(word)
    for new, old in (("ö", "o'"), ("ğ", "g'"), ("ş", "sh"), ("ç", "ch")):
        out = out.replace(old, new)
    return _cased(out.replace("'", "ʼ"), word)


def _plain(word: str) -> str:
    low = re.sub(f"[{_APOSTROPHES}]", "'", word.lower().replace("i\u0307", "i"))
    for new, old in _NEW:
        low = low.replace(new, old)
    return low


def _cased(low: str, like: str) -> str:
    """A lower-case word in capitals where `like` is, and with a capital at its start where `like` begins with one."""
    capitals = sum(map(str.isupper, like))
    if capitals > 1 and capitals * 2 > len(like):
        return low.upper()
    return low[:1].upper() + low[1:] if like[:1].isupper() else low


@cache
def tables_by(script: str) -> dict[str, str]:
    """Stems of `uzbek_words` in one script -> in the other; a whole word ends in `_`."""
    pairs = (line.split() for line in tables.sections("uzbek_words")["stems"])
    whole = ((latin, cyrillic, "_" if latin.endswith("_") else "") for latin, cyrillic in pairs)
    if script == "latin":
        return {latin: cyrillic for latin, cyrillic, _ in whole}
    return {cyrillic + mark: latin for latin, cyrillic, mark in whole}


@cache
def _longest(script: str) -> int:
    return max(map(len, tables_by(script)))


def _beginnings(script: str, low: str) -> tuple[str, ...]:
    """The longest stem of the table that a word begins with, if there is one."""
    known = tables_by(script)
    if f"{low}_" in known:
        return (f"{low}_",)
    found = (low[:end] for end in range(min(len(low), _longest(script)), 2, -1) if low[:end] in known)
    return tuple(found)[:1]
