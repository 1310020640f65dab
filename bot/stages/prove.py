"""Says for each fact of a summary whether what it claims stands in its evidence, and lets only proven facts through.

Nothing is believed because of who wrote it: facts of the extractive writer and of a language model pass the same gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.language import sentences
from bot.model import Article, ArticleId, Fact, Story, Summary
from bot.stages import claims, compare, extract, trim, variants
from bot.stages.claims import Claims
from bot.stages.compare import Problem, ProblemKind

VERSION = 3
"""Counts up when the rules get stricter: summaries that passed older ones are written anew."""
MAX_EVIDENCE_CHARS = 2_000
"""A longer stretch is no place: every figure of a whole article would prove a fact."""
READ_CHARS = 8_000
"""A headline is looked for in the title and in this much of the text."""
SPOTS = 3
"""So many places that have equally many words of a headline in common with it are tried."""

MOST = 0.7
"""A title with this share of a headline's plain words is tried, even if a sentence has more."""
FEW_WORDS = 4
"""A headline with fewer plain words than this is looked for by its names too."""
LEAST_TOLD = 3
"""Fewer words in their order tell nothing."""

_BLANK = re.compile(r"\s+")
_SHORT_NAME = re.compile(r"(?<=[^\W\d_]) \((?=[^\W\d_])(?!NOT\b|НЕ\b)[A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨҺ]{2,12}\)")
_EDGE_WORD = re.compile(r"[^\W\d_][\w'’ʻ‘ʼ-]*")
_CAPITAL_BEFORE = r"[^\W_,;)»”\"][,;)»”\"]?[ \u00a0]"
_WORD = re.compile(r"[^\W\d_]+")
_WORD_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[ \u00a0]+$")
_NUMBER_END = re.compile(r"\d[\d.,]*(?:[ \u00a0-][^\W\d_.]+\.?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is wrong with a headline and with each fact of a summary, in their order; nothing where they are proven."""

    headline: tuple[Problem, ...]
    facts: tuple[tuple[Problem, ...], ...]

    @property
    def is_whole(self) -> bool:
        return not self.headline and not any(self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What the gate let through, None if nothing of the summary is proven, and the problems it stopped at."""

    summary: Summary | None
    refused: tuple[Problem, ...] = ()


def proved(summary: Summary, articles: Sequence[Article], *, reworded: bool = False) -> Proof:
    """The proof of a summary against the articles of its story.

    A fact is held against the characters its evidence names, the headline, which names none, against the title or the
    sentences it comes from. Without `reworded` each fact must be in the article's own words and in their order; with
    it ordinary words may differ, but never figures, units, dates, names, quotations, their speakers or negations.
    """
    known = {article.id: article for article in articles}
    return Proof(
        headline=_headline(summary, articles, reworded=reworded),
        facts=tuple(_fact(fact, known, summary.language, reworded=reworded) for fact in summary.facts),
    )


def passed(summary: Summary, story: Story, reworded: bool) -> Passed:
    """The gate: the summary without what is not proven. In place of a headline that is not proven stands a title, or
    the beginning of the text; a summary of another story is none."""
    if summary.story_id != story.id:
        return Passed(summary=None, refused=(_no_evidence("", "a summary of another story"),))
    proof = proved(summary, story.articles, reworded=reworded)
    if proof.is_whole:
        return Passed(summary=summary)
    refused = (*proof.headline, *(problem for found in proof.facts for problem in found))
    good = tuple(fact for fact, found in zip(summary.facts, proof.facts, strict=True) if not found)
    headline = _other_headline(summary, story) if proof.headline else summary.headline
    kept = replace(summary, headline=headline, facts=good) if headline else None
    return Passed(summary=kept, refused=refused)


def unproved(summary: Summary, story: Story, reworded: bool) -> Passed:
    """Lets everything through: what the gate is measured against."""
    return Passed(summary=summary)


def _other_headline(summary: Summary, story: Story) -> str:
    """A headline that is proven, "" if there is none."""
    titles = [trim.headline(a.title) for a in story.articles if a.language == summary.language and a.title]
    plain = extract.summary(story, summary.language, max_facts=0).headline
    tried = (replace(summary, headline=headline) for headline in (*titles, plain) if headline)
    return next((one.headline for one in tried if not _headline(one, story.articles, reworded=False)), "")


def _fact(fact: Fact, articles: Mapping[ArticleId, Article], language: str, *, reworded: bool) -> tuple[Problem, ...]:
    place = fact.evidence
    article = articles.get(place.article_id)
    if article is None or article.revision != place.revision:
        return (_no_evidence("", "unknown article" if article is None else "another revision of the article"),)
    if not 0 <= place.start < place.end <= len(article.text):
        reason = (
            f"the evidence {place.start} to {place.end} is not within the {len(article.text)} characters of the text"
        )
        return (_no_evidence("", reason),)
    if not fact.text.strip():
        return (_no_evidence("", "an empty fact"),)
    if fact.figures and (wrong := tuple(variants.wrong(fact, articles))):
        return tuple(
            Problem(kind=ProblemKind.FIGURE, text=one.text, offset=one.start, reason=why) for one, why in wrong
        )
    cut = tuple(_cuts(article.text, place.start, place.end, language))
    said = article.text[place.start : place.end]
    if cut or _is_verbatim(fact.text, said):
        return cut
    if len(said) > MAX_EVIDENCE_CHARS:
        return (_no_evidence("", "the evidence is too long to prove anything"),)
    return _problems(Claims(claims.normal(fact.text), language), said, article, reworded=reworded)


def _problems(fact: Claims, said: str, article: Article, *, reworded: bool) -> tuple[Problem, ...]:
    evidence = Claims(claims.normal(said), article.language)
    return compare.problems(fact, evidence, reworded=reworded, known=lambda word: _is_name_in(article, word))


def _no_evidence(text: str, reason: str) -> Problem:
    return Problem(kind=ProblemKind.EVIDENCE, text=text, reason=reason)


def _is_verbatim(text: str, said: str) -> bool:
    """Whether a fact is all of its evidence but for the capital letter at its start, the full stop and short names in
    brackets behind a word: `the union (FIDE)`."""
    said = said.strip()
    if len(said) > len(text) + 1:
        said = _SHORT_NAME.sub("", said)
    if len(said) == len(text) + 1 and said.endswith("."):
        said = said[:-1]
    return text == said or (text[2:] == said[2:] and text[:2].lower() == said[:2].lower())


def _cuts(text: str, start: int, end: int, language: str) -> Iterator[Problem]:
    """Evidence may not begin or end inside a word or a figure, nor leave a negation just outside."""
    if _is_inside(text, start) or _is_inside(text, end):
        yield _no_evidence(text[max(0, start - 10) : start + 10], "the evidence cuts a word or a figure")
    primary = language.partition("-")[0]
    before = _WORD_BEFORE.search(text[max(0, start - 12) : start])
    if before and before[1].lower() in claims.negations(primary, "before"):
        yield Problem(kind=ProblemKind.NEGATION, text=before[1], reason="stands right before the evidence")
    after = _EDGE_WORD.match(text[end : end + 14].lstrip(" \u00a0")) if primary in ("uz", "kk") else None
    if after and Claims(after.group(), primary).words[0].text in claims.negations(primary, "after"):
        yield Problem(kind=ProblemKind.NEGATION, text=after.group(), reason="stands right behind the evidence")
    yield from _cut_figure(text, end, primary)


def _is_inside(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    mark, far = (before, text[at - 2 : at - 1]) if after.isdigit() else (after, text[at + 1 : at + 2])
    return mark in ".,:" and ((after.isdigit() and far.isdigit()) or (before.isdigit() and far.isdigit()))


def _cut_figure(text: str, end: int, primary: str) -> Iterator[Problem]:
    """A figure at the end of the evidence that goes on behind it: `1,8 | млрд`, `5 | %`."""
    tail = text[max(0, end - 24) : end]
    begin = _NUMBER_END.search(tail)
    if begin is None or text[end : end + 1] in ("", "\n"):
        return
    start = end - len(tail) + begin.start()
    whole = Claims(text[start : end + 24], primary)
    for figure in whole.figures[:1]:
        if figure.first == 0 and figure.units != {""} and whole.tokens[figure.last].end + start > end:
            yield Problem(
                kind=ProblemKind.UNIT, text=tail[begin.start() :], reason="its unit stands behind the evidence"
            )


def _is_name_in(article: Article, word: str) -> bool:
    """Whether a word is written with its capital letter inside a sentence of the article."""
    pattern = _CAPITAL_BEFORE + re.escape(word[: max(3, len(word) - 2)])
    return re.search(pattern, f"{article.title}\n{article.text[:READ_CHARS]}") is not None


def _headline(summary: Summary, articles: Sequence[Article], *, reworded: bool) -> tuple[Problem, ...]:
    """The problems at the place that proves most of the headline."""
    bare = _BLANK.sub(" ", summary.headline).strip().rstrip("…").rstrip()
    if not bare:
        return (_no_evidence("", "an empty headline"),)
    own = [article for article in articles if article.language == summary.language] or list(articles)
    if any(_stands_in(bare, text, summary.language) for article in own for text in _texts(article)):
        return ()
    headline = Claims(claims.normal(bare), summary.language)
    best: tuple[Problem, ...] | None = None
    for article in own:
        for spot in _spots(headline, article):
            found = _problems(headline, spot, article, reworded=reworded)
            if not found:
                return ()
            best = found if best is None or len(found) < len(best) else best
    return best or (_no_evidence(bare, "nothing in the articles says this"),)


def _texts(article: Article) -> tuple[str, str, str]:
    return article.title, trim.headline(article.title), article.text


def _stands_in(bare: str, text: str, language: str) -> bool:
    """Whether a headline stands word for word in a text, with nothing cut at its edges."""
    text = text[:READ_CHARS]
    at = text.find(bare[1:])
    if at < 0 and bare[:1] not in text:
        return False
    if at < 0:
        text = _BLANK.sub(" ", text)
        at = text.find(bare[1:])
    start, end = at - 1, at - 1 + len(bare)
    if at < 1 or text[start].lower() != bare[0].lower():
        return False
    return not any(_cuts(text, start, end, language))


def _spots(headline: Claims, article: Article) -> Iterator[str]:
    """The title or sentence that has most of the headline's plain words; names and figures do not choose it, or a
    sentence about something else would prove a changed one; where some tell it in the same order, only those. Of
    several sentences where the headline has several."""
    text = article.text[:READ_CHARS]
    spans, many = sentences.spans(text), len(sentences.spans(headline.text))
    ends = [(spans[at][0], spans[at + many - 1][1]) for at in range(len(spans) - many + 1)]
    places = [text[start:end] for start, end in map(partial(_closed, text, spans), ends)]
    places = [*places, _BLANK.sub(" ", article.title)] if article.title else places
    places = [place for place in places if _is_told(headline.text, place)] or places
    plain = _plain(headline.text)
    wanted = plain if len(plain) >= FEW_WORDS else _plain(headline.text.lower())
    shared = [len(wanted & _plain(place if wanted is plain else place.lower())) for place in places]
    best = [at for at, count in enumerate(shared) if count == max(shared)][-SPOTS:]
    is_titled = bool(article.title) and shared[-1] >= MOST * len(wanted)
    yield from (places[at] for at in {*best, *([len(places) - 1] if is_titled else [])})


def _closed(text: str, spans: Sequence[tuple[int, int]], place: tuple[int, int]) -> tuple[int, int]:
    """A sentence together with the one before or behind it where a parenthesis runs over both: it was split at an
    abbreviation."""
    start, end = place
    opened = text.count("(", start, end) - text.count(")", start, end)
    if opened > 0:
        end = next((last for first, last in spans if first >= end), end)
    elif opened < 0:
        start = max((first for first, last in spans if last <= start), default=start)
    return start, end


def _is_told(headline: str, place: str) -> bool:
    """Whether a place has all words of a headline but its names, in their order."""
    told = [word for at, word in enumerate(_WORD.findall(headline)) if not at or word.islower()]
    left = iter([word[:6] for word in _WORD.findall(place.lower())])
    return len(told) >= LEAST_TOLD and all(word.lower()[:6] in left for word in told)


def _plain(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text) if word.islower()}
