"""The page through `AppTest`: widgets by key, no pixels."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.case_file import read_case
from tests.app.driving import click, run, texts
from tests.app.exploring import ROOT, evidence, open_app, search
from views.shared.case_files import examples, to_yaml

CASE = "case"


def address(app: AppTest) -> str:
    """Return the word of the address."""
    word = app.query_params[CASE]
    return word if isinstance(word, str) else word[0]


def pack(content: Any) -> str:
    """Return any JSON as the word of an address."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode())).decode().rstrip("=")


def test_empty_page_guides_and_shows_the_notice() -> None:
    app = open_app()
    page = texts(app)
    assert "Nothing entered yet" in page
    assert "Not answered: this covers any night leg pain." in page
    for line in Differential.load().network.notice:
        assert line in page
    assert "do not add to 100" in page
    assert [button.key for button in app.button if str(button.key).startswith("example-")]


def test_findings_are_entered_changed_and_removed() -> None:
    app = search(open_app(), "relief_by_dangling_legs", "present")
    assert evidence(app).findings == {"relief_by_dangling_legs": "present"}
    app.selectbox(key="row-relief_by_dangling_legs").set_value("absent")
    assert evidence(run(app)).findings == {"relief_by_dangling_legs": "absent"}
    assert evidence(search(app, "age", "75_plus")).get("age") == "75_plus"
    assert evidence(click(app, "remove-age")).findings == {"relief_by_dangling_legs": "absent"}


def test_the_search_is_empty_again_after_a_choice() -> None:
    app = search(open_app(), "diuretic", "present")
    assert app.selectbox(key="search").value is None


def test_first_question_counts_only_once_answered() -> None:
    app = open_app()
    app.segmented_control(key="first-daytime_leg_symptoms").set_value("absent")
    run(app)
    assert evidence(app).findings == {"daytime_leg_symptoms": "absent"}
    assert "Counted: it comes only when lying down." in texts(app)
    app.segmented_control(key="first-daytime_leg_symptoms").set_value(None)
    assert not evidence(run(app))


def test_probably_is_a_likelihood_and_says_what_it_means() -> None:
    app = open_app()
    app.segmented_control(key="first-daytime_leg_symptoms").set_value("likely")
    run(app)
    assert evidence(app).get("daytime_leg_symptoms") == Likelihood(4)
    assert "four times as likely" in texts(app) and "Not answered" not in texts(app)
    app.selectbox(key="first-daytime_leg_symptoms-strength").set_value("perhaps_not")
    assert evidence(run(app)).get("daytime_leg_symptoms") == Likelihood(0.5)
    assert app.selectbox(key="row-daytime_leg_symptoms").value == "perhaps_not"


def test_a_finding_in_two_places_shows_one_answer() -> None:
    app = search(open_app(), "daytime_leg_symptoms", "present")
    assert app.segmented_control(key="first-daytime_leg_symptoms").value == "present"
    app.selectbox(key="row-daytime_leg_symptoms").set_value("unknown")
    run(app)
    assert app.segmented_control(key="first-daytime_leg_symptoms").value == "unknown"


def test_a_paused_finding_stays_and_has_no_effect() -> None:
    app = search(open_app(), "relief_by_dangling_legs", "present")
    click(app, "pause-relief_by_dangling_legs")
    assert evidence(app).paused == {"relief_by_dangling_legs"}
    assert not evidence(app).active
    assert "1 finding entered, 1 paused" in texts(app)
    click(app, "resume-relief_by_dangling_legs")
    assert evidence(app).active == {"relief_by_dangling_legs": "present"}


def test_clear_can_be_undone() -> None:
    app = search(search(open_app(), "age", "75_plus"), "smoking", "current")
    click(app, "clear")
    assert not evidence(app)
    assert evidence(click(app, "undo")).findings == {"age": "75_plus", "smoking": "current"}


def test_undo_goes_back_one_change_at_a_time() -> None:
    app = search(search(open_app(), "age", "75_plus"), "smoking", "current")
    assert list(evidence(click(app, "undo"))) == ["age"]
    assert not evidence(click(app, "undo"))
    assert app.button(key="undo").disabled


