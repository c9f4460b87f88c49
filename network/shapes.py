"""What must hold inside one entry of a knowledge folder: bands, states and fields that go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from network import schema
from network.errors import Fault, did_you_mean
from network.knowledge import Knowledge, file_of
from network.mixtures import mixture_faults
from network.structure import BINARY

States = Mapping[str, tuple[str, ...]]


def shape_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield wrong bands, states and combinations of fields."""
    states = knowledge.states()
    for file, entry in knowledge.described():
        yield from _state_faults(file, entry)
    for factor in knowledge.risk_factors:
        yield from _risk_factor(factor, states)
    for condition in knowledge.conditions:
        where = ("conditions.yaml", condition.id)
        yield from _band_faults(*where, condition.prevalence, condition.by, states)
        yield from _repeated(*where, "odds_ratios", condition.odds_ratios)
        yield from _repeated(*where, "due_to.modifiers", condition.due_to.modifiers)
    other = knowledge.other_cause
    yield from _band_faults("conditions.yaml", other.id, other.prevalence, other.by, states)
    conditions = {condition.id for condition in knowledge.conditions}
    for split in knowledge.network.splits:
        yield from _split(split, conditions)
    for attribution in knowledge.network.drug_attribution:
        yield from _attribution(attribution, conditions)
    for heading in knowledge.network.headings:
        for node in heading.rolls_up:
            if states.get(node, BINARY) != BINARY:
                yield Fault("network.yaml", heading.id, "rolls_up", f"{node!r} is not absent or present.")
    for observation in (*knowledge.network.latents, *knowledge.observations):
        yield from _observation(file_of(observation), observation, states)
        yield from mixture_faults(observation, knowledge)
    settings = [entry.id for entry in knowledge.observations if entry.kind == "context"]
    for extra in settings[1:]:
        fault = f"there is a context already, {settings[0]!r}."
        yield Fault("observations.yaml", extra, "kind", fault, "One setting is chosen; make this a symptom.")


def _state_faults(file: str, entry: schema.Described) -> Iterator[Fault]:
    """Yield states that stand twice and labels of states that the entry does not have."""
    if len(set(entry.states)) < len(entry.states):
        yield Fault(
            file, entry.id, "states", f"a state stands twice: {', '.join(entry.states)}.", "Keep one."
        )
    yield from _unknown_states(file, entry.id, "state_labels", entry.state_labels, entry.states)


def _unknown_states(
    file: str, entry: str, field: str, given: Iterable[str], known: Collection[str]
) -> Iterator[Fault]:
    for state in given:
        if state not in known:
            near, states = did_you_mean(state, known), f"States: {', '.join(known)}."
            yield Fault(file, entry, field, f"no state is called {state!r}.{near}", states)


