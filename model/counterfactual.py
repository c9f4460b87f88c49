"""Would this patient's pain go without the drug? The one counterfactual that the network answers.

For a drug that is taken, the probability that the complaint is there because of it is at least the
attributable fraction among the exposed, 1 - 1/RR (several drugs taken away together: 1 - product of 1/RR),
times the probability that the condition explains the pain. The network holds it in its `drug_induced_*`
nodes, and here it is computed for the drugs of the change alone, given everything that was entered. A
condition that cannot exist without the drug counts whole.

It is a lower bound: a drug can also be one of several causes that were each enough, or bring on earlier
what would have come anyway (Greenland and Robins 1988).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from model.evidence import Finding
from model.result import Answer
from model.surgery import engine_with_nodes
from network.cpds import AnyOf, Attributable
from network.structure import ABSENT, BINARY, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

LARGEST_TABLE = 2**16


@dataclass(frozen=True)
class DrugShare:
    """P(the pain is there because of these drugs | everything entered), at least.

    `parts` gives it for each condition; `at_least` is the probability that one of the parts holds, not
    their sum.
    """

    drugs: tuple[str, ...]
    at_least: float
    parts: dict[str, float] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"drugs": list(self.drugs), "at_least": self.at_least, "parts": self.parts}

    def __str__(self) -> str:
        return f"Caused by {' or '.join(self.drugs)}, at least: {self.at_least:.1%}"


def drugs_of(network: Network) -> dict[str, tuple[str, ...]]:
    """Return the drugs of each `drug_induced_*` node."""
    found = {}
    for node in network.of_kind("drug_induced"):
        if isinstance(node.cpd, Attributable):
            found[node.id] = node.parents[1 : 1 + node.cpd.relative_risks.shape[-2]]
    return found


def drug_shares(ddx: Differential, answer: Answer, change: Mapping[str, Finding]) -> tuple[DrugShare, ...]:
    """Return the share of the drugs that the change takes away, all together; nothing if it takes away none.

    Parameters
    ----------
    answer : the case as it was entered
    """
    network = ddx.network
    all_drugs = {drug for drugs in drugs_of(network).values() for drug in drugs}
    taken_away = tuple(
        node
        for node, value in change.items()
        if node in all_drugs and value == BINARY[ABSENT] and not answer.evidence.holds(node, BINARY[ABSENT])
    )
    if not taken_away:
        return ()
    blamed = tuple(_blame_nodes(network, taken_away))
    whole = tuple(_wholly_caused(network, taken_away))
    any_of = Node("_blame", BINARY, (*(node.id for node in blamed), *whole), AnyOf(len(blamed) + len(whole)))
    engine = engine_with_nodes(ddx.engine, "blame " + " ".join(taken_away), (*blamed, any_of))
    found = engine.posteriors(answer.observed(), [*any_of.parents, any_of.id]).marginals
    conditions = {f"_blame_{node}": network.node(node).parents[0] for node in drugs_of(network)}
    parts = {conditions.get(node, node): float(found[node][PRESENT]) for node in any_of.parents}
    return (DrugShare(taken_away, float(found[any_of.id][PRESENT]), parts),)


def _blame_nodes(network: Network, drugs: tuple[str, ...]) -> Iterator[Node]:
    """Yield a copy of each drug-induced node in which only these drugs count."""
    for node_id, of in drugs_of(network).items():
        node = network.node(node_id)
        if set(of) & set(drugs) and isinstance(node.cpd, Attributable):
            risks = np.array(node.cpd.relative_risks)
            for position, drug in enumerate(of):
                if drug not in drugs:
                    risks[position] = 1.0
            yield replace(node, id=f"_blame_{node_id}", cpd=Attributable(risks))


def _wholly_caused(network: Network, drugs: tuple[str, ...]) -> Iterator[str]:
    """Yield the causes whose condition cannot be present without one of the drugs."""
    for cause, condition in network.causes.items():
        if condition is None:
            continue
        node = network.node(condition)
        for axis, parent in enumerate(node.parents):
            small = np.prod(node.cpd.parent_cards, dtype=float) <= LARGEST_TABLE
            if parent in drugs and small and not np.take(node.cpd.table()[PRESENT], ABSENT, axis=axis).any():
                yield cause
