"""The What if page in a browser: the main path at desktop and phone width, in both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.app.pages import CHART, PHONE, WAIT, WIDE, overflow, visiting

pytestmark = pytest.mark.browser

PLACES = [(WIDE, "light"), (PHONE, "dark")]
BAR = f"{CHART} [aria-roledescription=bar]"
ONE_PLACE = pytest.mark.parametrize(
    "page",
    [
        pytest.param(PLACES[0], id="desktop-light"),
        pytest.param(PLACES[1], id="phone-dark", marks=pytest.mark.slow),
    ],
    indirect=True,
)
"""What does not depend on width and theme is repeated by `make verify` only."""


@pytest.fixture(params=PLACES, ids=["desktop-light", "phone-dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Page]:
    """Return the page with the example case, in one size and theme; nothing breaks while it is open."""
    with visiting(chromium, app_server, *request.param) as seen:
        page = seen.page
        page.goto(f"{app_server}/what_if")
        page.get_by_role("button", name="Cramps at 70").click()
        page.get_by_text("Starts from your case").wait_for()
        yield page


def choose(page: Page, key: str, text: str) -> None:
    """Type into a search and take the first hit with the keyboard alone."""
    box = page.locator(f".st-key-{key} input")
    box.click()
    box.fill(text)
    page.get_by_role("option").first.wait_for()
    box.press("Enter")


def violations(page: Page) -> list[str]:
    """Return what axe finds, by rule and element."""
    results = Axe().run(page).response
    return [f"{rule['id']}: {node['html'][:160]}" for rule in results["violations"] for node in rule["nodes"]]


def test_a_case_is_compared_with_a_drug_less_and_another_clinic(page: Page, app_server: str) -> None:
    page.locator(".st-key-idea-diuretic button").click()
    card = page.locator(".st-key-scenario-A")
    expect(card).to_contain_text("Night leg pain in people like this")
    expect(card).to_contain_text("Set aside")
    expect(card).to_contain_text("Do not start or stop a medicine because of it.")
    # So few tell a doctor about cramps that a drug less may not show in whole points.
    expect(page.locator(BAR).first).to_have_attribute(
        "aria-label", re.compile("without, .* with, [−±]\\d+ points")
    )
    page.locator(".st-key-idea-seen_in button").click()
    expect(page.locator(".st-key-scenario-B")).to_contain_text("Pain from narrowed arteries")
    page.locator("summary", has_text="The same as a table").click()
    expect(page.get_by_role("columnheader", name="B, %")).to_be_visible()
    assert overflow(page) <= 0
    assert violations(page) == []
    for name in ("Copy scenario A", "Remove scenario B", "Take out of scenario A: Water tablets"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    assert page.get_by_role("button", name=re.compile(" icon$")).count() == 0
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".st-key-scenario-B")).to_contain_text("Pain from narrowed arteries", timeout=WAIT)
    expect(other.locator(".st-key-scenario-A")).to_contain_text("Set aside")
    page.go_back()
    expect(page.locator(".st-key-scenario-B")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".st-key-scenario-B")).to_contain_text("Pain from narrowed arteries")


def test_two_questions_make_a_heat_map_with_its_numbers(page: Page) -> None:
    page.locator("summary", has_text="Go through all answers").click()
    choose(page, "sweep-first", "Age")
    expect(page.locator(BAR)).to_have_count(4)
    choose(page, "sweep-second", "Where you are seen")
    cells = page.locator(f"{CHART} [aria-label^='Where you are seen ']")
    expect(cells).to_have_count(4 * 7)
    expect(page.get_by_role("columnheader", name="75 or over")).to_be_visible()
    assert overflow(page) <= 0


@ONE_PLACE
def test_scenarios_are_downloaded_and_opened_again(page: Page, tmp_path: Path) -> None:
    page.locator(".st-key-idea-diuretic button").click()
    page.locator(".st-key-scenario-A").wait_for()
    page.locator("summary", has_text="Keep, share or open").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Scenarios as a file").click()
    waiting.value.save_as(tmp_path / "scenarios.yaml")
    page.locator(".st-key-remove-A button:visible").click()
    expect(page.locator(".st-key-scenario-A")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(tmp_path / "scenarios.yaml")
    page.get_by_role("button", name="Open the scenarios, keep the case").click()
    expect(page.locator(".st-key-scenario-A")).to_contain_text("Set aside")


@ONE_PLACE
def test_a_hostile_file_is_refused_and_runs_nothing(page: Page, tmp_path: Path) -> None:
    page.locator("summary", has_text="Keep, share or open").click()
    hostile = "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1))"
    texts = {
        "deep.yaml": "[" * 20_000,
        "large.yaml": "a" * 40_000,
        "hostile.yaml": f"cases:\n- id: '{hostile}'\n  evidence: {{'{hostile}': present}}\n",
        "binary.yaml": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    said = {
        "deep": "nested too deeply",
        "large": "too large",
        "hostile": "no node is called",
        "binary": "no text",
    }
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    for name in texts:
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        expect(page.locator(".stMain")).to_contain_text(said[name.removesuffix(".yaml")], timeout=WAIT)
    assert page.locator("img[src=x]").count() == 0
    assert overflow(page) <= 0