def _unshared(file: str, entry: str, states: Iterable[str], shares: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault where the remainder of the shares would have to be divided; misspelt states count."""
    if len(set(states)) - len(set(shares)) > 1:
        fault = "more than one state has no share."
        yield Fault(file, entry, "shares", fault, "One state at most is the remainder.")


def _repeated(
    file: str, entry: str, field: str, named: Iterable[schema.OddsRatio | schema.Link]
) -> Iterator[Fault]:
    """Yield parents that stand twice in the same state."""
    counts = Counter(f"{item.parent}={item.state}" for item in named)
    for name, count in counts.items():
        if count > 1:
            yield Fault(file, entry, field, f"{name} stands {count} times.", "Keep one.")


def _risk_factor(factor: schema.RiskFactor, states: States) -> Iterator[Fault]:
    where = ("risk_factors.yaml", factor.id)
    if bool(factor.shares) == (factor.prevalence is not None):
        yield Fault(*where, "", "needs either shares or a prevalence.", "Give exactly one of them.")
    if factor.shares:
        yield from _unknown_states(*where, "shares", factor.shares, factor.states)
        yield from _unshared(*where, factor.states, factor.shares)
        if factor.odds_ratios:
            yield Fault(*where, "odds_ratios", "odds ratios need a prevalence, not shares.", "Take them out.")
    for given in (*factor.shares.values(), *([factor.prevalence] if factor.prevalence else [])):
        yield from _band_faults(*where, given, factor.by, states)
    yield from _repeated(*where, "odds_ratios", factor.odds_ratios)


def _split(split: schema.Split, conditions: set[str]) -> Iterator[Fault]:
    where = ("network.yaml", split.id)
    yield from _not_a_condition(*where, "parent", split.parent, conditions)
    kinds = split.states[1:]  # the first state is the condition's absence
    yield from _unknown_states(*where, "shares", split.shares, kinds)
    yield from _unshared(*where, kinds, split.shares)


def _attribution(attribution: schema.DrugAttribution, conditions: set[str]) -> Iterator[Fault]:
    where = ("network.yaml", attribution.id)
    yield from _not_a_condition(*where, "condition", attribution.condition, conditions)
    if len(attribution.by) > 1:
        yield Fault(*where, "by", "is banded by more than one node.", "Keep the one that matters most.")
    for drug in attribution.drugs:
        if (drug.relative_risk is None) == (drug.odds_ratio is None):
            fault = "needs exactly one of relative_risk and odds_ratio."
            yield Fault(*where, f"drugs.{drug.parent}", fault, "Name one figure.")


def _not_a_condition(file: str, entry: str, field: str, node: str, conditions: set[str]) -> Iterator[Fault]:
    if node not in conditions:
        fault = f"no condition is called {node!r}.{did_you_mean(node, conditions)}"
        yield Fault(file, entry, field, fault)


def _observation(file: str, observation: schema.Observation, states: States) -> Iterator[Fault]:
    where = (file, observation.id)
    rates = (observation.leak, observation.leak_distribution, observation.specificity)
    if sum(rate is not None for rate in rates) != 1:
        fault = "needs exactly one of leak, leak_distribution, specificity."
        yield Fault(*where, "leak", fault, "Say how often it is found without the causes.")
    if observation.leak is not None:
        yield from _band_faults(*where, observation.leak, observation.by, states)
    if len(observation.by) > 1 or (observation.by and observation.leak is None):
        yield Fault(*where, "by", "only a leak is banded, and by one node.", "Take the rest out.")
    graded = len(observation.states) > 2
    if graded and observation.leak_distribution is None:
        fault = "a finding with more than two states needs a leak_distribution."
        yield Fault(*where, "leak_distribution", fault, "Name a figure for each state.")
    if observation.leak_distribution is not None:
        given = observation.leak_distribution
        yield from _distribution(*where, "leak_distribution", given, observation.plain_states)
    for link in observation.links:
        field = f"links.{link.parent}"
        unsaid = link.distribution is None and not observation.mixtures
        if (
            (link.distribution is not None and not graded)
            or (graded and unsaid)
            or ((link.sensitivity is not None) == graded)
        ):
            wanted = "a distribution over its states" if graded else "a sensitivity"
            yield Fault(*where, field, f"needs {wanted}.", "Name the figures.")
        if link.distribution is not None:
            yield from _distribution(*where, field, link.distribution, observation.plain_states)
    yield from _repeated(*where, "links", observation.links)


def _distribution(
    file: str, entry: str, field: str, given: Mapping[str, str], states: list[str]
) -> Iterator[Fault]:
    if set(given) != set(states):
        fault = f"names the states {', '.join(given)}."
        yield Fault(file, entry, field, fault, f"Name each of: {', '.join(states)}.")


def _band_faults(
    file: str, entry: str, banded: schema.Banded, by: list[str], states: States
) -> Iterator[Fault]:
    """Yield missing and unknown bands."""
    if any(node not in states for node in by):
        return
    if isinstance(banded, str):
        if by:
            fault = f"is banded by {', '.join(by)} but gives one figure."
            yield Fault(file, entry, "by", fault, "Give one for each band.")
        return
    if not by:
        fault = "gives figures by band without saying by what."
        yield Fault(file, entry, "by", fault, "Write by: [age], or whatever the bands are states of.")
        return
    wanted = [""]
    for node in by:
        wanted = [f"{band}, {state}" if band else state for band in wanted for state in states[node]]
    missing = [band for band in wanted if band not in banded]
    unknown = [band for band in banded if band not in wanted]
    for band in unknown:
        near, bands = did_you_mean(band, wanted), f"Bands: {'; '.join(wanted)}."
        yield Fault(file, entry, "bands", f"no band is called {band!r}.{near}", bands)
    if len(missing) > len(unknown):  # otherwise the missing ones are there, misspelt
        for band in missing:
            yield Fault(file, entry, "bands", f"band {band!r} has no figure.", "Give one for each band.")
