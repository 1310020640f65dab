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
            width, height = _size(self.upload.content)
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
    return content.startswith((PNG, JPEG, *GIF)) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def _size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG; (1, 1) for what is not read here."""
    if not content.startswith(PNG) or len(content) < 24:
        return 1, 1
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)
