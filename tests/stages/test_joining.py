"""Why each article of a story is in it."""

from __future__ import annotations

from bot.stages import joining
from tests import make

FIRST = make.article(
    "first", published="2026-11-22T08:00", title="В Хиве открыли музей ковров",
    text="В Хиве открыли музей ковров «Наргис». В нём 340 ковров, старшему из них 210 лет, сказала Лола Эргашева.",
)  # fmt: skip
RETOLD = make.article(
    "retold", published="2026-11-22T09:00", source="Курьер", title="Музей ковров «Наргис» открыт в Хиве",
    text="340 ковров собрал музей «Наргис», который открыли в Хиве. Лола Эргашева показала ковёр, которому 210 лет.",
)  # fmt: skip
STRANGER = make.article(
    "stranger", published="2026-11-22T10:00", title="Цены на лук выросли",
    text="На рынках подорожал лук. Килограмм стоит 7 тысяч сумов, летом он стоил 3 тысячи.",
)  # fmt: skip
FOREIGN = make.article(
    "foreign", published="2026-11-22T11:00", language="en", title="Carpet museum opens in Khiva",
    text="The Nargis museum opened in Khiva with 340 carpets, Lola Ergasheva said. The oldest is 210 years old.",
)  # fmt: skip


def test_the_article_that_opened_a_story_has_nothing_to_be_like() -> None:
    assert joining.why([FIRST]) == (joining.Joined(article_id=FIRST.id),)


def test_a_report_that_belongs_there_passes_the_bar_and_a_stranger_does_not() -> None:
    # when
    _, retold, stranger = joining.why([FIRST, RETOLD, STRANGER])
    # then
    assert retold.score is not None
    assert retold.score >= 1
    assert stranger.score is not None
    assert stranger.score < 1


def test_the_reasons_are_those_within_a_language() -> None:
    # when
    _, retold, foreign = joining.why([FIRST, RETOLD, FOREIGN])
    # then
    assert retold.reasons is not None
    assert retold.reasons.centre > 0
    assert foreign.score is not None
    assert foreign.reasons is None
