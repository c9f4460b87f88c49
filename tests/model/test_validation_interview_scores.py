"""Scores of interviews: laws of what is counted, on interviews typed in by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.validation.interview_scores import Measured, Stops, order_score


def by_hand(
    first: list[list[int]],
    put: list[list[int]] | None = None,
    first_story: list[bool] | None = None,
    level_told: list[int] | None = None,
) -> Measured:
    """Return what an order achieves, typed in."""
    there = np.array(first, bool)
    n, width = there.shape
    nobody, none = np.zeros(n, bool), np.zeros(n, np.intp)
    return Measured(
        first=there,
        first_three=there,
        level=np.zeros((n, width), np.intp),
        put=np.array(put) if put is not None else np.tile(np.arange(width), (n, 1)),
        answered=np.full(n, width - 1),
        first_told=nobody,
        first_story=np.array(first_story) if first_story is not None else nobody,
        level_told=np.array(level_told) if level_told is not None else none,
        level_story=none,
        stops=None,
    )


def test_a_cause_that_is_lost_again_was_not_first_to_stay() -> None:
    measured = by_hand(first=[[1, 0, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1]])
    assert measured.to_first.tolist() == [2.0, np.inf, 0.0]
    score = order_score(measured, np.ones(3, bool), (0, 3))
    assert score.median_to_first == 2.0
    assert score.after[3].first.value == pytest.approx(2 / 3)


def test_counting_every_question_looks_at_what_was_known_by_then() -> None:
    measured = by_hand(first=[[0, 1, 0, 1]], put=[[0, 4, 5, 9]])
    there = [bool(measured.after_put(measured.first, n)[0]) for n in (0, 3, 4, 5, 8, 9, 12)]
    assert there == [False, False, True, False, False, True, True]


def test_kept_counts_only_those_who_are_right_with_the_whole_story() -> None:
    measured = by_hand(first=[[0, 1], [0, 0], [0, 0]], first_story=[True, True, False])
    kept = order_score(measured, np.ones(3, bool), (1,)).after[1].kept
    assert (kept.value, kept.n) == (0.5, 2)


def test_levels_below_are_counted_where_the_stop_fired() -> None:
    stops = Stops(
        fired=np.array([True, True, True, False]),
        answered=np.array([1, 2, 1, 0]),
        put=np.array([3, 4, 6, 0]),
        first=np.array([True, False, True, False]),
        level=np.array([0, 2, 3, 0]),
    )
    measured = replace(by_hand(first=[[0, 0, 0]] * 4, level_told=[2, 2, 3, 3]), stops=stops)
    score = order_score(measured, np.ones(4, bool), (0,)).stop
    assert score is not None
    assert score.below == {2: 1}
    assert (score.fired.value, score.first.n) == (0.75, 3)
    assert score.urgency.value == pytest.approx(2 / 3)
    assert score.median_answered == 1.5
