"""Turns: so many at a time, first come first served, and nobody waits for who takes long."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model import Differential
from model.remembering import Remembering
from model.threads import free_cores
from tests.networks import asia
from views.shared import turns
from views.shared.turns import Turns

VIEWS = Path(__file__).resolve().parents[2] / "views"
FOREVER = 60.0


def wait_until(held: list[Any], n: int) -> None:
    give_up = time.monotonic() + FOREVER
    while len(held) < n:
        assert time.monotonic() < give_up
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_than_so_many_are_drawn_at_once(at_once: int) -> None:
    turns, lock = Turns(at_once, FOREVER), threading.Lock()
    here, most = 0, 0

    def draw() -> None:
        nonlocal here, most
        for _ in range(20):
            with turns.turn():
                with lock:
                    here += 1
                    most = max(most, here)
                time.sleep(0.001)
                with lock:
                    here -= 1

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(FOREVER)
    assert most == at_once


def test_first_come_first_served() -> None:
    turns, asked, drawn = Turns(1, FOREVER), [], []

    def draw(number: int) -> None:
        asked.append(number)
        with turns.turn():
            drawn.append(number)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
    with turns.turn():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            wait_until(asked, number)
            time.sleep(0.02)  # from having said so to standing in the queue
        assert drawn == []
    for thread in threads:
        thread.join(FOREVER)
    assert drawn == asked == list(range(8))


def test_within_a_turn_nobody_waits_for_another() -> None:
    turns, drawn = Turns(1, FOREVER), []
    with turns.turn(), turns.turn():
        drawn.append("inner")
    with turns.turn():
        drawn.append("next")
    assert drawn == ["inner", "next"]


def test_a_turn_that_is_left_is_the_next_again() -> None:
    turns, drawn = Turns(1, FOREVER), []

    def draw(name: str) -> None:
        with turns.turn():
            drawn.append(name)
            time.sleep(0.02)

    with turns.turn():
        others = [threading.Thread(target=draw, args=(name,)) for name in ("first", "second", "third")]
        for thread in others:
            thread.start()
            time.sleep(0.02)
        with turns.left():
            wait_until(drawn, 1)
        drawn.append("we")
    for thread in others:
        thread.join(FOREVER)
    assert drawn == ["first", "we", "second", "third"]


def test_who_leaves_a_turn_that_is_not_theirs_waits_for_nobody() -> None:
    turns, left = Turns(1, FOREVER), threading.Event()

    def leave() -> None:
        with turns.left():
            left.set()

    with turns.turn():
        thread = threading.Thread(target=leave)
        thread.start()
        assert left.wait(FOREVER)
        thread.join(FOREVER)


def test_the_engine_leaves_each_turn_its_core() -> None:
    free, turns = free_cores(), Turns(1, FOREVER, cores=1)
    with turns.turn():
        assert free_cores() == max(1, free - 1)
        with turns.left():
            assert free_cores() == free
        assert free_cores() == max(1, free - 1)
    assert free_cores() == free


def test_two_who_wait_for_the_same_answer_do_not_wait_for_each_other() -> None:
    drawing, working = Turns(1, 10 * FOREVER), Turns(1, 10 * FOREVER)
    begun, answers = threading.Event(), []

    @contextmanager
    def around() -> Iterator[None]:
        with drawing.left(), working.turn():
            begun.set()
            time.sleep(0.05)
            yield

    ddx = Remembering.what(Differential.of(asia()), around)

    def draw() -> None:
        with drawing.turn():
            answers.append(ddx.query({"smoke": "present"}))

    threads = [threading.Thread(target=draw, daemon=True) for _ in range(3)]
    threads[0].start()
    assert begun.wait(FOREVER)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join(FOREVER / 3)
    assert len(answers) == 3
    assert answers[0] is answers[1] is answers[2]


def test_two_who_wait_for_the_same_kept_result_do_not_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawing = Turns(1, 10 * FOREVER)
    monkeypatch.setattr(turns, "_drawing", drawing)
    monkeypatch.setattr(turns, "_working", Turns(1, 10 * FOREVER))
    begun, cache, found = threading.Event(), threading.Lock(), []

    @turns.worked_out
    def ask() -> str:
        with cache:  # as Streamlit's caches do: the others wait until the first has the result
            with turns.working():
                begun.set()
                time.sleep(0.05)
            return "found"

    def draw() -> None:
        with drawing.turn():
            found.append(ask())

    threads = [threading.Thread(target=draw, daemon=True) for _ in range(3)]
    threads[0].start()
    assert begun.wait(FOREVER)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join(FOREVER / 3)
    assert found == ["found"] * 3


def test_a_turn_that_takes_long_keeps_nobody_waiting() -> None:
    turns, done = Turns(1, 0.05), threading.Event()

    def short() -> None:
        with turns.turn():
            done.set()

    with turns.turn():
        thread = threading.Thread(target=short)
        thread.start()
        assert done.wait(FOREVER)
        thread.join(FOREVER)


def test_a_turn_that_ends_with_an_error_is_given_back() -> None:
    turns = Turns(1, FOREVER)
    with pytest.raises(RuntimeError), turns.turn():
        raise RuntimeError
    with turns.turn():
        given = True
    assert given


def test_every_part_of_a_page_is_drawn_in_its_turn() -> None:
    alone = [
        path.relative_to(VIEWS).as_posix()
        for path in VIEWS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "fragment"
    ]
    assert alone == ["shared/turns.py"]
