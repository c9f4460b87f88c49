"""pyAgrum and pgmpy, each as its documentation shows and as an expert would use it.

as documented   pyAgrum: LazyPropagation, every noisy-OR one full table where that can be held, else the
                chain every export uses; pgmpy: VariableElimination.query, one variable at a time
tuned           pyAgrum: ShaferShenoyInference, noisy-OR as chains of two parents, targets declared;
                pgmpy: one query for the joint of the causes
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from network.structure import Network
from tests.oracles import PyAgrum, to_pgmpy


class Agrum:
    """pyAgrum in one of the two uses."""

    def __init__(self, bn: Network, tuned: bool) -> None:
        self.peer = PyAgrum(bn, max_parents=3 if tuned else 6)
        self.method = "ShaferShenoyInference" if tuned else "LazyPropagation"

    def posteriors(self, evidence: dict[str, int], targets: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the posteriors of the targets and compute P(evidence)."""
        inference = self.peer.engine(evidence, self.method)
        for target in targets:
            if target not in evidence:
                inference.addTarget(target)
        inference.makeInference()
        inference.evidenceProbability()
        return {t: np.array(inference.posterior(t).tolist()) for t in targets if t not in evidence}


class Pgmpy:
    """pgmpy in one of the two uses."""

    def __init__(self, bn: Network, tuned: bool) -> None:
        self.model: Any = to_pgmpy(bn)
        self.tuned = tuned

    def posteriors(self, evidence: dict[str, int], targets: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the posteriors of the targets."""
        from pgmpy.inference import VariableElimination

        engine = VariableElimination(self.model)
        free = [target for target in targets if target not in evidence]
        if self.tuned:
            joint = np.asarray(engine.query(free, evidence=evidence, show_progress=False).values)
            return {
                t: joint.sum(axis=tuple(a for a in range(joint.ndim) if a != axis))
                for axis, t in enumerate(free)
            }
        return {t: np.asarray(engine.query([t], evidence=evidence, show_progress=False).values) for t in free}
