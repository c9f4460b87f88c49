"""What follows from figures: what a node rests on reaches it, and derived rows move with their bases."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from network.consequences import consequences, derived_in_order, moved, scaled
from network.cpds import Array
from network.distributions import ShareGroup, draw_figures, draw_step, ends
from network.figures import Figure, foundations
from network.knowledge import Knowledge
from network.parameters import Layout, assemble_sets
from network.shares import share_groups
from network.structure import Network
from tests.floats import ROUNDING, assert_close

ODDS = 1.2
MANY = 20_000


def row(name: str, formula: str = "", value: float = 0.3, **more: object) -> Figure:
    fields: dict[str, object] = {
        "kind": "prevalence", "target": "t", "target_state": "present", "given": "", "low": 0.2, "high": 0.4,
        "n": "", "population": "", "source": "s", "grade": "B", "note": "",
    }  # fmt: skip
    return Figure(id=name, value=value, formula=formula, **(fields | more))


def named(network: Network) -> list[str]:
    return list(dict.fromkeys(figure for node in network.nodes for _, figure in node.figures))


def published(figures: Mapping[str, Figure], names: list[str], n: int = 1) -> dict[str, Array]:
    return {name: np.full(n, figures[name].value) for name in names if not figures[name].formula}


def test_every_row_that_a_node_rests_on_changes_its_distribution(
    knowledge: Knowledge, leg_pain: Network
) -> None:
    """Through whatever chain of formulas: each row's odds, or the ratio itself, are raised by a fifth."""
    figures, wanted = knowledge.figures, named(leg_pain)
    names = foundations(figures, wanted)
    values = published(figures, names, len(names) + 1)
    for place, name in enumerate(names):
        kind, value = figures[name].kind, np.array(figures[name].value)
        values.setdefault(name, np.full(len(names) + 1, np.nan))[place] = moved(kind, value, np.log(ODDS))
    found = consequences(figures, values, wanted)
    layout = Layout.of(leg_pain)
    columns = assemble_sets(knowledge, layout, {name: found[name] for name in wanted})
    changed = ~np.isclose(columns[:, :-1], columns[:, -1:], rtol=1e-9, atol=1e-15)
    rows_of = {node.id: np.zeros(layout.size, dtype=bool) for node in leg_pain.nodes}
    for block in layout.blocks:
        rows_of[block.node][block.start : block.stop] = True
    still = {
        (name, node.id)
        for node in leg_pain.nodes
        for name in foundations(figures, [figure for _, figure in node.figures])
        if np.isfinite(scaled(figures[name].kind, np.array(figures[name].value)))  # 0 and 1 have no odds
        if not changed[rows_of[node.id], names.index(name)].any()
    }  # fmt: skip
    # What all causes share alike is divided by itself: it says that they are alike, whatever its size.
    alike = {mixture.shares for observation in knowledge.observations
             for mixture in observation.mixtures.values() if isinstance(mixture.shares, str)}  # fmt: skip
    assert {name for name, _ in still} == alike
    assert len(names) > 1000


def test_a_value_of_the_network_is_what_its_formula_gives(knowledge: Knowledge, leg_pain: Network) -> None:
    figures, wanted = knowledge.figures, list(knowledge.figures)
    found = consequences(figures, published(figures, wanted), wanted)
    derived = [name for name in wanted if figures[name].formula]
    assert len(derived) > 300
    for name in derived:
        assert_close(found[name][0], figures[name].value, rtol=1e-12)


