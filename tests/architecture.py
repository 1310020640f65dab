"""The rules of `bot/README.md` as pure functions over a parsed module; `test_architecture.py` runs them on `bot/`.

A rule takes a `Module` and gives its offences, one line each: file, line number, what is wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A part imports itself and what is below it; parts on one line do not import each other.
LEVELS = (
    ("__main__",),
    ("cli",),
    ("app",),
    ("polling",),
    ("hearing",),
    ("listener", "schedule", "ops"),
    ("commands", "inline"),
    ("cards", "bundles", "forgetting", "sharing", "showing", "explaining"),
    ("pipeline", "settings", "sourcing", "mending", "revising", "searching", "spending", "standing"),
    ("intake", "composing"),
    ("telling", "reading", "following", "finding", "tasting", "picturing"),
    ("world",),
    ("sources", "writers", "outputs", "delivery", "drawing", "photo"),
    ("storage", "fetching"),
    ("config",),
    ("stages",),
    ("language", "locales", "opml", "signing", "logs"),
    ("errors", "failpoints"),
    ("model",),
)
SANDBOX = "sandbox"  # a local Telegram for anybody's bot: it knows nothing of ours
IMPORTS_SANDBOX = frozenset({"cli", SANDBOX})
IMPORTED_BY_MAIN = frozenset({"cli"})

# A library may be imported by these files and folders only.
KNOWN_BY = {
    "telegram": (
        "bot/listener.py",
        "bot/polling.py",
        "bot/inline.py",
        "bot/standing.py",
        "bot/outputs/telegram_chat.py",
        "bot/delivery/transport.py",
    ),
    "apscheduler": ("bot/schedule.py",),
    "sqlalchemy": ("bot/storage/",),
    "aiosqlite": ("bot/storage/",),
    "asyncpg": ("bot/storage/",),
    "alembic": ("bot/storage/",),
    "aiohttp": ("bot/fetching/", "bot/writers/", "bot/sandbox/", "bot/ops/", "bot/delivery/transport.py"),
    "feedparser": ("bot/sources/feed.py",),
    "trafilatura": ("bot/sources/page.py",),
    "prometheus_client": ("bot/ops/",),
    "click": ("bot/cli/",),
    "PIL": ("bot/drawing.py", "bot/photo.py", "bot/outputs/telegram_chat.py"),
}
NO_LOGGING = ("bot/stages/", "bot/language/", "bot/model.py")

CLOCK_READERS = (
    "bot/schedule.py",
    "bot/listener.py",
    "bot/delivery/worker.py",
    "bot/delivery/terms.py",
    "bot/cli/",
    "bot/sandbox/",
    "bot/ops/",
    "bot/fetching/",
)
CLOCKS = frozenset(
    {f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")}
    | {"datetime.date.today", "asyncio.loop.time"}
    | {f"time.{name}{ns}" for name in ("time", "monotonic", "perf_counter", "process_time") for ns in ("", "_ns")}
    | {f"time.{name}" for name in ("localtime", "gmtime", "ctime", "strftime")}
)

PURE = ("bot/stages/", "bot/language/")
PURE_IMPORTS = _words(
    "__future__ array bisect collections dataclasses datetime decimal enum functools hashlib heapq html itertools json "
    "math operator re statistics string types typing unicodedata urllib.parse zoneinfo "
    "email.utils.parsedate_to_datetime "
    "Stemmer alifbo babel lemmauz py3langid pycld2 re2 "
    "bot.errors bot.language bot.locales bot.model bot.stages"
)
LOADER = "bot/language/tables.py"
LOADER_IMPORTS = PURE_IMPORTS | {"importlib.resources", "pathlib", "tomllib"}
DOORS = _words("open input print exec eval compile __import__ breakpoint")
DOOR_METHODS = _words("open read_text read_bytes write_text write_bytes")

CATCHES_ALL = "bot/schedule.py"
MAX_FILE_LINES = 400
VOCABULARY, MAX_VOCABULARY_LINES = "bot/model.py", 600  # all words stand in one file, and each is a few lines of data
MAX_FUNCTION_LINES = 45

TOP_LEVEL = _words(
    "pyproject.toml README.md seeds bot tests config.example.toml Makefile constraints.txt LICENSE CHANGELOG.md docs "
    "deploy"
)


@dataclass(frozen=True)
class Module:
    """A parsed file: its path from the root of the repository ("bot/stages/clean.py"), its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """The name directly under `bot/`: "stages" for "bot/stages/clean.py", "" for "bot/__init__.py"."""
        name = self.path.split("/")[1].removesuffix(".py")
        return "" if name == "__init__" else name

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """Line and dotted name of everything imported, wherever in the file; relative ones begin with a dot."""
        return tuple(sorted({found for node in ast.walk(self.tree) for found in _imports(node)}))

    @cached_property
    def names(self) -> dict[str, str]:
        """What an imported name stands for: {"now": "datetime.datetime.now"}."""
        return {local: full for node in ast.walk(self.tree) for local, full in _bindings(node)}

    def at(self, node: ast.AST | int, message: str) -> str:
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.path}:{line}: {message}"


