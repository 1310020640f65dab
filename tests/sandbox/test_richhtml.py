"""The HTML of rich messages, read strictly: any text that is escaped comes back, anything else is refused in words."""

from contextlib import suppress
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import richhtml
from bot.sandbox.refusal import Refusal


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_text_comes_back_with_single_blanks(said: str) -> None:
    (block, end) = richhtml.blocks(f"<p>{escape(said)}</p><footer>End</footer>", detects=False)

    assert "".join(str(block["text"]).split()) == "".join(said.split())
    assert end["type"] == "footer"


@given(st.text(alphabet="<>/= \"'abpulisumrydet&;!-"))
def test_whatever_it_is_given_it_reads_or_refuses(html: str) -> None:
    with suppress(Refusal):
        assert richhtml.text(richhtml.blocks(html))


def test_sixteen_levels_are_taken_and_one_more_is_not() -> None:
    assert richhtml.text(richhtml.blocks("<b>" * 16 + "x" + "</b>" * 16)) == "x"
    with pytest.raises(Refusal, match="too deep"):
        richhtml.blocks("<b>" * 17 + "x" + "</b>" * 17)


def test_items_and_what_is_folded_count_as_blocks() -> None:
    items = "<ul>" + "<li>x</li>" * 249 + "</ul>"
    assert richhtml.blocks(items + "<p>x</p>")
    with pytest.raises(Refusal, match="too many blocks"):
        richhtml.blocks(items + "<details><summary>more</summary><p>x</p></details>")
