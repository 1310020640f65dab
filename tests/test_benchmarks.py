"""The benchmarks are found, each with its goal and beside a baseline, and the table prints; no time is asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from tests import benchmarks, make, test_contracts
from tests.benchmarks import __main__ as program
from tests.benchmarks import generated, naive, rows, table
from tests.benchmarks.shared import NotHere, Shared

FILES = {file.stem: file for file in sorted(Path(rows.__path__[0]).glob("*.py")) if file.stem != "__init__"}
SCORER = """import sys
from pathlib import Path
what, gold, answers = sys.argv[1:]
count = len(Path(gold).read_text(encoding="utf-8").splitlines())
print(f"n={count}  {what}  50.0 [40.0, 60.0]  macro-F1 33.3")
"""


def fake(name: str, *lines: benchmarks.Line, missing: str = "") -> benchmarks.Benchmark:
    """A benchmark that gives these lines, and then finds that a set is missing, if it is named."""

    def run(data: Shared) -> Iterator[benchmarks.Line]:
        yield from lines
        if missing:
            raise NotHere(missing, "data")

    return benchmarks.Benchmark(name=name, goal=f"{name} is to be good", run=run)


def row(what: str = "speed", value: float = 2.0, *, goal: benchmarks.Goal | None = None) -> benchmarks.Row:
    return benchmarks.Row(what=what, value=value, baseline=4.0, beside="a plain loop", unit="s", goal=goal)


def test_every_benchmark_is_found_under_its_file_name_and_says_its_goal() -> None:
    found = benchmarks.found()

    assert list(found) == list(FILES)
    assert [name for name, one in found.items() if one.name != name or not one.goal] == []


@pytest.mark.parametrize("stem", FILES)
def test_every_file_ends_in_its_one_declaration(stem: str) -> None:
    text = FILES[stem].read_text(encoding="utf-8")

    faults = test_contracts.declaration_faults(text, stem=stem, declared="BENCHMARK", made_of="Benchmark")

    assert faults == []


def test_no_row_can_be_made_without_its_baseline() -> None:
    needed = {field.name for field in fields(benchmarks.Row) if field.default is MISSING}

    assert needed == {"what", "value", "baseline", "beside"}


def test_the_table_has_aligned_columns_and_says_what_was_reached() -> None:
    # given
    one = fake("one", row("speed", 2, goal=benchmarks.at_most(3)), row("a longer name", 1234.5))
    two = fake("two", row("score", 0.5, goal=benchmarks.at_least(0.75)), missing="topics/none")
    known = {"one": one, "two": two}
    # when
    printed = table.text({name: one.lines(Shared()) for name, one in known.items()}, known)
    # then
    assert printed == TABLE


TABLE = """\
what             measured  baseline    ratio        goal  reached  the baseline is
---------------  --------  --------  -------  ----------  -------  ---------------
one: one is to be good
  speed            2.00 s    4.00 s  0.500 x   <= 3.00 s  yes      a plain loop
  a longer name   1,234 s    4.00 s    309 x           -  -        a plain loop
two: two is to be good
  score           0.500 s    4.00 s  0.125 x  >= 0.750 s  NO       a plain loop
  topics/none    not measured: no ../shared/data here
