"""Digests composed and rendered a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Message, Story, StoryId, Summary
from bot.stages import compose, render
from tests import benchmarks, make
from tests.benchmarks import shared, timing

STORIES, FACTS, DIGESTS = 7, 5, 200
FACT = "Мост длиной {n} метров обошёлся бюджету области в {n} млн сумов, сообщил хоким Ильхом Саттаров."


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    stories = [make.story(make.article(f"a{n}")) for n in range(STORIES)]
    facts = tuple(FACT.format(n=n) for n in range(FACTS))
    summaries = [make.summary(story.id, headline="Через реку открыт новый мост", facts=facts) for story in stories]
    ours = timing.thrice(timing.cpu, lambda: _times(DIGESTS, lambda: _rendered(stories, summaries)))
    plain = timing.thrice(timing.cpu, lambda: _times(DIGESTS, lambda: _joined(stories, summaries)))
    yield benchmarks.Row(
        what=f"digests of {STORIES} stories with {FACTS} facts, a second",
        value=DIGESTS / ours,
        baseline=DIGESTS / plain,
        beside="the same texts joined, without entities and limits",
        goal=benchmarks.at_least(200),
    )


def _times(count: int, call: object) -> None:
    assert callable(call)
    for _ in range(count):
        call()


def _rendered(stories: Sequence[Story], summaries: Sequence[Summary]) -> tuple[Message, ...]:
    told = {one.story_id: (one,) for one in summaries}
    loaded: dict[StoryId, Story] = {story.id: story for story in stories}
    items = compose.items(loaded, told, stories=loaded, languages=("ru",))
    return render.messages(compose.digest(items, header="Понедельник, 23 ноября"))


def _joined(stories: Sequence[Story], summaries: Sequence[Summary]) -> str:
    blocks = [
        "\n".join([f"{number}. {one.headline}", *(fact.text for fact in one.facts), story.articles[0].url])
        for number, (story, one) in enumerate(zip(stories, summaries, strict=True), start=1)
    ]
    return "\n\n".join(["Понедельник, 23 ноября", *blocks])


BENCHMARK = benchmarks.Benchmark(
    name="digests", goal="200 digests a second: a thousand chats that are due together wait 5 s", run=_run
)
