"""Explore without a mouse: Tab, arrows and Enter only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.app.pages import CHART, WAIT, WIDE, Seen, stands_still

MOST_TABS = 120
HAS_FOCUS = "element => element.contains(document.activeElement)"
FOCUS_SHOWS = """
() => {
  const chain = [];
  for (let e = document.activeElement; e && chain.length < 4; e = e.parentElement) {
    chain.push(getComputedStyle(e));
  }
  return chain.some(style => style.boxShadow !== 'none' || parseFloat(style.outlineWidth) > 0);
}
"""

pytestmark = pytest.mark.browser


@pytest.fixture
def seen(chromium: Browser, app_server: str) -> Iterator[Seen]:
    """Return a page; whatever happens on it must not go wrong."""
    with chromium.new_context(viewport=WIDE) as context:
        view = Seen(context.new_page(), app_server)
        yield view
    assert view.faults == []


def tab_to(seen: Seen, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is on an element."""
    target.first.wait_for()
    for _ in range(MOST_TABS):
        if target.first.evaluate(HAS_FOCUS):
            assert seen.page.evaluate(FOCUS_SHOWS), "the focus cannot be seen"
            return
        seen.page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached with {key}")


def test_three_findings_are_entered_read_and_undone_with_the_keyboard_alone(seen: Seen) -> None:
    page = seen.open()
    before = seen.ranking()
    keyboard = page.keyboard
    search = page.get_by_role("combobox", name="Add a finding")
    for number, text in enumerate(["Age: 75", "Smoking: now", "dangling"], 1):
        tab_to(seen, search)
        keyboard.type(text)
        page.get_by_role("option").first.wait_for()
        keyboard.press("Enter")
        seen.wait_for_count(f"{number} finding{'s' if number > 1 else ''} entered")
        stands_still(page)
    expect(page.locator(CHART).first).to_be_visible()
    assert seen.ranking()[0].startswith("Pain from narrowed arteries") and seen.ranking() != before
    tab_to(seen, page.locator(".st-key-undo button:visible"))
    keyboard.press("Enter")
    seen.wait_for_count("2 findings entered")


def test_the_first_question_is_answered_with_arrows(seen: Seen) -> None:
    page = seen.open()
    tab_to(seen, page.locator(".st-key-first-daytime_leg_symptoms [role=radio]"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    seen.wait_for_count("1 finding entered")
    assert "case=" in page.url


def test_every_page_is_reached_from_the_keyboard(seen: Seen) -> None:
    page = seen.open()
    links = page.get_by_test_id("stTopNavLink")
    expect(links.first).to_be_visible(timeout=WAIT)
    tab_to(seen, links.nth(1))
    page.keyboard.press("Enter")
    stands_still(page)
    assert page.url.split("?")[0] != f"{seen.address}/"
