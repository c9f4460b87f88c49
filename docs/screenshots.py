"""Take the pictures of docs/images: start the app, open each page with an example, photograph it.

Run it from the repository: `.venv/bin/python -m docs.screenshots`, with titles of pages to take only those.
It needs Chromium. Every page that app.py lists is taken, wide and on a phone; some also in the dark.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.app.pages import PHONE, WAIT, example_query, page_paths, stands_still
from tests.needs import CHROMIUM_ARGS, chromium_path
from tests.running_app import running_app

IMAGES = Path(__file__).resolve().parent / "images"
WIDE = {"width": 1280, "height": 1000}
EXAMPLE = "restless_legs"
ALSO_DARK = ("Explore", "Network")
PHONE_TOP = {"Explore": "#result", "Network": "h1"}
"""What stands at the top of the picture of a phone, where it is not the page's own top."""
SETTLE_MS = 4000
"""Long enough for what fills in after the bars."""
COLOURS = 256
"""A palette of so many makes a page a third as large; rare colours stay what they are."""


@dataclass(frozen=True)
class Picture:
    """One picture: its file, the page, the window and the theme."""

    name: str
    title: str
    size: dict[str, int]
    dark: bool = False


def pictures(titles: list[str]) -> list[Picture]:
    """Return every picture of these pages."""
    found = []
    for title in titles:
        name = title.lower().replace(" ", "_")
        found += [Picture(name, title, WIDE), Picture(f"{name}-phone", title, PHONE)]
        found += [Picture(f"{name}-dark", title, WIDE, dark=True)] if title in ALSO_DARK else []
    return found


def main() -> None:
    """Take the pictures and say how large they are."""
    titles = list(page_paths())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("titles", nargs="*", metavar="TITLE", help=f"any of {', '.join(titles)}")
    chosen = parser.parse_args().titles or titles
    if unknown := set(chosen) - set(titles):
        parser.error(f"no such page: {', '.join(sorted(unknown))}. There are {', '.join(titles)}.")
    executable = chromium_path()
    if executable is None:
        sys.exit("No Chromium found. Install it, or take the pictures by hand.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        for picture in pictures(chosen):
            file = IMAGES / f"{picture.name}.png"
            file.write_bytes(smaller(taken(browser, app.address, picture)))
            print(f"{file.name}  {file.stat().st_size / 1e3:.0f} kB")
        browser.close()
    print(f"all of them: {sum(file.stat().st_size for file in IMAGES.glob('*.png')) / 1e6:.2f} MB")


def taken(browser: Browser, address: str, picture: Picture) -> bytes:
    """Open a page with the example, wait until everything stands still, and photograph the window."""
    theme = "dark" if picture.dark else "light"
    with browser.new_context(viewport=picture.size, color_scheme=theme) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{address}/{page_paths()[picture.title]}?{example_query(EXAMPLE)}")
        page.get_by_test_id("stMainBlockContainer").wait_for()
        _settle(page)
        if picture.title in STEPS:
            STEPS[picture.title](page)
            _settle(page)
        page.mouse.move(0, 0)
        if picture.size is PHONE and picture.title in PHONE_TOP:
            page.locator(PHONE_TOP[picture.title]).first.evaluate("part => part.scrollIntoView()")
            _settle(page)
        return page.screenshot(animations="disabled")


def _add_a_scenario(page: Page) -> None:
    page.get_by_role("button", name="Were it changed").first.click()


def _choose_a_node(page: Page) -> None:
    find = page.get_by_role("combobox", name="Find a node")
    find.click()
    find.fill("Iron deficiency")
    page.get_by_role("option").first.wait_for()
    find.press("Enter")


STEPS: dict[str, Callable[[Page], None]] = {"What if": _add_a_scenario, "Network": _choose_a_node}
"""What is done before a page is photographed."""


def _settle(page: Page) -> None:
    stands_still(page)
    page.wait_for_timeout(SETTLE_MS)
    stands_still(page)


def smaller(picture: bytes) -> bytes:
    """Return a PNG with a palette."""
    packed = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        palette = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        palette.save(packed, "png", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    main()
