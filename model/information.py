"""What every node that was not observed would tell, about one node or about all causes.

About one node the information is I(T; F | evidence) in bits; about all causes it is the sum over causes, as
in `model.questions`, and no mutual information by itself. A node tells all about itself: I(T; T) = H(T).

References
----------
Shannon (1948), A mathematical theory of communication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.pairwise import PairEngine
from network.cpds import Array
from network.errors import DiagnosisError, NoComplaint

if TYPE_CHECKING:
    from model.differential import Differential


def information(
    ddx: Differential, evidence: Any = None, about: str | None = None, complaint: bool = True
) -> dict[str, float]:
    """Return how many bits each unobserved node holds about a node, or about all causes together.

    Parameters
    ----------
    evidence : mapping or Evidence, as for `Differential.query`
    about : id of any node; None sums over the causes

    Returns
    -------
    dict of node id to bits, at least 0; nodes with evidence that is certain are left out

    Raises
    ------
    NoComplaint
        If all causes are asked for in a network that has none.
    DiagnosisError
        If the engine cannot answer for all pairs at once; otherwise as `Differential.query`.
    """
    network = ddx.network
    targets = list(network.causes) if about is None else [network.node(about).id]
    if not targets:
        raise NoComplaint(f"network {network.name!r} has no complaint, so there is no cause to ask about.")
    if not isinstance(ddx.engine, PairEngine):
        raise DiagnosisError("information about every node at once is answered by the exact engine only.")
    observed = ddx.query(evidence, complaint).observed()
    findings = [node.id for node in network.nodes if not isinstance(observed.get(node.id), int)]
    targets = [target for target in targets if target in findings]
    bits = dict.fromkeys(findings, 0.0)
    if not targets:
        return bits
    found = ddx.engine.pairwise(observed, findings, targets)
    for finding in findings:
        table = found.tables[finding]
        for target in targets:
            bits[finding] += _mutual_information(table[:, found.columns[target]])
    return bits


def _mutual_information(joint: Array) -> float:
    """Return the mutual information of a table of P(finding, target), in bits, never below 0."""
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    usable = (joint > 0.0) & (independent > 0.0)
    ratio = np.divide(joint, independent, out=np.ones_like(joint), where=usable)
    return max(float((joint * np.log2(ratio)).sum()), 0.0)
