"""pyAgrum and pgmpy, each as its documentation shows and as an expert would use it.

pyAgrum   as documented   LazyPropagation on the network as it is: every noisy-OR one full table where that
                          can be held (up to FULL numbers), else chained as exports are
          exported        LazyPropagation on the chains of at most six parents that `nocturne export` writes
          tuned           ShaferShenoyInference, noisy-OR as OR chains that take in two parents a link (a
                          little faster here than one a link); the posteriors wanted declared as targets
pgmpy     one by one      VariableElimination.query of one variable after the other, on exported chains
          joint=False     one query for all targets, which contracts to their joint and sums
          one joint       the same query, the joint handed over and summed here
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from network.chains import chained
from network.cpds import Cpd
from network.structure import Network
from tests.oracles import PyAgrum, to_pgmpy

Answer = dict[str, np.ndarray]

FULL = 2**21
"""Numbers in one table; a noisy-OR of twenty parents."""

EXPORTED = 6
TUNED = 3
LINKS = {"exported": EXPORTED, "tuned": TUNED}


def widest(bn: Network) -> int:
    """Return the numbers of the largest full table."""
    cards = {node.id: len(node.states) for node in bn.nodes}
    return max(
        int(np.prod([len(node.states), *(cards[p] for p in node.parents)], dtype=object)) for node in bn.nodes
    )


class Agrum:
    """pyAgrum in one of its uses: "documented", "exported" or "tuned"."""

    def __init__(self, bn: Network, use: str, threads: int = 0) -> None:
        full = use == "documented" and widest(bn) <= FULL
        self.max_parents = len(bn) if full else LINKS.get(use, EXPORTED)
        self.peer = PyAgrum(bn, self.max_parents)
        self.method = "ShaferShenoyInference" if use == "tuned" else "LazyPropagation"
        if threads:
            self.peer.gum.setNumberOfThreads(threads)

    def posteriors(self, evidence: dict[str, int], targets: Sequence[str]) -> Answer:
        """Return the posteriors of the targets and compute P(evidence)."""
        inference = self.peer.engine(evidence, self.method)
        for target in targets:
            if target not in evidence:
                inference.addTarget(target)
        inference.makeInference()
        inference.evidenceProbability()
        return {t: np.array(inference.posterior(t).tolist()) for t in targets if t not in evidence}

    def given_each(self, evidence: dict[str, int], findings: Sequence[str], targets: Sequence[str]) -> Answer:
        """Return P(target | evidence, finding = its first state) of all, a propagation for each finding."""
        return {
            f"{target} given {finding}": p
            for finding in findings
            for target, p in self.posteriors(evidence | {finding: 0}, targets).items()
        }

    def each_answer(
        self, evidence: dict[str, int], findings: Sequence[str], targets: Sequence[str]
    ) -> Answer:
        """Return P(target | evidence, finding = state) for every state of every finding, and P(finding)."""
        found = self.posteriors(evidence, [*findings, *targets])
        for finding in findings:
            for state in range(len(found[finding]) - 1):  # the last follows from the others
                found |= {
                    f"{target} given {finding}={state}": p
                    for target, p in self.posteriors(evidence | {finding: state}, targets).items()
                }
        return found

    def each_subset(self, evidence: dict[str, int], subsets: Sequence[Sequence[str]], target: str) -> Answer:
        """Return P(target | complaint and a subset of the findings) of each subset."""
        return {
            str(n): self.posteriors({name: evidence[name] for name in subset}, [target])[target]
            for n, subset in enumerate(subsets)
        }


class AgrumRefilled(Agrum):
    """pyAgrum with tables that change from draw to draw."""

    def __init__(self, bn: Network, use: str, draws: Sequence[dict[str, Cpd]]) -> None:
        super().__init__(bn, use)
        self.filled = [self._tables(bn, draw) for draw in draws]

    def of_draw(self, draw: int, evidence: dict[str, int], targets: Sequence[str]) -> Answer:
        """Fill the tables of a draw, which were made beforehand, and propagate."""
        for node, values in self.filled[draw]:
            self.peer.bn.cpt(node).fillWith(values)
        return self.posteriors(evidence, targets)

    def _tables(self, bn: Network, draw: dict[str, Cpd]) -> list[tuple[str, list[float]]]:
        from dataclasses import replace

        drawn = replace(bn, nodes=tuple(replace(n, cpd=draw.get(n.id, n.cpd)) for n in bn.nodes))
        found = []
        for node in chained(drawn, self.max_parents).nodes:
            ours = (node.id, *node.parents)
            theirs = tuple(reversed(self.peer.bn.cpt(node.id).names))
            values = np.asarray(node.cpd.table()).transpose([ours.index(name) for name in theirs])
            found.append((node.id, np.ascontiguousarray(values).ravel().tolist()))
        return found


class Pgmpy:
    """pgmpy in one of its uses: "one by one", "joint=False" or "one joint"."""

    def __init__(self, bn: Network, use: str) -> None:
        from pgmpy.inference import VariableElimination

        self.engine: Any = VariableElimination(to_pgmpy(bn, EXPORTED))
        self.use = use

    def posteriors(self, evidence: dict[str, int], targets: Sequence[str]) -> Answer:
        """Return the posteriors of the targets."""
        free = [target for target in targets if target not in evidence]
        if self.use == "one by one":
            return {t: self._query([t], evidence).values for t in free}
        if self.use == "joint=False":
            return {t: p.values for t, p in self._query(free, evidence, joint=False).items()}
        joint = self._query(free, evidence)
        axes = {name: axis for axis, name in enumerate(joint.variables)}
        everything = set(range(len(free)))
        return {t: joint.values.sum(axis=tuple(everything - {axes[t]})) for t in free}

    def _query(self, targets: list[str], evidence: dict[str, int], joint: bool = True) -> Any:
        return self.engine.query(targets, evidence=evidence, joint=joint, show_progress=False)
