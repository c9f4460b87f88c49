"""States of a graded finding that are solved from shares: a written case, someone who asks for themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from model import Differential
from network.build import EMBEDDED, build_network
from network.errors import Fault, KnowledgeError
from network.knowledge import read_knowledge
from network.mixtures import solve_mixture, widened
from network.shares import share_groups
from network.structure import PRESENT

SETTINGS = ("seeks_advice", "written_case")
WHERE = ("observations.yaml", "seen_in", "mixtures.written_case")


@pytest.fixture(scope="module")
def ddx() -> Differential:
    return Differential.load()


def shares(state: str) -> dict[str, float]:
    """Return the stated share of each cause."""
    knowledge = read_knowledge()
    entry = next(one for one in knowledge.observations if one.mixtures)
    given = entry.mixtures[state].shares
    named = {link.parent: given if isinstance(given, str) else given[link.parent] for link in entry.links}
    return {cause: knowledge.figures[figure].value for cause, figure in named.items()}


def with_rows(folder: Path, **values: str) -> Path:
    """Return a copy of the knowledge in which some figures have other values."""
    copy = shutil.copytree(EMBEDDED, folder / "knowledge")
    lines = (copy / "figures.csv").read_text(encoding="utf-8").splitlines()
    for row, value in values.items():
        place = next(n for n, line in enumerate(lines) if line.startswith(f"{row},"))
        cells = lines[place].split(",")
        cells[5:8] = [value, value, value]
        lines[place] = ",".join(cells)
    (copy / "figures.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


@pytest.mark.parametrize("state", SETTINGS)
def test_each_cause_is_the_answer_as_often_as_stated_and_second_causes_add_to_it(
    ddx: Differential, state: str
) -> None:
    stated, answer, anyone = shares(state), ddx.query({"seen_in": state}), ddx.query(complaint=False)
    having = {one: ddx.query({one: "present"}, complaint=False) for one in stated}
    for cause, share in stated.items():
        second = sum(
            other * having[brought].posterior(cause)["present"]
            for brought, other in stated.items()
            if brought != cause
        )
        assert answer.posterior(cause)["present"] == pytest.approx(share + second, rel=0.02), cause
        assert second < 3.0 * anyone.posterior(cause)["present"] + 0.01, cause


@pytest.mark.parametrize("state", SETTINGS)
def test_without_any_cause_the_state_does_not_occur(ddx: Differential, state: str) -> None:
    free = ddx.query({ddx.network.complaint: "absent"}, complaint=False)
    assert free.posterior("seen_in")[state] == pytest.approx(0.0, abs=1e-15)
    assert ddx.query({"seen_in": state}, complaint=False).posterior("night_leg_pain")["present"] == 1.0


def test_a_change_of_a_prevalence_leaves_the_shares_of_a_written_case(tmp_path: Path) -> None:
    folder = with_rows(tmp_path, other_cause__share__40_to_59="0.12")
    before, after = (Differential.of(network) for network in (build_network(EMBEDDED), build_network(folder)))
    anyone = [one.query().due_to("other_cause") for one in (before, after)]
    written = [one.query({"seen_in": "written_case"}).due_to("other_cause") for one in (before, after)]
    assert anyone[1] > 1.5 * anyone[0]
    assert written[1] - written[0] < 0.5 * (anyone[1] - anyone[0])


def test_the_rate_of_the_states_hardly_matters(ddx: Differential, tmp_path: Path) -> None:
    other = Differential.of(build_network(with_rows(tmp_path, seen_in__rate__mixtures="0.00005")))
    for state in SETTINGS:
        ours, theirs = (one.query({"seen_in": state, "age": 50}) for one in (ddx, other))
        for cause in ours.ranking:
            assert theirs.due_to(cause.condition) == pytest.approx(cause.due_to, abs=0.002)


def test_a_rate_that_rare_causes_cannot_carry_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is too rare for this rate: it would need a weight of"):
        build_network(with_rows(tmp_path, seen_in__rate__mixtures="0.02"))


def test_shares_that_do_not_add_up_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"add up to 1.02. Make it 1; 17 causes .* 0.0588235 each"):
        build_network(with_rows(tmp_path, seen_in__share__written_case="0.06"))


def test_a_cause_without_a_link_is_a_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "knowledge")
    file = folder / "observations.yaml"
    before, _, after = file.read_text(encoding="utf-8").rpartition("      - parent: due_to_statin_myalgia\n")
    file.write_text(before + after, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'due_to_statin_myalgia' has no link: it could never be"):
        build_network(folder)


def test_a_weight_times_how_common_the_cause_is_comes_to_its_share() -> None:
    rate, marginals = np.array([1e-3, 1e-3]), {"a": np.array([0.2, 0.1]), "b": np.array([0.01, 1e-6])}
    faults: list[Fault] = []
    half = np.array([0.5, 0.5])
    weights = solve_mixture(WHERE, rate, {"a": half, "b": half}, marginals, faults)
    assert not faults
    assert weights["a"] * marginals["a"] == pytest.approx([5e-4, 5e-4])
    assert weights["b"] == pytest.approx([0.05, 0.25])  # a drawn weight is cut


def test_what_stands_behind_a_column_is_taken_from_all_of_it_alike() -> None:
    column = widened(np.array([[0.3, 0.7]]), [np.array([0.1]), np.array([0.2])])
    assert column == pytest.approx(np.array([[0.21, 0.49, 0.1, 0.2]]))


def test_the_shares_of_the_causes_are_drawn_as_parts_of_one_whole() -> None:
    drawn = [
        group for group in share_groups(read_knowledge()) if any("seeks_advice" in f for f in group.figures)
    ]
    assert [(len(group.figures), group.complete) for group in drawn] == [(17, True)]


def test_a_complaint_that_the_setting_implies_is_certain(ddx: Differential) -> None:
    answer = ddx.engine.posteriors({"seen_in": 6, "night_leg_pain": PRESENT, "age": 2})
    without = ddx.engine.posteriors({"seen_in": 6, "age": 2})
    assert answer.marginals["night_leg_pain"].tolist() == [0.0, 1.0]
    assert answer.log_evidence == pytest.approx(without.log_evidence, abs=1e-12)
