"""The methods the sandbox knows. A new one is a function and its line in the METHODS of its file."""

from bot.sandbox.methods import chats, inline, media, messages, profile, rich, topics, updates
from bot.sandbox.request import Method

METHODS: dict[str, Method] = {
    **updates.METHODS,
    **messages.METHODS,
    **rich.METHODS,
    **media.METHODS,
    **inline.METHODS,
    **chats.METHODS,
    **topics.METHODS,
    **profile.METHODS,
}
