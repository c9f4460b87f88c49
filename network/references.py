"""What must hold between the entries of a knowledge folder: names that exist, numbers of the right kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from network import schema
from network.decision_references import decision_faults
from network.elicitations import elicitation_faults
from network.errors import Fault, did_you_mean
from network.evidence_rules import evidence_faults
from network.figures import PROPORTIONS, RATIOS, UTILITY
from network.knowledge import Knowledge, due_to_id, file_of
from network.notice import notice_faults
from network.shapes import shape_faults


@dataclass(frozen=True)
class Use:
    """A place in the knowledge files that names a figure; `role` is a kind of figures, or "any"."""

    file: str
    entry: str
    field: str
    figure: str
    role: str


def reference_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every broken reference and misused figure."""
    yield from _repeated_ids(knowledge)
    yield from notice_faults(knowledge.network.notice, knowledge.tried)
    yield from _unknown_nodes(knowledge)
    yield from _unknown_targets(knowledge)
    yield from _figure_faults(knowledge)
    yield from shape_faults(knowledge)
    yield from decision_faults(knowledge)
    yield from _claim_faults(knowledge)
    yield from elicitation_faults(knowledge.elicitations, knowledge.figures)


def uses(knowledge: Knowledge) -> Iterator[Use]:
    """Yield every place that names a figure."""
    for factor in knowledge.risk_factors:
        for state, banded in factor.shares.items():
            yield from _banded("risk_factors.yaml", factor.id, f"shares.{state}", banded)
        yield from _prevalence("risk_factors.yaml", factor.id, factor.prevalence, factor.odds_ratios)
    for condition in knowledge.conditions:
        file, due_to = "conditions.yaml", condition.due_to
        yield from _prevalence(file, condition.id, condition.prevalence, condition.odds_ratios)
        yield Use(file, condition.id, "due_to.share", due_to.share, "proportion")
        for ratio in due_to.modifiers:
            yield Use(file, condition.id, f"due_to.modifiers.{ratio.parent}", ratio.odds_ratio, "ratio")
    yield from _prevalence("conditions.yaml", knowledge.other_cause.id, knowledge.other_cause.prevalence, [])
    yield from _stakes(knowledge)
    for split in knowledge.network.splits:
        for state, figure in split.shares.items():
            yield Use("network.yaml", split.id, f"shares.{state}", figure, "proportion")
    for attribution in knowledge.network.drug_attribution:
        for drug in attribution.drugs:
            for figure in filter(None, (drug.relative_risk, drug.odds_ratio)):
                yield Use("network.yaml", attribution.id, f"drugs.{drug.parent}", figure, "ratio")
    for observation in (*knowledge.network.latents, *knowledge.observations):
        yield from _observation(observation)
    for option in knowledge.management:
        yield from (Use("management.yaml", option.id, "figures", figure, "any") for figure in option.figures)
    for flag in knowledge.red_flags.flags:
        for when in flag.when:
            if when.probable is not None:
                yield Use("red_flags.yaml", flag.id, "when.probable", when.probable.figure, "any")
    for claim in knowledge.claims:
        yield from (Use("claims.yaml", claim.id, "figures", figure, "any") for figure in claim.figures)


def _stakes(knowledge: Knowledge) -> Iterator[Use]:
    causes = [(condition.id, condition.stake) for condition in knowledge.conditions]
    for entry, stake in (*causes, (knowledge.other_cause.id, knowledge.other_cause.stake)):
        if stake is not None:
            yield Use("conditions.yaml", entry, "stake", stake, "any")
    stakes = knowledge.network.asking.stakes if knowledge.network.asking else None
    if stakes is None:
        return
    where = ("network.yaml", "asking")
    yield Use(*where, "stakes.question", stakes.question, "any")
    yield Use(*where, "stakes.enough", stakes.enough, "any")
    for level, figure in stakes.urgency.items():
        yield Use(*where, f"stakes.urgency.{level}", figure, "any")
    if stakes.advice is not None:
        yield Use(*where, "stakes.advice", stakes.advice, "any")


def _observation(observation: schema.Observation) -> Iterator[Use]:
    file = file_of(observation)
    if observation.leak is not None:
        yield from _banded(file, observation.id, "leak", observation.leak)
    if observation.specificity:
        yield Use(file, observation.id, "specificity", observation.specificity, "proportion")
    for state, figure in (observation.leak_distribution or {}).items():
        yield Use(file, observation.id, f"leak_distribution.{state}", figure, "proportion")
    for state, mixture in observation.mixtures.items():
        yield Use(file, observation.id, f"mixtures.{state}.rate", mixture.rate, "proportion")
        yield from _banded(file, observation.id, f"mixtures.{state}.shares", mixture.shares)
    for link in observation.links:
        field = f"links.{link.parent}"
        if link.sensitivity:
            yield Use(file, observation.id, field, link.sensitivity, "proportion")
        for state, figure in (link.distribution or {}).items():
            yield Use(file, observation.id, f"{field}.{state}", figure, "proportion")


def _prevalence(
    file: str, entry: str, prevalence: schema.Banded | None, ratios: list[schema.OddsRatio]
) -> Iterator[Use]:
    if prevalence is not None:
        yield from _banded(file, entry, "prevalence", prevalence)
    for ratio in ratios:
        yield Use(file, entry, f"odds_ratios.{ratio.parent}={ratio.state}", ratio.odds_ratio, "ratio")


def _banded(file: str, entry: str, field: str, banded: schema.Banded) -> Iterator[Use]:
    items = banded.items() if isinstance(banded, dict) else [("", banded)]
    for band, figure in items:
        yield Use(file, entry, f"{field}.{band}" if band else field, figure, "proportion")


