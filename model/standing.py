"""How an option stands: the one rule that advice and the signal to stop share.

    probable      P(target) reaches the threshold `useful` of the network
    standing      the most restricting turn that holds; "fits" where none restricts and the target is probable

A turn is read against `Facts`: truths about one case as it is, or arrays of them, one for each answer that it
could still get.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.evidence import Evidence
from model.result import Answer
from model.surgery import engine_with_nodes
from network.cpds import AnyOf, Array
from network.decisions import CHECK_FIRST, NOT_FOR_YOU, NOT_NOW, Clause, Decisions, Option, Turn
from network.structure import BINARY, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

FITS = "fits"
STANDINGS = (FITS, CHECK_FIRST, NOT_NOW, NOT_FOR_YOU)
"""From nothing against it to ruled out: fits, a check comes first, held back now, not for this person."""

Group = tuple[str, ...]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """What turns are read against; every function returns one truth or number, or an array of one shape.

    `suggests` takes a clause that was entered or that a likelihood favours, `holds` one that was entered as
    such: suspicion is enough to turn the advice, but only a result takes a turn back.
    """

    level: str | None
    suggests: Callable[[Clause], Truths]
    holds: Callable[[Clause], Truths]
    present: Callable[[str], Array]

    @classmethod
    def of(cls, evidence: Evidence, marginals: Mapping[str, Array], level: str | None) -> Facts:
        """Return the facts of one case; `level` is its urgency."""
        return cls(
            level,
            lambda clause: np.asarray(evidence.suggests(*clause)),
            lambda clause: np.asarray(evidence.holds(*clause)),
            lambda node: np.asarray(marginals[node][PRESENT]),
        )


def turn_holds(turn: Turn, facts: Facts) -> Truths:
    """Return whether a turn holds, in the shape of the facts."""
    if turn.levels:
        found = np.asarray(facts.level in turn.levels)
    elif turn.node is not None and turn.above is not None:
        found = facts.present(turn.node) >= turn.above
    elif turn.given:
        found = _any(facts.suggests, turn.given)
    else:
        found = np.asarray(True)
    return np.asarray(found & ~_any(facts.holds, turn.unless))


def restriction(turns: Sequence[Turn], facts: Facts) -> NDArray[np.intp]:
    """Return the place among `STANDINGS` of the most restricting turn that holds, shaped as the facts."""
    found = np.asarray(0, np.intp)
    for turn in turns:
        if place := severity(turn.then):
            found = np.maximum(found, np.where(turn_holds(turn, facts), place, 0))
    return found


def severity(then: str) -> int:
    """Return the place among `STANDINGS` to which a turn moves an option; 0 for a word of caution."""
    return STANDINGS.index(then) if then in STANDINGS else 0


def is_probable(target: float, decisions: Decisions) -> bool:
    """Return whether what an option is aimed at is probable enough for it to fit."""
    return target >= decisions.useful.above


def standing(option: Option, facts: Facts, probable: bool) -> str | None:
    """Return how an option stands; None where nothing is against it but what it is aimed at is improbable.

    Parameters
    ----------
    facts : those of one case
    """
    place = int(restriction(option.turns, facts))
    return None if place == 0 and not probable else STANDINGS[place]


def joint(ddx: Differential, answer: Answer) -> dict[Group, float]:
    """Return P(at least one is present | e) for every group of nodes that an option names; 0 for no nodes."""
    options = ddx.network.decisions.options
    groups = {group for option in options for group in (option.helps, option.may_harm)}
    marginals = answer.posteriors.marginals
    found = {
        group: float(marginals[group[0]][PRESENT]) if group else 0.0 for group in groups if len(group) < 2
    }
    several = sorted(group for group in groups if len(group) > 1)
    if several:
        nodes = _any_of_nodes(ddx.network, tuple(several))
        engine = engine_with_nodes(ddx.engine, "advice", nodes)
        asked = engine.posteriors(answer.observed(), [node.id for node in nodes]).marginals
        found |= {group: float(asked[node.id][PRESENT]) for group, node in zip(several, nodes, strict=True)}
    return found


def _any(truth: Callable[[Clause], Truths], clauses: Sequence[Clause]) -> Truths:
    """Return whether at least one clause is true."""
    found = np.asarray(False)
    for clause in clauses:
        found = found | truth(clause)
    return found


def _any_of_nodes(network: Network, groups: tuple[Group, ...]) -> tuple[Node, ...]:
    """Return one deterministic OR for each group."""
    return tuple(
        Node(f"_any_{position}", BINARY, group, AnyOf(len(group))) for position, group in enumerate(groups)
    )
