"""`digest-bot stage prove`: what of a summary does not stand in its article."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import texts
from tests.cli.command import fed

ARTICLE = {"id": "bridge", "text": texts.BRIDGE_RU, "language": "ru"}
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_what_extract_gives_is_proven_by_its_article_before_it_or_in_the_line() -> None:
    (article,) = fed("clean", ARTICLE).lines
    (summary,) = fed("extract", article).lines

    behind, inside = fed("prove", article, summary), fed("prove", {**summary, "article": article})

    for ran in (behind, inside):
        assert (ran.code, ran.err) == (0, "")
        assert ran.lines[0]["proof"] == []
        assert ran.lines[0]["facts"] == [{**fact, "proof": []} for fact in summary["facts"]]


def test_a_changed_figure_is_named_with_its_place() -> None:
    (article,) = fed("clean", ARTICLE).lines
    (summary,) = fed("extract", article).lines
    (fact,) = [fact for fact in summary["facts"] if "412" in fact["text"]] or summary["facts"][:1]
    changed = {**fact, "text": f"{fact['text']} и ещё 777 млн евро"}

    (made,) = fed("prove", article, {**summary, "facts": [changed]}, options=("--reworded",)).lines

    (problem,) = made["facts"][0]["proof"]
    assert (problem["kind"], problem["text"]) == ("figure", "777 млн евро")
    assert changed["text"][problem["offset"] :].startswith("777")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            {"id": "other", "facts": []},
            "its article is not there: no line before this one has text and the id other",
        ),
        ({"facts": []}, '"id" or "article" must say which article this was taken from'),
        ({"id": "bridge"}, 'there is nothing to prove: "headline" and "facts" are missing'),
        ({"id": "bridge", "facts": [], "article": "text"}, '"article" must be an object as `clean` gives it'),
        ({"id": "bridge", "facts": [], "article": {"text": 5}}, '"article": "text" must be text'),
        ({"id": "bridge", "facts": 5}, '"facts" must be a list'),
        ({"id": "bridge", "facts": ["text"]}, "fact 1 must be an object, this is a text"),
        (
            {"id": "bridge", "facts": [{"text": "Мост", "start": "0", "end": 4}]},
            'fact 1: "start" must be a whole number',
        ),
        (
            {"id": "bridge", "facts": [{"text": "Мост", "start": 0, "end": True}]},
            'fact 1: "end" must be a whole number',
        ),
        ({"id": "bridge", "facts": [{"text": "Мост", "start": 0}]}, 'fact 1: "end" is missing'),
        ({"id": "bridge", "facts": [{"start": 0, "end": 4}]}, 'fact 1: "text" is missing'),
        ({"id": "bridge", "facts": [{"text": 4, "start": 0, "end": 4}]}, 'fact 1: "text" must be text'),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_go_on(line: dict[str, object], reason: str) -> None:
    ran = fed("prove", ARTICLE, line, {"id": "bridge", "headline": "Мост", "facts": []})

    assert ran.code == 1
    assert ran.faults == [f"line 2: {reason}"]
    assert len(ran.lines) == 1


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"start": 0, "end": 99_999}, "the evidence 0 to 99999 is not within the "),
        ({"start": -1, "end": 4}, "the evidence -1 to 4 is not within the "),
        ({"start": 4, "end": 4}, "the evidence 4 to 4 is not within the "),
        ({"start": 0, "end": 4, "revision": "0123456789abcdef"}, "another revision of the article"),
        ({"start": 0, "end": 4, "text": " "}, "an empty fact"),
    ],
)
def test_evidence_that_is_not_there_is_a_problem_of_its_fact(fact: dict[str, object], reason: str) -> None:
    line = {"id": "bridge", "facts": [{"text": "Мост", **fact}]}

    ran = fed("prove", ARTICLE, line)

    (problem,) = ran.lines[0]["facts"][0]["proof"]
    assert (ran.code, problem["kind"]) == (0, "evidence")
    assert problem["reason"].startswith(reason)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(("id", "text", "language", "headline", "facts", "start", "end", "article"))
FACTS = st.lists(st.dictionaries(FIELDS, JSON | st.integers(0, 40), max_size=4), max_size=3)


@given(line=st.dictionaries(FIELDS, JSON) | JSON, facts=FACTS)
@EXAMPLES
def test_no_line_stops_the_filter(line: object, facts: list[object]) -> None:
    ran = fed("prove", ARTICLE, json.dumps(line), {"id": "bridge", "headline": "Мост", "facts": []}, json.dumps(facts))

    assert ran.code in (0, 1)
    assert ran.code == bool(ran.faults)
    assert "Мост" in ran.out
