"""Where a sentence may end early with a whole clause before the cut, and which of its parts stand alone.

There is no parser behind this: commas, conjunctions and finite verbs known by their endings (`data/clauses.txt`).
Where they leave a doubt the answer is no. Where the verb stands last, as in Uzbek and Kazakh, a clause ends only
behind a finite verb.
"""

from __future__ import annotations

import re
from functools import cache

from bot.language import limits, memory, tables

VERB_LAST = frozenset(("uz", "kk", "ky", "tr", "az", "tk", "tt", "ba", "crh", "mn", "ja", "ko", "hi"))
LEAST_CHARS = 30
"""A shorter rest says nothing worth a line of its own."""

ANNOUNCED_CHARS = 60
"""So far before a colon a word like `following` is looked for."""
TEASING_CHARS = 60
"""A beginning that only makes curious ends in so many characters."""

_PAIRED = re.compile(r"[«»“”„\"()\[\]]")
_PARTS = re.compile(r",\s|;\s|:\s|\s[—–-]\s")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_QUOTES = '«“"'
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_BROKEN = re.compile(r"[.!?;:]")
_DASH = re.compile(r"\s[—–]\s")
_STUB = re.compile(r"\s[—–]\s(?:[^\W\d]+\s){0,2}[^\W\d]+$")
_LISTED = re.compile(r",? (?:and|or)\b(,? \w+ing\b)?")
_PARTICIPLE = re.compile(r"\s*[A-Z]?\w+(?:ed|ing) (?:from|by|in|on|at|for|with|to|as|the|an?|of)\b")
_NUMBERED = re.compile(r"(?<![^\s])\w{1,2}\)(?=\s)")
_DIGIT = re.compile(r"\d")
_INSERTED = re.compile(r",\s")


def ends(text: str, language: str, *, loose: bool = False) -> tuple[int, ...]:
    """Positions at which a sentence may end early, nearest first: a whole clause stands before each, no quotation or
    parenthesis is cut, no speaker is lost. `loose` also takes supplements and adjuncts off, for what is too
    long otherwise.
    """
    family, low = family_of(language), tables.lowered(text)
    kinds = ("ends", "loose") if loose else ("ends",)
    found = {at.start() for kind in kinds for at in _pattern(kind, family).finditer(low)}
    if loose or family == "verb_last":
        found |= {at.start() for at in _pattern("and", family).finditer(low) if _parts_verbs(low, at, family)}
    joined = {at.start() for at in _pattern("joins", family).finditer(low) if _joined(text, low, at.start(), family)}
    if not (found or joined) or _names_speaker(low):
        return ()
    if loose and family == "en":
        found = {at for at in found if not _parts_subject(low[at:], family)}
    single = {at for at in found - joined if not _is_listed(text[:at], text[at:], family)}
    limit = _open_from(low)
    return tuple(at for at in sorted(single | joined) if at < limit and _may_end(text, low, at, family))


def breaks(text: str, language: str) -> tuple[int, ...]:
    """Commas before which a whole clause stands, those of lists too: for what is far too long and ends nowhere else."""
    family, low = family_of(language), tables.lowered(text)
    if family not in ("ru", "en") or _names_speaker(low):
        return ()
    limit = _open_from(low)
    found = (at.start() for at in tables.lower_pattern("clauses", "breaks").finditer(low))
    adjective = tables.pattern("clauses", "adjective_ru")
    single = (at for at in found if at < limit and not adjective.search(text[max(0, at - 24) : at]))
    return tuple(at for at in single if _may_end(text, low, at, family))


def rest(text: str, at: int, language: str) -> int | None:
    """Where the clause behind the cut `at` begins, its conjunction off; None unless it stands alone: with its own
    subject and verb, no pronoun at its start, and neither a speaker nor a condition before it that holds for it too."""
    family, low = family_of(language), tables.lowered(text)
    if limits.governs(low[:at]):
        return None
    found = _joined(text, low, at, family)
    if found is None or (_pattern("inserted", family).match(low, at) and _goes_on(low[found:], family)):
        return None
    if len(text) - found < LEAST_CHARS or tables.begins("phrases", "dangling", text, found):
        return None
    return found


def _goes_on(low: str, family: str) -> bool:
    """Whether behind a comma of this clause the one it was inserted into seems to go on."""
    going = tables.lower_pattern("clauses", "goes_on")
    return family == "ru" and any(going.match(part) and not _has_verb(part, family) for part in _PARTS.split(low)[1:])


def _joined(text: str, low: str, at: int, family: str) -> int | None:
    """Where the clause behind a conjunction at `at` begins; None if it has no subject or no verb of its own."""
    found = _pattern("rest", family).match(low, at)
    if found is None or tables.begins("clauses", f"leans_{family}", text, found.end()):
        return None
    begin = found.end()
    return begin if balanced(text[begin:]) and _stands(text[begin:], low[begin:], family) else None


