"""Methods of inline mode: the answer to a query, checked as Telegram checks it."""

import re
from typing import Any

from bot.sandbox import inline, keyboards, refusal, texts
from bot.sandbox.request import Method, Request
from bot.sandbox.state import InlineAnswer, InlineResult, Json

MAX_RESULTS = 50
MAX_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
CACHE_S = 300
ANSWERABLE_S = 30
START_PARAMETER = re.compile("[A-Za-z0-9_-]{1,64}")
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CANNOT_READ = "can't parse inline query result:"


async def answer_inline_query(request: Request) -> bool:
    world = request.world
    results = request.value("results")
    if not isinstance(results, list):
        raise refusal.bad_request("can't parse inline query results JSON object" if results else "results are missing")
    if len(results) > MAX_RESULTS:
        raise refusal.bad_request("too many inline query results specified")
    read = tuple(_result(request, one) for one in results)
    _check_ids([one.id for one in read])
    answer = InlineAnswer(
        results=read,
        cache_time=request.integer("cache_time", CACHE_S),
        is_personal=request.flag("is_personal"),
        next_offset=_offset(request.text("next_offset")),
        button=_button(request.value("button")),
        at=world.clock(),
    )
    asked = world.inline.queries.get(request.text("inline_query_id"))
    if asked is None or asked.answer or world.clock() - asked.at > ANSWERABLE_S:
        raise refusal.bad_request(TOO_OLD)
    inline.answered(world, asked, answer)
    return True


def _check_ids(ids: list[str]) -> None:
    for one in ids:
        if not one:
            raise refusal.bad_request("RESULT_ID_EMPTY")
        if len(one.encode()) > MAX_ID_BYTES:
            raise refusal.bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise refusal.bad_request("RESULT_ID_DUPLICATE")


def _offset(said: str) -> str:
    if len(said.encode()) > MAX_OFFSET_BYTES:
        raise refusal.bad_request("NEXT_OFFSET_INVALID")
    return said


def _button(given: Any) -> Json | None:
    """The button above the results: a text, and what a tap on it starts."""
    if not isinstance(given, dict):
        return None
    if not given.get("text"):
        raise refusal.bad_request("SWITCH_PM_TEXT_EMPTY")
    if "web_app" in given:
        raise refusal.mistake("the sandbox opens no Web Apps")
    parameter = given.get("start_parameter")
    if not parameter:
        raise refusal.bad_request("START_PARAM_EMPTY")
    if not isinstance(parameter, str) or not START_PARAMETER.fullmatch(parameter):
        raise refusal.bad_request("START_PARAM_INVALID")
    return given


def _result(request: Request, given: Any) -> InlineResult:
    if not isinstance(given, dict):
        raise refusal.bad_request(f"{CANNOT_READ} object expected")
    for name in ("type", "id"):
        if not isinstance(given.get(name), str):
            raise refusal.bad_request(f'{CANNOT_READ} Can\'t find field "{name}"')
    if given["type"] == "article":
        content = _text(request, given)
    elif given["type"] == "photo" and "photo_file_id" in given:
        content = _photo(request, given)
    else:
        raise refusal.mistake(f"the sandbox does not know this kind of {given['type']} as a result")
    markup = keyboards.parsed(given.get("reply_markup"), inline_only=True, private=False)
    request.note(*markup.notes)
    shown = {name: str(given.get(name, "")) for name in ("type", "id", "title", "description")}
    return InlineResult(id=given["id"], shown=shown, content=content | {"keyboard": markup.rows})


def _text(request: Request, given: Json) -> Json:
    if not given.get("title"):
        raise refusal.bad_request("ARTICLE_TITLE_EMPTY")
    return _message_text(request, given.get("input_message_content"))


def _message_text(request: Request, given: Any) -> Json:
    if not isinstance(given, dict) or not isinstance(given.get("message_text"), str):
        raise refusal.bad_request(f"{CANNOT_READ} the sandbox sends texts, and none is specified")
    said = texts.formatted(given["message_text"], given.get("entities"), knows_user=request.world.knows)
    request.note(*said.notes)
    return {"text": said.text, "entities": said.entities, "link_preview": given.get("link_preview_options")}


def _photo(request: Request, given: Json) -> Json:
    """A picture that Telegram has, with its caption, or a text instead of it."""
    file = request.world.files.get(str(given["photo_file_id"]))
    if file is None or file.kind != "photo":
        raise refusal.bad_request("wrong file identifier/HTTP URL specified")
    if "input_message_content" in given:
        return _message_text(request, given["input_message_content"])
    entities = given.get("caption_entities")
    caption = texts.caption(str(given.get("caption", "")), entities, knows_user=request.world.knows)
    request.note(*caption.notes)
    return {"text": caption.text, "entities": caption.entities, "media": file.as_media()}


METHODS: dict[str, Method] = {"answerInlineQuery": answer_inline_query}
