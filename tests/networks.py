"""Tiny networks made by hand, and generators of random ones of many shapes.

By hand: `asia`, `chain`, `fork`, `collider`, `sprinkler`, `consultation` (a complaint with three
causes, in the words of the real network). Generators take a numpy Generator or a seed; `SHAPES`
names one of each kind, `small_mixed` uses every kind of distribution at a size that can be enumerated,
`leg_pain_shaped` has the size and structure of the real network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from model.inference import Observed
from model.simulated import draw_case
from network.cpds import AnyOf, Attributable, Cpd, Logistic, NoisyMax, NoisyOr, Table
from network.structure import BINARY, Network, Node

Rng = np.random.Generator


def make(name: str, *nodes: Node, complaint: str | None = None) -> Network:
    """Return a network of these nodes."""
    return Network(name=name, nodes=tuple(nodes), version="1", complaint=complaint)


def tabled(node_id: str, parents: Sequence[str], present: object, kind: str = "node") -> Node:
    """Return a binary node from P(present | parents), shape (*parent_cards,)."""
    p = np.asarray(present, dtype=float)
    return Node(node_id, BINARY, tuple(parents), Table(np.stack([1.0 - p, p]), p.ndim), kind)


def noisy(node_id: str, links: dict[str, float], leak: float, kind: str = "symptom") -> Node:
    """Return a noisy-OR over binary parents."""
    columns = tuple(np.array([0.0, link]) for link in links.values())
    return Node(node_id, BINARY, tuple(links), NoisyOr(np.asarray(leak), columns), kind)


def any_of(node_id: str, *parents: str, kind: str = "heading") -> Node:
    """Return a deterministic OR."""
    return Node(node_id, BINARY, parents, AnyOf(len(parents)), kind)


def chain() -> Network:
    """a -> b -> c."""
    return make("chain", tabled("a", [], 0.3), tabled("b", ["a"], [0.2, 0.9]), tabled("c", ["b"], [0.1, 0.6]))


def fork() -> Network:
    """b <- a -> c."""
    return make("fork", tabled("a", [], 0.3), tabled("b", ["a"], [0.2, 0.9]), tabled("c", ["a"], [0.1, 0.6]))


def collider() -> Network:
    """a -> c <- b, a noisy-OR."""
    return make(
        "collider", tabled("a", [], 0.3), tabled("b", [], 0.05), noisy("c", {"a": 0.8, "b": 0.5}, 0.1)
    )


def sprinkler() -> Network:
    """Pearl's wet grass."""
    return make(
        "sprinkler",
        tabled("cloudy", [], 0.5),
        tabled("sprinkler", ["cloudy"], [0.5, 0.1]),
        tabled("rain", ["cloudy"], [0.2, 0.8]),
        tabled("wet_grass", ["sprinkler", "rain"], [[0.0, 0.9], [0.9, 0.99]]),
    )


def asia() -> Network:
    """Lauritzen and Spiegelhalter (1988): `either` is a deterministic OR, so some evidence is impossible."""
    return make(
        "asia",
        tabled("asia", [], 0.01),
        tabled("smoke", [], 0.5),
        tabled("tub", ["asia"], [0.01, 0.05]),
        tabled("lung", ["smoke"], [0.01, 0.1]),
        tabled("bronc", ["smoke"], [0.3, 0.6]),
        any_of("either", "tub", "lung"),
        tabled("xray", ["either"], [0.05, 0.98]),
        tabled("dysp", ["bronc", "either"], [[0.1, 0.7], [0.8, 0.9]]),
    )