def _repeated_ids(knowledge: Knowledge) -> Iterator[Fault]:
    named = [(file, entry.id) for file, entry in knowledge.described()]
    named += [("conditions.yaml", due_to_id(condition.id)) for condition in knowledge.conditions]
    named += [("red_flags.yaml", item.id) for item in knowledge.red_flags.items]
    counts = Counter(node_id for _, node_id in named)
    for file, node_id in dict.fromkeys(named):
        if counts[node_id] > 1:
            yield Fault(file, node_id, "id", "the id is used by more than one entry.", "Give each its own.")


def parent_names(knowledge: Knowledge) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (file, entry, field, node, state) wherever an entry names another node; state may be empty."""
    for factor in knowledge.risk_factors:
        yield from (("risk_factors.yaml", factor.id, "by", node, "") for node in factor.by)
        for ratio in factor.odds_ratios:
            yield "risk_factors.yaml", factor.id, "odds_ratios", ratio.parent, ratio.state
    for condition in knowledge.conditions:
        yield from (("conditions.yaml", condition.id, "by", node, "") for node in condition.by)
        for ratio in condition.odds_ratios:
            yield "conditions.yaml", condition.id, "odds_ratios", ratio.parent, ratio.state
        for ratio in condition.due_to.modifiers:
            yield "conditions.yaml", condition.id, "due_to.modifiers", ratio.parent, ratio.state
    yield from (
        ("conditions.yaml", knowledge.other_cause.id, "by", node, "") for node in knowledge.other_cause.by
    )
    for heading in knowledge.network.headings:
        yield from (("network.yaml", heading.id, "rolls_up", node, "") for node in heading.rolls_up)
    for attribution in knowledge.network.drug_attribution:
        for node in (*attribution.by, *(drug.parent for drug in attribution.drugs)):
            yield "network.yaml", attribution.id, "drugs", node, ""
    for observation in (*knowledge.network.latents, *knowledge.observations):
        file = file_of(observation)
        for link in observation.links:
            yield file, observation.id, "links", link.parent, link.state
            if link.of:
                yield file, observation.id, "links.of", link.of, ""
        yield from ((file, observation.id, "by", node, "") for node in observation.by)


def _unknown_nodes(knowledge: Knowledge) -> Iterator[Fault]:
    states = knowledge.states()
    safety = {item.id for item in knowledge.red_flags.items}
    for file, entry, field, node, state in parent_names(knowledge):
        if node not in states:
            yield Fault(file, entry, field, f"no node is called {node!r}.{did_you_mean(node, states)}")
        elif node in safety:
            fault = f"{node!r} is a safety item and carries no probability."
            yield Fault(file, entry, field, fault, "Take it out.")
        elif state and state not in states[node]:
            yield Fault(
                file,
                entry,
                field,
                f"node {node!r} has no state {state!r}.",
                f"States: {', '.join(states[node])}.{did_you_mean(state, states[node])}",
            )


def _unknown_targets(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield names in management options and claims that nothing has."""
    conditions = {condition.id for condition in knowledge.conditions}
    file = knowledge.network
    helped = conditions | {entry.id for entry in (*file.headings, *file.drug_attribution)}
    for option in knowledge.management:
        for field, names, allowed in (
            ("helps", option.helps, helped),
            ("may_harm", option.may_harm, conditions),
        ):
            for name in names:
                if name not in allowed:
                    problem = f"no condition is called {name!r}.{did_you_mean(name, allowed)}"
                    yield Fault("management.yaml", option.id, field, problem)
    known = {*knowledge.states(), *(option.id for option in knowledge.management)}
    known |= {flag.id for flag in knowledge.red_flags.flags}
    for claim in knowledge.claims:
        for name in claim.represented_by:
            if name not in known:
                problem = f"no node, option or flag is called {name!r}.{did_you_mean(name, known)}"
                yield Fault("claims.yaml", claim.id, "represented_by", problem)


def _figure_faults(knowledge: Knowledge) -> Iterator[Fault]:
    kinds = {"proportion": PROPORTIONS, "ratio": RATIOS, UTILITY: (UTILITY,)}
    for use in uses(knowledge):
        figure = knowledge.figures.get(use.figure)
        if figure is None:
            fault = f"no figure is called {use.figure!r}.{did_you_mean(use.figure, knowledge.figures)}"
            yield Fault(use.file, use.entry, use.field, fault)
            continue
        role = UTILITY if use.field.startswith("stake") and use.field != "stakes.enough" else use.role
        if role in kinds and figure.kind not in kinds[role]:
            yield Fault(
                use.file, use.entry, use.field,
                f"figure {figure.id!r} is of kind {figure.kind}; a {role} is needed.",
                "Name another row.",
            )  # fmt: skip
    yield from evidence_faults(knowledge, (use.figure for use in uses(knowledge) if use.role != "any"))


def _claim_faults(knowledge: Knowledge) -> Iterator[Fault]:
    known = {claim.id for claim in knowledge.claims}
    entries = [(file, entry.id, entry.claims) for file, entry in knowledge.described()]
    entries += [("management.yaml", option.id, option.claims) for option in knowledge.management]
    entries += [("red_flags.yaml", flag.id, flag.claims) for flag in knowledge.red_flags.flags]
    for file, entry_id, claims in entries:
        for name in claims:
            if name not in known:
                yield Fault(file, entry_id, "claims", f"no claim is called {name!r}.", "See claims.yaml.")
    named = {name for *_, claims in entries for name in claims}
    for claim in knowledge.claims:
        if claim.id not in named:
            yield Fault(
                "claims.yaml", claim.id, "", "no node, option or flag names this claim.", "Add it to one."
            )
