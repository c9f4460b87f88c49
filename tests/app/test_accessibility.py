"""What axe finds on every page: nothing in what the app draws, and of Streamlit's own only what is listed.

Each page is looked at without a case, and with one in both themes and both widths; the other two pairs of
theme and width repeat what these show and are left to `make verify`.
`streamlit_violations.yaml` lists what Streamlit draws wrongly itself, by rule and widget; an entry that is no
longer found fails too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.app.pages import PHONE, WAIT, WIDE, example_query, page_paths, stands_still

LISTED = (
    yaml.safe_load((Path(__file__).parent / "streamlit_violations.yaml").read_text(encoding="utf-8")) or []
)
PAGES = page_paths()
Look = tuple[Literal["light", "dark"], ViewportSize]
LOOKS: list[Look] = [("light", WIDE), ("dark", PHONE)]
OTHER_LOOKS: list[Look] = [("light", PHONE), ("dark", WIDE)]
WIDGET = """
(target) => {
  const found = document.querySelector(target);
  const box = found?.closest('[data-testid=stWidgetLabel]')?.closest('[data-testid=stElementContainer]');
  const off = box?.querySelector(':disabled, [aria-disabled=true]') ? ', disabled' : '';
  return (found?.closest('[data-testid]')?.dataset.testid ?? '') + off;
}
"""
"""Runs in the page: which widget of Streamlit an element belongs to."""
MERE_ICON = re.compile(r"^\w+ icon$")
"""What Streamlit calls a button whose label is an icon and nothing else: axe takes that for a name."""

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
    for button in page.get_by_role("button", name=MERE_ICON).all():
        yield Violation("named-by-its-icon", "", where, button.inner_html()[:300])


def _selector(target: list[Any]) -> str:
    """Return the innermost selector; those of shadow trees are lists."""
    last = target[-1]
    return last if isinstance(last, str) else str(last[-1])


def with_a_case(page: Page, path: str, looks: Iterable[Look]) -> Iterator[Violation]:
    """Yield what is found on one page with a case."""
    page.goto(f"{path}?{example_query()}")
    for theme, size in looks:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        yield from violations(stands_still(page), f"{path}, {theme}, {size['width']} px")


def without_a_case(page: Page, path: str) -> Iterator[Violation]:
    page.goto(path)
    yield from violations(stands_still(page), f"{path}, without a case")


@pytest.fixture(scope="module")
def found(chromium: Browser, app_server: str) -> dict[str, list[Violation]]:
    """Return what is found on each page of app.py."""
    seen = {}
    for title in PAGES:
        with chromium.new_context(viewport=WIDE) as context:
            page = context.new_page()
            page.set_default_timeout(WAIT)
            path = f"{app_server}/{PAGES[title]}"
            seen[title] = [*without_a_case(page, path), *with_a_case(page, path, LOOKS)]
    return seen


@pytest.mark.parametrize("title", PAGES)
def test_axe_finds_nothing_in_what_the_app_draws(found: dict[str, list[Violation]], title: str) -> None:
    assert [violation for violation in found[title] if not violation.listed] == []


@pytest.mark.slow
@pytest.mark.parametrize("title", PAGES)
def test_axe_finds_nothing_in_the_other_pairs_of_theme_and_width(
    chromium: Browser, app_server: str, title: str
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        found = with_a_case(page, f"{app_server}/{PAGES[title]}", OTHER_LOOKS)
        assert [violation for violation in found if not violation.listed] == []


def test_every_listed_violation_of_streamlit_still_occurs(found: dict[str, list[Violation]]) -> None:
    occurring = {(violation.rule, violation.widget) for seen in found.values() for violation in seen}
    assert [entry for entry in LISTED if (entry["rule"], entry["widget"]) not in occurring] == []


def test_every_listed_violation_has_a_reason() -> None:
    assert all(entry["reason"].strip() for entry in LISTED)


def test_axe_sees_what_it_should(chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        buttons = "<button></button><button aria-label='close icon'>x</button>"
        page.set_content(f"<html lang=en><main><h1>A</h1><img src='data:,'>{buttons}</main></html>")
        found = {violation.rule for violation in violations(page, "by hand")}
        assert {"image-alt", "button-name", "named-by-its-icon"} <= found
