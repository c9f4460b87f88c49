"""The What if page through `AppTest`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model import Evidence, Likelihood
from model.compare import ratios
from model.uploads import compile_upload, read_upload
from model.what_if import modifiable
from network.exchange import export
from tests.app.driving import click, opened, run, texts
from tests.app.what_ifs import BN, CLINIC, CRAMPS, DDX, IMPOSSIBLE, NO_DIURETIC, NOTHING, of
from tests.needs import PATIENCE_S
from tests.networks import asia
from views.shared import address
from views.shared.words import percent
from views.what_if import word
from views.what_if.pictures import compact
from views.what_if.record import ENTERED, LETTERS, MOST, WITHOUT, Scenario, Scenarios, SweepOver
from views.what_if.state import Held
from views.what_if.wording import wording

PAGE = """
from views.what_if.page import page
page()
"""


def open_page(evidence: Evidence = NOTHING, scenarios: Scenarios | str = "", **parameters: str) -> AppTest:
    """Return the page as a browser opens it at the address of a case and its scenarios."""
    said = scenarios if isinstance(scenarios, str) else word.encode(NOTHING, scenarios)
    words = {"case": address.encode(evidence), "scenarios": said, **parameters}
    return opened(PAGE, **{name: value for name, value in words.items() if value})


def record(app: AppTest) -> Scenarios:
    """Return what the session holds."""
    held: Scenarios = app.session_state["what_if"].scenarios
    return held


# The page.


def test_an_empty_page_says_what_to_do() -> None:
    app = open_page()
    assert "Starts from nothing" in texts(app)
    assert [button.key for button in app.button if str(button.key).startswith("what-if-")]
    assert all(line in texts(app) for line in BN.notice)


def test_an_example_becomes_the_case_and_ideas_follow_from_it() -> None:
    app = click(open_page(), "what-if-cramps_on_a_water_tablet")
    assert "Water tablets: yes" in texts(app)
    assert record(click(app, "idea-diuretic")).all == (NO_DIURETIC,)


def test_an_intervention_shows_headline_findings_set_aside_drug_share_and_the_medicine_line() -> None:
    app = open_page(CRAMPS, of(NO_DIURETIC))
    result = DDX.what_if(CRAMPS, {"diuretic": "absent"}, do=True)
    assert result.headline is not None
    without, with_change = map(percent, result.headline)
    assert f"{without} → {with_change}" in texts(app)
    assert f"at least {percent(result.drug_shares[0].at_least)}" in texts(app)
    for item in result.set_aside:
        assert BN.node(item.node).label in texts(app)
    medicine = next(line for line in BN.notice if wording()["medicine"] in line)
    assert sum(medicine in str(element.value) for element in app.markdown) == 1


def test_an_observation_that_changes_no_drug_repeats_no_medicine_line() -> None:
    app = open_page(CRAMPS, of(Scenario("A", "", {"seen_in": "vascular_clinic"})))
    medicine = next(line for line in BN.notice if wording()["medicine"] in line)
    assert not any(medicine in str(element.value) for element in app.markdown)
    after = DDX.query(CRAMPS.with_finding("seen_in", "vascular_clinic"))
    assert percent(after.due_to("arterial_insufficiency")) in texts(app)


def test_a_warning_that_the_change_would_raise_is_shown_in_its_card() -> None:
    change = {"sudden_cold_pale_numb_leg": "present"}
    app = open_page(CRAMPS, of(Scenario("A", "", change)))
    (flag,) = DDX.what_if(CRAMPS, change).new_flags
    assert flag.level == "emergency"
    assert any(flag.action in element.value.replace("\\", "") for element in app.warning)


def test_only_what_somebody_can_set_is_offered_for_an_intervention() -> None:
    app = open_page(CRAMPS, of(NO_DIURETIC, CLINIC))
    able = {BN.node(node).label for node in modifiable(BN)} - {"Water tablets"}
    offered = {option.split(" · ")[0] for option in app.selectbox(key="add-A").options}
    assert offered == able
    assert len(app.selectbox(key="add-B").options) > 3 * len(able)


def test_a_scenario_is_added_changed_named_copied_and_removed() -> None:
    app = click(open_page(CRAMPS), "add-scenario")
    app.selectbox(key="add-A").set_value("smoking")
    assert record(run(app)).all == (Scenario("A", "", {"smoking": "never"}),)
    app.selectbox(key="set-A-smoking").set_value("current")
    assert record(run(app)).all[0].change == {"smoking": "current"}
    app.text_input(key="name-A").set_value("A  smoker\n")
    assert record(run(app)).all[0].name == "A smoker"
    app.segmented_control(key="do-A").set_value(True)
    assert record(run(app)).all[0].do
    copied = record(click(app, "copy-A")).all
    assert [one.letter for one in copied] == ["A", "B"] and copied[1].change == copied[0].change
    assert record(click(app, "remove-A")).all == (Scenario("A", "A smoker 2", {"smoking": "current"}, True),)
    assert record(click(app, "drop-A-smoking")).all[0].change == {}
    assert wording()["nothing_changed"] in texts(app)


def test_a_node_that_is_added_differs_from_what_was_entered() -> None:
    app = open_page(CRAMPS, of(Scenario("A")))
    app.selectbox(key="add-A").set_value("sudden_cramp")
    assert record(run(app)).all[0].change == {"sudden_cramp": "absent"}


def test_there_is_room_for_four_scenarios_and_no_more() -> None:
    app = open_page(CRAMPS)
    for _ in range(MOST):
        app = click(app, "add-scenario")
    assert app.button(key="add-scenario").disabled and app.button(key="copy-A").disabled
    assert [one.letter for one in record(app).all] == list(LETTERS)


def test_what_cannot_hold_together_is_named_and_the_other_scenarios_stand() -> None:
    app = open_page(CRAMPS, of(Scenario("A", "", IMPOSSIBLE), CLINIC))
    (error,) = app.error
    assert BN.node("periodic_limb_movements").label in error.value
    assert BN.node("due_to_periodic_limb_movements").label in error.value
    after = DDX.query(CRAMPS.with_finding("seen_in", "vascular_clinic"))
    assert percent(after.due_to("arterial_insufficiency")) in texts(app)


def test_a_case_that_cannot_hold_together_is_named_once() -> None:
    app = open_page(Evidence.of(BN, IMPOSSIBLE), of(CLINIC))
    (error,) = app.error
    assert "The case itself" in error.value


def test_what_nobody_can_set_is_said_and_nothing_is_lost() -> None:
    app = open_page(CRAMPS, of(Scenario("A", "", {"age": "75_plus"}, do=True)))
    assert "cannot be changed by anybody" in texts(app)
    app.segmented_control(key="do-A").set_value(False)
    app = run(app)
    assert "cannot be changed" not in texts(app) and record(app).all[0].change == {"age": "75_plus"}


def test_a_probability_cannot_be_set() -> None:
    app = open_page(CRAMPS, of(Scenario("A", "", {"obesity": Likelihood(4)}, do=True)))
    assert "a change sets a plain answer" in texts(app)


def test_every_cause_stands_in_the_table_with_both_numbers() -> None:
    app = open_page(CRAMPS, of(CLINIC))
    app.session_state["difference-table"] = True
    app = run(app)
    table = app.table[0].value
    assert len(table) == len(BN.causes)
    after = DDX.query(CRAMPS.with_finding("seen_in", "vascular_clinic"))
    before = DDX.query(CRAMPS)
    top = max(BN.causes, key=lambda node: abs(after.due_to(node) - before.due_to(node)))
    cells = " ".join(str(cell) for cell in table.iloc[0])
    assert BN.node(top).label in cells
    assert f"{compact(before.due_to(top))} → {compact(after.due_to(top))}" in cells.replace("\\", "")


def test_scenarios_can_be_compared_with_one_another() -> None:
    app = open_page(CRAMPS, of(NO_DIURETIC, CLINIC))
    app.selectbox(key="compare-with").set_value("B")
    app = run(app)
    assert record(app).compare_with == "B"
    assert len(app.get("vega_lite_chart")) == 1


def found_by(over: SweepOver) -> list[float]:
    """Return what a sweep over one question finds for what stands first on the page."""
    takes = ratios(0.1, 10.0, 9) if over.by_ratio else None
    sweep = DDX.sweep(CRAMPS, {over.first: takes}, over.do)
    top = str(BN.complaint) if over.do else "due_to_" + DDX.query(CRAMPS).ranking[0].condition
    return [p or 0.0 for p in sweep.values(top)]


@pytest.mark.parametrize(
    ("over", "cells"),
    [
        (SweepOver("age"), 4),
        (SweepOver("smoking", do=True), 3),
        (SweepOver("relief_by_dangling_legs", by_ratio=True), 9),
    ],
)
def test_a_sweep_over_one_question_shows_every_answer(over: SweepOver, cells: int) -> None:
    app = open_page(CRAMPS, of(sweep=over))
    table = app.table[0].value
    assert table.shape == (cells, 5)
    states = found_by(over)
    assert list(table.iloc[:, 1]) == [percent(p) for p in states]


def test_a_sweep_over_two_questions_shows_every_pair() -> None:
    app = open_page(CRAMPS, of(sweep=SweepOver("age", "seen_in", follow="due_to_arterial_insufficiency")))
    table = app.table[0].value
    found = DDX.sweep(CRAMPS, {"age": None, "seen_in": None}).values("due_to_arterial_insufficiency")
    n = len(DDX.network.node("seen_in").states)
    assert table.shape == (n, 5)  # the question with more answers goes down the page
    for age in range(4):
        assert list(table.iloc[:, 1 + age]) == [percent(p or 0.0) for p in found[n * age : n * age + n]]


def test_a_sweep_over_what_nobody_can_set_says_so() -> None:
    assert "cannot be changed by anybody" in texts(open_page(CRAMPS, of(sweep=SweepOver("age", do=True))))


def test_the_two_questions_are_told_apart_with_numbers_of_the_network() -> None:
    app = open_page()
    app.session_state["two-questions"] = True
    app = run(app)
    example = wording()["example"]
    seen = DDX.query({example["node"]: "present"}, complaint=False).present(example["cause"])
    done = DDX.what_if({}, {example["node"]: "present"}, do=True, complaint=False).with_change
    assert percent(seen) != percent(done.present(example["cause"]))
    assert percent(seen) in texts(app) and percent(done.present(example["cause"])) in texts(app)


# The address.


def test_a_link_opens_the_same_scenarios() -> None:
    record_of_one = of(NO_DIURETIC, CLINIC, compare_with=ENTERED, sweep=SweepOver("age", "seen_in"))
    assert record(open_page(CRAMPS, record_of_one)) == record_of_one


def test_scenarios_survive_a_visit_to_another_page_and_go_back_with_the_address() -> None:
    app = open_page(CRAMPS, of(NO_DIURETIC))
    spelled = word.encode(NOTHING, of(NO_DIURETIC))
    app.session_state["case"] = replace(app.session_state["case"], page="explore")
    for name in ("case", "scenarios"):
        del app.query_params[name]
    assert record(run(app)) == of(NO_DIURETIC)
    assert app.query_params["scenarios"] in (spelled, [spelled])
    del app.query_params["scenarios"]
    assert record(run(app)) == Scenarios()


@pytest.mark.parametrize(
    "broken", ["no-scenarios", "eJyLNtRRUKpQigUACHAB8g", address.pack([1, ["x"], [], "", []]), "A" * 9000]
)
def test_an_address_without_scenarios_is_told_plainly(broken: str) -> None:
    app = open_page(CRAMPS, broken)
    assert "holds no scenarios that can be read" in texts(app)
    assert "Water tablets: yes" in texts(app)


def test_what_a_stranger_wrote_is_left_out_and_named() -> None:
    hostile = "<script>alert(1)</script> [x](javascript:y)"
    content = [
        1,
        ["other", "9", "abc"],
        [[hostile, True, {hostile: "present", "age": "75_plus"}]] * 6,
        "Q",
        [1],
    ]
    content[4] = ["nowhere", "", False, False, ""]
    app = open_page(CRAMPS, address.pack(content))
    found = record(app)
    assert len(found.all) == MOST and found.all[0].change == {"age": "75_plus"}
    assert found.compare_with == WITHOUT and found.sweep == SweepOver()
    assert "Left out" in texts(app) and "beyond the fourth" in texts(app) and "version 9" in texts(app)
    assert "<script>" not in "\n".join(str(element.value) for element in app.info)


def test_scenarios_about_a_child_are_not_opened_and_say_why() -> None:
    scenarios = [["a", False, {"age": "15", "sex": "male"}], ["b", False, {"age": "17.9"}]]
    app = open_page(
        CRAMPS, address.pack([1, ["leg_pain", "9", "abc"], scenarios, "Q", ["", "", False, False, ""]])
    )
    assert record(app).all == ()
    assert texts(app).count("This program is for adults of 18 or over; a child or adolescent") == 1


def test_a_network_without_a_complaint_is_compared_by_its_nodes(tmp_path: Path) -> None:
    export(asia(), tmp_path / "asia.bif")
    upload = read_upload("asia.bif", (tmp_path / "asia.bif").read_bytes())
    ddx = compile_upload(upload)
    app = AppTest.from_string(PAGE, default_timeout=PATIENCE_S)
    app.session_state["own-network"] = upload
    first = ddx.network.nodes[0]
    app.session_state["what_if"] = Held(of(Scenario("A", "", {first.id: first.states[0]})))
    app.session_state["difference-table"] = True
    assert len(run(app).table[0].value) == len(ddx.network)
