"""Names in a text: runs of capitalised words and what stands in quotation marks, told apart by small gazetteers.

`names` goes by capitals only; `find` also knows offices, organisations and places (`data/names.txt`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from bot.language import tables

_UPPER = "A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨҺÖĞŞÇ"
_WORD = rf"[{_UPPER}][\w’'ʻʼ‘-]+"
_INITIALS = rf"(?:(?:[{_UPPER}]|Sh|Ch)\.\s?)"
_PARTICLE = r"(?:\s(?:of|the|and|de|la|van|von|al|ибн|аль|оглы|угли|o‘g‘li|qizi|и))?"
_RUN = re.compile(rf"{_INITIALS}*{_WORD}(?:{_PARTICLE}\s{_INITIALS}*{_WORD})*(?:\s{_INITIALS}+)?")
_QUOTED = re.compile(rf"«[{_UPPER}\d][^«»\n]{{1,60}}»|\"[{_UPPER}\d][^\"\n]{{1,60}}\"|“[{_UPPER}\d][^“”\n]{{1,60}}”")
_BEGINS = re.compile(r"(?:^|[.!?…:\n«“\"]\s*)$")

_PART = re.compile(r"[^\W\d_]+(?:['`‘’ʻʼ-][^\W\d_]+)*")
_APOSTROPHE = re.compile("[`‘’ʻʼ]")
_ACRONYM = re.compile(rf"[{_UPPER}]{{2,6}}")
_MARK = re.compile(r"[^\w\s'`‘’ʻʼ-]")
_GENITIVE = re.compile(r"(?:i|и|і|ы)$")
_HEAD = re.compile(r"(?:lig|lik|лиг|лик|ліг|тіг|дік|i$|si$|и$|сы$|сі$)")
_BEFORE = 60  # characters looked at before a name
_OFFICE_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name at characters `start` to `end` of a text; `kind` is "title" for what stands in quotation marks (a company,
    a film), "person" for two words and more, "word" for a single capitalised word.

    `find` also says "organisation" and "place", and `office`: the words before a person that say what he or she is
    ("министр финансов"), "" if there are none.
    """

    start: int
    end: int
    kind: str
    office: str = ""


def names(text: str) -> tuple[Name, ...]:
    """Names in order, none inside another. A single capitalised word at the start of a sentence is no name."""
    quoted = [(found.start(), found.end(), "title") for found in _QUOTED.finditer(text) if _is_title(found.group())]
    runs = [
        (found.start(), found.end(), _kind(found.group())) for found in _RUN.finditer(text) if _is_name(text, found)
    ]
    found, free_from = [], 0
    for start, end, kind in sorted([*quoted, *runs]):
        if start >= free_from:
            found.append(Name(start=start, end=end, kind=kind))
            free_from = end
    return tuple(found)


def find(text: str, *, until: int | None = None) -> tuple[Name, ...]:
    """Names in order with their kind: a person with the office before the name, an organisation, a place; "title" and
    "word" where nothing more is known. A person's name is taken without the office. Those that
    begin behind the character `until` are not looked at."""
    near = (name for name in names(text) if until is None or name.start <= until)
    return tuple(_known(text, part) for name in near for part in _parted(text, name))


def _parted(text: str, name: Name) -> tuple[Name, ...]:
    """A place at the end of a run stands for itself: `Anna Kim Toshkentda`, and `Bugun Toshkentda`, where the word that
    only begins the sentence is dropped."""
    words = list(_PART.finditer(text, name.start, name.end))
    if name.kind != "person" or len(words) < 2 or not is_listed("places", words[-1].group()):
        return (name,)
    if any(is_listed("places", word.group()) for word in words[:-1]):
        return (name,)
    place = Name(start=words[-1].start(), end=name.end, kind="word")
    if len(words) > 2:
        return (replace(name, end=words[-2].end()), place)
    is_opening = _BEGINS.search(text[max(0, name.start - 3) : name.start]) is not None
    return (place,) if is_opening else (replace(name, end=words[0].end(), kind="word"), place)


