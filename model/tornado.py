"""Which number matters? The effect of each figure on the posterior of one cause.

For a posterior P and a figure x with interval low to high, everything else as published:

    at_low, at_high  P with the network calibrated anew at x = low and at x = high
    swing            largest less smallest of P(low), P(x), P(high): the length of the tornado's bar
    derivative       dP/dx = sum over parameters t of dP/dt dt/dx, re-calibration being in dt/dx
    tipping          the value of x nearest to the published one at which another cause comes first

Only nodes above the evidence, the complaint and the causes can matter; figures that touch none of their
parameters are counted, not listed.

References
----------
Kjaerulff and van der Gaag (2000), Making sensitivity analysis computationally efficient, UAI.
van der Gaag and Renooij (2001), Analysing sensitivity data from probabilistic networks, UAI (how far a
parameter may move before another outcome becomes the most likely). Chan and Darwiche (2002), When do
numbers really matter?, Journal of Artificial Intelligence Research 17:265-287.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from model.citations import Citation, figure_citation
from model.evidence import Evidence
from model.inference import Observed
from model.recalibration import Recalibration, recalibration
from model.result import Answer
from model.swings import Swings, swings_of
from model.tipping import TippingPoint, tipping_points
from network.cpds import Array
from network.parameters import Progress
from network.structure import PRESENT

if TYPE_CHECKING:
    from model.differential import Differential

SHOWN = 15
"""Bars that the printed form lists."""

MATTERS = 1e-9
"""A bar shorter than this is rounding."""


@dataclass(frozen=True)
class Bar:
    """One figure.

    `at_low` and `at_high` are posteriors, None where the evidence is impossible there; `derivative` is per
    unit of the figure, None where the figure stands at the very end of what it can be. `tipping` is None
    where no other cause comes first at an end of the interval. `sets` names the parameters, as (node,
    parameter in words).
    """

    figure: str
    value: float
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    swing: float
    derivative: float | None
    tipping: TippingPoint | None
    sets: tuple[tuple[str, str], ...]
    citation: Citation | None = field(repr=False)

    @property
    def grade(self) -> str:
        """Grade of the evidence, A to D; empty where the figure is in no table."""
        return self.citation.grade if self.citation else ""

    @property
    def source(self) -> str:
        """Where the figure is from, in a few words."""
        if self.citation is None:
            return ""
        cited = "; ".join(reference.short for reference in self.citation.references)
        if self.citation.derived and cited:
            return f"derived from {cited}"
        return cited or ("judgement" if self.citation.judged else "source not confirmed")

    def to_plain(self) -> dict[str, Any]:
        """Return the bar as JSON holds it."""
        return {
            "figure": self.figure, "value": self.value, "low": self.low, "high": self.high,
            "at_low": self.at_low, "at_high": self.at_high, "swing": self.swing,
            "derivative": self.derivative,
            "tipping": self.tipping.to_plain() if self.tipping else None,
            "sets": [{"node": node, "parameter": parameter} for node, parameter in self.sets],
            "grade": self.grade, "source": self.source,
            "links": [reference.link for reference in self.citation.references] if self.citation else [],
        }  # fmt: skip

    def __str__(self) -> str:
        ends = ", ".join("impossible" if p is None else f"{p:.1%}" for p in (self.at_low, self.at_high))
        span = f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g})"
        text = f"{self.figure} = {span}: {ends} [{self.grade}, {self.source}]"
        return f"{text}; {self.tipping}" if self.tipping else text


@dataclass(frozen=True)
class Tornado:
    """The figures that move the posterior of a cause, longest bar first.

    `top` is the cause that comes first as published; `idle` counts the figures that do not matter here.
    """

    answer: Answer
    cause: str
    label: str
    posterior: float
    top: str
    bars: tuple[Bar, ...]
    idle: int

    @property
    def tipping(self) -> tuple[Bar, ...]:
        """The figures that change the top cause within their interval, the smallest move first."""
        return tuple(
            sorted(
                (bar for bar in self.bars if bar.tipping),
                key=lambda bar: bar.tipping.move if bar.tipping else 0.0,
            )
        )

    def bar(self, figure: str) -> Bar | None:
        """Return the bar of one figure, None where it does not matter."""
        return next((bar for bar in self.bars if bar.figure == figure), None)

    def to_plain(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            **self.answer.frame(),
            "cause": self.cause,
            "posterior": self.posterior,
            "top": self.top,
            "bars": [bar.to_plain() for bar in self.bars],
            "idle": self.idle,
        }

    def __str__(self) -> str:
        lines = [f"{self.label}: {self.posterior:.1%}. Each figure moved alone over its interval:"]
        lines += [str(bar) for bar in self.bars[:SHOWN]]
        if len(self.bars) > SHOWN:
            lines.append(
                f"{len(self.bars) - SHOWN} more with shorter bars; {self.idle} that do not matter here."
            )
        if not self.tipping:
            lines.append("No figure changes the first cause within its interval.")
        return self.answer.framed(lines)


def tornado(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None,
    cause: str,
    complaint: bool = True,
    progress: Progress | None = None,
) -> Tornado:
    """Return how each figure moves the posterior of a cause, and which would change the first cause.

    Parameters
    ----------
    evidence, complaint : as for `Differential.query`
    cause : condition or ``other_cause``
    progress : callable of (networks made, networks wanted), optional
        Called while every figure is moved to its ends, which happens once for a network.

    Raises
    ------
    NoFigures
        If the network was not built from a knowledge folder.
    NoComplaint, UnknownNode
        If the network has no causes, or none of that name.
    UnknownState, EvidenceError, ImpossibleEvidence
    """
    calibration = recalibration(ddx.network, ddx.folder)
    answer = ddx.query(evidence, complaint)
    answer.due_to(cause)
    return bars_of(answer, cause, calibration, swings_of(calibration, progress))


def bars_of(answer: Answer, cause: str, calibration: Recalibration, swings: Swings) -> Tornado:
    """Return the tornado of one cause of an answered case.

    Parameters
    ----------
    answer : the answer of the network itself
    cause : condition or ``other_cause``
    calibration, swings : of the same network; `swings` holds it at both ends of every figure
    """
    network = answer.network
    posterior = answer.due_to(cause)
    nodes = list(network.causes)
    target = next(node for node, of in network.causes.items() if cause in (node, of))
    engine, observed = calibration.engine, answer.observed()
    touching = swings.touching(calibration.rows_of(engine.relevant(observed, nodes)))
    ends = [end for k in touching for end in (2 * k, 2 * k + 1)]
    found = engine.posteriors(swings.at_ends.columns(ends, calibration.own), observed, nodes).present(nodes)
    found = found.reshape(len(nodes), len(touching), 2)  # causes, figures, low and high
    slopes = derivatives(calibration, swings, observed, target)[touching]
    tipping = tipping_points(calibration, swings, touching, answer, nodes, found)
    bars = _bars(
        answer, calibration, swings, touching, found[nodes.index(target)], slopes, tipping, posterior
    )
    return Tornado(
        answer=answer,
        cause=network.causes[target] or target,
        label=network.node(target).label,
        posterior=posterior,
        top=answer.ranking[0].condition,
        bars=bars,
        idle=len(calibration.movable) - len(bars),
    )


def derivatives(
    calibration: Recalibration, swings: Swings, observed: Mapping[str, Observed], target: str
) -> Array:
    """Return the derivative of P(target present | evidence) to each figure, per unit of the figure.

    Parameters
    ----------
    observed : evidence as an engine reads it
    target : id of a binary node

    Returns
    -------
    ndarray of shape (n_figures,)
        In the order of `swings.figures`; NaN where the Jacobian has no column: a figure at the very end of
        what it can be.
    """
    gradient = calibration.layout.pack(calibration.engine.exact.derivatives(observed, [(target, PRESENT)]))[
        :, 0
    ]
    jacobian, n_figures = swings.jacobian, len(swings.figures)
    slopes = np.bincount(jacobian.column, gradient[jacobian.row] * jacobian.value, n_figures)
    moves = np.bincount(jacobian.column, minlength=n_figures) > 0
    result: Array = np.where(moves, slopes, np.nan)
    return result


def _bars(
    answer: Answer,
    calibration: Recalibration,
    swings: Swings,
    touching: Sequence[int],
    at_ends: Array,
    slopes: Array,
    tipping: Mapping[int, TippingPoint],
    posterior: float,
) -> tuple[Bar, ...]:
    """Return the bars that matter, longest first."""
    uses = calibration.uses
    bars = []
    for place, k in enumerate(touching):
        name = swings.figures[k]
        low, high = (float(p) if np.isfinite(p) else None for p in at_ends[place])
        reached = [p for p in (low, high, posterior) if p is not None]
        bar = Bar(
            figure=name,
            value=float(swings.value[k]),
            low=float(swings.low[k]),
            high=float(swings.high[k]),
            at_low=low,
            at_high=high,
            swing=max(reached) - min(reached),
            derivative=float(slopes[place]) if np.isfinite(slopes[place]) else None,
            tipping=tipping.get(k),
            sets=uses[name],
            citation=figure_citation(name, calibration.folder),
        )
        if bar.swing > MATTERS or bar.tipping is not None or None in (low, high):
            bars.append(bar)
    return tuple(sorted(bars, key=lambda bar: -bar.swing))
