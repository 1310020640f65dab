"""What Telegram accepted, held against the ledger: what is lost, what is there twice, what nobody has decided."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.delivery import ledger
from tests.chaos import due
from tests.chaos.telegram import Telegram

OPEN = ("pending", "claimed", "sending", "unknown")
REPEAT = "may be a repeat"
OURS = "SELECT {} FROM delivery JOIN digest ON digest.id = delivery.digest_id WHERE subscription_id NOT LIKE '%notice%'"


class Accepted:
    """The messages that Telegram took, by the name of their part, as far as they were fetched."""

    def __init__(self, telegram: Telegram) -> None:
        self.texts: dict[str, list[str]] = defaultdict(list)
        self._telegram = telegram
        self._seen = 0

    def fetch(self) -> None:
        for text in self._telegram.taken(self._seen):
            self._seen += 1
            if found := due.PART.match(text):
                self.texts[found[1]].append(text)

    def copies(self, name: str) -> int:
        return len(self.texts.get(name, ()))

    @property
    def most_copies(self) -> int:
        return max(map(len, self.texts.values()), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A part in the ledger; `lease_over_s` is how long its lease has been over."""

    name: str
    state: str
    error: str
    lease_over_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The ledger at one moment: its parts, the number of the last slot of each chat by the chat's name, its slots, and
    how often each update had its effect."""

    rows: tuple[Row, ...]
    served: Mapping[str, int]
    slots: frozenset[str]
    effects: Mapping[int, int]
    told_twice: tuple[str, ...]

    def count(self, *states: str) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def open(self) -> int:
        """The parts whose fate is not decided: those in doubt wait for their owner."""
        return self.count(*OPEN) + sum(row.state == "parked" and row.error == ledger.IN_DOUBT for row in self.rows)

    def faults(self) -> Iterator[str]:
        """What must hold at every moment: `due = sent + failed + parked + open`, cursor and slots move together."""
        wanted = {part for name in self.slots for part in due.parts(*_parted(name))}
        if wanted != {row.name for row in self.rows}:
            yield f"due parts are not those of the ledger: {sorted(wanted ^ {row.name for row in self.rows})[:5]}"
        if len(self.rows) != self.count("sent", "failed", "parked", *OPEN):
            yield "due is not sent + failed + parked + open"
        slots = {f"{name}/{number}" for name, last in self.served.items() for number in range(1, last + 1)}
        if slots != self.slots:
            yield f"decided slots are not those up to the cursor: {sorted(slots ^ self.slots)[:5]}"
        yield from (f"update {number} had its effect {many} times" for number, many in self.effects.items() if many > 1)
        yield from (f"two rows name the same message: {one}" for one in self.told_twice)


def read(file: Path) -> Ledger:
    """The ledger as it is committed now."""
    with _opened(file) as db:
        db.execute("BEGIN")
        now_us = time.time() * 1e6
        columns = "delivery.id, state, last_error, lease_until"
        return Ledger(
            rows=tuple(
                Row(name=name, state=state, error=error, lease_over_s=(now_us - until) / 1e6 if until else 0.0)
                for name, state, error, until in db.execute(OURS.format(columns))
            ),
            served=dict(db.execute("SELECT chat.title, cursor FROM subscription JOIN chat ON chat.id = chat_id")),
            slots=frozenset(
                name for (name,) in db.execute("SELECT id FROM digest WHERE subscription_id NOT LIKE '%notice%'")
            ),
            effects={
                int(name.split()[1]): many
                for name, many in db.execute("SELECT name, many FROM tally WHERE name LIKE 'update %'")
            },
            told_twice=tuple(
                str(one)
                for one in db.execute(
                    "SELECT chat_id, message_id FROM delivery WHERE message_id IS NOT NULL AND state = 'sent' "
                    "GROUP BY 1, 2 HAVING count(*) > 1"
                )
            ),
        )


def lost(final: Ledger, accepted: Accepted, *, refused: Mapping[str, str]) -> list[str]:
    """Parts that were due and are not there, though no chat refused them (`refused`: name of the part or of its chat,
    and in which state that leaves it)."""
    gone = []
    for row in final.rows:
        allowed = {refused.get(row.name), refused.get(row.name.split("/")[0])}
        if not accepted.copies(row.name) and row.state not in allowed:
            gone.append(f"{row.name} is {row.state}: {row.error}")
    return gone


def repeated(accepted: Accepted) -> int:
    """How many messages were sent once more."""
    return sum(len(texts) - 1 for texts in accepted.texts.values())


def unlawful(accepted: Accepted) -> list[str]:
    """Messages that came again without saying so, or came again to a group or a channel, whose owner knew better."""
    return [
        name
        for name, texts in accepted.texts.items()
        if len(texts) > 1 and (sum(REPEAT in text for text in texts) != len(texts) - 1 or not name.startswith("p"))
    ]


def in_doubt(file: Path) -> frozenset[tuple[str, int]]:
    """The parts that the owner is asked about, with the token of the attempt that is in doubt."""
    with _opened(file) as db:
        return frozenset(
            db.execute("SELECT id, token FROM delivery WHERE state='parked' AND last_error=?", (ledger.IN_DOUBT,))
        )


def under_way(file: Path) -> dict[tuple[str, int], str]:
    """The parts that are claimed or being sent, with the token of who claimed them, and in which of the two states."""
    with _opened(file) as db:
        rows = db.execute("SELECT id, token, state FROM delivery WHERE state IN ('claimed', 'sending')")
        return {(name, token): state for name, token, state in rows}


def damage(file: Path) -> str:
    """ "ok", or what is wrong with the file."""
    with _opened(file) as db:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """For a look between two forks: a connection must not live on in a child."""
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as db:
        db.execute("PRAGMA query_only=ON")
        yield db


def _parted(name: str) -> tuple[str, int]:
    chat, _, number = name.partition("/")
    return chat, int(number)
