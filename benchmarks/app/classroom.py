"""A class in one room: so many learners send their numbers, finding after finding; nothing may be lost."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy import func, select
from websockets.exceptions import WebSocketException

from benchmarks.rows import Row
from model.teaching.cases import cause_labels
from model.teaching.classes import ClassStore, Instructor
from model.teaching.classes.database import SETTING
from model.teaching.classes.schema import submissions
from model.teaching.library import library
from network.structure import Network
from tests.running_app import AS_USERS_DO, RunningApp, running_app
from tests.screen import Screen
from tests.visitor import Unanswered, Visitor

ROUND_S, ARRIVING_S = 10.0, 10.0
"""Seconds between two findings, in which each learner sends once; and of arriving."""
LISTENING = 0.5
"""The part of a round in which nobody sends yet: the pages look for the next finding every few seconds."""
MOST_LEARNERS, MOST_ROUNDS = 200, 10
KEPT, ANSWER, SEND = "Your numbers are in", "The answer:", "-commit"
BACK = "FormSubmitter:back-Go to my class"
BEGIN, NEXT, REVEAL = "pace-play_arrow", "pace-arrow_forward", "pace-visibility"


@dataclass
class Counted:
    """What one run saw: seconds of each submission, until the answer stood there, and what went wrong.

    `acknowledged` holds number and step; `sent` counts every submission, told to be kept or not.
    """

    taken: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    acknowledged: set[tuple[int, int]] = field(default_factory=set)
    sent: int = 0


@dataclass
class Plan:
    """Who does what when: seconds of `time.perf_counter`; the instructor reveals at the end of the rounds."""

    address: str
    code: str
    secret: str
    labels: list[str]
    rounds: int
    start: float = 0.0
    revealed: float = 0.0

    def round(self, number: int) -> float:
        """Return when a round begins, counted from 0."""
        return self.start + number * ROUND_S


def classroom(network: Network, learners: int, rounds: int) -> list[Row]:
    """Return the latency of every submission of a class, and whether what was acknowledged was kept, once.

    The instructor's console is open all the time, as on the wall of the room.
    """
    learners, rounds = min(learners, MOST_LEARNERS), min(rounds, MOST_ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "classes.sqlite")
        with running_app(AS_USERS_DO, environment={SETTING: url}) as app:
            return _of(app, network, url, learners, rounds)


def _of(app: RunningApp, network: Network, url: str, learners: int, rounds: int) -> list[Row]:
    store = ClassStore.open(network, url)
    case = next(case for case in library(network).values() if len(case.later) >= rounds)
    opened = store.open_class("Load", [case])
    tokens = [store.join(opened.code, f"learner {number}").token for number in range(learners)]
    plan = Plan(app.address, opened.code, opened.secret, list(cause_labels(network).values()), rounds)
    load, wall, work = time.process_time(), time.perf_counter(), app.cpu_seconds()
    found = asyncio.run(_class(plan, tokens))
    load, wall = time.process_time() - load, time.perf_counter() - wall
    work = app.cpu_seconds() - work
    kept = _kept(store.instructor(opened.code, opened.secret, "benchmark"))
    with store.database.read() as connection:
        written = int(connection.execute(select(func.count()).select_from(submissions)).scalar_one())
    store.close()
    busy = f"the server used {work / wall:.0%} of a core, the learners {load / wall:.0%}"
    return _rows(learners, rounds, found, kept, written, busy)


def _rows(
    learners: int, rounds: int, found: Counted, kept: set[tuple[int, int]], written: int, busy: str
) -> list[Row]:
    """Return the table; a class that lost or doubled something has no latency to be proud of."""
    group = f"app, a class of {learners}, {rounds} findings, one every {ROUND_S:g} s"
    lost, doubled = len(found.acknowledged - kept), max(0, written - found.sent)
    faults = f"{len(found.faults)} errors{': ' + found.faults[0] if found.faults else ''}"
    if not found.taken or not found.answered or lost or doubled:
        note = f"{lost} lost, {doubled} doubled; {faults}"
        return [Row(group, "send, p95", float("nan"), cases=len(found.taken), note=note)]
    notes = {
        "median": faults,
        "p95": f"{len(found.acknowledged)} acknowledged, none lost, none doubled",
        "slowest": busy,
    }
    shares = {"median": 50, "p95": 95, "slowest": 100}
    taken, answered = 1e3 * np.array(found.taken), 1e3 * np.array(found.answered)
    rows = [
        Row(group, f"send, {name}", float(np.percentile(taken, share)), cases=len(taken), note=notes[name])
        for name, share in shares.items()
    ]
    note = "from the instructor’s click; pages look every few seconds"
    last = float(np.max(answered))
    return [*rows, Row(group, "the answer on the last screen", last, cases=len(answered), note=note)]


def _kept(instructor: Instructor) -> set[tuple[int, int]]:
    """Return number and step of everything that the store holds."""
    return {
        (trace.number, step)
        for trace in instructor.traces(instructor.room().key)
        for step, (_, belief) in enumerate(trace.stages)
        if belief is not None
    }


async def _class(plan: Plan, tokens: list[str]) -> Counted:
    found = Counted()
    arriving = time.perf_counter()
    plan.start = arriving + ARRIVING_S
    async with asyncio.TaskGroup() as group:
        group.create_task(_teach(plan, found))
        for number, token in enumerate(tokens, start=1):
            arrival = arriving + ARRIVING_S * number / len(tokens)
            group.create_task(_learn(plan, token, number, arrival, found))
    return found


@contextmanager
def _noting(found: Counted, who: str) -> Iterator[None]:
    """Note what goes wrong with one visitor; the others go on."""
    try:
        yield
    except (Unanswered, OSError, KeyError, WebSocketException) as error:
        found.faults.append(f"{who}: {type(error).__name__}: {error}")


async def _teach(plan: Plan, found: Counted) -> None:
    """Come back to the class as its instructor, begin, go on at the end of each round, and reveal."""
    with _noting(found, "the instructor"):
        async with Visitor.of(plan.address) as visitor:
            await visitor.open(page="teach")
            await visitor.choose("door", ["Back to my class"])
            visitor.screen.set("back-code", plan.code)
            visitor.screen.set("back-secret", plan.secret)
            await visitor.press(BACK)
            await visitor.until(lambda screen: screen.has(BEGIN))
            for number in range(plan.rounds):
                await visitor.idle(max(0.0, plan.round(number) - time.perf_counter()))
                await visitor.press(NEXT if number else BEGIN)
            await visitor.idle(max(0.0, plan.round(plan.rounds) - time.perf_counter()))
            plan.revealed = time.perf_counter()
            await visitor.press(REVEAL)
            found.faults += visitor.screen.exceptions()


async def _learn(plan: Plan, token: str, number: int, arrival: float, found: Counted) -> None:
    """Take a seat, send once in each round at a moment of one's own, and wait for the answer."""
    choice = random.Random(number)
    await asyncio.sleep(max(0.0, arrival - time.perf_counter()))
    with _noting(found, f"learner {number}"):
        async with Visitor.of(plan.address) as visitor:
            await visitor.open(f"seat={token}", page="teach")
            for number_of_round in range(plan.rounds):
                part = LISTENING + (0.95 - LISTENING) * choice.random()
                due = plan.round(number_of_round) + part * ROUND_S
                await visitor.idle(max(0.0, due - time.perf_counter()))
                await visitor.until(lambda screen: form_on(screen) != "")
                await _send(visitor, number, choice.choice(plan.labels), found)
            await visitor.until(lambda screen: ANSWER in screen.text())
            found.answered.append(time.perf_counter() - plan.revealed)
            found.faults += visitor.screen.exceptions()


