"""Work is shared between cores without a piece done twice or forgotten."""

from __future__ import annotations

import threading

import pytest

from model.threads import share, together


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize(("n", "at_once"), [(0, 4), (1, 4), (7, 3), (100, 8)])
def test_every_piece_is_done_once(n: int, at_once: int, workers: int):
    done: list[int] = []
    told: list[int] = []
    share(lambda part: done.extend(range(part.start, part.stop)), n, at_once, workers, told.append)
    assert sorted(done) == list(range(n))
    assert sum(told) == n


def test_progress_is_told_in_the_callers_thread():
    threads: set[int] = set()
    share(lambda part: None, 50, 1, 2, lambda done: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


def test_a_failure_stops_the_others():
    done: list[int] = []

    def fail(part: slice) -> None:
        done.append(part.start)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        share(fail, 1000, 1, 2)
    assert len(done) < 5


def test_answers_come_in_order():
    assert together(lambda number: number * number, 4) == [0, 1, 4, 9]
