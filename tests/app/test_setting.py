"""The setting on the pages: chosen on Explore, told beside the bars, carried by the address, never asked."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from model import Differential, Evidence
from tests.app.driving import click, opened, run
from tests.app.exploring import evidence, open_app, open_case
from views.explore.afterthoughts import Desk
from views.explore.sheet import sheet
from views.shared import address

CHART = "vega_lite_chart"
NETWORK_PAGE = """
from views.network.page import page
page()
"""


def captions(app: AppTest) -> list[str]:
    return [str(caption.value) for caption in app.caption]


def test_the_setting_is_not_stated_until_it_is_chosen() -> None:
    app = run(open_app())
    assert app.selectbox(key="setting").value == ""
    assert any(line.startswith("Setting: not stated.") for line in captions(app))
    app.selectbox(key="setting").select("written_case")
    run(app)
    assert evidence(app).get("seen_in") == "written_case"
    assert any(line.startswith("Setting: A written case") for line in captions(app))
    app.selectbox(key="setting").select("")
    assert "seen_in" not in evidence(run(app))


def test_the_search_and_the_questionnaire_offer_no_setting() -> None:
    app = run(open_app())
    offered = app.selectbox(key="search").options
    assert offered and not any("Vascular clinic" in option for option in offered)


def test_undo_takes_the_setting_back() -> None:
    app = run(open_app())
    app.selectbox(key="setting").select("sleep_clinic")
    run(app)
    click(app, "undo")
    assert app.selectbox(key="setting").value == ""


def test_the_address_carries_the_setting() -> None:
    network = Differential.load().network
    case = Evidence.of(network, {"seen_in": "written_case", "age": 50})
    read = address.decode(Evidence.of(network), address.encode(case)).evidence
    assert read.findings["seen_in"] == "written_case"


def test_the_case_sheet_says_the_setting() -> None:
    ddx = Differential.load()
    for given, said in (
        ({}, "Setting: not stated."),
        ({"seen_in": "sleep_clinic"}, "Setting: Sleep clinic."),
    ):
        assert said in sheet(ddx, Evidence.of(ddx.network, {"age": 50, **given}), "address", Desk())


def test_the_choice_stands_below_the_bars_and_pushes_none_down() -> None:
    for app in (open_app(), open_case(seen_in="sleep_clinic", age="75_plus")):
        drawn = list(app.main)
        (bars,) = (place for place, one in enumerate(drawn) if getattr(one, "type", "") == CHART)
        assert drawn.index(app.selectbox(key="setting")) > bars


def test_the_choice_is_there_where_the_findings_cannot_hold_together() -> None:
    app = open_case(sex="male", pregnancy="present", seen_in="sleep_clinic")
    app.selectbox(key="setting").select("")
    assert "seen_in" not in evidence(run(app))


def test_the_network_page_says_the_setting() -> None:
    network = Differential.load().network
    for given, said in (
        ({}, "Setting: not stated."),
        ({"seen_in": "written_case"}, "Setting: A written case"),
    ):
        app = opened(NETWORK_PAGE, case=address.encode(Evidence.of(network, given)))
        assert any(line.startswith(said) for line in captions(app))
