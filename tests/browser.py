"""Opens a page in the system's Chromium for tests: finds the browser, skips where there is none, watches the console.

With `CI_REQUIRES_BROWSER=1` in the environment a missing browser fails the test instead of skipping it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

OUTPUT = Path(__file__).parent / "output"  # ignored by git
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = (390, 844)
DESKTOP = (1100, 760)
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Path of the first browser of `NAMES` on PATH, None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> str:
    """Path of the browser; without one the running test is skipped, or fails where the environment demands one."""
    path = find()
    if path:
        return path
    reason = f"no browser on PATH ({', '.join(NAMES)})"
    if os.environ.get("CI_REQUIRES_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def arguments() -> list[str]:
    """Command line of the browser; as root Chromium starts only without its sandbox."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, *(["--no-sandbox"] if as_root else [])]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The browser, for several pages one after the other; skips or fails as `required` does."""
    path = required()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=arguments())
        try:
            yield chromium
        finally:
            await chromium.close()


@asynccontextmanager
async def open_page(url: str, *, width: int = 390, height: int = 844, dark: bool = False) -> AsyncIterator[Page]:
    """A page of that size (CSS pixels) showing `url` in a browser of its own; see `page_of`."""
    async with launched() as chromium, page_of(chromium, url, size=(width, height), dark=dark) as page:
        yield page


@asynccontextmanager
async def page_of(
    chromium: Browser, url: str, *, size: tuple[int, int] = PHONE, dark: bool = False, forgive: tuple[str, ...] = ()
) -> AsyncIterator[Page]:
    """A page that shares nothing with others. Whoever leaves it with an error on its console, or after a request to
    another host, fails; errors that contain one of `forgive` are expected.
    """
    page = await chromium.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        device_scale_factor=2,
        locale="en-GB",
    )
    page.set_default_timeout(20_000)
    faults = _faults(page, urlsplit(url).netloc)
    try:
        await page.goto(url)
        yield page
    except (AssertionError, Error) as error:
        error.add_note("\n".join(["The browser's console:", *faults]))
        raise
    finally:
        await page.close()
    unexpected = [fault for fault in faults if not any(words in fault for words in forgive)]
    assert not unexpected, "\n".join(unexpected)


def _faults(page: Page, host: str) -> list[str]:
    """Fills up while the page lives: errors of its console, uncaught exceptions, requests that leave `host`."""
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(f"{message.text} ({message.location.get('url', '')})")

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc not in {host, ""}:
            faults.append(f"a request left the page: {request.url}")

    page.on("console", heard)
    page.on("request", asked)
    page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
    return faults


async def keep_screenshot(page: Page, name: str) -> Path:
    """Writes `tests/output/{name}.png` and returns its path."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{name}.png"
    await page.screenshot(path=path, animations="disabled")
    return path
