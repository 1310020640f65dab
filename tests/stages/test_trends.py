"""What rises: held against chance, each thing once, in the words of titles; stories a day beside a week before."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.model import StoryId, TopicId
from bot.stages import trends
from bot.stages.trends import Count, Told
from tests import make

ECONOMY, SPORT = TopicId("economy"), TopicId("sport")
BOTH = (SPORT, ECONOMY)
MONDAY_NOON = make.moment("2026-11-23T12:00")


def rising(*counts: Count, of_now: int = 200, of_before: int = 800) -> list[str]:
    return [one.term for one in trends.rising(counts, of_now=of_now, of_before=of_before, limit=9)]


def count(term: str, now: int, before: int) -> Count:
    return Count(term=term, now=now, before=before)


def told(term: str, *titles: str, language: str = "ru") -> list[Told]:
    """One story for each title, with the title as its id: terms that stand in one title share its story."""
    return [Told(term=term, story_id=StoryId(title), language=language, title=title) for title in titles]


def words(counts: list[Count], titles: list[Told], *, reads: tuple[str, ...] = ()) -> list[str]:
    return [one.word for one in trends.shown(counts, titles, reads=reads, limit=9)]


def test_what_is_told_clearly_more_often_rises_the_surest_first() -> None:
    assert rising(count("ru мост", 9, 2), count("ru наводнен", 30, 4)) == ["ru наводнен", "ru мост"]


def test_what_is_told_as_often_as_before_or_by_few_stories_does_not_rise() -> None:
    assert rising(count("ru банк", 40, 150), count("ru редк", 3, 0), count("ru чуть", 8, 10)) == []


def test_more_sources_make_nothing_rise() -> None:
    assert rising(count("ru банк", 40, 20), of_now=1600, of_before=800) == []
    assert rising(count("ru банк", 40, 20), of_now=200, of_before=800) == ["ru банк"]


def test_without_a_past_nothing_rises() -> None:
    assert rising(count("ru мост", 90, 0), of_now=100, of_before=0) == []


def test_figures_months_days_and_translations_do_not_rise() -> None:
    assert (
        rising(*(count(term, 40, 0) for term in ("* 2026", "* =bank", "ru октябр", "ru понедельник", "en juli"))) == []
    )
    assert rising(count("ru паводк", 40, 0)) == ["ru паводк"]


def _drawn(seed: int, *, burst: bool) -> tuple[Counter[str], Counter[str]]:
    """Five weeks of 300 stories about 6 of 3,000 words each; the frequent ones as frequent as in the press."""
    dice = random.Random(seed)
    vocabulary = [f"ru слово{chr(1072 + n % 32)}{chr(1072 + n // 32 % 32)}{chr(1072 + n // 1024)}" for n in range(3000)]
    weights = list(accumulate(1 / (n + 10) for n in range(3000)))

    def week(of: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for _ in range(of):
            found.update(set(dice.choices(vocabulary, cum_weights=weights, k=6)))
        return found

    now, before = week(300), week(1200)
    if burst:
        now.update({"ru паводк": 12})
    return now, before


def test_weeks_that_differ_by_chance_only_have_no_risers_and_a_burst_is_found() -> None:
    found = []
    for seed in range(20):
        now, before = _drawn(seed, burst=seed == 7)
        counts = [count(term, many, before[term]) for term, many in now.items()]
        found += rising(*counts, of_now=300, of_before=1200)
        # With chance not asked, only numbers compared, the same weeks are full of risers.
        naive = [one for one in counts if one.now >= trends.FEWEST and one.now * 4 >= 2 * one.before]
        assert len(naive) > 3

    assert "ru паводк" in found
    assert len(found) <= 3


@given(st.integers(0, 300), st.integers(0, 900), st.integers(300, 900), st.integers(900, 2000))
def test_a_surprise_has_the_sign_of_the_change_and_grows_with_it(
    now: int, before: int, of_now: int, of_before: int
) -> None:
    sure = trends.surprise(now, before, of_now=of_now, of_before=of_before)

    if now * of_before > before * of_now:
        assert sure >= 0
        assert trends.surprise(now + 1, before, of_now=of_now, of_before=of_before) >= sure
    elif now * of_before < before * of_now:
        assert sure <= 0


def test_a_riser_is_shown_in_the_most_frequent_form_of_titles() -> None:
    titles = told("ru мост", "Мост открыли", "Новый мост закрыли", "У моста затор", "Под мостом пожар", "Ещё один мост")

    assert words([count("ru мост", 5, 0)], titles) == ["мост"]


def test_two_terms_of_the_same_stories_are_one_riser_with_both_words() -> None:
    names = ("Нодира Алимова победила", "Турнир выиграла Нодира Алимова", "Алимова в финале")
    titles = told("ru алимов", *names) + told("ru нодир", *names[:2]) + told("* nDr", *names[:2])

    found = words([count("ru алимов", 5, 0), count("ru нодир", 4, 0), count("* nDr", 4, 0)], titles)

    assert found == ["Нодира Алимова"]


def test_scripts_of_uzbek_are_one_riser() -> None:
    titles = told("uz ko'prik", "Yangi ko‘prik ochildi", "Ko‘prik yopildi, yangi ko‘prik qurildi", language="uz-Latn")
    titles += told("uz ko'prik", "Кўприк очилди", language="uz-Cyrl")

    assert words([count("uz ko'prik", 5, 0)], titles, reads=("uz",)) == ["ko‘prik"]


def test_what_no_title_in_a_readers_languages_names_is_left_out() -> None:
    titles = told("ru мост", "Мост открыт") + told("en bridg", "The bridge is open", language="en")
    counts = [count("ru мост", 5, 0), count("en bridg", 5, 0)]

    assert words(counts, titles, reads=("en",)) == ["bridge"]
    assert words(counts, titles, reads=("kk",)) == []
    assert words(counts, titles) == ["Мост", "bridge"]


def week(*at: str, zone: str = "UTC", now_at: datetime = MONDAY_NOON) -> trends.Week:
    hours = [(ECONOMY, make.moment(one), 1) for one in at]
    (found,) = trends.weeks(hours, now_at=now_at, zone=ZoneInfo(zone))
    return found


def test_days_are_those_of_the_readers_clocks_and_today_is_the_last() -> None:
    assert week("2026-11-22T20:00", "2026-11-23T08:00").now == (0, 0, 0, 0, 0, 1, 1)
    assert week("2026-11-22T20:00", "2026-11-23T08:00", zone="Asia/Tashkent").now == (0, 0, 0, 0, 0, 0, 2)


def test_a_week_before_today_is_counted_up_to_the_same_hour() -> None:
    found = week("2026-11-16T11:00", "2026-11-16T12:00", "2026-11-15T23:00", "2026-11-10T00:00", "2026-11-09T23:00")

    assert found.before == (1, 0, 0, 0, 0, 1, 1)
    assert sum(found.now) == 0


def trend(now: int, before: int, *, others: tuple[int, int]) -> int:
    """Of sport, with so many stories of the economy beside it in the two weeks."""
    days = ((0, now, others[0]), (8, before, others[1]))
    hours = [
        (topic, MONDAY_NOON - timedelta(days=ago), n)
        for ago, *both in days
        for topic, n in zip(BOTH, both, strict=True)
    ]
    return next(one.trend for one in trends.weeks(hours, now_at=MONDAY_NOON, zone=UTC) if one.topic == SPORT)


def test_a_topic_has_a_trend_when_its_stories_and_their_share_changed_more_than_by_chance() -> None:
    assert trend(60, 20, others=(100, 100)) == 1
    assert trend(20, 60, others=(100, 100)) == -1
    assert trend(24, 20, others=(100, 100)) == 0
    assert trend(60, 20, others=(300, 100)) == 0
    assert trend(60, 60, others=(100, 400)) == 0


def test_nothing_has_no_weeks() -> None:
    assert trends.weeks([], now_at=MONDAY_NOON, zone=UTC) == ()