async def _send(visitor: Visitor, number: int, label: str, found: Counted) -> None:
    """Name a cause where none is named, press, and wait until the page says that the numbers are kept.

    Only the last is timed. Where the next finding takes the form away before, that is a fault.
    """
    form = form_on(visitor.screen)
    if _is_empty(visitor.screen, form):
        await visitor.choose(f"{form}-name", label)
        await visitor.until(lambda screen: not _is_empty(screen, form))
    if form_on(visitor.screen) == form:
        began, found.sent = time.perf_counter(), found.sent + 1
        await visitor.press(form + SEND)
        await visitor.until(lambda screen: KEPT in screen.text() or form_on(screen) != form)
        found.taken.append(time.perf_counter() - began)
    if form_on(visitor.screen) == form:
        found.acknowledged.add((number, int(form.rpartition("-")[2])))
    else:
        found.faults.append(f"learner {number}: the next finding came before an answer")
    found.faults += visitor.screen.exceptions()


def form_on(screen: Screen) -> str:
    """Return the key of the form that is on the page, which ends in its step; empty where there is none."""
    keys = screen.keys()
    return next((key.removesuffix(SEND) for key in keys if key.endswith(SEND)), "")


def _is_empty(screen: Screen, form: str) -> bool:
    """Return whether a form is there in which no cause is named yet."""
    return screen.has(form + SEND) and bool(screen.widget(form + SEND).content.disabled)
