"""Lines that a filter cannot use: each is named with its number and its reason, and the others go on."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.command import Ran, called, fed

SENTENCE = "Мост через реку открыли в понедельник утром."
GOOD = {"id": "good", "text": SENTENCE, "headline": "Мост открыли"}
STAGES = ("clean", "classify", "group", "extract", "render")
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def went_on(ran: Ran) -> bool:
    """Whether the good lines around the bad one came through: in a line of their own, a story, or a message."""
    return ran.out.count("good") >= 2 or "Мост" in ran.out


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON: Expecting value at character 1"),
        ('{"text": "cut', "not JSON: Unterminated string starting at character 10"),
        ("[1]", "an object is needed, this is a list"),
        ('"text"', "an object is needed, this is a text"),
        ("17", "an object is needed, this is a number"),
        ("null", "an object is needed, this is null"),
        ("true", "an object is needed, this is a truth value"),
        ('{"text": NaN}', "not JSON: NaN is no number"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "JSON that is nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "JSON with a number that is too long"),
    ],
)
def test_a_line_that_is_no_object_is_named_and_the_others_go_on(stage: str, line: str, reason: str) -> None:
    ran = fed(stage, GOOD, line, "", {**GOOD, "id": "good2"})

    assert ran.code == 1
    assert ran.faults == [f"line 2: {reason}"]
    assert went_on(ran)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "render"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": ""}, "the text is empty"),
        ({"text": None}, "the text is empty"),
        ({"text": "\x00\x00"}, "the text is empty"),
        ({"text": "Мост"}, "the text is too short to be an article"),
        ({"text": "😀 🎉 !"}, "the text holds no words"),
        ({"text": ["a", "b"]}, '"text" must be text'),
        ({"text": 5}, '"text" must be text'),
        ({"title": {"a": 1}}, '"title" must be text'),
        ({"url": 5}, '"url" must be text'),
        ({"url": "javascript:alert(1)"}, "not an http or https address: javascript:alert(1)"),
        ({"url": "http://[bad"}, "not an address: http://[bad"),
        ({"id": {"a": 1}}, '"id" must be text'),
        ({"id": True}, '"id" must be text'),
        ({"date": {"a": 1}}, '"date" must be text or a number'),
        ({"published_at": [1]}, '"published_at" must be text or a number'),
        ({"date": True}, '"date" must be text or a number'),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(stage: str, change: dict[str, object], reason: str) -> None:
    ran = fed(stage, {**GOOD, **change}, GOOD)

    assert ran.code == 1
    assert ran.faults == [f"line 1: {reason}"]
    assert "good" in ran.out


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({}, "there is neither a headline nor a fact"),
        ({"headline": 5}, '"headline" is not a text'),
        ({"facts": {}}, '"facts" is not a list'),
        ({"facts": ["a"]}, "a fact is not an object"),
        ({"facts": [{"text": "a", "kind": "gossip\n\x1b[2J"}]}, 'there is no kind of fact "gossip [2J"'),
        ({"facts": [{"text": "a", "start": "0"}]}, '"start" or "end" of a fact is not a whole number'),
    ],
)
def test_a_line_that_render_cannot_use_is_named(line: dict[str, object], reason: str) -> None:
    if line.get("facts") == {}:
        line = {"facts": {"a": 1}}

    ran = fed("render", line, GOOD)

    assert ran.code == 1
    assert ran.faults == [f"line 1: {reason}"]
    assert "Мост открыли" in ran.lines[0]["text"]


def test_lines_are_numbered_as_an_editor_does() -> None:
    ran = fed("clean", "", GOOD, "", "  ", "oops", GOOD, "[]")

    assert [fault.split(":")[0] for fault in ran.faults] == ["line 5", "line 7"]
    assert len(ran.lines) == 2


def test_bytes_that_are_no_utf_8_are_named_and_a_byte_order_mark_is_passed_over() -> None:
    good = json.dumps(GOOD, ensure_ascii=False)
    body = b"\xef\xbb\xbf" + good.encode() + b"\n" + good.encode("cp1251") + b"\r\n" + good.encode()

    ran = called("stage", "clean", stdin=body)

    assert ran.faults == ["line 2: not UTF-8: invalid continuation byte at byte 25"]
    assert len(ran.lines) == 2


def test_a_number_too_large_for_json_is_not_passed_on() -> None:
    ran = fed("classify", {**GOOD, "n": 1}, '{"text": "Мост открыли утром", "n": 1e999}')

    assert ran.faults == ["line 2: a number in it is too large for JSON"]
    assert ran.lines[0]["n"] == 1


def test_nothing_in_is_nothing_out() -> None:
    for stage in STAGES:
        assert fed(stage) == Ran(code=0, out="", err="")


@pytest.mark.parametrize("stage", ["clean", "classify", "extract"])
def test_five_megabytes_in_one_line_are_taken(stage: str) -> None:
    long = "\n".join([SENTENCE * 12] * 5_500)
    assert len(long.encode()) > 5_000_000

    ran = fed(stage, {"id": "long", "text": long}, GOOD)

    assert (ran.code, ran.err) == (0, "")
    assert [line["id"] for line in ran.lines] == ["long", "good"]


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    ran = fed("classify", '{"id": "\\ud83d", "text": "Мост \\ud83d открыли утром"}')

    assert ran.code == 0
    assert (ran.lines[0]["id"], ran.lines[0]["text"]) == ("?", "Мост ? открыли утром")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("id", "url", "title", "html", "text", "date", "published_at", "source", "language", "headline", "facts")


@pytest.mark.parametrize("stage", STAGES)
@given(line=st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
@EXAMPLES
def test_no_line_stops_a_filter(stage: str, line: object) -> None:
    ran = fed(stage, json.dumps(line), GOOD)

    assert ran.code in (0, 1)
    assert ran.code == bool(ran.faults)
    assert "good" in ran.out or "Мост" in ran.out
