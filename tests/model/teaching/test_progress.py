"""Many cases: calibration with honest ranges, no grade from few, and files that are checked."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from model.teaching.calibration import EDGES, calibration, credible_share
from model.teaching.cases import all_causes
from model.teaching.errors import ProgressError
from model.teaching.progress import Progress
from model.teaching.records import CaseRecord, Change
from model.teaching.rules import count
from model.teaching.tables import defused, to_csv
from tests.model.believed import ddx

CRAMPS, WORN = "nocturnal_leg_cramps", "osteoarthritis"


def record(p: float = 0.7, true: bool = True, **fields: object) -> CaseRecord:
    stated = {cause: 0.0 for cause in all_causes(ddx().network)} | {CRAMPS: p}
    brier = (p - true) ** 2 / len(stated)
    blank = CaseRecord(
        case="a", title="A case", kind="typical", when="2026-11-22", answer=(CRAMPS,) if true else (WORN,),
        stated=stated, brier=brier, log_bits=0.1, network_brier=0.01, network_log_bits=0.1, start_brier=0.05,
        cost=2.0, changes=(Change(1, 3.0, 6.0), Change(2, 1.0, 2.0)), first=(), safety_missed=1,
        closed_early=False,
    )  # fmt: skip
    return replace(blank, **fields)


def many(n: int, p: float, share: float, seed: int = 0) -> Progress:
    rng = np.random.default_rng(seed)
    return Progress(tuple(record(p, bool(rng.random() < share)) for _ in range(n)))


def bin_of(progress: Progress, p: float):
    return next(one for one in progress.calibration() if one.low <= p < one.high)


def test_every_judgement_falls_into_one_bin():
    progress = Progress((record(0.0), record(1.0), record(0.5), record(0.95)))
    assert sum(one.n for one in progress.calibration()) == 4 * len(all_causes(ddx().network))
    assert [one.low for one in calibration([])] == list(EDGES[:-1])


def test_a_calibrated_learner_lies_within_the_range_and_an_overconfident_one_below():
    good, over = bin_of(many(200, 0.6, 0.6), 0.6), bin_of(many(200, 0.9, 0.5), 0.9)
    assert good.credible_low < 0.6 < good.credible_high and good.stated == pytest.approx(0.6)
    assert over.credible_high < 0.9 and over.enough


def test_a_credible_range_holds_the_share_as_often_as_it_says():
    """Averaged over shares from the uniform prior, a 90 % range holds the share in 90 % of draws."""
    rng = np.random.default_rng(0)
    shares = rng.random(4000)
    seen = rng.binomial(12, shares)
    ranges = np.array([credible_share(k, 12) for k in range(13)])[seen]
    held = np.mean((ranges[:, 0] <= shares) & (shares <= ranges[:, 1]))
    assert held == pytest.approx(0.9, abs=0.02)


def test_few_judgements_are_marked_as_few():
    assert not bin_of(Progress((record(0.6),)), 0.6).enough
    assert not Progress((record(0.6),)).standing().enough


def test_nothing_is_said_about_a_learner_from_few_cases_and_how_many_it_takes_is():
    few = many(5, 0.7, 0.7).standing()
    assert not few.enough and str(few.needed) in few.text and f"{few.mean:.3f}" not in few.text
    assert few.needed >= count("fewest_cases")
    assert Progress().standing().text == "No case finished yet."


def test_enough_cases_make_the_range_as_narrow_as_promised():
    rng = np.random.default_rng(1)
    records = tuple(record(brier=float(b)) for b in rng.gamma(2.0, 0.02, 400))
    asked = Progress(records[:30]).standing().needed
    later = Progress(records[:asked]).standing()
    assert (later.high - later.low) / 2 < 1.6 * 0.02
    whole = Progress(records).standing()
    assert whole.enough and whole.low < whole.mean < whole.high and f"{whole.mean:.3f}" in whole.text


def test_the_reaction_ratio_is_that_of_all_changes_and_history_runs_along():
    progress = Progress((record(), record(), record(brier=0.04)))
    assert progress.reaction().ratio == pytest.approx(0.5)
    assert progress.reaction().n_findings == 6
    assert [point.number for point in progress.history()] == [1, 2, 3]
    assert progress.history()[-1].mean_brier == pytest.approx(
        np.mean([one.brier for one in progress.records])
    )


def test_changes_beyond_one_per_cent_are_left_out_of_the_ratio():
    changes = (Change(1, 3.0, 6.0), Change(2, 0.0, 9.0, cut=True))
    assert Progress((record(changes=changes),)).reaction().ratio == pytest.approx(0.5)


def test_strengths_tell_causes_apart():
    progress = Progress((record(0.9), record(0.8), record(0.3, true=False)))
    found = {one.cause: one for one in progress.strengths()}
    assert found[CRAMPS].n_present == 2 and found[CRAMPS].mean_given_present == pytest.approx(0.85)
    assert found[CRAMPS].mean_given_absent == pytest.approx(0.3)
    assert found[WORN].n_present == 1 and found[WORN].mean_given_present == 0.0
    assert found[WORN].brier == pytest.approx(1 / 3)


def test_a_cause_that_was_never_named_is_no_judgement_but_counts_as_missed():
    progress = Progress((record(stated={CRAMPS: 0.4}, answer=(WORN,)),))
    assert sum(one.n for one in progress.calibration()) == 1
    found = {one.cause: one for one in progress.strengths()}
    assert found[WORN].mean_given_present == 0.0 and found[WORN].brier == 1.0


def test_progress_is_never_changed_in_place():
    first = Progress((record(),))
    assert len(first.with_record(record()).records) == 2 and len(first.records) == 1


def test_progress_comes_back_from_its_file():
    progress = Progress((record(), record(0.2, true=False, network_brier=None)))
    again = Progress.from_json(ddx().network, progress.to_json())
    assert again == progress and again.standing() == progress.standing()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no progress file"),
        ('{"schema": 9, "records": []}', "another version"),
        ('{"schema": 1, "records": [{}]}', "incomplete"),
        ('{"schema": 1, "records": [3]}', "incomplete"),
    ],
)
def test_a_file_that_is_no_progress_is_refused_with_a_message(text: str, says: str):
    with pytest.raises(ProgressError, match=says):
        Progress.from_json(ddx().network, text)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("brier", 7, "outside"),
        ("brier", "low", "no number"),
        ("brier", float("nan"), "no number"),
        ("answer", ["gout"], "another network"),
        ("stated", {CRAMPS: 2}, "outside"),
        ("title", "x" * 500, "short text"),
        ("changes", [{"step": 1}], "incomplete"),
    ],
)
def test_a_damaged_entry_is_named(field: str, value: object, says: str):
    plain = json.loads(Progress((record(),)).to_json())
    plain["records"][0][field] = value
    with pytest.raises(ProgressError, match=says):
        Progress.from_json(ddx().network, json.dumps(plain))


def test_a_table_runs_nothing_in_a_spreadsheet():
    text = Progress((record(title="=cmd|' /C calc'!A0"), record(title="+1"), record(title="plain"))).to_csv()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["title"] for row in rows] == ["'=cmd|' /C calc'!A0", "'+1", "plain"]
    assert float(rows[0]["brier"]) == pytest.approx(record().brier, rel=1e-5)


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\x00=1"]
)
def test_every_way_to_begin_a_formula_is_defused(cell: str):
    assert defused(cell).startswith("'")
    assert next(csv.reader(io.StringIO(to_csv(["x"], [{"x": cell}]).split("\r\n", 1)[1])))[0].startswith("'")


@pytest.mark.parametrize("cell", [-0.5, 3, "plain", "a=b", "1 - 2", ""])
def test_numbers_and_plain_text_stay_as_they_are(cell: object):
    assert defused(cell) == cell