def _known(text: str, name: Name) -> Name:
    shown = text[name.start : name.end]
    parts = [word.group() for word in _PART.finditer(shown)]
    if not parts:
        return name
    if name.kind == "title":
        before = _PART.findall(text[max(0, name.start - _BEFORE) : name.start])[-1:]
        is_firm = any(is_listed("organisations", word) for word in before)
        return replace(name, kind="organisation" if is_firm else "title")
    follows = _PART.match(text, min(name.end + 1, len(text)))
    if (
        follows
        and follows.group()[0].islower()
        and _HEAD.search(follows.group())
        and is_listed("organisations", follows.group())
    ):
        return replace(name, end=follows.end(), kind="organisation")  # Uzbek and Kazakh: `Moliya vazirligi`
    if any(is_listed("organisations", word) for word in parts) or _ACRONYM.fullmatch(shown):
        return replace(name, kind="place" if is_listed("places", shown) else "organisation")
    if all(is_listed("places", word) for word in parts):
        return replace(name, kind="place")
    return _person(text, name, parts)


def _person(text: str, name: Name, parts: list[str]) -> Name:
    """The office taken off the beginning of the name, or found before it; one word behind an office is a person."""
    titled = [place + 1 for place, word in enumerate(parts[:-1][:_OFFICE_WORDS]) if is_listed("offices", word)]
    start = name.start
    if titled:
        words = list(_PART.finditer(text, name.start, name.end))
        start = words[titled[-1]].start()
    begin = _office_start(text, start)
    if titled:
        begin = min(begin, name.start)
    office = text[begin:start].strip()
    kind = "person" if office or name.kind == "person" else name.kind
    return replace(name, start=start, kind=kind, office=office)


def _office_start(text: str, at: int) -> int:
    """Where the office begins that stands right before `at`: up to four words back to the first word of an office, no
    mark between; `at` itself where there is none."""
    from_ = max(0, at - _BEFORE)
    line = text[from_:at]
    last = max((mark.end() for mark in _MARK.finditer(line)), default=0)
    found = list(_PART.finditer(line, last))[-_OFFICE_WORDS:]
    first = next((word for word in found if is_listed("offices", word.group())), None)
    if first is None:
        return at
    preceding = [word for word in found if word.start() < first.start()]
    is_last_word = first.end() == len(line.rstrip())
    if is_last_word and preceding and _GENITIVE.search(first.group()):  # Uzbek and Kazakh: `moliya vaziri`
        first = preceding[max(0, len(preceding) - 2)] if len(preceding) > 1 else preceding[0]
    return from_ + first.start()


@lru_cache(maxsize=1 << 14)
def is_listed(section: str, word: str) -> bool:
    """Whether a section of the gazetteers ("places", "organisations", "offices") holds a word or its beginning."""
    low = _APOSTROPHE.sub("'", word.lower()).replace("ё", "е")
    exact, starts = _listed(section)
    return low in exact or any(low[:size] in starts for size in range(2, len(low) + 1))


@cache
def _listed(section: str) -> tuple[frozenset[str], frozenset[str]]:
    """Whole words, and beginnings without their `*`."""
    listed = tables.words("names", section)
    return frozenset(w for w in listed if w[-1] != "*"), frozenset(w[:-1] for w in listed if w[-1] == "*")


def _is_title(quotation: str) -> bool:
    """A company's or a film's name has few words and no comma; a longer quotation is somebody's speech."""
    return quotation.count(" ") <= 5 and "," not in quotation and quotation[-2] not in ".!?…"


def _is_name(text: str, found: re.Match[str]) -> bool:
    if " " in found.group() or "." in found.group():
        return True
    single = found.group()
    return len(single) > 1 and not _BEGINS.search(text[max(0, found.start() - 3) : found.start()])


def _kind(name: str) -> str:
    return "person" if " " in name or "." in name else "word"
