"""Derivatives of posteriors to every parameter, by one upward and one downward pass.

P(evidence) is linear in every number of every factor, and its derivative to one is what the rest of the
tree says about that entry. With Z_q = P(node = state, evidence) and Z = P(evidence),

    d P(node = state | evidence) / d theta = P(node = state | evidence) * (d log Z_q - d log Z) / d theta

For this the case is sliced in one canonical way: every family stays a factor of its own, a noisy family
is always split at an auxiliary variable (with a single state where the finding is absent).

References
----------
Darwiche (2003), A differential approach to inference in Bayesian networks. Castillo, Gutierrez and Hadi
(1997), Sensitivity analysis in discrete Bayesian networks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from model.engine import propagate
from model.engine.compile import CompiledNetwork, noisy_form
from model.engine.gradients import Slice, in_own_form
from model.engine.plan import Plan, make_plan
from model.engine.slicing import relevant_nodes
from model.inference import Observed
from network.cpds import AnyOf, Array, Cpd, NoisyMax, NoisyOr

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine


@dataclass
class _Canonical:
    """Factors with a note of where each came from; scopes may have a single variable or none."""

    names: list[str] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    weights: list[Array] = field(default_factory=list)
    variable_of: dict[int, int] = field(default_factory=dict)
    scopes: list[tuple[int, ...]] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)
    origin: list[tuple[int, Slice] | None] = field(default_factory=list)

    @property
    def impossible(self) -> bool:
        """Whether a family whose nodes are all observed has probability zero."""
        return any(
            not scope and values[0] == 0.0 for scope, values in zip(self.scopes, self.values, strict=True)
        )

    def variable(self, name: str, card: int) -> int:
        """Add a variable with weight 1 in every state."""
        self.names.append(name)
        self.cards.append(card)
        self.weights.append(np.ones((card, 1)))
        return len(self.cards) - 1

    def add(self, scope: tuple[int, ...], values: Array, origin: tuple[int, Slice] | None) -> None:
        """Add a factor and where it came from, None for a constant."""
        self.scopes.append(scope)
        self.values.append(np.asarray(values)[..., None])
        self.origin.append(origin)


def derivatives(
    engine: ExactEngine, evidence: Mapping[str, Observed], of: Sequence[tuple[str, int]]
) -> dict[str, Cpd]:
    """Return d P(node = state | evidence) / d parameter for every parameter of every relevant node.

    Parameters
    ----------
    of : sequence of (node id, position of a state)

    Returns
    -------
    dict of node id to a distribution of the node's own kind
        It holds derivatives instead of parameters, with one leading axis over `of`: entries of a table,
        intercepts and log odds ratios, leak and links, relative risks. Entries are taken as free of each
        other (to keep a row of a table at a sum of one, take differences). Nodes that do not matter, and
        deterministic ORs, which have no parameters, are left out. Empty where the evidence is impossible.

    Raises
    ------
    TooWide
        If the tables needed would not fit into memory.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    wanted = [(compiled.index[engine.network.node(name).id], state) for name, state in of]
    relevant = relevant_nodes(compiled, [*hard, *soft, *(node for node, _ in wanted)])
    case = _slice(compiled, relevant, hard, soft, {node for node, _ in wanted})
    plan = make_plan(case.cards, case.scopes, case.names)
    weights = [np.repeat(w, len(of) + 1, axis=1) for w in case.weights]
    for column, (node, state) in enumerate(wanted):
        if node not in hard:
            weights[case.variable_of[node]][:, column] *= np.eye(compiled.cards[node])[state]
    up = propagate.upward(plan, case.scopes, case.values, weights)
    if up.log_z[-1] == -np.inf or case.impossible:
        return {}
    posterior = np.exp(up.log_z[:-1] - up.log_z[-1])
    slopes = _slopes(case, plan, up, propagate.downward(plan, up), weights)
    varying = np.array([node not in hard for node, _ in wanted])  # the rest is 0 or 1 whatever the parameters
    gradients: dict[int, list[tuple[Slice, Array]]] = {}
    for (node, where), slope in slopes:
        change = np.where(varying, slope[..., :-1] - posterior * slope[..., -1:], 0.0)
        gradients.setdefault(node, []).append((where, change))
    return {
        compiled.names[node]: in_own_form(engine.network.nodes[node].cpd, parts, len(of))
        for node, parts in gradients.items()
    }


