"""From knowledge and beliefs to distributions: every node of the network, in topological order.

`Beliefs` are the figures' values, shape (n_draws,) each. The network itself is the draw of length one
in which every figure has its published value; a thousand drawn sets are assembled by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from network import schema
from network.calibration import (
    LARGEST_SUMMED_TABLE,
    Ancestry,
    expit,
    relative_risk,
    solve_intercept,
)
from network.cpds import AnyOf, Array, Attributable, Cpd, Logistic, Table
from network.errors import Fault
from network.findings import FindingSpec, LinkSpec, Surroundings, normalised, solve_noisy_max, solve_noisy_or
from network.knowledge import Knowledge, due_to_id, file_of
from network.mixtures import check_shares, factors, in_front

Beliefs = Mapping[str, Array]
Made = tuple[Sequence[str], Cpd]

SOLVED_BY_ROWS = ("risk_factors.yaml", "conditions.yaml")
"""Files whose nodes are solved over every row of their parents; findings are products of their links."""


@dataclass(frozen=True)
class Part:
    """One assembled node: parents, distribution (with the axis of draws) and the figures it rests on."""

    parents: tuple[str, ...]
    cpd: Cpd
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Job:
    """What makes a node, and what must be there before."""

    file: str
    needs: tuple[str, ...]
    make: Callable[[], Made]


@dataclass
class Assembly:
    """The network while it is being put together."""

    knowledge: Knowledge
    beliefs: Beliefs
    parts: dict[str, Part] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = self.knowledge.states()
        self.n_draws = len(next(iter(self.beliefs.values())))
        self.ancestry = Ancestry()
        self.around = Surroundings(
            ancestry=self.ancestry,
            cards={node: len(states) for node, states in self.states.items()},
            implies={due_to_id(condition.id): (condition.id,) for condition in self.knowledge.conditions}
            | {split.id: (split.parent,) for split in self.knowledge.network.splits}
            | {
                attribution.id: (due_to_id(attribution.condition), attribution.condition)
                for attribution in self.knowledge.network.drug_attribution
            },
            mediators=set(),
        )
        self._named: list[tuple[str, str]] = []

    def run(self) -> dict[str, Part]:
        """Assemble every node; faults are collected, not raised."""
        jobs = self._jobs()
        for node in _topological(jobs, self.faults):
            if fault := self._too_wide(node, jobs[node]):
                self.faults.append(fault)
                break
            self._named = []
            parents, cpd = jobs[node].make()
            self.parts[node] = Part(tuple(parents), cpd, tuple(self._named))
            self.ancestry.add(node, parents, cpd)
        return self.parts

    def _too_wide(self, node: str, job: Job) -> Fault | None:
        """Return what is wrong where a node that is solved over all rows of its parents has too many."""
        rows = np.prod([self.around.cards[parent] for parent in set(job.needs)], dtype=float)
        if job.file not in SOLVED_BY_ROWS or rows <= LARGEST_SUMMED_TABLE:
            return None
        return Fault(
            job.file,
            node,
            "",
            f"its parents have {rows:.0f} combinations of states; at most {LARGEST_SUMMED_TABLE} are solved.",
            "Leave out the weakest.",
        )

    def _jobs(self) -> dict[str, Job]:
        """Return what makes each node."""
        knowledge, jobs = self.knowledge, {}
        for factor in knowledge.risk_factors:
            needs = (*factor.by, *(ratio.parent for ratio in factor.odds_ratios))
            jobs[factor.id] = Job("risk_factors.yaml", needs, _bind(self._risk_factor, factor))
        for condition in knowledge.conditions:
            needs = (*condition.by, *(ratio.parent for ratio in condition.odds_ratios))
            jobs[condition.id] = Job("conditions.yaml", needs, _bind(self._condition, condition))
            needs = (condition.id, *(ratio.parent for ratio in condition.due_to.modifiers))
            jobs[due_to_id(condition.id)] = Job("conditions.yaml", needs, _bind(self._due_to, condition))
        other = knowledge.other_cause
        jobs[other.id] = Job("conditions.yaml", tuple(other.by), _bind(self._other_cause, other))
        causes = (*(due_to_id(condition.id) for condition in knowledge.conditions), other.id)
        complaint = knowledge.network.complaint.id
        jobs[complaint] = Job("network.yaml", causes, lambda: (causes, AnyOf(len(causes))))
        for heading in knowledge.network.headings:
            rolled = tuple(heading.rolls_up)
            jobs[heading.id] = Job(
                "network.yaml", rolled, _bind(lambda nodes: (nodes, AnyOf(len(nodes))), rolled)
            )
        for attribution in knowledge.network.drug_attribution:
            drugs = tuple(drug.parent for drug in attribution.drugs)
            needs = (due_to_id(attribution.condition), *drugs, *attribution.by)
            jobs[attribution.id] = Job("network.yaml", needs, _bind(self._drug_attribution, attribution))
        for split in knowledge.network.splits:
            jobs[split.id] = Job("network.yaml", (split.parent,), _bind(self._split, split))
        for observation in (*knowledge.network.latents, *knowledge.observations):
            file = file_of(observation)
            needs = (*observation.by, *(link.parent for link in observation.links))
            jobs[observation.id] = Job(file, needs, _bind(self._observation, observation, file))
        return jobs

    def _value(self, figure: str, words: str) -> Array:
        """Return a figure's value, shape (n_draws,), and remember that this node names it."""
        self._named.append((words, figure))
        return self.beliefs[figure]

    def _banded(self, banded: schema.Banded, by: Sequence[str], words: str) -> Array:
        """Return figures by band, shape (n_draws, *cards of `by`)."""
        if isinstance(banded, str):
            return self._value(banded, words)
        shape = tuple(len(self.states[node]) for node in by)
        result = np.empty((self.n_draws, *shape))
        for index in np.ndindex(*shape):
            band = ", ".join(self.states[node][state] for node, state in zip(by, index, strict=True))
            result[(slice(None), *index)] = self._value(banded[band], f"{words}, {band}")
        return result

    def _risk_factor(self, factor: schema.RiskFactor) -> Made:
        if factor.prevalence is not None:
            return self._logistic(factor.id, factor.by, factor.prevalence, factor.odds_ratios)
        shape = (self.n_draws, len(factor.states), *(len(self.states[node]) for node in factor.by))
        values = np.zeros(shape)
        for state, banded in factor.shares.items():
            values[:, factor.states.index(state)] = self._banded(banded, factor.by, f"share {state}")
        rest = 1.0 - values.sum(axis=1)
        missing = [position for position, state in enumerate(factor.states) if state not in factor.shares]
        if rest[0].min() < -1e-6 or (not missing and rest[0].max() > 1e-6):
            total = float(values[0].sum(axis=0).max())
            self.faults.append(
                Fault(
                    "risk_factors.yaml",
                    factor.id,
                    "shares",
                    f"the shares add up to {total:.6g}.",
                    "Make it 1.",
                )
            )
        if missing:
            values[:, missing[0]] = np.maximum(rest, 0.0)
        return factor.by, Table(values / values.sum(axis=1, keepdims=True), len(factor.by))

    def _condition(self, condition: schema.Condition) -> Made:
        return self._logistic(condition.id, condition.by, condition.prevalence, condition.odds_ratios)

    def _logistic(
        self, node: str, by: Sequence[str], prevalence: schema.Banded, ratios: Sequence[schema.OddsRatio]
    ) -> Made:
        """Solve the intercepts so that the published prevalence of every band comes back."""
        marginal = [ratio for ratio in ratios if ratio.marginal]
        base = (*by, *dict.fromkeys(ratio.parent for ratio in marginal))
        target = self._banded(prevalence, by, "prevalence")
        for ratio in marginal:
            target = self._split_by(target, by, ratio)
        others = tuple(dict.fromkeys(ratio.parent for ratio in ratios if not ratio.marginal))
        log_odds = {parent: np.zeros((self.n_draws, len(self.states[parent]))) for parent in others}
        for ratio in ratios:
            if not ratio.marginal:
                words = f"odds ratio, {ratio.parent}={ratio.state}"
                state = self.states[ratio.parent].index(ratio.state)
                log_odds[ratio.parent][:, state] = np.log(self._value(ratio.odds_ratio, words))
        cards = tuple(len(self.states[parent]) for parent in others)
        shape = (self.n_draws, *target.shape[1:], int(np.prod(cards)))
        joint = self.ancestry.joint((*base, *others)).reshape(shape) if base or others else np.ones(shape)
        weights = joint / joint.sum(axis=-1, keepdims=True)
        offsets = np.zeros((self.n_draws, *cards))
        for position, column in enumerate(log_odds.values()):
            spread = [1] * len(cards)
            spread[position] = cards[position]
            offsets = offsets + column.reshape(self.n_draws, *spread)
        offsets = offsets.reshape(self.n_draws, *[1] * len(base), -1)
        intercepts = solve_intercept(target, np.broadcast_to(offsets, shape), weights)
        return (*base, *others), Logistic(intercepts, tuple(log_odds.values()), len(base))

    def _split_by(self, target: Array, by: Sequence[str], ratio: schema.OddsRatio) -> Array:
        """Return the prevalence by band and one more parent from the band's and a marginal odds ratio.

        Solved together: the mean over the parent is the published prevalence, the odds ratio the
        published one. Shape (n_draws, *bands, card).
        """
        joint = self.ancestry.joint((*by, ratio.parent))
        weights = joint / joint.sum(axis=-1, keepdims=True)
        offsets = np.zeros((self.n_draws, len(self.states[ratio.parent])))
        words = f"odds ratio, {ratio.parent}={ratio.state}"
        state = self.states[ratio.parent].index(ratio.state)
        offsets[:, state] = np.log(self._value(ratio.odds_ratio, words))
        offsets = np.broadcast_to(offsets.reshape(self.n_draws, *[1] * len(by), -1), weights.shape)
        return expit(solve_intercept(target, offsets, weights)[..., None] + offsets)

    def _due_to(self, condition: schema.Condition) -> Made:
        """P(due to X | X, modifiers): logistic in the modifiers, re-centred on the published share."""
        due_to = condition.due_to
        share = self._value(due_to.share, "share with night leg pain")
        modifiers = tuple(dict.fromkeys(ratio.parent for ratio in due_to.modifiers))
        cards = tuple(len(self.states[node]) for node in modifiers)
        offsets = np.zeros((self.n_draws, *cards))
        for ratio in due_to.modifiers:
            words = f"odds ratio of the share, {ratio.parent}={ratio.state}"
            axis, state = modifiers.index(ratio.parent), self.states[ratio.parent].index(ratio.state)
            shift = np.log(self._value(ratio.odds_ratio, words)).reshape(-1, *[1] * (len(cards) - 1))
            index: tuple[slice | int, ...] = (*[slice(None)] * (axis + 1), state)
            offsets[index] += shift
        flat = offsets.reshape(self.n_draws, -1)
        weights = self.ancestry.given(modifiers, condition.id, 1).reshape(self.n_draws, -1)
        present = expit(solve_intercept(share, flat, weights)[:, None] + flat).reshape(offsets.shape)
        values = np.zeros((self.n_draws, 2, 2, *cards))
        values[:, 1, 1] = present
        values[:, 0] = 1.0 - values[:, 1]
        return (condition.id, *modifiers), Table(values, 1 + len(modifiers))

    def _other_cause(self, other: schema.OtherCause) -> Made:
        present = self._banded(other.prevalence, other.by, "prevalence")
        return other.by, Table(np.stack([1.0 - present, present], axis=1), len(other.by))

    def _drug_attribution(self, attribution: schema.DrugAttribution) -> Made:
        """Relative risks of the drugs; an odds ratio is converted at the band's rate without the drug."""
        n_bands = int(np.prod([len(self.states[node]) for node in attribution.by]))
        risks = np.empty((self.n_draws, len(attribution.drugs), n_bands))
        for position, drug in enumerate(attribution.drugs):
            if drug.relative_risk is not None:
                risks[:, position] = self._value(drug.relative_risk, f"relative risk, {drug.parent}")[:, None]
            elif drug.odds_ratio is not None:
                ratio = self._value(drug.odds_ratio, f"odds ratio, {drug.parent}")
                joint = self.ancestry.joint((*attribution.by, attribution.condition, drug.parent))[..., 0]
                joint = joint.reshape(self.n_draws, n_bands, 2)
                risks[:, position] = relative_risk(ratio[:, None], joint[..., 1] / joint.sum(axis=-1))
        drugs = tuple(drug.parent for drug in attribution.drugs)
        return (due_to_id(attribution.condition), *drugs, *attribution.by), Attributable(risks)

    def _split(self, split: schema.Split) -> Made:
        """Return a latent that divides a condition: nothing without it, the shares with it."""
        values = np.zeros((self.n_draws, len(split.states), 2))
        values[:, 0, 0] = 1.0
        for state, figure in split.shares.items():
            values[:, split.states.index(state), 1] = self._value(figure, f"share {state}")
        rest = [
            position for position, state in enumerate(split.states) if position and state not in split.shares
        ]
        values[:, rest, 1] = (1.0 - values[:, :, 1].sum(axis=1))[:, None]
        self.around.mediators.add(split.id)
        return (split.parent,), Table(values, 1)

    def _observation(self, observation: schema.Observation, file: str) -> Made:
        """Return a finding: noisy-OR, or noisy-MAX where it is graded."""
        if observation.leak_distribution is not None:
            return self._graded(observation, observation.leak_distribution, file)
        leaks = specificity = None
        if observation.leak is not None:
            leaks = self._banded(observation.leak, observation.by, "leak").reshape(self.n_draws, -1)
        else:
            specificity = self._value(observation.specificity or "", "specificity")
        links = tuple(
            LinkSpec(
                parent=link.parent,
                state=self.states[link.parent].index(link.state),
                sensitivity=self._value(link.sensitivity or "", f"sensitivity, {_named(link)}"),
                of=link.of,
            )
            for link in observation.links
        )
        band = observation.by[0] if observation.by else None
        spec = FindingSpec(observation.id, file, band, leaks, specificity, links)
        parents, cpd = solve_noisy_or(spec, self.around, self.faults)
        self.around.mediators.add(observation.id)
        return parents, cpd

    def _graded(self, observation: schema.Observation, without: Mapping[str, str], file: str) -> Made:
        """Return a noisy-MAX; states of `mixtures` come first and are solved from shares."""
        plain = observation.plain_states
        leak = normalised(observation.id, file, "leak_distribution",
                          self._distribution(without, plain, "without the causes"), self.faults)  # fmt: skip
        given = {
            link.parent: leak
            if link.distribution is None
            else normalised(observation.id, file, f"links.{link.parent}",
                            self._distribution(link.distribution, plain, f"given {link.parent}"), self.faults)
            for link in observation.links
        }  # fmt: skip
        if observation.mixtures:
            leak, given = self._with_mixtures(observation, leak, given, file)
        return solve_noisy_max(observation.id, file, leak, given, self.faults)

    def _with_mixtures(
        self, observation: schema.Observation, leak: Array, given: dict[str, Array], file: str
    ) -> tuple[Array, dict[str, Array]]:
        """Return leak and columns with the states in front that are solved from shares."""
        marginals = {parent: self.ancestry.joint((parent,))[:, 1] for parent in given}
        above = {parent: np.minimum(column[:, 0] / leak[:, 0], 1.0) for parent, column in given.items()}
        rows: list[tuple[Array, dict[str, Array]]] = []
        for state, mixture in reversed(observation.mixtures.items()):
            shares = self._shares(observation, state)
            self.faults += check_shares((file, observation.id, f"mixtures.{state}"), shares)
            above = factors(shares, marginals, above)
            rows.insert(0, (self._value(mixture.rate, f"rate of {state}"), above))
        return in_front(leak, [rate for rate, _ in rows]), {
            parent: in_front(column, [rate * factor[parent] for rate, factor in rows])
            for parent, column in given.items()
        }

    def _shares(self, observation: schema.Observation, state: str) -> dict[str, Array]:
        """Return each parent's share of the answers in a state, shape (n_draws,) each."""
        shares = observation.mixtures[state].shares
        return {
            link.parent: self._value(
                shares if isinstance(shares, str) else shares[link.parent], f"share of {link.parent}, {state}"
            )
            for link in observation.links
        }

    def _distribution(self, shares: Mapping[str, str], states: Sequence[str], words: str) -> Array:
        """Return figures by state, shape (n_draws, n_states)."""
        return np.stack([self._value(shares[state], f"{state}, {words}") for state in states], axis=1)


def _named(link: schema.Link) -> str:
    """Return what a link's sensitivity speaks of, in words."""
    named = link.of or link.parent
    return named if link.of or link.state == "present" else f"{named}={link.state}"


def _bind(make: Callable[..., Made], *arguments: object) -> Callable[[], Made]:
    """Return a call without arguments (a loop variable bound now, not later)."""
    return lambda: make(*arguments)


def _topological(jobs: Mapping[str, Job], faults: list[Fault]) -> list[str]:
    """Return node ids with parents first, otherwise in the order of the files; a cycle is a fault."""
    graph = nx.DiGraph()
    graph.add_nodes_from(jobs)
    graph.add_edges_from((parent, node) for node, job in jobs.items() for parent in job.needs)
    position = {node: rank for rank, node in enumerate(jobs)}
    try:
        return list(nx.lexicographical_topological_sort(graph, key=lambda node: position[node]))
    except nx.NetworkXUnfeasible:
        cycle = [parent for parent, _ in nx.find_cycle(graph)]
        around = " -> ".join([*cycle, cycle[0]])
        faults.append(
            Fault(jobs[cycle[0]].file, cycle[0], "", f"a cycle: {around}.", "Take one of these arcs out.")
        )
        return []
