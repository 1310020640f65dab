"""Files: what the bot uploads, under the names by which it sends or fetches it again."""

import hashlib
import struct
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.state import Json

ATTACHED = "attach://"
MAX_PHOTO, MAX_FILE, MAX_DOWNLOAD = 10 << 20, 50 << 20, 20 << 20
PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
Kind = Literal["photo", "document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came in a form."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that Telegram keeps. `id` is what the bot sends it again by."""

    id: str
    unique_id: str
    path: str
    kind: Kind
    upload: Upload

    def described(self) -> Json:
        """The object of getFile."""
        names = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.upload.content)}
        return names | {"file_path": self.path}

    def as_media(self) -> Json:
        """What a Message says of it."""
        said = self.described()
        del said["file_path"]
        if self.kind == "photo":
            width, height = size(self.upload.content)
            return {"photo": [said | {"width": width, "height": height}]}
        return {"document": said | {"file_name": self.upload.name, "mime_type": self.upload.content_type}}


class Files:
    """All files of the bot."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def add(self, kind: Kind, upload: Upload) -> File:
        number, digest = len(self._files), hashlib.sha256(upload.content).hexdigest()
        suffix = upload.name.rpartition(".")[2].lower() if "." in upload.name else "bin"
        suffix = suffix if suffix.isascii() and suffix.isalnum() else "bin"
        file = File(
            id=f"{kind}_{number}_{digest[:32]}",
            unique_id=digest[:16],
            path=f"{kind}s/file_{number}.{suffix}",
            kind=kind,
            upload=upload,
        )
        self._files[file.id] = file
        return file

    def get(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def at(self, path: str) -> File | None:
        """The file with this `file_path`."""
        return next((file for file in self._files.values() if file.path == path), None)


def is_image(content: bytes) -> bool:
    """Whether it begins like a PNG, JPEG, GIF or WebP picture."""
    return picture_type(content).startswith("image/")


def picture_type(content: bytes) -> str:
    """The media type of a picture by its first bytes."""
    for start, kind in ((PNG, "png"), (JPEG, "jpeg"), (GIF[0], "gif"), (GIF[1], "gif")):
        if content.startswith(start):
            return f"image/{kind}"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else "application/octet-stream"


def size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; (1, 1) for what is not read here."""
    if content.startswith(PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith(GIF) and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    return _jpeg_size(content) if content.startswith(JPEG) else (1, 1)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """That of the first frame header (SOF): segments are passed over by the lengths they name."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        kind, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return 1, 1
