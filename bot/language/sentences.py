"""Where the sentences of a text begin and end; one pass, no model, no sentence runs over a line break."""

from __future__ import annotations

import re

from bot.language import tables

LOOK_BACK = 24  # characters that are looked at for an abbreviation; the longest has 9

LATIN_ONLY = frozenset("DFGIJLNQRSUVWZ")
"""Letters that are nobody's initial before a name in Cyrillic: none of them looks like one of its letters."""

_END = re.compile(r"[.!?…]+[»”’\"')\]]*")
_LINE = re.compile(r"[^\n]+")
_LAST_WORD = re.compile(r"[^\W_][\w.'’‘ʻ-]*$")
_INITIAL = re.compile(r"(?:[A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨҺ]|Sh|Ch|Yo|Yu|Ya|Ye|Дж|Дз|[OG][‘’'ʻ`])(?:\.[A-ZА-ЯЁ])*")
_LETTERED = re.compile(r"[A-Z](?:\.[A-Z])+")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?![.\w])")
_UNIT = re.compile(r"[^\W\d_]+(?:[’'‘ʻʼ`][^\W\d_]+)?")
_APOSTROPHE = re.compile(r"[’‘ʻʼ`]")
_AGED = re.compile(r"\d{1,3}-(?:лет|year|yosh|ёш|жас)")
_ENDS_LATIN = re.compile(r"[A-Za-z0-9][A-Z]$")  # 765G.Дальше
_CYRILLIC_WORD = re.compile(r"[А-ЯЁ][а-яё]")
_AFTER_NUMBER = re.compile(r"^\d+(?:-|(?:[.,]\d+)?(?=(?:тыс|млн|млрд|трлн|mln|mlrd|trln)$))")
_ROMAN_END = re.compile(r"(?<!\w)[IVXХ]{1,5}$")
_SPEECH = re.compile(r"\s*(?:,|[-–—‒]\s)")
_SITE = re.compile(r"(?:com|org|net|info|ru|uz|kz|kg|gov|edu|tv|me|io|uk|co)\b", re.IGNORECASE)
_SITE_END = re.compile(r"[a-z0-9]\.(?:kz|ru|uz|kg|com|org|net)$", re.IGNORECASE)
_OPENING = "«“„‘\"'([—–•■#"
_AFTER_US = re.compile(r"(?:The|A|An|It|In|He|She|They|We|But|And|On|At|This|That|These|Those|As|For|If|I|You)\b")


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end (exclusive) of each sentence in characters of `text`, in order, without the blanks around it.

    Every character that is not white space belongs to exactly one sentence. Time grows with the length only.
    """
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        _of_line(text, line.start(), line.end(), found)
    return tuple(found)


def _of_line(text: str, begin: int, limit: int, found: list[tuple[int, int]]) -> None:
    start, seen, straight = begin, begin, 0  # `straight` counts the " between begin and `seen`
    for mark in _END.finditer(text, begin, limit):
        straight += text.count('"', seen, mark.start())
        seen = mark.start()
        end = _cut_before_opening(text, mark, straight % 2 == 1)
        if end < limit and _is_end(text, start=start, mark=mark, end=end, limit=limit):
            _add(text, start, end, found)
            start = end
    _add(text, start, limit, found)


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    bare = piece.strip()
    if bare:
        first = start + len(piece) - len(piece.lstrip())
        found.append((first, first + len(bare)))


def _cut_before_opening(text: str, mark: re.Match[str], inside: bool) -> int:
    """The end of the mark; a straight quotation mark that opens the next sentence is not part of it."""
    quote = mark.group().find('"')
    if quote > 0 and not inside and mark.group().count('"') == 1:
        return mark.start() + quote
    return mark.end()


def _is_end(text: str, *, start: int, mark: re.Match[str], end: int, limit: int) -> bool:
    rest = text[end : min(limit, end + 40)]
    following = rest.lstrip()
    if not following:
        return end == limit or not text[end:limit].strip()
    glued = rest[0] == following[0]
    closed = text[end - 1] in "»”\"'’)"
    if (closed or mark.group()[0] in "!?…") and _SPEECH.match(rest):
        return following[0] in "-–—‒" and not closed and _capital_after_dash(following)
    if glued and not _may_be_glued(text, mark.start(), following):
        return False
    if not _may_begin(following, glued):
        return False
    return mark.group()[0] != "." or mark.group().startswith("..") or not _is_abbreviation(text, start, mark, following)


def _capital_after_dash(following: str) -> bool:
    return following[1:].lstrip()[:1].isupper()


def _may_begin(following: str, glued: bool) -> bool:
    first = following[0]
    if first.isdigit():
        return not glued or _AGED.match(following) is not None
    if first in "—–":
        return _capital_after_dash(following)
    return first.isupper() or first in _OPENING or _is_symbol(first)


def _is_symbol(letter: str) -> bool:
    """Emoji and bullets begin sentences of posts."""
    return ord(letter) > 0x2190 and not letter.isalnum()


def _may_be_glued(text: str, at: int, following: str) -> bool:
    """`word.Next` is two sentences; `U.S.A`, `3.5`, `Node.JS` and `Site.Com` are not; `site.kz.Дальше` is."""
    before = text[at - 1 : at]
    if following[0] in '«“"':
        return True
    if following[0].isdigit():
        return text[max(0, at - 3) : at].isalpha()
    if _SITE_END.search(text[max(0, at - 24) : at]) and not following[0].isascii():
        return following[0].isupper()
    if following[1:2] == "." and before.isascii():
        return False  # Ph.D.
    if _ENDS_LATIN.search(text[max(0, at - 4) : at]) and _CYRILLIC_WORD.match(following):
        return True
    small = before.islower() or before.isdigit() or before in '»”")%' or _is_acronym(text[max(0, at - 3) : at])
    return small and following[0].isupper() and not following[1:2].isupper() and not _SITE.match(following)


def _is_acronym(letters: str) -> bool:
    return len(letters) == 3 and letters.isalpha() and letters.isupper()


def _is_abbreviation(text: str, start: int, mark: re.Match[str], following: str) -> bool:
    found = _LAST_WORD.search(text, max(start, mark.start() - LOOK_BACK), mark.start())
    if found is None or "»" in mark.group() or '"' in mark.group():
        return False
    word = found.group()
    if text[found.start() - 1 : found.start()] == "°":
        return False
    if _INITIAL.fullmatch(word) and following[0].isupper():
        return not ((_AFTER_US.match(following) and len(word) > 1) or _begins_sentence(following, initial=word))
    if word.isdigit():
        return not text[start : found.start()].strip() and len(word) < 3  # "3. Item" of a list
    if following[0].isdigit() and _LETTERED.fullmatch(word):
        return True  # H.R. 5
    low = _AFTER_NUMBER.sub("", word.lower())
    if low in ("д", "п") and text[max(start, found.start() - 3) : found.start()].lower() == "т. ":
        low = f"т.{low}"
    if low == "no":
        return following[0].isdigit()
    rarely = low in tables.words("abbreviations", "rarely") and not _ends_here(
        text, mark.start() - len(low), low, following
    )
    return rarely or low in tables.words("abbreviations", "never")


def _begins_sentence(following: str, *, initial: str) -> bool:
    if not following[0].isascii() and initial in LATIN_ONLY:
        return True  # витамина D. Врачи
    first = _FIRST_WORD.match(following)
    return first is not None and first.group().lower() in tables.words("abbreviations", "begins")


def _is_unit(following: str) -> bool:
    """Whether a text begins with a currency, apostrophes of whatever kind."""
    found = _UNIT.match(following)
    return found is not None and _APOSTROPHE.sub("'", found.group().lower()) in tables.words("abbreviations", "units")


def _ends_here(text: str, at: int, word: str, following: str) -> bool:
    """After `2026 г.`, `5 млрд.` and `и др.` a capitalised word begins a sentence; after `г.` alone a town follows,
    after `тыс.` a unit in capitals, after `U.S.` a name unless it is one that begins sentences."""
    if not following[0].isupper() or following[:3] in ("США", "США."):
        return following[0] in _OPENING and following[0] != "("
    if word in tables.words("abbreviations", "amounts"):
        return not following[:2].isupper() and not _is_unit(following)
    if (word.isascii() and "." in word) or word in ("inc", "ltd", "co", "corp", "llc", "plc"):
        return _AFTER_US.match(following) is not None
    before = text[max(0, at - 5) : at].rstrip(" -")
    if word in ("г", "в", "с", "ж", "y", "й", "ғ", "va", "м"):
        return before[-1:].isdigit() or before.endswith(("/", "кв.", "куб.")) or _ROMAN_END.search(before) is not None
    return True
