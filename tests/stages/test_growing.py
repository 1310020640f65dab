"""A sent message told anew in one place: nothing else in it changes, and nothing at all where nobody would see it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Digest, Evidence, Item, Link, RichText, StoryId, Variant
from bot.stages import growing, render
from tests import make

SOUP = st.text(st.sampled_from("аб 12,.😀ё•\n«»-k"), min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
MANNER = growing.Manner()


def updated(figures: str) -> str:
    return f"Updated 14:05: {figures}" if figures else "Updated 14:05"


def item(name: str, *facts: str, headline: str = "") -> Item:
    return Item(
        story_id=StoryId(name),
        headline=headline or f"Headline of {name}",
        facts=tuple(make.fact(text, article_id=name) for text in facts),
        links=(Link(name=f"Paper {name}", url=f"https://paper.example/{name}"),),
    )


def sent(*items: Item, footer: str = "") -> RichText:
    (message,) = render.messages(Digest(header="Sunday", items=items, footer=footer))
    return message.body


def block(body: RichText, name: str) -> growing.Block:
    found = growing.telling(body, [f"https://paper.example/{name}"])
    assert found is not None
    return found


def spans(body: RichText) -> list[tuple[str, str, str]]:
    """What each entity covers, cut out of the text as Telegram does."""
    wide = body.text.encode("utf-16-le")
    return [
        (one.kind.value, wide[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le"), one.url)
        for one in body.entities
    ]


BRIDGE = item("b", "The bridge is 640 m long.", "It took 12 workers.")
CHESS = item("c", "Lola won 5 games.")


def grown_figure() -> Item:
    """The bridge's second fact, of which another article tells 14."""
    fact = BRIDGE.facts[1]
    place = Evidence(article_id=fact.evidence.article_id, revision=fact.evidence.revision, start=0, end=2)
    later = Variant(
        start=8, end=10, text="14", relation="after", evidence=place, source="Paper", published_at=make.moment()
    )
    return replace(BRIDGE, facts=(BRIDGE.facts[0], replace(fact, figures=(later,), source="b")))


def test_a_changed_figure_is_shown_and_named_under_the_headline() -> None:
    body = sent(CHESS, BRIDGE)

    grown = growing.grown(body, block(body, "b"), grown_figure(), manner=MANNER, updated=updated)

    assert grown is not None
    lines = grown.text.split("\n")
    assert lines[lines.index("2. Headline of b") + 1] == "✎ Updated 14:05: 12 -> 14"
    assert "• It took 12 -> 14 (08:00) workers." in lines
    assert ("text_link", "Paper b", "https://paper.example/b") in spans(grown)


def test_the_same_story_is_no_edit_also_when_it_has_grown_once() -> None:
    body = sent(BRIDGE, CHESS)
    once = growing.grown(body, block(body, "b"), grown_figure(), manner=MANNER, updated=updated)
    assert once is not None

    again = growing.grown(once, block(once, "b"), grown_figure(), manner=MANNER, updated=updated)

    assert again is None
    assert growing.grown(body, block(body, "b"), BRIDGE, manner=MANNER, updated=updated) is None


def test_another_source_or_another_order_of_facts_is_no_edit() -> None:
    body = sent(BRIDGE)
    more = replace(BRIDGE, links=(*BRIDGE.links, Link(name="Other", url="https://other.example/b")))
    turned = replace(BRIDGE, facts=BRIDGE.facts[::-1])

    assert growing.grown(body, block(body, "b"), more, manner=MANNER, updated=updated) is None
    assert growing.grown(body, block(body, "b"), turned, manner=MANNER, updated=updated) is None


def test_where_only_headlines_were_told_only_another_headline_is_an_edit() -> None:
    body = sent(replace(BRIDGE, facts=()))
    other = replace(grown_figure(), headline="The bridge is open")

    grown = growing.grown(body, block(body, "b"), other, manner=MANNER, updated=updated)

    assert growing.grown(body, block(body, "b"), grown_figure(), manner=MANNER, updated=updated) is None
    assert grown is not None
    assert "workers" not in grown.text
    assert "1. The bridge is open\n✎ Updated 14:05" in grown.text


def test_what_would_not_fit_is_left_as_it_is() -> None:
    body = sent(*(item(f"n{number}", "word " * 75) for number in range(10)))
    longer = item("n1", "another " * 75, "third " * 75)

    assert growing.grown(body, block(body, "n1"), longer, manner=MANNER, updated=updated) is None


def test_a_withdrawn_story_leaves_one_line_and_the_others_as_they_were() -> None:
    body = sent(CHESS, BRIDGE, footer="1 more story did not fit.")

    left = growing.withdrawn(body, block(body, "c"), "This story was withdrawn.")

    assert "1. This story was withdrawn.\n\n2. Headline of b" in left.text
    assert "Lola" not in left.text
    assert not [one for one in left.entities if "paper.example/c" in one.url]
    assert left.text.endswith("1 more story did not fit.")


@given(st.lists(st.tuples(SOUP, st.lists(SOUP, max_size=5)), min_size=1, max_size=4), st.data())
def test_every_other_story_keeps_its_text_and_its_spans(told: list[tuple[str, list[str]]], data: st.DataObject) -> None:
    items = [item(f"n{at}", *facts, headline=headline) for at, (headline, facts) in enumerate(told)]
    body = sent(*items)
    at = data.draw(st.integers(0, len(items) - 1))
    fresh = item(f"n{at}", *data.draw(st.lists(SOUP, min_size=1, max_size=5)), headline=data.draw(SOUP))

    changed = growing.retold(body, block(body, f"n{at}"), fresh, manner=MANNER)

    assert changed is not None
    facts = fresh if any(map(str.strip, told[at][1])) and block(body, f"n{at}").facts else replace(fresh, facts=())
    expected = sent(*(facts if each == at else one for each, one in enumerate(items)))
    assert changed.text == expected.text
    assert spans(changed) == spans(expected)


@given(st.lists(st.tuples(SOUP, st.lists(SOUP, max_size=5)), min_size=1, max_size=4))
def test_what_was_just_sent_has_nothing_to_grow(told: list[tuple[str, list[str]]]) -> None:
    items = [item(f"n{at}", *facts, headline=headline) for at, (headline, facts) in enumerate(told)]
    body = sent(*items)

    for at, one in enumerate(items):
        assert growing.grown(body, block(body, f"n{at}"), one, manner=MANNER, updated=updated) is None


@given(st.lists(SOUP, min_size=1, max_size=6))
def test_a_story_grows_at_most_once_for_the_same_facts(facts: list[str]) -> None:
    body = sent(BRIDGE, CHESS)
    fresh = item("b", *facts)

    once = growing.grown(body, block(body, "b"), fresh, manner=MANNER, updated=updated)

    if once is not None:
        assert growing.grown(once, block(once, "b"), fresh, manner=MANNER, updated=updated) is None
