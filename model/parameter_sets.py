"""One case under many parameter sets: what the engine is asked, and in what form.

A set is a column of `network.parameters.Layout`. Families whose numbers differ between the sets get an
axis over sets. Where the kernels are loaded they solve set after set; otherwise NumPy solves many together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.engine import ExactEngine
from model.engine.compile import CompiledNetwork, Family, compile_family
from model.engine.slicing import relevant_nodes
from model.inference import Observed
from model.set_case import SetCase
from model.set_kernels import part_of, solve_sets
from network.cpds import AnyOf, Array, Cpd, Logistic
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
        hard, soft = self.compiled.read_evidence(evidence)
        positions = [self.compiled.index[node] for node in targets]
        families = self._families(columns, hard, self.relevant(evidence, targets))
        n_sets = columns.shape[1]
        if not self.exact.uses_kernels():
            return self._by_numpy(families, hard, soft, positions, n_sets)
        found = solve_sets(self.exact.fast, families, hard, soft, positions, n_sets)
        log_evidence, marginals = found.log_evidence, found.marginals
        if len(found.left):  # digits may have cancelled, or a table is too wide: NumPy knows what to do
            some = {node: part_of(family, found.left) for node, family in families.items()}
            rest = self._by_numpy(some, hard, soft, positions, len(found.left))
            log_evidence[found.left] = rest.log_evidence
            for position in positions:
                marginals[position][:, found.left] = rest.marginals[self.compiled.names[position]]
        return SetPosteriors({self.compiled.names[p]: marginals[p] for p in positions}, log_evidence)

    def _by_numpy(
        self,
        families: Mapping[int, Family],
        hard: dict[int, int],
        soft: Mapping[int, Array],
        positions: Sequence[int],
        n_sets: int,
    ) -> SetPosteriors:
        """Return the answers of the readable implementation."""
        case = SetCase(self.compiled, hard, soft, families)
        roll_ups = {
            node: self.compiled.families[node].parents
            for node in positions
            if self._is_roll_up(node, hard, soft)
        }
        inner = {node for node in positions if node not in roll_ups}
        inner |= {above[0] for above in roll_ups.values() if len(above) == 1}
        beliefs, log_z = case.solved(sorted(inner), n_sets)
        for node, above in roll_ups.items():
            if len(above) == 1:
                beliefs[node] = beliefs[above[0]]
                continue
            with np.errstate(invalid="ignore"):  # impossible in a set: NaN, as below
                absent = np.exp(case.without(above, n_sets) - log_z)
            beliefs[node] = np.stack([absent, 1.0 - absent])
        for found in beliefs.values():
            found[:, log_z == -np.inf] = np.nan
        return SetPosteriors({self.compiled.names[node]: beliefs[node] for node in positions}, log_z)

    def _is_roll_up(self, node: int, hard: Mapping[int, int], soft: Mapping[int, Array]) -> bool:
        """Whether a node is a deterministic OR that nothing hangs on: it is read off its parents."""
        free = self.compiled.is_leaf[node] and node not in hard and node not in soft
        return free and isinstance(self.compiled.network.nodes[node].cpd, AnyOf)

    def _families(self, columns: Array, hard: Mapping[int, int], nodes: Sequence[str]) -> dict[int, Family]:
        """Return the families of some nodes with an axis over sets."""
        families: dict[int, Family] = {}
        for node, cpd in self.layout.unpack(columns, nodes).items():
            position = self.compiled.index[node]
            parents = self.compiled.families[position].parents
            if isinstance(cpd, AnyOf):
                families[position] = self.compiled.families[position]
            elif isinstance(cpd, Logistic):
                states = [hard.get(parent) for parent in parents]
                families[position] = Family(position, parents, _sliced_table(cpd, states), None)
            else:
                families[position] = compile_family(position, parents, cpd, node)
        return families


def _sliced_table(cpd: Logistic, states: Sequence[int | None]) -> Array:
    """Return P(state | parents), shape (2, *parent_cards, n_sets), right in the `states` observed of parents.

    A condition with ten risk factors has thousands of rows, of which a case reads a few: the rest are copies.
    """
    kept = [slice(None) if state is None else slice(state, state + 1) for state in states]
    small: Cpd = Logistic(
        cpd.intercepts[(slice(None), *kept[: cpd.n_base])],
        tuple(column[:, rows] for column, rows in zip(cpd.log_odds, kept[cpd.n_base :], strict=True)),
        cpd.n_base,
    )
    table = np.moveaxis(small.table(), 0, -1)
    return np.broadcast_to(table, (2, *cpd.parent_cards, table.shape[-1]))
