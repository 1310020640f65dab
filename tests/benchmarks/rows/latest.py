"""`/latest` on 10,000 stored articles: the command's own time, without Telegram."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from statistics import median

from bot import app, commands, telling
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind, Request, StoryId, TopicId, TopicScore
from bot.storage import articles
from bot.storage.articles import Publication
from bot.world import World
from tests import benchmarks
from tests.benchmarks import generated, shared
