"""Derives bot/sandbox/methods.json from a machine-readable copy of the Bot API's documentation.

Run it as `python tests/sandbox/derive_methods.py PATH_TO_API_JSON [OUTPUT]`. Only facts are taken: names, types, what
is required, and the fixed value that tells the members of a union apart. No sentence of the documentation is kept.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "bot" / "sandbox" / "methods.json"
ARRAY_OF = "Array of "
FIXED_VALUE = re.compile(r"\b(?:must be|always) [“\"]?(?!one\b)([a-z_0-9]+)")
Api = dict[str, Any]


def fields(thing: Api) -> Api:
    """Parameter name -> `{types, required?, const?}` of a method or a type."""
    return {field["name"]: _field(field) for field in thing.get("fields", ())}


def _field(field: Api) -> Api:
    fixed = FIXED_VALUE.search(field["description"]) if field["name"] in {"type", "source"} else None
    return {
        "types": field["types"],
        **({"required": True} if field["required"] else {}),
        **({"const": fixed[1]} if fixed else {}),
    }


def reachable(api: Api) -> list[str]:
    """Names of the types that a parameter of some method can hold, at any depth."""
    found: set[str] = set()
    waiting = [name for method in api["methods"].values() for name in _named(method)]
    while waiting:
        name = waiting.pop()
        if name in found or name not in api["types"]:
            continue
        found.add(name)
        waiting += [*_named(api["types"][name]), *api["types"][name].get("subtypes", ())]
    return sorted(found)


def _named(thing: Api) -> list[str]:
    return [kind.replace(ARRAY_OF, "") for field in thing.get("fields", ()) for kind in field["types"]]


def table(api: Api) -> Api:
    """The whole table: version, methods and the types they need, each a plain mapping."""
    types = {name: api["types"][name] for name in reachable(api)}
    return {
        "version": api["version"],
        "methods": {name: fields(method) for name, method in sorted(api["methods"].items())},
        "types": {name: fields(kind) for name, kind in types.items() if not kind.get("subtypes")},
        "unions": {name: kind["subtypes"] for name, kind in types.items() if kind.get("subtypes")},
    }


def written(facts: Api) -> str:
    """The table as JSON with one method or type a line, so that a change of one reads as one line."""
    parts = [f'"version": {json.dumps(facts["version"])}']
    for part in ("methods", "types", "unions"):
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in facts[part].items())
        parts.append(f'"{part}": {{\n{lines}\n}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(source: str, output: str = "") -> None:
    api = json.loads(Path(source).read_text(encoding="utf-8"))
    (Path(output) if output else OUTPUT).write_text(written(table(api)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