"""


@pytest.mark.parametrize("value", [0, 0.0049, 0.5, 9.99, 12.34, 123.4, 12_345.6])
def test_a_figure_keeps_three_digits_that_mean_something(value: float) -> None:
    printed = table.figure(value)

    assert float(printed.replace(",", "")) == pytest.approx(value, rel=0.01, abs=0.0005)
    assert len(printed.replace(",", "")) <= 5


def test_a_ratio_to_a_baseline_of_nothing_is_not_printed() -> None:
    never = benchmarks.Row(what="boilerplate", value=0.5, baseline=0, beside="lead-3")
    one = fake("one", never)

    printed = table.text({"one": one.lines(Shared())}, {"one": one})

    assert printed.splitlines()[-1].split() == ["boilerplate", "0.500", "0.000", "-", "-", "-", "lead-3"]


@pytest.mark.parametrize("name", ["keyfacts", "stories", "summaries", "topics"])
def test_without_the_data_a_benchmark_says_that_it_was_not_measured(name: str, tmp_path: Path) -> None:
    (line,) = benchmarks.found()[name].lines(Shared(tmp_path))

    assert isinstance(line, benchmarks.NotMeasured)
    assert line.reason == "no ../shared/data here"


@pytest.mark.parametrize("name", ["line", "intake"])
def test_without_the_data_speed_is_measured_on_made_up_articles_and_that_is_said(name: str, tmp_path: Path) -> None:
    first = next(iter(benchmarks.found()[name].run(Shared(tmp_path))))

    assert isinstance(first, benchmarks.NotMeasured)
    assert first.reason == "no ../shared/data here"


def test_with_data_and_scorer_in_the_folder_the_same_benchmark_measures(tmp_path: Path) -> None:
    # given
    (tmp_path / "data" / "topics").mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "score.py").write_text(SCORER, encoding="utf-8")
    labelled = {"id": "a", "category": "economy", "title": "", "text": "Банк поднял ставку до 14 процентов."}
    for name in ("tgcontest", "tgcontest_ru_text"):
        (tmp_path / "data" / "topics" / f"{name}.jsonl").write_text(json.dumps(labelled), encoding="utf-8")
    # when
    measured = benchmarks.found()["topics"].lines(Shared(tmp_path))
    # then
    assert [(one.value, one.unit) for one in measured if isinstance(one, benchmarks.Row)] == [
        (50.0, "%"),
        (33.3, "%"),
    ] * 6
    assert measured[-1] == benchmarks.NotMeasured(what="topics/sib200", reason="no ../shared/data here")


def test_a_scorer_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotHere, match=r"no \.\./shared/tools here"):
        Shared(tmp_path).compared("accuracy", [], [])


def test_the_program_prints_the_machine_and_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"one": fake("one", row("speed")), "two": fake("two", row("score"))}

    code = program.main(["two"], known, Shared())

    out, progress = capsys.readouterr()
    assert code == 0
    assert "cores" in out.splitlines()[0]
    assert "score" in out
    assert "speed" not in out
    assert progress.startswith("two: ")


def test_the_program_runs_all_of_them_when_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"one": fake("one", row("speed")), "two": fake("two", row("score"))}

    assert program.main([], known, Shared()) == 0

    out = capsys.readouterr().out
    assert "speed" in out
    assert "score" in out


def test_a_name_that_no_benchmark_has_is_exit_code_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["three"], {"one": fake("one", row())}, Shared()) == 2

    assert capsys.readouterr().err == "no benchmark three: there are one\n"


def test_what_was_measured_before_a_benchmark_broke_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(data: Shared) -> Iterator[benchmarks.Line]:
        raise ArithmeticError
        yield

    known = {"one": fake("one", row("speed")), "two": benchmarks.Benchmark(name="two", goal="none", run=broken)}

    with pytest.raises(ArithmeticError):
        program.main([], known, Shared())

    assert "speed" in capsys.readouterr().out


def test_the_lead_is_the_first_whole_sentences_that_fit() -> None:
    text = "Мост открыли в 8.30 утра. Он длинный!\n«Наконец», — сказал хоким. Дальше идёт дорога."

    assert naive.lead(text) == "Мост открыли в 8.30 утра. Он длинный! «Наконец», — сказал хоким."
    assert naive.lead(text, max_chars=40) == "Мост открыли в 8.30 утра. Он длинный!"
    assert naive.lead(text, max_chars=5) == "Мост открыли в 8.30 утра."


def test_titles_with_enough_words_in_common_are_one_story() -> None:
    titles = ["A bridge opened in Nukus", "Chess final today", "Bridge opened in Nukus today", "A bridge fell"]

    assert naive.grouped(titles) == [0, 1, 0, 3]


def test_texts_are_the_more_alike_the_more_rare_words_they_share() -> None:
    same, other = ("the bridge of Nukus", "the Nukus bridge"), ("the chess final", "the school year")

    near, far = naive.likenesses([same, other])

    assert near > 0.5
    assert far == pytest.approx(0)


def test_made_up_articles_are_always_the_same_and_all_different() -> None:
    until = make.moment("2026-11-22T08:00")

    first, again = (generated.entries(60, tellers=3, until=until) for _ in range(2))

    assert first == again
    assert len({entry.text for entry in first}) == len({entry.url for entry in first}) == 60
    assert len({entry.title for entry in first}) == 20
    assert first[-1].published_at == until
