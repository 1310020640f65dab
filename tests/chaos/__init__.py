"""Kills, pauses and Telegram's worst answers, by the hundred: `python -m tests.chaos`, see docs/RELIABILITY.md.

`telegram` is the sandbox in a process of its own that is never killed; what it took is the truth. `work` is
the bot's delivery and hearing as one process, forked from this one, which has imported everything. `running` plans the
kills and keeps the bot running, `truth` compares, `page` writes down what came out, `power` cuts the power.
"""

from __future__ import annotations

SCALE = 40
"""How much faster than in life leases and deadlines end here."""

FAILPOINTS = (
    "write.uncommitted",
    "write.committed",
    "plan.decided",
    "plan.added",
    "plan.seen",
    "plan.served",
    "turn.begun",
    "turn.finished",
    "turn.started",
    "turn.claimed",
    "turn.committed",
    "start.marked",
    "attempt.begun",
    "request.unwritten",
    "request.written",
    "request.answered",
    "attempt.answered",
    "aftermath.finished",
    "aftermath.held",
    "aftermath.written",
    "settle.expired",
    "settle.resolved",
    "desk.decided",
    "move.begun",
    "move.paused",
    "move.subscribed",
    "move.redirected",
    "move.ended",
    "heard.written",
    "heard.stored",
    "heard.unconfirmed",
    "update.begun",
    "update.applied",
    "update.answered",
    "update.done",
)
"""All of them, in the order of the line; a test compares them with what `bot/` calls."""
