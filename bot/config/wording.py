"""What pydantic finds wrong with a value, in plain words: where it stands, what it must be, what to do."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails

from bot.errors import ConfigFault

SLIP = "look for a slip of the pen: config.example.toml has every key"
_NUMBER = "this must be a whole number"
_DECIMAL = "this must be a number"
_SWITCH = "this must be true or false"
_TEXT = "this must be text in quotes"
_TABLE = "this must be a section of keys, not a single value"
_MESSAGES = {
    "extra_forbidden": "there is no such key",
    "missing": "this key is needed",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": _DECIMAL,
    "float_parsing": _DECIMAL,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "string_type": _TEXT,
    "path_type": "this must be a path in quotes",
    "tuple_type": "this must be a list: values in square brackets, with commas between them",
    "model_type": _TABLE,
    "dict_type": _TABLE,
    "mapping_type": _TABLE,
    "greater_than_equal": "this must be {ge} or more",
    "less_than_equal": "this must be {le} or less",
    "string_too_long": "this must be at most {max_length} characters long",
    "literal_error": "this must be {expected}",
}
_HINTS = {
    "state_dir": 'a folder, such as "state"',
    "telegram.admins": "user ids are numbers; /start shows everybody theirs",
}


def fault(error: ErrorDetails) -> ConfigFault:
    """The fault with its key ("channels.0.chat"); what a validator of ours says is told as it is."""
    key = ".".join(str(part) for part in error["loc"] if part != "[key]")
    said = _MESSAGES.get(error["type"], error["msg"].removeprefix("Value error, "))
    known = SLIP if error["type"] == "extra_forbidden" else _HINTS.get(re.sub(r"\.\d+", "", key), "")
    return ConfigFault(key=key, message=said.format_map(error.get("ctx", {})) if "{" in said else said, hint=known)
