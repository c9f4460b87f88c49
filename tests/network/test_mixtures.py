"""States of a graded finding that are solved from shares: a written case, someone who asks for themselves."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from model import Differential
from model.teaching.sampling import given_parents
from network.build import EMBEDDED, build_network
from network.cpds import first_draw, to_plain
from network.errors import KnowledgeError
from network.figures import JUDGEMENT
from network.findings import solve_noisy_max
from network.knowledge import read_knowledge
from network.mixtures import check_shares, factors, in_front
from network.shares import share_groups
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.knowledge_files import edited

SETTINGS = ("written_case", "seeks_advice")
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
        cells = next(csv.reader([lines[place]]))
        cells[5:8] = [value, value, value]
        cells[10:13] = [JUDGEMENT, "", ""]  # set whatever a formula says
        lines[place] = ",".join(f'"{cell}"' for cell in cells)
    (copy / "figures.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


def causes_in(ddx: Differential, state: str) -> dict[str, float]:
    """Return P(cause | complaint, setting)."""
    answer = ddx.query({"seen_in": state})
    return {cause: answer.posterior(cause)["present"] for cause in ddx.network.causes}


def without_mixtures(network: Network) -> Differential:
    """Return the same network, its setting solved from the figures of the clinics alone."""
    knowledge, plain = read_knowledge(), network.to_plain()
    entry = next(one for one in knowledge.observations if one.mixtures)
    node = next(item for item in plain["nodes"] if item["id"] == entry.id)

    def column(shares: dict[str, str]) -> np.ndarray:
        return np.array([[knowledge.figures[shares[state]].value for state in entry.plain_states]])

    given = {link.parent: column(link.distribution) for link in entry.links if link.distribution}
    parents, cpd = solve_noisy_max(entry.id, "", column(entry.leak_distribution or {}), given, [])
    solved = first_draw(cpd)
    node |= {"states": entry.plain_states, "parents": list(parents), "cpd": to_plain(solved)}
    node["text"] = {**node["text"], "state_labels": []}
    return Differential.of(Network.from_plain(plain))


# What the states say


@pytest.mark.parametrize("state", SETTINGS)
def test_each_cause_is_the_answer_about_as_often_as_stated(ddx: Differential, state: str) -> None:
    """Causes that come together by age or smoking miss their share, as the odds take each for itself."""
    stated, found = shares(state), causes_in(ddx, state)
    off = np.array([abs(np.log(found[cause] / share)) for cause, share in stated.items()])
    assert np.median(off) < 0.05 and off.max() < 0.25


@pytest.mark.parametrize("state", SETTINGS)
def test_a_cause_that_holds_alone_is_the_answer_in_proportion_to_its_share(
    ddx: Differential, state: str
) -> None:
    node, stated = ddx.network.node("seen_in"), shares(state)
    column, answers, anyone = node.state_index(state), {}, ddx.query(complaint=False)
    for cause in stated:
        p = anyone.posterior(cause)["present"]
        alone = [int(parent == cause) for parent in node.parents]
        answers[cause] = given_parents(node.cpd, alone)[column] * p / (1.0 - p)
    total = sum(answers.values())
    for cause, share in stated.items():
        assert answers[cause] / total == pytest.approx(share, rel=1e-6), cause


@pytest.mark.parametrize("state", SETTINGS)
def test_two_causes_at_once_are_rarer_there_than_elsewhere(ddx: Differential, state: str) -> None:
    causes = [cause for cause in ddx.network.causes if cause != "due_to_restless_legs_syndrome"]
    apart = {}
    for setting in (None, state):
        case = {} if setting is None else {"seen_in": setting}
        second = ddx.query({**case, "due_to_restless_legs_syndrome": "present"})
        apart[setting] = sum(second.posterior(cause)["present"] for cause in causes)
    assert 0.0 < apart[state] < 0.7 * apart[None]


@pytest.mark.parametrize(
    "row", ["other_cause__share__40_to_59", "due_to_osteoarthritis__share__osteoarthritis"]
)
def test_the_shares_come_back_whatever_the_prevalences_are(
    ddx: Differential, tmp_path: Path, row: str
) -> None:
    cause = row.partition("__")[0]
    value = 3.0 * read_knowledge().figures[row].value
    other = Differential.of(build_network(with_rows(tmp_path, **{row: f"{min(value, 0.9):.3f}"})))
    p, q = (one.query(complaint=False).posterior(cause)["present"] for one in (ddx, other))
    assert q > 1.4 * p
    for state in SETTINGS:
        before, after = causes_in(ddx, state), causes_in(other, state)
        for one, share in before.items():
            assert after[one] == pytest.approx(share, rel=0.05), (state, one)


def test_age_and_findings_weigh_in_a_written_case_as_elsewhere(ddx: Differential) -> None:
    """Between two causes that hold alone, a finding moves the odds by the same factor in every setting."""
    pair = ("due_to_osteoarthritis", "due_to_nocturnal_leg_cramps")
    others = {cause: "absent" for cause in ddx.network.causes if cause not in pair}
    found = {"age": "75_plus", "sex": "female", "urge_to_move": "absent", "diuretic": "present"}

    def odds(case: dict[str, str]) -> float:
        a, b = (
            ddx.query({**others, **case, one: "present", two: "absent"}, complaint=False).log_evidence
            for one, two in (pair, pair[::-1])
        )
        return float(np.exp(a - b))

    moved = [
        odds({**found, **setting}) / odds(setting)
        for setting in ({}, *({"seen_in": state} for state in SETTINGS))
    ]
    assert moved[1:] == pytest.approx([moved[0]] * 2, rel=1e-9)


# What they leave alone


def test_without_a_setting_every_answer_is_that_of_the_clinics_alone(ddx: Differential) -> None:
    plain = without_mixtures(ddx.network)
    for case in ({}, {"age": 70, "urge_to_move": "absent"}, {"age": 50, "smoking": "current"}):
        ours, theirs = ddx.query(case), plain.query(case)
        for cause in ddx.network.causes:
            assert_close(ours.posterior(cause)["present"], theirs.posterior(cause)["present"], atol=1e-12)


@pytest.mark.parametrize("clinic", ["community", "primary_care", "sleep_clinic", "vascular_clinic"])
def test_in_a_clinic_every_answer_is_within_a_thousandth(ddx: Differential, clinic: str) -> None:
    plain = without_mixtures(ddx.network)
    for case in ({"seen_in": clinic}, {"seen_in": clinic, "age": 70, "urge_to_move": "absent"}):
        ours, theirs = ddx.query(case), plain.query(case)
        for cause in ddx.network.causes:
            p, q = (one.posterior(cause)["present"] for one in (ours, theirs))
            assert p == pytest.approx(q, rel=1e-3, abs=1e-9), cause


def test_the_rate_of_the_states_hardly_matters(ddx: Differential, tmp_path: Path) -> None:
    other = Differential.of(build_network(with_rows(tmp_path, seen_in__rate__mixtures="0.00005")))
    for state in SETTINGS:
        ours, theirs = (one.query({"seen_in": state, "age": 50}) for one in (ddx, other))
        for cause in ours.ranking:
            assert theirs.due_to(cause.condition) == pytest.approx(cause.due_to, abs=0.002)


# A second engine


@pytest.mark.parametrize("state", SETTINGS)
def test_pyagrum_agrees_in_the_two_settings(ddx: Differential, state: str) -> None:
    network = ddx.network
    peer, causes = oracles.PyAgrum(network, max_parents=3), list(network.causes)
    told = ({}, {"age": "60_to_74", "smoking": "current", "relief_by_dangling_legs": "present"},
            {"sex": "female", "urge_to_move": "present", "typical_claudication": "absent"})  # fmt: skip
    for case in told:
        evidence = {
            node: network.node(node).state_index(at)
            for node, at in {**case, "seen_in": state, str(network.complaint): "present"}.items()
        }
        ours, theirs = ddx.engine.posteriors(evidence, causes), peer.posteriors(evidence, causes)
        assert_close(ours.log_evidence, theirs.log_evidence, atol=ENGINE, rtol=ENGINE)
        for cause in causes:
            assert_close(ours.marginals[cause], theirs.marginals[cause], atol=ENGINE)


# Faults


def test_shares_that_do_not_add_up_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"add up to 1.05752. Make it 1; 17 causes .* 0.0588235 each"):
        build_network(with_rows(tmp_path, seen_in__share__other_cause_written_case="0.25"))
    faults = list(check_shares(WHERE, {"a": np.array([0.5, 0.9]), "b": np.array([0.5, 0.9])}))
    assert not faults  # only the network itself, the first draw, is judged


def test_a_cause_without_a_link_is_a_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "knowledge")
    file = folder / "observations.yaml"
    before, _, after = file.read_text(encoding="utf-8").rpartition("      - parent: due_to_statin_myalgia\n")
    file.write_text(before + after, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'due_to_statin_myalgia' has no link: it could never be"):
        build_network(folder)


def test_states_of_shares_that_are_not_the_first_are_a_fault(tmp_path: Path) -> None:
    order = "states: [written_case, seeks_advice, community, "
    folder = edited(
        tmp_path, ("observations.yaml", order, "states: [community, written_case, seeks_advice, ")
    )
    with pytest.raises(KnowledgeError, match="which are not the first states in their order"):
        build_network(folder)


# The arithmetic


def test_a_factor_times_the_odds_is_in_proportion_to_the_share() -> None:
    marginals = {"a": np.array([0.2, 0.1]), "b": np.array([0.01, 1e-6])}
    given = {"a": np.array([0.75, 0.75]), "b": np.array([0.25, 0.25])}
    above = {"a": np.array([1.0, 1.0]), "b": np.array([0.5, 0.5])}
    found = factors(given, marginals, above)
    answer = {one: found[one] * marginals[one] / (1.0 - marginals[one]) for one in given}
    assert answer["a"] == pytest.approx(3.0 * answer["b"])
    room = np.array([found[one] / above[one] for one in given])
    assert room.max(axis=0) == pytest.approx(1.0)  # the largest that fits, in every draw


def test_states_in_front_leave_the_others_in_their_ratios() -> None:
    column = in_front(np.array([[0.3, 0.7]]), [np.array([0.1]), np.array([0.2])])
    assert column == pytest.approx(np.array([[0.1, 0.2, 0.21, 0.49]]))


def test_the_shares_of_the_causes_are_drawn_as_parts_of_one_whole() -> None:
    drawn = [
        group for group in share_groups(read_knowledge()) if any("seeks_advice" in f for f in group.figures)
    ]
    assert [(len(group.figures), group.complete) for group in drawn] == [(17, True)]
