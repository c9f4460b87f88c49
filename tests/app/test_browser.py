"""The page in a real browser: what a person sees and clicks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.app.pages import CHART, PHONE, WAIT, WIDE, Seen, overflow

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def seen(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Seen]:
    """Return a wide page in one theme."""
    context = chromium.new_context(viewport=WIDE, color_scheme=request.param)
    view = Seen(context.new_page(), app_server)
    yield view
    context.close()
    assert view.faults == []


@pytest.fixture
def phone(chromium: Browser, app_server: str) -> Iterator[Seen]:
    """Return a page of the width of a phone."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    view = Seen(context.new_page(), app_server)
    yield view
    context.close()
    assert view.faults == []


@pytest.mark.parametrize("seen", ["light"], indirect=True)
def test_three_findings_change_the_ranking(seen: Seen) -> None:
    seen.open()
    before = seen.ranking()
    assert not before[0].startswith("Pain from narrowed arteries")
    for number, text in enumerate(["Age: 75", "Smoking: now", "dangling"], 1):
        seen.search(text)
        seen.wait_for_count(f"{number} finding{'s' if number > 1 else ''} entered")
    first = seen.page.locator(f"{CHART} [aria-roledescription=bar]").first
    expect(first).to_have_attribute("aria-label", re.compile("^Pain from narrowed arteries"), timeout=WAIT)
    assert seen.ranking() != before
    assert len(seen.ranking()) == len(before)


@pytest.mark.parametrize("seen", ["light"], indirect=True)
def test_back_and_reload_keep_the_case(seen: Seen) -> None:
    page = seen.open()
    seen.search("Water tablets")
    seen.wait_for_count("1 finding entered")
    seen.search("Statin")
    seen.wait_for_count("2 findings entered")
    both = page.url
    page.reload()
    seen.wait_for_count("2 findings entered")
    page.go_back()
    seen.wait_for_count("1 finding entered")
    page.go_forward()
    seen.wait_for_count("2 findings entered")
    assert page.url == both


def test_the_picture_is_readable_on_its_background(seen: Seen) -> None:
    page = seen.open()
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    label = page.locator(f"{CHART} text", has_text="Pain from night leg cramps").first
    colour = label.evaluate("e => getComputedStyle(e).fill")
    levels = [sum(int(part) for part in text.strip("rgb()").split(",")[:3]) for text in (background, colour)]
    assert abs(levels[0] - levels[1]) > 450


def test_nothing_scrolls_sideways_on_a_phone(phone: Seen) -> None:
    page = phone.open()
    assert overflow(page) <= 0
    page.get_by_role("button", name="Smoker of 78").click()
    phone.wait_for_count("8 findings entered")
    for title in (
        "Go through the questions",
        "Choose what to ask about",
        "Keep, print or share",
    ):
        page.locator("summary", has_text=title).click()
        page.wait_for_timeout(500)
    assert overflow(page) <= 0


def test_an_emergency_is_seen_from_the_middle_of_the_questions(phone: Seen) -> None:
    page = phone.open()
    page.get_by_text("Go through the questions", exact=True).click()
    question = page.locator(".st-key-group-breathless_or_chest_pain")
    question.get_by_role("radio", name="Yes").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Emergency")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("Emergency")


def test_a_broken_address_shows_the_page_and_a_message(phone: Seen) -> None:
    page = phone.open("/?case=not-a-case")
    expect(page.get_by_text("This address holds no case that can be read.")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
