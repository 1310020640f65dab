"""Stories whose articles may arrive in any order within an hour; what somebody fixed stays where it is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import ArticleId, StoryId
from bot.stages import group, regroup, sketch
from bot.stages.sketch import Sketch
from tests import make

START = make.moment("2026-11-22T00:00")
WORDS = [f"слово{letter}{other}" for letter in "абвгдежз" for other in "клмнопрс"]

Partition = frozenset[frozenset[str]]
Stored = dict[ArticleId, tuple[Sketch, StoryId]]


def reports(count: int, *, hours: int, seed: int = 5) -> list[Sketch]:
    """Reports that share some of their words: whose story one becomes depends on who was there first."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        theme = number % 8
        published = START + timedelta(hours=number * hours // count, minutes=draw.randrange(60))
        text = " ".join(draw.sample(WORDS[theme * 8 : theme * 8 + 14], k=7))
        told = make.article(f"r{number:04}", text=text, source=f"s{number}", published=published.isoformat()[:16])
        made.append(sketch.of(told))
    return made


def events(count: int, *, hours: int) -> list[Sketch]:
    """Reports of many events, one to five of each, with names and figures of their own."""
    draw = random.Random(7)
    letters = "бвгдзклмнпрст"
    made: list[Sketch] = []
    while len(made) < count:
        names = ["".join(draw.choices(letters, k=3)) + "ов" for _ in range(6)]
        hour = draw.randrange(hours)
        for _ in range(draw.randint(1, 5)):
            at = START + timedelta(hours=min(hours - 1, hour + draw.randrange(3)), minutes=draw.randrange(60))
            words = [*draw.sample(names, k=4), str(draw.randrange(100, 130)), *draw.sample(WORDS, k=3)]
            title = " ".join(word.capitalize() for word in words[:2])
            made.append(
                sketch.of(
                    make.article(
                        f"e{len(made):04}", title=title, text=" ".join(words), source=f"s{draw.randrange(9)}",
                        published=at.isoformat()[:16],
                    )
                )
            )  # fmt: skip
    return made[:count]


def arriving(
    told: Sequence[Sketch], shuffle: random.Random, *, most: int, again: bool = True, restarts: float = 0.0
) -> regroup.Kept:
    """What is open after the articles came a few at a time, those of an hour in random order; before so many of the
    batches all that is known is what was stored."""
    kept, stored = regroup.Kept(), Stored()
    by_hour: dict[object, list[Sketch]] = {}
    for one in told:
        by_hour.setdefault(one.published_at.replace(minute=0), []).append(one)
    for _, hour in sorted(by_hour.items(), key=lambda pair: str(pair[0])):
        shuffle.shuffle(hour)
        while hour:
            some = [hour.pop() for _ in range(min(len(hour), shuffle.randint(1, most)))]
            if shuffle.random() < restarts:
                kept = restarted(stored, shuffle)
            joined = kept.rejoin(some) if again else kept.join(some)
            stored |= {one.article_id: (one, story_id) for one, story_id in joined}
    assert all(story(kept, name) == story_id for name, (_, story_id) in stored.items())
    return kept


def restarted(stored: Stored, shuffle: random.Random) -> regroup.Kept:
    """Filled from what is stored, in whatever order it is read."""
    kept = regroup.Kept()
    for name in shuffle.sample(sorted(stored), k=len(stored)):
        kept.add(*stored[name])
    return kept


def partition(kept: regroup.Kept, told: Iterable[Sketch]) -> Partition:
    stories: dict[str, set[str]] = {}
    for one in told:
        stories.setdefault(story(kept, one.article_id), set()).add(one.article_id)
    assert all(name in members for name, members in stories.items()), "a story is named after one of its articles"
    return frozenset(map(frozenset, stories.values()))


def story(kept: regroup.Kept, article_id: str) -> str:
    found = kept.story_of(ArticleId(article_id))
    assert found is not None
    return found


def at_once(told: Iterable[Sketch]) -> Partition:
    stories: dict[str, set[str]] = {}
    for one, story_id in group.Open().join(told):
        stories.setdefault(story_id, set()).add(one.article_id)
    return frozenset(map(frozenset, stories.values()))


@pytest.mark.timeout(600)
def test_a_thousand_articles_in_twenty_orders_within_each_hour_are_the_same_stories() -> None:
    # given
    told = events(1_000, hours=24)
    # when
    found = {partition(arriving(told, random.Random(seed), most=40), told) for seed in range(20)}
    # then
    assert found == {at_once(told)}
    assert 200 < len(at_once(told)) < 900


@pytest.mark.timeout(600)
def test_a_thousand_articles_are_the_same_stories_when_the_bot_is_restarted_again_and_again() -> None:
    # given
    told = events(1_000, hours=24)
    # when
    found = {partition(arriving(told, random.Random(seed), most=40, restarts=0.3), told) for seed in range(4)}
    # then
    assert found == {at_once(told)}


@pytest.mark.parametrize("restarts", [0.0, 0.3, 1.0])
def test_reports_that_could_belong_to_several_stories_come_in_any_order(restarts: float) -> None:
    # given
    told = reports(120, hours=6)

    def found(*, again: bool) -> set[Partition]:
        orders = [random.Random(seed) for seed in range(12)]
        return {partition(arriving(told, order, most=5, again=again, restarts=restarts), told) for order in orders}

    # when, then
    assert found(again=True) == {at_once(told)}
    assert len(found(again=False)) > 1, "the reports are so plain that nothing depends on their order"
    assert 1 < max(map(len, at_once(told))) < 120


@given(st.integers(0, 10_000), st.integers(5, 60), st.integers(1, 4), st.integers(1, 9), st.sampled_from((0, 0.5, 1)))
@settings(max_examples=40, deadline=None)
def test_any_reports_come_in_any_order(seed: int, count: int, hours: int, most: int, restarts: float) -> None:
    # given
    told = reports(count, hours=hours, seed=seed)
    # when
    kept = arriving(told, random.Random(seed), most=most, restarts=restarts)
    # then
    assert partition(kept, told) == at_once(told)


@given(st.integers(0, 10_000), st.integers(5, 60), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_what_is_told_of_changes_is_all_that_has_changed(seed: int, count: int, most: int) -> None:
    # given
    told, shuffle = reports(count, hours=2, seed=seed), random.Random(seed)
    kept, stored = regroup.Kept(), dict[str, str]()
    # when
    for _ in range(count):
        some = shuffle.sample(told, k=min(most, count))
        changed = kept.rejoin(some)
        stored |= {one.article_id: story_id for one, story_id in changed}
        # then
        assert stored == {each: story(kept, each) for each in stored}
    known = [one for one in told if one.article_id in stored]
    assert {one.article_id: story_id for one, story_id in kept.rejoin(known)} == stored


def test_an_index_that_articles_were_taken_out_of_is_the_one_without_them() -> None:
    # given
    told = reports(80, hours=4)
    kept, plain = regroup.Kept(), regroup.Kept()
    kept.join(told)
    # when
    kept.remove([one.article_id for one in told[::2]])
    kept.remove([ArticleId("nobody")])
    for one in told[1::2]:
        plain.add(one, StoryId(story(kept, one.article_id)))
    # then
    assert len(kept) == len(plain) == 40
    assert told[0].article_id not in kept
    asked = reports(40, hours=4, seed=9)
    assert [kept.nearest(one) for one in asked] == [plain.nearest(one) for one in asked]


def test_the_order_in_which_stored_articles_are_read_does_not_matter() -> None:
    # given
    told = reports(80, hours=4)
    stored = {one.article_id: (one, story_id) for one, story_id in group.Open().join(told)}
    # when
    read = [restarted(stored, random.Random(seed)) for seed in range(4)]
    # then
    for asked in reports(40, hours=4, seed=9):
        assert len({kept.nearest(asked) for kept in read}) == 1


def test_reports_far_from_an_article_in_time_hide_none_that_is_near() -> None:
    # given more reports with its words than are looked at
    one, near, *far = reports(900, hours=1)
    words = [replace(near, article_id=ArticleId(f"far{number}"), source="far") for number in range(len(far))]
    kept = regroup.Kept()
    kept.add(near, StoryId("near"))
    # when
    for each in words:
        kept.add(replace(each, published_at=START + 3 * group.OPEN_FOR), StoryId(each.article_id))
    # then
    asked = replace(near, article_id=one.article_id, source="other")
    assert kept.nearest(asked) == "near"
    for each in words:
        kept.move(each.article_id, StoryId("far"))
    assert kept.nearest(replace(asked, published_at=START + 3 * group.OPEN_FOR)) == "far"


def test_an_article_that_was_moved_is_compared_in_its_new_story() -> None:
    # given
    one, other = reports(2, hours=1)
    kept = regroup.Kept()
    kept.join([one, other])
    # when
    kept.move(one.article_id, StoryId(other.article_id))
    # then
    assert story(kept, one.article_id) == other.article_id
    assert kept.nearest(one) == StoryId(other.article_id)


def test_what_somebody_fixed_stays_and_its_hour_is_decided_around_it() -> None:
    # given
    told = reports(60, hours=1)
    free = arriving(told, random.Random(1), most=60)
    first = told[0].article_id
    other = next(one.article_id for one in told[:30] if story(free, one.article_id) != story(free, first))
    kept = regroup.Kept()
    kept.rejoin(told[:30])
    kept.move(first, StoryId(story(kept, other)))
    # when
    kept.rejoin(told[30:], fixed=[first, other])
    # then
    assert story(kept, first) == story(kept, other)
    kept.move(first, StoryId(story(kept, other)))
    kept.rejoin(reports(61, hours=1)[60:])
    assert story(kept, first) != story(kept, other), "when nobody fixes them they part again"


def test_old_articles_that_come_at_once_open_no_hour_again() -> None:
    # given
    told = reports(60, hours=1)
    quiet = [one.article_id for one in told]
    kept = regroup.Kept()
    # when
    kept.rejoin(told[:30], quiet=quiet)
    before = {one.article_id: story(kept, one.article_id) for one in told[:30]}
    later = kept.rejoin(told[30:59], quiet=quiet)
    # then
    assert {one.article_id for one, _ in later} == set(quiet[30:59])
    assert before == {each: story(kept, each) for each in before}
    kept.rejoin(told[59:])
    assert partition(kept, told) == at_once(told), "news opens the hour, all of it"


def test_closed_stories_are_forgotten() -> None:
    # given
    told = reports(60, hours=6)
    kept = arriving(told, random.Random(1), most=9)
    newest = max(told, key=lambda one: one.published_at)
    # when
    kept.close(newest.published_at)
    # then
    assert newest.article_id in kept
    assert 0 < len(kept) < 60
    assert story(kept, newest.article_id) in {story(kept, each.article_id) for each in told if each.article_id in kept}
