"""What a fact claims that its evidence does not: figures, dates, names, quotations, speakers, negations and words.

Ordinary words may differ where a writer rewords; what can be checked must stand in the evidence, each as often there
as in the fact.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.stages import alike, claims, moved, opposite
from bot.stages.claims import Claims, Date, Figure, Token
from bot.stages.quoted import Quote

SAYS_WITHIN = 4
"""A name at most this many words from a word of saying is the speaker."""
SHORT_QUOTE = 3
"""So many words in quotation marks are a name, which takes endings; more are somebody's words."""
NEAR = 1
"""Figures in another order than in the evidence must have one of these neighbours on either side in common."""

_SHORT = re.compile(r"(?<!\w)[^\W\d_]{1,3}\.$")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


class ProblemKind(StrEnum):
    """What of a fact does not stand in its evidence; `EVIDENCE` when there is none."""

    EVIDENCE = "evidence"
    FIGURE = "figure"
    UNIT = "unit"
    DATE = "date"
    NAME = "name"
    SPEAKER = "speaker"
    QUOTE = "quote"
    NEGATION = "negation"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not proven: `text` as the fact has it, at character `offset` of the fact."""

    kind: ProblemKind
    text: str
    offset: int = 0
    reason: str = "not in the evidence"

    def __str__(self) -> str:
        return f"{self.text}: {self.reason}" if self.text else self.reason


def problems(fact: Claims, evidence: Claims, *, reworded: bool, known: Callable[[str], bool]) -> tuple[Problem, ...]:
    """All problems in the order of the fact; `known` tells whether a word is a name elsewhere in the article.

    Without `reworded` the words too must be those of the evidence, in their order.
    """
    found = [
        *_figures(fact, evidence),
        *_dates(fact, evidence),
        *_names(fact, evidence, known),
        *_quotes(fact, evidence),
        *_negations(fact, evidence),
        *_turns(fact, evidence),
    ]
    found += _moved(fact, evidence) if not found else []
    if not reworded and not found:
        found += _words(fact, evidence)
    return tuple(sorted(found, key=lambda one: one.offset))


def _said(text: Claims, first: int, last: int) -> tuple[str, int]:
    start, end = text.tokens[first].start, text.tokens[last].end
    return text.text[start:end], start


def _figures(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    free = list(evidence.figures)
    pairs: list[tuple[Figure, Figure]] = []
    for one in fact.figures:
        same = [other for other in free if one.values & other.values]
        fitting = [other for other in same if _is_unit(one, other) and {one.bound, other.bound} != {"<", ">"}]
        if fitting:
            chosen = next((e for e in fitting if not pairs or e.first > pairs[-1][1].first), fitting[0])
            free.remove(chosen)
            pairs.append((one, chosen))
        else:
            yield _no_figure(fact, one, evidence)
    for one, chosen in _out_of_order(pairs):
        if not _neighbours(fact, one) & _neighbours(evidence, chosen):
            text, at = _said(fact, one.first, one.last)
            yield Problem(kind=ProblemKind.FIGURE, text=text, offset=at, reason="belongs to something else there")


def _no_figure(fact: Claims, one: Figure, evidence: Claims) -> Problem:
    text, at = _said(fact, one.first, one.last)
    if any(one.values & other.values for other in evidence.figures) and one.units != {""}:
        return Problem(kind=ProblemKind.UNIT, text=text, offset=at, reason="not with this unit in the evidence")
    is_year = any(_is_year(value) for value in one.values) and one.units <= {"", "y"}
    return Problem(kind=ProblemKind.DATE if is_year else ProblemKind.FIGURE, text=text, offset=at)


def _is_year(value: Decimal) -> bool:
    return value == value.to_integral_value() and int(value) in claims.YEARS


def _is_unit(one: Figure, other: Figure) -> bool:
    """The same unit; people may go without a word for them, and years."""
    if one.units & other.units:
        return True
    both = one.units | other.units
    return "" in both and ("people" in both or ("y" in both and any(_is_year(value) for value in one.values)))


def _out_of_order(pairs: Sequence[tuple[Figure, Figure]]) -> set[tuple[Figure, Figure]]:
    found: set[tuple[Figure, Figure]] = set()
    for before, after in itertools.pairwise(pairs):
        if before[1].first > after[1].first:
            found |= {before, after}
    return found


def _neighbours(text: Claims, figure: Figure) -> set[tuple[int, str]]:
    """The words right before and behind a figure, cut to where endings begin."""
    before = text.tokens[max(0, figure.first - NEAR) : figure.first]
    after = text.tokens[figure.last + 1 : figure.last + 1 + NEAR]
    sides = [(-1, token) for token in before] + [(1, token) for token in after]
    return {(side, token.text[:5]) for side, token in sides if token.kind == "word"}


def _dates(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    free = list(evidence.dates)
    for one in fact.dates:
        found = next((other for other in free if _is_date(one, other)), None)
        if found is None:
            text, at = _said(fact, one.first, one.last)
            yield Problem(kind=ProblemKind.DATE, text=text, offset=at)
        else:
            free.remove(found)


def _is_date(one: Date, other: Date) -> bool:
    return one.name == other.name and one.day in (0, other.day)


def _names(fact: Claims, evidence: Claims, known: Callable[[str], bool]) -> Iterator[Problem]:
    wanted = [token for token in fact.words if token.is_capital and token.text != "°c"]
    if not wanted:
        return
    free = [token.text for token in evidence.words]
    initials = {token.text for token in evidence.words if token.is_capital}
    late: list[Token] = []
    for token in wanted:
        if token.text in (initials if _is_dotted(fact, token) else free) and token.text in free:
            free.remove(token.text)
        else:
            late.append(token)
    for token in late:
        found = next((word for word in free if alike.is_name(token.text, word, fact.primary)), "")
        if found:
            free.remove(found)
        elif _is_name(fact, token, known) and not _is_initial(fact, token, evidence):
            kind = ProblemKind.SPEAKER if _speaks(fact, token) else ProblemKind.NAME
            yield Problem(kind=kind, text=_written(fact, token), offset=token.start)


def _moved(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    """Names, figures and opposites that were put in the place of another."""
    kinds = {"figure": ProblemKind.FIGURE, "date": ProblemKind.DATE}
    for name, token in moved.found(fact, evidence):
        kind = kinds.get(name, ProblemKind.NEGATION)
        if name == "name":
            kind = ProblemKind.SPEAKER if _speaks(fact, token) else ProblemKind.NAME
        text = _written(fact, token)
        yield Problem(kind=kind, text=text, offset=token.start, reason="stands in another place there")


def _turns(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    """Words that turn what is said: rose for fell, president for minister, `will` for `may`."""
    for found, kind, reason in (
        (opposite.turned(fact, evidence), ProblemKind.NEGATION, "the evidence says the opposite"),
        (opposite.exchanged(fact, evidence, opposite.office), ProblemKind.NAME, "another office in the evidence"),
        (opposite.lowered(fact, evidence), ProblemKind.NAME, "another office in the evidence"),
        (opposite.exchanged(fact, evidence, opposite.currency), ProblemKind.UNIT, "another currency in the evidence"),
        (opposite.unhedged(fact, evidence), ProblemKind.NEGATION, "not so surely in the evidence"),
    ):
        for token in found:
            yield Problem(kind=kind, text=_written(fact, token), offset=token.start, reason=reason)


def _written(text: Claims, token: Token) -> str:
    return text.text[token.start : token.end]


def _is_initial(fact: Claims, token: Token, evidence: Claims) -> bool:
    """An initial stands for a name that begins with it, beside the same surname."""
    if len(token.text) > 1:
        return False
    beside = [word.text for word in _around(fact.words, fact.words.index(token)) if word.is_capital]
    surnames = [word for word in beside if len(word) > 1]
    for at, word in enumerate(evidence.words):
        is_other = any(alike.is_name(surname, word.text, fact.primary) for surname in surnames)
        near = _around(evidence.words, at) if is_other else ()
        if any(one.is_capital and one.text[0] == token.text for one in near):
            return True
    return False


def _is_dotted(text: Claims, token: Token) -> bool:
    return len(token.text) == 1 and text.text[token.end : token.end + 1] == "."


def _around(words: Sequence[Token], at: int) -> Sequence[Token]:
    """The two words before a word and the one behind it."""
    return (*words[max(0, at - 2) : at], *words[at + 1 : at + 2])


def _is_name(fact: Claims, token: Token, known: Callable[[str], bool]) -> bool:
    """Whether a capitalised word that the evidence lacks is a name, and no figure, date or first word of a sentence."""
    section = f"numbers.{fact.primary}"
    is_counted = any(claims.meaning(name, token.text) for name in ("months", "days", "magnitudes", section))
    if is_counted and len(token.text) > 1:
        return False
    if not _begins(fact.text, token.start):
        return True
    written = _written(fact, token)
    following = next((word for word in fact.words if word.start > token.start), None)
    is_run = following is not None and following.is_capital and following.start == token.end + 1
    is_odd = (len(written) > 1 and written.isupper()) or any(letter.isdigit() for letter in written)
    return is_run or is_odd or alike.ends_as_surname(token.text) or known(written)


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins here; behind `Mr.`, `г.` and an initial none does."""
    before = text[:at].rstrip(" «“„\"'‘(—–-•")
    return not before or (before[-1] in ".!?…:\n" and _SHORT.search(before[-6:]) is None)


