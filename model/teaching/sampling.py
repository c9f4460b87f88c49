"""One patient drawn from the network: every node in turn, given all nodes drawn before.

    x_1 ~ P(x_1 | e),   x_2 ~ P(x_2 | x_1, e),   ...

With the complaint and the target in the evidence e, this is an exact draw from P(all nodes | e): no draw is
thrown away, however rare the target. Below the complaint nothing is observed, so there each node is drawn
from its own distribution given its parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.inference import Observed
from network.cpds import AnyOf, Array, Cpd, NoisyMax, NoisyOr
from network.structure import SETTING_KIND, Network

if TYPE_CHECKING:
    from model.differential import Differential


def draw_given(
    ddx: Differential, given: Mapping[str, int], nodes: Iterable[str], rng: np.random.Generator
) -> dict[str, int]:
    """Return `given` and a state for each of the nodes, drawn from their joint posterior.

    Parameters
    ----------
    given : node id to position of the state; must be possible
    nodes : node ids, parents before children
    """
    drawn = dict(given)
    for node in nodes:
        if node not in drawn:
            observed: dict[str, Observed] = dict(drawn)
            p = ddx.engine.posteriors(observed, targets=(node,)).marginals[node]
            drawn[node] = _choice(p, rng)
    return drawn


def draw_forward(network: Network, given: Mapping[str, int], rng: np.random.Generator) -> dict[str, int]:
    """Return `given`, which holds all of `upstream`, and a state for every node of `downstream`."""
    drawn = dict(given)
    for name in downstream(network):
        node = network.node(name)
        drawn[name] = _choice(given_parents(node.cpd, [drawn[parent] for parent in node.parents]), rng)
    return drawn


def given_parents(cpd: Cpd, states: Sequence[int]) -> Array:
    """Return P(state | these states of the parents), shape (n_states,), without spelling out a wide table."""
    if isinstance(cpd, AnyOf):
        cpd = cpd.as_noisy_or()
    if isinstance(cpd, NoisyOr):
        quiet = (1.0 - cpd.leak) * np.prod([1.0 - link[x] for link, x in zip(cpd.links, states, strict=True)])
        return np.array([quiet, 1.0 - quiet])
    if isinstance(cpd, NoisyMax):
        up_to = [
            np.cumsum(cpd.leak),
            *(np.cumsum(link[x]) for link, x in zip(cpd.links, states, strict=True)),
        ]
        return np.diff(np.prod(up_to, axis=0), prepend=0.0)
    place: Any = (slice(None), *states)
    column: Array = cpd.table()[place]
    return column


def upstream(network: Network) -> tuple[str, ...]:
    """Return what the complaint rests on, parents first: risk factors, conditions and causes."""
    above = network.ancestors([str(network.complaint)])
    return tuple(node.id for node in network.nodes if node.id in above and node.id != network.complaint)


def downstream(network: Network) -> tuple[str, ...]:
    """Return everything else, parents first; headings and the setting, which is chosen, are left out."""
    above = set(upstream(network))
    return tuple(
        node.id
        for node in network.nodes
        if node.id not in above and node.kind not in ("heading", "complaint", SETTING_KIND)
    )


def _choice(p: Array, rng: np.random.Generator) -> int:
    return int(rng.choice(len(p), p=p / p.sum()))
