"""Facts -> the sentences of the stored articles that they, and other values of their figures, were taken from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.language import sentences, words
from bot.model import Article, Evidence, Fact, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A piece of an article, sentences as they were published, and the facts that were taken from it."""

    article: Article
    text: str
    facts: tuple[Fact, ...]


def cited(facts: Iterable[Fact], story: Story) -> tuple[Cited, ...]:
    """The sentences behind the facts, each once, in the order of the facts. A fact whose revision is not the stored one
    any more is left out: there is nothing to show for it."""
    revisions = {(article.id, article.revision): article for article in story.articles}
    found: dict[tuple[str, int, int], Cited] = {}
    for fact, place in [(one, place) for one in facts for place in _places(one)]:
        article = revisions.get((place.article_id, place.revision))
        if article is None:
            continue
        start, end = _sentences(article.text, place)
        before = found.get((article.id, start, end))
        taken = (*before.facts, fact) if before else (fact,)
        found[article.id, start, end] = Cited(article=article, text=article.text[start:end], facts=taken)
    return tuple(found.values())


def headline(said: str, story: Story) -> Cited | None:
    """The title, or else the sentence, that a headline was taken from: of those with all of its figures the one with
    most of its words. None when no article has them."""
    wanted = Counter(words.tokens(said))
    figures = {token for token in wanted if token[0].isdigit()}
    best, most = None, 0
    for article in story.articles:
        for piece in (article.title, *(article.text[start:end] for start, end in sentences.spans(article.text))):
            has = Counter(words.tokens(piece))
            shared = (wanted & has).total()
            if shared > most and figures <= has.keys():
                best, most = Cited(article=article, text=piece, facts=()), shared
    return best if 2 * most >= wanted.total() else None


def _places(fact: Fact) -> tuple[Evidence, ...]:
    """Where a fact was taken from, and the other values of its figures."""
    return (fact.evidence, *(one.evidence for one in fact.figures))


def _sentences(text: str, evidence: Evidence) -> tuple[int, int]:
    """From the beginning of the first sentence that the evidence touches to the end of the last."""
    touched = [(start, end) for start, end in sentences.spans(text) if start < evidence.end and end > evidence.start]
    return (touched[0][0], touched[-1][1]) if touched else (evidence.start, evidence.end)
