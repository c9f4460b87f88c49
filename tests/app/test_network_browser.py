"""The Network page in a real browser: nodes are clicked, evidence entered, networks brought by strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from network.build import load_network
from network.exchange import export
from tests.app.pages import PHONE, WAIT, WIDE, Seen, overflow, stands_still, visiting
from tests.networks import asia

CHART = "[data-testid=stEChartsChart]"
LOOKS = [(WIDE, "light"), (PHONE, "dark")]

pytestmark = pytest.mark.browser


class Graph:
    """The Network page with its picture."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.page = seen, seen.page

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.seen.address}/network{query}")
        self.page.locator(f"{CHART} svg").wait_for()
        return stands_still(self.page)

    def label(self, text: str) -> Locator:
        """Return a label of the picture."""
        return self.page.locator(f"{CHART} svg text", has_text=text).first

    def click_node(self, text: str) -> None:
        """Click a node of the picture where its label begins."""
        stands_still(self.page)
        self.label(text).scroll_into_view_if_needed()
        box = self.label(text).bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)

    def bring(self, name: str, content: bytes) -> None:
        self.page.locator("summary", has_text="A network of your own").click()
        file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.locator("input[type=file]").set_input_files(file)


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]['width']}-{look[1]}")
def graph(request: pytest.FixtureRequest, chromium: Browser, app_server: str) -> Iterator[Graph]:
    """Return a page in one width and theme."""
    with visiting(chromium, app_server, *request.param) as seen:
        yield Graph(seen)


@pytest.fixture
def wide(chromium: Browser, app_server: str) -> Iterator[Graph]:
    with visiting(chromium, app_server) as seen:
        yield Graph(seen)


def test_a_click_in_the_picture_opens_a_node_and_a_second_closes_it(graph: Graph) -> None:
    page = graph.open("?node=ferritin_low")
    page.get_by_role("radio", name="Neighbours").click()
    stands_still(page)
    graph.click_node("Iron")
    page.wait_for_url("**node=iron_deficiency*")
    expect(page.locator(".st-key-node-iron_deficiency")).to_be_visible(timeout=WAIT)
    expect(page.locator("summary", has_text="Its numbers. Iron deficiency")).to_be_visible(timeout=WAIT)
    assert overflow(page) <= 0
    stands_still(page)
    graph.click_node("Iron")
    expect(page.get_by_text("None yet. Click one in the picture")).to_be_visible(timeout=WAIT)
    assert "node=" not in page.url


def test_evidence_entered_at_a_node_recolours_the_picture(graph: Graph) -> None:
    page = graph.open("?node=pregnancy")
    page.get_by_role("radio", name="Neighbours").click()
    certain = page.locator(f"{CHART} svg text", has_text=re.compile("^100"))
    expect(certain).to_have_count(1, timeout=WAIT)  # the legend
    page.locator(".st-key-node-pregnancy").get_by_role("radio", name="Yes").click()
    expect(certain).to_have_count(2, timeout=WAIT)
    page.wait_for_url("**case=*")
    assert "node=pregnancy" in page.url


def test_back_and_forward_go_through_nodes_and_findings(wide: Graph) -> None:
    page = wide.open("?node=diuretic")
    page.locator(".st-key-node-diuretic").get_by_role("radio", name="Yes").click()
    page.wait_for_url("**case=*")
    page.get_by_role("button", name="Age ·").first.click()
    page.wait_for_url("**node=age*")
    page.go_back()
    page.wait_for_url("**node=diuretic*")
    yes = page.locator(".st-key-node-diuretic").get_by_role("radio", name="Yes")
    expect(yes).to_be_checked(timeout=WAIT)
    page.go_back()
    expect(yes).not_to_be_checked(timeout=WAIT)
    page.go_forward()
    expect(yes).to_be_checked(timeout=WAIT)


@pytest.mark.parametrize(
    "graph", [pytest.param(LOOKS[0], marks=pytest.mark.slow), LOOKS[1]], ids=["wide", "phone"], indirect=True
)
def test_every_part_opens_without_scrolling_sideways(graph: Graph) -> None:
    page = graph.open("?node=restless_legs_syndrome")
    for title in (
        "Its numbers",
        "Full table",
        "The graph as lists",
        "Take it with you",
        "A network of your own",
    ):
        page.locator("summary", has_text=title).click()
        stands_still(page)
    expect(page.locator("details:not([open]) > summary")).to_have_text([re.compile("Engine$")])
    assert overflow(page) <= 0


def test_the_keyboard_alone_reaches_a_node(wide: Graph) -> None:
    page = wide.open()
    page.locator("summary", has_text="The graph as lists").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Smoking")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**node=smoking*")
    expect(page.locator(".st-key-node-smoking")).to_be_visible(timeout=WAIT)


def test_the_picture_tells_a_screen_reader_what_it_shows(wide: Graph) -> None:
    page = wide.open()
    network = load_network()
    arcs = sum(len(node.parents) for node in network.nodes)
    picture = page.get_by_role("img", name=f"Graph of {len(network)} nodes and {arcs} arcs in layers.")
    expect(picture).to_be_visible(timeout=WAIT)
    assert "Largest probability:" in str(picture.get_attribute("aria-label"))


def test_a_network_of_strangers_is_drawn_as_text(wide: Graph, tmp_path: Path) -> None:
    hostile = "<img/src=x_onerror=alert`1`><b>_![a][b]_$x$_:red"
    content = export(asia(), tmp_path / "asia.bif")[0].read_text().replace("lung", hostile)
    page = wide.open()
    wide.bring("<b>x</b>.bif", content.encode())
    expect(page.get_by_text("You are working with your own network")).to_be_visible(timeout=WAIT)
    stands_still(page)
    box = wide.label("<img").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    wide.click_node("<img")
    page.wait_for_url("**node=*")
    page.locator("summary", has_text="The graph as lists").click()
    stands_still(page)
    assert page.locator("img[src='x_onerror'], .stMain b").count() == 0
    page.get_by_role("link", name="Explore").click()
    expect(page.get_by_text("You are working with your own network")).to_be_visible(timeout=WAIT)
    stands_still(page)
    assert page.get_by_test_id("stException").count() == 0
    page.get_by_role("link", name="Network").click()
    page.get_by_role("button", name="Back to the built-in network").click()
    expect(page.get_by_text(f"{len(load_network())} nodes, each with")).to_be_visible(timeout=WAIT)


def test_a_broken_network_is_told_in_place(wide: Graph) -> None:
    page = wide.open()
    wide.bring("x.bif", b"network x {}\nvariable a { type discrete [ 2 ] { yes, no }; }\n")
    expect(page.get_by_text("This network cannot be used: 1 fault.")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("has no table")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("nodes, each with what it depends on")).to_be_visible(timeout=WAIT)
