"""Many visitors at once, each clicking every few seconds, and what visits leave behind in memory."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

import numpy as np

from benchmarks.rows import Row
from tests.running_app import RunningApp
from tests.visitor import Unanswered, Visitor

EVERY_S = 3.0
"""Seconds between two clicks of one visitor."""
MOST_VISITORS, LONGEST_S = 200, 300.0
ARRIVING_S = 10.0
"""The visitors come one by one over this time, before anything is counted."""
EXAMPLES = ("narrowed_arteries", "restless_legs", "cramps_on_a_water_tablet")
UNDO = "undo"


@dataclass
class Counted:
    """What one run saw: seconds of each click, what went wrong, bytes that came."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    received: int = 0


def crowd(app: RunningApp, visitors: int, seconds: float) -> list[Row]:
    """Return the latency of every click of so many visitors.

    A click is timed from the moment when it was due, so that a slow server does not make its visitors
    patient, until the bars that answer it have come.
    """
    visitors, seconds = min(visitors, MOST_VISITORS), min(seconds, LONGEST_S)
    memory, work = app.memory_mb(), app.cpu_seconds()
    load, wall = time.process_time(), time.perf_counter()
    found = asyncio.run(_crowd(app.address, visitors, seconds))
    load, wall = time.process_time() - load, time.perf_counter() - wall
    memory, work = (app.memory_mb() - memory) / visitors, app.cpu_seconds() - work
    group = f"app, {visitors} sessions at once, a click every {EVERY_S:g} s"
    if not found.seconds:
        return [Row(group, "no click was answered", float("nan"), note="; ".join(found.faults[:1]))]
    taken = 1e3 * np.array(found.seconds)
    notes = (
        f"{len(found.faults)} errors{': ' + found.faults[0] if found.faults else ''}",
        f"{memory:.2f} MB a session, {found.received / len(taken) / 1e3:.0f} kB a click",
        f"the server used {work / wall:.0%} of a core, {1e3 * work / len(taken):.0f} ms a click; "
        f"the visitors {load / wall:.0%}",
    )
    shares = {"median": 50, "p95": 95, "slowest": 100}
    return [
        Row(group, f"click, {name}", float(np.percentile(taken, share)), cases=len(taken), note=note)
        for (name, share), note in zip(shares.items(), notes, strict=True)
    ]


async def _crowd(address: str, visitors: int, seconds: float) -> Counted:
    found = Counted()
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(visitors):
            arrival = start + ARRIVING_S * number / visitors
            group.create_task(_visit(address, arrival, start + ARRIVING_S, seconds, number, found))
    return found


async def _visit(
    address: str, arrival: float, counting: float, seconds: float, number: int, found: Counted
) -> None:
    """Open the page and click until the time is over."""
    choice = random.Random(number)
    await asyncio.sleep(max(0.0, arrival - time.perf_counter()))
    try:
        async with Visitor.of(address) as visitor:
            await visitor.open()
            due = counting + EVERY_S * choice.random()
            while due < counting + seconds:
                await visitor.idle(due - time.perf_counter())
                await _click(visitor, choice)
                found.seconds.append(time.perf_counter() - due)
                found.faults += visitor.screen.exceptions()
                due += EVERY_S
            found.received += visitor.received
    except (Unanswered, OSError, KeyError) as error:
        found.faults.append(f"{type(error).__name__}: {error}")


async def _click(visitor: Visitor, choice: random.Random) -> None:
    """Do what a person does: open an example; then change, pause, resume or remove a finding, or undo."""
    keys = visitor.screen.keys()
    examples = [f"example-{name}" for name in EXAMPLES if f"example-{name}" in keys]
    if examples:
        await visitor.press(choice.choice(examples), until_picture=True)
        return
    rows = [key for key in keys if key.startswith("row-")]
    buttons = [key for key in keys if key.startswith(("pause-", "resume-", "remove-")) or key == UNDO]
    if choice.random() < 0.5:
        row = choice.choice(rows)
        options = list(visitor.screen.widget(row).content.options)
        await visitor.choose(row, choice.choice(options), until_picture=True)
    else:
        await visitor.press(choice.choice(buttons), until_picture=True)


def come_and_go(app: RunningApp, visits: int, rounds: int) -> list[Row]:
    """Return what visits that have ended leave behind, in the note: MB after each round."""
    start = time.perf_counter()
    held = [app.memory_mb()]
    for _ in range(rounds):
        asyncio.run(_come_and_go(app.address, visits))
        held.append(app.memory_mb())
    taken = 1e3 * (time.perf_counter() - start) / (visits * rounds)
    group = f"app, {visits * rounds} sessions come and go"
    last = (held[-1] - held[-2]) / visits
    note = f"memory {' → '.join(f'{mb:.0f}' for mb in held)} MB; last round {1e3 * last:.0f} kB a visit"
    return [Row(group, "open, one click, leave", taken, cases=visits * rounds, note=note)]


async def _come_and_go(address: str, visits: int) -> None:
    for number in range(visits):
        async with Visitor.of(address) as visitor:
            await visitor.open()
            await visitor.press(f"example-{EXAMPLES[number % len(EXAMPLES)]}")
