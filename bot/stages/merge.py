"""What a story says from all of its articles: its facts in the order of how many publishers tell them, and beside a
figure the other values that articles give it.

Nothing is written here: a value is a figure of a stored article, with the place it stands at (`Variant`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.language import clauses, sentences, tables, words
from bot.model import Article, ArticleId, Evidence, Fact, FactKind, Language, Relation, Story, Summary, Variant
from bot.stages import again, candidates, counts, differ, kinds, lines, publishers, trim
from bot.stages.candidates import Candidate
from bot.stages.counts import Count
from bot.stages.differ import Quantity, Value

READ = 24
"""So many of a story's newest articles are compared."""
FACT_CHARS = 280
SENTENCES = 12
"""So many first sentences of an article are looked at for one that says the same as a fact."""
ADDED, BARE = 0.5, 0.8
"""What a fact's tellers count where it says what was before, or `also`; and where it has neither name nor figure."""
TITLE_CHARS = 140
MOST_BEFORE = 3
"""So many older values are said, the latest of them."""
SOUND = 0.3
"""A sentence less fit to stand alone is taken only where no other tells the figure."""
LATE = 0.9
"""What each sentence above it takes off a fact's tellers: what stands far down comes first only if many tell it."""

Compare = Callable[[Iterable[Count]], tuple[Quantity, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most so many facts, of so many characters together with the headline."""

    max_facts: int
    max_chars: int


def merged(
    summary: Summary,
    story: Story,
    budget: Budget,
    *,
    compare: Compare = differ.quantities,
    left_out: Sequence[Candidate] = (),
) -> Summary:
    """The summary with what all articles of the story say: the figures that articles differ in, who tells its facts
    (those of `left_out` too, which `lines` left out), and their order. One of a single article stays as it is."""
    if len(story.articles) < 2:
        return summary
    articles = sorted(story.articles, key=lambda article: (article.published_at, article.id))[-READ:]
    known = {article.id: article for article in story.articles}
    disputed = sorted(_disputed(articles, compare), key=lambda one: -one.publishers)
    told = _Telling(summary.language, known)
    facts = list(summary.facts)
    for quantity in disputed:
        facts = told.saying(facts, quantity, budget.max_facts)
    headline = _headline(summary, disputed, known)
    tellers = _Tellers(story.articles, left_out, summary.language)
    facts = [replace(fact, told_by=tellers.places(fact, articles)) for fact in facts]
    facts.sort(key=lambda fact: -_standing(fact, known[fact.evidence.article_id]))
    return replace(summary, headline=headline, facts=_fitting(facts, budget, len(headline)))


def _disputed(articles: Sequence[Article], compare: Compare) -> list[Quantity]:
    """What articles differ in. Only where their beginnings differ are they read further: what stands there may show
    that two things are counted."""
    found: list[Quantity] = []
    for read in (differ.EARLY, None):
        told = compare(count for article in articles for count in counts.of(article, sentences_read=read))
        found = [one for one in told if one.is_disputed]
        if not found:
            break
    return found


def _standing(fact: Fact, article: Article) -> float:
    """How near the top a fact stands: by those who tell it, the sentences above it, and whether it adds to them."""
    above = sum(end <= fact.evidence.start for _, end, _ in _beginning(article))
    is_added = fact.kind is FactKind.BACKGROUND or tables.pattern("stories", "adds").search(fact.text)
    said = again.told(fact.text, article)
    worth = ADDED if is_added else 1 if said.names or said.figures else BARE
    return (1 + len(fact.told_by)) * math.pow(LATE, above) * worth


def _fitting(facts: Sequence[Fact], budget: Budget, used: int) -> tuple[Fact, ...]:
    """As many as the budget takes; those with a figure that articles differ in go last."""
    kept = list(facts)
    while kept and (len(kept) > budget.max_facts or used + sum(len(fact.text) for fact in kept) > budget.max_chars):
        plain = [fact for fact in kept if not fact.figures]
        kept.remove(plain[-1] if plain else kept[-1])
    return tuple(kept)


class _Tellers:
    """Who else tells a fact: by the words of a sentence, or by a line that was left out because it tells the same."""

    def __init__(self, articles: Sequence[Article], left_out: Sequence[Candidate], language: Language) -> None:
        groups = publishers.groups([(article.source, article.url) for article in articles])
        self.publisher = dict(zip((article.id for article in articles), groups, strict=True))
        self.known, self.language = {article.id: article for article in articles}, language
        self.left_out = [(one, again.told(one.text, one.article)) for one in left_out]

    def places(self, fact: Fact, articles: Sequence[Article]) -> tuple[Evidence, ...]:
        """One place of each further publisher that says the same in the fact's language."""
        stems = words.key_set(words.tokens(fact.text), self.language)
        found = {self.publisher[fact.evidence.article_id]: fact.evidence}
        for article in articles:
            if self.publisher[article.id] in found or article.language != self.language:
                continue
            for start, end, said in _beginning(article):
                if lines.are_alike(stems, said):
                    found[self.publisher[article.id]] = _evidence(article, start, end)
                    break
        own = again.told(fact.text, self.known[fact.evidence.article_id])
        for one, told in self.left_out:
            if again.is_same_fact(told, own, self.language):
                found.setdefault(self.publisher[one.article.id], _evidence(one.article, one.piece.start, one.piece.end))
        return tuple(found.values())[1:]


@lru_cache(maxsize=1 << 9)
def _beginning(article: Article) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """The first sentences of an article: start, end and stems."""
    text = article.text[: counts.READ_CHARS]
    return tuple(
        (start, end, words.key_set(words.tokens(text[start:end]), article.language))
        for start, end in sentences.spans(text)[:SENTENCES]
    )


def _evidence(article: Article, start: int, end: int) -> Evidence:
    return Evidence(article_id=article.id, revision=article.revision, start=start, end=end)


class _Telling:
    """The facts of a summary in one language, and how a figure is said in them."""

    def __init__(self, language: Language, known: dict[ArticleId, Article]) -> None:
        self.language, self.known = language, known

    def saying(self, facts: list[Fact], quantity: Quantity, max_facts: int) -> list[Fact]:
        """The facts, of which one says the quantity and all its values: the one that tells it, else one more."""
        newest = self._place(facts, quantity.newest.told)
        older = self._place(facts, [count for value in _others(quantity) for count in value.told])
        if newest is None:
            fact = self._fact(quantity.newest)
            if fact is not None:
                at = self._overlapping(facts, fact) if older is None else older[0]
                facts = [*facts[:at], fact, *facts[at + 1 :]]
                newest = self._place(facts, quantity.newest.told)
        if newest is None and older is None:
            facts, older = self._with_older(facts, quantity)
        at, count = newest or older or (-1, None)
        if count is None:
            return facts
        facts[at] = self._with_values(facts[at], count, quantity)
        return self._few(facts, max_facts)

    def _with_older(self, facts: list[Fact], quantity: Quantity) -> tuple[list[Fact], tuple[int, Count] | None]:
        """Where no article in this language has the newest value, what one has instead."""
        for value in reversed(_others(quantity)):
            fact = self._fact(value)
            if fact is not None:
                facts = [*facts, fact]
                return facts, self._place(facts, value.told)
        return facts, None

    def _few(self, facts: list[Fact], max_facts: int) -> list[Fact]:
        """Without the last plain facts that there is no room for."""
        while len(facts) > max_facts and any(not fact.figures for fact in facts):
            at = max(i for i, fact in enumerate(facts) if not fact.figures)
            facts = [*facts[:at], *facts[at + 1 :]]
        return facts

    def _overlapping(self, facts: Sequence[Fact], new: Fact) -> int:
        """The place of the fact that a new one says again, behind them all if there is none."""
        here = new.evidence
        for at, fact in enumerate(facts):
            there = fact.evidence
            if (
                there.article_id == here.article_id
                and there.start < here.end
                and here.start < there.end
                and not fact.figures
            ):
                return at
        return len(facts)

    def _place(self, facts: Sequence[Fact], told: Iterable[Count]) -> tuple[int, Count] | None:
        """The first fact in which one of the counts stands."""
        wanted = list(told)
        for at, fact in enumerate(facts):
            for count in wanted:
                if self._offset(fact, count) is not None:
                    return at, count
        return None

    def _offset(self, fact: Fact, count: Count) -> int | None:
        """Where a count stands in the text of a fact."""
        place = fact.evidence
        if not count.order or place.article_id != count.article.id:
            return None
        if not place.start <= count.start or not count.end <= place.end:
            return None
        said = count.article.text[place.start : place.end]
        at = count.start - place.start - (len(said) - len(said.lstrip()))
        if fact.text[at : at + len(count.text)].casefold() == count.text.casefold():
            return at
        return fact.text.find(count.text) if fact.text.count(count.text) == 1 else None

    def _fact(self, value: Value) -> Fact | None:
        """A fact of the sentence that tells a value, of the first article in this language that has a fit one."""
        made = [found for count in value.told if count.order and (found := self._made(count))]
        return min(made, key=lambda one: one[0])[1] if made else None

    def _made(self, count: Count) -> tuple[bool, Fact] | None:
        """The fact of the sentence in which a count stands, and whether it is less fit to stand alone."""
        article, (start, end) = count.article, count.sentence
        if article.language != self.language or not clauses.balanced(article.text[start:end]):
            return None
        candidate = candidates.made(article, start, end, order=0)
        whole = candidate.piece if candidate else trim.trimmed(article.text, start, end)
        short = trim.shortened(article.text, whole, language=article.language, max_chars=FACT_CHARS)
        piece = short if count.end <= short.end else whole
        if not piece.start <= count.start or not count.end <= piece.end:
            return None
        text = trim.said(article.text, piece)
        place = Evidence(article_id=article.id, revision=article.revision, start=piece.start, end=piece.end)
        is_unfit = candidate is None or candidate.fitness < SOUND
        return is_unfit, Fact(text=text, kind=kinds.kind(text), evidence=place)

    def _with_values(self, fact: Fact, count: Count, quantity: Quantity) -> Fact:
        at = self._offset(fact, count)
        here = next(value for value in (quantity.newest, *_others(quantity)) if count in value.told)
        found = []
        for value in (quantity.newest, *_others(quantity)):
            told = None if value is here else self._best(value, count, quantity)
            if told is not None and at is not None:
                found.append(_variant(told, at, at + len(count.text), relation=_relation(value, here, quantity)))
        own = self.known[fact.evidence.article_id]
        figures = sorted((*fact.figures, *found), key=lambda one: (one.start, one.published_at))
        return (
            replace(fact, figures=tuple(figures), source=own.source, published_at=own.published_at) if found else fact
        )

    def _best(self, value: Value, own: Count, quantity: Quantity) -> Count | None:
        """The count that tells another value than `own`: the first in this language and in digits, if there is one."""
        told = [count for count in value.told if count.order and quantity.are_compared(count, own)]
        rank = {True: 0, False: 1}
        told.sort(key=lambda one: (rank[one.article.language == self.language], rank[any(map(str.isdigit, one.text))]))
        return told[0] if told else None


def _others(quantity: Quantity) -> list[Value]:
    found = [*quantity.before[-MOST_BEFORE:], *quantity.also]
    return sorted(found, key=lambda value: value.first_at)


def _relation(value: Value, here: Value, quantity: Quantity) -> Relation:
    """How a value stands to the one that a fact tells."""
    if here is quantity.newest:
        return "before" if value in quantity.before else "also"
    if value is quantity.newest:
        return "also" if here in quantity.also else "after"
    return "also" if {value.first_at, here.first_at} <= {one.first_at for one in quantity.also} else "before"


def _variant(count: Count, start: int, end: int, *, relation: Relation) -> Variant:
    article = count.article
    place = Evidence(article_id=article.id, revision=article.revision, start=count.start, end=count.end)
    return Variant(
        start=start,
        end=end,
        text=article.text[count.start : count.end],
        relation=relation,
        evidence=place,
        source=article.source,
        published_at=article.published_at,
    )


def _headline(summary: Summary, disputed: Sequence[Quantity], known: dict[ArticleId, Article]) -> str:
    """The headline, or the newest title of an article where it has a figure that is not the newest one."""
    own = [article for article in known.values() if article.language == summary.language]
    headline = summary.headline
    for quantity in disputed:
        if not own or not _is_old(headline, quantity, own[0]):
            continue
        told = [count.article for count in quantity.newest.told if not count.order and count.article in own]
        titles = [trim.headline(article.title) for article in told]
        fresh = [title for title in titles if len(title) <= TITLE_CHARS]
        headline = next(
            (title for title in fresh if not any(_is_old(title, one, own[0]) for one in disputed)), headline
        )
    return headline


def _is_old(headline: str, quantity: Quantity, article: Article) -> bool:
    """Whether a headline tells one of the older values of a quantity."""
    old = [count for value in quantity.before for count in value.told]
    return any(_is_same(said, count) for said in counts.within(headline, article) for count in old)


def _is_same(said: Count, count: Count) -> bool:
    return (said.unit, said.event, said.value) == (count.unit, count.event, count.value) and differ.is_thing(
        said, count
    )
