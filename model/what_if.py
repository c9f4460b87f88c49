"""What if? Two different questions about a change, and they may have different answers.

observe     Were this finding different: P(. | e with the change). "What would I believe had I seen …"
intervene   Were this changed: P(. | do(change), e'). "What happens in people like this when we change …"

An intervention cuts the arcs into the changed nodes. What lies downstream of the change (the complaint
among it) was seen in a world without the change, so it is set aside: e' is the evidence on the
non-descendants, and the changed nodes' own findings go too. The headline is the probability of the
complaint with and without the change, and both sides share e'. Where the node's state is known, "without"
is do(that state): the two sides then differ by the change alone, and nothing upstream of it moves.

"Would this patient's pain go?" is a third question, a counterfactual. It is answered only for drugs, by the
attributable fraction: P(the complaint is caused by the drug | everything entered), a lower bound.

References
----------
Pearl (2009), Causality, second edition, chapters 3 and 7. Greenland and Robins (1988), Conceptual problems in
the definition and interpretation of attributable fractions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from model.contradictions import AskedBack
from model.counterfactual import DrugShare, drug_shares
from model.evidence import Evidence, Finding, Likelihood, Unknown, plain_finding, read_finding
from model.result import Answer
from model.setting import setting_line, setting_of
from model.surgery import engine_without_arcs
from model.urgency import RaisedFlag, Urgency
from network.errors import EvidenceError, NotModifiable
from network.structure import BINARY, PRESENT, Network

if TYPE_CHECKING:
    from model.differential import Differential

LARGEST_SHOWN = 8


@dataclass(frozen=True)
class SetAside:
    """A finding that does not count under an intervention; `why` is "changed" or "downstream"."""

    node: str
    finding: Finding
    why: str


@dataclass(frozen=True)
class WhatIf:
    """The same case without and with a change.

    `without` and `with_change` are whole answers. Under an intervention neither assumes the complaint when
    the change lies upstream of it; `set_aside` lists the findings that do not count. `headline` holds
    P(complaint) without and with the change, None where the complaint stays as evidence. `drug_shares`
    answers whether the pain would go, for the drugs that the change takes away. `urgency` is that of the
    case as it was entered: no what-if silences a red flag.
    """

    network: Network = field(repr=False)
    change: Mapping[str, Finding]
    do: bool
    without: Answer
    with_change: Answer
    set_aside: tuple[SetAside, ...] = ()
    headline: tuple[float, float] | None = None
    drug_shares: tuple[DrugShare, ...] = ()
    urgency: Urgency = field(default_factory=lambda: Urgency(None, ()))

    @property
    def shifts(self) -> dict[str, tuple[float, float]]:
        """P(due to each cause) without and with the change, the largest difference first."""
        after = {cause.condition: cause.due_to for cause in self.with_change.ranking}
        pairs = {cause.condition: (cause.due_to, after[cause.condition]) for cause in self.without.ranking}
        return dict(sorted(pairs.items(), key=lambda item: -abs(item[1][1] - item[1][0])))

    @property
    def new_flags(self) -> tuple[RaisedFlag, ...]:
        """Red flags that the change would raise, had it been seen."""
        known = {flag.id for flag in self.urgency.flags}
        return tuple(flag for flag in self.with_change.urgency.flags if flag.id not in known)

    @property
    def new_contradictions(self) -> tuple[AskedBack, ...]:
        """What would be asked back, had the change been seen."""
        return tuple(
            asked for asked in self.with_change.contradictions if asked not in self.without.contradictions
        )

    @property
    def has_complaint(self) -> bool:
        """Whether the patient has the complaint, as it was entered or assumed."""
        complaint = self.network.complaint
        return complaint is not None and (
            self.without.complaint
            or self.without.evidence.holds(complaint, BINARY[PRESENT])
            or any(item.node == complaint and item.finding == BINARY[PRESENT] for item in self.set_aside)
        )

    def moved(self, node: str) -> dict[str, tuple[float, float]]:
        """Return P(state) of a node without and with the change, for each state.

        Raises
        ------
        UnknownNode
        """
        before, after = self.without.posterior(node), self.with_change.posterior(node)
        return {state: (before[state], after[state]) for state in before}

    def to_plain(self) -> dict[str, Any]:
        """Return the answer as `nocturne what-if --json` prints it."""
        headline = None
        if self.headline is not None:
            without, with_change = self.headline
            headline = {"node": self.network.complaint, "without": without, "with_change": with_change}
        return {
            "schema": 1,
            "setting": setting_of(self.without.evidence),
            "do": self.do,
            "change": {node: plain_finding(self.network, node, value) for node, value in self.change.items()},
            "set_aside": [
                {
                    "node": item.node,
                    "finding": plain_finding(self.network, item.node, item.finding),
                    "why": item.why,
                }
                for item in self.set_aside
            ],
            "headline": headline,
            "urgency": self.urgency.to_plain(),
            "contradictions": [asked.to_plain() for asked in self.without.contradictions],
            "drug_shares": [share.to_plain() for share in self.drug_shares],
            "due_to": {name: {"without": a, "with_change": b} for name, (a, b) in self.shifts.items()},
            "without": self.without.to_plain(),
            "with_change": self.with_change.to_plain(),
        }

    def __str__(self) -> str:
        changed = ", ".join(f"{node} = {_words(value)}" for node, value in self.change.items())
        lines = [*self.urgency.lines, *filter(None, [setting_line(self.without.evidence)])]
        lines.append(f"{'Were we to set' if self.do else 'Had we seen'} {changed}")
        if self.headline is not None:
            label = self.network.node(str(self.network.complaint)).label
            lines.append(f"  {label}: {self.headline[0]:.1%} without, {self.headline[1]:.1%} with the change")
        lines += [
            f"  {a:7.1%} -> {b:7.1%}  {name}" for name, (a, b) in list(self.shifts.items())[:LARGEST_SHOWN]
        ]
        if self.set_aside:
            lines.append("  Set aside: " + ", ".join(item.node for item in self.set_aside))
        lines += [f"  {share}" for share in self.drug_shares]
        lines += [asked.line for asked in self.without.contradictions]
        return "\n".join([*lines, *self.without.notes, *self.network.notice])


def what_if(
    ddx: Differential,
    evidence: Any,
    change: Mapping[str, Any],
    do: bool = False,
    complaint: bool = True,
) -> WhatIf:
    """Return the case without and with a change.

    Parameters
    ----------
    evidence : mapping or Evidence, as for `Differential.query`
    change : mapping of node id to the finding it would have
        With `do`, to a state; only nodes marked modifiable.
    do : bool
        Intervene (True) or observe (False, default).

    Raises
    ------
    NotModifiable
        If `do` names a node that nobody can change; the message names those that can be.
    EvidenceError
        If the change is empty, or no plain state under `do`; otherwise as `Differential.query`.
    """
    network = ddx.network
    if not change:
        raise EvidenceError("a what-if needs at least one change, as in {'smoking': 'never'}.")
    read = {node: read_finding(network, node, value) for node, value in change.items()}
    before = ddx.query(evidence, complaint)
    return _intervene(ddx, before, read) if do else _observe(ddx, before, read, complaint)


def modifiable(network: Network) -> tuple[str, ...]:
    """Return the nodes that an intervention can set, in topological order."""
    return tuple(node.id for node in network.nodes if node.text.modifiable)


def descendants(network: Network, node_ids: Mapping[str, Any]) -> set[str]:
    """Return everything below these nodes, the nodes themselves left out unless one is below another."""
    found: set[str] = set()
    todo = list(node_ids)
    while todo:
        for child in network.children[todo.pop()]:
            if child not in found:
                found.add(child)
                todo.append(child)
    return found


def _observe(ddx: Differential, before: Answer, change: Mapping[str, Finding], complaint: bool) -> WhatIf:
    changed = before.evidence
    for node, value in change.items():
        changed = changed.with_finding(node, value)
    after = ddx.query(changed, complaint)
    return WhatIf(ddx.network, change, False, before, after, urgency=before.urgency)


def _intervene(ddx: Differential, before: Answer, change: Mapping[str, Finding]) -> WhatIf:
    network, evidence = ddx.network, before.evidence
    _check_settable(network, change)
    below = descendants(network, change)
    set_aside = [
        SetAside(node, value, "changed" if node in change else "downstream")
        for node, value in evidence.active.items()
        if node in change or node in below
    ]
    keeps_complaint = before.complaint and network.complaint not in below
    if before.complaint and not keeps_complaint:
        set_aside.append(SetAside(str(network.complaint), "present", "downstream"))
    kept = evidence.without(*(item.node for item in set_aside), *change)
    with_change = _do(ddx, kept, change, keeps_complaint)
    known = {
        node: value
        for node in change
        if isinstance(value := evidence.active.get(node), str) and node in network
    }
    without = _do(ddx, kept, known, keeps_complaint) if known else ddx.query(kept, keeps_complaint)
    # What was set aside no longer moves a probability, but it is as urgent, and as odd, as before.
    with_change, without = (
        replace(answer, urgency=before.urgency, contradictions=before.contradictions)
        for answer in (with_change, without)
    )
    headline = None
    if network.complaint is not None and network.complaint in below and network.complaint not in change:
        headline = (_present(without, network.complaint), _present(with_change, network.complaint))
    return WhatIf(
        network=network,
        change=change,
        do=True,
        without=without,
        with_change=with_change,
        set_aside=tuple(set_aside),
        headline=headline,
        drug_shares=drug_shares(ddx, before, change),
        urgency=before.urgency,
    )


def _do(ddx: Differential, kept: Evidence, states: Mapping[str, Finding], complaint: bool) -> Answer:
    """Return the answer after setting nodes to states, given the evidence that is kept."""
    engine = engine_without_arcs(ddx.engine, frozenset(states))
    cut = replace(ddx, network=engine.network, engine=engine)
    evidence = replace(kept, network=engine.network)
    for node, state in states.items():
        evidence = evidence.with_finding(node, state)
    answer = cut.query(evidence, complaint)
    # The state that is set counts as certain, not as one of n equally probable findings.
    certain = sum(math.log(len(ddx.network.node(node).states)) for node in states)
    posteriors = replace(answer.posteriors, log_evidence=answer.posteriors.log_evidence + certain)
    return replace(answer, posteriors=posteriors)


def _check_settable(network: Network, change: Mapping[str, Finding]) -> None:
    """Raise unless every change sets a modifiable node to a state."""
    able = modifiable(network)
    for node, value in change.items():
        if node not in able:
            raise NotModifiable(node, able)
        if not isinstance(value, str):
            states = ", ".join(network.node(node).states)
            raise EvidenceError(f"an intervention sets {node!r} to a state, not to a likelihood: {states}.")


def _present(answer: Answer, node: str) -> float:
    return float(answer.posteriors.marginals[node][PRESENT])


def _words(value: Finding) -> str:
    if isinstance(value, Likelihood):
        return "a likelihood"
    return "unknown" if isinstance(value, Unknown) else value
