"""Fits the weights of `bot/language/data/topic_weights.txt` and says how good they are on what they have not seen.

    .venv/bin/python -m tests.benchmarks.fit_topics          writes the table and prints fitted and held-out figures
    .venv/bin/python -m tests.benchmarks.fit_topics DIR      the same with the table in another folder

It reads `../shared/data/topics/`: `tgcontest*` whole and of `sib200` the rows of split "train", in four languages.
The model is complement naive Bayes over stems and parts of words (Rennie and others, 2003). Labels are coarser or finer
than our subjects, so an article is shared among the subjects its label allows, as the word lists say.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language import tables, words
from bot.model import Article, Language
from bot.stages import classify, evidence, subjects
from tests.benchmarks import shared

SUBJECTS = (
    "economy", "industry", "digital", "education", "politics", "society", "culture", "sport", "health", "travel",
    "geography",
)  # fmt: skip
CONTEST: Mapping[str, tuple[str, ...]] = {
    "economy": ("economy", "industry"),
    "technology": ("digital",),
    "science": ("education",),
    "society": ("politics", "society", "health"),  # the contest counts politics, elections, law and illness to it
    "entertainment": ("culture",),
    "sports": ("sport",),
}
"""The contest's six topics -> our subjects; its `other` and `not_news` are no topics."""

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "science/technology": ("digital", "education"),
    "politics": ("politics",),
    "sports": ("sport",),
    "entertainment": ("culture",),
    "health": ("health",),
    "travel": ("travel",),
    "geography": ("geography",),
}
"""The seven topics of SIB-200 -> our subjects; it has none of economy, industry and society."""

CONTEST_SETS = ("topics/tgcontest", "topics/tgcontest_ru_text")
LANGUAGES = ("ru", "en", "uz-Latn", "kk")
PRIMARIES = frozenset(code.partition("-")[0] for code in LANGUAGES)
FOLDS = 5
SMOOTHING = 1.0
PART_WEIGHT = 0.5  # a part of a word beside its stem
BALANCE = 0.3  # how far rare classes are made as heavy as frequent ones: 0 not at all, 1 wholly
SHARING = 2.0  # how decidedly word lists share an article among the subjects its label allows
SHARPNESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # above 1 a text of which little is known is too sure
UNIT = 0.05
SAID = 0.1  # rows of the table that say less than this for every subject are left out

Features = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """A labelled text: `classes` is the mapping its label is one of."""

    article: Article
    label: str
    classes: Mapping[str, tuple[str, ...]]
    features: Features
    listed: Mapping[str, float]
    fold: int

    @property
    def primary(self) -> str:
        return self.article.language.partition("-")[0]

    @property
    def allowed(self) -> tuple[str, ...]:
        return self.classes[self.label]

    @property
    def possible(self) -> tuple[str, ...]:
        """The subjects that any label of its set allows."""
        return tuple(subject for allowed in self.classes.values() for subject in allowed)


NOTHING = subjects.Weights(subjects=SUBJECTS, sharpness=1.0, stems={}, parts={})


def contest(data: shared.Shared, names: Iterable[str] = CONTEST_SETS) -> list[Example]:
    """The articles of the contest's six topics, in folds that share every topic alike."""
    rows = [row for name in names for row in data.rows(name) if row["category"] in CONTEST]
    return _examples(rows, CONTEST, [None] * len(rows))


def sentences(data: shared.Shared, *, unseen: bool = False, languages: Sequence[str] = LANGUAGES) -> list[Example]:
    """The sentences of SIB-200 that weights are fitted on, or all others; translations of one are in one fold."""
    rows = [
        row for row in data.rows("topics/sib200") if (row["split"] != "train") == unseen and row["lang"] in languages
    ]
    return _examples(rows, SENTENCES, [row["index"] % FOLDS for row in rows])


def _examples(
    rows: Sequence[Mapping[str, object]], classes: Mapping[str, tuple[str, ...]], folds: Sequence[int | None]
) -> list[Example]:
    catalogue = _catalogue(NOTHING)
    cleaned = {article.id: article for article in shared.articles(rows)}
    met: Counter[str] = Counter()
    examples = []
    for row, fold in zip(rows, folds, strict=True):
        article = cleaned.get(str(row["id"]))  # type: ignore[call-overload]
        if article is None:
            continue
        if classes is SENTENCES:  # one sentence is little to tell a language by, and its own is known
            article = dataclasses.replace(article, language=Language(str(row["lang"])))
        label = str(row["category"])
        listed = classify.listed(article, catalogue)
        place = met[label] % FOLDS if fold is None else fold
        met[label] += 1
        examples.append(
            Example(
                article=article, label=label, classes=classes, features=_features(article), listed=listed, fold=place
            )
        )
    return examples


