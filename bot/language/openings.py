"""How far the circumstance or the pronoun reaches that a sentence begins with and can do without."""

from __future__ import annotations

from bot.language import clauses, tables

LEAST_CHARS = 40
"""What is left must be as long as this."""
LEAST_BELOW = 20
"""The same where only a pronoun goes."""
END_CHARS = 80
"""The verb and its subject stand among the last characters."""


def circumstance(text: str, language: str) -> int | None:
    """Where a sentence goes on behind its opening circumstance; None if it has none, or if what follows may need it:
    a clause without a subject, with a pronoun at its start, or inside of a quotation."""
    family = clauses.family_of(language)
    if family == "other":
        return None
    if family == "verb_last" and not any(map(text.__contains__, tables.words("openings", "hints"))):
        return None
    found = tables.pattern("openings", f"comma_{family}").match(text)
    if found and _goes_on(text, found.end(), language):
        return found.end()
    if family != "verb_last" or not tables.pattern("openings", "passive").search(text, max(0, len(text) - END_CHARS)):
        return None
    found = tables.pattern("openings", "open_verb_last").match(text)
    return found.end() if found and _goes_on(text, found.end(), language) else None


def pronoun(text: str, language: str) -> int | None:
    """Where a sentence goes on behind the pronoun it begins with, for one that is shown right below the sentence that
    says what is meant: `Он рассчитан на 500 мест` there says no more than `Рассчитан на 500 мест`. None if it begins
    with none, or too little follows."""
    found = tables.pattern("openings", f"pronoun_{clauses.family_of(language)}").match(text)
    return found.end() if found and len(text) - found.end() >= LEAST_BELOW else None


def _goes_on(text: str, at: int, language: str) -> bool:
    rest = text[at:]
    if len(rest) < LEAST_CHARS or not clauses.balanced(text[:at]) or not clauses.balanced(rest):
        return False
    return clauses.alone(rest, language) and not tables.pattern("phrases", "dangling").match(rest)
