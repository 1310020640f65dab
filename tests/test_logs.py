"""The log names no chat, in no id, list, reason or exception (security.md T31); without the defence it does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests import processes

ROOT = Path(__file__).resolve().parents[1]
READER, GROUP, SUPERGROUP = "5724913608", "-48213", "-1002291746385"
SAID = f"""
import logging
import structlog
from bot import logs
from bot.model import ChatId, Moved
logs.configure("debug")
{{change}}
log = structlog.get_logger()
log.info("membership", chat={READER}, status="member")
log.info("delivery_sent", delivery="{READER}:main@2026-11-23T08:00#1", message_id=712345)
log.info("membership", chat={GROUP}, status="member")
log.warning("delivery_start_refused", deliveries=["{GROUP}:2@2026-11-23T08:00#1", "{READER}:main@2026-11-23T08:00#2"])
log.warning("delivery_pending", delivery="{GROUP}:main@2026-11-23T08:00#1",
            reason="the group is now the supergroup {SUPERGROUP}")
log.warning("delivery_stale_finish", delivery="{READER}:notice-gone-{READER}@2026-11-23T00:00:00#1",
            receipt=repr(Moved(chat_id=ChatId({SUPERGROUP}))))
log.info("chat_moved", old_chat={GROUP}, new_chat={SUPERGROUP}, was_news=True)
try:
    raise ValueError("Key (chat_id)=({READER}) is not there, the schedule of {READER}:2 lists no time")
except ValueError:
    log.error("step_failed", exc_info=True)
logging.getLogger("telegram").warning("Group migrated to supergroup. New chat id: {SUPERGROUP}")
log.info("left_alone", at="2026-11-23T14:05:59", articles=123456, url="https://paper.example/1234567:a",
         hint="forgotten chats: 9 of 250000")
log.warning("channel_not_reached", channel="{SUPERGROUP}")
raise RuntimeError("chat {READER} cannot be read")
"""


def said(change: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SAID.format(change=change)],
        env=processes.environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "RuntimeError" in done.stderr, done.stderr
    # Without what the operator has written into the configuration, and the source lines of tracebacks.
    kept = (line for line in done.stderr.splitlines() if "channel_not_reached" not in line)
    return "\n".join(kept)


def test_the_log_names_no_chat_in_ids_lists_reasons_and_exceptions() -> None:
    text = said("")

    assert [number for number in (READER, GROUP[1:], SUPERGROUP[1:]) if number in text] == []


def test_without_the_defence_each_of_them_is_named() -> None:
    text = said("logs.unnumbered = str")

    assert [number in text for number in (READER, GROUP[1:], SUPERGROUP[1:])] == [True] * 3


def test_one_chat_has_one_name_in_every_line_of_a_run() -> None:
    text = said("")

    of_reader, of_group = re.findall(r"membership\s+chat=(\w+)", text)
    assert f"delivery={of_reader}:main@2026-11-23T08:00#1" in text
    assert f"{of_group}:2@2026-11-23T08:00#1" in text
    assert f"{of_reader}:main@2026-11-23T08:00#2" in text
    assert f"chat_id)=({of_reader})" in text
    assert f"{of_reader}:2 lists" in text
    (of_supergroup,) = re.findall(r"new_chat=(\w+)", text)
    assert f"the supergroup {of_supergroup}" in text
    assert f"Moved(chat_id={of_supergroup})" in text
    assert f"New chat id: {of_supergroup}" in text


def test_what_is_no_chat_stays_as_it_is() -> None:
    text = said("")

    kept = ("2026-11-23T14:05:59", "articles=123456", "paper.example/1234567:a", "9 of 250000", "message_id=712345")
    assert [one for one in kept if one not in text] == []