def test_what_the_last_answer_changed_is_said() -> None:
    app = search(open_app(), "relief_by_dangling_legs", "present")
    said = next(m.value for m in app.markdown if m.value.startswith("**Relief by dangling the legs: yes.**"))
    assert "Pain from narrowed arteries" in said and "→" in said


def test_the_address_carries_the_case() -> None:
    app = search(open_app(), "relief_by_dangling_legs", "present")
    search(app, "low_back_pain", "absent")
    app.selectbox(key="row-low_back_pain").set_value("unknown")
    run(app)
    app.selectbox(key="row-relief_by_dangling_legs").set_value("almost_surely")
    run(app)
    search(app, "smoking", "current")
    click(app, "pause-smoking")
    again = open_app(case=address(app))
    assert evidence(again) == evidence(app)
    assert "This address was made with" not in texts(again)


def test_an_empty_case_leaves_the_address_clean() -> None:
    app = search(open_app(), "diuretic", "present")
    assert CASE in app.query_params
    assert CASE not in click(app, "clear").query_params


def test_back_opens_the_case_before() -> None:
    app = search(open_app(), "diuretic", "present")
    before = address(app)
    search(app, "statin", "present")
    app.query_params[CASE] = before
    assert list(evidence(run(app))) == ["diuretic"]
    del app.query_params[CASE]
    assert not evidence(run(app))


@pytest.mark.parametrize(
    "word",
    [
        "rubbish",
        "<script>alert(1)</script>",
        "%00",
        "A" * 9000,
        pack({"evidence": {}}),
        pack([1, "x"]),
        pack([2, "leg_pain", "1", "a", {}, []]),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 50_000)).decode().rstrip("="),
        base64.urlsafe_b64encode(zlib.compress(b" " * 10_000_000)).decode().rstrip("="),
    ],
)
def test_an_address_that_holds_no_case_is_told_plainly(word: str) -> None:
    app = search(open_app(), "diuretic", "present")
    app.query_params[CASE] = word
    run(app)
    assert evidence(app).findings == {"diuretic": "present"}
    assert "This address holds no case that can be read. What was entered so far is kept." in texts(app)
    search(app, "statin", "present")
    assert "holds no case" not in texts(app)


def test_an_address_of_another_network_version_says_so() -> None:
    app = open_app(case=pack([1, "leg_pain", "1999.1", "0123456789ab", {"diuretic": "present"}, []]))
    assert evidence(app).findings == {"diuretic": "present"}
    assert "was made with version 1999\\.1" in texts(app)


def test_findings_that_mean_nothing_here_are_left_out_and_named() -> None:
    findings = {
        "diuretic": "present",
        "third_arm": "present",
        "smoking": "pipe",
        "age": {"a": 1},
        "statin": None,
    }
    app = open_app(case=pack([1, "leg_pain", "1999.1", "0123456789ab", findings, ["statin", 7]]))
    assert evidence(app).findings == {"diuretic": "present"}
    assert "third\\_arm, smoking and age and 1 more" in texts(app)


def test_an_address_about_a_child_is_not_opened_and_says_why() -> None:
    findings = {"diuretic": "present", "age": "15", "third_arm": "present"}
    word = pack([1, "leg_pain", "1999.1", "0123456789ab", findings, []])
    app = open_app(case=word)
    assert not evidence(app)
    assert "This program is for adults of 18 or over; a child or adolescent" in texts(app)
    app.query_params[CASE] = pack([1, "leg_pain", "1999.1", "0123456789ab", {"diuretic": "present"}, []])
    assert evidence(run(app)).findings == {"diuretic": "present"}
    app.query_params[CASE] = word
    assert evidence(run(app)).findings == {"diuretic": "present"}
    assert "needs a doctor who sees children. What was entered so far is kept." in texts(app)


def test_hostile_text_in_an_address_stays_text() -> None:
    hostile = "![x](https://example.org/x.png) <script>alert(1)</script> $x$ :red[y]"
    app = open_app(case=pack([1, hostile, hostile, "0", {hostile: "present"}, [hostile]]))
    said = "\n".join(str(element.value) for element in app.info)
    assert r"\!\[x\]\(https\:" "\u2060" r"\/\/example\.org\/x\.png\)" in said
    assert r"\<script\>" in said
    assert not evidence(app)


