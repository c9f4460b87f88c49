"""One case under many parameter sets, each a column of `network.parameters.Layout`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.engine import ExactEngine
from model.engine.compile import CompiledNetwork
from model.engine.slicing import relevant_nodes
from model.inference import Observed
from network.cpds import Array
from network.parameters import Layout
from network.structure import PRESENT, Network


@dataclass(frozen=True)
class SetPosteriors:
    """Answers to one case, one for each parameter set.

    Parameters
    ----------
    marginals : node id to P(state | evidence), shape (n_states, n_sets); NaN in sets where the evidence is
        impossible
    log_evidence : ndarray of shape (n_sets,), natural log; minus infinity where it is impossible
    """

    marginals: Mapping[str, Array]
    log_evidence: Array

    def present(self, nodes: Iterable[str]) -> Array:
        """Return P(present | evidence) of binary nodes, shape (n_nodes, n_sets)."""
        return np.array([self.marginals[node][PRESENT] for node in nodes])


class SetEngine:
    """Exact inference on one network under parameter sets of its own structure.

    Parameters
    ----------
    network : Network
    layout : where its parameters stand in a column
    """

    def __init__(self, network: Network, layout: Layout) -> None:
        self.exact = ExactEngine(network)
        self.compiled: CompiledNetwork = self.exact.compiled
        self.layout = layout

    def relevant(self, evidence: Mapping[str, Observed], targets: Sequence[str]) -> tuple[str, ...]:
        """Return the nodes whose numbers can matter: evidence, targets and everything above them."""
        positions = [self.compiled.index[node] for node in (*evidence, *targets)]
        return tuple(self.compiled.names[position] for position in relevant_nodes(self.compiled, positions))

    def posteriors(
        self, columns: Array, evidence: Mapping[str, Observed], targets: Sequence[str]
    ) -> SetPosteriors:
        """Return P(target | evidence) and P(evidence) under each set.

        Parameters
        ----------
        columns : ndarray of shape (layout.size, n_sets)
        evidence : as an engine reads it
        targets : node ids
        """
        cpds = self.layout.unpack(columns, self.relevant(evidence, targets))
        found = self.exact.posteriors_of_sets(evidence, cpds, targets)
        return SetPosteriors({node: values.T for node, values in found.marginals.items()}, found.log_evidence)
