"""Rich messages: HTML that becomes headings, lists and parts that unfold."""

from bot.sandbox import placing, refusal, richhtml
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Json


async def send_rich_message(request: Request) -> Json:
    return placing.placed(request, content(request), what="rich messages")


def content(request: Request) -> Json:
    """The blocks that `rich_message` stands for, and their text for whoever reads a transcript. Raises Refusal."""
    given = request.value("rich_message")
    if not isinstance(given, dict):
        raise refusal.bad_request("rich message is not specified" if given is None else "can't parse rich message")
    forms = [name for name in ("html", "markdown") if given.get(name)]
    if len(forms) != 1:
        raise refusal.bad_request("exactly one of the fields html and markdown must be used in a rich message")
    if forms == ["markdown"]:
        request.note("the sandbox does not read the Markdown of rich messages")
        raise refusal.Refusal(501, "Not Implemented: the sandbox does not read the Markdown of rich messages")
    blocks = richhtml.blocks(str(given["html"]), detects=given.get("skip_entity_detection") is not True)
    rtl = {"is_rtl": True} if given.get("is_rtl") is True else {}
    return {
        "text": richhtml.text(blocks),
        "rich": {"blocks": blocks, **rtl},
        "entities": (),
        "link_preview": None,
    }


METHODS: dict[str, Method] = {"sendRichMessage": send_rich_message}
