"""Signed command lines for buttons: callback data that only we can have made, and only for that chat.

`data = signature "." line`, the signature being the first 10 bytes of HMAC-SHA256 over chat id and line, in 14
characters of URL-safe base64 (security.md T19). Telegram takes 64 bytes of callback data: 49 are left for the line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import tempfile
from pathlib import Path

from bot.errors import BadSignature
from bot.model import ChatId

MAX_DATA_BYTES = 64
SIGNATURE_CHARS = 14
MAX_LINE_BYTES = MAX_DATA_BYTES - SIGNATURE_CHARS - 1


def sign(line: str, *, key: bytes, chat_id: ChatId) -> str:
    """Callback data for a command line of at most 49 bytes of UTF-8; raises ValueError for a longer one."""
    if len(line.encode()) > MAX_LINE_BYTES:
        raise ValueError(f"a button's command line has at most {MAX_LINE_BYTES} bytes: {line!r}")
    return f"{_signature(line, key, chat_id)}.{line}"


def verified(data: str, *, key: bytes, chat_id: ChatId) -> str:
    """The command line inside callback data; raises BadSignature unless we signed it for this chat."""
    signature, _, line = data.partition(".")
    expected = _signature(line, key, chat_id)
    if not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
        raise BadSignature("this button was not made by us for this chat")
    return line


def key(folder: Path) -> bytes:
    """The key of this installation, 32 bytes in `signing.key` of the state folder; made at the first call, mode 0600.

    It appears whole or not at all: a crash between the two lines leaves no short key behind.
    """
    file = folder / "signing.key"
    if not file.exists():
        with tempfile.NamedTemporaryFile(dir=folder, prefix="signing.", delete=False) as new:
            new.write(secrets.token_bytes(32))
        Path(new.name).replace(file)
    return file.read_bytes()


def _signature(line: str, key: bytes, chat_id: ChatId) -> str:
    digest = hmac.digest(key, f"v1\n{chat_id}\n{line}".encode(errors="replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:10]).decode().rstrip("=")
