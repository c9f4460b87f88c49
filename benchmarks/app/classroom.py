"""A class in one room: so many learners send their numbers, finding after finding; nothing may be lost."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

import numpy as np

from benchmarks.rows import Row
from model.teaching.cases import cause_labels
from model.teaching.classes import ClassStore, Instructor
from model.teaching.library import library
from network.structure import Network
from tests.running_app import RunningApp
from tests.visitor import Unanswered, Visitor

ROUND_S = 10.0
"""Seconds between two findings: each learner names a cause and sends once."""
ARRIVING_S, PATIENCE_S = 10.0, 10.0
MOST_LEARNERS, MOST_ROUNDS = 200, 10
KEPT = "Your numbers are in"


@dataclass
class Counted:
    """What one run saw: seconds of each submission, of each other click, and what went wrong."""

    sent: list[float] = field(default_factory=list)
    named: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    acknowledged: set[tuple[int, int]] = field(default_factory=set)


def classroom(app: RunningApp, network: Network, store_url: str, learners: int, rounds: int) -> list[Row]:
    """Return the latency of every submission of a class, and whether what was acknowledged was kept.

    Parameters
    ----------
    store_url : the class store that the server uses too
    """
    learners, rounds = min(learners, MOST_LEARNERS), min(rounds, MOST_ROUNDS)
    store = ClassStore.open(network, store_url)
    case = next(case for case in library(network).values() if len(case.later) >= rounds)
    opened = store.open_class("Load", [case])
    instructor = store.instructor(opened.code, opened.secret, "benchmark")
    tokens = [store.join(opened.code, f"learner {number}").token for number in range(learners)]
    instructor.start(instructor.moment())
    load, wall, work = time.process_time(), time.perf_counter(), app.cpu_seconds()
    found = asyncio.run(_class(app.address, network, instructor, tokens, rounds))
    load, wall = time.process_time() - load, time.perf_counter() - wall
    work = app.cpu_seconds() - work
    kept = {
        (trace.number, step)
        for trace in instructor.traces(instructor.room().key)
        for step, (_, belief) in enumerate(trace.stages)
        if belief is not None
    }
    store.close()
    group = f"app, a class of {learners}, {rounds} findings, one every {ROUND_S:g} s"
    if not found.sent:
        return [Row(group, "nothing was kept", float("nan"), note="; ".join(found.faults[:1]))]
    lost = len(found.acknowledged - kept)
    notes = {
        "median": f"{len(found.faults)} errors{': ' + found.faults[0] if found.faults else ''}",
        "p95": f"{len(found.acknowledged)} acknowledged, {lost} lost, {len(kept)} kept",
        "slowest": f"the server used {work / wall:.0%} of a core, the learners {load / wall:.0%}",
    }
    shares = {"median": 50, "p95": 95, "slowest": 100}
    sent = 1e3 * np.array(found.sent)
    return [
        Row(group, f"send, {name}", float(np.percentile(sent, share)), cases=len(sent), note=notes[name])
        for name, share in shares.items()
    ]


async def _class(
    address: str, network: Network, instructor: Instructor, tokens: list[str], rounds: int
) -> Counted:
    found = Counted()
    start = time.perf_counter() + ARRIVING_S
    async with asyncio.TaskGroup() as group:
        group.create_task(_pace(instructor, start, rounds))
        for number, token in enumerate(tokens, start=1):
            arrival = start - ARRIVING_S * (1 - number / len(tokens))
            group.create_task(_learn(address, network, token, number, arrival, start, rounds, found))
    return found


async def _pace(instructor: Instructor, start: float, rounds: int) -> None:
    """Reveal a finding at the end of each round but the last."""
    for number in range(1, rounds):
        await asyncio.sleep(max(0.0, start + number * ROUND_S - time.perf_counter()))
        instructor.advance(instructor.moment())


async def _learn(
    address: str,
    network: Network,
    token: str,
    number: int,
    arrival: float,
    start: float,
    rounds: int,
    found: Counted,
) -> None:
    """Take a seat and send once in each round, at a moment of one's own."""
    choice = random.Random(number)
    labels = list(cause_labels(network).values())
    await asyncio.sleep(max(0.0, arrival - time.perf_counter()))
    try:
        async with Visitor.of(address) as visitor:
            await visitor.open(f"seat={token}", page="teach")
            for step in range(rounds):
                # A page looks for the next finding every 3 s: the first part of a round is for it.
                due = start + step * ROUND_S + ROUND_S * (0.4 + 0.5 * choice.random())
                await visitor.idle(max(0.0, due - time.perf_counter()))
                names = visitor.screen.keys()
                form = next(name for name in names if name.endswith("-commit"))
                if step == 0:
                    found.named.append(
                        await visitor.choose(form.replace("-commit", "-name"), choice.choice(labels))
                    )
                began = time.perf_counter()
                await visitor.press(form)
                while KEPT not in visitor.screen.text() and time.perf_counter() < began + PATIENCE_S:
                    await visitor.idle(0.05)
                found.sent.append(time.perf_counter() - began)
                found.faults += visitor.screen.exceptions()
                if KEPT in visitor.screen.text():
                    found.acknowledged.add((number, int(form.removesuffix("-commit").rpartition("-")[2])))
                else:
                    found.faults.append(f"learner {number} was not told that step {step} was kept")
    except (Unanswered, OSError, KeyError, StopIteration) as error:
        found.faults.append(f"{type(error).__name__}: {error}")
