"""From a figure to what is believed about it: a distribution with the figure's value and interval.

    proportion              Beta, mean = value
    shares that sum to one  each its own Beta, divided by their sum
    ratio                   log-normal, median = value
    no width                fixed: low = high, or a proportion of exactly 0 or 1
    derived row             its formula over the drawn bases, times its step

The step of a derived row is log-normal: it multiplies the odds of a proportion, or a ratio.

The width is matched by variance: the standard deviation is (high - low) / 3.92, as a normal
distribution would have it. For a Beta with mean m that leaves one unknown, the concentration (the sum of
its two parameters), in closed form:

    concentration = m (1 - m) / ((high - low) / 3.92)^2 - 1

Least squares on the two ends of the interval fits hardly better and needs a search. A Dirichlet has one
concentration for all shares: beside a wide large share it would make the small ones many times too wide
(docs/how_sure.md has both comparisons).

The unit that is drawn is a figure that rests on no other, and the step of one that does. Each has a random
stream of its own, seeded by the seed and by its id: a figure that is added or taken out leaves the draws of
all others as they were, and the first hundred of a thousand draws are the hundred draws of the same seed.

References
----------
Doubilet, Begg, Weinstein, Braun and McNeil (1985), Probabilistic sensitivity analysis using Monte Carlo
simulation, Medical Decision Making 5:157-177.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist, median

import numpy as np

from network.consequences import LARGEST, SMALLEST, consequences, moved
from network.cpds import Array
from network.figures import PROPORTIONS, RATIOS, Figure, foundations

WIDTH = 2.0 * NormalDist().inv_cdf(0.975)
"""Standard deviations between the ends of a 95 % interval of a normal distribution: 3.92."""

SMALLEST_SHAPE = 0.5
"""Lower bound of the smaller Beta parameter (Jeffreys' prior), for intervals too wide for the mean."""

ROUNDING = 1e-12
"""Keeps the rest of shares that would exceed the whole from falling below 0."""


@dataclass(frozen=True)
class ShareGroup:
    """Figures that are shares of one whole; `complete` where no further state takes the rest."""

    figures: tuple[str, ...]
    complete: bool


@dataclass(frozen=True)
class Fixed:
    """A number that is not drawn."""

    value: float

    def draw(self, stream: np.random.Generator, n_draws: int) -> Array:
        """Return the value, shape (n_draws,)."""
        return np.full(n_draws, self.value)


@dataclass(frozen=True)
class Beta:
    """A proportion: mean and concentration (the sum of the two parameters)."""

    mean: float
    concentration: float

    @property
    def shapes(self) -> tuple[float, float]:
        """The two parameters as textbooks write them: alpha, beta."""
        return self.mean * self.concentration, (1.0 - self.mean) * self.concentration

    def draw(self, stream: np.random.Generator, n_draws: int) -> Array:
        """Return draws, shape (n_draws,)."""
        return np.clip(stream.beta(*self.shapes, size=n_draws), SMALLEST, LARGEST)


@dataclass(frozen=True)
class LogNormal:
    """A ratio: median, and the standard deviation of its natural logarithm."""

    median: float
    sigma: float

    def draw(self, stream: np.random.Generator, n_draws: int) -> Array:
        """Return draws, shape (n_draws,)."""
        return self.median * np.exp(self.sigma * stream.standard_normal(n_draws))


Distribution = Fixed | Beta | LogNormal


@dataclass(frozen=True)
class Defaults:
    """Spread for figures without an interval and without a sample size: the median of their grade.

    Standard deviations of the log-odds of proportions and of the logarithm of ratios: a rare thing is known
    to a part of itself, not to a part of one.
    """

    log_odds: Mapping[str, float]
    sigma: Mapping[str, float]


def typical_spread(figures: Iterable[Figure]) -> Defaults:
    """Return the median spreads, per grade, of what was given an interval.

    Derived figures do not count: their intervals follow from the others.
    """
    log_odds: dict[str, list[float]] = {}
    sigmas: dict[str, list[float]] = {}
    for figure in figures:
        width = _width(figure)
        if not width or figure.formula:
            continue
        if figure.kind in PROPORTIONS and 0.0 < figure.value < 1.0:
            spread = width / WIDTH / (figure.value * (1.0 - figure.value))
            log_odds.setdefault(figure.grade, []).append(spread)
        elif figure.kind in RATIOS and (figure.low or 0.0) > 0.0:
            sigmas.setdefault(figure.grade, []).append(_log_spread(figure))
    return Defaults(
        {grade: median(found) for grade, found in log_odds.items()},
        {grade: median(found) for grade, found in sigmas.items()},
    )


def fit(figure: Figure, defaults: Defaults | None = None) -> Distribution:
    """Return what is believed about one figure that is neither derived nor a share of a larger group.

    Without an interval a proportion of n people gets the spread of a sample of n, anything else the
    median spread of its grade; where there is none, the number is fixed.

    Examples
    --------
    >>> from network.figures import Figure
    >>> row = dict(id="x", target="t", target_state="present", given="", n="", population="", source="s",
    ...            formula="", grade="B", note="")
    >>> fit(Figure(kind="sensitivity", value=0.5, low=0.402, high=0.598, **row)).shapes
    (49.49..., 49.49...)
    >>> fit(Figure(kind="odds_ratio", value=2.0, low=1.0, high=4.0, **row)).sigma
    0.3536...
    >>> fit(Figure(kind="prevalence", value=0.3, low=0.3, high=0.3, **row))
    Fixed(value=0.3)
    """
    defaults = defaults or Defaults({}, {})
    if figure.kind in RATIOS:
        sigma = _log_spread(figure) if _width(figure) is not None else defaults.sigma.get(figure.grade, 0.0)
        return LogNormal(figure.value, sigma) if sigma > 0.0 else Fixed(figure.value)
    if figure.kind not in PROPORTIONS or not 0.0 < figure.value < 1.0:
        return Fixed(figure.value)
    found = _concentration_of(figure, defaults)
    return Beta(figure.value, found) if math.isfinite(found) else Fixed(figure.value)


def ends(figure: Figure, defaults: Defaults | None = None) -> tuple[float, float]:
    """Return the ends of the 95 % interval of what is uncertain in the row itself.

    Those of the row, or of what `fit` believes where it has none; for a derived row those of its step alone.

    Kept inside (0, 1) for a proportion and above 0 for a ratio: a ratio whose low is 0 gets the mirror image
    of its high.
    """
    if figure.formula:
        step = np.log(figure.step) * np.array([-1.0, 1.0])
        low, high = moved(figure.kind, np.array(figure.value), step).tolist()
        return min(low, figure.value), max(high, figure.value)
    found = fit(figure, defaults)
    low, high = figure.low, figure.high
    if low is None or high is None:
        low = high = figure.value
        if isinstance(found, Beta):
            half = WIDTH / 2.0 * math.sqrt(found.mean * (1.0 - found.mean) / (found.concentration + 1.0))
            low, high = figure.value - half, figure.value + half
        elif isinstance(found, LogNormal):
            low, high = (figure.value * math.exp(sign * WIDTH / 2.0 * found.sigma) for sign in (-1.0, 1.0))
    if figure.kind in PROPORTIONS and low < high:
        return min(max(low, SMALLEST), figure.value), max(min(high, LARGEST), figure.value)
    if figure.kind in RATIOS and low <= 0.0:
        low = figure.value**2 / high
    return low, high


def concentration(mean: float, width: float) -> float:
    """Return the concentration of the Beta of this mean whose variance is that of the interval.

    Parameters
    ----------
    mean : in (0, 1)
    width : of the 95 % interval, above 0

    Examples
    --------
    >>> round(concentration(0.5, 0.196), 1)
    99.0
    """
    matched = mean * (1.0 - mean) / (width / WIDTH) ** 2 - 1.0
    return max(matched, SMALLEST_SHAPE / min(mean, 1.0 - mean))


def draw_figures(
    figures: Mapping[str, Figure],
    groups: Iterable[ShareGroup],
    wanted: Iterable[str],
    n_draws: int,
    seed: int,
) -> dict[str, Array]:
    """Return draws of the wanted figures and of every row behind them, shape (n_draws,) each.

    Parameters
    ----------
    figures : every figure of the folder (they set the default spread of those without an interval)
    groups : shares that are drawn together
    wanted : ids of the figures that the network names
    """
    defaults = typical_spread(figures.values())
    wanted, groups = dict.fromkeys(wanted), list(groups)
    rows = foundations(figures, wanted)
    wanted |= {name: None for group in groups if not wanted.keys().isdisjoint(group.figures)
               for name in group.figures}  # fmt: skip
    behind = foundations(figures, wanted)
    drawn = {
        name: fit(figures[name], defaults).draw(stream(name, seed), n_draws)
        for name in behind if not figures[name].formula
    }  # fmt: skip
    steps = {name: draw_step(figures[name], n_draws, seed) for name in behind if figures[name].step > 1.0}
    # Shares of published rows are settled before anything follows from them, shares that follow after.
    for derived in (False, True):
        found = consequences(figures, drawn, wanted, steps)
        for group in groups:
            if any(bool(figures[name].formula) for name in group.figures) is derived:
                own = {name: found[name] for name in group.figures if name in found}
                drawn |= _settled(group, figures, own) if own else {}
    found = consequences(figures, drawn, wanted, steps)
    return {figure: found[figure] for figure in rows}


def draw_step(figure: Figure, n_draws: int, seed: int) -> Array:
    """Return draws of the logarithm of the step of a derived figure, shape (n_draws,)."""
    return spread_of_step(figure) * stream(figure.id, seed).standard_normal(n_draws)


def spread_of_step(figure: Figure) -> float:
    """Return the standard deviation of the logarithm of the step of a derived figure."""
    return math.log(figure.step) / (WIDTH / 2.0)


def stream(name: str, seed: int) -> np.random.Generator:
    """Return the random stream of one name: the same for the same seed, whatever else is drawn."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest[:16], dtype="<u4").tolist()])


def _settled(group: ShareGroup, figures: Mapping[str, Figure], own: Mapping[str, Array]) -> dict[str, Array]:
    """Return the draws of a group, made a whole. Fixed shares stay, and so do all where one alone is free.

    Parameters
    ----------
    own : each share as it would be drawn alone, shape (n_draws,)
    """
    free = {name: share for name, share in own.items() if np.ptp(share) > 0.0}
    left = 1.0 - sum(figures[name].value for name in own if name not in free)
    if group.complete and len(free) < 2:
        return {name: np.full_like(share, figures[name].value) for name, share in own.items()}
    total = sum(free.values(), np.zeros(())) / left
    if not group.complete:
        total = np.maximum(total * (1.0 + ROUNDING), 1.0)  # the state without a figure takes the rest
    return {**own, **{name: np.clip(share / total, SMALLEST, LARGEST) for name, share in free.items()}}


def _concentration_of(figure: Figure, defaults: Defaults) -> float:
    """Return the concentration of one proportion inside (0, 1); infinite where nothing gives it a width."""
    width = _width(figure)
    if width is not None:
        return concentration(figure.value, width) if width > 0.0 else math.inf
    if figure.n.strip().isdigit() and int(figure.n) > 0:
        return max(float(figure.n), SMALLEST_SHAPE / min(figure.value, 1.0 - figure.value))
    spread = defaults.log_odds.get(figure.grade, 0.0) * figure.value * (1.0 - figure.value)
    return concentration(figure.value, WIDTH * spread) if spread > 0.0 else math.inf


def _width(figure: Figure) -> float | None:
    """Return the width of the interval, None where there is none."""
    return None if figure.low is None or figure.high is None else figure.high - figure.low


def _log_spread(figure: Figure) -> float:
    """Return the standard deviation of the logarithm of a ratio; from the upper half where low is 0."""
    assert figure.low is not None
    assert figure.high is not None
    if figure.low > 0.0:
        return math.log(figure.high / figure.low) / WIDTH
    return 2.0 * math.log(figure.high / figure.value) / WIDTH
