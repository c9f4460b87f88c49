"""The pages of the app as tests see them: the list in app.py, and a case to open them with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from model import Differential
from tests.needs import PATIENCE_S
from views.shared import address
from views.shared.case_files import examples

ROOT = Path(__file__).resolve().parents[2]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
WAIT = 1000 * PATIENCE_S
"""In milliseconds, as playwright counts."""
CALM_MS = 500
CALM = """
wanted => {
  const now = performance.now();
  if (!document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')) window.ranAt = now;
  window.ranAt ??= now;
  if (now - window.ranAt < wanted) return false;
  delete window.ranAt;
  return true;
}
"""
"""Runs in the page with every frame: whether no run has gone on for so many milliseconds."""
CHART = "[data-testid=stVegaLiteChart]"


def page_paths() -> dict[str, str]:
    """Return the address of each page by its title, from the list in app.py."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    told = [
        {
            word.arg: ast.literal_eval(word.value)
            for word in call.keywords
            if word.arg in ("title", "url_path", "default")
        }
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "Page"
    ]
    return {page["title"]: "" if page.get("default") else page["url_path"] for page in told}


@lru_cache(maxsize=1)
def example_query(example_id: str = "narrowed_arteries") -> str:
    """Return the query of an address that holds an example case."""
    example = next(example for example in examples(Differential.load()) if example.id == example_id)
    return f"case={address.encode(example.evidence)}"


def stands_still(page: Page) -> Page:
    """Wait until the server has had nothing to say for a moment: a part may ask to be drawn again."""
    page.wait_for_function(CALM, arg=CALM_MS, timeout=WAIT)
    return page


def overflow(page: Page) -> float:
    """Return by how many pixels the page can be scrolled sideways."""
    main = page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth")
    return max(float(main), float(page.evaluate("document.body.scrollWidth - window.innerWidth")))


class Seen:
    """A page and what went wrong while it was open."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        page.on("request", lambda r: None if self.is_ours(r.url) else self.faults.append(f"asked {r.url}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _heard(self, message: ConsoleMessage) -> None:
        """Note an error; Streamlit looks for its server below the address of each page before it finds it."""
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.faults.append(f"{message.text} {message.location.get('url', '')}")

    def is_ours(self, url: str) -> bool:
        """Whether a request stays on this machine."""
        return url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:"))

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        self.page.locator(f"{CHART} svg").wait_for()
        return self.page

    def ranking(self) -> list[str]:
        """Return the causes as the picture tells them to a screen reader, first to last."""
        marks = self.page.locator(f"{CHART} [aria-roledescription=bar]")
        marks.first.wait_for()
        return [str(mark.get_attribute("aria-label")) for mark in marks.all()]

    def search(self, text: str) -> None:
        """Type into the search and take the first hit with the keyboard alone."""
        stands_still(self.page)  # a part that is drawn again closes the list of hits
        box = self.page.get_by_role("combobox", name="Add a finding")
        box.click()
        box.fill(text)
        self.page.get_by_role("option").first.wait_for()
        box.press("Enter")

    def go(self, path: str = "") -> Page:
        """Open any page and wait until it stands still."""
        self.page.goto(f"{self.address}/{path}")
        self.page.get_by_test_id("stMainBlockContainer").wait_for()
        return stands_still(self.page)

    def wait_for_count(self, words: str) -> None:
        expect(self.page.get_by_text(words, exact=True)).to_be_visible(timeout=WAIT)


@contextmanager
def visiting(
    chromium: Browser, address: str, size: ViewportSize = WIDE, theme: Literal["light", "dark"] = "light"
) -> Iterator[Seen]:
    """Open a window of one size and theme; nothing may go wrong while it is open."""
    with chromium.new_context(viewport=size, color_scheme=theme, accept_downloads=True) as context:
        view = Seen(context.new_page(), address)
        yield view
        assert view.page.get_by_test_id("stException").count() == 0
    assert view.faults == []
