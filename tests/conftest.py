"""What holds for every test: python-telegram-bot speaks of durations as timedelta, as its next version will; and the
name of a test does not hold the bytes it is given, as those may differ from one process to the next (a gzip header
holds the second it was made in) and then pytest-xdist refuses to run."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    return argname if isinstance(val, bytes) else None
