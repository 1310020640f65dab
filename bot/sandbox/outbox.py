"""What the bot has got through: every message that was taken, which is the truth a sender is measured by."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message as it was taken. `at` is the world's clock; later edits and deletions change nothing here."""

    chat_id: int
    message_id: int
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """One text taken more than once in a chat."""

    chat_id: int
    text: str
    message_ids: tuple[int, ...]


class Outbox:
    """Messages in the order they were taken, and counts of everything that happened to calls.

    The counts: `accepted METHOD`, `refused METHOD CODE`, `fault KIND before`, `fault KIND after`, and `accepted under a
    fault` for the calls that were carried out although their answer was late, broken or lost.
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.counts: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()  # calls of each method that are being answered now

    @contextmanager
    def under_way(self, method: str) -> Iterator[None]:
        """While a call is answered."""
        self.in_flight[method] += 1
        try:
            yield
        finally:
            self.in_flight[method] -= 1

    def duplicates(self) -> list[Repeat]:
        """The texts that one chat got more than once."""
        places: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for one in self.sent:
            places[one.chat_id, one.text].append(one.message_id)
        return [
            Repeat(chat_id=chat_id, text=text, message_ids=tuple(ids))
            for (chat_id, text), ids in places.items()
            if len(ids) > 1
        ]

    @property
    def is_quiet(self) -> bool:
        """No call is being carried out, long polls aside: what was sent is settled."""
        return all(not count for method, count in self.in_flight.items() if method != "getUpdates")
