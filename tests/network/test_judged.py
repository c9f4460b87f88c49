"""What is judged is counted once, and the notice says that count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from network.build import load_network
from network.figures import DERIVED, JUDGEMENT, foundations
from network.judged import JudgedShare, is_judged, judged_share
from network.knowledge import Knowledge, read_knowledge


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
    published = next(row for row in knowledge.figures.values() if row.grade == "B" and not row.formula)
    judgement = replace(published, id="first", source=JUDGEMENT)
    near = replace(published, id="second", source=DERIVED, formula=f"mean(first, {published.id})")
    far = replace(published, id="third", source=DERIVED, formula="1 - second")
    rows = {row.id: row for row in (published, judgement, near, far)}
    assert [is_judged(row, rows) for row in rows.values()] == [False, True, True, True]
    assert judged_share(rows, ["third"]) == JudgedShare(judged=3, used=4)
