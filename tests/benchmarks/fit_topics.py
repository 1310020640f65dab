"""Fits the weights of `bot/language/data/topic_weights.txt` and says how good they are on what they have not seen.

    .venv/bin/python -m tests.benchmarks.fit_topics          writes the table and prints fitted and held-out figures
    .venv/bin/python -m tests.benchmarks.fit_topics DIR      the same with the table in another folder

It reads `../shared/data/`: `topics/tgcontest*` whole, of `topics/sib200` the rows of split "train" in four languages
and their kin, and `stories/silver_2020`, whose labels were given by a machine, without what stands in the contest too.

The model is a multinomial logistic regression over stems and parts of words, fitted by AdaGrad (Duchi and others, 2011)
beside the word lists, whose evidence it takes as given: it learns what the lists do not know. A label stands for
several of our topics; which of them an article has is left to the lists and to what was learned so far.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.language import tables, words
from bot.model import Article, Language
from bot.stages import classify, evidence, subjects
from tests.benchmarks import shared

SUBJECTS = (
    "economy", "digital", "education", "politics", "society", "culture", "sport", "health", "travel", "geography",
)  # fmt: skip
"""Of industry no set has a label, so its lists stay alone; articles of industry count to economy here."""

CONTEST: Mapping[str, tuple[str, ...]] = {
    "economy": ("economy", "industry"),
    "technology": ("digital",),
    "science": ("education",),
    "society": ("politics", "society", "health", "travel"),  # politics, elections, law and illness count to it
    "entertainment": ("culture",),
    "sports": ("sport",),
}
"""The contest's six topics -> our topics; its `other` and `not_news` are no topics."""

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "science/technology": ("digital", "education"),
    "politics": ("politics",),
    "sports": ("sport",),
    "entertainment": ("culture",),
    "health": ("health",),
    "travel": ("travel",),
    "geography": ("geography",),
}
"""The seven topics of SIB-200 -> our topics; it has none of economy, industry and society."""

MACHINE = {label: topics for label, topics in CONTEST.items() if label != "society"}
"""The labels of silver_2020, which has no society: it says nothing for or against it."""

CONTEST_SETS = ("topics/tgcontest", "topics/tgcontest_ru_text")
LANGUAGES = ("ru", "en", "uz-Latn", "kk")
CODES = ("en", "kk", "ru", "uz")
KIN: Mapping[str, str] = {"ky": "kk", "tt": "kk", "ba": "kk", "tk": "uz", "az": "uz", "tr": "uz", "crh": "uz"}
"""Languages of SIB-200 whose sentences, read as if they were in the other, teach it words that they have in common."""

FOLDS = 5
RATE, FADING, FIRST = 0.6, 0.001, 0.1  # of AdaGrad: its rate, how weights fade at each step, its first square
PEOPLE = 2.0  # a label given by people, beside one given by a machine and one of a sentence
ROUNDS_OF_OTHERS, ROUNDS = 2, 4  # first what a machine or a related language says, then the rest
PART_WEIGHT = 0.5  # a part of a word beside its stem
HELD_BY = 2  # examples that must hold a stem or part
SAID = 3  # rows of the table whose numbers are all smaller are left out

Features = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """A labelled text: `classes` is the mapping its label is one of, `listed` what the word lists say of it."""

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
    def allowed(self) -> tuple[int, ...]:
        return _places(self.classes[self.label])

    @property
    def possible(self) -> tuple[int, ...]:
        return _places(subject for topics in self.classes.values() for subject in topics)

    @property
    def given(self) -> list[float]:
        """What the word lists add for each subject."""
        found = dict(self.listed)
        found["economy"] = max(found.get("economy", 0.0), found.get("industry", 0.0))
        return [classify.LISTS * classify.tempered(found.get(subject, 0.0)) for subject in SUBJECTS]


@dataclass(slots=True, eq=False)
class Model:
    """What was learned so far of one language: for each feature its rarity, weights by subject and sum of squares."""

    rarity: Features
    rows: dict[str, list[float]] = field(default_factory=dict)
    squares: Features = field(default_factory=dict)

    def copy(self) -> Model:
        return Model(self.rarity, {name: list(row) for name, row in self.rows.items()}, dict(self.squares))


def _places(topics: Iterable[str]) -> tuple[int, ...]:
    return tuple(SUBJECTS.index(topic) for topic in topics if topic in SUBJECTS)


NOTHING = subjects.Weights(subjects=SUBJECTS, stems={}, parts={})


def contest(data: shared.Shared, names: Iterable[str] = CONTEST_SETS) -> list[Example]:
    """The articles of the contest's six topics, in folds that share every topic alike."""
    rows = [row for name in names for row in data.rows(name) if row["category"] in CONTEST]
    return _examples(rows, CONTEST, [None] * len(rows))


