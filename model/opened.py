"""A probability table opened up for people: its parameters one by one, each with the figure it rests on.

A noisy-OR of twelve parents is thirteen numbers, not a table of 4,096: the leak, and how often each parent
brings the finding on by itself. A logistic node is its odds ratios, and how common it is by age and sex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from model.citations import Citation
from network.cpds import Attributable, Logistic, NoisyMax, NoisyOr
from network.structure import BINARY, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

LEAK, LINK, ODDS_RATIO, RELATIVE_RISK, FIGURE = "leak", "link", "odds_ratio", "relative_risk", "figure"

LARGEST_FULL_TABLE = 2**12
"""Numbers of a table that is spelled out whole: more than anyone reads."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a distribution, or a figure behind several of them.

    Parameters
    ----------
    kind : "leak", "link", "odds_ratio", "relative_risk", or "figure" where no single parameter follows
    parent, state : what the parameter is about, "" for a leak; `state` is a state of the parent
    outcome : the state of the node, where the node has more than two
    value : float or None
        As it stands in the network, after calibration.
    citations : tuple of Citation
        The figures behind it; more than one where the figure differs by band.
    """

    kind: str
    parent: str
    state: str
    outcome: str
    value: float | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class FullTable:
    """Every row of parent states with P(state | parents), shape (n_rows, n_states)."""

    parents: tuple[str, ...]
    states: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[float, ...]], ...]


def opened(network: Network, node_id: str, citations: Sequence[Citation]) -> tuple[Parameter, ...]:
    """Return the parameters of a node with their figures; figures of no single parameter come last.

    Parameters
    ----------
    citations : the figures of the node, as `model.citations.citations` returns them

    Raises
    ------
    UnknownNode
    """
    node = network.node(node_id)
    found = []
    for kind, parent, state, outcome, value in _parameters(network, node):
        behind = tuple(c for c in citations if _is_about(c.parameter, network, node, parent, state, outcome))
        found.append(Parameter(kind, parent, state, outcome, value, behind))
    told = {citation.parameter for parameter in found for citation in parameter.citations}
    left = [citation for citation in citations if citation.parameter not in told]
    return (*found, *(Parameter(FIGURE, "", "", "", None, (citation,)) for citation in left))


def prevalences(ddx: Differential, node_id: str) -> tuple[tuple[dict[str, str], float], ...]:
    """Return how common a logistic node is by its base parents (age, sex); no complaint is assumed.

    Returns
    -------
    tuple of (state of each base parent, P(present | those states)); empty for other nodes, and for bands
    that the network rules out

    Raises
    ------
    UnknownNode
    """
    network = ddx.network
    node = network.node(node_id)
    if not isinstance(node.cpd, Logistic):
        return ()
    base = [network.node(parent) for parent in node.parents[: node.cpd.n_base]]
    rows = []
    for places in product(*(range(len(parent.states)) for parent in base)):
        observed = {parent.id: place for parent, place in zip(base, places, strict=True)}
        answer = ddx.engine.posteriors(observed, [node.id])
        if answer.possible:
            states = {parent.id: parent.states[place] for parent, place in zip(base, places, strict=True)}
            rows.append((states, float(answer.marginals[node.id][PRESENT])))
    return tuple(rows)


def table_size(network: Network, node_id: str) -> int:
    """Return how many numbers the full table of a node holds."""
    node = network.node(node_id)
    size = len(node.states)
    for parent in node.parents:
        size *= len(network.node(parent).states)
    return size


def full_table(network: Network, node_id: str) -> FullTable | None:
    """Return the table of a node, last parent fastest; None where it is larger than anyone reads."""
    node = network.node(node_id)
    if table_size(network, node_id) > LARGEST_FULL_TABLE:
        return None
    columns = node.cpd.table().reshape(len(node.states), -1)
    states = product(*(network.node(parent).states for parent in node.parents))
    rows = tuple((given, tuple(columns[:, at].tolist())) for at, given in enumerate(states))
    return FullTable(node.parents, node.states, rows)


def _parameters(network: Network, node: Node) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield (kind, parent, state of the parent, state of the node, value) of each parameter."""
    cpd = node.cpd
    parents = [network.node(parent) for parent in node.parents]
    if isinstance(cpd, NoisyOr):
        yield LEAK, "", "", "", float(cpd.leak)
        for parent, link in zip(parents, cpd.links, strict=True):
            for state, value in zip(parent.states[1:], link[1:], strict=True):
                yield LINK, parent.id, state, "", float(value)
    elif isinstance(cpd, NoisyMax):
        for outcome, value in zip(node.states, cpd.leak, strict=True):
            yield LEAK, "", "", outcome, float(value)
        for parent, link in zip(parents, cpd.links, strict=True):
            for state, row in zip(parent.states[1:], link[1:], strict=True):
                for outcome, value in zip(node.states, row, strict=True):
                    yield LINK, parent.id, state, outcome, float(value)
    elif isinstance(cpd, Logistic):
        for parent, column in zip(parents[cpd.n_base :], cpd.log_odds, strict=True):
            for state, log_odds in zip(parent.states[1:], column[1:], strict=True):
                yield ODDS_RATIO, parent.id, state, "", float(np.exp(log_odds - column[0]))
    elif isinstance(cpd, Attributable):
        n_drugs, n_bands = cpd.relative_risks.shape[-2:]
        bands = parents[-1].states if n_bands > 1 else ("",)
        for drug, risks in zip(parents[1 : 1 + n_drugs], cpd.relative_risks, strict=True):
            for band, risk in zip(bands, risks, strict=True):
                yield RELATIVE_RISK, drug.id, band, "", float(risk)


def _is_about(name: str, network: Network, node: Node, parent: str, state: str, outcome: str) -> bool:
    """Return whether a figure's name ("leak, 40_to_59", "odds ratio, smoking=current") means a parameter.

    A figure about a grandparent stands behind the link of the latent parent between the two.
    """
    tokens = set(re.findall(r"\w+", name))
    if outcome and outcome not in tokens:
        return False
    named = {token for token in tokens if token in network}
    bands = {other: network.node(other).states for other in node.parents}
    bands = {other: states for other, states in bands.items() if states != BINARY}
    if not parent:
        later = {state for states in bands.values() for state in states[1:]}
        return not named and not tokens & later and tokens.isdisjoint(("share", "rate", "prevalence"))
    if not named:
        return parent in bands and state in tokens
    through = parent not in named and named <= set(network.node(parent).parents) - set(node.parents)
    return through or (named == {parent} and not tokens & (set(network.node(parent).states) - {state}))
