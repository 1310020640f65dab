"""The sentences of an article that may become facts, trimmed, and how suitable each is; the rest goes no further."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse, islice

from bot.language import clauses, context, sentences, tables, words
from bot.model import Article
from bot.stages import trim

READ_CHARS = 8_000
"""Only the beginning of a longer article is looked at: news says early what is new, and time stays bounded."""
MAX_CANDIDATES = 16
"""A later sentence counts for so little (`cover.LATE`) that it is not chosen anyway."""
MIN_WORDS = 4
MAX_QUOTE_CHARS = 330
"""A quotation of several sentences is taken whole up to this length, or not at all."""
APOSTROPHES = "`‘’ʻʼ"
CLOSING = '»”"'
LEANING = 0.12
"""What one is worth that says what it means only beside the sentence before it."""
LONG_LINE = 160
"""A line of this length is a paragraph again, not one more link of a list."""

CUT_CHARS = 300
"""A text of this length whose last sentence has no full stop, though others on its line have, was cut off there: posts
that leave their last full stop out are shorter."""
QUOTATIONS = (("«", "»"), ("“", "”"), ('"', '"'))
MAX_QUOTED_LINES = 8

_TERMINALS = frozenset('.!?…:;»”")]')
_TERMINAL = re.compile(r"[.!?…:;»”\")\]]\W*$")
_MARKS = re.compile(r"^\W*")
_ANNOUNCES = re.compile(r"\b(?:следующим образом|as follows|quyidagicha|қуйидагича|төмендегідей)\W?$")
_LEFT_OPEN = re.compile(r"[:,]\s‘[^’]*$")
_DIALOGUE = re.compile(r"^\s*[—–-]\s")
_ONLY_QUOTE = re.compile(r"^[«“\"][^«»“”\"]*[»”\"]\W*$")
_SHORT_QUOTE = re.compile(r"[«“\"][^«»“”\"]{0,30}[»”\"],?\s[—–-]")
_CAPITAL_INSIDE = re.compile(r"[A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨ](?<=[a-zа-яё].)")
_GLUED = re.compile(r"[A-Z](?<=[а-яё].)|[А-ЯЁЎҚҒҲӘІҢҮҰӨ](?<=[a-z].)|\b[а-яё]{4,}[А-ЯЁ][а-яё]{2}")
_RUN_TOGETHER = re.compile(r"\b[a-z]{4,}[A-Z][a-z]")
_SHOUT = re.compile(r"[A-ZА-ЯЁ]{2,}(?:\W+[A-ZА-ЯЁ]{2,}){4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible fact: `piece` of the article's text, what it says, its first five words in lower case, its stems, how
    suitable it is (0 to 1), and whether it says what it means only beside the sentence before it."""

    article: Article
    order: int
    piece: trim.Piece
    text: str
    begins: tuple[str, ...]
    stems: frozenset[str]
    fitness: float
    leans: bool = False


def of(article: Article, *, limit: int = MAX_CANDIDATES) -> tuple[Candidate, ...]:
    """Candidates in the order of the text, at most `limit`; none for an article that is all boilerplate."""
    found: list[Candidate] = []
    read = article.text[:READ_CHARS]
    banned = bool(tables.mentioned("phrases", "never", _plain(read)))
    for line_start, line_end in _lines(read):
        for start, end in _whole(article.text, line_start, line_end):
            if banned and tables.mentioned("phrases", "never", _plain(article.text[start:end])):
                continue
            candidate = made(article, start, end, order=len(found))
            if candidate is not None:
                found.append(candidate)
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def made(article: Article, start: int, end: int, *, order: int) -> Candidate | None:
    """The candidate of one sentence, None if it says nothing that could be shown alone."""
    sentence = article.text[start:end]
    if end - start > trim.MAX_SENTENCE_CHARS or _is_never(sentence):
        return None
    piece = trim.without_speaker(article.text, trim.trimmed(article.text, start, end))
    if not _is_cut_off(article.text, start, end, language=article.language):
        return from_piece(article, piece, order=order)
    ends = trim.early_ends(article.text, piece, article.language)
    return from_piece(article, trim.until(piece, ends[-1]), order=order) if ends else None


def from_piece(article: Article, piece: trim.Piece, *, order: int) -> Candidate | None:
    """The candidate of a trimmed piece, None if too little is left of it or its quotation marks do not match."""
    text = trim.said(article.text, piece)
    tokens = words.tokens(text)
    plain = islice(filterfalse(_is_number, tokens), MIN_WORDS)
    if len(tuple(plain)) < MIN_WORDS or not clauses.balanced(text):
        return None
    stems = words.key_set(tokens, article.language)
    fitness = _fitness(text, tokens)
    if not stems or not fitness or context.announces(text):
        return None
    leans = _dangles(text, article.language) or context.leans(text)
    return Candidate(
        article=article,
        order=order,
        piece=piece,
        text=text,
        begins=tokens[:5],
        stems=stems,
        fitness=fitness * LEANING if leans else fitness,
        leans=leans,
    )