def _speaks(fact: Claims, token: Token) -> bool:
    words = fact.words
    place = words.index(token)
    near = words[max(0, place - SAYS_WITHIN) : place + SAYS_WITHIN + 1]
    return any(claims.meaning("speech", word.text) for word in near)


def _quotes(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    for quote in fact.quotes:
        found = _place(fact, quote, evidence)
        if found is None:
            yield Problem(
                kind=ProblemKind.QUOTE, text=quote.text, offset=quote.start, reason="not said in the evidence"
            )
        elif len(quote.text.split()) > SHORT_QUOTE:
            yield from _speakers(fact, quote, evidence, found)


def _place(fact: Claims, quote: Quote, evidence: Claims) -> tuple[int, int] | None:
    """Where in the evidence the quotation stands word for word, in characters; what an editor put into it in brackets
    may be left out."""
    wanted = [t.text for t in fact.tokens if quote.start <= t.start < quote.end and t.kind != "mark"]
    if not wanted:
        return 0, 0
    asides = [(one.start(), one.end()) for one in _ASIDE.finditer(evidence.text)]
    there = [token for token in evidence.tokens if token.kind != "mark"]
    bare = [token for token in there if not any(start <= token.start < end for start, end in asides)]
    added = {at for at, token in enumerate(there) if token not in bare}
    for tokens, left_out in ((there, added), (bare, set[int]())) if added else ((there, added),):
        for at in range(len(tokens)):
            last = _match(wanted, tokens, at, added=left_out, primary=fact.primary)
            if last is not None:
                return tokens[at].start, tokens[last].end
    return None


def _match(wanted: Sequence[str], there: Sequence[Token], at: int, *, added: set[int], primary: str) -> int | None:
    """The place of the last of the words that stand from `at` on, None if they do not; `added` ones may be skipped."""
    done = 0
    for place in range(at, len(there)):
        if _is_quoted(wanted[done], there[place].text, len(wanted), primary):
            done += 1
            if done == len(wanted):
                return place
        elif place not in added or not done:
            return None
    return None


def _is_quoted(one: str, other: str, size: int, primary: str) -> bool:
    return one == other or (size <= SHORT_QUOTE and alike.is_name(one, other, primary))


def _speakers(fact: Claims, quote: Quote, evidence: Claims, found: tuple[int, int]) -> Iterator[Problem]:
    """Names beside a quotation must stand on its sides in the evidence too, nearer than any other quotation."""
    begin, end = _sides(evidence, found)
    first, last = _sides(fact, (quote.start, quote.end))
    inside = [(q.start, q.end) for q in evidence.quotes]
    near = [w for w in evidence.words if begin <= w.start < end and not any(a <= w.start < b for a, b in inside)]
    if not any(w.is_capital for w in near if not _begins(evidence.text, w.start)):
        return
    for token in (word for word in fact.words if first <= word.start < last):
        outside = not any(q.start <= token.start < q.end for q in fact.quotes)
        if not (token.is_capital and outside and _speaks(fact, token)) or _begins(fact.text, token.start):
            continue
        if not any(alike.is_name(token.text, word.text, fact.primary) for word in near):
            text = _written(fact, token)
            yield Problem(kind=ProblemKind.SPEAKER, text=text, offset=token.start, reason="does not say this there")


def _sides(text: Claims, found: tuple[int, int]) -> tuple[int, int]:
    """From the end of the quotation before one to the beginning of the next."""
    others = [q for q in text.quotes if len(q.text.split()) > SHORT_QUOTE and not q.start <= found[0] < q.end]
    others = [q for q in others if not found[0] <= q.start < found[1]]
    begin = max((q.end for q in others if q.end <= found[0]), default=0)
    return begin, min((q.start for q in others if q.start >= found[1]), default=len(text.text))


def _negations(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    mine, theirs = _denied(fact), _denied(evidence)
    texts, others = [w.text for w in fact.words], [w.text for w in evidence.words]
    for word in dict.fromkeys(mine):
        more = mine.count(word) > theirs.count(word)
        inflected = mine.count(word) == 1 and _is_denied(word, theirs, fact.primary)
        is_there = any(alike.is_word(word, other, fact.primary) for other in others)
        if more and not inflected and (is_there or len(mine) > len(theirs)):
            yield _denial(fact, word, "denied here, not in the evidence")
    for word in dict.fromkeys(theirs):
        affirmed = texts.count(word) - mine.count(word)
        if word and affirmed > others.count(word) - theirs.count(word):
            yield _denial(fact, word, "denied in the evidence")
    yield from _denials_inside(fact, evidence, texts, others)


def _denial(fact: Claims, word: str, reason: str) -> Problem:
    token = next((token for token in fact.words if token.text == word), None)
    at = token.start if token else 0
    return Problem(
        kind=ProblemKind.NEGATION, text=fact.text[at : token.end] if token else word, offset=at, reason=reason
    )


def _is_denied(word: str, theirs: Sequence[str], primary: str) -> bool:
    return any(alike.is_word(word, other, primary) for other in theirs)


def _denied(text: Claims) -> list[str]:
    """The word that each negation denies: the next one, or for emas and емес the one before; "" for none."""
    before, after = (claims.negations(text.primary, side) for side in ("before", "after"))
    found, all_words = [], text.words
    for place, token in enumerate(all_words):
        if token.text == "no" and text.text[token.end : token.end + 1] == ".":
            continue  # No. 1
        if token.text in before or (text.primary == "en" and token.text.endswith(("n't", "cannot"))):
            found.append(all_words[place + 1].text if place + 1 < len(all_words) else "")
        elif token.text in after:
            found.append(all_words[place - 1].text if place else "")
    return found


def _denials_inside(fact: Claims, evidence: Claims, texts: list[str], others: list[str]) -> Iterator[Problem]:
    """Negations that are part of a word: qilmadi, бармайды, невозможно."""
    mine, theirs = set(texts), set(others)
    for token in fact.words:
        if token.text in theirs:
            continue
        if alike.affirmed(token.text, fact.primary) & (theirs - mine):
            yield _denial(fact, token.text, "denied here, not in the evidence")
        elif any(token.text in alike.affirmed(other, fact.primary) for other in theirs - mine):
            yield _denial(fact, token.text, "denied in the evidence")


def _words(fact: Claims, evidence: Claims) -> Iterator[Problem]:
    left = iter([token.text.removesuffix("'s") for token in evidence.tokens if token.kind != "mark"])
    for token in fact.tokens:
        if token.kind != "mark" and token.text.removesuffix("'s") not in left:
            text = _written(fact, token)
            yield Problem(kind=ProblemKind.WORDS, text=text, offset=token.start, reason="not there in this order")
            return
