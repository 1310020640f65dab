"""The tables of sources: which there are, how each is doing, and the entries that are known of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Source, SourceState, TopicId
from bot.stages import fresh
from bot.storage import dialect
from bot.storage.source_tables import source, source_entry, source_state
from bot.storage.tables import article

STATE = tuple(each.name for each in fields(SourceState))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What `sync` did, by slug. `taken` are sources of the configuration whose slug or address another source has: they
    are not read, and somebody must be told."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


async def save(connection: AsyncConnection, saved: Source, *, now_at: datetime) -> None:
    """Adds or replaces it. A source that is new, or is now read in another place or as another kind, is due at once and
    begins anew, but what is known of its entries stays known."""
    stored = await get(connection, saved.slug)
    if stored is None:
        await add(connection, [saved], now_at=now_at)
        return
    await connection.execute(update(source).where(source.c.slug == saved.slug).values(_values(saved)))
    if (stored.kind, stored.address) != (saved.kind, saved.address):
        await _set_state(connection, saved.slug, SourceState(next_read_at=now_at))


async def add(connection: AsyncConnection, new: Iterable[Source], *, now_at: datetime) -> tuple[str, ...]:
    """Adds many at once, all due now; returns the slugs of those added, in order. One whose slug or address is there
    already, also earlier in the same list, changes nothing."""
    there = await connection.execute(select(source.c.slug, source.c.address))
    slugs, addresses = set(), set()
    for row in there:
        slugs.add(row.slug)
        addresses.add(row.address)
    added: list[Source] = []
    for one in new:
        if one.slug not in slugs and one.address not in addresses:
            slugs.add(one.slug)
            addresses.add(one.address)
            added.append(one)
    if added:
        rows = [_values(one) | {"slug": one.slug, "added_at": now_at} for one in added]
        await connection.execute(source.insert(), rows)
        state = _state_values(SourceState(next_read_at=now_at))
        await connection.execute(source_state.insert(), [{"slug": one.slug, **state} for one in added])
    return tuple(one.slug for one in added)


async def remove(connection: AsyncConnection, slug: str) -> bool:
    """Forgets a source and all that is known of it, but not its articles; False when there is none of that name."""
    return bool(await _removed(connection, [slug]))


async def get(connection: AsyncConnection, slug: str) -> Source | None:
    row = (await connection.execute(select(source).where(source.c.slug == slug))).first()
    return None if row is None else _source(row)


async def all(connection: AsyncConnection) -> tuple[Source, ...]:  # noqa: A001 - `sources.all` reads as it should
    """By slug."""
    return tuple(_source(row) for row in await connection.execute(select(source).order_by(source.c.slug)))


async def states(connection: AsyncConnection) -> dict[str, SourceState]:
    """The state of every source, by slug."""
    rows = await connection.execute(select(source_state).order_by(source_state.c.slug))
    return {row.slug: _state(row) for row in rows}


async def due(connection: AsyncConnection, *, now_at: datetime, limit: int) -> tuple[tuple[Source, SourceState], ...]:
    """The sources to read now, the longest due first (as `poll.due` has it)."""
    next_at = source_state.c.next_read_at
    wanted = (
        _with_state()
        .where(source_state.c.gone == false(), or_(next_at.is_(None), next_at <= now_at))
        .order_by(next_at.nulls_first(), source.c.slug)
        .limit(limit)
    )
    return tuple((_source(row), _state(row, "state__")) for row in await connection.execute(wanted))


async def with_state(connection: AsyncConnection, slug: str) -> tuple[Source, SourceState] | None:
    """One source and how it is doing."""
    row = (await connection.execute(_with_state().where(source.c.slug == slug))).first()
    return None if row is None else (_source(row), _state(row, "state__"))


async def keep_state(connection: AsyncConnection, read: Source, state: SourceState) -> bool:
    """Writes down how a source is doing after it was read. False, and nothing is kept, when it was removed or is read
    elsewhere since: validators of the old place would silence the new one."""
    same = select(source.c.slug).where(
        source.c.slug == read.slug, source.c.address == read.address, source.c.kind == read.kind
    )
    if (await connection.execute(same.with_for_update(read=True))).first() is None:
        return False
    await _set_state(connection, read.slug, state)
    return True


async def sync(connection: AsyncConnection, configured: Iterable[Source], *, now_at: datetime) -> Synced:
    """Makes the sources of the configuration those that are configured; whoever else added one keeps it as it is."""
    wanted = {one.slug: one for one in configured}
    stored = {one.slug: one for one in await all(connection)}
    ours = {slug for slug, one in stored.items() if one.origin == "config"}
    changed = tuple(slug for slug, one in wanted.items() if slug in ours and one != stored[slug])
    removed = tuple(sorted(ours - set(wanted)))
    await _removed(connection, removed)
    for slug in changed:
        await save(connection, wanted[slug], now_at=now_at)
    added = await add(connection, [one for slug, one in wanted.items() if slug not in stored], now_at=now_at)
    missing = tuple(slug for slug in wanted if slug not in ours and slug not in added)
    return Synced(added=added, changed=changed, removed=removed, taken=missing)


async def known(connection: AsyncConnection, slug: str, keys: Iterable[fresh.Key]) -> fresh.Known:
    """What is remembered of these keys with this source; an address whose article came from another has the mark ""."""
    found: dict[tuple[fresh.KeyKind, str], fresh.Remembered] = {}
    wanted: dict[fresh.KeyKind, set[str]] = {}
    for each in keys:
        wanted.setdefault(each.kind, set()).add(each.value)
    for batch in dialect.batches(sorted(wanted.get(fresh.KeyKind.ADDRESS, ()))):
        rows = await connection.execute(select(article.c.id, article.c.arrived_at).where(article.c.id.in_(batch)))
        for row in rows:
            found[fresh.KeyKind.ADDRESS, row.id] = fresh.Remembered(mark="", seen_at=row.arrived_at)
    for kind, values in wanted.items():
        for batch in dialect.batches(sorted(values)):
            rows = await connection.execute(
                select(source_entry.c.key, source_entry.c.mark, source_entry.c.seen_at).where(
                    source_entry.c.slug == slug, source_entry.c.kind == kind.value, source_entry.c.key.in_(batch)
                )
            )
            for row in rows:
                found[kind, row.key] = fresh.Remembered(mark=row.mark, seen_at=row.seen_at)
    return found


async def remember(connection: AsyncConnection, slug: str, keys: Sequence[fresh.Key], *, seen_at: datetime) -> None:
    """Keeps these keys of a source with their latest marks; nothing when the source was removed meanwhile."""
    there = select(source.c.slug).where(source.c.slug == slug).with_for_update(read=True)
    if not keys or (await connection.execute(there)).first() is None:
        return
    # In one order everywhere, and each once: two transactions must not wait for each other's rows.
    latest = {(each.kind.value, each.value): each.mark for each in keys}
    rows = [
        {"slug": slug, "kind": kind, "key": key, "mark": mark, "first_at": seen_at, "seen_at": seen_at}
        for (kind, key), mark in sorted(latest.items())
    ]
    insert = dialect.insert(connection, source_entry)
    newer = {"mark": insert.excluded.mark, "seen_at": insert.excluded.seen_at}
    await connection.execute(
        insert.on_conflict_do_update(index_elements=list(source_entry.primary_key), set_=newer), rows
    )


async def forget(connection: AsyncConnection, before_at: datetime) -> int:
    """Drops keys not seen since; returns how many. Articles stay known by their addresses."""
    dropped = await connection.execute(delete(source_entry).where(source_entry.c.seen_at < before_at))
    return dropped.rowcount


async def count_today(connection: AsyncConnection, slug: str, since_at: datetime) -> int:
    """How many entries of a source were first remembered after a moment: what counts against its quota."""
    wanted = (
        select(func.count())
        .select_from(source_entry)
        .where(
            source_entry.c.slug == slug,
            source_entry.c.kind == fresh.KeyKind.ADDRESS.value,
            source_entry.c.first_at > since_at,
        )
    )
    return int((await connection.execute(wanted)).scalar_one())


def _with_state() -> Select[Any]:
    columns = (column.label(f"state__{column.name}") for column in source_state.c)
    return select(source, *columns).join(source_state, source_state.c.slug == source.c.slug)


async def _removed(connection: AsyncConnection, slugs: Iterable[str]) -> int:
    count = 0
    for batch in dialect.batches(slugs):
        # First the lock that `remember` takes: what it is writing must be there to be deleted.
        await connection.execute(select(source.c.slug).where(source.c.slug.in_(batch)).with_for_update())
        for table in (source_entry, source_state, source):
            done = await connection.execute(delete(table).where(table.c.slug.in_(batch)))
        count += done.rowcount
    return count


async def _set_state(connection: AsyncConnection, slug: str, state: SourceState) -> None:
    await connection.execute(update(source_state).where(source_state.c.slug == slug).values(_state_values(state)))


def _values(one: Source) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "address": one.address,
        "name": _storable(one.name),
        "topics": list(one.topics),
        "languages": list(one.languages),
        "full_text": one.full_text,
        "origin": one.origin,
        "quota_per_day": one.quota_per_day,
        "old_is_news": one.old_is_news,
    }


def _source(row: dialect.AnyRow) -> Source:
    return Source(
        slug=row.slug,
        kind=row.kind,
        address=row.address,
        name=row.name,
        topics=tuple(TopicId(topic) for topic in row.topics),
        languages=tuple(row.languages),
        full_text=row.full_text,
        origin=row.origin,
        quota_per_day=row.quota_per_day,
        old_is_news=row.old_is_news,
    )


def _state_values(state: SourceState) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in STATE} | {"skip_hours": list(state.skip_hours)}
    return {name: _storable(value) if isinstance(value, str) else value for name, value in values.items()}


def _storable(text: str) -> str:
    """What a server said, without what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _state(row: dialect.AnyRow, prefix: str = "") -> SourceState:
    values: dict[str, Any] = {name: row._mapping[f"{prefix}{name}"] for name in STATE}
    return SourceState(**values | {"skip_hours": tuple(values["skip_hours"])})
