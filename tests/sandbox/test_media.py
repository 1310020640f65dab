"""Pictures and documents: their limits, what changes them, and how the page gets them."""

from __future__ import annotations

import io
import struct

import aiohttp
import pytest
from PIL import Image

from bot.sandbox import files
from tests.sandbox import clients, served
from tests.sandbox.clients import At

BAD = "Bad Request:"


def png(width: int, height: int, *, filler: int = 0) -> bytes:
    """The head of a PNG of that size, and so many bytes behind it."""
    return files.PNG + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\0" * (5 + filler)


def drawn(kind: str, width: int = 37, height: int = 21) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0b7a6e").save(file, kind)
    return file.getvalue()


@pytest.fixture(params=clients.KINDS)
def client(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_the_size_of_a_picture_is_read(kind: str) -> None:
    assert files.size(drawn(kind)) == (37, 21)
    assert files.picture_type(drawn(kind)) == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("photo", "description"),
    [
        (png(5_000, 5_000), ""),
        (png(5_001, 5_000), "PHOTO_INVALID_DIMENSIONS"),
        (png(2_000, 100), ""),
        (png(2_001, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(100, 2_001), "PHOTO_INVALID_DIMENSIONS"),
        (png(0, 10), "PHOTO_INVALID_DIMENSIONS"),
        (png(9, 9, filler=(10 << 20) - 29), ""),
        (png(9, 9, filler=(10 << 20) - 28), "file is too big"),
    ],
    ids=["sides", "sides+1", "broad", "broad+1", "high+1", "nothing", "10-MB", "10-MB+1"],
)
async def test_a_photo_keeps_the_limits_of_telegram(photo: bytes, description: str) -> None:
    async with clients.opened(clients.KINDS[0]) as at:
        if description:
            assert await at.refusal("sendPhoto", chat_id=at.ann.id, photo=photo) == f"{BAD} {description}"
        else:
            assert (await at.call("sendPhoto", chat_id=at.ann.id, photo=photo))["photo"]


async def picture(at: At, **more: object) -> dict[str, int]:
    sent = await at.call("sendPhoto", chat_id=at.ann.id, photo=drawn("PNG"), **more)
    return {"chat_id": at.ann.id, "message_id": sent["message_id"]}


async def test_a_caption_is_changed_and_taken_away(client: str) -> None:
    async with clients.opened(client) as at:
        place = await picture(at, caption="Dam")
        assert (await at.call("editMessageCaption", **place, caption="The dam"))["caption"] == "The dam"
        assert "caption" not in await at.call("editMessageCaption", **place)
        again = await at.refusal("editMessageCaption", **place, caption="")
        assert again.startswith(f"{BAD} message is not modified")
        long = await at.refusal("editMessageCaption", **place, caption="x" * 1025)
        assert long == f"{BAD} message caption is too long"


async def test_a_text_has_neither_caption_nor_media_to_edit() -> None:
    async with served.opened() as at:
        sent = await at.bot.send_message(at.ann.id, "Text")
        place = {"chat_id": at.ann.id, "message_id": sent.message_id}
        photo = (await at.bot.send_photo(at.ann.id, drawn("PNG"))).photo[-1].file_id

        caption = await at.refused("editMessageCaption", **place, caption="x")
        media = await at.refused("editMessageMedia", **place, media={"type": "photo", "media": photo})

        assert caption == f"{BAD} there is no caption in the message to edit"
        assert media == f"{BAD} there is no media in the message to edit"


async def test_a_picture_takes_the_place_of_another_by_its_id_or_as_an_upload() -> None:
    async with served.opened() as at:
        first = await at.bot.send_photo(at.ann.id, drawn("PNG"), caption="One")
        other = await at.bot.send_photo(at.ann.id, drawn("JPEG", 64, 32))
        place = {"chat_id": at.ann.id, "message_id": first.message_id}

        media = {"type": "photo", "media": other.photo[-1].file_id, "caption": "Two"}
        edited = (await at.raw("editMessageMedia", **place, media=media))["result"]

        assert (edited["photo"][-1]["width"], edited["caption"]) == (64, "Two")
        form = aiohttp.FormData({"chat_id": str(at.ann.id), "message_id": str(first.message_id)})
        form.add_field("media", '{"type": "photo", "media": "attach://new"}')
        form.add_field("new", drawn("GIF", 48, 24), filename="new.gif")
        async with at.session.post(f"{at.server.base_url}{at.world.token}/editMessageMedia", data=form) as response:
            uploaded = (await response.json())["result"]
        assert (uploaded["photo"][-1]["width"], "caption" in uploaded) == (48, False)
        assert at.world.violations == []


async def test_the_page_gets_a_picture_to_show_and_a_document_to_keep() -> None:
    async with served.opened() as at:
        photo = await at.bot.send_photo(at.ann.id, drawn("PNG"), caption="Dam")
        page = b"<script>alert(1)</script>"
        await at.bot.send_document(at.ann.id, page, filename="page.html")

        shown = (await at.get(f"/api/chats/{at.ann.id}/messages"))["messages"][-2:]

        assert [one["text"] for one in shown] == ["Dam", ""]
        url = f"/api/chats/{at.ann.id}/messages/{photo.message_id}/file"
        assert shown[0]["media"] == {"kind": "photo", "url": url, "width": 37, "height": 21}
        assert (shown[1]["media"]["name"], shown[1]["media"]["size"]) == ("page.html", len(page))
        async with at.session.get(f"{at.server.url}{url}") as response:
            assert (response.content_type, await response.read()) == ("image/png", drawn("PNG"))
        async with at.session.get(f"{at.server.url}{shown[1]['media']['url']}") as response:
            assert response.content_type == "application/octet-stream"
            assert response.headers["Content-Disposition"] == "attachment"
        async with at.session.get(f"{at.server.url}/api/chats/{at.ann.id}/messages/1/file") as response:
            assert response.status == 404
