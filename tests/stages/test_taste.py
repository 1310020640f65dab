"""What votes make of stories: a little, bounded, and nothing that they are not about."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import StoryId, TopicId
from bot.stages import choose, reasons, taste
from tests import make

NOW = make.moment("2026-11-22T12:00")
NAMES = st.lists(st.sampled_from("abcdef"), max_size=4, unique=True).map(tuple)
TRAITS = st.builds(
    lambda topics, sources, terms: taste.Traits(topics=tuple(map(TopicId, topics)), sources=sources, terms=terms),
    NAMES, NAMES, NAMES,
)  # fmt: skip
VOTES = st.lists(st.tuples(TRAITS, st.sampled_from((1, -1))), max_size=40)
BOUND = taste.TOPIC + taste.SOURCE + taste.TERMS
EPSILON = 1e-9


def leaning(votes: list[tuple[taste.Traits, int]], story: taste.Traits) -> taste.Leaning:
    return taste.Scale(taste.of(votes)).leaning(story)


def candidate(name: str, *, leans: taste.Leaning = taste.NONE, hours: float = 1) -> choose.Candidate:
    return choose.Candidate(
        story_id=StoryId(name), topics=(TopicId("sport"),), languages=("en",), source_count=1,
        newest_at=NOW - timedelta(hours=hours), leaning=leans,
    )  # fmt: skip


def order(*candidates: choose.Candidate) -> list[str]:
    chosen = choose.stories(candidates, topics=(TopicId("sport"),), reads=(), limit=9, now_at=NOW)
    return [one.story_id for one in chosen]


@given(VOTES, TRAITS)
def test_however_many_votes_move_a_story_by_less_than_the_bound(
    votes: list[tuple[taste.Traits, int]], story: taste.Traits
) -> None:
    assert -BOUND < leaning(votes * 50, story).worth < BOUND
    assert BOUND < 1  # what a story is worth at least without votes (choose)


@given(VOTES, TRAITS, TRAITS)
def test_a_vote_for_a_story_never_takes_from_another_and_one_against_never_adds(
    votes: list[tuple[taste.Traits, int]], voted: taste.Traits, story: taste.Traits
) -> None:
    before = leaning(votes, story).worth

    assert leaning([*votes, (voted, 1)], story).worth >= before - EPSILON
    assert leaning([*votes, (voted, -1)], story).worth <= before + EPSILON


@given(VOTES, TRAITS)
def test_a_vote_and_its_opposite_are_as_none(votes: list[tuple[taste.Traits, int]], voted: taste.Traits) -> None:
    assert taste.of([*votes, (voted, 1), (voted, -1)]) == taste.of(votes)


@given(VOTES)
def test_the_order_of_votes_does_not_matter(votes: list[tuple[taste.Traits, int]]) -> None:
    assert taste.of(votes) == taste.of(reversed(votes))


@given(st.lists(st.tuples(VOTES, TRAITS), max_size=8))
def test_votes_hide_no_story(told: list[tuple[list[tuple[taste.Traits, int]], taste.Traits]]) -> None:
    stories = [candidate(f"s{at}", leans=leaning(votes * 20, traits)) for at, (votes, traits) in enumerate(told)]

    assert sorted(order(*stories)) == [f"s{at}" for at in range(len(told))]


def test_a_story_like_one_that_was_liked_comes_before_a_fresher_one() -> None:
    liked = leaning([(taste.Traits(terms=("ship", "port", "crane")), 1)], taste.Traits(terms=("ship", "port", "quay")))

    assert order(candidate("fresh"), candidate("liked", hours=2)) == ["fresh", "liked"]
    assert order(candidate("fresh"), candidate("liked", hours=2, leans=liked)) == ["liked", "fresh"]


@given(VOTES, TRAITS, st.integers(0, 9), st.integers(0, 400_000))
def test_a_reason_is_the_same_after_it_was_kept(
    votes: list[tuple[taste.Traits, int]], story: taste.Traits, count: int, age_s: int
) -> None:
    reason = choose.Reason(
        topic=TopicId("sport" if count else ""), before=count, words=("port",) * count, publishers=count,
        age=timedelta(seconds=age_s), facts=count, worth=1.25, votes=leaning(votes, story),
    )  # fmt: skip

    kept = reasons.from_data(reasons.as_data(reason))

    assert abs(kept.votes.worth - reason.votes.worth) < 0.01
    assert reasons.from_data(reasons.as_data(kept)) == kept
    assert (kept.topic, kept.words, kept.age) == (reason.topic, reason.words, reason.age)
