"""The script that fits the weights of topics: it learns what labels say beyond the lists, and the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.stages import subjects
from tests import make
from tests.benchmarks import fit_topics
from tests.benchmarks.shared import Shared

TEXTS = {
    "sports": "Гвоздь и молоток, лопата и молоток номер {n}.",
    "science": "Чайник и блюдце, ложка и чайник номер {n}.",
}


def folder(path: Path) -> Shared:
    """A folder with ten articles of each of two labels, of words that no list holds."""
    (path / "data" / "topics").mkdir(parents=True)
    rows = [
        {"id": f"{label}{n}", "category": label, "title": "", "text": text.format(n="абвгдежзик"[n])}
        for label, text in TEXTS.items()
        for n in range(10)
    ]
    for name, part in (("tgcontest", rows[::2]), ("tgcontest_ru_text", rows[1::2])):
        lines = "".join(json.dumps(row) + "\n" for row in part)
        (path / "data" / "topics" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return Shared(path)


def test_labels_teach_what_no_list_says(tmp_path: Path) -> None:
    # given
    data = folder(tmp_path)
    articles = fit_topics.contest(data)
    bases, train = fit_topics.models(data, articles)
    # when
    folds = fit_topics.in_folds(bases, articles, train)
    learned = sum(fit_topics.label(one, folds[one.fold]) == one.label for one in articles)
    by_lists = sum(fit_topics.label(one, fit_topics.NOTHING) == one.label for one in articles)
    # then
    assert len(articles) == 20
    assert learned >= 18
    assert by_lists <= 12


def test_the_same_articles_give_the_same_table(tmp_path: Path) -> None:
    # given
    data = folder(tmp_path)
    articles = fit_topics.contest(data)
    # when
    first, again = (
        fit_topics.text(fit_topics.fitted(fit_topics.models(data, articles)[0], articles)) for _ in range(2)
    )
    # then
    assert first == again
    assert "[ru.stems]" in first
    assert f"молоток {' '.join(['0'] * 10)}" not in first


def test_a_related_language_teaches_words_that_it_shares(tmp_path: Path) -> None:
    # given
    data = folder(tmp_path)
    told = {"sports": "чайнек идәндә {n}", "travel": "балта өстәлдә {n}"}
    rows = [
        {"id": f"{label}{n}", "lang": "tt", "split": "train", "category": label, "text": text.format(n="абвгдежзик"[n])}
        for label, text in told.items()
        for n in range(10)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "data" / "topics" / "sib200.jsonl").write_text(lines, encoding="utf-8")
    unseen = replace(fit_topics.kin(data)[10], article=make.article(language="kk", text="Балта өстәлдә."))
    # when
    taught, _ = fit_topics.models(data, [], codes=("kk",))
    alone = {"kk": replace(taught["kk"], rows={})}
    # then
    assert (unseen.primary, unseen.label) == ("kk", "travel")
    assert fit_topics.label(unseen, fit_topics.weights(taught)) == "travel"
    assert fit_topics.label(unseen, fit_topics.weights(alone)) != "travel"


def test_a_word_says_by_its_stem_and_parts_what_the_table_says() -> None:
    # given
    weights = subjects.Weights(
        subjects=("economy", "sport"), stems={"en": {"glue": "-3 20"}}, parts={"en": {"_glu": "0 -40"}}
    )
    # when
    said = subjects.said(("glue", subjects.parts("glue")), "en", weights)
    leaning = subjects.leanings([(said, 4.0)], 4.0, weights)
    # then
    assert leaning == {"economy": -3 * subjects.UNIT, "sport": -20 * subjects.UNIT}
