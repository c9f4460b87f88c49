"""What all tests share: a cache folder of their own, hypothesis profiles, a browser and a running app.

Writing a test
--------------
- It lives where the code lives: `model/questions.py` is tested by `tests/model/test_questions.py`.
- Its name is a sentence (`test_order_of_findings_does_not_matter`).
- Needs something that a machine may lack? Call `require("Chromium", path)` from `tests.needs`.
- Takes more than a few seconds? `@pytest.mark.slow`: then `make verify` runs it, `make test` does not.
- Break the code once and watch the test fail.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.needs import CHROMIUM_ARGS, chromium_path, require

# Set before any of our packages is imported: a test never reads what an older version left in a user's cache.
CACHE_DIR = tempfile.mkdtemp(prefix="nocturne-tests-")
os.environ["NOCTURNE_CACHE_DIR"] = CACHE_DIR

hypothesis.settings.register_profile("fast", max_examples=50, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


class Deselected:
    """How many tests the chosen markers left out."""

    count = 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests and run them last: playwright keeps an event loop running until the end."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember what is left out."""
    Deselected.count += sum(item.get_closest_marker("slow") is not None for item in items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, so that a green run is not read as more than it is."""
    if Deselected.count:
        terminalreporter.write_line(f"Left out: {Deselected.count} slow tests. `make verify` runs them.")


def pytest_unconfigure() -> None:
    """Remove the cache folder of this run."""
    shutil.rmtree(CACHE_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless Chromium; open a page with `chromium.new_page()` and close it."""
    path = chromium_path()
    require("Chromium", path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()
