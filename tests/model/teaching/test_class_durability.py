"""Nothing acknowledged is lost, nothing counts twice: killed writers, a hundred threads, two at a button."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from sqlalchemy import select

from model.teaching.classes.schema import submissions
from model.teaching.errors import ClassError
from tests.model.teaching.stores import CLIENT, Room, belief, open_store

ROOT = Path(__file__).resolve().parents[3]
LEARNERS = 100


def kept(room: Room) -> list[str]:
    """Ids of all submissions in the store."""
    with room.store.database.read() as connection:
        return list(connection.execute(select(submissions.c.client_id)).scalars())


def in_threads(jobs: list[Callable[[], object]], workers: int) -> list[object]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda job: job(), jobs))


def test_every_acknowledged_submission_survives_a_kill(paced: Room, store_url: str):
    paced.begin()
    tokens = [paced.store.join(paced.code, CLIENT).token for _ in range(3)]
    command = [sys.executable, "-m", "tests.model.teaching.writer", store_url, *tokens]
    writer = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    # What the pipe still holds was acknowledged too; the last line may be cut off.
    acknowledged += [
        line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")
    ]
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    found = kept(paced)
    assert len(acknowledged) >= 60 and set(acknowledged) <= set(found)
    assert len(found) == len(set(found))
    # All four go on with a store that is opened anew.
    again = open_store(store_url, paced.clock)
    assert len(again.instructor(paced.code, paced.secret, CLIENT).room().beliefs) == 3
    for token in tokens:
        learner = again.learner(token)
        assert learner.view().case.committed
        assert not learner.submit(
            f"{learner.id}-after-the-kill", learner.view().case.key, 0, belief()
        ).repeated
    again.close()


def test_a_hundred_learners_at_once_lose_nothing_and_double_nothing(paced: Room):
    instructor = paced.begin()
    learners = [paced.learner() for _ in range(LEARNERS)]
    key = learners[0].view().case.key
    seconds: list[float] = []

    def submit(number: int) -> None:
        began = time.perf_counter()
        receipts = [
            learners[number].submit(f"at-once-{number:04}", key, 0, belief(number / 100)) for _ in range(2)
        ]
        seconds.append((time.perf_counter() - began) / 2)
        assert [one.repeated for one in receipts] == [False, True]

    in_threads([lambda number=number: submit(number) for number in range(LEARNERS)], LEARNERS)
    assert Counter(kept(paced)) == Counter(f"at-once-{number:04}" for number in range(LEARNERS))
    assert len(instructor.room().beliefs) == LEARNERS
    p95 = np.quantile(seconds, 0.95)
    print(f"\n{paced.store.database.engine.dialect.name}: {LEARNERS} threads, p95 {p95:.3f} s a submission")


def test_one_id_sent_from_many_threads_is_kept_once(paced: Room):
    paced.begin()
    learner = paced.learner()
    key = learner.view().case.key
    receipts = in_threads([lambda: learner.submit("many-times", key, 0, belief())] * 20, 20)
    assert kept(paced) == ["many-times"]
    assert sum(not one.repeated for one in receipts) == 1


def test_one_request_from_many_threads_reveals_one_finding(self_run: Room):
    self_run.begin()
    learner = self_run.learner()
    key = learner.view().case.key
    learner.submit("before-all", key, 0, belief())
    views = in_threads([lambda: learner.next_finding("request-01", key)] * 12, 12)
    assert {view.case.step for view in views} == {1}


def test_learners_who_join_at_once_get_different_numbers(paced: Room):
    joined = in_threads([lambda: paced.store.join(paced.code, CLIENT)] * 30, 30)
    assert sorted(one.number for one in joined) == list(range(1, 31))
    assert len({one.token for one in joined}) == 30


def test_two_clicks_at_once_move_one_step(paced: Room):
    instructor = paced.begin()
    moment = instructor.moment()
    in_threads([lambda: instructor.advance(moment)] * 12, 12)
    assert instructor.moment().step == 1 and instructor.moment().version == moment.version + 1


def test_after_the_reveal_nothing_is_taken_however_close_it_came(paced: Room):
    """Every submission is either acknowledged and in the room at the reveal, or refused."""
    instructor = paced.begin()
    learners = [paced.learner() for _ in range(24)]
    key = learners[0].view().case.key
    acknowledged: list[int] = []
    at_reveal: list[int] = []
    begin = threading.Barrier(len(learners) + 1)

    def submit(number: int) -> None:
        begin.wait()
        time.sleep(number % 6 * 0.01)
        try:
            learners[number].submit(f"race-{number:04}", key, 0, belief())
        except ClassError:
            return
        acknowledged.append(number)

    def reveal() -> None:
        begin.wait()
        time.sleep(0.03)
        instructor.reveal(instructor.moment())
        at_reveal.append(len(learners[0].revealed(key).beliefs))

    in_threads([reveal, *(lambda number=number: submit(number) for number in range(24))], 25)
    assert at_reveal == [len(acknowledged)] == [len(kept(paced))]
