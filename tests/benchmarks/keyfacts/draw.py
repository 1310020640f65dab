"""Draws the articles for `annotations.jsonl`: `python -m tests.benchmarks.keyfacts.draw` prints their ids."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.benchmarks import shared

SEED = 20261122
FEWEST_WORDS = 60
COUNTS = {
    ("summaries/ru_gazeta", "ru"): 4,
    ("articles/ru_tengrinews", "ru"): 4,
    ("articles/ru_telegram_posts", "ru"): 3,
    ("stories/silver_2020", "ru"): 6,
    ("stories/uzdaily_uz_ru_en", "ru"): 2,
    ("summaries/en_inshorts", "en"): 4,
    ("stories/silver_2020", "en"): 8,
    ("stories/uzdaily_uz_ru_en", "en"): 4,
    ("stories/uzdaily_uz_ru_en", "uz-Latn"): 13,
}
"""How many articles come from a set, by the set and their language."""

GIVEN = "keyfacts/gold"
"""The set that was annotated by others: neither its articles nor their translations are drawn."""

SEEN = frozenset(
    """
    tengri-90 tengri-181 tengri-217 tengri-249
    tgsilver-95 tgsilver-1058 tgsilver-1310 tgsilver-2146 tgsilver-2256 tgsilver-2528 tgsilver-2793 tgsilver-2824
    tgsilver-3656 tgsilver-3802 tgsilver-4712 tgsilver-5670 tgsilver-6255 tgsilver-6685 tgsilver-7084 tgsilver-7148
    tgsilver-7159 tgsilver-7461
    uzdaily-uz-21 uzdaily-uz-29 uzdaily-uz-35 uzdaily-uz-40 uzdaily-uz-43 uzdaily-uz-58 uzdaily-uz-59 uzdaily-uz-68
    """.split()
)
"""Articles that rules were tuned on before there were annotations."""

Row = Mapping[str, Any]


def drawn(data: shared.Shared) -> Iterator[Row]:
    """The rows drawn, the same ones on every machine; no story of `uzdaily` twice. Raises NotHere."""
    sets = {name: data.rows(name) for name, _ in COUNTS}
    taken = SEEN | {_own_id(row) for row in data.rows(GIVEN)}
    barred = {_story(row) for rows in sets.values() for row in rows if row["id"] in taken}
    for (name, language), count in COUNTS.items():
        rows = [row for row in sets[name] if row["lang"] == language and _is_long(row) and _story(row) not in barred]
        chosen = random.Random(f"{SEED} {name} {language}").sample(sorted(rows, key=lambda row: str(row["id"])), count)
        barred |= {_story(row) for row in chosen}
        yield from chosen


def _own_id(row: Row) -> str:
    return str(row["id"]).rpartition("#")[2]


def _story(row: Row) -> str:
    """What translations of one report share; elsewhere the article's own id."""
    is_translated = str(row["id"]).startswith("uzdaily-")
    return f"uzdaily {row['cluster']}" if is_translated else str(row["id"])


def _is_long(row: Row) -> bool:
    return len(row["text"].split()) >= FEWEST_WORDS


def main() -> int:
    """Print the ids, one a line."""
    sys.stdout.writelines(f"{row['id']}\n" for row in drawn(shared.Shared()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
