"""The noisy-OR opened: who most likely produced a finding, and how much may have another reason.

In a noisy-OR each present cause makes its own attempt to produce the finding, and so does the leak. An
attempt that succeeds implies the finding, so

    P(attempt of c succeeded | finding, e) = E[link of c] / P(finding | e)

both over P(c, ... | e) with the finding left out of e. Where something below the finding is observed as well,
the finding is kept and the arcs into it are cut instead: what lies below then speaks of the finding, not of
its causes. Attempts are not exclusive, so the shares may add up to more than one.

A finding may hang on a condition and on that condition's `due_to` node (a marker of severity): the two count
as one producer. A producer that is itself a finding, or a latent node, names what most likely produced it.

References
----------
Pearl (1988), Probabilistic Reasoning in Intelligent Systems, section 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.inference import Engine, Observed
from model.surgery import engine_without_arcs
from model.what_if import descendants
from network.cpds import NoisyOr
from network.structure import BINARY, FINDING_KINDS, PRESENT, Network, Node

LEAK = "Something outside the network"


@dataclass(frozen=True)
class Producer:
    """One possible producer of a finding: a node, or None for the leak.

    `probability` is P(its attempt succeeded | all evidence). `origin` is the most likely producer of the
    producer, where that is a finding or a latent node; its probability is that both attempts succeeded.
    """

    node: str | None
    label: str
    probability: float
    origin: Producer | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it; the leak's node is null."""
        origin = None if self.origin is None else self.origin.to_plain()
        return {"node": self.node, "label": self.label, "probability": self.probability, "origin": origin}


@dataclass(frozen=True)
class Produced:
    """A present finding and who may have produced it, most likely first."""

    finding: str
    label: str
    producers: tuple[Producer, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"finding": self.finding, "producers": [producer.to_plain() for producer in self.producers]}


def produced(engine: Engine, observed: Mapping[str, Observed]) -> tuple[Produced, ...]:
    """Return who may have produced each finding that is present and is a noisy-OR."""
    network = engine.network
    return tuple(
        Produced(finding, network.node(finding).label, producers_of(engine, observed, finding))
        for finding, state in observed.items()
        if not isinstance(state, np.ndarray)
        and state == PRESENT
        and isinstance(network.node(finding).cpd, NoisyOr)
    )


def producers_of(engine: Engine, observed: Mapping[str, Observed], finding: str) -> tuple[Producer, ...]:
    """Return who may have produced one finding, observed present, most likely first."""
    network = engine.network
    node = network.node(finding)
    if not isinstance(node.cpd, NoisyOr):
        return ()
    above, evidence, scale = _left_out(engine, observed, finding)
    answer = above.posteriors(evidence, node.parents)
    whole = scale * float(np.exp(engine.posteriors(observed, ()).log_evidence - answer.log_evidence))
    attempts, leak = _attempts(network, node, node.cpd, {p: answer.marginals[p] for p in node.parents})
    found = [Producer(None, LEAK, min(leak / whole, 1.0))]
    for name, attempt in attempts.items():
        probability = min(attempt / whole, 1.0)
        origin = _origin(above, evidence, name, probability)
        found.append(Producer(name, network.node(name).label, probability, origin))
    return tuple(sorted(found, key=lambda producer: -producer.probability))


def _left_out(
    engine: Engine, observed: Mapping[str, Observed], finding: str
) -> tuple[Engine, dict[str, Observed], float]:
    """Return engine and evidence without what the finding says of its parents, and a scale.

    P(finding present | parents' evidence) is the scale times P(observed) / P(evidence of that engine).
    """
    if descendants(engine.network, {finding: PRESENT}) & set(observed):
        return engine_without_arcs(engine, frozenset([finding])), dict(observed), 1.0 / len(BINARY)
    return engine, {node: value for node, value in observed.items() if node != finding}, 1.0


def _attempts(
    network: Network, node: Node, cpd: NoisyOr, marginals: Mapping[str, Any]
) -> tuple[dict[str, float], float]:
    """Return P(attempt succeeds) by producer where it is above 0, and of the leak."""
    links = dict(zip(node.parents, cpd.links, strict=True))
    expected = {parent: float(np.dot(marginals[parent], link)) for parent, link in links.items()}
    no_leak = 1.0 - float(cpd.leak)
    for parent in node.parents:
        if network.node(parent).kind == "risk_factor" and network.node(parent).states != BINARY:
            no_leak *= 1.0 - expected.pop(parent)  # a band of age only says how large the leak is
    for cause, condition in network.causes.items():
        if cause in expected and condition in expected:
            # The cause implies its condition, so wherever both could succeed is where the cause is present.
            both = float(marginals[cause][PRESENT] * links[cause][PRESENT] * links[condition][PRESENT])
            expected[condition] += expected.pop(cause) - both
    return {parent: attempt for parent, attempt in expected.items() if attempt > 0.0}, 1.0 - no_leak


def _origin(
    engine: Engine, evidence: Mapping[str, Observed], name: str, probability: float
) -> Producer | None:
    """Return what most likely produced a producer that is itself a finding or a latent node."""
    network = engine.network
    node = network.node(name)
    if node.kind not in (*FINDING_KINDS, "latent"):
        return None
    if not isinstance(node.cpd, NoisyOr):
        if len(node.parents) != 1:
            return None
        (parent,) = node.parents  # of which this node is a kind
        return Producer(parent, network.node(parent).label, probability)
    first = producers_of(engine, {**evidence, name: PRESENT}, name)[0]
    return Producer(first.node, first.label, probability * first.probability, first.origin)
