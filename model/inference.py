"""What every inference engine answers: the small interface behind `Differential`.

An engine is compiled once for a network and then only read, so one engine serves every session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from network.structure import Network

Observed = int | NDArray[np.float64]
"""Hard evidence is the index of a state; virtual evidence a likelihood for each state, shape (n_states,)."""


@dataclass(frozen=True)
class Posteriors:
    """The answer to one case.

    `marginals` maps node ids to P(state | evidence), shape (n_states,); it is empty where the evidence
    is impossible, and then `log_evidence` is minus infinity.
    """

    marginals: Mapping[str, NDArray[np.float64]]
    log_evidence: float

    @property
    def possible(self) -> bool:
        """Whether the evidence has a probability above zero."""
        return self.log_evidence > -np.inf


class Engine(Protocol):
    """Exact inference on one network."""

    network: Network

    def posteriors(
        self, evidence: Mapping[str, Observed], targets: Sequence[str] | None = None
    ) -> Posteriors:
        """Return P(target | evidence) for each target (all nodes if None) and log P(evidence)."""
        ...