def consultation() -> Network:
    """A complaint with two conditions and another cause, in the words of the real network (14 nodes)."""
    age = ("under_40", "40_to_59", "60_to_74", "75_plus")
    return make(
        "consultation",
        Node("age", age, (), Table(np.array([0.3, 0.33, 0.25, 0.12]), 0), "risk_factor"),
        tabled("diabetes", ["age"], [0.02, 0.08, 0.2, 0.22], "risk_factor"),
        Node(
            "arterial_insufficiency",
            BINARY,
            ("age", "diabetes"),
            Logistic(np.array([-6.0, -4.0, -2.5, -1.5]), (np.array([0.0, 0.9]),), 1),
            "condition",
        ),
        Node(
            "osteoarthritis",
            BINARY,
            ("age",),
            Logistic(np.array([-np.inf, -2.0, -0.5, 0.3]), (), 1),
            "condition",
        ),
        tabled("due_to_arterial_insufficiency", ["arterial_insufficiency"], [0.0, 0.15], "due_to"),
        tabled("due_to_osteoarthritis", ["osteoarthritis"], [0.0, 0.2], "due_to"),
        tabled("other_cause", [], 0.05, "due_to"),
        any_of(
            "night_leg_pain",
            "due_to_arterial_insufficiency",
            "due_to_osteoarthritis",
            "other_cause",
            kind="complaint",
        ),
        any_of("poor_circulation", "due_to_arterial_insufficiency"),
        noisy("relief_by_dangling_legs", {"due_to_arterial_insufficiency": 0.7}, 0.03),
        noisy(
            "worse_on_standing",
            {"due_to_osteoarthritis": 0.5, "due_to_arterial_insufficiency": 0.1, "other_cause": 0.2},
            0.05,
        ),
        noisy(
            "absent_pulses",
            {"arterial_insufficiency": 0.6, "due_to_arterial_insufficiency": 0.5},
            0.04,
            "sign",
        ),
        Node(
            "morning_stiffness",
            ("none", "under_30_min", "over_30_min"),
            ("osteoarthritis", "other_cause"),
            NoisyMax(
                np.array([0.9, 0.08, 0.02]),
                (np.array([[1.0, 0.0, 0.0], [0.3, 0.6, 0.1]]), np.array([[1.0, 0.0, 0.0], [0.7, 0.1, 0.2]])),
            ),
            "symptom",
        ),
        noisy("joint_xray", {"osteoarthritis": 0.85}, 0.12, "test"),
        complaint="night_leg_pain",
    )


BY_HAND: dict[str, Callable[[], Network]] = {
    maker.__name__: maker for maker in (chain, fork, collider, sprinkler, asia, consultation)
}


def _states(card: int) -> tuple[str, ...]:
    return BINARY if card == 2 else tuple(f"s{k}" for k in range(card))


def _random_table(rng: Rng, card: int, parent_cards: Sequence[int], zeros: float = 0.0) -> Table:
    values = rng.dirichlet(np.full(card, 0.8), size=int(np.prod(parent_cards, dtype=int))) + 1e-3
    values[rng.random(values.shape) < zeros] = 0.0
    values[values.sum(axis=1) == 0.0] = 1.0
    values /= values.sum(axis=1, keepdims=True)
    return Table(np.ascontiguousarray(values.T).reshape(card, *parent_cards), len(parent_cards))


def random_tables(
    seed: int | Rng, n: int = 10, max_parents: int = 3, max_card: int = 3, zeros: float = 0.0
) -> Network:
    """Return a random network of full tables."""
    rng = np.random.default_rng(seed)
    cards = rng.integers(2, max_card + 1, size=n)
    nodes = []
    for i in range(n):
        parents = sorted(rng.choice(i, size=rng.integers(0, min(i, max_parents) + 1), replace=False).tolist())
        cpd = _random_table(rng, int(cards[i]), [int(cards[p]) for p in parents], zeros)
        nodes.append(Node(f"n{i}", _states(int(cards[i])), tuple(f"n{p}" for p in parents), cpd))
    return make("tables", *nodes)


def tree(seed: int | Rng, n: int = 30) -> Network:
    """Return a random tree of ternary nodes."""
    rng = np.random.default_rng(seed)
    nodes = [Node("n0", _states(3), (), _random_table(rng, 3, []))]
    for i in range(1, n):
        nodes.append(Node(f"n{i}", _states(3), (f"n{rng.integers(i)}",), _random_table(rng, 3, [3])))
    return make("tree", *nodes)


