"""Story -> Summary: a headline and up to five facts, each in the article's own words with the place they stand at.

Nothing is written, only taken: `candidates` finds sentences that could be shown, `headline` makes the headline,
`cover` chooses the facts beside it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.language import context, openings, words
from bot.model import Article, Evidence, Fact, Language, Story, Summary
from bot.stages import candidates, cover, headline, kinds, lines, merge, titles, trim, weigh
from bot.stages.candidates import Candidate

WRITER = "extractive"
Ordered = Callable[[Sequence[Article]], tuple[Article, ...]]
OTHERS = 4
"""So many further articles of a story give candidates to add to those of the best one."""
OF_OTHERS = 3
"""So many candidates each of them gives."""
OLD_WORDS = 0.65
"""A sentence of whose words the headline has this part says nothing new."""
LEANING = 0.3
"""How suitable the sentence after the headline's is when it begins with a pronoun."""
NEXT_CHARS = 90
"""There may be a credit between it and the headline's, no more."""
RETOLD, FEW_NEW_WORDS = 0.8, 4
"""One that has this part of the headline's words, and no more new ones than this, tells the headline again."""


def by_age(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Oldest first; of those published at one moment, by id: what is told is the same in whatever order they came."""
    return tuple(sorted(articles, key=lambda article: (article.published_at, article.id)))


def summary(
    story: Story,
    language: Language,
    *,
    max_facts: int = 5,
    max_chars: int = 450,
    weights: weigh.Weights = weigh.FITTED,
    ordered: Ordered = by_age,
) -> Summary:
    """The summary of a story in one language, from its articles in that language; from the first article if it has
    none. Headline and facts together have at most `max_chars` characters.

    The headline is the title, or without one the beginning of the first sentence. An article of a single sentence may
    give no facts besides it. The first three facts are the best three, in the order of the text. Each fact's evidence
    spans the characters of `Article.text` that it was taken from. In what order the articles arrived does not matter.
    """
    story = replace(story, articles=ordered(story.articles))
    articles = _base_first(tuple(a for a in story.articles if a.language == language) or story.articles[:1])
    base, pool = articles[0], _pool(articles)
    head = headline.of(_headed(base, story, articles), pool, max_chars=max_chars)
    told = frozenset(words.stems(head.text, base.language))
    below = _leaning(pool, head) if len(story.articles) < 2 else pool
    fresh = [new for c in below if (new := _fresh(c, head, told)) is not None]
    wish = cover.Wish(max_facts=max_facts, max_chars=max_chars - len(head.text), weights=weights)
    choose = partial(cover.chosen, told=told, language=base.language, wish=wish)
    chosen, again = lines.chosen(fresh, head.text, story, choose)
    chosen = [c for i, c in enumerate(chosen) if i < 2 or not _follows(c, head)]
    made = Summary(
        story_id=story.id,
        language=base.language,
        writer=WRITER,
        headline=head.text,
        facts=tuple(_fact(candidate) for candidate in chosen),
    )
    return merge.merged(made, story, merge.Budget(max_facts=max_facts, max_chars=max_chars), left_out=again)


def _headed(base: Article, story: Story, read: Sequence[Article]) -> Article:
    """The article whose title stands above the story: the base, or of several the one that most agree with."""
    if not base.title or len(read) < 2:
        return base
    return titles.best([article for article in story.articles if article.language == base.language])


def _base_first(articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """The article whose beginning shares most with the others comes first; alone or in doubt, the oldest."""
    if len(articles) < 3:
        return articles
    keys = [frozenset(words.stems(f"{a.title} {a.text[:600]}", a.language)) for a in articles]
    told = Counter(word for key in keys for word in key)
    shared = [sum(told[word] for word in key) / math.sqrt(len(key) + 1) for key in keys]
    near = titles.scores(articles)
    most, nearest = max(shared) or 1, max(near) or 1
    worth = [one / most + other / nearest for one, other in zip(shared, near, strict=True)]
    order = sorted(range(len(articles)), key=lambda i: (-worth[i], i))
    return tuple(articles[i] for i in order[: OTHERS + 1])


def _pool(articles: Sequence[Article]) -> list[Candidate]:
    """All candidates of the base and the first few of each of the others."""
    pool = list(candidates.of(articles[0]))
    for article in articles[1 : OTHERS + 1]:
        pool.extend(candidates.of(article, limit=OF_OTHERS))
    return pool


def _leaning(pool: Sequence[Candidate], head: headline.Headline) -> list[Candidate]:
    """The pool, in which the sentence after the headline's goes without the pronoun that it begins with, or may keep
    it: it will stand right below it."""
    return [_below(c) if c.fitness < LEANING and _follows(c, head) and not context.leans(c.text) else c for c in pool]


def _below(candidate: Candidate) -> Candidate:
    article, piece = candidate.article, candidate.piece
    at = openings.pronoun(trim.said(article.text, piece), article.language) if not piece.cuts else None
    bare = replace(piece, start=piece.start + at) if at else piece
    shown = candidates.from_piece(article, bare, order=candidate.order) if at else None
    return replace(shown or candidate, fitness=LEANING)


def _follows(candidate: Candidate, head: headline.Headline) -> bool:
    """Whether a candidate is the very next sentence after the one that the headline was made of."""
    source = head.source
    if source is None or candidate.article is not source.article:
        return False
    return candidate.order == source.order + 1 and candidate.piece.start - source.piece.end <= NEXT_CHARS


def _fresh(candidate: Candidate, head: headline.Headline, told: frozenset[str]) -> Candidate | None:
    """The candidate, or of one that repeats the headline the clause that does not; None if all of it is told."""
    if candidate is head.source:
        return head.rest
    if not _repeats(candidate, head, told):
        return candidate
    article, piece = candidate.article, candidate.piece
    for at in trim.early_ends(article.text, piece, article.language):
        further = trim.second(article.text, piece, at, article.language)
        rest = candidates.from_piece(article, further, order=candidate.order) if further else None
        if rest is not None and not _repeats(rest, head, told):
            return rest
    return None


def _repeats(candidate: Candidate, head: headline.Headline, told: frozenset[str]) -> bool:
    old = len(candidate.stems & told)
    new = len(candidate.stems) - old
    if old >= OLD_WORDS * len(candidate.stems) or (old >= FEW_NEW_WORDS >= new and old >= RETOLD * len(told)):
        return True
    return headline.repeats(candidate, head)


def _fact(candidate: Candidate) -> Fact:
    article, piece = candidate.article, candidate.piece
    evidence = Evidence(article_id=article.id, revision=article.revision, start=piece.start, end=piece.end)
    return Fact(text=candidate.text, kind=kinds.kind(candidate.text), evidence=evidence)
