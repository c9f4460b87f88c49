"""Turns: a few at a time, first come first served, and nobody waits for who takes long."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path

import pytest

from views.shared.turns import Turns

VIEWS = Path(__file__).resolve().parents[2] / "views"
FOREVER = 60.0


def wait_until(held: list[int], n: int) -> None:
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
    turns = Turns(1, FOREVER)
    with turns.turn(), turns.turn():
        pass
    with turns.turn():
        pass


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
        pass


def test_every_part_of_a_page_is_drawn_in_its_turn() -> None:
    alone = [
        path.relative_to(VIEWS).as_posix()
        for path in VIEWS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "fragment"
    ]
    assert alone == ["shared/turns.py"]
