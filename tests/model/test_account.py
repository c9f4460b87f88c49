"""The account in words: grammar for every kind of finding, and numbers that are those of the explanation."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import Differential, Likelihood
from model.account import account, shares, story
from model.phrases import from_to, inside, listed, percent, templates, times
from network.errors import ImpossibleEvidence
from network.structure import EVIDENCE_KINDS
from tests.networks import any_of, asia, consultation, make, noisy, tabled

LEG_PAIN = Differential.load()
ARTERIES = "arterial_insufficiency"


def told(findings: dict[str, Any], cause: str = ARTERIES, against: str | None = None, **more: Any) -> str:
    """Return the account as one text."""
    return "\n".join(account(LEG_PAIN.explain(findings, cause, against, **more)))


def test_the_sentence_of_the_design_is_told() -> None:
    findings = {"age": 50, "relief_by_dangling_legs": "present"}
    found = LEG_PAIN.explain(findings, ARTERIES)
    (relief,) = (one for one in found.contributions if one.finding == "relief_by_dangling_legs")
    without, after = from_to(relief.without, found.posterior)
    assert (
        f"Relief by dangling the legs raised it from {without} to {after}: people with pain from narrowed "
        f"arteries report it {times(relief.likelihood_ratio)} as often as others."
    ) in account(found)


SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({"cold_foot": "present"}, r"Cold foot raised it .*: people with pain .* report it .* as others\."),
    ({"cold_foot": "absent"}, r"Cold foot \(no\) lowered it .*: others lack it .* as people with .*\."),
    ({"absent_foot_pulses": "present"}, r"Foot pulses missing raised .*: people .* have it .* others\."),
    ({"diabetes": "present"}, r"Diabetes raised it .*: people with .* have it .* as often as others\."),
    ({"seen_in": "vascular_clinic"}, r"Where you are seen \(vascular clinic\) raised .* in this group .*"),
    ({"age": 30}, r"Age \(18 to 39\) lowered it .*: others are in this group .* as people with .*\."),
    (
        {"cold_foot": Likelihood(5.0)},
        r"Cold foot \(uncertain, 5 to 1 for it\) raised .*: what was seen is .* as likely in people with .*",
    ),
    (
        {"absent_foot_pulses": Likelihood(0.1)},
        r"Foot pulses missing \(uncertain, 10 to 1 against it\) lowered .* as likely in others as in .*",
    ),
    (
        {"smoking": Likelihood(never=0.1, current=10.0)},
        r"Smoking \(uncertain, never 0\.1, in the past 0, now 10\) raised .*",
    ),
]


@pytest.mark.parametrize(("findings", "sentence"), SENTENCES)
def test_each_kind_of_finding_has_its_sentence(findings: dict[str, Any], sentence: str) -> None:
    assert any(re.fullmatch(sentence, line) for line in told(findings).splitlines()), told(findings)


def test_a_graded_finding_is_told_with_its_grade() -> None:
    text = told({"morning_stiffness": "over_30_min"}, "inflammatory_arthritis")
    assert re.search(r"Morning stiffness \(more than 30 minutes\) raised .* give this answer .* others", text)
    none = told({"morning_stiffness": "none"}, "osteoarthritis")
    assert re.search(r"Morning stiffness would be expected in \d+ % of people with pain from osteo", none)


def test_natural_frequencies_are_given() -> None:
    text = told({"cold_foot": "present"})
    baseline = LEG_PAIN.query().due_to(ARTERIES)
    assert f"is found in {1000 * baseline:.0f} of 1,000 people with night leg pain" in text
    anyone = told({"cold_foot": "present"}, complaint=False)
    assert "of 1,000 people (" in anyone


def test_a_deciban_is_explained_wherever_one_is_shown() -> None:
    for found in (
        LEG_PAIN.explain({"cold_foot": "present", "age": 70}, ARTERIES),
        LEG_PAIN.explain({"cold_foot": "present", "age": 70}, ARTERIES, "nocturnal_leg_cramps"),
    ):
        assert not any(" dB" in line for line in story(found))
        assert "deciban" in shares(found)[-1]
        assert all(f"{one.decibans:.1f}".lstrip("-") in shares(found)[0] for one in found.contributions)


def test_a_contrast_names_both_causes_and_who_leads() -> None:
    text = told({"relief_by_dangling_legs": "present"}, ARTERIES, "nocturnal_leg_cramps").splitlines()
    assert text[0].startswith("Pain from night leg cramps is ")
    assert "as likely as pain from narrowed arteries" in text[0]
    assert re.match(
        "Relief by dangling the legs speaks for pain from narrowed arteries: people with", text[2]
    )
    against = told({"sudden_cramp": "present"}, ARTERIES, "nocturnal_leg_cramps")
    assert (
        "Sudden hard cramp speaks for pain from night leg cramps: people with pain from night leg" in against
    )


def test_settled_cases_name_what_settles_them() -> None:
    assert told({ARTERIES: "absent"}) == (
        "In this network, pain from narrowed arteries is impossible given: narrowed leg arteries (no)."
    )
    assert told({f"due_to_{ARTERIES}": "present"}) == "Pain from narrowed arteries was itself entered."
    assert "impossible given: night leg pain (no)" in told({"night_leg_pain": "absent"})
    others = [cause for cause in LEG_PAIN.network.causes if cause != f"due_to_{ARTERIES}"]
    assert "pain from narrowed arteries is certain given: " in told(dict.fromkeys(others, "absent"))


def test_a_cause_that_alone_can_explain_the_complaint_is_certain_from_the_start() -> None:
    ddx = Differential.of(
        make(
            "one cause",
            tabled("due_to_x", [], 0.3, "due_to"),
            any_of("pain", "due_to_x", kind="complaint"),
            noisy("sign", {"due_to_x": 0.5}, 0.1),
            complaint="pain",
        )
    )
    assert account(ddx.explain({"sign": "present"}, "due_to_x"))[0] == (
        "In this network, due_to_x is certain whatever was found."
    )


def test_nothing_entered_is_said() -> None:
    assert told({}).splitlines()[1] == "Nothing else was entered."


def test_findings_that_repeat_each_other_add_little() -> None:
    ddx = Differential.of(
        make(
            "echo",
            tabled("due_to_x", [], 0.1, "due_to"),
            tabled("other_cause", [], 0.2, "due_to"),
            any_of("pain", "due_to_x", "other_cause", kind="complaint"),
            tabled("told", ["due_to_x"], [0.05, 0.9], "symptom"),
            tabled("again", ["told"], [0.0001, 0.9999], "symptom"),
            complaint="pain",
        )
    )
    text = "\n".join(account(ddx.explain({"told": "present", "again": "present"}, "due_to_x")))
    assert re.search("For it, but adding little to what the other findings say already: .*again", text)


def test_a_finding_that_turns_as_the_last_to_enter_is_told_as_such() -> None:
    ddx = Differential.of(
        make(
            "parity",
            tabled("due_to_x", [], 0.3, "due_to"),
            tabled("other_cause", [], 0.3, "due_to"),
            any_of("pain", "due_to_x", "other_cause", kind="complaint"),
            tabled("a", ["due_to_x"], [0.2, 0.8], "symptom"),
            tabled("b", ["due_to_x", "a"], [[0.1, 0.9], [0.9, 0.6]], "symptom"),
            complaint="pain",
        )
    )
    found = ddx.explain({"a": "present", "b": "present"}, "due_to_x")
    (turned,) = (one for one in found.contributions if one.decibans * one.last_decibans < 0)
    (sentence,) = (line for line in story(found) if "as the last to enter" in line)
    assert sentence.startswith(turned.finding)


def test_producers_are_told_in_one_sentence_each() -> None:
    named = ("urge_to_move", "family_history_rls", "cold_foot", "calf_pain_on_walking")
    text = told({**dict.fromkeys(named, "present"), "age": 78})
    assert "Most likely produced by discomfort from restless legs: urge to move the legs (" in text
    assert "restless_description" not in text
    assert "Described like" not in text
    assert re.search(r"Most likely (there for|produced by|part of) .*cold foot \(\d", text)
    assert re.search("Most likely part of calf pain that stops with rest.*: calf pain on walking", text)


def test_the_cause_outside_the_list_is_called_that() -> None:
    text = told({"fever_or_weight_loss": "present"}, "other_cause")
    assert text.startswith("A cause outside this list is found in ")
    assert "people with a cause outside this list report it" in text
    assert "none of these causes" not in text.lower()


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_every_account_is_clean_text(seed: int, contrast: bool, complaint: bool) -> None:
    rng = np.random.default_rng(seed)
    askable = [node for node in LEG_PAIN.network.of_kind(*EVIDENCE_KINDS)]
    nodes = [askable[k] for k in rng.choice(len(askable), size=4, replace=False)]
    findings: dict[str, Any] = {node.id: str(rng.choice(node.states)) for node in nodes}
    causes = [str(cause) for cause in rng.choice(list(LEG_PAIN.network.causes), size=2, replace=False)]
    try:
        found = LEG_PAIN.explain(findings, causes[0], causes[1] if contrast else None, complaint)
    except ImpossibleEvidence:
        return
    for line in account(found):
        assert not re.search(r"[{}_]|nan|inf\b|None|  |\.\.|due to", line), line
        assert re.match(r"[A-Z+]", line), line
        assert line.endswith("."), line


def test_every_template_is_used() -> None:
    root = Path(__file__).resolve().parents[2] / "model"
    code = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    ends = ("baseline", "posterior", "others", "for", "against", "raised", "lowered")
    put_together = re.compile(rf"(contrast_)?((spent|turned)_)?({'|'.join(ends)})(_even)?|.*_from_start")
    for key in templates():
        assert re.search(f"[\"']{key}[\"']", code) or put_together.fullmatch(key), key


def test_foreign_networks_are_told_by_their_ids() -> None:
    found = Differential.of(consultation()).explain({"relief_by_dangling_legs": "present"}, ARTERIES)
    assert account(found)[0].startswith("due_to_arterial_insufficiency is found in ")
    assert Differential.of(asia()).fit({"xray": "present", "dysp": "absent"}).account


@given(st.floats(0, 1))
def test_only_what_is_certain_is_told_as_0_or_100_percent(p: float) -> None:
    assert (percent(p) in ("0 %", "100 %")) == (p in (0.0, 1.0))


@given(st.lists(st.floats(1e-6, 1.0 - 1e-6), min_size=2, max_size=8))
def test_percentages_keep_the_order(ps: list[float]) -> None:
    def number(p: float) -> float:
        return float(re.findall(r"[\d.]+", percent(p))[0])

    assert all(number(a) <= number(b) for a, b in pairwise(sorted(ps)))


def test_small_words() -> None:
    assert listed(["one"]) == "one"
    assert inside("X-ray of the knee") == "X-ray of the knee"
    assert inside("A cause outside") == "a cause outside"
    assert times(3.02) == "3 times"
    assert times(99.6) == "100 times"
