"""Scores of probabilities against labels, each worked out a second time; groups of patients."""

from __future__ import annotations

import math

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.validation.groups import groups
from model.validation.scores import (
    FLOOR,
    MEASURES,
    Labels,
    cause_scores,
    discordant,
    estimate,
    measures,
    ranks,
)
from network.cpds import Array
from tests.floats import assert_close
from tests.labelled import labelled

CAUSES = ("osteoarthritis", "statin_myalgia", "disc_herniation", "other_cause")
PATIENTS = (
    labelled("one", diagnoses=["osteoarthritis"]),
    labelled("two", diagnoses=["statin_myalgia", "other_cause"]),
    labelled("accepts", diagnoses=["disc_herniation"], accept=["osteoarthritis"]),
    labelled("outside", diagnoses=["other_cause"], night="no", hard=True),
)
LABELS = Labels.of(PATIENTS, CAUSES)
EVERYBODY = np.ones(len(PATIENTS), bool)
P = arrays(float, (len(PATIENTS), len(CAUSES)), elements=st.floats(min_value=0.001, max_value=0.999))


def test_labels_are_the_stated_and_the_right_causes() -> None:
    assert LABELS.stated.tolist() == [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert LABELS.right.tolist() == [[1, 0, 0, 0], [0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 0, 1]]


def test_a_perfect_method_is_always_first_and_loses_nothing() -> None:
    found = measures(LABELS.stated.astype(float), LABELS)
    for name, best in zip(MEASURES, (1.0, 1.0, 1.0, 0.0, 0.0), strict=True):
        counted = found[name][~np.isnan(found[name])]
        assert_close(counted, np.full(len(counted), best))


def test_a_method_that_says_never_is_charged_no_more_than_the_floor() -> None:
    found = measures(1.0 - LABELS.right.astype(float), LABELS)
    assert_close(found["log_loss"], np.full(len(PATIENTS), -math.log(FLOOR)))
    assert np.isfinite(found["binary_log_loss"]).all()


@hypothesis.given(P)
def test_losses_are_those_of_the_textbook(p: Array) -> None:
    found = measures(p, LABELS)
    for row, patient in enumerate(PATIENTS):
        of = dict(zip(CAUSES, p[row].tolist(), strict=True))
        total = sum(of.values())
        assert found["log_loss"][row] == pytest.approx(-math.log(sum(of[c] for c in patient.right) / total))
        said = [
            -math.log(of[cause] if cause in patient.diagnoses else 1.0 - of[cause])
            for cause in CAUSES
            if cause in patient.diagnoses or cause not in patient.accept
        ]
        assert found["binary_log_loss"][row] == pytest.approx(sum(said) / len(said))


@hypothesis.given(P)
def test_places_are_those_of_sorting_by_hand(p: Array) -> None:
    found = measures(p, LABELS)
    for row, patient in enumerate(PATIENTS):
        order = sorted(CAUSES, key=lambda cause: -p[row, CAUSES.index(cause)])  # stable, as ties stay
        assert found["first"][row] == (order[0] in patient.right)
        assert found["first_three"][row] == bool(patient.right & set(order[:3]))
        every = set(patient.diagnoses) <= set(order[:3]) if len(patient.diagnoses) > 1 else math.nan
        assert found["every_cause"][row] == pytest.approx(float(every), nan_ok=True)


@hypothesis.given(P)
def test_ranks_are_a_permutation_that_sorts_downwards(p: Array) -> None:
    for row, places in zip(p, ranks(p), strict=True):
        assert sorted(places.tolist()) == list(range(len(CAUSES)))
        assert (np.diff(row[np.argsort(places)]) <= 0.0).all()


@hypothesis.given(P, st.floats(min_value=0.0, max_value=1.0))
def test_an_accepted_answer_counts_as_right_and_in_no_binary_score(p: Array, other: float) -> None:
    row, column = 2, 0  # accepts osteoarthritis, which nobody stated of that patient
    changed = p.copy()
    changed[row, column] = other
    before, after = measures(p, LABELS), measures(changed, LABELS)
    assert before["binary_log_loss"][row] == after["binary_log_loss"][row]
    brier = [cause_scores(q, p, LABELS, CAUSES, EVERYBODY)[column].brier for q in (p, changed)]
    assert brier[0] == brier[1]
    changed[row] = [1.0, 0.0, 0.0, 0.0]
    assert measures(changed, LABELS)["first"][row] == 1.0


@hypothesis.given(P, P)
def test_brier_scores_are_those_of_the_textbook(p: Array, prior: Array) -> None:
    for column, score in enumerate(cause_scores(p, prior, LABELS, CAUSES, EVERYBODY)):
        rows = [
            row for row, one in enumerate(PATIENTS) if score.cause not in set(one.accept) - set(one.diagnoses)
        ]
        stated = [float(score.cause in PATIENTS[row].diagnoses) for row in rows]
        brier, base = (
            sum((q[row, column] - y) ** 2 for row, y in zip(rows, stated, strict=True)) / len(rows)
            for q in (p, prior)
        )
        assert score.n == sum(score.cause in one.diagnoses for one in PATIENTS)
        assert score.brier == pytest.approx(brier)
        assert score.skill == pytest.approx(1.0 - brier / base)


@hypothesis.given(P)
def test_nothing_has_skill_over_itself_and_the_truth_has_all(p: Array) -> None:
    assert all(one.skill == 0.0 for one in cause_scores(p, p, LABELS, CAUSES, EVERYBODY))
    truth = cause_scores(LABELS.stated.astype(float), p, LABELS, CAUSES, EVERYBODY)
    assert all(one.skill == 1.0 for one in truth)


def test_what_nobody_has_is_null_and_no_warning() -> None:
    only = np.array([False, False, True, False])
    score = cause_scores(np.full((4, 4), 0.5), np.full((4, 4), 0.5), LABELS, CAUSES, only)[0]
    assert score.to_plain() == {
        "cause": "osteoarthritis", "n": 0, "first": None, "first_three": None, "brier": None, "skill": None,
    }  # fmt: skip
    assert estimate(np.array([np.nan, 1.0]), np.array([True, False])).to_plain() == {
        "value": None, "low": None, "high": None, "n": 0,
    }  # fmt: skip


@hypothesis.given(arrays(float, 40, elements=st.floats(min_value=0.0, max_value=1.0)))
def test_an_interval_holds_its_mean(values: Array) -> None:
    found = estimate(values, np.ones(40, bool))
    assert found.value == pytest.approx(float(values.mean()))
    assert found.low - 1e-12 <= found.value <= found.high + 1e-12


def test_an_interval_shrinks_with_the_root_of_the_number() -> None:
    values = np.tile([0.0, 1.0], 800)
    widths = [
        found.high - found.low for found in (estimate(values, np.arange(1600) < n) for n in (100, 400, 1600))
    ]
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.15)
    assert widths[1] / widths[2] == pytest.approx(2.0, rel=0.15)
    assert widths[0] == pytest.approx(2 * 1.645 * 0.5 / math.sqrt(100), rel=0.1)


