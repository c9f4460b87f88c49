"""The noisy-OR and the noisy-MAX opened: who most likely produced a finding, or whether nobody listed did.

In a noisy-OR each present cause makes its own attempt to produce the finding, and so does the leak. An
attempt that succeeds implies the finding, so

    P(attempt of c succeeded | finding, e) = E[link of c] / P(finding | e)

both over P(c, ... | e) with the finding left out of e. Where something below the finding is observed as well,
the finding is kept and the arcs into it are cut instead: what lies below then speaks of the finding, not of
its causes. Attempts are not exclusive, so the shares may add up to more than one.

In a noisy-MAX each attempt reaches a grade, and the highest one is the finding. Producers are those that
reached the grade observed, g. Nothing reached more, so the finding is held at or below g, not left out, and

    P(attempt of c reached g | g, e) = E[link of c at g / link of c up to g] / P(finding = g | up to g, e)

which for the highest grade is the formula of the noisy-OR.

A finding may hang on a condition and on that condition's `due_to` node (a marker of severity): the two count
as one producer. A producer that is itself a finding, or a latent node, names what most likely produced it.

References
----------
Pearl (1988), Probabilistic Reasoning in Intelligent Systems, section 4.3.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.engine.exact import ExactEngine
from model.inference import Engine, Observed
from model.phrases import finding_phrase
from model.surgery import engine_with_nodes, engine_without_arcs
from model.what_if import descendants
from network.cpds import Array, NoisyMax, NoisyOr
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
    """Return who may have produced each noisy-OR that is present, each noisy-MAX above its lowest grade."""
    network = engine.network
    findings = {
        finding: int(state)
        for finding, state in observed.items()
        if not isinstance(state, np.ndarray)
        and state > 0
        and isinstance(network.node(finding).cpd, NoisyOr | NoisyMax)
    }
    with ThreadPoolExecutor(os.cpu_count() if isinstance(engine, ExactEngine) else 1) as pool:
        found = pool.map(lambda finding: producers_of(engine, observed, finding), findings)
        return tuple(
            Produced(finding, _label(network.node(finding), findings[finding]), producers)
            for finding, producers in zip(findings, found, strict=True)
        )


def producers_of(engine: Engine, observed: Mapping[str, Observed], finding: str) -> tuple[Producer, ...]:
    """Return who may have produced one finding, observed above its first state, most likely first."""
    network = engine.network
    node, grade = network.node(finding), observed[finding]
    if not isinstance(node.cpd, NoisyOr | NoisyMax) or isinstance(grade, np.ndarray):
        return ()
    above, evidence, scale = _left_out(engine, observed, node, int(grade))
    answer = above.posteriors(evidence, node.parents)
    whole = scale * float(np.exp(engine.posteriors(observed, ()).log_evidence - answer.log_evidence))
    leak, links = _reaching(node.cpd, int(grade))
    attempts, leak = _attempts(network, dict(zip(node.parents, links, strict=True)), leak, answer.marginals)
    found = [Producer(None, LEAK, min(leak / whole, 1.0))]
    for name, attempt in attempts.items():
        probability = min(attempt / whole, 1.0)
        origin = _origin(above, evidence, name, probability)
        found.append(Producer(name, network.node(name).label, probability, origin))
    return tuple(sorted(found, key=lambda producer: -producer.probability))


def _label(node: Node, state: int) -> str:
    """Return what a finding is called, with its grade where it has several."""
    return node.label if node.states == BINARY else finding_phrase(node, node.states[state])


def _left_out(
    engine: Engine, observed: Mapping[str, Observed], node: Node, grade: int
) -> tuple[Engine, dict[str, Observed], float]:
    """Return engine and evidence in which the finding tells its parents only that it is not above its grade.

    Also a scale: P(finding = grade | parents' evidence) is the scale times P(observed) / P(evidence there).
    """
    held = (np.arange(len(node.states)) <= grade).astype(float)
    if descendants(engine.network, {node.id: grade}) & set(observed):
        cut, evidence = engine_without_arcs(engine, frozenset([node.id])), dict(observed)
        if not held.all():
            twin = replace(node, id=f"_{node.id}")
            cut = engine_with_nodes(cut, f"grade of {node.id}", (twin,))
            evidence[twin.id] = held
        return cut, evidence, 1.0 / len(node.states)
    rest = {other: value for other, value in observed.items() if other != node.id}
    return engine, rest if held.all() else {**rest, node.id: held}, 1.0


def _reaching(cpd: NoisyOr | NoisyMax, grade: int) -> tuple[float, tuple[Array, ...]]:
    """Return P(contribution = grade | not above it), of the leak and of each state of each parent."""
    if isinstance(cpd, NoisyOr):
        return float(cpd.leak), cpd.links
    leak = float(cpd.leak[grade] / cpd.leak[: grade + 1].sum())
    return leak, tuple(link[:, grade] / link[:, : grade + 1].sum(axis=1) for link in cpd.links)


def _attempts(
    network: Network, links: Mapping[str, Array], leak: float, marginals: Mapping[str, Array]
) -> tuple[dict[str, float], float]:
    """Return P(attempt succeeds) by producer where it is above 0, and of the leak."""
    expected = {parent: float(np.dot(marginals[parent], link)) for parent, link in links.items()}
    no_leak = 1.0 - leak
    for parent in links:
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
