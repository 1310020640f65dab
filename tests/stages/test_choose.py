"""What a subscription gets: wanted topics and languages only, many sources and fresh news first, topics spread."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import StoryId, TopicId
from bot.stages import choose
from tests import make

NOW = make.moment("2026-11-22T12:00")
TOPICS = tuple(TopicId(name) for name in ("economy", "sport", "culture", "other"))


def candidate(
    name: str,
    *,
    topics: tuple[str, ...] = ("economy",),
    languages: tuple[str, ...] = ("ru",),
    sources: int = 1,
    age_h: float = 1,
    facts: int = 0,
    words: tuple[str, ...] = (),
) -> choose.Candidate:
    return choose.Candidate(
        story_id=StoryId(name),
        topics=tuple(TopicId(topic) for topic in topics),
        languages=languages,
        source_count=sources,
        newest_at=NOW - timedelta(hours=age_h),
        fact_count=facts,
        words=words,
    )


def ids(choices: tuple[choose.Choice, ...]) -> list[str]:
    return [choice.story_id for choice in choices]


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.text("abcdef", min_size=1, max_size=4),
        topics=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True).map(tuple),
        languages=st.lists(st.sampled_from(("ru", "en", "uz")), min_size=1, max_size=2, unique=True).map(tuple),
        sources=st.integers(1, 9),
        age_h=st.floats(-5, 200),
        facts=st.integers(0, 9),
        words=st.sampled_from(((), (), ("метро",))),
    ),
    max_size=20,
    unique_by=lambda one: one.story_id,
)
WANTED = st.sets(st.sampled_from(TOPICS))
READS = st.sets(st.sampled_from(("ru", "en", "uz")))


def test_a_story_that_more_publishers_tell_comes_first() -> None:
    # given
    told = [candidate("one", sources=1), candidate("five", sources=5)]
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW)
    # then
    assert ids(chosen) == ["five", "one"]


def test_of_two_stories_the_fresher_comes_first() -> None:
    # given
    told = [candidate("yesterday", age_h=24), candidate("now", age_h=0)]
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW)
    # then
    assert ids(chosen) == ["now", "yesterday"]


def test_one_topic_does_not_take_the_whole_digest() -> None:
    # given
    matches = [candidate(f"match{number}", topics=("sport",), sources=4) for number in range(5)]
    budget = candidate("budget", topics=("economy",), sources=2)
    # when
    spread = choose.stories([*matches, budget], topics=TOPICS, reads=(), limit=3, now_at=NOW)
    of_one_kind = choose.stories([*matches, budget], topics=(TopicId("sport"),), reads=(), limit=3, now_at=NOW)
    # then
    assert "budget" in ids(spread)
    assert "budget" not in ids(of_one_kind)


def test_a_story_in_a_language_that_nobody_reads_is_left_out() -> None:
    # given
    told = [
        candidate("ru", languages=("ru",)),
        candidate("both", languages=("en", "ru")),
        candidate("en", languages=("en",)),
    ]
    # when
    reads_english = choose.stories(told, topics=TOPICS, reads=("en",), limit=7, now_at=NOW)
    reads_all = choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW)
    # then
    assert set(ids(reads_english)) == {"both", "en"}
    assert set(ids(reads_all)) == {"ru", "both", "en"}


def test_of_two_stories_the_one_with_more_facts_comes_first() -> None:
    # given
    told = [candidate("bare", facts=0), candidate("full", facts=4)]
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW)
    # then
    assert ids(chosen) == ["full", "bare"]


def test_a_word_of_the_reader_wants_a_story_of_no_topic_and_puts_it_first() -> None:
    # given
    told = [candidate("metro", topics=("transport",), words=("метро",)), candidate("budget"), candidate("match")]
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW)
    # then
    assert ids(chosen)[0] == "metro"
    assert chosen[0].reason.topic == choose.NO_TOPIC
    assert chosen[0].reason.words == ("метро",)
    assert ids(choose.stories(told, topics=(), reads=(), limit=7, now_at=NOW)) == ["metro"]


def test_the_reason_holds_every_part_that_counted() -> None:
    # given
    told = [
        candidate("a", topics=("culture", "economy"), sources=3, age_h=12, facts=5),
        candidate("b", age_h=0),
    ]
    # when
    chosen = choose.stories(told, topics=(TopicId("economy"),), reads=(), limit=7, now_at=NOW)
    # then
    assert chosen[0].reason == choose.Reason(
        topic=TopicId("economy"), before=0, words=(), publishers=3, age=timedelta(hours=12), facts=5, worth=2.8
    )
    assert chosen[1].reason.before == 1
    assert chosen[1].reason.worth == pytest.approx(2 * choose.SPREAD)


def test_no_topics_want_nothing() -> None:
    # given
    told = [candidate("a")]
    # when, then
    assert choose.stories(told, topics=(), reads=(), limit=7, now_at=NOW) == ()
    assert choose.stories(told, topics=TOPICS, reads=(), limit=7, now_at=NOW) != ()


@given(CANDIDATES, WANTED, READS, st.integers(0, 8))
def test_only_wanted_stories_come_each_once_and_within_the_limit(
    told: list[choose.Candidate], topics: set[TopicId], reads: set[str], limit: int
) -> None:
    # given
    wanted = {
        one.story_id
        for one in told
        if (topics & set(one.topics) or one.words) and (not reads or reads & set(one.languages))
    }
    # when
    chosen = ids(choose.stories(told, topics=topics, reads=reads, limit=limit, now_at=NOW))
    # then
    assert len(chosen) == len(set(chosen)) == min(limit, len(wanted))
    assert set(chosen) <= wanted


@given(CANDIDATES, WANTED, st.integers(0, 8), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(
    told: list[choose.Candidate], topics: set[TopicId], limit: int, shuffle: random.Random
) -> None:
    # given
    shuffled = list(told)
    shuffle.shuffle(shuffled)
    # when
    one, other = (
        choose.stories(given_, topics=topics, reads=(), limit=limit, now_at=NOW) for given_ in (told, shuffled)
    )
    # then
    assert one == other


@given(CANDIDATES, st.integers(1, 8))
def test_no_topic_takes_more_than_its_share_while_others_wait(told: list[choose.Candidate], limit: int) -> None:
    # given
    share = math.ceil(limit * choose.SHARE)
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=limit, now_at=NOW)
    # then
    by_topic = Counter(choice.reason.topic for choice in chosen)
    left = [one for one in told if one.story_id not in ids(chosen)]
    for topic, many in by_topic.items():
        waiting = [one for one in left if next((each for each in one.topics if each in TOPICS), topic) != topic]
        assert many <= share or not waiting


def test_a_topic_whose_stories_are_all_better_would_take_everything_without_a_share() -> None:
    # given
    matches = [candidate(f"match{number}", topics=("sport",), sources=40, words=("кубок",) * 9) for number in range(9)]
    old = candidate("old", topics=("culture",), age_h=300)
    # when
    chosen = choose.stories([*matches, old], topics=TOPICS, reads=(), limit=4, now_at=NOW)
    # then
    assert ids(chosen)[2] == "old"
    assert chosen[1].reason.worth * choose.SPREAD > chosen[2].reason.worth


@given(CANDIDATES, st.integers(0, 8))
def test_the_best_of_a_topic_comes_before_its_others(told: list[choose.Candidate], limit: int) -> None:
    # when
    chosen = choose.stories(told, topics=TOPICS, reads=(), limit=limit, now_at=NOW)
    # then
    for topic in {choice.reason.topic for choice in chosen}:
        own = [choice.reason for choice in chosen if choice.reason.topic == topic]
        assert [one.before for one in own] == list(range(len(own)))
        assert [one.worth for one in own] == sorted((one.worth for one in own), reverse=True)