def test_who_does_not_count_changes_nothing() -> None:
    values, members = np.array([0.0, 1.0, 1.0, np.nan, 0.5]), np.array([True, True, True, True, False])
    assert estimate(values, members) == estimate(np.array([0.0, 1.0, 1.0]), np.ones(3, bool))


@hypothesis.given(P, P)
def test_discordant_pairs_turn_round_with_the_methods(p: Array, q: Array) -> None:
    one, other = measures(p, LABELS), measures(q, LABELS)
    only, only_other = discordant(one, other, EVERYBODY)
    assert discordant(other, one, EVERYBODY) == (only_other, only)
    assert only - only_other == one["first"].sum() - other["first"].sum()
    assert discordant(one, one, EVERYBODY) == (0, 0)


def test_groups_hold_who_belongs_to_them() -> None:
    patients = (*PATIENTS, labelled("seen", night="implied", seen="community", collection="other"))
    found = {name: [one.id for one, inside in zip(patients, group.members, strict=True) if inside]
             for name, group in groups(patients, ["other_cause"]).items()}  # fmt: skip
    assert found["all"] == [one.id for one in patients]
    assert found["night"] == ["one", "two", "accepts", "seen"]
    assert found["outside"] == found["hard"] == ["outside"]
    assert found["several"] == ["two"]
    assert found["seen_community"] == found["collection_other"] == found["collection_other_night"] == ["seen"]
    assert sorted(found.get("looking", []) + found.get("kept", [])) == sorted(found["all"])
    assert "not_at_night" not in found, "a group of nobody is left out"
