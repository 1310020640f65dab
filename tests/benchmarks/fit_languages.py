"""Fits the table by which `bot.language.identify` tells languages apart: `python -m tests.benchmarks.fit_languages`.

Naive Bayes over the letters of words: how much likelier a run of one to four letters, the word's edges included, is in
one language than in its neighbours of the same script. Only the first half of each set is read (`half`); the other half
is what `rows/language.py` reports beside it.
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.language import identify, letters, tables, transliterate
from tests.benchmarks.shared import Shared

SCRIPTS = {
    "cyrillic": ("ru", "kk", "uz-Cyrl", "ky", "tg", "tt", "ba", "uk", "be", "bg", "mn", "sr", "mk"),
    "latin": ("en", "uz-Latn", "tr", "az", "tk", "crh"),
}
SETS = (
    "topics/sib200",
    "languages/ud",
    "languages/uz_scripts",
    "languages/short_words",
    "languages/kk_ru_mixed",
    "articles/uz_headlines",
    "articles/ru_tengrinews",
    "articles/ru_telegram_posts",
    "stories/en_headlines",
    "topics/ky_24kg",
)
CONVERTED = "articles/uz_headlines"  # also stands for headlines in Cyrillic and in the new Latin
KEPT = {"cyrillic": 24_000, "latin": 12_000}
"""Rows of the table."""

MOST = 60_000  # words of one language in one set, so that no outlet is the language
LEVEL = 0.8  # natural logarithm of likelihood that one step of a digit stands for
LEAST_TIMES = 3
UNSEEN = 1e-6
"""The chance of a run that a language was never seen with, among all runs of its length."""


def half(key: object) -> int:
    """0 or 1, drawn by a hash that is the same everywhere; translations of one sentence share a `key`."""
    return hashlib.sha256(f"language {key}".encode()).digest()[0] & 1


def texts(data: Shared) -> Iterator[tuple[str, str, str]]:
    """Set, language and text of the first half of each set. Raises NotHere."""
    for name in SETS:
        for row in data.rows(name):
            if half(row.get("index", row["id"])):
                continue
            code = {"uz-Latn-2026": "uz-Latn"}.get(row.get("lang", "en"), row.get("lang", "en"))
            text = f"{row.get('title') or ''} {row.get('text') or ''}"
            yield name, code, text
            if name == CONVERTED:
                yield "cyrillic", "uz-Cyrl", transliterate.to_cyrillic(text)
                yield "new latin", "uz-Latn", transliterate.to_new_latin(text)


def counted(data: Shared) -> dict[str, Counter[str]]:
    """How often each run of letters stands in each language."""
    known = {code for codes in SCRIPTS.values() for code in codes}
    read: Counter[tuple[str, str]] = Counter()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, code, text in texts(data):
        if code not in known or read[name, code] > MOST:
            continue
        words = [word for word in identify.words(text) if letters.is_cyrillic(word) == (code in SCRIPTS["cyrillic"])]
        read[name, code] += len(words)
        for word in words:
            found[code].update(letters.runs(word))
    return found


def rows(found: Mapping[str, Counter[str]], codes: tuple[str, ...], most: int) -> list[str]:
    """`run digits`, one digit for each language: 9 for the likeliest one, one less for each step below."""
    totals = [_totals(found[code]) for code in codes]
    worth: dict[str, float] = {}
    digits: dict[str, str] = {}
    for run in {run for code in codes for run, times in found[code].items() if times >= LEAST_TIMES}:
        chances = [found[code][run] / total[len(run)] + UNSEEN for code, total in zip(codes, totals, strict=True)]
        best = max(chances)
        digits[run] = "".join(str(max(0, 9 - round(math.log(best / chance) / LEVEL))) for chance in chances)
        worth[run] = _worth(chances)
    kept = sorted(worth, key=lambda run: (-worth[run], run))[:most]
    return [f"{run} {digits[run]}" for run in sorted(kept)]


def _totals(counts: Counter[str]) -> dict[int, int]:
    """How many runs there are of each length."""
    sums: Counter[int] = Counter()
    for run, times in counts.items():
        sums[len(run)] += times
    return {length: max(1, sums[length]) for length in range(1, letters.LONGEST + 1)}


def _worth(chances: Iterable[float]) -> float:
    """How often a run stands anywhere, times how much it says: the spread of what it says of the languages."""
    values = list(chances)
    logs = [math.log(value) for value in values]
    middle = sum(logs) / len(logs)
    return sum(value * abs(log - middle) for value, log in zip(values, logs, strict=True))


def main(folder: Path) -> int:
    found = counted(Shared())
    for script, codes in SCRIPTS.items():
        lines = [
            f"# Runs of letters of {script} words (`_` is the edge of a word), a digit for each language: 9 where",
            f"# it is likeliest, one less for each factor of e^{LEVEL}. Fitted by tests/benchmarks/fit_languages.py",
            f"# on half of {', '.join(SETS)}.",
            "[languages]",
            " ".join(codes),
            "[runs]",
            *rows(found, codes, KEPT[script]),
        ]
        (folder / f"runs_{script}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(tables.FOLDER))
