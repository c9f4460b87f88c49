"""A case file is opened on the Explore page: what was saved comes back, and a bad file changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.case_file import read_cases
from model.errors import DiagnosisError
from tests.app.driving import click, run, texts
from tests.app.exploring import evidence, open_case
from views.shared.case_files import examples, from_yaml, to_yaml

DDX = Differential.load()
NOTHING = Evidence.of(DDX.network)
HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:y) https://example.org :smile: $x$"
BEFORE = {"diuretic": "present"}


def bring(app: AppTest, content: str | bytes) -> AppTest:
    """Give the page a file, with its panel open."""
    app.session_state["share"] = True
    run(app)
    data = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value(("case.yaml", data, "application/yaml"))
    run(app)
    app.session_state["share"] = True
    return run(app)


def findings(app: AppTest) -> dict[str, Any]:
    return dict(evidence(app).findings)


def said(app: AppTest) -> str:
    return "\n".join([texts(app), *(one.value for one in app.success), *(one.value for one in app.code)])


def test_a_file_becomes_the_case_and_undo_brings_the_old_one_back() -> None:
    app = bring(open_case(**BEFORE), "title: Margaret\nevidence: {age: 78, sex: female}\npaused: [sex]\n")
    assert findings(app) == {"age": "75_plus", "sex": "female"}
    assert evidence(app).paused == {"sex"}
    assert "“Margaret”: 2 findings, 1 paused" in said(app)
    assert not app.file_uploader[0].value
    click(app, "undo")
    assert findings(app) == BEFORE
    assert "Margaret" not in said(app)


def test_it_can_be_opened_where_nothing_was_entered_and_its_address_follows() -> None:
    app = bring(open_case(), "evidence:\n  cold_foot: {likelihood: 4}\n")
    assert "Cold foot" in texts(app) and "case" in app.query_params
    assert app.selectbox(key="row-cold_foot").value == "probably"


def test_a_file_that_does_not_assume_the_complaint_says_that_the_page_does() -> None:
    assert "This page always does" in said(bring(open_case(), "evidence: {age: 78}\ncomplaint: false"))


def test_a_scenario_file_offers_its_cases() -> None:
    text = f"cases:\n- {{id: '{HOSTILE}', evidence: {{age: 78}}}}\n- {{id: two, evidence: {{age: 50}}}}\n"
    app = bring(open_case(**BEFORE), text)
    assert findings(app) == BEFORE
    offered = {button.key: button.label for button in app.button if str(button.key).startswith("open-file")}
    assert len(offered) == 2 and "1 finding" in offered["open-file-0"]
    assert "<img" not in offered["open-file-0"].replace("\\<", "")
    assert findings(click(app, "open-file-1")) == {"age": "40_to_59"}
    assert findings(click(app, "undo")) == BEFORE


BAD = {
    "unknown node": ("evidence: {third_arm: present}", "no node is called 'third_arm'"),
    "unknown state": ("evidence: {sex: femal}", "Did you mean 'female'?"),
    "hostile node": (f"evidence: {{'{HOSTILE}': present}}", "no node is called"),
    "two mistakes": ("evidence: {sex: x, age: y}", "2 mistakes"),
    "no case": ("- 1", "a case file holds 'evidence:'"),
    "empty": ("", "a case file holds 'evidence:'"),
    "no YAML": ("evidence: {", "not readable as YAML"),
    "deep": ("[" * 20_000, "nested too deeply"),
    "aliases": ("a: &a [1]\nb: *a", "write the content out"),
    "objects": ("evidence: !!python/object/apply:os.system ['true']", "write one line for each finding"),
    "lists for words": ("complaint: [x]\npaused: [{a: b}]\ntitle: {a: b}", "neither true nor false"),
    "bytes": (b"\xff\xfe\x00", "no text that can be read"),
    "large": ("#" * 40_000, "too large: 39 KB"),
    "no cases": ("cases: 3", "holds no list of entries"),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_in_place_and_nothing_is_lost(content: str | bytes, words: str) -> None:
    app = bring(open_case(**BEFORE), content)
    assert words in said(app)
    assert findings(app) == BEFORE
    assert HOSTILE not in texts(app)


def test_many_faults_are_cut_and_a_good_file_clears_them() -> None:
    app = bring(open_case(), "evidence:\n" + "".join(f"  x{n}: {'y' * 400}\n" for n in range(60)))
    (told,) = (one.value for one in app.code if "mistakes" in one.value)
    assert "more lines" in told and len(told) < 5_000
    assert "mistakes" not in said(bring(app, "evidence: {age: 78}"))


findings_of = st.dictionaries(
    st.sampled_from(["age", "sex", "cold_foot", "diuretic", "smoking", "sudden_cold_pale_numb_leg"]),
    st.integers(0, 3),
)
ANSWERS: dict[str, tuple[Any, ...]] = {
    "smoking": ("never", "current", UNKNOWN, Likelihood(never=1, former=2, current=4)),
    "age": ("75_plus", "under_40", UNKNOWN, "60_to_74"),
    "sex": ("male", "female", UNKNOWN, "female"),
    "sudden_cold_pale_numb_leg": ("present", "absent", UNKNOWN, "absent"),
}


@given(findings_of, st.sets(st.sampled_from(["age", "sex", "cold_foot"])))
def test_what_is_saved_is_what_is_opened(chosen: dict[str, int], paused: set[str]) -> None:
    usual = ("present", "absent", UNKNOWN, Likelihood(4))
    entered = Evidence.of(DDX.network, {n: ANSWERS.get(n, usual)[k] for n, k in chosen.items()})
    entered = entered.paused_at(*(paused & chosen.keys()))
    (again,) = from_yaml(NOTHING, to_yaml(entered), "The file")
    assert to_yaml(again.evidence) == to_yaml(entered)
    assert again.evidence.paused == entered.paused and again.complaint


def test_every_example_is_opened_as_it_was_saved() -> None:
    for example in examples(DDX):
        (again,) = from_yaml(NOTHING, to_yaml(example.evidence), "The file")
        assert to_yaml(again.evidence) == to_yaml(example.evidence)


@given(
    st.text(max_size=60)
    | st.recursive(st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(max_size=5), x)).map(
        str
    )
)
def test_any_text_is_a_case_or_a_fault(text: str) -> None:
    for content in (
        text,
        f"evidence: {text}",
        f"evidence: {{age: {text}}}",
        f"paused: {text}",
        f"cases: {text}",
    ):
        try:
            assert isinstance(read_cases(DDX.network, content, "The file"), dict)
        except DiagnosisError as error:
            assert str(error)
