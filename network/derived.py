"""Derived rows on reading: their formulas checked and worked out, and the intervals that follow.

The interval of a derived row is for showing. It is that of a normal distribution of its log-odds (of its
logarithm, for a ratio), whose variance is propagated to first order from all rows behind it at once, so that
a row that enters twice is counted once:

    variance = sum over rows without a formula (slope * spread)^2 + sum over steps (slope * ln(step) / 1.96)^2

Draws use no such thing: they put drawn bases into the formulas (`network.distributions`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import networkx as nx
import numpy as np

from network.consequences import LARGEST, SMALLEST, consequences, derived_in_order, moved, scaled
from network.cpds import Array
from network.distributions import WIDTH, ends, spread_of_step, typical_spread
from network.errors import Fault, did_you_mean
from network.figures import PROPORTIONS, RATIOS, Figure, foundations
from network.formulas import Cell, read_formula

SMALL = 1e-4
"""Of the scale of a row: how far it is moved for a slope."""

TOLERANCE = 1e-9
"""Relative: a written value may be the half of a last digit away from the formula, and this."""


@dataclass(frozen=True)
class Table:
    """What was read of ``figures.csv``.

    `figures` holds the rows without a fault, derived ones with a value that is not known yet; `places` says
    of every row where it stands, `written` of a sound one what its value is in the file.
    """

    file: str
    figures: Mapping[str, Figure]
    places: Mapping[str, str]
    written: Mapping[str, str]


def worked_out(table: Table, cells: Mapping[Cell, float], faults: list[Fault]) -> dict[str, Figure]:
    """Return all figures, derived ones with value and interval; what is wrong is added to `faults`.

    A row that cannot be worked out, or rests on one that is faulty, is left out.

    Parameters
    ----------
    cells : pooled readings that formulas may use
    """
    count = len(faults)
    for name, field, problem, remedy in (*_broken(table, cells), *_circles(table.figures)):
        faults.append(Fault(table.file, table.places[name], field, problem, remedy))
    if len(faults) > count:
        return {name: row for name, row in table.figures.items() if not row.formula}
    known = dict(table.figures)
    for name in derived_in_order(known, list(known)):
        row = known.pop(name)
        if not known.keys() >= set(row.derived_from):
            continue  # it rests on a row that was reported
        formula = read_formula(row.formula)
        with np.errstate(all="ignore"):  # what is no number is a fault of the row
            bases = {base: np.array(known[base].value) for base in formula.bases}
            value = float(formula.value(bases, cells))
        if found := _fault_of_value(row, value, table.written[name]):
            faults.append(Fault(table.file, table.places[name], "value", *found))
            continue
        used = tuple((cell, cells[cell]) for cell in formula.cells)
        known[name] = replace(row, value=value, readings=used)
    intervals = _intervals(known) if len(faults) == count else {}
    for name, (low, high) in intervals.items():
        known[name] = replace(known[name], low=low, high=high)
    return {name: known[name] for name in table.figures if name in known}


def _broken(table: Table, cells: Mapping[Cell, float]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (row, field, fault, remedy) for names in formulas that nothing has."""
    for name, row in table.figures.items():
        if not row.formula:
            continue
        for base in row.derived_from:
            if base not in table.places:
                known = did_you_mean(base, table.figures)
                yield name, "formula", f"no figure is called {base!r}.{known}", ""
        for cell in read_formula(row.formula).cells:
            if cell not in cells:
                called = ", ".join(cell)
                known = did_you_mean(called, [", ".join(one) for one in cells])
                yield name, "formula", f"no reading is there of {called}.{known}", "See readings.csv."