def test_two_rows_of_one_base_move_together_and_their_steps_apart() -> None:
    figures = {
        "base": row("base"),
        "one": row("one", "shifted(base, 2)", 0.4615384615),
        "two": row("two", "1 - base", 0.7, step=1.5),
        "three": row("three", "shifted(base, 3)", 0.5625, step=1.5),
    }
    drawn = draw_figures(figures, [], list(figures), MANY, seed=1)
    assert_close(drawn["one"], 2 * drawn["base"] / (1 + drawn["base"]), atol=1e-12)
    correlation = {
        other: np.corrcoef(scaled("prevalence", drawn["one"]), scaled("prevalence", drawn[other]))[0, 1]
        for other in ("two", "three")
    }
    assert correlation["two"] < -0.7
    assert correlation["three"] > 0.7
    steps = [scaled("prevalence", drawn[name]) - sign * scaled("prevalence", drawn["base"])
             for name, sign in (("two", -1.0), ("three", 1.0))]  # fmt: skip
    assert abs(np.corrcoef(*steps)[0, 1]) < 4 / np.sqrt(MANY)
    for step in steps:
        assert np.std(step) == pytest.approx(np.log(1.5) / 1.96, rel=0.03)


def test_a_step_moves_a_row_over_its_own_ends_and_what_rests_on_it() -> None:
    figures = {
        "base": row("base"), "one": row("one", "base", step=2.0), "two": row("two", "1 - one", 0.7),
    }  # fmt: skip
    assert_close(ends(figures["one"]), [0.3 / 1.7, 0.6 / 1.3])
    assert ends(figures["two"]) == (0.7, 0.7)
    drawn = draw_figures(figures, [], ["two"], MANY, seed=1)
    assert set(drawn) == set(figures)
    assert_close(drawn["two"], 1.0 - drawn["one"])
    step = scaled("prevalence", drawn["one"]) - scaled("prevalence", drawn["base"])
    assert_close(step, draw_step(figures["one"], MANY, 1), atol=1e-9)


def test_a_derived_row_that_is_set_holds_and_carries_on() -> None:
    figures = {"base": row("base"), "one": row("one", "2 * base", 0.6), "two": row("two", "1 - one", 0.4)}
    values = {"base": np.array([0.3, 0.1]), "one": np.array([0.5, np.nan])}
    found = consequences(figures, values, ["two"])
    assert_close(found["one"], [0.5, 0.2])
    assert_close(found["two"], [0.5, 0.8])


def test_what_follows_stays_inside_what_the_row_can_be() -> None:
    figures = {
        "base": row("base"), "sum": row("sum", "3 * base", 0.9), "rest": row("rest", "1 - 3 * base", 0.1),
        "ratio": row("ratio", "1 - 2 * base", 0.4, kind="odds_ratio"),
        "none": row("none", "0 / base / 0", 0.2),
    }  # fmt: skip
    found = consequences(figures, {"base": np.array([0.9])}, list(figures))
    assert 0.0 < found["rest"][0] < found["sum"][0] < 1.0
    assert found["ratio"][0] > 0.0
    assert found["none"][0] == 0.2


def test_rows_are_worked_out_after_those_they_rest_on(knowledge: Knowledge) -> None:
    seen: set[str] = set()
    for name in derived_in_order(knowledge.figures, list(knowledge.figures)[::-1]):
        assert {
            base for base in knowledge.figures[name].derived_from if knowledge.figures[base].formula
        } <= seen
        seen.add(name)
    assert len(seen) == sum(bool(figure.formula) for figure in knowledge.figures.values())


def test_shares_that_follow_from_others_sum_to_one_in_every_draw() -> None:
    figures = {
        "base": row("base"),
        "a": row("a", "base"),
        "b": row("b", "shifted(base, 5.444444)", 0.7, step=1.3),
    }
    drawn = draw_figures(figures, [ShareGroup(("a", "b"), True)], ["a", "b"], 500, seed=0)
    assert_close(drawn["a"] + drawn["b"], np.ones(500), atol=ROUNDING)


def test_a_move_back_undoes_a_move(knowledge: Knowledge) -> None:
    for figure in knowledge.figures.values():
        there = moved(figure.kind, np.array([figure.value]), 0.7)
        assert_close(moved(figure.kind, there, -0.7), [figure.value], atol=1e-12, rtol=1e-12)


def test_groups_of_the_network_hold_derived_shares(knowledge: Knowledge) -> None:
    assert any(knowledge.figures[name].formula for group in share_groups(knowledge) for name in group.figures)
