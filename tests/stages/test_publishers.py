"""One publisher counts once, however many feeds, languages, hosts and channels it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import publishers

Told = tuple[str, str]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Gazeta", "https://gazeta.example/ru/1"), ("Gazeta", "https://gazeta.example/uz/1")),
        (("Газета", "https://gazeta.example/1"), ("Gazeta", "https://m.gazeta.example/2")),
        (("Gazeta", "https://gazeta.example/1"), ("gazeta", "https://news.other.example/1")),
        (("Gazeta.Example", "https://gazeta.example/1"), ("The channel", "https://t.me/gazeta_example/7")),
        (("One", "https://t.me/s/paper/7"), ("Two", "https://t.me/paper/8")),
        (("World", "https://www.paper.co.uk/a"), ("Sport", "https://sport.paper.co.uk/b")),
        (("", "https://paper.example/a"), ("", "https://rss.paper.example/b")),
    ],
    ids=["languages", "hosts", "name", "site and channel", "channel", "country", "no name"],
)
def test_these_are_one_publisher(one: Told, other: Told) -> None:
    assert publishers.count([one, other]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("One", "https://one.example/1"), ("Two", "https://two.example/1")),
        (("One", "https://t.me/one/1"), ("Two", "https://t.me/two/1")),
        (("One", "https://one.blogspot.com/1"), ("Two", "https://two.blogspot.com/1")),
        (("One", "https://stat.gov.uz/1"), ("Two", "https://bank.gov.uz/1")),
        (("One", "https://one.co.uk/1"), ("Two", "https://two.co.uk/1")),
        (("One", "http://[::1/"), ("Two", "not an address")),
    ],
    ids=["domains", "channels", "blogs", "offices", "country", "no address"],
)
def test_these_are_two_publishers(one: Told, other: Told) -> None:
    assert publishers.count([one, other]) == 2


def test_what_two_have_in_common_with_a_third_makes_all_one() -> None:
    # given
    told = [("A", "https://a.example/1"), ("B", "https://b.example/1"), ("A", "https://b.example/2")]
    # when, then
    assert publishers.count(told[:2]) == 2
    assert publishers.count(told) == 1


TOLD = st.lists(
    st.tuples(
        st.sampled_from(("A", "B", "C", "")),
        st.sampled_from(("https://a.example/1", "https://m.a.example/", "https://t.me/b/1", "https://c.co.uk/", "")),
    )
)


@given(TOLD)
def test_neither_the_order_of_the_articles_nor_how_often_one_is_told_matters(told: list[Told]) -> None:
    assert publishers.count(told) == publishers.count(told[::-1]) == publishers.count([*told, *told])
    assert publishers.count(told) <= max(1, len(told))
