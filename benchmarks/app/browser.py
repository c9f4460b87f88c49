"""In Chromium: the first page of a server that has just been started, and a click to the redrawn bars."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.rows import Row
from tests.needs import CHROMIUM_ARGS, chromium_path
from tests.running_app import AS_USERS_DO, running_app

GROUP = "app, in Chromium"
WIDE = {"width": 1280, "height": 900}
LONGEST_MS = 120_000
EXAMPLE = "narrowed_arteries"
BAR = "[data-testid=stVegaLiteChart] [aria-roledescription=bar]"
STANDS_STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
PAUSE_MS = 400
"""Between two clicks: the page stands still, as before a person's next click."""

WATCH = """
([bar, longest]) => {
  const shape = () => [...document.querySelectorAll(bar)].map(e => e.getAttribute('d')).join();
  window.sinceClick = (button) => new Promise((done, failed) => {
    const before = shape();
    const look = () => {
      const now = shape();
      if (now !== before && now !== '') requestAnimationFrame(() => done(performance.now() - start));
      else if (performance.now() - start > longest) failed('no bar has changed');
      else requestAnimationFrame(look);
    };
    const start = performance.now();
    button.click();
    look();
  });
}
"""
"""Runs in the page: from a click to the first frame after the one in which a bar has another shape."""


def first_page(repeats: int) -> list[Row]:
    """Time the command until the server answers, and the first page it serves until its bars are drawn."""
    started, drawn, worked = [], [], []
    for _ in range(repeats):
        with running_app(AS_USERS_DO) as app, _page() as page:
            started.append(1e3 * app.seconds)
            start = time.perf_counter()
            page.goto(app.address)
            page.locator(BAR).first.wait_for()
            drawn.append(1e3 * (time.perf_counter() - start))
            worked.append(app.cpu_seconds())
    both = [one + other for one, other in zip(started, drawn, strict=True)]
    return [
        _row("command until the server answers", started, "median"),
        _row(
            "first page of a server just started",
            drawn,
            f"median; {np.median(worked):.1f} s of processor since the command",
        ),
        _row("both: command until the bars are drawn", both, "median; the browser was open"),
    ]


def clicks(address: str, number: int) -> list[Row]:
    """Time clicks that pause and resume the findings of an example, all of which count.

    No case comes twice, so that no answer is remembered.
    """
    with _page() as page:
        page.goto(address)
        page.locator(BAR).first.wait_for()
        page.locator(STANDS_STILL).wait_for()
        page.locator(f".st-key-example-{EXAMPLE} button").click()
        page.locator("[class*=st-key-pause-] button:visible").first.wait_for()
        page.evaluate(WATCH, [BAR, LONGEST_MS])
        classes = page.locator("[class*=st-key-pause-]").evaluate_all("all => all.map(e => e.className)")
        findings = [name.split("st-key-pause-")[1].split()[0] for name in classes]
        taken = []
        for click in range(1, number + 1):
            page.wait_for_timeout(PAUSE_MS)
            page.locator(STANDS_STILL).wait_for()
            turn = findings[((click & -click).bit_length() - 1) % len(findings)]
            # Streamlit draws a button with a tooltip twice: one for wide windows, one for narrow ones.
            button = page.locator(
                f".st-key-pause-{turn} button:visible, .st-key-resume-{turn} button:visible"
            )
            expect(button).to_have_count(1, timeout=LONGEST_MS)
            taken.append(button.evaluate("button => window.sinceClick(button)"))
    return [
        _row("click to redrawn bars, median", taken, "pause or resume a finding"),
        Row(GROUP, "click to redrawn bars, p95", float(np.percentile(taken, 95)), cases=len(taken)),
    ]


def _row(what: str, taken: list[float], note: str) -> Row:
    return Row(GROUP, what, float(np.median(taken)), cases=len(taken), note=note)


@contextmanager
def _page() -> Iterator[Page]:
    """Yield an empty page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        page = browser.new_page(viewport=WIDE)
        page.set_default_timeout(LONGEST_MS)
        yield page
        browser.close()
