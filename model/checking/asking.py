"""Questions put to an engine, each only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.inference import Engine, Observed
from network.cpds import Array


class Asker:
    """An engine that remembers its answers.

    Evidence maps node ids to the position of a state or to a weight for each state.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.network = engine.network
        self._marginals: dict[tuple[object, str], Array] = {}
        self._logs: dict[object, float] = {}

    def marginals(self, evidence: Mapping[str, Observed], nodes: Sequence[str]) -> dict[str, Array] | None:
        """Return P(state | evidence) of each node, shape (n_states,); None if the evidence is impossible."""
        key = _key(evidence)
        missing = [node for node in dict.fromkeys(nodes) if (key, node) not in self._marginals]
        if self._logs.get(key) == -np.inf:
            return None
        if missing:
            answer = self.engine.posteriors(evidence, missing)
            self._logs[key] = answer.log_evidence
            if not answer.possible:
                return None
            self._marginals |= {(key, node): np.asarray(answer.marginals[node]) for node in missing}
        return {node: self._marginals[key, node] for node in nodes}

    def log_evidence(self, evidence: Mapping[str, Observed]) -> float:
        """Return the natural log of P(evidence): minus infinity where it is impossible, 0 for none."""
        if not evidence:
            return 0.0
        key = _key(evidence)
        if key not in self._logs:
            self._logs[key] = self.engine.posteriors(evidence, ()).log_evidence
        return self._logs[key]


def _key(evidence: Mapping[str, Observed]) -> object:
    """Return the evidence as something that can be looked up, whatever the order of its entries."""
    return tuple(
        sorted(
            (node, tuple(seen) if isinstance(seen, np.ndarray) else seen) for node, seen in evidence.items()
        )
    )
