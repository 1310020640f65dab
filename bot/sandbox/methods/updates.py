"""Methods about the bot itself and how it gets its updates."""

from bot.sandbox import wire
from bot.sandbox.request import Described, Method, Request
from bot.sandbox.state import Json

MAX_LIMIT = 100
MAX_TIMEOUT_S = 50


async def get_me(request: Request) -> Json:
    return wire.me(request.world)


async def get_updates(request: Request) -> list[Json]:
    """Long polling; limit is clamped to 1-100 and timeout to 0-50 s, as the server does."""
    allowed = request.value("allowed_updates")
    if isinstance(allowed, list):
        request.world.updates.allowed = tuple(str(kind) for kind in allowed)
    return await request.world.updates.poll(
        request.integer("offset"),
        limit=min(max(request.integer("limit", MAX_LIMIT), 1), MAX_LIMIT),
        timeout_s=min(max(request.integer("timeout"), 0), MAX_TIMEOUT_S),
        stopped=request.stopped,
    )


async def delete_webhook(request: Request) -> Described:
    if request.flag("drop_pending_updates"):
        request.world.updates.clear()
    return Described(True, "Webhook is already deleted")


async def get_webhook_info(request: Request) -> Json:
    updates = request.world.updates
    said: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(updates)}
    return said | ({"allowed_updates": list(updates.allowed)} if updates.allowed else {})


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
