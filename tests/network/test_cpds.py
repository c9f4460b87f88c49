"""Each distribution against its formula, written out for one row of parent states at a time."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.cpds import (
    CLASSES,
    AnyOf,
    Attributable,
    Cpd,
    Logistic,
    NoisyMax,
    NoisyOr,
    Table,
    first_draw,
    from_plain,
    to_plain,
)
from tests.floats import ROUNDING, TABLE, assert_close

Row = tuple[int, ...]


def table_column(cpd: Table, row: Row) -> list[float]:
    return [float(cpd.values[(state, *row)]) for state in range(cpd.n_states)]


def logistic_column(cpd: Logistic, row: Row) -> list[float]:
    base, risks = row[: cpd.n_base], row[cpd.n_base :]
    logit = float(cpd.intercepts[base]) + sum(float(c[r]) for c, r in zip(cpd.log_odds, risks, strict=True))
    present = 0.0 if logit == -math.inf else 1.0 / (1.0 + math.exp(-logit))
    return [1.0 - present, present]


def noisy_or_column(cpd: NoisyOr, row: Row) -> list[float]:
    absent = 1.0 - float(cpd.leak)
    for link, state in zip(cpd.links, row, strict=True):
        absent *= 1.0 - float(link[state])
    return [absent, 1.0 - absent]


def noisy_max_column(cpd: NoisyMax, row: Row) -> list[float]:
    """The largest of independent contributions, by going through all of them."""
    contributions = [cpd.leak, *(link[state] for link, state in zip(cpd.links, row, strict=True))]
    column = [0.0] * cpd.n_states
    for outcome in itertools.product(range(cpd.n_states), repeat=len(contributions)):
        column[max(outcome)] += math.prod(
            float(part[state]) for part, state in zip(contributions, outcome, strict=True)
        )
    return column


def any_of_column(cpd: AnyOf, row: Row) -> list[float]:
    return [0.0, 1.0] if any(row) else [1.0, 0.0]


def attributable_column(cpd: Attributable, row: Row) -> list[float]:
    n_drugs, n_bands = cpd.relative_risks.shape
    band = row[-1] if n_bands > 1 else 0
    kept = 1.0
    for drug in range(n_drugs):
        if row[1 + drug]:
            kept *= 1.0 / max(1.0, float(cpd.relative_risks[drug, band]))
    share = 1.0 - kept if row[0] else 0.0
    return [1.0 - share, share]


COLUMNS: dict[str, Callable[[Any, Row], list[float]]] = {
    "table": table_column,
    "logistic": logistic_column,
    "noisy_or": noisy_or_column,
    "noisy_max": noisy_max_column,
    "any_of": any_of_column,
    "attributable": attributable_column,
}

probabilities = st.floats(0.0, 1.0)
cards = st.integers(2, 3)


@st.composite
def rows_of(draw: st.DrawFn, n: int, batch: tuple[int, ...] = ()) -> np.ndarray:
    """Rows that sum to one, shape (*batch, n)."""
    weights = np.array(
        draw(st.lists(st.floats(0.01, 1.0), min_size=math.prod(batch) * n, max_size=math.prod(batch) * n))
    )
    weights = weights.reshape(*batch, n)
    return weights / weights.sum(axis=-1, keepdims=True)


@st.composite
def columns_of(draw: st.DrawFn, element: st.SearchStrategy[float], shape: tuple[int, ...]) -> np.ndarray:
    """An array of independent numbers."""
    return np.array(draw(st.lists(element, min_size=math.prod(shape), max_size=math.prod(shape)))).reshape(
        shape
    )


@st.composite
def distributions(draw: st.DrawFn, kind: str, batch: tuple[int, ...] = ()) -> Cpd:
    """A distribution of one kind, of any shape up to four parents, with leading axes `batch`."""
    parents = draw(st.lists(cards, max_size=3))
    if kind == "table":
        n = draw(st.integers(2, 4))
        values = draw(rows_of(n, (*batch, *parents)))
        return Table(np.moveaxis(values, -1, len(batch)), len(parents))
    if kind == "logistic":
        n_base = draw(st.integers(0, min(2, len(parents))))
        intercepts = draw(columns_of(st.floats(-8.0, 8.0), (*batch, *parents[:n_base])))
        if n_base and draw(st.booleans()):
            intercepts[..., 0] = -np.inf
        log_odds = tuple(draw(columns_of(st.floats(-3.0, 3.0), (*batch, card))) for card in parents[n_base:])
        return Logistic(intercepts, log_odds, n_base)
    if kind == "noisy_or":
        links = tuple(draw(columns_of(probabilities, (*batch, card))) for card in parents)
        return NoisyOr(draw(columns_of(probabilities, batch)), links)
    if kind == "noisy_max":
        n = draw(st.integers(2, 3))
        return NoisyMax(draw(rows_of(n, batch)), tuple(draw(rows_of(n, (*batch, card))) for card in parents))
    if kind == "any_of":
        return AnyOf(len(parents))
    shape = (*batch, draw(st.integers(1, 3)), draw(st.sampled_from([1, 3])))
    return Attributable(draw(columns_of(st.floats(0.2, 9.0), shape)))


@pytest.mark.parametrize("kind", CLASSES)
@given(data=st.data())
def test_a_table_is_its_formula_row_by_row(kind: str, data: st.DataObject) -> None:
    cpd = data.draw(distributions(kind))
    with np.errstate(over="ignore"):
        table = cpd.table()
    assert table.shape == (cpd.n_states, *cpd.parent_cards)
    for row in np.ndindex(*cpd.parent_cards):
        assert_close(table[(slice(None), *row)], COLUMNS[kind](cpd, row), atol=1e-11)


@pytest.mark.parametrize("kind", CLASSES)
@given(data=st.data())
def test_columns_are_distributions(kind: str, data: st.DataObject) -> None:
    table = data.draw(distributions(kind)).table()
    assert_close(table.sum(axis=0), np.ones(table.shape[1:]), atol=TABLE)
    assert (table >= -ROUNDING).all()


@pytest.mark.parametrize("kind", CLASSES)
@given(data=st.data())
def test_parameters_come_back_from_json(kind: str, data: st.DataObject) -> None:
    cpd = data.draw(distributions(kind))
    plain = json.loads(json.dumps(to_plain(cpd)))
    back = from_plain(plain)
    assert type(back) is type(cpd)
    assert (back.n_states, back.parent_cards) == (cpd.n_states, cpd.parent_cards)
    assert np.array_equal(back.table(), cpd.table())
    assert to_plain(back) == to_plain(cpd)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind != "any_of"])
@given(data=st.data())
def test_leading_axes_are_a_batch_of_draws(kind: str, data: st.DataObject) -> None:
    cpd: Any = data.draw(distributions(kind, batch=(3,)))
    single: Any = first_draw(cpd)
    assert (cpd.n_states, cpd.parent_cards) == (single.n_states, single.parent_cards)
    table = cpd.table()
    assert table.shape == (3, cpd.n_states, *cpd.parent_cards)
    assert_close(table[0], single.table())


def test_the_last_parent_varies_fastest() -> None:
    cpd = NoisyOr(np.array(0.0), (np.array([0.0, 0.5]), np.array([0.0, 0.1, 0.2])))
    assert_close(cpd.table()[1].ravel(), [0.0, 0.1, 0.2, 0.5, 0.55, 0.6])


def test_textbook_noisy_or() -> None:
    cpd = NoisyOr(np.array(0.125), (np.array([0.0, 0.75]), np.array([0.0, 0.5])))
    assert cpd.table()[1, 1, 0] == 0.78125


def test_a_structural_zero_stays_zero_whatever_the_risk_factors() -> None:
    cpd = Logistic(np.array([-np.inf, 0.0]), (np.array([0.0, 50.0]),), 1)
    assert_close(cpd.table()[1], [[0.0, 0.0], [0.5, 1.0]], atol=ROUNDING)


def test_a_very_small_chance_is_not_rounded_away() -> None:
    assert_close(Logistic(np.array(-40.0), (), 0).table()[1] / math.exp(-40.0), 1.0, atol=1e-12)


def test_the_states_of_a_noisy_max_above_the_largest_contribution_are_impossible() -> None:
    cpd = NoisyMax(np.array([0.9, 0.1, 0.0]), (np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]),))
    assert_close(cpd.table()[2], [0.0, 0.0])
    assert_close(cpd.table()[:, 1], [0.45, 0.55, 0.0])


def test_a_noisy_max_of_two_states_is_a_noisy_or() -> None:
    noisy_max = NoisyMax(np.array([0.9, 0.1]), (np.array([[1.0, 0.0], [0.4, 0.6]]),) * 3)
    noisy_or = NoisyOr(np.array(0.1), (np.array([0.0, 0.6]),) * 3)
    assert_close(noisy_max.table(), noisy_or.table())


def test_two_drugs_share_the_blame_and_a_protective_one_takes_none() -> None:
    table = Attributable(np.array([[2.0], [4.0], [0.5]])).table()
    assert_close(table[1, 1, 1, 0, 0], 0.5)
    assert_close(table[1, 1, 1, 1, 0], 1.0 - 1.0 / 8.0)
    assert_close(table[1, 1, 0, 0, 1], 0.0)
    assert_close(table[1, 0], np.zeros((2, 2, 2)))


def test_a_band_is_the_last_parent_of_a_drug_share() -> None:
    cpd = Attributable(np.array([[1.0, 2.0, 4.0]]))
    assert cpd.parent_cards == (2, 2, 3)
    assert_close(cpd.table()[1, 1, 1], [0.0, 0.5, 0.75])