def alone(text: str, language: str) -> bool:
    """Whether a text that another part of its sentence stood before is a sentence without it: it has its verb before
    the first comma and begins with neither a verb nor a word that leans on what stood before."""
    family, low = family_of(language), tables.lowered(text)
    if family != "verb_last" and _pattern("leans", family).match(low):
        return False
    return _stands(text, low, family)


def insertion(text: str, language: str) -> tuple[int, int] | None:
    """The first relative clause or participle phrase between subject and verb, both of its commas included; None if
    there is none, where it ends is in doubt, or the sentence may not be true without it."""
    family = family_of(language)
    if family not in ("ru", "en"):
        return None
    low = tables.lowered(text)
    opening = next(
        (at.start() for at in _INSERTED.finditer(low) if _pattern("inserted", family).match(low, at.start())), None
    )
    if not opening or _has_verb(low[:opening], family) or not balanced(text[:opening]):
        return None
    own = 1 if tables.lower_pattern("clauses", "relative").match(low, opening) else 0
    verbs = [word.start() for word in _WORD.finditer(low, opening) if _verbs(family)[word.group()]]
    closings = (text.rfind(", ", opening + 1, verb) for verb in verbs[own:])
    good = (at for at in closings if _may_close(low, opening, at, begins=verbs[0] if own else opening))
    closing = next(good, None)
    if closing is None:
        return None
    sure = limits.may_go(text[:opening], text[opening : closing + 1], text[closing + 1 :], family=family)
    return (opening, closing + 1) if sure else None


def _may_close(text: str, opening: int, closing: int, *, begins: int) -> bool:
    """Whether the sentence may go on behind the comma at `closing`: with neither a conjunction nor a further clause
    that depends on the inserted one."""
    inside, after = text[opening:closing], closing + 2
    if closing < begins or not balanced(inside) or _BROKEN.search(inside):
        return False
    depends = tables.lower_pattern("clauses", "subordinate").match(text, after)
    return not depends and not tables.lower_pattern("clauses", "conjunction").match(text, after)


def without_stub(text: str, language: str) -> int:
    """Where a text that was cut before a relative clause ends without a dash and the bare word or two behind it, which
    say nothing without that clause: `won the Open — a tournament`. Its length if it has no such end."""
    family, low = family_of(language), tables.lowered(text)
    found = _STUB.search(low)
    if found is None or not _has_verb(low[: found.start()], family) or _has_verb(found.group(), family):
        return len(text)
    return found.start()


def balanced(text: str) -> bool:
    """Whether every quotation mark and parenthesis that opens is closed, and nothing closes that was not open."""
    if not _PAIRED.search(text):
        return True
    if text.count(")") > text.count("("):
        text = _NUMBERED.sub("", text)
    pairs = (("«", "»"), ("“", "”"), ("(", ")"), ("[", "]"))
    if "„" in text:
        return text.count("„") == text.count("“")
    return text.count('"') % 2 == 0 and all(_nested(text, opening, closing) for opening, closing in pairs)


def _nested(text: str, opening: str, closing: str) -> bool:
    return text.count(opening) == text.count(closing) and text.find(opening) <= text.find(closing)


def family_of(language: str) -> str:
    primary = language.partition("-")[0]
    if primary in VERB_LAST:
        return "verb_last"
    return primary if primary in ("ru", "en") else "other"


def _pattern(what: str, family: str) -> re.Pattern[str]:
    """For text in lower case."""
    return tables.lower_pattern("clauses", f"{what}_{family}")


def _may_end(text: str, low: str, at: int, family: str) -> bool:
    head, tail = text[:at], text[at:]
    if not head.strip() or not balanced(head) or not balanced(tail):
        return False
    if tables.lower_pattern("clauses", "open_end").search(low[max(0, at - 40) : at]):
        return False
    if tables.lower_pattern("clauses", "open_figure").search(low[max(0, at - 20) : at]):
        return False
    if tables.lower_pattern("clauses", "teases").search(low[max(0, at - TEASING_CHARS) : at]):
        return False
    if tail[0] == ":" and tables.lower_pattern("clauses", "announces").search(low[max(0, at - ANNOUNCED_CHARS) : at]):
        return False
    if limits.taken_back(low, at) or limits.restricts(head, low, family=family):
        return False
    if _pattern("inserted", family).match(low, at) and _goes_on(low[at + 1 :], family):
        return False
    if _DASH.match(tail) and (
        len(_DASH.findall(head)) % 2
        or head[-1].isdigit()
        or tables.pattern("clauses", "adjective_ru").search(head[-24:])
    ):
        return False
    if tail[0].isspace() and tables.lower_pattern("clauses", "open_measure").search(low[max(0, at - 20) : at]):
        return False
    return not _is_left_open(head, family) and _is_clause(head, low[:at], family)