def _dangles(text: str, language: str) -> bool:
    """Whether a text begins with a pronoun or a connective that needs the sentence before it."""
    at, primary = _marks(text), language.partition("-")[0]
    return tables.begins("phrases", "dangling", text, at) or tables.begins("phrases", f"dangling_{primary}", text, at)


def beginning(candidate: Candidate, end: int) -> Candidate:
    """The same candidate, ending earlier in the text, behind a whole clause: it is as fit as the whole."""
    article = candidate.article
    piece = trim.cut_clean(article.text, trim.until(candidate.piece, end), article.language)
    text = trim.said(article.text, piece)
    stems = words.key_set(words.tokens(text), article.language)
    return replace(candidate, piece=piece, text=text, stems=stems)


def _is_number(token: str) -> bool:
    return token[0].isdigit()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are paragraphs: headings, links and what follows `Read also` are left out; the first always stays."""
    links = tables.pattern("phrases", "links_follow")
    skipping, at = False, 0
    lines = text.split("\n")
    spoken = _spoken(lines)
    for number, line in enumerate(lines):
        start, at = at, at + len(line) + 1
        if number in spoken:
            continue
        if len(line) < LONG_LINE and links.match(line, _marks(line)):
            skipping = True
            continue
        if skipping and len(line) < LONG_LINE:
            continue
        skipping = False
        if start == 0 or _is_ended(line[-12:]):
            yield start, start + len(line)


def _spoken(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines inside of a quotation that another line opens, and of the one that closes it: what somebody
    says there stands without quotation marks and without a speaker."""
    found: set[int] = set()
    for opening, closing in QUOTATIONS:
        begun = -MAX_QUOTED_LINES - 1
        for number, line in enumerate(lines):
            if opening not in line and closing not in line:
                continue
            more = line.count(opening) % 2 if opening == closing else line.count(opening) - line.count(closing)
            if more and (more < 0 or opening == closing) and number - begun <= MAX_QUOTED_LINES:
                found.update(range(begun + 1, number + 1))
                begun = -MAX_QUOTED_LINES - 1
            elif more > 0:
                begun = number
    return found


def _is_ended(text: str) -> bool:
    return text[-1:] in _TERMINALS or _TERMINAL.search(text) is not None


def _marks(line: str) -> int:
    if line[:1].isalnum():
        return 0
    found = _MARKS.match(line)
    return found.end() if found else 0


def _whole(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a line; those of one quotation together, and none of a quotation that is too long or left open."""
    opened = -1
    for first, last in sentences.spans(text[start:end]):
        even = clauses.balanced(text[start + first : start + last])
        if opened < 0 and even:
            yield start + first, start + last
        elif opened < 0:
            opened = first
        elif not even:
            if last - opened <= MAX_QUOTE_CHARS:
                yield start + opened, start + last
            opened = -1


def _plain(text: str) -> str:
    """Lower case, with one apostrophe for all."""
    low = text.lower()
    for apostrophe in APOSTROPHES:  # five times as fast as a pattern of them
        low = low.replace(apostrophe, "'")
    return low


def _is_never(sentence: str) -> bool:
    return tables.begins("phrases", "never_begins", sentence, _marks(sentence)) or bool(_SHOUT.match(sentence))


def _is_cut_off(text: str, start: int, end: int, *, language: str) -> bool:
    """Whether a text stops in the middle of this sentence: it has no full stop, and a last word that ends nothing, or
    it is the last of a longer text and not alone on its line."""
    sentence = text[start:end]
    if _is_ended(sentence):
        return False
    if end == len(text) >= CUT_CHARS and text.find("\n", max(0, start - 1), start) < 0 < start:
        return True
    last = words.tokens(sentence[-40:])[-1:]
    return bool(last) and ((len(last[0]) == 1 and last[0].isalpha()) or _leads_on(last[0], language))


def _leads_on(token: str, language: str) -> bool:
    return language in ("ru", "en") and words.is_stop(token, language)


def _fitness(sentence: str, tokens: tuple[str, ...]) -> float:
    """How well a sentence stands alone; 0 for what must not be shown alone at all."""
    begins_plain = sentence[0].isalnum()
    if not begins_plain and (_ONLY_QUOTE.match(sentence) or _DIALOGUE.match(sentence)):
        return 0.0
    if "‘" in sentence and _LEFT_OPEN.search(sentence):
        return 0.0
    fitness = 1.0
    bare = sentence.rstrip("»”\")' ")
    if bare.endswith((":", "?")) or _ANNOUNCES.search(bare):
        fitness *= 0.15
    elif bare.endswith(("!", ";", "...", "…")):
        fitness *= 0.4
    glued = _RUN_TOGETHER if sentence.isascii() else _GLUED
    if _CAPITAL_INSIDE.search(sentence) and glued.search(sentence):
        fitness *= 0.15
    if not begins_plain and _SHORT_QUOTE.match(sentence):
        fitness *= 0.3
    if any(map(sentence.__contains__, CLOSING)) and tables.pattern("phrases", "pronoun_speaker").search(sentence):
        fitness *= 0.3
    elif not tables.words("phrases", "first_person").isdisjoint(tokens):
        fitness *= 0.35
    return fitness
