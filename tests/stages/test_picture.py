"""Which pictures may lead a digest: by their address, by their size, and how a digest is cut for one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import revising
from bot.model import (
    ArticleId,
    Digest,
    Entry,
    Evidence,
    Fact,
    FactKind,
    Item,
    Link,
    Revision,
    StoryId,
)
from bot.stages import clean, growing, picture, render, richtext
from tests import make

GOOD = (
    "https://press.example/2026/11/bridge.jpg",
    "http://press.example/sites/default/files/bridge.jpeg?itok=a1",
    "https://cdn.press.example/i/1200x800/bridge.webp",
    "https://press.example/photo?id=7&w=1200",
    "https://press.example/wp-content/bridge-1024x683.png",
    "https://press.example/logotherapy-day.jpg",
    "https://press.example/no-images-of-war.jpg",
    "https://press.example/мост.jpg",
)
BAD = (
    "",
    "ftp://press.example/bridge.jpg",
    "data:image/png;base64,AAAA",
    "/bridge.jpg",
    "https:///bridge.jpg",
    "https://user@press.example/bridge.jpg",
    "https://press.example/a b.jpg",
    "https://press.example/" + "a" * 2100,
    "https://[press.example/bridge.jpg",
    "https://press.example/img/logo.png",
    "https://press.example/Site_Logo_2.PNG",
    "https://press.example/icons/fire.png",
    "https://press.example/favicon-192.png",
    "https://press.example/no-image.jpg",
    "https://press.example/noimage_ru.jpg",
    "https://press.example/placeholder.webp",
    "https://press.example/bridge.svg",
    "https://press.example/bridge.gif",
    "https://press.example/1x1.png",
    "https://press.example/bridge-150x150.jpg",
    "https://press.example/photo?id=7&w=120",
    "https://counter.press.example/hit.png",
    "https://www.gravatar.com/3f.jpg",
)


@pytest.mark.parametrize("url", GOOD)
def test_a_picture_of_a_story_passes_by_its_address(url: str) -> None:
    assert picture.address(f" {url}\n") == url


@pytest.mark.parametrize("url", BAD, ids=range(len(BAD)))
def test_what_is_no_picture_of_a_story_is_known_by_its_address(url: str) -> None:
    assert picture.address(url) == ""


@given(some.one_of(some.text(max_size=80), some.sampled_from((*GOOD, *BAD)).flatmap(lambda url: some.just(url[::2]))))
def test_an_address_is_one_of_the_web_or_none_whatever_is_given(text: str) -> None:
    found = picture.address(text)

    assert found in ("", text.strip())
    assert not found or urlsplit(found).scheme.lower() in ("http", "https")
    assert picture.address(found) == found


@given(some.integers(0, 20_000), some.integers(0, 20_000))
def test_a_good_picture_is_broad_enough_and_leaves_room_for_words(width: int, height: int) -> None:
    is_good = picture.is_good(width, height)

    assert is_good == (width >= 400 and height >= 200 and 0.4 * width <= height <= 1.25 * width)
    assert not is_good or width + height <= 2.25 * width  # within Telegram's 1 : 20 as well


def test_an_article_has_the_picture_of_its_entry_and_the_same_revision_without() -> None:
    entry = Entry(url="https://press.example/1", text="The bridge of Ak-Tepa opened on Monday.", image=GOOD[0])

    article = clean.article(entry, now_at=make.moment("2026-11-22T06:00"))
    plain = clean.article(replace(entry, image="https://press.example/logo.png"), now_at=article.published_at)

    assert article.picture == GOOD[0]
    assert plain.picture == ""
    assert plain.revision == article.revision


def item(number: int, *, facts: int = 3, words: int = 8, headline: str = "") -> Item:
    return Item(
        story_id=StoryId(f"s{number}"),
        headline=headline or f"Story {number} of the morning",
        facts=tuple(
            Fact(
                text=f"Fact {number}.{fact}: " + "word " * words + "end.",
                kind=FactKind.EVENT,
                evidence=Evidence(article_id=ArticleId("a"), revision=Revision("r"), start=0, end=1),
            )
            for fact in range(facts)
        ),
        links=(Link(name="Herald", url=f"https://press.example/{number}"),),
    )


@given(some.lists(some.tuples(some.integers(0, 12), some.integers(1, 60)), min_size=1, max_size=9))
def test_the_first_story_stands_alone_and_short_and_the_others_as_usual(sizes: list[tuple[int, int]]) -> None:
    items = tuple(item(number, facts=facts, words=words) for number, (facts, words) in enumerate(sizes, start=1))
    digest = Digest(header="Sunday", items=items, footer="2 more stories did not fit.")

    first, *others = render.led(digest)

    assert first.stories == ("s1",)
    assert richtext.is_caption(first.body)
    assert [message.part for message in (first, *others)] == list(range(1, len(others) + 2))
    assert [story for message in others for story in message.stories] == [f"s{n}" for n in range(2, len(items) + 1)]
    blocks = [block for message in (first, *others) for block in growing.blocks(message.body) if block.number]
    assert [block.number for block in blocks] == [f"{n}. " for n in range(1, len(items) + 1)]
    assert (others or [first])[-1].body.text.endswith(digest.footer)
    assert sum("Sunday" in message.body.text for message in (first, *others)) == 1
    usual = render.messages(replace(digest, items=items[1:], header=""), first=2) if others else ()
    assert [one.body for one in others] == [one.body for one in usual]


def test_facts_are_left_out_from_the_end_until_the_story_fits() -> None:
    (first,) = render.led(Digest(header="Sunday", items=(item(1, facts=9, words=30),)))

    assert "Fact 1.0" in first.body.text
    assert "Fact 1.8" not in first.body.text
    assert "Herald" in first.body.text


def test_a_headline_that_is_too_long_leads_nothing() -> None:
    assert render.led(Digest(header="Sunday", items=(item(1, headline="word " * 250),))) == ()


def test_a_story_whose_facts_are_cut_for_its_picture_does_not_grow_by_those_that_were_cut() -> None:
    told = item(1, facts=9, words=30)
    (message,) = render.led(Digest(header="Sunday", items=(told,)))
    block = next(one for one in growing.blocks(message.body) if one.number)
    grow = partial(growing.grown, message.body, block, manner=growing.Manner(), updated="Updated {}".format)

    shown = revising.shortened(told, block, replace(message, picture="a" * 16))

    assert grow(shown) is None
    assert grow(told) is not None
