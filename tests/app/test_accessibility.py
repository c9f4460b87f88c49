"""What axe finds on every page: nothing in what the app draws, and of Streamlit's own only what is listed.

Each page is looked at with a case, in both themes and both widths, and without one.
`streamlit_violations.yaml` lists what Streamlit draws wrongly itself, by rule and widget; an entry that is no
longer found fails too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app.pages import PHONE, WAIT, WIDE, example_query, page_paths, stands_still

LISTED = (
    yaml.safe_load((Path(__file__).parent / "streamlit_violations.yaml").read_text(encoding="utf-8")) or []
)
PAGES = page_paths()
WIDGET = """
(target) => {
  const found = document.querySelector(target);
  const box = found?.closest('[data-testid=stWidgetLabel]')?.closest('[data-testid=stElementContainer]');
  const off = box?.querySelector(':disabled, [aria-disabled=true]') ? ', disabled' : '';
  return (found?.closest('[data-testid]')?.dataset.testid ?? '') + off;
}
"""
"""Runs in the page: which widget of Streamlit an element belongs to."""

pytestmark = pytest.mark.browser


class Violation(NamedTuple):
    """One element that breaks one rule."""

    rule: str
    widget: str
    where: str
    html: str

    @property
    def listed(self) -> bool:
        """Whether it is known to be Streamlit's own."""
        return (self.rule, self.widget) in {(entry["rule"], entry["widget"]) for entry in LISTED}


def violations(page: Page, where: str) -> Iterator[Violation]:
    """Yield what axe finds on a page as it stands."""
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            widget = page.evaluate(WIDGET, _selector(node["target"]))
            yield Violation(violation["id"], widget, where, node["html"][:300])


def _selector(target: list[Any]) -> str:
    """Return the innermost selector; those of shadow trees are lists."""
    last = target[-1]
    return last if isinstance(last, str) else str(last[-1])


def looked_at(page: Page, address: str, title: str) -> list[Violation]:
    """Return what is found on one page in all its looks."""
    path = f"{address}/{PAGES[title]}"
    page.goto(path)
    found = [*violations(stands_still(page), f"{title}, without a case")]
    page.goto(f"{path}?{example_query()}")
    stands_still(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            found += violations(stands_still(page), f"{title}, {theme}, {size['width']} px")
    return found


@pytest.fixture(scope="module")
def found(chromium: Browser, app_server: str) -> dict[str, list[Violation]]:
    """Return what is found on each page of app.py."""
    seen = {}
    for title in PAGES:
        with chromium.new_context(viewport=WIDE) as context:
            page = context.new_page()
            page.set_default_timeout(WAIT)
            seen[title] = looked_at(page, app_server, title)
    return seen


@pytest.mark.parametrize("title", PAGES)
def test_axe_finds_nothing_in_what_the_app_draws(found: dict[str, list[Violation]], title: str) -> None:
    assert [violation for violation in found[title] if not violation.listed] == []


def test_every_listed_violation_of_streamlit_still_occurs(found: dict[str, list[Violation]]) -> None:
    occurring = {(violation.rule, violation.widget) for seen in found.values() for violation in seen}
    assert [entry for entry in LISTED if (entry["rule"], entry["widget"]) not in occurring] == []


def test_every_listed_violation_has_a_reason() -> None:
    assert all(entry["reason"].strip() for entry in LISTED)


def test_axe_sees_what_it_should(chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content("<html lang=en><main><h1>A</h1><img src='data:,'><button></button></main></html>")
        assert {"image-alt", "button-name"} <= {violation.rule for violation in violations(page, "by hand")}
