"""Slow answers that are right by inspection, and the same questions put to pyAgrum and pgmpy.

    joint(network)                        the joint distribution, one axis per node
    weighted_joint(network, evidence)     the same times the evidence
    posteriors(network, evidence)         marginals and log P(evidence), by enumeration
    joint_posterior(network, evidence, nodes)   P(nodes, evidence), one axis per node asked for
    PyAgrum(network).posteriors(evidence) by pyAgrum, its network filled from our arrays
    pgmpy_posteriors(network, evidence)   by pgmpy's variable elimination

`evidence` maps node ids to a state's index or to an array of likelihoods, as the engines take it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.inference import Observed, Posteriors
from network.chains import chained
from network.structure import Network

LARGEST_JOINT = 2**22


def joint(network: Network) -> NDArray[np.float64]:
    """Return P(all nodes), one axis per node in network order. For networks of up to about 20 nodes."""
    cards = network.cards()
    assert np.prod(cards, dtype=float) <= LARGEST_JOINT, "too many nodes to enumerate"
    result = np.ones(cards)
    for node in network.nodes:
        axes = [network.index[node.id], *(network.index[parent] for parent in node.parents)]
        order = np.argsort(axes)
        table = np.asarray(node.cpd.table()).transpose(order)
        shape = [cards[axis] if axis in axes else 1 for axis in range(len(cards))]
        result = result * table.reshape(shape)
    return result


def likelihood(n_states: int, observed: Observed) -> NDArray[np.float64]:
    """Return the weight of each state: an indicator for a state's index, or the likelihoods themselves."""
    if isinstance(observed, np.ndarray):
        return observed
    weights = np.zeros(n_states)
    weights[observed] = 1.0
    return weights


def weighted_joint(network: Network, evidence: Mapping[str, Observed]) -> NDArray[np.float64]:
    """Return P(all nodes) times the weight of the evidence."""
    result = joint(network)
    cards = network.cards()
    for node_id, observed in evidence.items():
        axis = network.index[node_id]
        shape = [cards[axis] if a == axis else 1 for a in range(len(cards))]
        result = result * likelihood(cards[axis], observed).reshape(shape)
    return result


def joint_posterior(
    network: Network, evidence: Mapping[str, Observed], nodes: Sequence[str]
) -> NDArray[np.float64]:
    """Return P(nodes, evidence), one axis per node in the order asked for; not normalised."""
    axes = [network.index[node] for node in nodes]
    rest = tuple(axis for axis in range(len(network)) if axis not in axes)
    summed = weighted_joint(network, evidence).sum(axis=rest)
    return summed.transpose([sorted(axes).index(axis) for axis in axes])


def posteriors(network: Network, evidence: Mapping[str, Observed]) -> Posteriors:
    """Return every marginal and log P(evidence) by summing the joint."""
    weighted = weighted_joint(network, evidence)
    total = weighted.sum()
    if total == 0.0:
        return Posteriors({}, -np.inf)
    everything = set(range(len(network)))
    marginals = {
        node.id: weighted.sum(axis=tuple(everything - {axis})) / total
        for axis, node in enumerate(network.nodes)
    }
    return Posteriors(marginals, float(np.log(total)))


class PyAgrum:
    """pyAgrum's answers on a network filled from our arrays (its BIF reader keeps only float32).

    Wide noisy-OR nodes are chained first: pyAgrum would need their full tables.
    """

    def __init__(self, network: Network, max_parents: int = 4) -> None:
        with warnings.catch_warnings():
            # SWIG's types lack __module__; that warning, raised as an error inside C, ends the process.
            warnings.simplefilter("ignore", DeprecationWarning)
            import pyagrum as gum

        self.network = network
        self.gum = gum
        self.bn = gum.BayesNet(network.name)
        chain = chained(network, max_parents)
        for node in chain.nodes:
            self.bn.add(gum.LabelizedVariable(node.id, node.id, list(node.states)))
        for node in chain.nodes:
            for parent in node.parents:
                self.bn.addArc(parent, node.id)
        for node in chain.nodes:
            cpt = self.bn.cpt(node.id)
            ours = (node.id, *node.parents)
            table = np.asarray(node.cpd.table())
            theirs = tuple(reversed(cpt.names))
            cpt.fillWith(
                np.ascontiguousarray(table.transpose([ours.index(n) for n in theirs])).ravel().tolist()
            )

    def engine(self, evidence: Mapping[str, Observed], method: str = "LazyPropagation") -> Any:
        """Return one of pyAgrum's inference objects with the evidence set."""
        inference = getattr(self.gum, method)(self.bn)
        inference.setEvidence(
            {
                node: observed.tolist() if isinstance(observed, np.ndarray) else int(observed)
                for node, observed in evidence.items()
            }
        )
        return inference

    def posteriors(
        self,
        evidence: Mapping[str, Observed],
        targets: Sequence[str] | None = None,
        method: str = "LazyPropagation",
    ) -> Posteriors:
        """Return the marginals of `targets` (every node if None) and log P(evidence)."""
        inference = self.engine(evidence, method)
        for target in targets or ():  # without targets pyAgrum joins every wide finding, observed or not
            inference.addTarget(target)
        nodes = [node.id for node in self.network.nodes] if targets is None else targets
        try:
            inference.makeInference()
            marginals = {node: np.array(inference.posterior(node).tolist()) for node in nodes}
        except self.gum.IncompatibleEvidence:
            return Posteriors({}, -np.inf)
        probability = float(inference.evidenceProbability())
        return (
            Posteriors(marginals, float(np.log(probability)))
            if probability > 0.0
            else Posteriors({}, -np.inf)
        )


def to_pgmpy(network: Network, max_parents: int = 4) -> Any:
    """Return the network as a pgmpy model, wide noisy-OR nodes chained."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

    chain = chained(network, max_parents)
    bn = DiscreteBayesianNetwork([(parent, node.id) for node in chain.nodes for parent in node.parents])
    bn.add_nodes_from([node.id for node in chain.nodes])
    for node in chain.nodes:
        table = np.asarray(node.cpd.table())
        cards = table.shape[1:]
        values = table.reshape(table.shape[0], -1)
        bn.add_cpds(
            TabularCPD(
                node.id,
                table.shape[0],
                values,
                evidence=list(node.parents) or None,
                evidence_card=list(cards) or None,
            )
        )
    return bn


def pgmpy_posteriors(
    network: Network, evidence: Mapping[str, Observed], targets: Sequence[str], model: Any = None
) -> dict[str, NDArray[np.float64]]:
    """Return P(target | evidence), one variable at a time, by pgmpy's variable elimination.

    `model` is what `to_pgmpy(network)` returned, where it is at hand; virtual evidence would change it.
    """
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination

    hard = {node: int(o) for node, o in evidence.items() if not isinstance(o, np.ndarray)}
    virtual = [
        TabularCPD(node, len(o), (o / o.sum()).reshape(-1, 1).tolist())
        for node, o in evidence.items()
        if isinstance(o, np.ndarray)
    ]
    found: dict[str, NDArray[np.float64]] = {}
    for target in targets:
        if target in hard:
            found[target] = likelihood(len(network.node(target).states), hard[target])
            continue
        answer = VariableElimination(model if model and not virtual else to_pgmpy(network)).query(
            [target], evidence=hard, virtual_evidence=virtual or None, show_progress=False
        )
        found[target] = np.asarray(answer.values)
    return found
