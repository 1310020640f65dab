"""Story -> Summary: a headline and up to five facts, each in the article's own words with the place they stand at.

Sentences are chosen as a set, by the weight of the distinct words that the set covers within the budget, because
that was the one ingredient that helped on unseen articles (CHOICE below). Nothing is written, only taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bot.language import words
from bot.model import Article, Evidence, Fact, Language, Story, Summary
from bot.stages import candidates, kinds, trim, weigh
from bot.stages.candidates import Candidate

WRITER = "extractive"
HEADLINE_CHARS = 120
"""A headline made from a first sentence is cut at a clause so that it has about this length."""
LONGEST_HEADLINE = 200
FACT_CHARS = 260
"""A longer sentence is cut at a clause where the grammar surely allows."""
OTHERS = 4
"""So many further articles of a story give candidates to add to those of the best one."""
LEAD, DENSE = 3, 5
"""The set is chosen among the first sentences and the densest ones."""
TOO_ALIKE = 0.6
"""Two facts that share this part of the shorter one's words say the same."""
MIN_GAIN = 0.2
"""A fact must bring at least this part of its weight as news beside headline and earlier facts."""
AGAIN = 0.3
"""What a word that headline or an earlier fact already said still counts."""
LATE = 0.94
"""Each sentence further down counts for a little less."""


def summary(story: Story, language: Language, *, max_facts: int = 5, max_chars: int = 450) -> Summary:
    """The summary of a story in one language, from its articles in that language; from the first article if it has
    none. Headline and facts together have at most `max_chars` characters.

    The headline is the title, or without one the beginning of the first sentence. An article of a single sentence may
    give no facts besides it. Each fact's evidence spans the characters of `Article.text` that it was taken from.
    """
    articles = _base_first(tuple(a for a in story.articles if a.language == language) or story.articles[:1])
    pool = _pool(articles)
    headline, pool = _headline(articles[0], pool, max_chars=max_chars)
    chosen = _chosen(pool, headline, articles[0].language, max_facts=max_facts, max_chars=max_chars - len(headline))
    return Summary(
        story_id=story.id,
        language=articles[0].language,
        writer=WRITER,
        headline=headline,
        facts=tuple(_fact(candidate) for candidate in chosen),
    )


def _base_first(articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """The article whose beginning shares most with the others comes first; alone or in doubt, the oldest."""
    if len(articles) < 3:
        return articles
    keys = [frozenset(words.stems(f"{a.title} {a.text[:600]}", a.language)) for a in articles]
    shared = [sum(len(key & other) for other in keys) / math.sqrt(len(key) + 1) for key in keys]
    best = max(range(len(articles)), key=lambda i: (shared[i], -i))
    return (articles[best], *articles[:best], *articles[best + 1 :])[: OTHERS + 1]


def _pool(articles: Sequence[Article]) -> list[Candidate]:
    """All candidates of the base and the first few of each of the others."""
    pool = list(candidates.of(articles[0]))
    for article in articles[1 : OTHERS + 1]:
        pool.extend(candidates.of(article, limit=LEAD))
    return pool


def _headline(base: Article, pool: list[Candidate], *, max_chars: int) -> tuple[str, list[Candidate]]:
    """The headline, and the pool that is left: of the sentence whose first clause it is, only the second clause."""
    longest = min(LONGEST_HEADLINE, max_chars)
    title = trim.headline(base.title)
    if title:
        return trim.within(title, longest), pool
    first = next((c for c in pool if c.article is base), None)
    if first is None:
        return trim.within(base.text.split("\n", 1)[0].strip(), longest), pool
    piece = trim.shortened(base.text, first.piece, language=base.language, max_chars=HEADLINE_CHARS)
    further = trim.second(base.text, first.piece, piece)
    rest = candidates.from_piece(base, further, order=first.order) if further else None
    left = [rest if c is first else c for c in pool] if rest else pool
    return trim.within(trim.said(base.text, piece), longest), left


def _chosen(
    pool: Sequence[Candidate], headline: str, language: Language, *, max_facts: int, max_chars: int
) -> list[Candidate]:
    """The best set of candidates within the budget: in the order of the text, the base article first."""
    told = frozenset(words.stems(headline, language))
    short = [c for c in map(_shortened, pool) if len(c.text) <= max_chars and c.text != headline]
    weights = weigh.importance([c.stems for c in short], told, language)
    worth = [_worth(c, weights) for c in short]
    picked = _preselected(short, worth)
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for score, chosen in _sets(short, picked, weights, told, max_facts=max_facts, max_chars=max_chars):
        if score > best[0]:
            best = (score, chosen)
    return [short[i] for i in best[1]]


def _shortened(candidate: Candidate) -> Candidate:
    article = candidate.article
    piece = trim.shortened(article.text, candidate.piece, language=article.language, max_chars=FACT_CHARS, min_chars=60)
    if piece == candidate.piece:
        return candidate
    return candidates.from_piece(article, piece, order=candidate.order) or candidate


def _worth(candidate: Candidate, weights: dict[str, float]) -> float:
    total = sum(weights[stem] for stem in candidate.stems)
    return total * candidate.fitness * LATE**candidate.order / math.sqrt(len(candidate.text))


def _preselected(pool: Sequence[Candidate], worth: Sequence[float]) -> list[int]:
    """The first sentences and the densest: few enough to try every set of them."""
    first = list(range(min(LEAD, len(pool))))
    dense = sorted(range(len(pool)), key=lambda i: (-worth[i], i))[:DENSE]
    return sorted({*first, *dense})


def _sets(
    pool: Sequence[Candidate],
    picked: Sequence[int],
    weights: dict[str, float],
    told: frozenset[str],
    *,
    max_facts: int,
    max_chars: int,
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Every set of candidates that fits and does not repeat itself, with the weight of the words it covers."""
    stack: list[tuple[int, float, tuple[int, ...], frozenset[str], int]] = [(0, 0.0, (), told, max_chars)]
    while stack:
        at, score, chosen, covered, left = stack.pop()
        yield score, chosen
        if len(chosen) == max_facts:
            continue
        for i in range(at, len(picked)):
            candidate = pool[picked[i]]
            if len(candidate.text) > left or any(_alike(candidate, pool[j]) for j in chosen):
                continue
            new = sum(weights[stem] for stem in candidate.stems - covered)
            whole = sum(weights[stem] for stem in candidate.stems)
            if new < MIN_GAIN * whole:
                continue
            again = AGAIN * (whole - new)
            gain = (new + again) * candidate.fitness * LATE**candidate.order
            chosen_now = (*chosen, picked[i])
            stack.append((i + 1, score + gain, chosen_now, covered | candidate.stems, left - len(candidate.text)))


def _alike(one: Candidate, other: Candidate) -> bool:
    if one.article is other.article and one.piece.start < other.piece.end and other.piece.start < one.piece.end:
        return True
    return len(one.stems & other.stems) >= TOO_ALIKE * min(len(one.stems), len(other.stems))


def _fact(candidate: Candidate) -> Fact:
    article, piece = candidate.article, candidate.piece
    evidence = Evidence(article_id=article.id, revision=article.revision, start=piece.start, end=piece.end)
    return Fact(text=candidate.text, kind=kinds.kind(candidate.text), evidence=evidence)
