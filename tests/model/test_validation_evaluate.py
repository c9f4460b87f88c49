"""How often is it right? The whole collection by its record, small files for the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.validation import evaluate as module
from model.validation.contenders import (
    EQUAL_ODDS,
    NAIVE_BAYES,
    NETWORK,
    PRIOR,
    SINGLE_CAUSE,
    posteriors,
)  # fmt: skip
from model.validation.evaluate import Evaluation, evaluate, setting_evidence, setting_words
from model.validation.groups import groups
from model.validation.scores import MEASURES, Labels, measures
from network.build import EMBEDDED
from network.errors import DiagnosisError, UnknownState
from network.notice import Tried, read_tried
from network.patients import LEVELS, LabelledPatient
from tests.floats import ENGINE
from tests.labelled import collection, labelled, written
from tests.model.believed import ddx
from tests.networks import consultation

SMALL = [
    *collection()[3::80],
    labelled("accepts", accept=["statin_myalgia"]),
    labelled("safety", evidence={"dark_urine": "present", "statin": "present"}, diagnoses=["statin_myalgia"]),
    labelled("tested", tests={"ferritin_low": "present"}, diagnoses=["restless_legs_syndrome"]),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """A few patients without a setting and in one, everybody's misses listed."""
    path = written(tmp_path_factory.mktemp("small"), SMALL)
    return evaluate(ddx(), path, [None, "sleep_clinic"], half=None)


def test_what_is_recorded_is_what_is_found_now() -> None:
    p = posteriors(ddx(), [one.evidence for one in collection()], {})[0]
    found = measures(p, Labels.of(collection(), [of or node for node, of in ddx().network.causes.items()]))
    assert read_tried(EMBEDDED, []) == Tried(
        patients=len(collection()),
        first=round(float(found["first"].mean()), 4),
        first_three=round(float(found["first_three"].mean()), 4),
    )


def test_the_collection_falls_into_groups_that_add_up() -> None:
    sizes = {name: int(group.members.sum()) for name, group in groups(collection(), ["other_cause"]).items()}
    assert sizes["all"] == len(collection()) == sizes["looking"] + sizes["kept"]
    assert sizes["all"] == sizes["night"] + sizes["not_at_night"] + sizes["outside"]
    assert sizes["all"] == sum(n for name, n in sizes.items() if name.startswith("seen_"))
    assert sizes["collection_first"] == 108


@pytest.mark.parametrize("half", ["looking", "kept", None])
def test_half_chooses_who_is_listed_and_no_score(half: str | None, small: Evaluation) -> None:
    one = replace(small.settings[0], judge=replace(small.settings[0].judge, half=half))
    assert {miss.patient for miss in one.misses} == {
        patient.id
        for patient, first in zip(SMALL, one.values[NETWORK]["first"].tolist(), strict=True)
        if not first and half in (None, patient.half)
    }
    assert one.score(NETWORK, "all", "first") == small.settings[0].score(NETWORK, "all", "first")


def test_scores_are_the_mean_of_queries_one_by_one(small: Evaluation) -> None:
    ranks = []
    for patient in SMALL:
        ranking = [cause.condition for cause in ddx().query(patient.evidence).ranking]
        ranks.append(min(ranking.index(cause) for cause in patient.right))
    assert small.settings[0].score(NETWORK, "all", "first").value == pytest.approx(
        sum(rank == 0 for rank in ranks) / len(ranks)
    )
    assert small.tried.first_three == pytest.approx(sum(rank < 3 for rank in ranks) / len(ranks), abs=1e-4)
    assert f"Tried on {len(SMALL)} published patients, never in a clinic" in small.sentence


def test_the_order_of_patients_does_not_matter_and_tests_are_told_when_asked_for(tmp_path: Path) -> None:
    there, back = (
        evaluate(ddx(), written(tmp_path, patients), [None], tests=True) for patients in (SMALL, SMALL[::-1])
    )
    assert there.triage.to_plain() == back.triage.to_plain()
    (one,), (other,) = there.settings, back.settings
    for method in one.answers.p:
        for name in MEASURES:
            found = [judged.score(method, "all", name).value for judged in (one, other)]
            assert found[0] == pytest.approx(found[1], nan_ok=True)
    for row, patient in enumerate(SMALL):
        answer = ddx().query({**patient.evidence, **patient.tests})
        assert one.answers.p[NETWORK][row] == pytest.approx(
            [answer.due_to(cause) for cause in one.answers.causes], abs=ENGINE
        )


