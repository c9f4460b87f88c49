"""What the network and simpler methods say of the same patients.

    prior           P(cause | complaint, setting): nothing of the patient is used
    network         P(due to cause | evidence, complaint, setting)
    naive Bayes     each cause by itself: P(f | due to c) and P(f | not due to c) of the network
    single cause    naive Bayes over causes of which just one holds, on the same marginals
    equal odds      posterior odds divided by prior odds: every cause as frequent as any other
    readings        single causes on the table that clinicians wrote down (`network.readings`), for each prior

References
----------
Kononenko (1993), Applied Artificial Intelligence 7:317-337 (naive Bayes in diagnosis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.case_table import read_table
from model.inference import Observed
from model.many_cases import query_many
from network.calibration import expit, logit
from network.cpds import Array
from network.errors import DiagnosisError
from network.readings import Readings
from network.structure import PRESENT

if TYPE_CHECKING:
    from model.differential import Differential

NETWORK, PRIOR, EQUAL_ODDS, NAIVE_BAYES = "network", "prior", "equal_odds", "naive_bayes"
SINGLE_CAUSE, READINGS = "single_cause", "readings"

TINY = np.finfo(float).tiny

Coded = Mapping[str, str]
Causes = tuple[str, ...]
Cells = Mapping[tuple[str, str], Mapping[str, float]]
"""(finding, cause) to P(state)."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What each method says, and how urgent the program finds each patient.

    Parameters
    ----------
    causes : conditions and the unlisted cause, in the order of the network
    p : method to ndarray of shape (n_patients, n_causes), P(cause explains the complaint)
    urgency : level of each patient, None where nothing was raised
    """

    causes: Causes
    p: Mapping[str, Array]
    urgency: tuple[str | None, ...]


def answers(
    ddx: Differential,
    cases: Sequence[Coded],
    setting: Coded | None = None,
    readings: Readings | None = None,
) -> Answers:
    """Return what the network and the simpler methods say of each case.

    Parameters
    ----------
    cases : what is known of each patient, node or safety item id to state
    setting : node and state that every case is given, none by default
    readings : for naive Bayes on readings, one column of answers for each of their priors

    Raises
    ------
    DiagnosisError
        If the network has no complaint, or finds a case impossible.
    """
    if not ddx.network.causes:
        raise DiagnosisError(
            f"network {ddx.network.name!r} has no complaint, so there is nothing to evaluate."
        )
    setting = dict(setting or {})
    causes = tuple(condition or node for node, condition in ddx.network.causes.items())
    posterior, urgency = posteriors(ddx, cases, setting)
    prior = posteriors(ddx, [{}], setting)[0]
    nodes = dict.fromkeys(node for case in cases for node in case if node in ddx.network)
    given, without = marginals(ddx, list(nodes), setting, prior[0])
    p = {
        NETWORK: posterior,
        PRIOR: np.repeat(prior, len(cases), axis=0),
        NAIVE_BAYES: expit(
            logit(prior) + log_likelihoods(cases, causes, given) - log_likelihoods(cases, causes, without)
        ),
        SINGLE_CAUSE: naive_bayes(cases, causes, prior[0] / prior[0].sum(), given),
        EQUAL_ODDS: expit(logit(posterior) - logit(prior)),
    }
    if readings is not None:
        for name, shares in readings.priors.items():
            first = np.array([shares.get(cause, 0.0) for cause in causes])
            p[f"{READINGS}_{name}"] = naive_bayes(cases, causes, first, readings.cells)
    return Answers(causes, p, urgency)


def posteriors(
    ddx: Differential, cases: Sequence[Coded], setting: Coded
) -> tuple[Array, tuple[str | None, ...]]:
    """Return P(due to cause) of each case, shape (n_cases, n_causes), and its level of urgency.

    Raises
    ------
    DiagnosisError
        If a case is impossible in the network.
    """
    found = query_many(ddx, _table(ddx, [{**case, **setting} for case in cases]))
    impossible = np.flatnonzero(~found.possible).tolist()
    if impossible:
        listed = ", ".join(str(row + 1) for row in impossible)
        raise DiagnosisError(
            f"the network finds these cases impossible: {listed}. Query one to see which findings clash."
        )
    return np.stack(list(found.due_to.values()), axis=1), found.urgency


def urgency(ddx: Differential, cases: Sequence[Coded], p: Array) -> tuple[str | None, ...]:
    """Return the level of urgency of each case, None where nothing is raised.

    Parameters
    ----------
    p : P(due to cause) of each case, shape (n_cases, n_causes), by which a posterior may raise the level
    """
    probabilities = dict(zip(ddx.network.causes, p.T, strict=True))
    return read_table(ddx.network, _table(ddx, cases)).urgency(probabilities)


def _table(ddx: Differential, cases: Sequence[Coded]) -> dict[str, list[str | None]]:
    """Return a column for each node told; the complaint, so that there are rows where nothing was told."""
    columns = dict.fromkeys(node for case in cases for node in case) or {str(ddx.network.complaint): None}
    return {node: [case.get(node) for case in cases] for node in columns}


def naive_bayes(cases: Sequence[Coded], causes: Causes, prior: Array, cells: Cells) -> Array:
    """Return P(cause | evidence) of naive Bayes over single causes, shape (n_cases, n_causes).

    Parameters
    ----------
    prior : ndarray of shape (n_causes,), sums to one
    cells : (finding, cause) to P(state | cause); what has no cell counts for nothing
    """
    with np.errstate(divide="ignore"):
        log_p = np.log(prior) + log_likelihoods(cases, causes, cells)
    p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    normalised: Array = p / p.sum(axis=1, keepdims=True)
    return normalised


def log_likelihoods(cases: Sequence[Coded], causes: Causes, cells: Cells) -> Array:
    """Return the sum of ln P(finding | cause) over the findings of each case, shape (n_cases, n_causes)."""
    total = np.zeros((len(cases), len(causes)))
    with np.errstate(divide="ignore"):
        for row, case in enumerate(cases):
            for finding, state in case.items():
                total[row] += np.log([cells.get((finding, cause), {}).get(state, 1.0) for cause in causes])
    return total


def marginals(
    ddx: Differential, findings: Sequence[str], setting: Coded, prior: Array
) -> tuple[Cells, Cells]:
    """Return P(state of a finding | due to the cause) and | not due to it, both given complaint and setting.

    P(f | not c) = [P(f) - P(c) P(f | c)] / [1 - P(c)], kept above zero where rounding would cross it.
    """
    network = ddx.network
    observed: dict[str, Observed] = {name: network.node(name).state_index(s) for name, s in setting.items()}
    observed[str(network.complaint)] = PRESENT
    overall = ddx.engine.posteriors(observed, findings).marginals
    given, without = {}, {}
    for (node, condition), p in zip(network.causes.items(), prior.tolist(), strict=True):
        theirs = ddx.engine.posteriors({**observed, node: PRESENT}, findings).marginals
        for finding in findings:
            states = network.node(finding).states
            others = np.maximum(overall[finding] - p * theirs[finding], TINY) / max(1.0 - p, TINY)
            given[finding, condition or node] = dict(zip(states, theirs[finding].tolist(), strict=True))
            without[finding, condition or node] = dict(zip(states, others.tolist(), strict=True))
    return given, without
