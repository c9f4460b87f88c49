"""A list of questions to ask one after the other: each discounted by what those above it would have told.

Near-duplicates tell the same: once one is answered, the others are worth little, and the order changes. A
list that is read before anything is answered has to foresee that. What finding G tells of a cause after F is

    I(C; G | F, e) = sum over f of P(f | e) I(C; G | f, e)

weighted by stakes and added up over causes. The list is greedy. Of several findings above, the one counts
that leaves G least: what they leave together is not worked out, as its cost doubles with each of them.

References
----------
Cover and Thomas (2006), Elements of Information Theory, section 2.5 (conditional mutual information).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.inference import Engine, Observed
from model.pairwise import pairs
from network.cpds import Array


def left_after(
    engine: Engine,
    observed: Mapping[str, Observed],
    asked: tuple[str, Array],
    findings: Sequence[str],
    targets: Sequence[str],
    weights: Array,
) -> Array:
    """Return the bits that findings still tell once another one is answered, shape (n_findings,).

    Parameters
    ----------
    asked : the other finding, and P(each of its states | evidence)
    weights : ndarray of shape (n_targets,)
    """
    item, answers = asked
    left = np.zeros(len(findings))
    for state, p in enumerate(answers.tolist()):
        if p > 0.0:
            table = pairs(engine, {**observed, item: state}, findings, targets)
            left += p * (table.gain_bits @ weights)
    return left
