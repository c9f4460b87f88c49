"""What follows the bars on the Explore page, in a real browser: intervals, next questions, panels, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.pages import CHART, PHONE, WAIT, WIDE, Seen, example_query, overflow, stands_still

ARTERIES = ".st-key-example-narrowed_arteries button"
SURE = re.compile(r"comes first in (over\s)?\d+\s%")
PLACES = """
() => Object.fromEntries(['look', 'differential', 'search', 'share'].map(key => {
  const found = document.querySelector(`.st-key-${key}`);
  return [key, found ? Math.round(found.getBoundingClientRect().top) : null];
}))
"""
"""Runs in the page: how far down the parts of the page stand."""

pytestmark = pytest.mark.browser


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def seen(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Seen]:
    """Return a page of one width, dark on the phone; whatever happens on it must not go wrong."""
    on_phone = request.param is PHONE
    theme = "dark" if on_phone else "light"
    with chromium.new_context(viewport=request.param, is_mobile=on_phone, color_scheme=theme) as context:
        view = Seen(context.new_page(), app_server)
        yield view
    assert view.faults == []


@pytest.fixture
def wide(chromium: Browser, app_server: str) -> Iterator[Seen]:
    with chromium.new_context(viewport=WIDE, accept_downloads=True) as context:
        view = Seen(context.new_page(), app_server)
        yield view
    assert view.faults == []


def is_sure(page: Page) -> None:
    """Wait until the intervals are there."""
    expect(page.get_by_text(SURE)).to_be_visible(timeout=WAIT)
    stands_still(page)


def test_intervals_come_with_every_answer_and_move_nothing(seen: Seen) -> None:
    page = seen.open(f"/?{example_query()}")
    is_sure(page)
    bars = page.locator(f"{CHART} [aria-roledescription=bar]")
    page.locator(".st-key-pause-smoking button").click()
    expect(page.get_by_text("1 paused")).to_be_visible(timeout=WAIT)
    is_sure(page)
    expect(bars.first).to_have_attribute("aria-label", re.compile("90 % interval"), timeout=WAIT)
    before = page.evaluate(PLACES)
    page.locator(".st-key-resume-smoking button").click()
    expect(page.get_by_text("1 paused")).to_have_count(0, timeout=WAIT)
    is_sure(page)
    expect(bars.first).to_have_attribute("aria-label", re.compile("90 % interval"), timeout=WAIT)
    after = page.evaluate(PLACES)
    assert after.keys() == before.keys()
    # A paused row is set in italics, which rounds to another pixel.
    assert all(abs((after[place] or 0) - (before[place] or 0)) <= 2 for place in before)


def test_a_next_question_is_answered_with_one_click(seen: Seen) -> None:
    page = seen.open(f"/?{example_query()}")
    question = page.locator("[class*=st-key-next-] [role=radiogroup]").first
    asked = page.locator("[class*=st-key-next-]:has([role=radiogroup])").first.get_attribute("class")
    question.get_by_role("radio", name="No", exact=True).click()
    expect(page.get_by_text("9 findings entered", exact=True)).to_be_visible(timeout=WAIT)
    stands_still(page)
    assert asked
    item = re.findall(r"st-key-next-(\w+)", asked)[0]
    assert page.locator(f".st-key-row-{item}").count() == 1
    assert page.locator(f".st-key-next-{item}").count() == 0


@pytest.mark.parametrize(
    "moment",
    [300, *(pytest.param(moment, marks=pytest.mark.slow) for moment in (0, 100, 200, 400, 500, 600))],
)
def test_a_click_while_the_page_is_drawn_is_never_lost(wide: Seen, moment: int) -> None:
    page = wide.open()
    page.wait_for_timeout(moment)  # somewhere while the page is drawn
    page.locator(ARTERIES).click()
    expect(page.get_by_text("8 findings entered", exact=True)).to_be_visible(timeout=WAIT)
    is_sure(page)
    page.get_by_text("Several at once", exact=True).click()
    stands_still(page)
    expect(page.get_by_text("8 findings entered", exact=True)).to_be_visible()
    expect(page.get_by_text("Case opened.")).to_be_visible()


@pytest.mark.parametrize(
    "seen", [pytest.param(WIDE, marks=pytest.mark.slow), PHONE], ids=["wide", "phone"], indirect=True
)
def test_every_panel_opens_and_fits_the_screen(seen: Seen) -> None:
    page = seen.open(f"/?{example_query()}")
    is_sure(page)
    for name in ("Why", "What helps", "Several at once", "Do they fit?", "As a table", "Sources"):
        page.locator(".st-key-look").get_by_text(name, exact=True).click()
        stands_still(page)
        assert page.get_by_test_id("stException").count() == 0
        assert overflow(page) <= 0, name


def test_every_picture_has_words(wide: Seen) -> None:
    page = wide.open(f"/?{example_query()}")
    page.locator(".st-key-look").get_by_text("Why", exact=True).click()
    expect(page.locator(CHART)).to_have_count(3)
    stands_still(page)
    told = [str(chart.get_attribute("aria-label")) for chart in page.locator(CHART).all()]
    for words, start in zip(told, ("How likely each cause", "What moved it", "Of 100 people"), strict=True):
        assert words.startswith(start)


def test_small_buttons_are_called_what_they_do(wide: Seen) -> None:
    page = wide.open(f"/?{example_query()}")
    for name in ("Pause: Smoking", "Remove: Smoking"):
        expect(page.get_by_role("button", name=name)).to_be_visible()


def test_the_result_is_one_tap_away_on_a_phone(chromium: Browser, app_server: str) -> None:
    with chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True) as context:
        view = Seen(context.new_page(), app_server)
        page = view.open(f"/?{example_query()}")
        is_sure(page)
        address = page.url
        page.get_by_role("link", name="See all causes").tap()
        expect(page.get_by_role("heading", name="What could explain the pain")).to_be_in_viewport(
            timeout=WAIT
        )
        stands_still(page)
        assert page.url.split("#")[0] == address
        assert view.faults == []


def test_what_is_typed_stays_while_intervals_arrive(wide: Seen) -> None:
    page = wide.open(f"/?{example_query('restless_legs')}")
    box = page.get_by_role("combobox", name="Add a finding")
    box.click()
    box.fill("water tab")
    is_sure(page)
    expect(box).to_have_value("water tab")
    box.press("Enter")
    expect(page.get_by_text("Water tablets: yes.")).to_be_visible(timeout=WAIT)


def test_the_case_goes_on_paper(wide: Seen, tmp_path: Path) -> None:
    page = wide.open(f"/?{example_query()}")
    page.locator("summary", has_text="Keep, print or share").click()
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Case sheet to print").click()
    paper = tmp_path / "case.html"
    download.value.save_as(paper)
    page.goto(paper.as_uri())
    wide.faults.clear()
    expect(page.get_by_role("heading", name="Case sheet")).to_be_visible()
    expect(page.get_by_text("Relief by dangling the legs").first).to_be_visible()
    assert len(page.pdf()) > 10_000