def test_findings_that_can_hardly_hold_together_are_asked_back_and_stay() -> None:
    app = search(
        search(open_app(), "relief_on_leg_elevation", "present"), "worse_on_leg_elevation", "present"
    )
    [box] = [str(one.value) for one in app.info if "Please check" in str(one.value)]
    assert box.startswith("**Please check.** Does raising the legs ease the pain, or does it make it worse?")
    assert "Worse with legs raised: yes" in box
    assert len(evidence(app)) == 2
    app = search(search(app, "sex", "male"), "recent_childbirth", "present")
    [box] = [str(one.value) for one in app.info if "Please check" in str(one.value)]
    assert box.count("\n\n") == 2 and "Are sex and age right" in box
    assert "Please check" not in texts(click(click(app, "pause-worse_on_leg_elevation"), "remove-sex"))


def test_findings_that_cannot_hold_together_are_shown_with_a_remedy() -> None:
    app = search(search(open_app(), "sex", "male"), "pregnancy", "present")
    error = app.error[0].value
    assert "Sex: Male" in error and "Pregnancy: yes" in error
    click(app, "remedy")
    assert evidence(app).paused == {"pregnancy"}
    assert not app.error


def test_urgency_stands_on_top_with_word_reason_and_action() -> None:
    app = search(open_app(), "sudden_cold_pale_numb_leg", "present")
    flag = next(rule for rule in Differential.load().network.red_flags if rule.id == "acute_limb_ischaemia")
    assert app.error[0].value.startswith("**Emergency.**")
    assert flag.reason in app.error[0].value and flag.action in app.error[0].value
    assert app.toast
    assert not search(app, "diuretic", "present").toast


def test_examples_open_and_rank_what_they_show() -> None:
    first = {"narrowed_arteries": "narrowed arteries", "restless_legs": "restless legs"}
    for example, words in first.items():
        app = click(open_app(), f"example-{example}")
        top = app.session_state["case"].evidence
        assert words in Differential.load().query(top).ranking[0].label
        assert not evidence(click(app, "undo"))


def test_every_question_of_the_questionnaire_can_be_answered() -> None:
    app = open_app()
    app.session_state["questions"] = True
    run(app)
    network = Differential.load().network
    asked: set[str] = set()
    for _ in range(60):
        keys = [str(control.key) for control in app.segmented_control]
        asked |= {key.removeprefix("group-") for key in keys if key.startswith("group-")}
        if not any(button.key == "next" for button in app.button):
            break
        click(app, "next")
    kinds = ("risk_factor", "symptom", "sign", "test")
    wanted = {node.id for node in network.of_kind(*kinds)} | {item.id for item in network.safety_items}
    assert asked == wanted


def test_two_sessions_do_not_see_each_other() -> None:
    one, other = open_app(), open_app()
    search(one, "diuretic", "present")
    assert not evidence(run(other))


def test_the_shell_reads_the_examples_and_what_is_downloaded() -> None:
    ddx = Differential.load()
    for path in sorted((ROOT / "views" / "shared" / "examples").glob("*.yaml")):
        findings, *_ = read_case(ddx.network, path.read_text(encoding="utf-8"), path.name)
        entered = (
            Evidence.of(ddx.network, findings)
            .with_finding("age", UNKNOWN)
            .with_finding("cold_foot", Likelihood(4))
        )
        again = read_case(ddx.network, to_yaml(entered.paused_at("sex")), "case.yaml")
        assert set(again.findings) == set(entered.findings) and again.paused == {"sex"}
        counted = Evidence.of(ddx.network, again.findings).paused_at(*again.paused)
        same = ddx.query(counted).due_to("nocturnal_leg_cramps")
        assert same == pytest.approx(
            ddx.query(entered.without("sex")).due_to("nocturnal_leg_cramps"), abs=1e-12
        )


def test_every_example_is_offered() -> None:
    files = {path.stem for path in (ROOT / "views" / "shared" / "examples").glob("*.yaml")}
    assert {example.id for example in examples(Differential.load())} == files