def machine(data: shared.Shared, *, but: Iterable[Example]) -> list[Example]:
    """The articles that a machine labelled, but none with a title or beginning of those."""
    known = {begun for one in but for begun in (one.article.title.lower(), one.article.text[:80]) if begun}
    rows = [row for row in data.rows("stories/silver_2020") if row["category"] in MACHINE]
    found = _examples(rows, MACHINE, [0] * len(rows))
    return [one for one in found if not {one.article.title.lower(), one.article.text[:80]} & known]


def sentences(data: shared.Shared, *, unseen: bool = False) -> list[Example]:
    """The sentences of SIB-200 that weights are fitted on, or all others."""
    rows = [
        row for row in data.rows("topics/sib200") if (row["split"] != "train") == unseen and row["lang"] in LANGUAGES
    ]
    return _examples(rows, SENTENCES, [0] * len(rows))


def kin(data: shared.Shared) -> list[Example]:
    """The sentences of `KIN` that weights are fitted on, each under the code of the language it teaches."""
    rows = [row for row in data.rows("topics/sib200") if row["split"] == "train" and row["lang"] in KIN]
    return _examples([{**row, "lang": KIN[row["lang"]]} for row in rows], SENTENCES, [0] * len(rows))


def _examples(
    rows: Sequence[Mapping[str, object]], classes: Mapping[str, tuple[str, ...]], folds: Sequence[int | None]
) -> list[Example]:
    catalogue = catalogue_of(NOTHING)
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
        place = met[label] % FOLDS if fold is None else fold
        met[label] += 1
        listed, _, _ = classify.heard(article, catalogue)
        features = _features(article, with_parts=classes is SENTENCES)
        examples.append(
            Example(article=article, label=label, classes=classes, features=features, listed=listed, fold=place)
        )
    return examples


def _features(article: Article, *, with_parts: bool) -> Features:
    """What `subjects.leanings` will multiply the weights of each stem ("stem") and part ("part .vak") by."""
    language = article.language
    worth = {one: place for one, place in evidence.places(article).worth.items() if not words.is_stop(one, language)}
    length = math.sqrt(sum(worth.values())) or 1.0
    features: Features = {}
    for token, place in worth.items():
        parts = subjects.parts(words.fold(token, article.language)) if with_parts else []
        for name in (f"stem {words.stem(token, article.language)}", *(f"part {part}" for part in parts)):
            if not name[len("stem ")].isdigit():
                features[name] = features.get(name, 0.0) + math.sqrt(place) / length
    return features


def begun(code: str, first: Sequence[Example], others: Sequence[Example]) -> Model:
    """What a machine's labels and related languages teach in one language; the features of the others are known
    already."""
    everything = [one for one in (*first, *others) if one.primary == code]
    held = Counter(name for one in everything for name in one.features)
    rarity = {
        name: math.log(1 + len(everything) / count) / 4 * (1.0 if name.startswith("stem") else PART_WEIGHT)
        for name, count in held.items()
        if count >= HELD_BY
    }
    model = Model(rarity, {name: [0.0] * len(SUBJECTS) for name in rarity}, dict.fromkeys(rarity, FIRST))
    _learn(model, [one for one in first if one.primary == code], rounds=ROUNDS_OF_OTHERS)
    return model


def learned(model: Model, examples: Sequence[Example]) -> Model:
    """The same that has also learned from people's labels."""
    more = model.copy()
    _learn(more, examples, rounds=ROUNDS)
    return more


def _learn(model: Model, examples: Sequence[Example], *, rounds: int) -> None:
    """In an order that is always the same; rare labels count more, by the root of how rare they are."""
    frequency = Counter((one.label, one.classes is SENTENCES) for one in examples)
    labels = Counter(sentence for _, sentence in frequency)
    sizes = Counter(one.classes is SENTENCES for one in examples)
    steps = []
    for one in examples:
        kind = one.classes is SENTENCES
        by = math.sqrt(sizes[kind] / labels[kind] / frequency[one.label, kind])
        rows = [(name, value * model.rarity[name]) for name, value in one.features.items() if name in model.rarity]
        steps.append((one.allowed, one.possible, one.given, rows, by * (PEOPLE if one.classes is CONTEST else 1.0)))
    order = random.Random(1)
    for _ in range(rounds):
        order.shuffle(steps)
        for allowed, possible, given, rows, by in steps:
            sums = given
            for name, value in rows:
                sums = [total + value * weight for total, weight in zip(sums, model.rows[name], strict=True)]
            wanted, have = _likely(sums, allowed), _likely(sums, possible)
            _step(model, rows, [by * (want - has) for want, has in zip(wanted, have, strict=True)])


def _likely(sums: Sequence[float], among: Sequence[int]) -> list[float]:
    most = max(sums[at] for at in among)
    powers = {at: math.exp(sums[at] - most) for at in among}
    total = sum(powers.values())
    return [powers.get(at, 0.0) / total for at in range(len(sums))]


