"""A link, a second tab, a reload, a lost connection: the case is in the address, and stays what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, WebSocketRoute, expect

from tests.app.pages import WAIT, WIDE, Seen, example_query, page_paths, stands_still
from tests.needs import free_port
from tests.running_app import running_app

PAGES = page_paths()
TWO = ("Explore", "Sources")
"""The page without an address of its own, and one that has one: the others are like the second."""
STREAM = "**/_stcore/stream"
NOTE_RUNS = """
app => new MutationObserver(() => { window.ran ||= app.dataset.testScriptState === 'running'; })
  .observe(app, {attributes: true})
"""
"""Runs in the page: from now on `window.ran` says whether a run has begun."""

pytestmark = pytest.mark.browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a browser with nothing remembered."""
    with chromium.new_context(viewport=WIDE) as context:
        yield context


def test_a_copied_address_shows_the_same_answer_elsewhere(
    chromium: Browser, context: BrowserContext, app_server: str
) -> None:
    mine = Seen(context.new_page(), app_server)
    mine.open()
    mine.search("Water tablets")
    mine.wait_for_count("1 finding entered")
    mine.search("Sudden hard cramp")
    mine.wait_for_count("2 findings entered")
    address = stands_still(mine.page).url
    with chromium.new_context(viewport=WIDE) as other:
        theirs = Seen(other.new_page(), app_server)
        theirs.open(address.removeprefix(app_server))
        theirs.wait_for_count("2 findings entered")
        stands_still(theirs.page)
        assert theirs.ranking() == mine.ranking()
    assert mine.faults == theirs.faults == []


def test_two_tabs_of_one_browser_are_two_cases(context: BrowserContext, app_server: str) -> None:
    one, other = (Seen(context.new_page(), app_server) for _ in range(2))
    for tab in (one, other):
        tab.open()
    one.search("Water tablets")
    one.wait_for_count("1 finding entered")
    other.page.reload()
    expect(other.page.get_by_text("Nothing entered yet", exact=True)).to_be_visible(timeout=WAIT)
    assert one.faults == other.faults == []


def test_a_case_goes_with_its_reader_from_page_to_page(context: BrowserContext, app_server: str) -> None:
    view = Seen(context.new_page(), app_server)
    page = view.open(f"/?{example_query()}")
    for title in PAGES:
        page.get_by_test_id("stTopNavLink").filter(has_text=title).first.click()
        stands_still(page)
        assert page.get_by_test_id("stException").count() == 0
    page.get_by_test_id("stTopNavLink").filter(has_text="Explore").first.click()
    view.wait_for_count("8 findings entered")
    assert view.faults == []


@pytest.mark.parametrize(
    "title", [title if title in TWO else pytest.param(title, marks=pytest.mark.slow) for title in PAGES]
)
def test_back_and_forward_lead_through_the_pages(
    context: BrowserContext, app_server: str, title: str
) -> None:
    view = Seen(context.new_page(), app_server)
    page = view.go(f"{PAGES[title]}?{example_query()}")
    there = page.locator("h1").first.inner_text()
    heading = page.locator("h1").first
    page.get_by_test_id("stTopNavLink").nth(1 if title == "Explore" else 0).click()
    # Before the other page is there, Back would lead out of the app.
    expect(heading).not_to_have_text(there, timeout=WAIT)
    stands_still(page)
    page.go_back()
    expect(heading).to_have_text(there, timeout=WAIT)
    stands_still(page)
    page.go_forward()
    expect(heading).not_to_have_text(there, timeout=WAIT)
    stands_still(page)
    assert page.get_by_test_id("stException").count() == 0
    assert view.faults == []


def test_a_dropped_connection_comes_back_with_the_case(context: BrowserContext, app_server: str) -> None:
    view = Seen(context.new_page(), app_server)
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    view.page.route_web_socket(STREAM, through)
    view.open()
    view.search("Water tablets")
    view.wait_for_count("1 finding entered")
    lines[-1].close(code=1012, reason="the connection is lost")
    view.page.wait_for_function("count => count", arg=1)
    expect.set_options(timeout=WAIT)
    view.search("Statin")
    view.wait_for_count("2 findings entered")
    assert len(lines) > 1, "the page has connected again"


def test_a_server_that_was_started_again_shows_the_case(context: BrowserContext) -> None:
    port = free_port()
    with running_app(port=port) as app:
        view = Seen(context.new_page(), app.address)
        view.open()
        view.search("Water tablets")
        view.wait_for_count("1 finding entered")
        before = stands_still(view.page).url
        view.page.get_by_test_id("stApp").evaluate(NOTE_RUNS)
    with running_app(port=port):
        # What is entered before the first run of the new session is over never reaches it.
        view.page.wait_for_function("window.ran", timeout=WAIT)
        stands_still(view.page)
        view.search("Statin")
        view.wait_for_count("2 findings entered")
        assert view.page.url != before
    assert view.page.get_by_test_id("stException").count() == 0
