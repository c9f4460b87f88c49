"""Take the pictures of docs/images: start the app, open an example, photograph it.

Run it from the repository: `.venv/bin/python docs/screenshots.py`. It needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
START_SECONDS, SETTLE_MS = 60.0, 1500


@dataclass(frozen=True)
class Picture:
    """One picture: file name, size in pixels, theme, example shown, part of the page at the top."""

    name: str
    width: int
    height: int
    theme: Literal["light", "dark"]
    example: str
    top: str = ""


PICTURES = (
    Picture("explore.png", 1280, 1000, "light", "restless_legs"),
    Picture("explore-dark.png", 1280, 1000, "dark", "narrowed_arteries"),
    Picture("explore-phone.png", 390, 844, "light", "restless_legs", top="#result"),
)


def main() -> None:
    """Take every picture."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        sys.exit("No Chromium found. Install it, or take the pictures by hand.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for picture in PICTURES:
            take(browser, address, picture)
            print(IMAGES / picture.name)
        browser.close()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Open the example, wait until everything stands still, and photograph the window."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.theme,
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(address)
    page.locator(f".st-key-example-{picture.example} button").click()
    page.locator(".st-key-row-age").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    page.mouse.move(0, 0)
    if picture.top:
        page.locator(picture.top).evaluate("part => part.scrollIntoView()")
        page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / picture.name, animations="disabled")
    context.close()


@contextmanager
def running_app() -> Iterator[str]:
    """Start the app on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, **quiet) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once an address answers."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    sys.exit("The app did not start. Try `make app` to see why.")


if __name__ == "__main__":
    main()
