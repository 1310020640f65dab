"""Whatever a writer says, only what is proven is stored and shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot import app, intake, pipeline, settings
from bot.config import Config
from bot.model import ChatId, ChatKind, Item, Language, Story, Summary
from bot.stages import compare, extract, prove
from bot.storage import summaries
from bot.world import World
from bot.writers import Budget, Writer
from tests import make, running, texts

NOW = make.moment("2026-11-22T08:00")
ROOT = Path(__file__).resolve().parents[1] / "bot"


async def write_lies(story: Story, language: Language, budget: Budget) -> Summary:
    """The true summary, then the same facts with another figure, with words of its own and with a wrong place."""
    true = extract.summary(story, language, max_facts=budget.max_facts, max_chars=budget.max_chars)
    wrong = [replace(fact, text=f"{fact.text} за 777 млн евро") for fact in true.facts]
    named = [replace(fact, text=f"Гвидо Лжецов: {fact.text}") for fact in true.facts]
    moved = [replace(fact, evidence=replace(fact.evidence, end=10**6)) for fact in true.facts]
    return replace(true, headline="Гвидо Лжецов купил 777 домов", facts=(*wrong, *true.facts, *named, *moved))


LIAR = Writer(name="liar", write=write_lies, rewords=True)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NOW) as opened:
        yield replace(opened, writer=LIAR)


async def said(world: World) -> tuple[str, str]:
    """What is stored, and what a reader of everything gets."""
    await intake.take(world, texts.all_of_them(), now_at=NOW)
    chat = await settings.chat(world, ChatId(7), kind=ChatKind.PRIVATE, title="")
    digest = await pipeline.latest(world, chat, pipeline.Wish(limit=50), now_at=NOW)
    async with world.database.read() as connection:
        stored = await summaries.of_stories(connection, [item.story_id for item in digest.items])
    kept = [one for made in stored.values() for one in made.summaries]
    assert kept
    assert digest.items
    return _text(kept), _text(digest.items)


def _text(told: Iterable[Summary | Item]) -> str:
    return "\n".join(text for one in told for text in (one.headline, *(fact.text for fact in one.facts)))


async def test_no_lie_of_a_writer_is_stored_or_shown(world: World) -> None:
    for text in await said(world):
        assert "777" not in text
        assert "Лжецов" not in text
        assert "1 200" in text


async def test_with_the_gate_open_the_lies_are_stored_and_shown(world: World) -> None:
    for text in await said(replace(world, gate=prove.unproved)):
        assert "777" in text
        assert "Лжецов" in text


async def test_the_log_names_the_story_and_the_kinds_once_and_never_the_text(world: World) -> None:
    with structlog.testing.capture_logs() as lines:
        await said(world)

    told = [line for line in lines if line["event"] == "unproven"]
    assert told
    assert len({line["story"] for line in told}) <= len(told) <= len(texts.all_of_them())
    assert all(set(line["problems"]) <= {kind.value for kind in compare.ProblemKind} for line in told)
    assert "777" not in str(told)


FERRY = (
    "Паром «Волна» перевёз через залив Чирсай 78 машин и 410 пассажиров за первый день. На пристани открыли кассу.",
    "На пристани залива Чирсай открыли кассу парома «Волна». За первый день он перевёз 78 машин и 410 пассажиров.",
)


async def told_of_ferry(folder: Path, order: Iterable[int]) -> list[tuple[str, tuple[str, ...]]]:
    """Headlines and facts where two reports of one moment arrived one after the other in this order."""
    async with app.world(Config(state_dir=folder), now_at=NOW) as opened:
        for at in order:
            one = texts.entry(f"ferry-{at}", FERRY[at], source=("Vestnik", "Vaha")[at])
            await intake.take(opened, [one], now_at=NOW)
        chat = await settings.chat(opened, ChatId(7), kind=ChatKind.PRIVATE, title="")
        digest = await pipeline.latest(opened, chat, pipeline.Wish(limit=50), now_at=NOW)
    return [(item.headline, tuple(fact.text for fact in item.facts)) for item in digest.items]


async def test_what_is_told_does_not_depend_on_which_article_arrived_first(tmp_path: Path) -> None:
    one = await told_of_ferry(tmp_path / "one", (0, 1))
    other = await told_of_ferry(tmp_path / "other", (1, 0))

    assert len(one) == 1, "both reports are one story"
    assert one == other


def test_only_telling_lets_a_writer_write_and_only_telling_stores_summaries() -> None:
    files = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}

    writing = [name for name, text in files.items() if "writer.write(" in text]
    saving = [name for name, text in files.items() if "summaries.save(" in text]

    assert (writing, saving) == (["telling.py"], ["telling.py"])
