"""`nocturne sources --influence`: the figures that matter most."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli import words
from model.cli.output import Output
from model.cli.progress import shown
from model.differential import Differential

if TYPE_CHECKING:
    from rich.console import Console

    from model.influence import FigureInfluence, Influence

CASES = 60
"""Simulated patients unless told otherwise: a minute or two the first time, then a second."""


def emit_influence(network: Path | None, wanted: Collection[str], cases: int, top: int, out: Output) -> None:
    """Write the figures among `wanted` (ids), the most influential first."""
    from model.influence import influence

    with shown("Asking simulated patients with every figure moved, once for this network") as progress:
        found = influence(Differential.load(network), cases, progress=progress)
    ranked = [(rank, figure) for rank, figure in enumerate(found.figures, start=1) if figure.figure in wanted]
    out.emit(
        lambda: found.to_plain() | {"figures": [{"rank": n} | figure.to_plain() for n, figure in ranked]},
        lambda console: _show(found, ranked, top, console),
    )


def _show(found: Influence, ranked: list[tuple[int, FigureInfluence]], top: int, console: Console) -> None:
    """Print the ranking, what each grade carries, and how it was measured."""
    columns = (
        "Rank",
        "Figure",
        "Value",
        "Interval",
        "Mean swing",
        "Largest",
        "Reorders",
        "Grade",
        "Moves most",
    )
    table = words.grid(*columns)
    for rank, figure in ranked[:top]:
        grade = f"{figure.grade}, elicited" if figure.elicited else figure.grade
        table.add_row(
            str(rank), figure.figure, words.number(figure.value), words.interval(figure.low, figure.high),
            f"{figure.mean_swing:.2%}", f"{figure.largest_swing:.1%}", f"{figure.reorders:.1%}",
            grade, figure.cause,
        )  # fmt: skip
    console.print(table)
    if len(ranked) > top:
        console.print(f"  {len(ranked) - top} more with smaller swings.")
    console.print()
    for grade, (count, share) in found.shares().items():
        console.print(f"Grade {grade}: {count} figures carry {share:.0%} of all swings.")
    console.print(
        f"Mean swing: {found.n_cases} simulated patients (seed {found.seed}), for each the largest change "
        "of any cause while the figure moves over its interval and the network is calibrated anew. "
        f"{found.idle} figures moved nothing.",
        soft_wrap=True,
    )
