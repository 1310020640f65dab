"""Patterns of readers: found in linear time, refused when they are wrong, too long or too large."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.stages import patterns

BACKTRACKING = r"(?:a+)+$"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"re:gas\s+price", "The GAS  price rose", True),
        (r"re:газ(а|у|ом)?$", "цена газа", True),
        (r"re:^gas", "The gas", False),
    ],
)
def test_a_pattern_is_found_whatever_the_case_of_its_letters(pattern: str, text: str, found: bool) -> None:
    assert patterns.compiled(pattern)(text) is found


@pytest.mark.parametrize(
    "wrong", ["re:", "re:(", "re:[a", r"re:(a)\1", "re:" + "a" * 201, "re:((a{1000}){1000}){1000}"]
)
def test_a_pattern_that_is_wrong_too_long_or_too_large_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(UserError):
        patterns.compiled(wrong)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_pattern_or_refused(typed: str) -> None:
    with contextlib.suppress(UserError):
        assert patterns.compiled(f"re:{typed}")("a text") in (True, False)


@pytest.mark.parametrize("evil", [r"(?:a+)+$", r"(a|aa)+$", r"^(a|a?)+$", r"(.*a){12}$", r"^([a-z]+)+$", r"(x+x+)+y"])
def test_patterns_that_python_would_never_be_done_with_are_looked_for_at_once(evil: str) -> None:
    """Python's `re` doubles its time with each letter: at 20,000 of them this test would not end."""
    text = ("x" if "x" in evil else "a") * (patterns.MAX_TEXT - 1) + "!"

    assert patterns.compiled(f"re:{evil}")(text) is False
