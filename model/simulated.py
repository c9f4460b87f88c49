"""Simulated patients: cases drawn from a network itself, of whom a part is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.inference import Observed
from network.cpds import AnyOf, Array, NoisyMax, NoisyOr
from network.structure import ASKED_KINDS, PRESENT, SETTING_KIND, Network, Node

Rng = np.random.Generator

FEWEST, MOST = 2, 20
"""How many nodes a simulated patient tells of: a few answers, or a long consultation."""


def draw_case(network: Network, rng: Rng) -> dict[str, int]:
    """Return one ancestral sample: node id to state index; a setting is chosen and therefore not drawn."""
    case: dict[str, int] = {}
    for node in network.nodes:
        if node.kind == SETTING_KIND and not network.children[node.id]:
            continue
        p = _row(node, [case[parent] for parent in node.parents])
        case[node.id] = int(rng.choice(len(p), p=p / p.sum()))
    return case


def draw_complaining(network: Network, rng: Rng) -> dict[str, int]:
    """Return one ancestral sample with the complaint: people without it are drawn again."""
    case = draw_case(network, rng)
    while network.complaint is not None and case[network.complaint] != PRESENT:
        case = draw_case(network, rng)
    return case


def simulated_cases(network: Network, n_cases: int, seed: int = 0) -> Iterator[dict[str, Observed]]:
    """Yield cases of people with the complaint, the same ones for a seed.

    Each is drawn from the network and tells the states of `FEWEST` to `MOST` nodes, any number as likely as
    any other, chosen at random among those a person can be asked about; tests are among them, most of what
    is told is absent, as in a consultation. The setting is never told.

    Yields
    ------
    dict of node id to state index, the complaint among them where the network has one
    """
    rng = np.random.default_rng(seed)
    askable = [node.id for node in network.of_kind(*ASKED_KINDS)]
    for _ in range(n_cases):
        case = draw_complaining(network, rng)
        size = min(int(rng.integers(FEWEST, MOST + 1)), len(askable))
        told = [str(node) for node in rng.choice(askable, size=size, replace=False)]
        told += [] if network.complaint is None else [network.complaint]
        yield {node: case[node] for node in told}


def _row(node: Node, states: list[int]) -> Array:
    """Return P(node | parents in these states) without spelling out a wide table."""
    cpd = node.cpd
    if isinstance(cpd, AnyOf):
        cpd = cpd.as_noisy_or()
    if isinstance(cpd, NoisyOr):
        absent = float(1.0 - cpd.leak) * float(
            np.prod([1.0 - k[s] for k, s in zip(cpd.links, states, strict=True)])
        )
        return np.array([absent, 1.0 - absent])
    if isinstance(cpd, NoisyMax):
        cumulative = np.cumsum(cpd.leak)
        for link, state in zip(cpd.links, states, strict=True):
            cumulative = cumulative * np.cumsum(link[state])
        return np.maximum(np.diff(cumulative, prepend=0.0), 0.0)
    index: tuple[Any, ...] = (slice(None), *states)
    return np.asarray(cpd.table()[index])
