"""The benchmarks run, peers agree with us, and a slow peer is stopped. Never how fast anything is."""

from __future__ import annotations

import time

import pytest

from benchmarks.contenders import Ours, Peer
from benchmarks.effort import TINY
from benchmarks.engine import contenders
from benchmarks.replicas import replicated
from benchmarks.rows import Row, bars, judged
from benchmarks.timing import Disagreement, side_by_side
from network.build import load_network
from tests.networks import consultation


class Sleeper:
    """A peer that never answers."""

    def wait(self, _: int) -> None:
        time.sleep(60.0)


def test_peers_answer_and_agree() -> None:
    made = contenders(consultation(), TINY, "pyAgrum as documented", "pyAgrum tuned")
    targets = ["due_to_arterial_insufficiency", "other_cause"]
    rows = side_by_side("case", made, [({"absent_pulses": 1, "night_leg_pain": 1}, targets)], budget_s=10.0)
    assert [row.engine for row in rows] == list(made)
    assert all(row.difference is not None and row.difference < 1e-10 for row in rows[1:])
    assert rows[0].ratio is None and not any(row.at_least for row in rows)


def test_wrong_answer_stops_the_run() -> None:
    made = {"ours": Ours(lambda _: {"a": [0.5]}), "theirs": Ours(lambda _: {"a": [float("nan")]})}
    with pytest.raises(Disagreement):
        side_by_side("case", made, [(0,)], budget_s=1.0)


def test_peer_that_exceeds_its_limit_is_stopped() -> None:
    peer = Peer(Sleeper, method="wait", limit_s=0.2, patience=1)
    timed = peer.ask(0)
    assert not timed.finished and timed.seconds == 0.2 and peer.process is None
    assert not peer.ask(0).finished


def test_bar_that_a_lower_bound_does_not_reach_stays_open() -> None:
    bar = next(bar for bar in bars() if bar.ratio)
    row = Row(bar.group, bar.engine, 1.0, ratio=float(bar.ratio or 0.0) / 2.0)
    assert judged([row])[0].met is False
    assert judged([Row(bar.group, bar.engine, 1.0, ratio=row.ratio, at_least=True)])[0].met is None


@pytest.mark.parametrize("causes", [8, 16, 24])
def test_replicas_have_so_many_causes(causes: int) -> None:
    other = replicated(load_network(), causes)
    assert len(other.of_kind("condition")) == causes
    assert len(other.of_kind("due_to")) == causes + 1