def _step(model: Model, rows: Sequence[tuple[str, float]], slope: Sequence[float]) -> None:
    steepness = sum(value * value for value in slope)
    if steepness < 1e-6:
        return
    for name, value in rows:
        model.squares[name] += steepness * value * value
        by = RATE * value / math.sqrt(model.squares[name])
        model.rows[name] = [
            weight * (1 - FADING) + by * part for weight, part in zip(model.rows[name], slope, strict=True)
        ]


def weights(models: Mapping[str, Model]) -> subjects.Weights:
    """The models of languages as they are stored."""
    kinds: dict[str, dict[str, dict[str, str]]] = {"stem": {}, "part": {}}
    for code, model in sorted(models.items()):
        for name, row in sorted(model.rows.items()):
            kind, _, key = name.partition(" ")
            numbers = [round(weight * model.rarity[name] / subjects.UNIT) for weight in row]
            listed = kinds[kind].setdefault(code, {})
            if max(map(abs, numbers)) >= SAID:
                listed[key] = " ".join(map(str, numbers))
    return subjects.Weights(subjects=SUBJECTS, stems=kinds["stem"], parts=kinds["part"])


@functools.lru_cache(maxsize=4 * FOLDS)
def catalogue_of(weights: subjects.Weights) -> classify.Catalogue:
    """All topics that are built in, named or not."""
    return classify.catalogue((*classify.default_definitions(), *classify.ready_definitions()), weights=weights)


def label(one: Example, weights: subjects.Weights) -> str:
    """The likeliest label of an example's set."""
    _, _, leaning = classify.heard(one.article, catalogue_of(weights))
    sums = [given + leaning[subject] for given, subject in zip(one.given, weights.subjects, strict=True)]
    shares = _likely(sums, range(len(sums)))
    return max(one.classes, key=lambda name: sum(shares[at] for at in _places(one.classes[name])))


def models(
    data: shared.Shared, articles: Sequence[Example], *, codes: Iterable[str] = CODES
) -> tuple[dict[str, Model], list[Example]]:
    """What a machine's labels and kin taught in each language, and the sentences; sets that are not here taught
    nothing."""
    wanted = tuple(codes)
    by_machine = _here(lambda: machine(data, but=articles))
    related = _here(lambda: kin(data)) if set(wanted) & set(KIN.values()) else []
    train = [one for one in _here(lambda: sentences(data)) if one.primary in wanted]
    return {code: begun(code, [*by_machine, *related], [*articles, *train]) for code in wanted}, train


def _here(read: Callable[[], list[Example]]) -> list[Example]:
    try:
        return read()
    except shared.NotHere:
        return []


def fitted(bases: Mapping[str, Model], examples: Sequence[Example]) -> subjects.Weights:
    """The weights of languages that have examples."""
    by_code = {code: [one for one in examples if one.primary == code] for code in bases}
    return weights({code: learned(bases[code], of_code) for code, of_code in by_code.items() if of_code})


def in_folds(
    bases: Mapping[str, Model], articles: Sequence[Example], train: Sequence[Example]
) -> list[subjects.Weights]:
    """For each fold the weights fitted on the other four fifths of the articles; the contest is in two languages."""
    met = {one.primary for one in articles}
    known = {code: model for code, model in bases.items() if code in met}
    return [fitted(known, [*(one for one in articles if one.fold != fold), *train]) for fold in range(FOLDS)]


def text(fitted: subjects.Weights) -> str:
    """The table as it is stored."""
    lines = [
        "# What stems and parts of words say about what an article is about, in twentieths, one number a subject.",
        "# Fitted by tests/benchmarks/fit_topics.py on tgcontest* and silver_2020 (Telegram data clustering contest,",
        "# Apache-2.0) and training sentences of SIB-200 (CC BY-SA 4.0), those of kin beside Kazakh and Uzbek; stems",
        "# and numbers only. `_` is a word's edge.",
        "[subjects]", " ".join(fitted.subjects),
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
    articles = contest(source)
    bases, train = models(source, articles)
    sys.stderr.write(f"{len(articles)} articles, {len(train)} sentences\n")
    stored = fitted(bases, [*articles, *train])
    (folder / f"{subjects.TABLE}.txt").write_text(text(stored), encoding="utf-8")
    folds = in_folds(bases, articles, train)
    _tell("fitted", [(one, label(one, stored)) for one in (*articles, *train)])
    _tell("held out", [(one, label(one, folds[one.fold])) for one in articles])
    _tell("never seen", [(one, label(one, stored)) for one in sentences(source, unseen=True)])


def _tell(how: str, said: Sequence[tuple[Example, str]]) -> None:
    for classes, name in ((CONTEST, "contest"), (SENTENCES, "SIB-200")):
        for code in sorted({one.primary for one, _ in said if one.classes is classes}):
            pairs = [(one.label, given) for one, given in said if one.classes is classes and one.primary == code]
            accuracy, f1 = macro_f1(pairs)
            sys.stdout.write(f"{how:10} {name:8} {code} n={len(pairs):4} accuracy {accuracy:.1f} macro-F1 {f1:.1f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else tables.FOLDER)
