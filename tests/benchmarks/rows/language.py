"""Languages known by sentence and by headline, sentences split, Uzbek written in Cyrillic and back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import alifbo
import pycld2

from bot.language import identify, sentences, transliterate
from tests import benchmarks
from tests.benchmarks import naive, shared, traps
from tests.benchmarks.fit_languages import half

OURS = ("ru", "en", "uz-Latn", "uz-Cyrl", "kk")
LONG = 40  # characters of a sentence from which 99 % are asked for
HEADLINE = (3, 4, 5, 6)  # words
HALVES = ("fitted on", "held out")
ALONE = "pycld2 alone, script not asked"

Texts = list[tuple[object, str]]
"""What decides the half, and the text."""


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    long, headlines = _sentences(data), _headlines(data)
    for code in OURS:
        yield from _known(f"{code}, sentences of {LONG} characters and more", code, long[code], 99)
        yield from _known(f"{code}, headlines of 3 to 6 words", code, headlines[code], 95)
    yield from _others(data)
    yield from _split(data)
    yield _round_trip(data)


def _rows(data: shared.Shared) -> Iterator[tuple[object, str, str]]:
    """Key, language and text of every sentence of the sets."""
    for name in (
        "topics/sib200",
        "languages/ud",
        "languages/uz_scripts",
        "languages/short_words",
        "languages/kk_ru_mixed",
    ):
        for row in data.rows(name):
            if row["lang"] != "mixed" and row.get("kind", "sentences") == "sentences":
                code = "uz-Latn" if row["lang"] == "uz-Latn-2026" else row["lang"]
                yield row.get("index", row["id"]), code, row["text"]


def _sentences(data: shared.Shared) -> dict[str, Texts]:
    found: dict[str, Texts] = {code: [] for code in OURS}
    for key, code, text in _rows(data):
        if code in found and len(text) >= LONG:
            found[code].append((key, text))
    return found


def _headlines(data: shared.Shared) -> dict[str, Texts]:
    """Headlines cut to 3 to 6 words; the first words of sentences where there are no headlines."""
    whole: dict[str, Texts] = {code: [] for code in OURS}
    whole["uz-Latn"] = [(row["id"], row["text"]) for row in data.rows("articles/uz_headlines")[::5]]
    whole["ru"] = [(row["id"], row["title"]) for row in data.rows("articles/ru_tengrinews")]
    whole["en"] = [(row["id"], row["title"]) for row in data.rows("stories/en_headlines")]
    for key, code, text in _rows(data):
        if code in OURS:
            whole[code].append((key, text))
    return {code: [(key, _cut(text, at)) for at, (key, text) in enumerate(texts)] for code, texts in whole.items()}


def _cut(text: str, at: int) -> str:
    return " ".join(text.split()[: HEADLINE[at % len(HEADLINE)]])


def _known(what: str, code: str, texts: Texts, goal: float) -> Iterator[benchmarks.Row]:
    for part, name in enumerate(HALVES):
        chosen = [text for key, text in texts if half(key) == part]
        yield benchmarks.Row(
            what=f"{what}, {name} ({len(chosen):,})",
            value=_percent([identify.language(text) == code for text in chosen]),
            baseline=_percent([_alone(text) == code.partition("-")[0] for text in chosen]),
            beside=ALONE,
            unit="%",
            goal=benchmarks.at_least(goal),
        )


def _others(data: shared.Shared) -> Iterator[benchmarks.Row]:
    """The neighbours, which must not be taken for ours: only the half that nothing was fitted on."""
    texts: dict[str, list[str]] = {}
    for key, code, text in _rows(data):
        if code not in OURS and half(key) and len(text) >= LONG:
            texts.setdefault(code, []).append(text)
    for code, chosen in sorted(texts.items()):
        yield benchmarks.Row(
            what=f"{code}, sentences, {HALVES[1]} ({len(chosen):,})",
            value=_percent([identify.language(text) == code for text in chosen]),
            baseline=_percent([_alone(text) == code for text in chosen]),
            beside=ALONE,
            unit="%",
        )


def _alone(text: str) -> str:
    try:
        return str(pycld2.detect(text, bestEffort=True)[2][0][1])
    except pycld2.error:
        return ""


def _split(data: shared.Shared) -> Iterator[benchmarks.Row]:
    for code in OURS:
        wanted = [text for key, text in _sentences(data)[code] if _is_one(text)]
        yield _boundaries(f"{code}: ends of sentences joined with a space", _paragraphs(wanted))
    yield _boundaries("traps: initials, abbreviations, quotations, lists, glued sentences", traps.PARAGRAPHS)


def _is_one(text: str) -> bool:
    """Whether a row is a whole sentence with nothing that looks like another inside."""
    return text[0].isupper() and text[-1] in ".!?" and not any(mark in text[:-1] for mark in (". ", "! ", "? ", "\n"))


def _paragraphs(wanted: Sequence[str]) -> list[tuple[str, ...]]:
    """Fives of sentences in a drawn order."""
    drawn = random.Random(4).sample(wanted, len(wanted))
    return [tuple(drawn[at : at + 5]) for at in range(0, len(drawn) - 4, 5)]


def _boundaries(what: str, paragraphs: Sequence[Sequence[str]]) -> benchmarks.Row:
    ours, plain = _Score(), _Score()
    for paragraph in paragraphs:
        text = traps.joined(paragraph)
        wanted = _ends(text, [sentence.strip(traps.GLUE) for sentence in paragraph])
        ours.add(wanted, {end for _, end in sentences.spans(text)})
        plain.add(wanted, _ends(text, naive.SENTENCE_END.split(text)))
    return benchmarks.Row(
        what=f"{what}: F1 ({len(paragraphs):,} paragraphs)",
        value=ours.f1,
        baseline=plain.f1,
        beside="a regular expression",
        unit="%",
    )


def _ends(text: str, pieces: Sequence[str]) -> set[int]:
    ends, at = set(), 0
    for piece in pieces:
        at = text.index(piece, at) + len(piece)
        ends.add(at)
    return ends


class _Score:
    """Boundaries found, said and wanted; the end of the paragraph counts for nobody."""

    def __init__(self) -> None:
        self.hit = self.said = self.wanted = 0

    def add(self, wanted: set[int], said: set[int]) -> None:
        last = max(wanted)
        self.hit += len((wanted & said) - {last})
        self.said += len(said - {last})
        self.wanted += len(wanted - {last})

    @property
    def f1(self) -> float:
        return 200 * self.hit / max(1, self.said + self.wanted)


def _round_trip(data: shared.Shared) -> benchmarks.Row:
    """Words of Uzbek sentences that come back from Cyrillic as they were."""
    texts = [row["text"] for row in data.rows("topics/sib200") if row["lang"] == "uz-Latn" and half(row["index"])]
    ours = [transliterate.to_latin(transliterate.to_cyrillic(text)) for text in texts]
    plain = [alifbo.to_old_latin(alifbo.from_cyrillic(alifbo.to_cyrillic(text).text).text).text for text in texts]
    return benchmarks.Row(
        what="Uzbek words that come back from Cyrillic as they were, apostrophes aside",
        value=_percent(_same_words(texts, ours)),
        baseline=_percent(_same_words(texts, plain)),
        beside="alifbo alone",
        unit="%",
    )


def _same_words(texts: Sequence[str], back: Sequence[str]) -> list[bool]:
    folded = [[_one_apostrophe(text).split() for text in side] for side in (texts, back)]
    return [a == b for one, other in zip(*folded, strict=True) for a, b in zip(one, other, strict=True)]


def _one_apostrophe(text: str) -> str:
    return "".join("'" if letter in "`‘’ʻʼ´" else letter for letter in text)


def _percent(right: Sequence[bool]) -> float:
    return 100 * sum(right) / max(1, len(right))


BENCHMARK = benchmarks.Benchmark(
    name="language", goal="99 % of sentences of 40 characters and 95 % of headlines of 3 to 6 words", run=_run
)