def _features(article: Article) -> Features:
    """What `subjects.shares` will multiply the weights of each stem ("stem") and part ("part of four", ".vak") by."""
    worth: Counter[str] = Counter()
    for token, place in evidence.places(article):
        worth[token] += place  # type: ignore[assignment]
    length = math.sqrt(sum(worth.values())) or 1.0
    features: Features = {}
    for token, place in worth.items():
        parts = subjects.parts(words.fold(token, article.language))
        for name in (f"stem {words.stem(token, article.language)}", *(f"part {part}" for part in parts)):
            features[name] = features.get(name, 0.0) + math.sqrt(place) / length
    return features


def weights(examples: Sequence[Example], *, sharpness: float = 1.0) -> subjects.Weights:
    """Fitted, one table for each language that has examples."""
    fitted = {
        code: _of_language([one for one in examples if one.primary == code])
        for code in sorted({one.primary for one in examples} & PRIMARIES)
    }
    kinds: dict[str, dict[str, dict[str, str]]] = {"stem": {}, "part": {}}
    for code, rows in fitted.items():
        for name, numbers in rows.items():
            kind, _, key = name.partition(" ")
            kinds[kind].setdefault(code, {})[key] = " ".join(map(str, numbers))
    return subjects.Weights(subjects=SUBJECTS, sharpness=sharpness, stems=kinds["stem"], parts=kinds["part"])


def _of_language(examples: Sequence[Example]) -> dict[str, list[int]]:
    """Twentieths by feature, scaled so that the examples' sums have a mean size of 1."""
    holding = Counter(name for one in examples for name in one.features)
    rarity = {
        name: math.log(1 + len(examples) / count) * (1.0 if name.startswith("stem") else PART_WEIGHT)
        for name, count in holding.items()
    }
    possible = [subject for subject in SUBJECTS if any(subject in one.possible for one in examples)]
    raw = _complement(_counted(examples, rarity, possible), possible)
    rows = {name: [value * rarity[name] for value in row] for name, row in raw.items()}
    size = _size(examples, rows)
    return {
        name: [round(value / size / UNIT) for value in row]
        for name, row in sorted(rows.items())
        if max(map(abs, row)) / size >= SAID
    }


def _counted(examples: Sequence[Example], rarity: Features, possible: Sequence[str]) -> dict[str, list[float]]:
    """How much of each feature each possible subject has, rare subjects made heavier."""
    counts = {name: [0.0] * len(possible) for name in rarity}
    for one in examples:
        shared_among = [(possible.index(subject), share) for subject, share in _shared(one).items()]
        for name, value in one.features.items():
            if name in rarity:
                for at, share in shared_among:
                    counts[name][at] += value * rarity[name] * share
    totals = [sum(row[at] for row in counts.values()) or 1.0 for at in range(len(possible))]
    heavier = [(max(totals) / total) ** BALANCE for total in totals]
    return {name: [value * by for value, by in zip(row, heavier, strict=True)] for name, row in counts.items()}


def _complement(counts: Mapping[str, list[float]], possible: Sequence[str]) -> dict[str, list[float]]:
    """For each feature and subject, how much rarer it is in all others than features are; 0 on average and for
    subjects that no label allows."""
    totals = [sum(row[at] for row in counts.values()) for at in range(len(possible))]
    whole = sum(totals)
    scale = [math.log(whole - total + SMOOTHING * len(counts)) for total in totals]
    weights = {}
    for name, row in counts.items():
        everywhere = sum(row)
        said = [by - math.log(everywhere - value + SMOOTHING) for by, value in zip(scale, row, strict=True)]
        mean = sum(said) / len(said)
        by_subject = dict(zip(possible, said, strict=True))
        weights[name] = [by_subject.get(subject, mean) - mean for subject in SUBJECTS]
    return weights


def _size(examples: Sequence[Example], rows: Mapping[str, list[float]]) -> float:
    """The mean size of an example's sums."""
    sizes = []
    for one in examples:
        total = [0.0] * len(SUBJECTS)
        for name, value in one.features.items():
            if name in rows:
                total = [whole + value * part for whole, part in zip(total, rows[name], strict=True)]
        sizes.append(sum(map(abs, total)) / len(total))
    return sum(sizes) / len(sizes)


