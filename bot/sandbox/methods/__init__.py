"""The methods the sandbox knows. A new one is a function and its line in the METHODS of its file."""

from bot.sandbox.methods import chats, messages, profile, updates
from bot.sandbox.request import Method

METHODS: dict[str, Method] = {**updates.METHODS, **messages.METHODS, **chats.METHODS, **profile.METHODS}
