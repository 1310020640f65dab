"""The migrations make exactly the tables that the code knows, there and back again."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from bot.storage import database as storage
from bot.storage import engines, tables


async def test_the_migrated_tables_are_those_the_code_knows(database_url: str) -> None:
    # given a migrated database
    # when Alembic looks for what a further migration would have to change
    differences = await _on(database_url, _differences)

    # then there is nothing
    assert differences == []


async def test_the_comparison_of_tables_finds_a_difference(database_url: str) -> None:
    # given a migrated database that lost an index and a column
    await _on(database_url, lambda bare: bare.execute(text("DROP INDEX story_number")))
    await _on(database_url, lambda bare: bare.execute(text("ALTER TABLE chat DROP COLUMN question")))

    # when it is compared
    differences = await _on(database_url, _differences)

    # then both are named
    assert sorted(one[0] for one in differences) == ["add_column", "add_index"]


async def test_created_and_migrated_tables_are_alike_in_every_detail(empty_url: str, database_url: str) -> None:
    # given one database made by the code's own tables and one by the migrations
    await _on(empty_url, tables.metadata.create_all)

    # when both are described
    created, migrated = await _on(empty_url, _described), await _on(database_url, _described)

    # then columns, keys, constraints and partial indexes are the same
    migrated = {name: one for name, one in migrated.items() if not _is_of_search(name)}
    assert created == migrated
    assert set(migrated) == set(tables.metadata.tables)


async def test_every_migration_can_be_taken_back_and_made_again(empty_url: str) -> None:
    # given the migrations in their order, and what the database looks like without any
    config = storage.configured(storage.MIGRATIONS)
    steps = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    shapes = [await _on(empty_url, _described)]

    for step in steps:
        # when one is made, taken back and made again
        await _migrated(empty_url, config, command.upgrade, step)
        made = await _on(empty_url, _described)
        await _migrated(empty_url, config, command.downgrade, "-1")
        back = await _on(empty_url, _described)
        await _migrated(empty_url, config, command.upgrade, step)

        # then the way back leads to what was there before, and the way forth to the same again
        assert back == shapes[-1]
        assert await _on(empty_url, _described) == made
        shapes.append(made)

    assert len(shapes) > 1


async def test_articles_of_the_first_tables_are_news(empty_url: str) -> None:
    # given the first tables with an article
    config = storage.configured(storage.MIGRATIONS)
    await _migrated(empty_url, config, command.upgrade, "0001")
    await _on(empty_url, lambda bare: bare.execute(text("INSERT INTO story VALUES ('a', 1, 1, 1)")))
    article = "INSERT INTO article VALUES ('a', 'r', 'u', 't', 'x', 'en', 1, 's', 'a', 1, 1)"
    await _on(empty_url, lambda bare: bare.execute(text(article)))

    # when the tables are brought up to date
    await _migrated(empty_url, config, command.upgrade, "head")

    # then the article is still there, and still news
    assert await _on(empty_url, lambda bare: bare.execute(select(tables.article.c.is_news)).scalars().all()) == [True]


async def _on(url: str, work: Any) -> Any:
    engine = engines.upgrader(engines.address(url))
    async with engine.begin() as connection:
        result = await connection.run_sync(work)
    await engine.dispose()
    return result


async def _migrated(url: str, config: Config, step: Any, target: str) -> None:
    def run(bare: Connection) -> None:
        config.attributes["connection"] = bare
        step(config, target)

    await _on(url, run)


def _differences(bare: Connection) -> Any:
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, parents: kind != "table" or not _is_of_search(name),
    }
    return compare_metadata(MigrationContext.configure(bare, opts=options), tables.metadata)


def _is_of_search(table: str) -> bool:
    """The index of words, which each database has in its own way, and what FTS5 keeps it in."""
    return table == "search" or table.startswith("search_")


def _described(bare: Connection) -> dict[str, Any]:
    found = inspect(bare)
    return {
        name: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], one["default"]) for one in found.get_columns(name)
            ],
            "key": found.get_pk_constraint(name),
            "references": sorted(found.get_foreign_keys(name), key=lambda one: one["constrained_columns"]),
            "unique": sorted(found.get_unique_constraints(name), key=lambda one: str(one["name"])),
            "checks": found.get_check_constraints(name),
            "indexes": sorted(_index(one) for one in found.get_indexes(name)),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _index(one: Any) -> tuple[str, ...]:
    options = one.get("dialect_options", {})
    where = [str(value) for name, value in options.items() if name.endswith("_where")]
    return (one["name"], str(one["unique"]), *one["column_names"], *where)