def test_a_setting_is_told_of_everybody(small: Evaluation) -> None:
    assert [one.setting for one in small.settings] == [None, "sleep_clinic"]
    for judged in small.settings:
        place = {"seen_in": judged.setting} if judged.setting else {}
        for row, patient in enumerate(SMALL[:2]):
            answer = ddx().query({**patient.evidence, **place})
            said = [answer.due_to(cause) for cause in judged.answers.causes]
            assert judged.answers.p[NETWORK][row] == pytest.approx(said, abs=ENGINE)
        prior = [ddx().query(place).due_to(cause) for cause in judged.answers.causes]
        assert judged.answers.p[PRIOR][0] == pytest.approx(prior, abs=ENGINE)
        assert (judged.words if place else "with no setting stated") in small.sentence


def test_a_file_names_the_settings_it_is_judged_in(tmp_path: Path) -> None:
    report = evaluate(ddx(), written(tmp_path, SMALL[:1], ["community"]))
    assert [one.setting for one in report.settings] == [None, "community"]


def test_urgency_is_that_of_a_query_with_and_without_the_safety_items(small: Evaluation) -> None:
    given = tuple(ddx().query(one.evidence).urgency.level for one in SMALL)
    assert small.settings[0].answers.urgency == given
    safety = {item.id for item in ddx().network.safety_items}
    labels = [one.level for one in SMALL if one.level]
    levels = [
        ddx().query({n: s for n, s in one.evidence.items() if n not in safety}).urgency.level or "routine"
        for one in SMALL
        if one.level
    ]
    assert small.triage_unasked.counts == {
        pair: list(zip(labels, levels, strict=True)).count(pair) for pair in zip(labels, levels, strict=True)
    }


def test_one_open_safety_item_is_the_one_whose_answer_counts_most(small: Evaluation) -> None:
    safety = {item.id for item in ddx().network.safety_items}

    def lowest(one: LabelledPatient) -> str:
        told = [one.evidence]
        told += [
            {n: s for n, s in one.evidence.items() if n != item} for item in one.evidence if item in safety
        ]
        return min((ddx().query(case).urgency.level or "routine" for case in told), key=LEVELS.index)

    pairs = [(one.level, lowest(one)) for one in SMALL if one.level]
    assert small.triage_one_open.counts == {pair: pairs.count(pair) for pair in pairs}
    assert small.triage.under <= small.triage_one_open.under <= small.triage_unasked.under


def test_everything_is_in_the_json_and_finite(small: Evaluation) -> None:
    plain = small.to_plain()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    one, _ = plain["settings"]
    assert {NETWORK, PRIOR, NAIVE_BAYES, SINGLE_CAUSE, EQUAL_ODDS} <= set(one["methods"])
    assert any(method.startswith("readings_") for method in one["methods"])
    for by_group in one["methods"].values():
        assert {"all", "night"} <= set(by_group)
        assert all(set(scores) == set(MEASURES) for scores in by_group.values())
    assert set(one["discordant"]) == set(one["methods"]) - {NETWORK}
    assert {score["cause"] for score in one["causes"]} == {
        of or node for node, of in ddx().network.causes.items()
    }
    accepted = sum(len(patient.right - set(patient.diagnoses)) for patient in SMALL)
    assert sum(bin_["n"] for bin_ in one["reliability"]) == len(SMALL) * len(one["causes"]) - accepted


def test_a_setting_that_does_not_exist_is_told_before_anything_is_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("worked out")

    monkeypatch.setattr(module, "answers", never)
    with pytest.raises(
        UnknownState, match=r"node 'seen_in' has no state 'comunity'.*Did you mean 'community'"
    ):
        evaluate(ddx(), written(tmp_path, SMALL), [None, "comunity"])


def test_what_cannot_be_evaluated_is_said(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match=r"no half is called 'other'\. Halves: looking, kept"):
        evaluate(ddx(), half="other")
    with pytest.raises(DiagnosisError, match="there is no patient in it"):
        evaluate(ddx(), written(tmp_path, []), [None])
    with pytest.raises(DiagnosisError, match="network 'consultation' has no settings, so 'community' cannot"):
        setting_evidence(consultation(), "community")


def test_a_setting_is_evidence_and_words() -> None:
    network = ddx().network
    assert setting_evidence(network, None) == {}
    assert setting_evidence(network, "community") == {"seen_in": "community"}
    assert setting_words(network, None) == "not stated"
    assert setting_words(network, "community") == network.node("seen_in").state_label("community")


def test_draws_give_the_calibration_curve_its_band(tmp_path: Path) -> None:
    told: list[int] = []
    report = evaluate(
        ddx(), written(tmp_path, SMALL[:2]), [None], draws=20, progress=lambda done, _: told.append(done)
    )
    assert told == [1, 2]
    for one in report.settings[0].reliability():
        assert one.band_low is not None
        assert one.band_high is not None
        assert 0.0 <= one.band_low <= one.band_high <= 1.0
