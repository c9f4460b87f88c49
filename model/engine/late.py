"""Posteriors of findings that hang on findings, once those of all others are known (`leaves`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.engine import conditioning
from model.engine.case import distribution, nothing_above
from model.engine.fast import Variants
from model.engine.leaves import split_late
from model.inference import Observed, Posteriors
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine


def posteriors(
    engine: ExactEngine, evidence: Mapping[str, Observed], targets: Sequence[str] | None
) -> Posteriors:
    """Return what `ExactEngine.posteriors` does.

    Raises
    ------
    TooWide
    """
    compiled, names = engine.compiled, engine.compiled.names
    hard, soft = compiled.read_evidence(evidence)
    between = engine.between({*hard, *soft})
    wanted = engine.positions(targets) if between else []
    first, late = split_late(compiled, between, hard, wanted)
    if not late:
        return conditioning.posteriors(engine, hard, soft, targets)
    answer = conditioning.posteriors(engine, hard, soft, [names[node] for node in first])
    if not answer.possible:
        return answer
    leaves, nodes = engine.leaves(between), np.array(late, dtype=np.int64)
    alone = Variants.of([{}], leaves.variants.vectors.shape[1])
    columns = Variants.joined([alone, leaves.variants.chosen(leaves.columns_of(nodes))])
    ratio = conditioning.columns(engine, hard, soft, [[]], [columns]).ratio
    if not len(ratio):
        return Posteriors({}, -np.inf)
    at_most = leaves.at_most(nodes, ratio[None, 1:])[:, 0]
    found: dict[int, Array] = {node: answer.marginals[names[node]] for node in first}
    for node, own in zip(late, np.split(at_most, np.cumsum(leaves.cards[nodes] - 1)[:-1]), strict=True):
        found[node] = distribution(own, nothing_above(compiled, node, hard, found))
    return Posteriors({names[node]: found[node] for node in wanted}, answer.log_evidence)
