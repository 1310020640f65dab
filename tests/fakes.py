"""Small working stand-ins for the seams that touch the network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.delivery import limiter
from bot.delivery.terms import Limits
from bot.model import ChatId, ChatKind, Message, Receipt, RichText, Sent

UNLIMITED = Limits(
    repeat_after_s=0, rates=limiter.Rates(per_s=1000, start_per_s=1000, every_s=dict.fromkeys(ChatKind, 0.0))
)
"""Nobody waits for the next message to a chat, nor for a decision about one in doubt."""


class Inbox:
    """A `model.Send` that keeps what each chat got; `receipts` are given first, then everything is taken."""

    def __init__(self, receipts: Iterable[Receipt] = ()) -> None:
        self.got: dict[ChatId, list[RichText]] = defaultdict(list)
        self.attempts = 0
        self._receipts = list(receipts)

    async def send(self, chat_id: ChatId, message: Message) -> Receipt:
        self.attempts += 1
        receipt = self._receipts.pop(0) if self._receipts else Sent(message_id=self.attempts)
        if isinstance(receipt, Sent):
            self.got[chat_id].append(message.body)
        return receipt

    def texts(self, chat_id: ChatId) -> list[str]:
        return [text.text for text in self.got[chat_id]]
