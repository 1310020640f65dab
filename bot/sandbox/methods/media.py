"""Methods about files: sending a picture or a document, changing it, and finding a file again."""

from bot.sandbox import files, placing, refusal, texts
from bot.sandbox.files import File, Kind
from bot.sandbox.methods import messages
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Json

LIMITS: dict[Kind, int] = {"photo": files.MAX_PHOTO, "document": files.MAX_FILE}
MAX_SIDES, MAX_RATIO = 10_000, 20  # of a photo: width and height together, one against the other


async def send_photo(request: Request) -> Json:
    return _sent(request, "photo")


async def send_document(request: Request) -> Json:
    return _sent(request, "document")


async def edit_message_caption(request: Request) -> Json | bool:
    caption = _caption(request, request.text("caption"), request.value("caption_entities"))
    message = messages.editable(request)
    if not message.media:
        raise refusal.bad_request("there is no caption in the message to edit")
    return messages.changed(request, message, caption)


async def edit_message_media(request: Request) -> Json | bool:
    """Another picture or document with its caption in the place of the message's own."""
    given = request.value("media")
    if not isinstance(given, dict):
        raise refusal.bad_request("can't parse InputMedia JSON object" if given else "input media must be non-empty")
    kind: Kind = "photo" if given.get("type") == "photo" else "document"
    if given.get("type") != kind:
        raise refusal.mistake(f"the sandbox does not know {given.get('type')} as media")
    caption = _caption(request, str(given.get("caption", "")), given.get("caption_entities"))
    message = messages.editable(request)
    if not message.media:
        raise refusal.bad_request("there is no media in the message to edit")
    media = _file(request, kind, said=str(given.get("media", ""))).as_media()
    return messages.changed(request, message, caption | {"media": media})


async def get_file(request: Request) -> Json:
    file = request.world.files.get(request.text("file_id"))
    if file is None:
        raise refusal.bad_request("invalid file_id")
    if len(file.upload.content) > files.MAX_DOWNLOAD:
        raise refusal.bad_request("file is too big")
    return file.described()


def _sent(request: Request, kind: Kind) -> Json:
    caption = _caption(request, request.text("caption"), request.value("caption_entities"))
    media = _file(request, kind, said=request.text(kind)).as_media()
    return placing.placed(request, caption | {"media": media}, what=f"{kind}s")


def _caption(request: Request, text: str, entities: object) -> Json:
    caption = texts.caption(text, entities, knows_user=request.world.knows)
    request.note(*caption.notes)
    return {"text": caption.text, "entities": caption.entities}


def _file(request: Request, kind: Kind, *, said: str) -> File:
    """What is to be sent: a file known already, or a new one. Raises Refusal in the server's words."""
    if not said:
        raise refusal.bad_request(f"there is no {kind} in the request")
    upload = request.uploads.get(said.removeprefix(files.ATTACHED)) if said.startswith(files.ATTACHED) else None
    if upload is None:
        return _known(request, said, kind=kind)
    if len(upload.content) > LIMITS[kind]:
        raise refusal.bad_request("file is too big")
    if kind == "photo":
        _check_picture(upload.content)
    return request.world.files.add(kind, upload)


def _check_picture(content: bytes) -> None:
    """Source of the limits: https://core.telegram.org/bots/api#sendphoto."""
    if not files.is_image(content):
        raise refusal.bad_request("IMAGE_PROCESS_FAILED")
    width, height = sorted(files.size(content))
    if not width or width + height > MAX_SIDES or height > MAX_RATIO * width:
        raise refusal.bad_request("PHOTO_INVALID_DIMENSIONS")


def _known(request: Request, said: str, *, kind: Kind) -> File:
    if said.lower().startswith(("http://", "https://")):
        raise refusal.bad_request("failed to get HTTP URL content")
    file = request.world.files.get(said)
    if file is None or file.kind != kind:
        raise refusal.bad_request("wrong file identifier/HTTP URL specified")
    return file


METHODS: dict[str, Method] = {
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "getFile": get_file,
}