def grid(seed: int | Rng, rows: int = 4, columns: int = 6) -> Network:
    """Return a grid: each node hangs on its neighbours above and to the left."""
    rng = np.random.default_rng(seed)
    nodes = []
    for i in range(rows):
        for j in range(columns):
            parents = [f"n{i - 1}_{j}"] * (i > 0) + [f"n{i}_{j - 1}"] * (j > 0)
            nodes.append(Node(f"n{i}_{j}", BINARY, tuple(parents), _random_table(rng, 2, [2] * len(parents))))
    return make("grid", *nodes)


def layered_noisy_or(seed: int | Rng, causes: int = 8, latents: int = 4, findings: int = 16) -> Network:
    """Return roots, a middle layer of noisy-OR nodes and a layer of noisy-OR findings; some leaks are 0."""
    rng = np.random.default_rng(seed)
    nodes = [tabled(f"c{i}", [], rng.uniform(0.01, 0.3)) for i in range(causes)]
    for layer, (count, above) in enumerate(((latents, causes), (findings, causes + latents))):
        names = [node.id for node in nodes][:above]
        for i in range(count):
            chosen = rng.choice(names, size=rng.integers(1, min(6, above) + 1), replace=False)
            leak = float(rng.choice([0.0, 1e-6, 0.01, 0.1]))
            links = {str(name): float(rng.choice([1.0, rng.uniform(0.05, 0.95)])) for name in chosen}
            nodes.append(noisy(f"{'lf'[layer]}{i}", links, leak))
    return make("layered_noisy_or", *nodes)


def deterministic(seed: int | Rng, roots: int = 7, gates: int = 8) -> Network:
    """Return OR gates and 0/1 tables over a few random roots."""
    rng = np.random.default_rng(seed)
    nodes = [tabled(f"r{i}", [], rng.uniform(0.05, 0.6)) for i in range(roots)]
    for i in range(gates):
        names = [node.id for node in nodes]
        chosen = [str(name) for name in rng.choice(names, size=rng.integers(2, 5), replace=False)]
        if rng.random() < 0.5:
            nodes.append(any_of(f"g{i}", *chosen))
        else:
            nodes.append(tabled(f"g{i}", chosen, rng.integers(0, 2, size=(2,) * len(chosen))))
    return make("deterministic", *nodes)


def high_cardinality(seed: int | Rng, n: int = 12, card: int = 12) -> Network:
    """Return a sparse network of nodes with up to `card` states."""
    rng = np.random.default_rng(seed)
    cards = rng.integers(3, card + 1, size=n)
    nodes = []
    for i in range(n):
        parents = sorted(rng.choice(i, size=min(i, int(rng.integers(0, 3))), replace=False).tolist())
        cpd = _random_table(rng, int(cards[i]), [int(cards[p]) for p in parents])
        nodes.append(Node(f"n{i}", _states(int(cards[i])), tuple(f"n{p}" for p in parents), cpd))
    return make("high_cardinality", *nodes)


def _random_cpd(rng: Rng, card: int, parent_cards: tuple[int, ...], zeros: bool) -> Cpd:
    """Return a random distribution of a random kind that fits these cards."""
    leak = float(rng.choice([0.0, 1e-5, 0.02, 0.2])) if zeros else float(rng.uniform(0.01, 0.3))
    if card > 2:
        if not parent_cards or rng.random() < 0.4:
            return _random_table(rng, card, parent_cards)
        spread = rng.dirichlet(np.ones(card))
        weights = [rng.dirichlet(np.ones(card), size=c) for c in parent_cards]
        for weight in weights:
            weight[0] = np.eye(card)[0]
        return NoisyMax(np.eye(card)[0] if zeros and rng.random() < 0.3 else spread, tuple(weights))
    choice = rng.integers(5)
    if choice == 1 and parent_cards:
        n_base = int(rng.integers(0, min(2, len(parent_cards)) + 1))
        intercepts = rng.normal(-1.0, 1.0, size=parent_cards[:n_base])
        if zeros and n_base:
            intercepts.flat[0] = -np.inf
        columns = tuple(
            np.concatenate([[0.0], rng.normal(0.0, 1.0, size=c - 1)]) for c in parent_cards[n_base:]
        )
        return Logistic(intercepts, columns, n_base)
    if choice in (2, 3) and parent_cards:
        columns = tuple(np.concatenate([[0.0], rng.uniform(0.0, 1.0, size=c - 1)]) for c in parent_cards)
        return NoisyOr(np.asarray(leak), columns)
    if choice == 4 and len(parent_cards) >= 2 and all(c == 2 for c in parent_cards):
        if rng.random() < 0.5:
            return AnyOf(len(parent_cards))
        return Attributable(rng.uniform(0.5, 4.0, size=(len(parent_cards) - 1, 1)))
    return _random_table(rng, card, parent_cards, 0.2 if zeros else 0.0)


