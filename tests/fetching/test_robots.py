"""robots.txt as RFC 9309 says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetching import robots

SITE = "https://press.example"
AGENT = "digest-bot/0.1.0 (+mailto:editor@paper.example)"


def open_to(robots_txt: str, path: str, agent: str = AGENT) -> bool:
    return robots.allowed(robots_txt, SITE + path, agent)


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("", "/news", True),
        ("Disallow: /", "/news", True),  # names nobody
        ("User-agent: *\nDisallow:", "/news", True),
        ("User-agent: *\nDisallow: /", "/news", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /news", "/newspaper", False),
        ("User-agent: *\nDisallow: /news/", "/newspaper", True),
        ("User-agent: *\nDisallow: /News", "/news", True),
        ("user-AGENT : *\n  disallow :/news # all of it", "/news", False),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/1", True),
        ("User-agent: *\nAllow: /news\nDisallow: /news/private", "/news/private/1", False),
        ("User-agent: *\nAllow: /news\nDisallow: /news", "/news", True),  # equally long: allowed
        ("User-agent: *\nDisallow: /*.php", "/a/index.php?x=1", False),
        ("User-agent: *\nDisallow: /*.php$", "/a/index.php?x=1", True),
        ("User-agent: *\nDisallow: /*.php$", "/a/index.php", False),
        ("User-agent: *\nDisallow: /$", "/", False),
        ("User-agent: *\nDisallow: /$", "/news", True),
        ("User-agent: *\nDisallow: /a*b*c", "/a/x/b/c", False),
        ("User-agent: *\nDisallow: /a*b*c", "/a/c/b", True),
        ("User-agent: *\nDisallow: /*x*x$", "/x", True),
        ("User-agent: *\nDisallow: /*?", "/news?page=2", False),
        ("User-agent: *\nDisallow: *", "/news", False),
        ("User-agent: *\nDisallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("User-agent: *\nDisallow: /%d0%bd", "/%D0%BD", False),
        ("User-agent: *\nDisallow: /%6Eews", "/news", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("User-agent: other\nDisallow: /", "/news", True),
        ("User-agent: digest-bot\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/news", True),
        ("User-agent: *\nDisallow: /x\n\nUser-agent: Digest-Bot\nDisallow: /", "/news", False),
        ("User-agent: a\nUser-agent: digest-bot\nDisallow: /", "/news", False),
        (
            "User-agent: digest-bot\nDisallow: /a\nUser-agent: b\nDisallow: /\nUser-agent: digest-bot\nDisallow: /c",
            "/c",
            False,
        ),
        ("User-agent: digest\nDisallow: /", "/news", True),
        ("User-agent: digest-bot\nSitemap: https://press.example/s.xml\nCrawl-delay: 5\nDisallow: /a", "/a", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\nDisallow: /a\n<html>: <p>\nnonsense", "/b", True),
    ],
)
def test_a_rule_holds_as_the_standard_says(rules: str, path: str, expected: bool) -> None:
    assert open_to(rules, path) is expected


@given(st.text(alphabet="ab*$/?%20яU", max_size=20), st.text(alphabet="ab/?%20я", max_size=30))
def test_any_pattern_and_path_get_an_answer(pattern: str, path: str) -> None:
    assert open_to(f"User-agent: *\nDisallow: /{pattern}", f"/{path}") in {True, False}


@given(st.text(alphabet="abc/", min_size=1, max_size=12))
def test_what_is_closed_with_all_below_it_is_closed(path: str) -> None:
    assert open_to(f"User-agent: *\nDisallow: /{path}", f"/{path}more") is False


def test_a_pattern_of_nothing_but_stars_costs_no_time() -> None:
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 900 + "b$\n"

    assert open_to(rules, "/" + "a" * 3000)
