"""Checks a request against the table of the Bot API's methods and types (`methods.json`)."""

import json
import re
from pathlib import Path
from typing import Any

TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("methods.json").read_text(encoding="utf-8"))
ARRAY_OF = "Array of "
INTEGER = re.compile(r"-?\d{1,19}")
SIMPLE: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "InputFile": (str,),
}
TRUE_WORDS, FALSE_WORDS = {"true", "yes", "1"}, {"false", "no", "0"}
_NAMES = {name.lower(): name for name in TABLE["methods"]}
Params = dict[str, Any]
_Problem = tuple[str, str]  # the path of the parameter and the whole sentence


def method_name(said: str) -> str | None:
    """The method's name as the documentation spells it (requests may spell it in any case), or None."""
    return _NAMES.get(said.lower())


def native(method: str, raw: Params) -> Params:
    """The parameters with strings turned into what they stand for, where the table says what that is.

    Forms and queries can only send strings, objects and lists among them as JSON. What does not read as its type stays
    a string, and `problems` names it.
    """
    known = TABLE["methods"][method]
    return {name: _native(known[name]["types"], value) if name in known else value for name, value in raw.items()}


def _native(types: list[str], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if "Integer" in types and INTEGER.fullmatch(value):
        return int(value)
    if "String" in types:
        return value
    if "Boolean" in types and value.lower() in TRUE_WORDS | FALSE_WORDS:
        return value.lower() in TRUE_WORDS
    return _decoded(value)


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def problems(method: str, params: Params) -> tuple[str, ...]:
    """What is wrong with native parameters: unknown names, missing ones, wrong types, and any use of a parse mode."""
    found = [text for _, text in _object(TABLE["methods"][method], params, where="")]
    return (*found, *(f"{where} is used: send entities instead" for where in _parse_modes(params)))


def _object(fields: dict[str, Any], value: Params, *, where: str) -> list[_Problem]:
    found = [(f"{where}{name}", f"unknown parameter {where}{name}") for name in value if name not in fields]
    for name, field in fields.items():
        path = f"{where}{name}"
        if name not in value:
            found += [(path, f"missing parameter {path}")] if field.get("required") else []
        elif "const" in field and value[name] != field["const"]:
            found.append((path, f"{path} is not {field['const']}"))
        else:
            found += _any(field["types"], value[name], where=path)
    return found


def _any(types: list[str], value: Any, *, where: str) -> list[_Problem]:
    """The problems of that member of a union that fits best: by its fixed value, its own fields, and what they hold."""

    def misfit(found: list[_Problem]) -> tuple[bool, int, int]:
        is_other = any(" is not " in text and path.removeprefix(where).count(".") == 1 for path, text in found)
        inner = (path.removeprefix(where) for path, _ in found)
        return is_other, sum(path.count(".") <= 1 and "[" not in path for path in inner), len(found)

    return min((_one(kind, value, where=where) for kind in types), key=misfit)


def _one(kind: str, value: Any, *, where: str) -> list[_Problem]:
    if kind.startswith(ARRAY_OF) and isinstance(value, list):
        of = kind.removeprefix(ARRAY_OF)
        return [found for index, item in enumerate(value) for found in _one(of, item, where=f"{where}[{index}]")]
    if kind in TABLE["unions"]:
        return _any(TABLE["unions"][kind], value, where=where)
    if kind in TABLE["types"] and kind != "InputFile" and isinstance(value, dict):
        return _object(TABLE["types"][kind], value, where=f"{where}.")
    return [] if _is_simple(kind, value) else [(where, f"{where} is {type(value).__name__}, not {kind}")]


def _is_simple(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind in {"Boolean", "True"}
    return isinstance(value, SIMPLE.get(kind, ()))


def _parse_modes(value: Any, where: str = "") -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _parse_modes(item, where)]
    if not isinstance(value, dict):
        return []
    here = [f"{where}{name}" for name in value if name.endswith("parse_mode")]
    return here + [found for name, item in value.items() for found in _parse_modes(item, f"{where}{name}.")]