def small_mixed(seed: int | Rng, n: int = 10, max_parents: int = 5, zeros: bool = True) -> Network:
    """Return a random network of up to about 12 nodes that uses every kind of distribution."""
    rng = np.random.default_rng(seed)
    cards = rng.choice([2, 2, 2, 2, 3], size=n)
    nodes = []
    for i in range(n):
        size = rng.integers(0, min(i, max_parents) + 1)
        parents = [int(p) for p in rng.choice(i, size=size, replace=False)] if i else []
        cpd = _random_cpd(rng, int(cards[i]), tuple(int(cards[p]) for p in parents), zeros)
        nodes.append(Node(f"n{i}", _states(int(cards[i])), tuple(f"n{p}" for p in parents), cpd))
    return make("mixed", *nodes)


def leg_pain_shaped(seed: int | Rng = 0, conditions: int = 16, findings: int = 80) -> Network:
    """Return a network with random numbers and the structure and size of the real one.

    Risk factors over age and sex, logistic conditions, due_to nodes, a deterministic complaint, nine
    headings, noisy-OR findings on conditions and due_to nodes (a few very wide), drug shares, noisy-MAX.
    """
    rng = np.random.default_rng(seed)
    age = ("under_40", "40_to_59", "60_to_74", "75_plus")
    nodes = [
        Node("age", age, (), Table(np.array([0.3, 0.33, 0.25, 0.12]), 0), "risk_factor"),
        tabled("sex", [], 0.5, "risk_factor"),
        Node("smoking", _states(3), ("age", "sex"), _random_table(rng, 3, [4, 2]), "risk_factor"),
    ]
    risks = ["smoking"]
    for i in range(21):
        extra = (
            [str(r) for r in rng.choice(risks[1:], size=1)] if len(risks) > 3 and rng.random() < 0.4 else []
        )
        nodes.append(_logistic(rng, f"risk{i}", ["age"], extra, -2.0, "risk_factor", nodes))
        risks.append(f"risk{i}")
    for i in range(conditions):
        extra = [str(r) for r in rng.choice(risks, size=int(rng.integers(0, 8)), replace=False)]
        nodes.append(_logistic(rng, f"x{i}", ["age", "sex"], extra, -2.5, "condition", nodes))
    conditions_ids = [f"x{i}" for i in range(conditions)]
    dues = []
    for i in range(conditions):
        share = np.array([0.0, rng.uniform(0.05, 0.6)])
        parents = [f"x{i}"]
        if i and rng.random() < 0.2:
            parents.append(f"x{rng.integers(i)}")
            share = np.stack([share, np.minimum(1.5 * share, 1.0)], axis=-1)
        nodes.append(tabled(f"due_to_x{i}", parents, share, "due_to"))
        dues.append(f"due_to_x{i}")
    nodes.append(tabled("other_cause", ["age"], [0.05, 0.05, 0.06, 0.07], "due_to"))
    dues.append("other_cause")
    nodes.append(any_of("night_leg_pain", *dues, kind="complaint"))
    for i in range(9):
        members = [str(d) for d in rng.choice(dues, size=int(rng.integers(1, 6)), replace=False)]
        nodes.append(any_of(f"heading{i}", *members))
    for i in range(4):
        rr = rng.uniform(1.0, 4.0, size=(1 + i % 2, 1))
        drugs = [str(r) for r in rng.choice(risks[1:], size=1 + i % 2, replace=False)]
        nodes.append(Node(f"drug_induced{i}", BINARY, (dues[i], *drugs), Attributable(rr), "drug_induced"))
    widths = [1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 12, 17]
    for i in range(findings):
        group = dues if rng.random() < 0.55 else conditions_ids
        size = min(widths[i % len(widths)], len(group))
        start = int(rng.integers(len(group)))  # neighbours share findings, as the causes of one area do
        near = [group[(start + k) % len(group)] for k in range(min(len(group), size + 3))]
        names = [str(p) for p in rng.choice(near, size=size, replace=False)]
        columns = [np.array([0.0, rng.uniform(0.05, 0.9)]) for _ in names]
        if i % 12 == 5:
            names.append("age")
            columns.append(np.concatenate([[0.0], rng.uniform(0.0, 0.4, size=3)]))
        leak = np.asarray(rng.uniform(0.005, 0.2))
        nodes.append(Node(f"finding{i}", BINARY, tuple(names), NoisyOr(leak, tuple(columns)), "symptom"))
    nodes.append(_random_noisy_max(rng, "stiffness", 3, conditions_ids[:2]))
    nodes.append(_random_noisy_max(rng, "seen_in", 5, dues[: min(12, len(dues))]))
    return make("leg_pain_shaped", *nodes, complaint="night_leg_pain")


