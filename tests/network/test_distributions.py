"""Figures as distributions: means, widths, shares that sum to one, streams that do not disturb each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from network.distributions import (
    SMALLEST_SHAPE,
    Beta,
    Defaults,
    Fixed,
    LogNormal,
    ShareGroup,
    concentration,
    draw_figures,
    ends,
    fit,
    stream,
    typical_spread,
)
from network.figures import PROPORTIONS, RATIOS, Figure
from network.knowledge import Knowledge
from network.shares import share_groups
from network.structure import Network
from tests.floats import ROUNDING, assert_close

MANY = 40_000


def figure(
    name: str = "x", value: float = 0.3, low: float | None = 0.2, high: float | None = 0.4,
    kind: str = "sensitivity", n: str = "", grade: str = "B",
) -> Figure:  # fmt: skip
    return Figure(
        id=name, kind=kind, target="t", target_state="present", given="", value=value, low=low, high=high,
        n=n, population="", source="s", formula="", grade=grade, note="",
    )  # fmt: skip


def figures_of(network: Network) -> list[str]:
    return list(dict.fromkeys(name for node in network.nodes for _, name in node.figures))


@pytest.fixture(scope="module")
def drawn(knowledge: Knowledge, leg_pain: Network) -> dict[str, np.ndarray]:
    return draw_figures(knowledge.figures, share_groups(knowledge), figures_of(leg_pain), 4000, seed=0)


def test_a_proportion_has_its_value_as_mean_and_its_interval_as_spread():
    found = fit(figure(value=0.3, low=0.2, high=0.4))
    assert isinstance(found, Beta)
    beta = stats.beta(*found.shapes)
    assert_close(beta.mean(), 0.3)
    assert_close(beta.std(), 0.2 / (2 * stats.norm.ppf(0.975)))
    assert_close(beta.ppf([0.025, 0.975]), [0.2, 0.4], atol=0.006)


def test_a_ratio_has_its_value_as_median_and_the_width_of_its_interval():
    found = fit(figure(value=2.0, low=1.0, high=4.0, kind="odds_ratio"))
    assert isinstance(found, LogNormal)
    assert_close(np.exp(np.log(2.0) + found.sigma * stats.norm.ppf([0.025, 0.975])), [1.0, 4.0])
    values = found.draw(stream("x", 0), MANY)
    assert_close(np.median(values), 2.0, atol=0.03)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_zero_and_one_are_fixed_even_with_a_width(value: float):
    assert fit(figure(value=value, low=0.0, high=1.0)) == Fixed(value)


@pytest.mark.parametrize("kind", ["prevalence", "odds_ratio"])
def test_an_interval_without_width_fixes_the_number(kind: str):
    assert fit(figure(value=0.3, low=0.3, high=0.3, kind=kind)) == Fixed(0.3)


def test_a_ratio_whose_interval_starts_at_zero_takes_its_spread_from_the_other_end():
    found = fit(figure(value=2.0, low=0.0, high=4.0, kind="odds_ratio"))
    assert isinstance(found, LogNormal)
    assert_close(np.exp(np.log(2.0) + found.sigma * stats.norm.ppf(0.975)), 4.0)
    assert ends(figure(value=2.0, low=0.0, high=4.0, kind="odds_ratio")) == (1.0, 4.0)


def test_an_interval_too_wide_for_its_value_does_not_pile_the_draws_up_at_zero():
    found = fit(figure(value=0.01, low=0.0, high=0.9))
    assert isinstance(found, Beta)
    assert_close(min(found.shapes), SMALLEST_SHAPE)


def test_without_an_interval_a_sample_size_gives_the_spread():
    found = fit(figure(low=None, high=None, n="100"))
    assert found == Beta(0.3, 100.0)
    assert_close(stats.beta(*found.shapes).var(), 0.3 * 0.7 / 101.0)


def test_a_small_sample_of_a_rare_thing_does_not_pile_the_draws_up_at_zero():
    found = fit(figure(value=0.99, low=None, high=None, n="24"))
    assert isinstance(found, Beta)
    assert_close(min(found.shapes), SMALLEST_SHAPE)


def test_without_interval_and_sample_size_the_median_spread_of_the_grade_is_taken():
    others = [
        figure("a", 0.5, 0.4, 0.6), figure("b", 0.5, 0.3, 0.7), figure("c", 0.5, 0.2, 0.8),
        figure("r", 2.0, 1.0, 4.0, kind="odds_ratio"), figure("d", 0.5, 0.0, 1.0, grade="D"),
    ]  # fmt: skip
    defaults = typical_spread(others)
    found = fit(figure(value=0.2, low=None, high=None), defaults)
    assert isinstance(found, Beta)  # as wide in log-odds, where a slope is p (1 - p)
    assert_close(found.concentration, concentration(0.2, 0.4 * 0.2 * 0.8 / 0.25), rtol=1e-9)
    ratio = fit(figure(value=3.0, low=None, high=None, kind="odds_ratio"), defaults)
    assert isinstance(ratio, LogNormal)
    assert_close(ratio.sigma, np.log(4.0) / (2 * stats.norm.ppf(0.975)))
    assert fit(figure(low=None, high=None), Defaults({}, {})) == Fixed(0.3)


def test_ends_of_a_figure_without_interval_are_those_of_its_distribution():
    low, high = ends(figure(low=None, high=None, n="100"))
    assert_close([low, high], 0.3 + np.array([-1, 1]) * stats.norm.ppf(0.975) * np.sqrt(0.21 / 101))


def test_shares_sum_to_one_and_keep_their_means_and_widths():
    members = {
        "a": figure("a", 0.4, 0.35, 0.45),
        "b": figure("b", 0.35, 0.3, 0.4),
        "c": figure("c", 0.25, 0.2, 0.3),
    }
    found = draw_figures(members, [ShareGroup(("a", "b", "c"), True)], members, MANY, seed=3)
    assert_close(sum(found.values()), np.ones(MANY))
    assert_close(np.mean(list(found.values()), axis=1), [0.4, 0.35, 0.25], atol=1e-3)
    assert_close(
        [np.ptp(np.quantile(values, [0.025, 0.975])) for values in found.values()], [0.1] * 3, atol=0.025
    )


def test_a_small_share_keeps_its_narrow_interval_beside_a_wide_one():
    members = {
        "a": figure("a", 0.66, 0.5, 0.8),
        "b": figure("b", 0.33, 0.2, 0.48),
        "c": figure("c", 0.01, 0.005, 0.016),
    }
    found = draw_figures(members, [ShareGroup(("a", "b", "c"), True)], members, MANY, seed=3)
    assert_close(sum(found.values()), np.ones(MANY))
    assert_close(np.mean(list(found.values()), axis=1), [0.66, 0.33, 0.01], atol=0.01)
    assert np.ptp(np.quantile(found["c"], [0.025, 0.975])) < 1.2 * 0.011


def test_shares_without_one_state_leave_room_for_it():
    members = {"a": figure("a", 0.5, 0.4, 0.6), "b": figure("b", 0.3, 0.2, 0.4)}
    found = draw_figures(members, [ShareGroup(("a", "b"), False)], members, MANY, seed=3)
    rest = 1.0 - sum(found.values())
    assert rest.min() > 0.0
    assert_close(rest.mean(), 0.2, atol=2e-3)
    assert_close(found["a"].std(), 0.2 / 3.92, atol=1e-3)


def test_shares_never_exceed_the_whole():
    members = {"a": figure("a", 0.6, 0.3, 0.9), "b": figure("b", 0.35, 0.1, 0.6)}
    found = draw_figures(members, [ShareGroup(("a", "b"), False)], members, 2000, seed=3)
    assert np.max(sum(found.values())) <= 1.0 + 1e-12


def test_one_share_without_the_other_state_is_a_beta():
    sex = {"f": figure("f", 0.55, 0.5, 0.6)}
    found = draw_figures(sex, [ShareGroup(("f",), False)], sex, MANY, seed=1)["f"]
    beta = fit(sex["f"])
    assert isinstance(beta, Beta)
    assert stats.kstest(found, stats.beta(*beta.shapes).cdf).pvalue > 0.01


def test_a_fixed_share_stays_and_the_others_divide_the_rest():
    members = {
        "a": figure("a", 0.5, 0.5, 0.5),
        "b": figure("b", 0.3, 0.2, 0.4),
        "c": figure("c", 0.2, 0.1, 0.3),
    }
    found = draw_figures(members, [ShareGroup(("a", "b", "c"), True)], members, 500, seed=1)
    assert set(found["a"]) == {0.5}
    assert_close(sum(found.values()), np.ones(500))
    assert np.ptp(found["b"]) > 0.0


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    members = {"a": figure("a"), "b": figure("b", 2.0, 1.5, 2.5, kind="odds_ratio")}
    first, again = (draw_figures(members, [], members, 50, seed=7) for _ in range(2))
    other = draw_figures(members, [], members, 50, seed=8)
    for name in members:
        assert np.array_equal(first[name], again[name])
        assert not np.array_equal(first[name], other[name])


def test_a_figure_more_leaves_the_draws_of_the_others_alone():
    few = {"a": figure("a"), "b": figure("b")}
    more = {"new": figure("new"), **few}
    before, after = (draw_figures(some, [], some, 50, seed=7) for some in (few, more))
    assert all(np.array_equal(before[name], after[name]) for name in few)


def test_fewer_draws_are_the_first_of_more(knowledge: Knowledge, leg_pain: Network, drawn):
    few = draw_figures(knowledge.figures, share_groups(knowledge), figures_of(leg_pain), 30, seed=0)
    assert all(np.array_equal(values, drawn[name][:30]) for name, values in few.items())


def test_different_figures_are_drawn_independently():
    same = {name: figure(name) for name in ("a", "b")}
    found = draw_figures(same, [], same, MANY, seed=0)
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 4 / np.sqrt(MANY)


def test_every_figure_of_the_network_is_drawn_around_its_value(knowledge: Knowledge, drawn):
    shares = {name for group in share_groups(knowledge) if group.complete for name in group.figures}
    for name, values in drawn.items():
        row = knowledge.figures[name]
        assert np.isfinite(values).all()
        if np.ptp(values) == 0.0:
            assert_close(values[0], row.value)
            continue
        if row.formula:  # what is not straight moves the mean, so the middle is looked at
            assert abs(np.median(values) - row.value) < 0.5 * values.std(), name
            continue
        centre = np.median(values) if row.kind in RATIOS else values.mean()
        pulled = 0.05 * row.value if name in shares else 0.0  # by the sum that is kept at one
        assert abs(centre - row.value) < pulled + 6 * values.std() / np.sqrt(len(values)), name
        if row.kind in PROPORTIONS:
            assert 0.0 < values.min() <= values.max() < 1.0, name


def test_the_published_intervals_hold_about_95_percent_of_the_draws(knowledge: Knowledge, drawn):
    inside = [
        float(((row.low <= values) & (values <= row.high)).mean())
        for name, values in drawn.items()
        if np.ptp(values) > 0.0 and (row := knowledge.figures[name]).low is not None and row.high is not None
    ]
    assert abs(float(np.mean(inside)) - 0.95) < 0.015
    assert min(inside) > 0.6  # a lopsided interval: its near end is cut, its far end not reached


def test_shares_of_one_column_sum_to_one_in_every_draw(knowledge: Knowledge, drawn):
    complete = [group for group in share_groups(knowledge) if group.complete]
    assert len(complete) > 10
    for group in complete:
        assert_close(sum(drawn[name] for name in group.figures), np.ones(4000), atol=1e-9)


def test_age_smoking_stiffness_and_clinics_are_drawn_as_shares(knowledge: Knowledge):
    grouped = {name for group in share_groups(knowledge) for name in group.figures}
    targets = {knowledge.figures[name].target for name in grouped}
    assert {"age", "sex", "smoking", "morning_stiffness", "seen_in", "neuropathy_type"} <= targets


def test_a_lone_concentration_reproduces_a_binomial_interval():
    # A sample of 99 with half of them positive: variance 0.25 / 100 with the Beta of concentration 99.
    width = 2 * stats.norm.ppf(0.975) * np.sqrt(0.25 / 100)
    assert_close(concentration(0.5, width), 99.0, atol=1e-9, rtol=ROUNDING)
