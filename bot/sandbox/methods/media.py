"""Methods about files: sending a picture or a document, and finding a file again."""

from bot.sandbox import files, placing, refusal, texts
from bot.sandbox.files import File, Kind, Upload
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Json


async def send_photo(request: Request) -> Json:
    return _sent(request, "photo", limit=files.MAX_PHOTO)


async def send_document(request: Request) -> Json:
    return _sent(request, "document", limit=files.MAX_FILE)


async def get_file(request: Request) -> Json:
    file = request.world.files.get(request.text("file_id"))
    if file is None:
        raise refusal.bad_request("invalid file_id")
    if len(file.upload.content) > files.MAX_DOWNLOAD:
        raise refusal.bad_request("file is too big")
    return file.described()


def _sent(request: Request, kind: Kind, *, limit: int) -> Json:
    given = request.value("caption_entities")
    caption = texts.caption(request.text("caption"), given, knows_user=request.world.knows)
    request.note(*caption.notes)
    upload = _upload(request, kind, limit=limit)
    content: Json = {"text": caption.text, "entities": caption.entities}
    media = (upload if isinstance(upload, File) else request.world.files.add(kind, upload)).as_media()
    return placing.placed(request, content | {"media": media}, what=f"{kind}s")


def _upload(request: Request, kind: Kind, *, limit: int) -> File | Upload:
    """What is to be sent: a file known already, or a new one. Raises Refusal in the server's words."""
    said = request.text(kind)
    if not said:
        raise refusal.bad_request(f"there is no {kind} in the request")
    upload = request.uploads.get(said.removeprefix(files.ATTACHED)) if said.startswith(files.ATTACHED) else None
    if upload is None:
        return _known(request, said, kind=kind)
    if len(upload.content) > limit:
        raise refusal.bad_request("file is too big")
    if kind == "photo" and not files.is_image(upload.content):
        raise refusal.bad_request("IMAGE_PROCESS_FAILED")
    return upload


def _known(request: Request, said: str, *, kind: Kind) -> File:
    if said.lower().startswith(("http://", "https://")):
        raise refusal.bad_request("failed to get HTTP URL content")
    file = request.world.files.get(said)
    if file is None or file.kind != kind:
        raise refusal.bad_request("wrong file identifier/HTTP URL specified")
    return file


METHODS: dict[str, Method] = {"sendPhoto": send_photo, "sendDocument": send_document, "getFile": get_file}