def _circles(figures: Mapping[str, Figure]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (row, field, fault, remedy) for each group of rows that rest on themselves."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((name, base) for name, row in figures.items() for base in row.derived_from)
    for group in nx.strongly_connected_components(graph):
        some = next(iter(group))
        if len(group) > 1 or graph.has_edge(some, some):
            first = next(name for name in figures if name in group)
            circle = nx.find_cycle(graph.subgraph(group), first)
            path = " -> ".join([first, *(base for _, base in circle)])
            yield first, "formula", f"the row rests on itself: {path}.", "Rest one of them on other rows."


def _fault_of_value(row: Figure, value: float, written: str) -> tuple[str, str] | None:
    """Return what is wrong with what a formula gives, or with the value written beside it."""
    remedy = "Correct the formula or a row that it is over."
    if not math.isfinite(value):
        return f"the formula gives {value}, which is not finite.", remedy
    if row.kind in PROPORTIONS and not 0.0 <= value <= 1.0:
        return f"the formula gives {value:.6g}, which is not a proportion.", remedy
    if row.kind in RATIOS and value <= 0.0:
        return f"the formula gives {value:.6g}, which is not a ratio.", remedy
    if written and not _agrees(value, written):
        return f"{written} is written, but the formula gives {value:.6g}.", "Leave the value empty."
    return None


def _agrees(value: float, written: str) -> bool:
    """Return whether a value is the written one to the digits written."""
    exponent = Decimal(written).as_tuple().exponent
    assert isinstance(exponent, int)  # the table has no infinite number
    return abs(value - float(written)) <= 0.5 * 10.0**exponent + TOLERANCE * abs(value)


def _intervals(figures: Mapping[str, Figure]) -> dict[str, tuple[float, float]]:
    """Return the ends of the interval of every derived row."""
    derived = [name for name, row in figures.items() if row.formula]
    spreads = _spreads(figures, foundations(figures, derived))
    slopes = _slopes(figures, derived, list(spreads))
    found = {}
    for name in derived:
        row = figures[name]
        spread = float(np.linalg.norm(np.nan_to_num(slopes[name]) * np.array(list(spreads.values()))))
        half = np.array([-1.0, 1.0]) * spread * WIDTH / 2.0
        low, high = moved(row.kind, np.array(row.value), half).tolist()
        found[name] = min(low, row.value), max(high, row.value)
    return found


def _spreads(figures: Mapping[str, Figure], rows: list[str]) -> dict[str, float]:
    """Return, of each row that is uncertain by itself, the standard deviation on its scale."""
    defaults = typical_spread(figures.values())
    found = {}
    for name in rows:
        row = figures[name]
        found[name] = spread_of_step(row) if row.formula else spread_on_scale(row, *ends(row, defaults))
    return {name: spread for name, spread in found.items() if spread > 0.0}


def spread_on_scale(row: Figure, low: float, high: float) -> float:
    """Return the standard deviation of the log-odds (the logarithm) of a row with this 95 % interval.

    An end at 0 or 1 has none; the interval then is as wide as its other half says twice.

    Examples
    --------
    >>> row = Figure("a", "prevalence", "t", "present", "", 0.5, 0.2, 0.8, "", "", "s", "", "B", "")
    >>> round(spread_on_scale(row, 0.2, 0.8), 4), round(spread_on_scale(row, 0.0, 0.8), 4)
    (0.7073, 0.7073)
    """
    if (
        low == high
        or row.kind not in (*PROPORTIONS, *RATIOS)
        or not np.isfinite(scaled(row.kind, np.array(row.value)))
    ):
        return 0.0
    at_low, value, at_high = scaled(row.kind, np.array([low, row.value, high])).tolist()
    halves = [value - at_low] if low > SMALLEST else []
    halves += [at_high - value] if high < LARGEST or row.kind in RATIOS else []
    if not halves:  # anything is possible: the log-odds of a uniform draw
        return math.pi / math.sqrt(3.0)
    return 2.0 * float(np.mean(halves)) / WIDTH


def _slopes(figures: Mapping[str, Figure], derived: list[str], sources: list[str]) -> dict[str, Array]:
    """Return the slope of every derived row to every source, on their scales, shape (n_sources,) each."""
    n = len(sources)
    values = {name: np.full(2 * n, row.value) for name, row in figures.items() if not row.formula}
    steps = {name: np.zeros(2 * n) for name in sources if figures[name].formula}
    for place, name in enumerate(sources):
        for column, sign in ((place, 1.0), (n + place, -1.0)):
            if name in steps:
                steps[name][column] = sign * SMALL
            else:
                row = figures[name]
                values[name][column] = moved(row.kind, np.array(row.value), sign * SMALL)
    found = consequences(figures, values, derived, steps)
    with np.errstate(invalid="ignore"):  # a row of exactly 0 or 1 has no slope
        ends_of = {name: scaled(figures[name].kind, found[name]).reshape(2, n) for name in derived}
        return {name: (above - below) / (2.0 * SMALL) for name, (above, below) in ends_of.items()}
