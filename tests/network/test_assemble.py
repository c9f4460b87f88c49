"""Assembly: batches of beliefs, what is never tabulated, mistakes that show only when numbers meet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from network.assemble import Assembly, Part
from network.build import EMBEDDED, build_network
from network.calibration import Ancestry
from network.cpds import NoisyOr, to_plain
from network.knowledge import Knowledge
from tests.floats import assert_close
from tests.knowledge_files import edited, faults_of


def jittered(knowledge: Knowledge, draws: int) -> dict[str, np.ndarray]:
    """Beliefs a little off the published values; values that are 0 or 1 stay."""
    rng = np.random.default_rng(3)
    beliefs = {}
    for figure in knowledge.figures.values():
        values = np.full(draws, figure.value)
        if 0 < figure.value < 1:
            odds = figure.value / (1 - figure.value) * rng.uniform(0.9, 1.1, draws)
            values = odds / (1 + odds)
        elif figure.value > 1:
            values = 1 + (figure.value - 1) * rng.uniform(0.9, 1.1, draws)
        beliefs[figure.id] = values
    return beliefs


def numbers(part: Part, draw: int) -> list[np.ndarray]:
    """Return the arrays of one draw of a part's distribution."""
    plain = {key: value for key, value in to_plain(part.cpd).items() if isinstance(value, list)}
    arrays: list[np.ndarray] = []
    for name in sorted(plain):
        value = getattr(part.cpd, name)
        arrays += [item[draw] for item in value] if isinstance(value, tuple) else [value[draw]]
    return arrays


def test_three_draws_together_equal_three_single_builds(knowledge: Knowledge) -> None:
    beliefs = jittered(knowledge, 3)
    together = Assembly(knowledge, beliefs).run()
    for draw in range(3):
        alone = Assembly(knowledge, {name: value[draw : draw + 1] for name, value in beliefs.items()}).run()
        assert list(alone) == list(together)
        for node, part in alone.items():
            assert part.parents == together[node].parents
            for one, other in zip(numbers(part, 0), numbers(together[node], draw), strict=True):
                finite = np.isfinite(other)
                assert (np.isfinite(one) == finite).all(), node
                assert_close(one[finite], other[finite], atol=1e-11, rtol=1e-9)


def test_no_large_table_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    spelled = NoisyOr.table

    def spy(self: NoisyOr) -> np.ndarray:
        sizes.append(2 * int(np.prod(self.parent_cards, dtype=float)))
        assert sizes[-1] <= 2**17, f"a table of {sizes[-1]} numbers"
        return spelled(self)

    monkeypatch.setattr(NoisyOr, "table", spy)
    network = build_network(EMBEDDED)
    assert sizes
    widest = max(len(node.parents) for node in network.nodes)
    assert widest >= 17


def test_ancestors_are_summed_only_over_tables_that_are_small(assembly: Assembly) -> None:
    ancestry: Ancestry = assembly.ancestry
    assert max(table.size for table in ancestry.tables.values()) <= 2**17
    assert "night_leg_pain" not in ancestry.tables


# Mistakes that show only when numbers meet


def test_a_sensitivity_below_its_leak_is_a_fault(tmp_path: Path) -> None:
    row = "lss_bilateral_sens,sensitivity,bilateral_symptoms,present,lumbar_spinal_stenosis=present,"
    folder = edited(tmp_path, ("figures.csv", f"{row}0.51,0.4,0.62", f"{row}0.001,,"))
    assert [str(fault) for fault in faults_of(folder)] == [
        "observations.yaml bilateral_symptoms [links.due_to_lumbar_spinal_stenosis]: "
        "sensitivity 0.001 lies below the rate without it, 0.09014. "
        "A cause cannot make its finding rarer: raise the sensitivity or lower the leak."
    ]


def test_a_sensitivity_out_of_reach_through_a_latent_is_a_fault(tmp_path: Path) -> None:
    row = "dvt_warmth_sens,sensitivity,calf_warmth_or_redness,present,deep_vein_thrombosis=present,"
    folder = edited(tmp_path, ("figures.csv", f"{row}0.35,0.2,0.55", f"{row}0.95,,"))
    [fault] = faults_of(folder)
    assert str(fault).startswith(
        "observations.yaml calf_warmth_or_redness [links.inflamed_calf]: sensitivity 0.95 is out of "
        "reach through "
        "inflamed_calf: at most 0.85"
    )  # fmt: skip


def test_shares_that_do_not_add_to_one_are_faults_all_at_once(tmp_path: Path) -> None:
    ages = "0.79 * rf_age_18_39 + 1.03 * rf_age_40_59 + 1.19 * rf_age_60_74 + 1.33 * rf_age_75_plus"
    folder = edited(
        tmp_path,
        ("figures.csv", f"0.79 * rf_age_18_39 / ({ages})", f"0.2 + 0.79 * rf_age_18_39 / ({ages})"),
        ("figures.csv", "0.8 * mus_f_ms_ra_o30", "0.99 * mus_f_ms_ra_o30"),
    )
    reports = [str(fault) for fault in faults_of(folder)]
    assert reports[0] == "risk_factors.yaml age [shares]: the shares add up to 1.2. Make it 1."
    assert reports[1].startswith(
        "observations.yaml morning_stiffness [links.inflammatory_arthritis]: the shares add up to 1."
    )
    assert len(reports) == 2


def test_a_cycle_is_named_whole(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        (
            "risk_factors.yaml",
            "        odds_ratio: mus_d_dehyd_or_diur\n",
            "        odds_ratio: mus_d_dehyd_or_diur\n      - parent: nocturnal_leg_cramps\n"
            "        odds_ratio: mus_d_dehyd_or_diur\n",
        ),
    )
    [fault] = faults_of(folder)
    assert str(fault) in (
        "risk_factors.yaml dehydration: a cycle: dehydration -> nocturnal_leg_cramps -> dehydration. "
        "Take one of these arcs out.",
        "conditions.yaml nocturnal_leg_cramps: a cycle: nocturnal_leg_cramps -> dehydration -> "
        "nocturnal_leg_cramps. Take one of these arcs out.",
    )
