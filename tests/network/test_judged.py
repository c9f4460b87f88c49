"""What is judged is counted once, and the notice says that count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from network.build import load_network
from network.figures import DERIVED, JUDGEMENT, foundations
from network.judged import JudgedShare, filled, is_judged, judged_share, notice_faults
from network.knowledge import Knowledge, read_knowledge
from tests.knowledge_files import edited, faults_of


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read_knowledge()


def in_use(knowledge: Knowledge) -> list[str]:
    named = [figure for node in load_network().nodes for _, figure in node.figures]
    return foundations(knowledge.figures, named)


def test_every_figure_in_use_counts_once_however_often_it_is_named(knowledge: Knowledge) -> None:
    used = in_use(knowledge)
    assert judged_share(knowledge.figures, used) == judged_share(knowledge.figures, used * 2)
    assert judged_share(knowledge.figures, used).used == len(used)


def test_what_rests_on_a_judged_row_is_judged_at_whatever_distance(knowledge: Knowledge) -> None:
    published = next(row for row in knowledge.figures.values() if row.grade == "B" and not row.derived_from)
    judgement = replace(published, id="first", source=JUDGEMENT)
    near = replace(published, id="second", source=DERIVED, derived_from=("first", published.id))
    far = replace(published, id="third", source=DERIVED, derived_from=("second",))
    rows = {row.id: row for row in (published, judgement, near, far)}
    assert [is_judged(row, rows) for row in rows.values()] == [False, True, True, True]
    assert judged_share(rows, ["third"]) == JudgedShare(judged=3, used=4)


def test_the_notice_of_the_network_says_the_share_that_is_counted(knowledge: Knowledge) -> None:
    share = judged_share(knowledge.figures, in_use(knowledge))
    assert load_network().notice == filled(knowledge.network.notice, share)
    assert f"{share} of its numbers are expert judgement" in load_network().notice[0]


@pytest.mark.parametrize("written", ["{share}", "{}", "{judged:.1f}", "{judged!r}", "{judged.used}"])
def test_a_placeholder_that_does_not_exist_is_refused_with_the_one_that_does(written: str) -> None:
    (fault,) = notice_faults(["Nothing to fill.", f"All {written} of it."])
    assert str(fault).startswith(f"network.yaml notice [1]: no placeholder is written {written}.")
    assert "Write {judged}" in str(fault)


def test_a_brace_that_is_not_closed_is_refused_and_a_doubled_one_is_a_brace() -> None:
    (fault,) = notice_faults(["All {judged of it."])
    assert "Write {judged}" in str(fault)
    assert not list(notice_faults(["{{{judged}}}"]))
    assert filled(["{{{judged}}}"], JudgedShare(1, 2)) == ("{50 %}",)


def test_a_folder_with_an_unknown_placeholder_is_not_built(tmp_path: Path) -> None:
    (fault,) = faults_of(edited(tmp_path, ("network.yaml", "{judged}", "{jugded}")))
    assert "no placeholder is written {jugded}. Write {judged}" in str(fault)
