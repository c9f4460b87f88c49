"""The notice says numbers that are counted and measured, and refuses what it cannot fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from network.build import load_network
from network.judged import JudgedShare, judged_share
from network.knowledge import read_knowledge
from network.notice import FILE, Tried, filled, notice_faults
from tests.knowledge_files import edited, faults_of

TRIED = Tried(patients=40, first=0.505, first_three=0.8)


def test_the_notice_of_the_network_says_what_was_counted_and_measured() -> None:
    knowledge, network = read_knowledge(), load_network()
    named = [figure for node in network.nodes for _, figure in node.figures]
    share = judged_share(knowledge.figures, named)
    assert knowledge.tried is not None
    assert network.notice == filled(knowledge.network.notice, share, knowledge.tried)
    assert f"{share} of its numbers are expert judgement" in network.notice[0]
    assert f"tried on {knowledge.tried.patients} published patients" in network.notice[0]


@pytest.mark.parametrize("written", ["{share}", "{}", "{judged:.1f}", "{judged!r}", "{judged.used}"])
def test_a_placeholder_that_does_not_exist_is_refused_with_those_that_do(written: str) -> None:
    (fault,) = notice_faults(["Nothing to fill.", f"All {written} of it."], TRIED)
    assert str(fault).startswith(f"network.yaml notice [1]: no placeholder is written {written}.")
    assert "Placeholders: {judged}, {patients}, {first}, {first_three}" in str(fault)


def test_what_was_never_measured_cannot_be_said() -> None:
    (fault,) = notice_faults(["Tried on {patients}."])
    assert FILE in str(fault)


def test_a_brace_that_is_not_closed_is_refused_and_a_doubled_one_is_a_brace() -> None:
    (fault,) = notice_faults(["All {judged of it."])
    assert "Placeholders: {judged}" in str(fault)
    assert not list(notice_faults(["{{{judged}}}"]))
    assert filled(["{{{judged}}}"], JudgedShare(1, 2)) == ("{50 %}",)
    assert filled(["{first} of {patients}"], JudgedShare(1, 2), TRIED) == ("50 % of 40",)


def test_a_wrong_record_is_a_fault_with_its_field(tmp_path: Path) -> None:
    folder = edited(tmp_path, (FILE, "patients: ", "patients: many "))
    assert any("evaluation.yaml" in str(fault) and "[patients]" in str(fault) for fault in faults_of(folder))


def test_a_folder_with_an_unknown_placeholder_is_not_built(tmp_path: Path) -> None:
    (fault,) = faults_of(edited(tmp_path, ("network.yaml", "{judged}", "{jugded}")))
    assert "no placeholder is written {jugded}. Placeholders: {judged}" in str(fault)


def test_a_record_reads_back() -> None:
    assert "patients: 40\nfirst: 0.505\nfirst_three: 0.8\n" in TRIED.to_yaml()
