"""Links and leaks on a small world, each against the whole joint distribution or a formula worked by hand.

The world: age (three bands) makes x likelier; y is a second, independent condition; due_x is the severe
form of x. Latents and findings between them are added by the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from network.calibration import Ancestry
from network.cpds import Cpd, NoisyOr, Table
from network.errors import Fault
from network.findings import FindingSpec, LinkSpec, Surroundings, solve_noisy_max, solve_noisy_or
from tests.floats import assert_close

CARDS = {"age": 3, "x": 2, "y": 2, "due_x": 2, "kind": 3, "m": 2, "n": 2, "f": 2}
AGE = np.array([0.5, 0.3, 0.2])
X_BY_AGE = np.array([0.02, 0.1, 0.4])
Y, DUE_SHARE = 0.15, 0.3


def binary(present: object) -> Table:
    p = np.asarray(present, dtype=float)
    return Table(np.stack([1.0 - p, p])[None], p.ndim)


def noisy(leak: float, *links: float) -> NoisyOr:
    return NoisyOr(np.array([leak]), tuple(np.array([[0.0, link]]) for link in links))


def world() -> Surroundings:
    ancestry = Ancestry()
    ancestry.add("age", (), Table(AGE[None], 0))
    ancestry.add("x", ("age",), binary(X_BY_AGE))
    ancestry.add("y", (), binary(Y))
    ancestry.add("due_x", ("x",), binary([0.0, DUE_SHARE]))
    return Surroundings(ancestry, CARDS, {"due_x": ("x",)}, set())


def add_mediator(around: Surroundings, node: str, parents: tuple[str, ...], cpd: Cpd) -> None:
    around.ancestry.add(node, parents, cpd)
    around.mediators.add(node)


def link(parent: str, sensitivity: float, state: int = 1, of: str | None = None) -> LinkSpec:
    return LinkSpec(parent, state, np.array([sensitivity]), of)


def spec(
    *links: LinkSpec, leak: object = None, band: str | None = None, specificity: float | None = None
) -> FindingSpec:
    leaks = None if leak is None else np.atleast_1d(np.asarray(leak, dtype=float))[None]
    given = None if specificity is None else np.array([specificity])
    return FindingSpec("f", "observations.yaml", band, leaks, given, links)


def solve(spec: FindingSpec, around: Surroundings) -> dict[str, np.ndarray]:
    """Return the solved links by parent, and the leak as "leak"; no fault may occur."""
    faults: list[Fault] = []
    parents, cpd = solve_noisy_or(spec, around, faults)
    assert faults == []
    around.ancestry.add("f", parents, cpd)
    return {parent: column[0] for parent, column in zip(parents, cpd.links, strict=True)} | {"leak": cpd.leak}


def p_finding(around: Surroundings, given: Mapping[str, int]) -> float:
    """P(f | given) by brute force over every node of the world."""
    nodes = list(around.ancestry.parents)
    joint = around.ancestry.joint(nodes)[0]
    index = tuple(given.get(node, slice(None)) for node in nodes)
    kept = joint[index].reshape(-1, 2)  # f is the last node and never given
    return float(kept[:, 1].sum() / kept.sum())


ONLY_X = {"x": 1, "y": 0, "due_x": 0}
NO_CAUSE = {"x": 0, "y": 0, "due_x": 0}


def test_a_plain_link_is_the_formula_of_the_design() -> None:
    around = world()
    solved = solve(spec(link("x", 0.7), link("y", 0.4), leak=0.1), around)
    assert_close(solved["x"], [0.0, 1 - 0.3 / 0.9])
    assert_close(solved["y"], [0.0, 1 - 0.6 / 0.9])
    assert p_finding(around, ONLY_X) == pytest.approx(0.7)
    assert p_finding(around, {"x": 0, "y": 1, "due_x": 0}) == pytest.approx(0.4)
    assert p_finding(around, {"x": 0, "y": 0, "due_x": 0}) == pytest.approx(0.1)


def test_the_severe_form_counts_what_the_condition_already_explains() -> None:
    around = world()
    solved = solve(spec(link("x", 0.3), link("due_x", 0.8), leak=0.05), around)
    link_x = 1 - 0.7 / 0.95
    assert_close(solved["x"], [0.0, link_x])
    assert_close(solved["due_x"], [0.0, 1 - 0.2 / (0.95 * (1 - link_x))])
    assert p_finding(around, ONLY_X) == pytest.approx(0.3)
    assert p_finding(around, {**ONLY_X, "due_x": 1}) == pytest.approx(0.8)


def test_the_order_of_the_links_does_not_matter() -> None:
    one = solve(spec(link("x", 0.3), link("due_x", 0.8), link("y", 0.2), leak=0.05), world())
    other = solve(spec(link("y", 0.2), link("due_x", 0.8), link("x", 0.3), leak=0.05), world())
    for parent in one:
        assert_close(one[parent], other[parent])


def test_an_age_banded_leak_is_averaged_over_the_ages_of_those_affected() -> None:
    around = world()
    leaks = np.array([0.02, 0.1, 0.3])
    solved = solve(spec(link("x", 0.7), leak=leaks, band="age"), around)
    age_of_affected = AGE * X_BY_AGE / (AGE @ X_BY_AGE)
    assert_close(solved["x"][1], 1 - 0.3 / (1 - age_of_affected @ leaks))
    assert p_finding(around, {"x": 1}) == pytest.approx(0.7)
    for band, leak in enumerate(leaks):
        assert p_finding(around, {"x": 0, "age": band}) == pytest.approx(leak)


def test_a_link_through_a_latent_returns_the_sensitivity_of_the_condition() -> None:
    around = world()
    add_mediator(around, "m", ("x", "y"), noisy(0.02, 0.8, 0.3))
    solved = solve(spec(link("m", 0.5, of="x"), leak=0.04), around)
    p_m = 1 - 0.98 * 0.2
    assert_close(solved["m"][1], (0.96 - 0.5) / (0.96 * p_m))
    assert p_finding(around, ONLY_X) == pytest.approx(0.5)


def test_correlated_latents_between_a_cause_and_its_finding() -> None:
    """n hangs on m and on x; both stand between x and the finding."""
    around = world()
    add_mediator(around, "m", ("x", "y"), noisy(0.02, 0.8, 0.3))
    add_mediator(around, "n", ("m", "x"), noisy(0.05, 0.6, 0.2))
    solve(spec(link("n", 0.35), link("m", 0.6, of="x"), link("y", 0.4), leak=0.04), around)
    assert p_finding(around, ONLY_X) == pytest.approx(0.6)
    assert p_finding(around, {**NO_CAUSE, "n": 1}) == pytest.approx(0.35)
    assert p_finding(around, {**NO_CAUSE, "y": 1}) == pytest.approx(0.4)


def test_a_finding_between_has_a_rate_of_its_own() -> None:
    around = world()
    add_mediator(around, "m", ("x", "y"), noisy(0.02, 0.8, 0.3))
    solve(spec(link("x", 0.75), link("m", 0.7), leak=0.05), around)
    assert p_finding(around, {**NO_CAUSE, "m": 1}) == pytest.approx(0.7)
    assert p_finding(around, ONLY_X) == pytest.approx(0.75)


def test_a_finding_between_that_is_too_wide_for_a_table_counts_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    for most in (2, 2**14):
        monkeypatch.setattr("network.calibration.LARGEST_SUMMED_TABLE", most)
        around = world()
        add_mediator(around, "m", ("x", "y"), noisy(0.02, 0.8, 0.3))
        add_mediator(around, "n", ("m", "x"), noisy(0.05, 0.6, 0.2))
        assert ("m" in around.ancestry.tables) == (most > 2)
        found.append(solve(spec(link("n", 0.35), link("m", 0.6, of="x"), link("y", 0.4), leak=0.04), around))
    assert found[0].keys() == found[1].keys()
    for parent in found[0]:
        assert_close(found[0][parent], found[1][parent])


def test_one_kind_of_a_divided_condition_reaches_the_share_of_the_whole() -> None:
    around = world()
    kinds = np.zeros((1, 3, 2))
    kinds[0, :, 0] = [1.0, 0.0, 0.0]
    kinds[0, :, 1] = [0.0, 0.4, 0.6]
    around.ancestry.add("kind", ("x",), Table(kinds, 1))
    around.mediators.add("kind")
    around.implies = {**around.implies, "kind": ("x",)}
    solved = solve(spec(link("kind", 0.45, state=2, of="x"), leak=0.03), around)
    assert_close(solved["kind"], [0.0, 0.0, (0.97 - 0.55) / (0.97 * 0.6)])
    assert p_finding(around, {"x": 1}) == pytest.approx(0.45)
    assert p_finding(around, {"x": 1, "kind": 1}) == pytest.approx(0.03)


def test_both_kinds_with_links_of_their_own() -> None:
    around = world()
    kinds = np.zeros((1, 3, 2))
    kinds[0, :, 0] = [1.0, 0.0, 0.0]
    kinds[0, :, 1] = [0.0, 0.4, 0.6]
    around.ancestry.add("kind", ("x",), Table(kinds, 1))
    around.mediators.add("kind")
    around.implies = {**around.implies, "kind": ("x",)}
    solve(spec(link("kind", 0.7, state=1), link("kind", 0.2, state=2), leak=0.05), around)
    assert p_finding(around, {"x": 1, "kind": 1}) == pytest.approx(0.7)
    assert p_finding(around, {"x": 1, "kind": 2}) == pytest.approx(0.2)


def test_specificity_of_a_test_of_one_condition_is_its_leak() -> None:
    around = world()
    solved = solve(spec(link("x", 0.6), link("due_x", 0.9), specificity=0.92), around)
    assert_close(solved["leak"], [0.08])
    assert p_finding(around, {"x": 0}) == pytest.approx(0.08)


def test_specificity_with_several_parents_is_the_mean_over_people_without_the_condition() -> None:
    around = world()
    solved = solve(spec(link("x", 0.9), link("y", 0.5), specificity=0.85), around)
    assert solved["leak"][0] < 0.15
    assert 1 - p_finding(around, {"x": 0}) == pytest.approx(0.85)
    assert p_finding(around, ONLY_X) == pytest.approx(0.9)
    assert p_finding(around, {"x": 0, "y": 1, "due_x": 0}) == pytest.approx(0.5)


def faults_of(spec: FindingSpec, around: Surroundings) -> list[str]:
    faults: list[Fault] = []
    solve_noisy_or(spec, around, faults)
    return [str(fault) for fault in faults]


def test_a_sensitivity_below_the_leak_is_a_fault() -> None:
    assert faults_of(spec(link("x", 0.05), link("y", 0.5), leak=0.1), world()) == [
        "observations.yaml f [links.x]: sensitivity 0.05 lies below the rate without it, 0.1. "
        "A cause cannot make its finding rarer: raise the sensitivity or lower the leak."
    ]


def test_a_severe_form_milder_than_the_condition_is_a_fault() -> None:
    assert faults_of(spec(link("due_x", 0.5), link("x", 0.6), leak=0.1), world()) == [
        "observations.yaml f [links.due_x]: sensitivity 0.5 lies below the rate without it, 0.6. "
        "A cause cannot make its finding rarer: raise the sensitivity or lower the leak."
    ]


def test_a_sensitivity_out_of_reach_through_a_latent_is_a_fault() -> None:
    around = world()
    add_mediator(around, "m", ("x",), noisy(0.0, 0.6))
    assert faults_of(spec(link("m", 0.7, of="x"), leak=0.1), around) == [
        "observations.yaml f [links.m]: sensitivity 0.7 is out of reach through m: at most 0.64. "
        "Lower it or strengthen the node between."
    ]


def test_a_test_whose_other_causes_alone_exceed_the_false_positives_is_a_fault() -> None:
    faults = faults_of(spec(link("x", 0.9), link("y", 0.9), specificity=0.99), world())
    assert faults == [
        "observations.yaml f [specificity]: specificity 0.99 is out of reach: at most 0.865. "
        "Lower it, or the sensitivities of the other parents."
    ]


def test_rounding_is_no_fault_and_gives_no_negative_link() -> None:
    around = world()
    solved = solve(spec(link("x", 0.1 - 1e-12), leak=0.1), around)
    assert solved["x"].tolist() == [0.0, 0.0]


def three_draws() -> tuple[FindingSpec, Surroundings]:
    """A finding with a banded leak, a severe form and a latent; the third sensitivity is below its leak."""
    ancestry = Ancestry()
    ancestry.add("age", (), Table(np.stack([AGE, AGE[::-1], AGE]), 0))
    x = np.stack([X_BY_AGE, X_BY_AGE * 2, X_BY_AGE / 2])
    ancestry.add("x", ("age",), Table(np.stack([1 - x, x], axis=1), 1))
    due = np.array([[0.0, 0.3], [0.0, 0.5], [0.0, 0.1]])
    ancestry.add("due_x", ("x",), Table(np.stack([1 - due, due], axis=1), 1))
    m = np.array([[0.02, 0.9], [0.05, 0.8], [0.1, 0.85]])
    ancestry.add("m", ("x",), Table(np.stack([1 - m, m], axis=1), 1))
    around = Surroundings(ancestry, CARDS, {"due_x": ("x",)}, {"m"})
    links = (
        LinkSpec("m", 1, np.array([0.5, 0.6, 0.01]), "x"),
        LinkSpec("due_x", 1, np.array([0.8, 0.7, 0.9]), None),
    )
    leaks = np.array([[0.02, 0.1, 0.2], [0.1, 0.05, 0.01], [0.1, 0.2, 0.3]])
    return FindingSpec("f", "observations.yaml", "age", leaks, None, links), around


def test_three_draws_together_equal_three_single_runs() -> None:
    spec, around = three_draws()
    parents, together = solve_noisy_or(spec, around, [])
    assert spec.leaks is not None
    for draw in range(3):
        one = slice(draw, draw + 1)
        ancestry = Ancestry()
        for node, table in around.ancestry.tables.items():
            above = around.ancestry.parents[node]
            ancestry.add(node, above, Table(table[one], len(above)))
        links = tuple(LinkSpec(k.parent, k.state, k.sensitivity[one], k.of) for k in spec.links)
        alone = FindingSpec("f", spec.file, "age", spec.leaks[one], None, links)
        single_parents, single = solve_noisy_or(
            alone, Surroundings(ancestry, CARDS, around.implies, {"m"}), []
        )
        assert single_parents == parents
        assert_close(single.leak, together.leak[one])
        for column, expected in zip(together.links, single.links, strict=True):
            assert_close(column[one], expected)


def test_a_drawn_sensitivity_below_its_leak_gives_no_link_and_no_fault() -> None:
    spec, around = three_draws()
    faults: list[Fault] = []
    parents, cpd = solve_noisy_or(spec, around, faults)
    assert faults == []
    assert cpd.links[parents.index("m")][2].tolist() == [0.0, 0.0]


LEAK = np.array([[0.7, 0.2, 0.1]])
GIVEN_X = np.array([[0.2, 0.5, 0.3]])
GIVEN_Y = np.array([[0.1, 0.1, 0.8]])


def test_a_graded_finding_returns_the_published_distribution_of_each_parent() -> None:
    faults: list[Fault] = []
    parents, cpd = solve_noisy_max("f", "o.yaml", LEAK, {"x": GIVEN_X, "y": GIVEN_Y}, faults)
    table = cpd.table()[0]
    assert faults == []
    assert parents == ("x", "y")
    assert_close(table[:, 0, 0], LEAK[0])
    assert_close(table[:, 1, 0], GIVEN_X[0])
    assert_close(table[:, 0, 1], GIVEN_Y[0])
    # Both: at most the first state in 0.7 * (0.2 / 0.7) * (0.1 / 0.7) of people, at most the second in ...
    assert_close(np.cumsum(table[:, 1, 1]), [0.2 * 0.1 / 0.7, 0.7 * 0.2 / 0.9, 1.0])


def test_a_cause_that_makes_a_graded_finding_milder_is_a_fault() -> None:
    faults: list[Fault] = []
    solve_noisy_max("f", "o.yaml", LEAK, {"x": np.array([[0.8, 0.1, 0.1]])}, faults)
    assert [str(fault) for fault in faults] == [
        "o.yaml f [links.x]: is milder than the distribution without it. "
        "Cumulated from the first state, the ratio to the leak must lie at or below 1 and rise."
    ]


def test_shares_of_a_graded_finding_that_do_not_add_to_one_are_a_fault() -> None:
    faults: list[Fault] = []
    _, cpd = solve_noisy_max("f", "o.yaml", LEAK, {"x": np.array([[0.2, 0.5, 0.4]])}, faults)
    assert [str(fault) for fault in faults] == [
        "o.yaml f [links.x]: the shares add up to 1.1. They must add up to 1."
    ]
    assert_close(cpd.table().sum(axis=1), np.ones((1, 2)))
