"""Calibration curves: every entry once, and the band of the draws."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.validation.reliability import EDGES, drawn_posteriors, reliability
from model.validation.scores import Labels
from network.cpds import Array
from tests.floats import ENGINE, assert_close
from tests.labelled import labelled
from tests.model.believed import ddx

CAUSES = ("osteoarthritis", "statin_myalgia", "other_cause")
LABELS = Labels.of(
    [labelled("a"), labelled("b", diagnoses=["other_cause"], accept=["statin_myalgia"])], CAUSES
)
P = arrays(float, (2, 3), elements=st.floats(min_value=0.0, max_value=1.0) | st.sampled_from(EDGES))


@hypothesis.given(P)
def test_bins_hold_every_entry_once(p: Array) -> None:
    bins = reliability(p, LABELS)
    counted = [
        (p[row, column], LABELS.stated[row, column])
        for row in range(2)
        for column in range(3)
        if (row, column) != (1, 1)
    ]  # accepted only
    assert sum(one.n for one in bins) == len(counted)
    assert sum(one.n * one.mean for one in bins) == pytest.approx(sum(x for x, _ in counted))
    assert sum(one.n * one.observed for one in bins) == pytest.approx(sum(y for _, y in counted))
    for one in bins:
        assert one.low <= one.mean <= one.high
        inside = [y for x, y in counted if one.low <= x and (x < one.high or one.high == 1.0)]
        assert (one.n, one.observed) == (len(inside), pytest.approx(np.mean(inside)))


@hypothesis.given(P, st.integers(min_value=1, max_value=5))
def test_draws_that_are_the_network_itself_have_no_width(p: Array, draws: int) -> None:
    for one in reliability(p, LABELS, np.repeat(p[:, :, None], draws, axis=2)):
        assert one.band_low == pytest.approx(one.mean)
        assert one.band_high == pytest.approx(one.mean)


def test_a_band_holds_nine_tenths_of_the_means() -> None:
    p = np.full((2, 3), 0.35)
    drawn = p[:, :, None] + np.linspace(-0.1, 0.1, 201)
    (one,) = reliability(p, LABELS, drawn)
    assert (one.band_low, one.band_high) == (pytest.approx(0.26), pytest.approx(0.44))
    assert one.to_plain()["band"] == [one.band_low, one.band_high]


def test_without_draws_there_is_no_band() -> None:
    assert all(one.to_plain()["band"] is None for one in reliability(np.full((2, 3), 0.5), LABELS))


def test_draws_of_a_patient_are_those_of_its_interval() -> None:
    case = {"age": "75_plus", "relief_by_dangling_legs": "present", "dark_urine": "absent"}
    told: list[tuple[int, int]] = []
    drawn = drawn_posteriors(ddx(), [case, {}], 20, progress=lambda *done: told.append(done))
    assert drawn.shape == (2, len(ddx().network.causes), 20)
    assert told == [(1, 2), (2, 2)]
    credible = ddx().credible(case, draws=20)
    for column, (node, condition) in enumerate(ddx().network.causes.items()):
        spread = credible.due_to(condition or node).due_to
        low, high = np.quantile(drawn[0, column], [0.05, 0.95])
        assert_close([low, high], [spread.low, spread.high], atol=ENGINE)
