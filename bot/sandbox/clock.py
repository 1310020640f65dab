"""The world's time, which may run faster than ours so that tests need not wait."""

import time


class Clock:
    """Unix seconds, beginning now and running `speed` times as fast as this machine's."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._began_at = time.time()
        self._began = time.monotonic()

    def __call__(self) -> float:
        return self._began_at + (time.monotonic() - self._began) * self._speed