def _slice(
    compiled: CompiledNetwork,
    relevant: Sequence[int],
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: set[int],
) -> _Canonical:
    """Return the case in canonical form."""
    inner = {parent for node in relevant for parent in compiled.families[node].parents} | targets
    case = _Canonical()
    for node in relevant:
        cpd, name, parents = (
            compiled.network.nodes[node].cpd,
            compiled.names[node],
            compiled.families[node].parents,
        )
        if isinstance(cpd, NoisyOr | NoisyMax | AnyOf):
            noisy = noisy_form(cpd)
            n_states = compiled.cards[node]
            if node in inner and node not in hard:
                auxiliary, used = case.variable(f"_{name}", n_states), list(range(n_states))
                variable = case.variable_of[node] = case.variable(name, n_states)
                case.add((variable, auxiliary), np.eye(n_states) - np.eye(n_states, k=-1), None)
                if node in soft:
                    case.weights[variable] *= soft[node][:, None]
            else:
                likelihood = soft[node] if node in soft else np.eye(n_states)[hard[node]]
                coefficient = likelihood - np.append(likelihood[1:], 0.0)
                used = np.flatnonzero(coefficient).tolist()
                auxiliary = case.variable(f"_{name}", len(used))
                case.weights[auxiliary] *= coefficient[used, None]
            case.add(
                (auxiliary,), np.cumsum(noisy.leak[..., 0], axis=0)[used], (node, Slice("leak", used=used))
            )
            for k, (parent, link) in enumerate(zip(parents, noisy.links, strict=True)):
                at_most = np.cumsum(link[..., 0], axis=0)[used]
                if parent in hard:
                    at = hard[parent]
                    case.add(
                        (auxiliary,), at_most[:, at], (node, Slice("link", used=used, parent=k, state=at))
                    )
                else:
                    case.add(
                        (auxiliary, case.variable_of[parent]),
                        at_most,
                        (node, Slice("link", used=used, parent=k)),
                    )
            continue
        dense = compiled.families[node].dense
        assert dense is not None
        if node not in hard:
            case.variable_of[node] = case.variable(name, compiled.cards[node])
            if node in soft:
                case.weights[case.variable_of[node]] *= soft[node][:, None]
        nodes = (node, *parents)
        index = tuple(hard.get(n, slice(None)) for n in nodes)
        scope = tuple(case.variable_of[n] for n in nodes if n not in hard)
        case.add(scope, dense[(*index, 0)], (node, Slice("table", index=index)))
    return case


def _slopes(
    case: _Canonical, plan: Plan, up: propagate.Upward, down: propagate.Downward, weights: Sequence[Array]
) -> list[tuple[tuple[int, Slice], Array]]:
    """Return d Z / d entry / P(evidence) for every factor, shape (*cards of its scope, n_columns)."""
    found = []
    roots = [step for step, bucket in enumerate(plan.buckets) if bucket.parent < 0]
    with np.errstate(divide="ignore"):
        log_roots = {step: np.log(np.maximum(up.messages[step], 0.0)) + up.log_scales[step] for step in roots}
    root_of: dict[int, int] = {}
    for step in range(len(plan.buckets) - 1, -1, -1):
        bucket = plan.buckets[step]
        root_of[step] = step if bucket.parent < 0 else root_of[bucket.parent]
        clique = (bucket.variable, *bucket.separator)
        elsewhere = sum((log_roots[r] for r in roots if r != root_of[step]), np.zeros(1))
        scale = sum(
            (up.log_scales[s] for s in bucket.messages), down.log_outside[step] + elsewhere - up.log_z[-1]
        )
        base = propagate.aligned(weights[bucket.variable], (bucket.variable,), clique) * down.outside[step]
        for sender in bucket.messages:
            base = base * propagate.aligned(up.messages[sender], plan.buckets[sender].separator, clique)
        inputs = [propagate.aligned(case.values[f], case.scopes[f], clique) for f in bucket.factors]
        for position, factor in enumerate(bucket.factors):
            origin = case.origin[factor]
            if origin is None:
                continue
            product = base
            for other, values in enumerate(inputs):
                if other != position:
                    product = product * values
            scope = case.scopes[factor]
            axes = {variable: axis for axis, variable in enumerate(clique)}
            away = tuple(axis for variable, axis in axes.items() if variable not in scope)
            left = [variable for variable in clique if variable in scope]
            summed = np.asarray(product.sum(axis=away)).transpose(*(left.index(v) for v in scope), len(left))
            found.append((origin, summed * np.exp(scale)))
    for factor, scope in enumerate(case.scopes):
        origin = case.origin[factor]
        if (
            not scope and origin is not None
        ):  # every parent and the node itself observed: Z is this number times the rest
            found.append((origin, np.exp(up.log_z - up.log_z[-1]) / case.values[factor]))
    return found
