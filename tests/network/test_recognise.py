from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from network.cpds import AnyOf, Cpd, Logistic, NoisyMax, NoisyOr, Table
from network.recognise import recognised
from tests.floats import assert_close


def spelled(cpd: Cpd) -> Table:
    return Table(cpd.table(), len(cpd.parent_cards))


def noisy_or(leak: float, *links: list[float]) -> NoisyOr:
    return NoisyOr(np.array(leak), tuple(np.array(link) for link in links))


WIDE: dict[str, tuple[Cpd, type]] = {
    "noisy-OR": (noisy_or(0.02, [0, 0.5], [0, 0.25], [0, 0.125]), NoisyOr),
    "noisy-OR with a rare leak": (noisy_or(1.25e-7, [0, 0.5], [0, 1e-3], [0, 1.0]), NoisyOr),
    "noisy-OR over three states": (noisy_or(0.0, [0, 0.1, 0.7], [0, 0.25], [0, 0.0]), NoisyOr),
    "certain OR": (AnyOf(5), NoisyOr),
    "noisy-MAX": (
        NoisyMax(np.array([0.75, 0.125, 0.125]), (np.array([[1, 0, 0], [0.5, 0.25, 0.25]]),) * 3),
        NoisyMax,
    ),
    "noisy-MAX without leak that carries a state on": (
        NoisyMax(np.array([1.0, 0, 0]), (np.eye(3), *(np.array([[1, 0, 0], [0.5, 0.25, 0.25]]),) * 2)),
        NoisyMax,
    ),
    "logistic": (Logistic(np.array(-2.0), (np.array([0.0, 1.0]),) * 3, 0), Table),
    "a parent that protects": (
        Table(np.array([[0.5] * 7 + [0.9], [0.5] * 7 + [0.1]]).reshape(2, 2, 2, 2), 3),
        Table,
    ),
    "two parents": (noisy_or(0.02, [0, 0.5], [0, 0.25]), Table),
    "always present": (Table(np.stack([np.zeros((2, 2, 2)), np.ones((2, 2, 2))]), 3), Table),
}  # fmt: skip


@pytest.mark.parametrize(("cpd", "kind"), WIDE.values(), ids=WIDE)
def test_what_a_table_was_written_from_is_found_again(cpd: Cpd, kind: type) -> None:
    found = recognised(spelled(cpd))
    assert type(found) is kind
    assert_close(found.table(), cpd.table(), atol=1e-15)
    assert np.array_equal(found.table() == 0.0, cpd.table() == 0.0)


@given(
    leak=st.floats(0.0, 0.9),
    links=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=5),
    row=st.integers(0, 7),
    change=st.floats(1e-12, 0.1),
)
@example(leak=0.125, links=[0.5, 0.25, 0.5], row=0, change=1e-11)
def test_a_table_changed_in_one_row_is_no_longer_a_noisy_or(
    leak: float, links: list[float], row: int, change: float
) -> None:
    values: Any = spelled(noisy_or(leak, *([0.0, link] for link in links))).values.copy()
    column = values.reshape(2, -1)[:, -1 - row % 2]
    column[:] = (
        column + np.array([change, -change]) if column[1] > 0.5 else column + np.array([-change, change])
    )
    found = recognised(Table(values, len(links)))
    assert_close(found.table(), values, atol=1e-15)


def test_zeros_stay_exact_and_a_rare_state_keeps_its_odds() -> None:
    values = np.array(noisy_or(0.0, [0, 0.5], [0, 0.5], [0, 0.5]).table())
    values[:, 0, 0, 0] = [1.0 - 1e-17, 1e-17]
    found = recognised(Table(values, 3))
    assert_close(found.table()[1, 0, 0, 0] / 1e-17, 1.0, atol=1e-9)
