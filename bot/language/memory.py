"""Answers about single words, remembered: texts use few different words, so most questions come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

MOST_WORDS = 1 << 14
"""All are forgotten when there would be more; these take a few megabytes."""
LONGEST = 40
"""Longer words (addresses, a text without blanks) are not kept."""

Answer = TypeVar("Answer")


class Memory(dict[str, Answer], Generic[Answer]):
    """`memory[word]` is `ask(word)`, asked once; a dictionary, because `map` reads it faster than any function."""

    def __init__(self, ask: Callable[[str], Answer], *, most: int = MOST_WORDS) -> None:
        super().__init__()
        self._ask, self._most = ask, most

    def __missing__(self, word: str) -> Answer:
        answer = self._ask(word)
        if len(word) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[word] = answer
        return answer
