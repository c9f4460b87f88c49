"""The Sources page in a browser: find a figure, open it, read the check, at desktop and phone width."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.app.pages import CHART, PHONE, WAIT, WIDE, overflow, stands_still, visiting

pytestmark = pytest.mark.browser

PLACES = [(WIDE, "dark"), (PHONE, "light")]


@pytest.fixture(params=PLACES, ids=["desktop-dark", "phone-light"])
def page(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Page]:
    """Return the page in one size and theme; nothing breaks while it is open."""
    with visiting(chromium, app_server, *request.param) as seen:
        page = seen.page
        page.goto(f"{app_server}/sources")
        page.get_by_text("1 to 20 shown").wait_for()
        yield page


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


def test_pages_and_filters_lead_through_the_list_and_what_is_found_is_had_as_csv(
    page: Page, tmp_path: Path
) -> None:
    first = page.locator("[class*=st-key-figure-] summary").first.inner_text()
    page.get_by_role("button", name=re.compile("next", re.I)).first.click()
    expect(page.get_by_text("21 to 40 shown")).to_be_visible()
    assert page.locator("[class*=st-key-figure-] summary").first.inner_text() != first
    page.locator("summary", has_text="Filters and order").click()
    page.locator("[class*=st-key-sources-grades]").get_by_role("button", name="A").click()
    expect(page.locator("summary", has_text="Filters and order")).to_contain_text("grade A")
    expect(page.get_by_text("1 to 20 shown")).to_be_visible()
    assert all("grade A" in row for row in page.locator("[class*=st-key-figure-] summary").all_inner_texts())
    with page.expect_download() as waiting:
        page.get_by_role("button", name="These figures as CSV").click()
    waiting.value.save_as(tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(encoding="utf-8", newline="") as file:
        assert {row["grade"] for row in csv.DictReader(file)} == {"A"}


def violations(page: Page) -> list[str]:
    """Return what axe finds once the page stands still, by rule and element."""
    found = Axe().run(stands_still(page)).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def test_figures_sources_claims_and_check_are_there_and_axe_finds_nothing_wrong(page: Page) -> None:
    assert violations(page) == []
    part(page, "Sources")
    expect(page.get_by_role("textbox", name="Search")).to_have_attribute("placeholder", re.compile("author"))
    page.locator("[class*=st-key-source-] summary").nth(1).click()
    expect(page.locator("[class*=st-key-source-]").nth(1).get_by_role("link").first).to_be_visible()
    assert violations(page) == []
    part(page, "Claims")
    expect(page.get_by_text(re.compile("claims:"))).to_be_visible()
    assert violations(page) == []
    part(page, "Check")
    expect(page.get_by_test_id("stAlert")).to_contain_text("within their band")
    expect(page.get_by_role("columnheader", name="Verdict and quantity")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0


def test_how_often_it_is_right_is_said_drawn_and_leads_to_a_patient_in_explore(
    page: Page, app_server: str
) -> None:
    part(page, "How often is it right?")
    expect(page.get_by_text("published patients, never in a clinic")).to_be_visible(timeout=WAIT)
    expect(page).to_have_url(f"{app_server}/sources?part=right")
    bars = page.locator(f"{CHART} [aria-roledescription=bar]")
    expect(bars.first).to_have_attribute("aria-label", re.compile("patients?, first in"))
    for name in ("methods", "calibration", "urgency", "groups"):
        page.locator(f".st-key-right-{name} summary").click()
        expect(page.locator(f".st-key-right-{name} table").first).to_be_visible()
    expect(
        page.locator(f".st-key-right-calibration {CHART} [aria-roledescription=point]").first
    ).to_be_visible()
    page.locator("[class*=st-key-patient-] summary").first.click()
    opened = page.locator("[class*=st-key-patient-]").first
    expect(opened.get_by_role("button", name="Open in Explore")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    opened.get_by_role("button", name="Open in Explore").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(app_server)}/\?case=\w+"))
    expect(page.get_by_text("Case opened").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("published patients, never in a clinic")).to_be_visible(timeout=WAIT)
