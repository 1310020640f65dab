"""What holds for every test: python-telegram-bot speaks of durations as timedelta, as its next version will."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")
