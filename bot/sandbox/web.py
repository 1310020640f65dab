"""The chat page and the small JSON interface it talks to: the world as its first person sees it."""

import json
from pathlib import Path

from aiohttp import web

from bot.sandbox import files, local, profile, view
from bot.sandbox.files import File
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, Event, User
from bot.sandbox.world import World

PAGE = Path(__file__).with_name("page")
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html"}
KEEP_ALIVE_S = 15.0
ANSWER_S = 15.0
SHOWN = 200


class Page:
    """The handlers. `closing` becomes True when the server goes down, so that nobody waits longer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = False

    def stopped(self) -> bool:
        return self.closing

    def add_routes(self, app: web.Application) -> None:
        chat = r"/api/chats/{chat:-?\d{1,19}}"
        app.router.add_get("/", self.index)
        app.router.add_get(r"/static/{file:[\w-]+\.\w+}", self.static)
        app.router.add_get("/api/state", self.state)
        app.router.add_get("/api/events", self.events)
        app.router.add_get(f"{chat}/messages", self.messages)
        app.router.add_get(f"{chat}/commands", self.commands)
        app.router.add_post(f"{chat}/messages", self.write)
        app.router.add_get(chat + r"/messages/{message:\d{1,19}}/file", self.file)
        app.router.add_get(r"/api/files/{path:photos/[\w.]+}", self.picture)
        app.router.add_post(f"{chat}/inline", self.ask)
        app.router.add_post(chat + r"/inline/{query:\d{1,19}}/choose", self.choose)
        app.router.add_post(chat + r"/messages/{message:\d{1,19}}/press", self.press)

    @property
    def me(self) -> User:
        """The world's first person. Raises HTTPConflict while there is none."""
        for user in self.world.users.values():
            return user
        raise local.problem(web.HTTPConflict, "there is nobody in this world yet")

    async def index(self, _: web.Request) -> web.Response:
        return _file("index.html")

    async def static(self, request: web.Request) -> web.Response:
        return _file(request.match_info["file"])

    async def state(self, _: web.Request) -> web.Response:
        return web.json_response(view.state(self.world, self.me))

    async def messages(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        limit = request.query.get("limit", str(SHOWN))
        count = int(limit) if limit.isdecimal() and len(limit) < 9 else SHOWN
        shown = [view.message(self.world, message, self.me) for message in chat.visible[-count:]] if count else []
        return web.json_response({"messages": shown})

    async def commands(self, request: web.Request) -> web.Response:
        return web.json_response({"commands": profile.menu(self.world, self._chat(request), self.me.id)})

    async def write(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        text = (await local.posted(request)).get("text")
        if not isinstance(text, str):
            raise local.problem(web.HTTPBadRequest, "text is missing")
        try:
            message = self.world.say(chat.id, self.me.id, text)
        except Impossible as reason:
            raise local.problem(web.HTTPBadRequest, str(reason)) from reason
        return web.json_response(view.message(self.world, message, self.me))

    async def press(self, request: web.Request) -> web.Response:
        """Presses a button and waits for the bot's answer, 15 s at most."""
        chat, body = self._chat(request), await local.posted(request)
        row, column = body.get("row"), body.get("column")
        if not isinstance(row, int) or not isinstance(column, int):
            raise local.problem(web.HTTPBadRequest, "row and column are missing")
        try:
            number = self.world.press(chat.id, int(request.match_info["message"]), self.me.id, row, column)
        except Impossible as reason:
            raise local.problem(web.HTTPBadRequest, str(reason)) from reason
        query = self.world.queries[number]
        await self.world.until(lambda: query.answer or self.closing, timeout_s=ANSWER_S)
        text, alert = (query.answer.text, query.answer.show_alert) if query.answer else ("", False)
        return web.json_response({"text": text, "show_alert": alert, "timed_out": query.answer is None})

    async def ask(self, request: web.Request) -> web.Response:
        """Asks the bot inline and waits for its answer, 15 s at most."""
        chat, body = self._chat(request), await local.posted(request)
        query, offset = body.get("query"), body.get("offset", "")
        if not isinstance(query, str) or not isinstance(offset, str):
            raise local.problem(web.HTTPBadRequest, "query is missing")
        try:
            number = self.world.ask_inline(chat.id, self.me.id, query, offset=offset)
        except Impossible as reason:
            raise local.problem(web.HTTPBadRequest, str(reason)) from reason
        asked = self.world.inline.queries[number]
        await self.world.until(lambda: asked.answer or self.closing, timeout_s=ANSWER_S)
        return web.json_response(view.results(self.world, asked))

    async def choose(self, request: web.Request) -> web.Response:
        """Posts a result of a query that this person has asked."""
        asked = self.world.inline.queries.get(request.match_info["query"])
        result = (await local.posted(request)).get("result")
        if asked is None or asked.user_id != self.me.id or not isinstance(result, str):
            raise local.problem(web.HTTPNotFound, "there is no such query")
        try:
            message = self.world.choose(asked.id, result)
        except Impossible as reason:
            raise local.problem(web.HTTPBadRequest, str(reason)) from reason
        return web.json_response(view.message(self.world, message, self.me))

    async def file(self, request: web.Request) -> web.Response:
        """The picture or document of a message."""
        message = self._chat(request).messages.get(int(request.match_info["message"]))
        media = {} if message is None or message.is_deleted else message.media
        told = media.get("photo", [media.get("document", {})])[-1]
        return _sent(self.world.files.get(told.get("file_id", "")))

    async def picture(self, request: web.Request) -> web.Response:
        """A picture that an inline result shows."""
        return _sent(self.world.files.at(request.match_info["path"]))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events from `after` (or Last-Event-ID, which a reconnecting browser sends) on."""
        seen = self._after(request)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        await stream.write(b": hello\n\n")
        while not self.closing:
            fresh = await self._fresh(seen)
            try:
                await stream.write(b"".join(map(self._written, fresh)) or b": still here\n\n")
            except ConnectionError:
                break
            seen = fresh[-1].seq if fresh else seen
        return stream

    async def _fresh(self, seen: int) -> list[Event]:
        events = self.world.events
        await self.world.until(lambda: self.closing or (events and events[-1].seq > seen), timeout_s=KEEP_ALIVE_S)
        return [event for event in events if event.seq > seen]

    def _after(self, request: web.Request) -> int:
        newest = view.newest(self.world)
        said = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        return min(int(said), newest) if said.isdecimal() and len(said) < 19 else newest

    def _written(self, event: Event) -> bytes:
        chat = self.world.chats[event.chat_id]
        if not chat.member(self.me.id).is_present and event.type != "chat":
            return b""
        body = json.dumps(view.event(self.world, event, self.me))
        return f"id: {event.seq}\ndata: {body}\n\n".encode()

    def _chat(self, request: web.Request) -> Chat:
        chat = self.world.chats.get(int(request.match_info["chat"]))
        if chat is None or not chat.member(self.me.id).is_present:
            raise local.problem(web.HTTPNotFound, "there is no such chat")
        return chat


def _sent(file: File | None) -> web.Response:
    """A picture to be shown; anything else only to be kept, so that no document runs as a page of ours."""
    if file is None:
        raise local.problem(web.HTTPNotFound, "there is no such file")
    content = file.upload.content
    kind = files.picture_type(content) if file.kind == "photo" else "application/octet-stream"
    headers = {} if file.kind == "photo" else {"Content-Disposition": "attachment"}
    return web.Response(body=content, content_type=kind, headers=headers)


def _file(name: str) -> web.Response:
    path = PAGE / name
    kind = CONTENT_TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise local.problem(web.HTTPNotFound, "there is no such file")
    headers = {"Cache-Control": "no-cache"}
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8", headers=headers)