def _logistic(
    rng: Rng, node_id: str, base: list[str], extra: list[str], level: float, kind: str, nodes: list[Node]
) -> Node:
    cards = {node.id: len(node.states) for node in nodes}
    intercepts = rng.normal(level, 1.0, size=[cards[b] for b in base])
    columns = tuple(np.concatenate([[0.0], rng.normal(0.6, 0.4, size=cards[e] - 1)]) for e in extra)
    return Node(node_id, BINARY, (*base, *extra), Logistic(intercepts, columns, len(base)), kind)


def _random_noisy_max(rng: Rng, node_id: str, card: int, parents: list[str]) -> Node:
    none = np.eye(card)[0]
    links = tuple(np.stack([none, rng.dirichlet(np.ones(card))]) for _ in parents)
    return Node(
        node_id, _states(card), tuple(parents), NoisyMax(rng.dirichlet(np.full(card, 3.0)), links), "symptom"
    )


SHAPES: dict[str, Callable[[int], Network]] = {
    "tables": lambda seed: random_tables(seed, n=18, max_parents=3, max_card=4),
    "tree": tree,
    "grid": grid,
    "layered_noisy_or": layered_noisy_or,
    "deterministic": deterministic,
    "high_cardinality": high_cardinality,
    "mixed": lambda seed: small_mixed(seed, n=16),
    "leg_pain_shaped": leg_pain_shaped,
}


def random_evidence(
    network: Network, seed: int | Rng, size: int, likelihoods: float = 0.0, among: Sequence[str] | None = None
) -> dict[str, Observed]:
    """Return states of `size` random nodes, and of some (share `likelihoods`) a likelihood instead."""
    rng = np.random.default_rng(seed)
    names = [node.id for node in network.nodes] if among is None else list(among)
    chosen = rng.choice(names, size=min(size, len(names)), replace=False)
    evidence: dict[str, Observed] = {}
    for name in chosen:
        card = len(network.node(str(name)).states)
        if rng.random() < likelihoods:
            evidence[str(name)] = rng.uniform(0.05, 1.0, size=card)
        else:
            evidence[str(name)] = int(rng.integers(card))
    return evidence


def sampled_evidence(
    network: Network, seed: int | Rng, size: int, among: Sequence[str] | None = None
) -> dict[str, Observed]:
    """Return states of `size` random nodes of one case drawn from the network, so never impossible."""
    rng = np.random.default_rng(seed)
    case = draw_case(network, rng)
    names = [node.id for node in network.nodes] if among is None else list(among)
    return {
        str(name): case[str(name)] for name in rng.choice(names, size=min(size, len(names)), replace=False)
    }