Rule = Callable[[Module], Iterator[str]]


def parse(path: str, text: str) -> Module:
    """Raises SyntaxError."""
    return Module(path, text, ast.parse(text, filename=path))


def _imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
        words = [word.value for word in node.args[:1] if isinstance(word, ast.Constant)]
        yield from ((node.lineno, word) for word in words if isinstance(word, str))


def _bindings(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom):
        yield from ((alias.asname or alias.name, f"{node.module or ''}.{alias.name}") for alias in node.names)


def _full_name(module: Module, node: ast.AST) -> str:
    """`now` or `datetime.now` or `dt.datetime.now` -> "datetime.datetime.now"; "" for what was not imported."""
    if isinstance(node, ast.Name):
        return module.names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = "asyncio.loop" if _is_loop(node.value) else _full_name(module, node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _is_loop(node: ast.AST) -> bool:
    return ast.unparse(node).rstrip("()").endswith("loop")


def _within(name: str, allowed: Iterable[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def _lies_in(path: str, places: Iterable[str]) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def import_direction(module: Module) -> Iterator[str]:
    """A part imports itself and what is below it."""
    if module.part and module.part != SANDBOX and _level(module.part) is None:
        yield module.at(1, f"the part {module.part!r} stands in no line of the import table")
    yield from (module.at(line, f"imports {name} relatively") for line, name in module.imports if name.startswith("."))
    ours = {(line, name.split(".")[1]) for line, name in module.imports if name.startswith("bot.")}
    for line, imported in sorted(ours):
        if not _may_import(module.part, imported):
            yield module.at(line, f"{module.part or 'bot'!r} may not import {imported!r}")


def _may_import(part: str, imported: str) -> bool:
    if part == imported:
        return True
    if SANDBOX in {imported, part}:
        return imported == SANDBOX and part in IMPORTS_SANDBOX
    if part == "__main__":
        return imported in IMPORTED_BY_MAIN
    level, below = _level(part), _level(imported)
    return level is not None and below is not None and below > level


def _level(part: str) -> int | None:
    return next((level for level, parts in enumerate(LEVELS) if part in parts), None)


def libraries_known_by_few(module: Module) -> Iterator[str]:
    """A library is known only by the files the table names; the pure parts and the model do not log."""
    for line, library in sorted({(line, name.split(".")[0]) for line, name in module.imports}):
        if library in KNOWN_BY and not _lies_in(module.path, KNOWN_BY[library]):
            yield module.at(line, f"imports {library}, which only {', '.join(KNOWN_BY[library])} may know")
        if library == "structlog" and _lies_in(module.path, NO_LOGGING):
            yield module.at(line, "imports structlog, but does not log")


def clock_read_by_few(module: Module) -> Iterator[str]:
    """Only the edges read the clock; everybody else is told `now`."""
    if _lies_in(module.path, CLOCK_READERS):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            clocks = [name for _, name in _imports(node) if name in CLOCKS]
        else:
            clocks = [name] if isinstance(node, ast.Attribute) and (name := _full_name(module, node)) in CLOCKS else []
        yield from (module.at(node, f"reads the clock ({name}); let it be told `now`") for name in clocks)


def purity(module: Module) -> Iterator[str]:
    """Stages and language import pure things only and open nothing; one loader of tables is let through."""
    if not _lies_in(module.path, PURE):
        return
    loader = module.path == LOADER
    for line, name in module.imports:
        if not _within(name, LOADER_IMPORTS if loader else PURE_IMPORTS):
            yield module.at(line, f"imports {name}, which is not on the list of pure modules")
    for node in ast.walk(module.tree):
        if not loader and isinstance(node, ast.Call) and (door := _door(node.func)):
            yield module.at(node, f"calls {door}: a stage does no input or output")


def _door(function: ast.expr) -> str:
    if isinstance(function, ast.Name) and function.id in DOORS:
        return function.id
    return function.attr if isinstance(function, ast.Attribute) and function.attr in DOOR_METHODS else ""


def tasks_in_groups(module: Module) -> Iterator[str]:
    """Tasks are made by an asyncio.TaskGroup only, so that none is lost and no error of one is."""
    groups = {name for node in ast.walk(module.tree) for name in _task_groups(node)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "asyncio":
            banned = {alias.name for alias in node.names} & {"create_task", "ensure_future"}
            yield from (module.at(node, f"imports asyncio.{name}; use asyncio.TaskGroup") for name in sorted(banned))
        elif isinstance(node, ast.Attribute) and _makes_task(node, groups):
            yield module.at(node, f"uses {ast.unparse(node)}; use asyncio.TaskGroup")


def _makes_task(node: ast.Attribute, groups: set[str]) -> bool:
    return node.attr == "ensure_future" or (node.attr == "create_task" and ast.unparse(node.value) not in groups)


def _task_groups(node: ast.AST) -> Iterator[str]:
    """The names that this node binds to an asyncio.TaskGroup: `async with ... as group`, `group: asyncio.TaskGroup`."""
    if isinstance(node, ast.withitem) and node.optional_vars is not None:
        name: ast.AST = node.optional_vars
        made_of = ast.unparse(node.context_expr).removesuffix("()")
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        name = node.target if isinstance(node, ast.AnnAssign) else node
        made_of = ast.unparse(node.annotation)
    else:
        return
    if made_of.endswith("TaskGroup"):
        yield name.arg if isinstance(name, ast.arg) else ast.unparse(name)


def errors_caught_by_name(module: Module) -> Iterator[str]:
    """`except Exception` stands once, in schedule.py; a bare `except:` nowhere."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield module.at(node, "catches everything with a bare except")
            elif _catches_all(node.type):
                found.append(node.lineno)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            found += [node.lineno for argument in node.args if _catches_all(argument)]
    allowed = 1 if module.path == CATCHES_ALL else 0
    yield from (module.at(line, "catches Exception; name the error") for line in sorted(found)[allowed:])


def _catches_all(caught: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"} for node in ast.walk(caught))


def no_print(module: Module) -> Iterator[str]:
    """Programs log with structlog, the command line speaks with click."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "pprint"}:
            yield module.at(node, "prints")


def sizes(module: Module) -> Iterator[str]:
    """No file is longer than 400 lines (the words of `model.py` 600), no function longer than 45 (both are aimed to be
    far shorter)."""
    lines, most = len(module.text.splitlines()), MAX_VOCABULARY_LINES if module.path == VOCABULARY else MAX_FILE_LINES
    if lines > most:
        yield module.at(1, f"has {lines} lines, more than {most}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            long = (node.end_lineno or node.lineno) - node.lineno + 1
            if long > MAX_FUNCTION_LINES:
                yield module.at(node, f"{node.name}() has {long} lines, more than {MAX_FUNCTION_LINES}")


RULES: tuple[Rule, ...] = (
    import_direction,
    libraries_known_by_few,
    clock_read_by_few,
    purity,
    tasks_in_groups,
    errors_caught_by_name,
    no_print,
    sizes,
)


def documented_levels(readme: str) -> tuple[frozenset[str], ...]:
    """The import table of bot/README.md, top to bottom; a comma within a row parts two levels, the sandbox is left out.

    Raises ValueError when there is no such table.
    """
    table = readme.split("| parts, top to bottom |")
    if len(table) != 2:
        raise ValueError("bot/README.md has no table '| parts, top to bottom | ...'")
    rows = table[1].splitlines()[2:]
    rows = rows[: rows.index("")] if "" in rows else rows
    levels = [frozenset(re.findall(r"`(\w+)`", level)) for row in rows for level in row.split("|")[1].split(",")]
    return tuple(level for level in levels if level != {SANDBOX})


def levels_of(parts: Iterable[str]) -> tuple[frozenset[str], ...]:
    """LEVELS with those parts only that there are."""
    there = frozenset(parts)
    return tuple(there & set(level) for level in LEVELS if there & set(level))


def shadowing(names: Iterable[str], foreign: Iterable[str]) -> list[str]:
    """Names directly under `bot/` that are a standard module's or a dependency's (`bot/telegram/` breaks PTB)."""
    return sorted(set(names) & set(foreign))


def strangers(files: Iterable[str]) -> list[str]:
    """Top-level names that nobody agreed on; names that begin with a dot are free."""
    return sorted({name for file in files if not (name := file.split("/")[0]).startswith(".")} - TOP_LEVEL)


def not_ignored(names: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """`names` without those that a line of .gitignore matches: for a copy of the tree that has no git."""
    wanted = [pattern.strip().strip("/") for pattern in patterns if pattern.strip() and not pattern.startswith("#")]
    return [name for name in names if not any(fnmatch(name, pattern) for pattern in wanted)]
