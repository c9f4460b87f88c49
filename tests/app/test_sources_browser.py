"""The Sources page in a browser: find a figure, open it, read the check, at desktop and phone width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.needs import PATIENCE_S

pytestmark = pytest.mark.browser

WAIT = 1000 * PATIENCE_S
PLACES = [({"width": 1280, "height": 900}, "dark"), ({"width": 390, "height": 844}, "light")]


@pytest.fixture(params=PLACES, ids=["desktop-dark", "phone-light"])
def page(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Page]:
    """Return the page in one size and theme; nothing breaks while it is open."""
    size, theme = request.param
    context = chromium.new_context(viewport=size, color_scheme=theme, accept_downloads=True)
    page, faults = context.new_page(), list[str]()
    page.set_default_timeout(WAIT)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{app_server}/sources")
    page.get_by_text("1 to 20 shown").wait_for()
    yield page
    assert page.get_by_test_id("stException").count() == 0
    context.close()
    assert faults == []


def overflow(page: Page) -> float:
    """Return by how many pixels the page can be scrolled sideways."""
    return float(page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth"))


def rows(page: Page) -> int:
    return page.locator("[class*=st-key-figure-] summary").count()


def part(page: Page, name: str) -> None:
    """Turn to one part of the page."""
    page.locator(".st-key-sources-part").get_by_role("radio", name=name).click()


def test_a_figure_is_found_opened_and_leads_to_its_node(page: Page, app_server: str) -> None:
    assert rows(page) == 20
    box = page.get_by_role("textbox", name="Search")
    box.fill("urge to move")
    box.press("Enter")
    expect(page.locator("[class*=st-key-figure-] summary").first).to_contain_text(
        re.compile("urge to move", re.I)
    )
    page.locator("[class*=st-key-figure-] summary").first.click()
    opened = page.locator("[class*=st-key-figure-]").first
    expect(opened).to_contain_text("Grade")
    links = opened.get_by_role("link").evaluate_all("links => links.map(link => link.href)")
    assert any(link.startswith(f"{app_server}/network?node=") for link in links)
    assert all(link.startswith(("http://", "https://")) for link in links)
    assert overflow(page) <= 0


def test_pages_and_filters_lead_through_the_list(page: Page) -> None:
    first = page.locator("[class*=st-key-figure-] summary").first.inner_text()
    page.get_by_role("button", name=re.compile("next", re.I)).first.click()
    expect(page.get_by_text("21 to 40 shown")).to_be_visible()
    assert page.locator("[class*=st-key-figure-] summary").first.inner_text() != first
    page.locator("summary", has_text="Filters and order").click()
    page.locator("[class*=st-key-sources-grades]").get_by_role("button", name="A").click()
    expect(page.locator("summary", has_text="Filters and order")).to_contain_text("grade A")
    expect(page.get_by_text("1 to 20 shown")).to_be_visible()
    assert all("grade A" in row for row in page.locator("[class*=st-key-figure-] summary").all_inner_texts())


def test_the_csv_can_be_had(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="These figures as CSV").click()
    waiting.value.save_as(tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_text(encoding="utf-8").startswith("id,says,value")


def test_sources_claims_and_check_are_there_too(page: Page) -> None:
    part(page, "Sources")
    expect(page.get_by_role("textbox", name="Search")).to_have_attribute("placeholder", re.compile("author"))
    page.locator("[class*=st-key-source-] summary").nth(1).click()
    expect(page.locator("[class*=st-key-source-]").nth(1).get_by_role("link").first).to_be_visible()
    part(page, "Claims")
    expect(page.get_by_text(re.compile("claims:"))).to_be_visible()
    part(page, "Check")
    expect(page.get_by_test_id("stAlert")).to_contain_text("within their band")
    expect(page.get_by_role("columnheader", name="Verdict")).to_be_visible()
    assert overflow(page) <= 0


def test_axe_finds_nothing_wrong(page: Page) -> None:
    for name in ("Figures", "Sources", "Claims", "Check"):
        part(page, name)
        page.wait_for_timeout(700)
        found = Axe().run(page).response["violations"]
        assert [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]] == [], name