def _parts_subject(tail: str, family: str) -> bool:
    """Whether an adjunct behind a loose cut would take a finite verb with it that is not its own."""
    if not _pattern("loose", family).match(tail) or _pattern("ends", family).match(tail):
        return False
    adjunct = _pattern("inner", family).split(tail)[0] if tail[0] != "," else tail
    return tables.lower_pattern("clauses", "finite_en").search(adjunct) is not None


def _parts_verbs(text: str, at: re.Match[str], family: str) -> bool:
    """Whether a conjunction joins two verbs with what belongs to each, no figure behind it; `designed and built the
    bridge` is one predicate."""
    if family == "verb_last":
        return True
    if _DIGIT.search(text, at.end()):
        return False
    before = _WORD.findall(text[max(0, at.start() - 40) : at.start()])
    after = _WORD.match(text, at.end())
    if after is None or len(before) < 2 or any(map(_verbs(family).__getitem__, before[-2:])):
        return False
    return _verbs(family)[after.group()]


def _open_from(low: str) -> int:
    """Where a pair or a condition begins that a later cut would leave open; behind the text if there is none."""
    found = tables.lower_pattern("clauses", "open_pair").search(low)
    return found.end() if found else len(low) + 1


def _is_left_open(head: str, family: str) -> bool:
    """Whether the last part before a cut is a subordinate clause that has no verb yet."""
    last = _PARTS.split(head)[-1]
    if family == "en" and (waits := _pattern("waits", family).search(tables.lowered(last))):
        return not _has_verb(tables.lowered(last)[waits.end() :], family)
    if last.startswith(("как ", "as ")):
        return False
    low = tables.lowered(last)
    depends = last.startswith(("а ", "но ")) or tables.lower_pattern("clauses", "subordinate").match(low)
    return bool(depends) and not _has_verb(low, family)


def _names_speaker(low: str) -> bool:
    """Whether the last part of a sentence, behind a comma or a dash, names who said it."""
    speaker = tables.lower_pattern("clauses", "speaker")
    if not speaker.search(low):
        return False
    *before, last = _PARTS.split(low)
    return bool(before) and speaker.search(last) is not None


def _is_listed(head: str, tail: str, family: str) -> bool:
    """Whether the cut would fall between two members of a list: adjectives in Russian, anything with `and` behind."""
    if not tail.startswith(","):
        return False
    if family == "ru":
        adjective = tables.pattern("clauses", "adjective_ru")
        following = _WORD.search(tail)
        if following is None or following.group().startswith("котор"):
            return False
        return bool(adjective.search(head[-24:]) and adjective.search(following.group()))
    if family != "en":
        return False
    first = _WORD.search(tail)
    listed = _LISTED.search(tail)
    if _pattern("ends", family).match(tables.lowered(tail)):
        return listed is not None and listed[1] is not None
    return listed is not None or first is None or _verbs(family)[first.group().lower()]


def _is_clause(text: str, low: str, family: str) -> bool:
    """Whether a part that is no subordinate clause holds a finite verb."""
    if family == "verb_last":
        words = _WORD.findall(low[-40:])
        return bool(words) and _verbs(family)[words[-1]]
    if family == "other":
        return True
    if any(map(text.__contains__, _QUOTES)):
        text = _QUOTED.sub("", text)
        low = tables.lowered(text)
    if family == "ru":
        return _pattern("copula", family).search(low) is not None or any(map(_is_main_ru, _PARTS.split(low)))
    return any(map(_is_main_en, _PARTS.split(text), _PARTS.split(low)))


def _is_main_ru(low: str) -> bool:
    return not tables.lower_pattern("clauses", "subordinate").match(low) and _has_verb(low, "ru")


def _is_main_en(text: str, low: str) -> bool:
    low = _pattern("inner", "en").split(low, 1)[0]
    if _PARTICIPLE.match(text[: len(low)]) or tables.lower_pattern("clauses", "subordinate").match(low):
        return False
    return _has_verb(low, "en")


def _stands(text: str, low: str, family: str) -> bool:
    """Whether a clause has its verb before the first comma, or an adverbial there and the verb behind it."""
    bare = text.rstrip(".!?… ")
    if not _is_clause(bare, low[: len(bare)], family):
        return False
    comma = _PARTS.search(low)
    first = comma.start() if comma else len(low)
    return (
        family not in ("ru", "en")
        or _is_clause(text[:first], low[:first], family)
        or tables.lower_pattern("clauses", "adverbial").match(low[:first]) is not None
    )


def _has_verb(low: str, family: str) -> bool:
    return any(map(_verbs(family).__getitem__, _WORD.findall(low)))


@cache
def _verbs(family: str) -> memory.Memory[bool]:
    """Whether a lower-case word is a finite verb."""
    if family == "other":
        return memory.Memory(lambda word: False)
    verb, no_verb = _pattern("verb", family), _pattern("no_verb", family)

    def is_verb(word: str) -> bool:
        plain = word.replace("ё", "е")
        return bool(verb.fullmatch(plain)) and not no_verb.fullmatch(plain)

    return memory.Memory(is_verb)
