"""The flood model by itself: what it holds back, what it refuses, and what it never lets through."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.flood import Flood
from bot.sandbox.refusal import Refusal

CALLS = st.lists(st.tuples(st.integers(1, 4), st.floats(0, 3), st.booleans()), max_size=150)


def ask(flood: Flood, chat_id: int, now: float, *, is_private: bool = True, is_paid: bool = False) -> float | int:
    """When the call is carried out, or the pause it is refused with, as an integer."""
    try:
        return now + flood.wait_s(chat_id, is_private=is_private, is_paid=is_paid, now=now)
    except Refusal as refused:
        return int((refused.parameters or {})["retry_after"])


def test_everything_at_once_is_served_for_8_seconds_and_then_refused() -> None:
    # given
    flood = Flood()
    # when
    answers = [ask(flood, chat_id, 0.0) for chat_id in range(1, 302)]
    # then
    taken = [one for one in answers if isinstance(one, float)]
    assert len(taken) == 30 * 9
    assert max(taken) == 8.0
    assert answers[270:] == [9] * 31, "calls under way at the same time are not punished"
    assert (flood.slowed, flood.refused, flood.ignored) == (240, 31, 0)


def test_a_pause_of_all_chats_holds_every_chat() -> None:
    # given
    flood = Flood()
    for chat_id in range(1, 272):
        ask(flood, chat_id, 0.0)
    # then
    assert ask(flood, 999, 4.0) == 18
    assert ask(flood, 999, 22.5) == 22.5


@given(CALLS)
def test_no_chat_gets_more_than_its_limits_whatever_is_asked(calls: list[tuple[int, float, bool]]) -> None:
    # given
    flood, now, taken = Flood(), 0.0, dict[int, list[float]]()
    # when
    for chat_id, later_s, is_paid in calls:
        now += later_s
        answer = ask(flood, chat_id, now, is_private=chat_id % 2 == 0, is_paid=is_paid)
        if isinstance(answer, float):
            assert now <= answer <= now + 8
            taken.setdefault(chat_id, []).append(answer)
    # then
    for chat_id, times in taken.items():
        assert times == sorted(times)
        assert all(later - first >= 3 - 1e-6 for first, later in zip(times, times[3:], strict=False))
        if chat_id % 2:
            assert all(later - first >= 60 - 1e-6 for first, later in zip(times, times[20:], strict=False))


def test_one_message_a_second_is_never_held() -> None:
    flood = Flood()
    times = [ask(flood, 1, float(second)) for second in range(100)]
    assert times == [float(second) for second in range(100)]
    assert all(later > first for first, later in pairwise(times))
    assert flood.slowed == 0