def _shared(one: Example) -> dict[str, float]:
    """The subjects its label allows, with the share of it that each has by the word lists."""
    powers = {subject: math.exp(SHARING * subjects.tempered(one.listed.get(subject, 0.0))) for subject in one.allowed}
    return {subject: power / sum(powers.values()) for subject, power in powers.items()}


def label(one: Example, weights: subjects.Weights) -> tuple[str, float]:
    """The likeliest label of an example's set, and how likely its real one is."""
    catalogue = _catalogue(weights)
    shares = classify.subject_shares(one.article, catalogue)
    by_label = {name: sum(shares[subject] for subject in allowed) for name, allowed in one.classes.items()}
    return max(by_label, key=lambda name: by_label[name]), by_label[one.label] / sum(by_label.values())


@functools.lru_cache(maxsize=4 * FOLDS)
def _catalogue(weights: subjects.Weights) -> classify.Catalogue:
    return classify.catalogue(classify.default_definitions(), weights=weights)


def in_folds(examples: Sequence[Example]) -> list[subjects.Weights]:
    """For each fold the weights fitted on the other four fifths."""
    return [weights([one for one in examples if one.fold != fold]) for fold in range(FOLDS)]


def held_out(examples: Sequence[Example], folds: Sequence[subjects.Weights]) -> list[tuple[Example, str]]:
    """Each example with the label that weights give it which have not seen it."""
    return [(one, label(one, folds[one.fold])[0]) for one in examples]


def sharpest(examples: Sequence[Example], folds: Sequence[subjects.Weights]) -> float:
    """The sharpness with which held-out labels are as likely as the model says: the least loss on the contest's."""
    articles = [one for one in examples if one.classes is CONTEST]
    losses = {}
    for sharpness in SHARPNESS:
        tried = [dataclasses.replace(one, sharpness=sharpness) for one in folds]
        losses[sharpness] = sum(-math.log(label(one, tried[one.fold])[1]) for one in articles)
    return min(losses, key=lambda sharpness: losses[sharpness])


def text(fitted: subjects.Weights) -> str:
    """The table as it is stored."""
    lines = [
        "# What stems and parts of words say about what an article is about, in twentieths, one number a subject.",
        "# Fitted by tests/benchmarks/fit_topics.py on tgcontest* (Telegram data clustering contest, Apache-2.0) and",
        "# on training sentences of SIB-200 (CC BY-SA 4.0); stems and numbers only. `_` is the edge of a word.",
        "[subjects]", " ".join(fitted.subjects), "[sharpness]", f"{fitted.sharpness:g}",
    ]  # fmt: skip
    for kind, by_language in (("stems", fitted.stems), ("parts", fitted.parts)):
        for code, rows in by_language.items():
            lines += [f"[{code}.{kind}]", *(f"{key} {row}" for key, row in rows.items())]
    return "\n".join(lines) + "\n"


def macro_f1(said: Iterable[tuple[str, str]]) -> tuple[float, float]:
    """Accuracy and macro-F1 of (real, said) labels, in percent."""
    pairs = list(said)
    hits = Counter(real for real, given in pairs if real == given)
    real, given = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    f1 = sum(2 * hits[name] / (real[name] + given[name]) for name in real) / len(real)
    return 100 * hits.total() / len(pairs), 100 * f1


def main(folder: Path, data: shared.Shared | None = None) -> None:
    """Fits, writes and tells."""
    source = data or shared.Shared()
    articles, train, unseen = contest(source), sentences(source), sentences(source, unseen=True)
    examples = [*articles, *train]
    sys.stderr.write(f"{len(articles)} articles, {len(train)} sentences; finding the sharpness\n")
    folds = in_folds(examples)
    fitted = weights(examples, sharpness=sharpest(examples, folds))
    (folder / f"{subjects.TABLE}.txt").write_text(text(fitted), encoding="utf-8")
    _tell("fitted", [(one, label(one, fitted)[0]) for one in examples])
    _tell("held out", held_out(examples, folds))
    _tell("never seen", [(one, label(one, fitted)[0]) for one in unseen])


def _tell(how: str, said: Sequence[tuple[Example, str]]) -> None:
    for classes, name in ((CONTEST, "contest"), (SENTENCES, "SIB-200")):
        for code in sorted({one.primary for one, _ in said if one.classes is classes}):
            pairs = [(one.label, given) for one, given in said if one.classes is classes and one.primary == code]
            accuracy, f1 = macro_f1(pairs)
            sys.stdout.write(f"{how:10} {name:8} {code} n={len(pairs):4} accuracy {accuracy:.1f} macro-F1 {f1:.1f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else tables.FOLDER)
