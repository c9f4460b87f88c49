"""Inputs asked back: how common things are, what makes them likelier, how often they explain the pain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.checking.inputs import Inputs, State
from model.checking.report import Row
from network import schema
from network.errors import DiagnosisError
from network.knowledge import due_to_id

ABSENT, PRESENT = 0, 1

Logistic = schema.RiskFactor | schema.Condition


def cause_rows(inputs: Inputs) -> Iterator[Row]:
    """Yield a row for every figure of the risk factors, conditions, splits and drug attributions."""
    knowledge = inputs.knowledge
    people = [entry.id for entry in (*knowledge.risk_factors, *knowledge.conditions, knowledge.other_cause)]
    for factor in knowledge.risk_factors:
        for state, banded in factor.shares.items():
            yield from _banded(inputs, factor.id, state, banded, factor.by, people)
        if factor.prevalence is not None:
            yield from _banded(inputs, factor.id, "present", factor.prevalence, factor.by, people)
        yield from _odds_ratios(inputs, factor, people)
    for condition in knowledge.conditions:
        yield from _banded(inputs, condition.id, "present", condition.prevalence, condition.by, people)
        yield from _odds_ratios(inputs, condition, people)
        yield from _due_to(inputs, condition)
    other = knowledge.other_cause
    yield from _banded(inputs, other.id, "present", other.prevalence, other.by, people)
    for split in knowledge.network.splits:
        for state, figure in split.shares.items():
            p = inputs.p(split.id, split.states.index(state), {split.parent: PRESENT})
            yield inputs.row(split.id, "share of a kind", state, figure, p)
    for attribution in knowledge.network.drug_attribution:
        yield from _drugs(inputs, attribution)


def _banded(
    inputs: Inputs, node: str, state: str, banded: schema.Banded, by: Sequence[str], people: Sequence[str]
) -> Iterator[Row]:
    """Yield a row for each band: P(state | band)."""
    for band, evidence in inputs.bands(by if isinstance(banded, dict) else ()):
        figure = banded[band] if isinstance(banded, dict) else banded
        p = inputs.p(node, inputs.states(node).index(state), evidence, people)
        words = ", ".join(filter(None, (f"share {state}" if state != "present" else "prevalence", band)))
        yield inputs.row(node, "prevalence", words, figure, p)


def _odds_ratios(inputs: Inputs, entry: Logistic, people: Sequence[str]) -> Iterator[Row]:
    for ratio in entry.odds_ratios:
        reference = _reference(inputs, entry.odds_ratios, ratio.parent)
        state = inputs.states(ratio.parent).index(ratio.state)
        if ratio.marginal:
            for band, evidence in inputs.bands(entry.by):
                groups = [{**evidence, ratio.parent: seen} for seen in (state, reference)]
                found = _odds_ratio([inputs.p(entry.id, PRESENT, group, people) for group in groups])
                if found is not None:
                    words = ", ".join(
                        filter(None, (f"marginal odds ratio, {ratio.parent}={ratio.state}", band))
                    )
                    yield inputs.row(entry.id, "marginal odds ratio", words, ratio.odds_ratio, found)
        else:
            words = f"odds ratio, {ratio.parent}={ratio.state}"
            found = _conditional(inputs, entry, ratio, state)
            yield inputs.row(entry.id, "odds ratio", words, ratio.odds_ratio, found)


def _reference(inputs: Inputs, ratios: Sequence[schema.OddsRatio], parent: str) -> int:
    """Return the first state of a parent that no ratio names."""
    named = {ratio.state for ratio in ratios if ratio.parent == parent}
    return next(position for position, state in enumerate(inputs.states(parent)) if state not in named)


def _conditional(inputs: Inputs, entry: Logistic, ratio: schema.OddsRatio, state: int) -> float:
    """Return the odds ratio, every other parent at its reference, in the first band that allows it."""
    marginal = [other.parent for other in entry.odds_ratios if other.marginal]
    others = dict.fromkeys(other.parent for other in entry.odds_ratios if not other.marginal)
    held = {parent: _reference(inputs, entry.odds_ratios, parent) for parent in others}
    for _, band in inputs.bands((*entry.by, *dict.fromkeys(marginal))):
        groups = [{**band, **held, ratio.parent: state}, {**band, **held}]
        answers = [inputs.asker.marginals(group, [entry.id]) for group in groups]
        ps = [float(answer[entry.id][PRESENT]) for answer in answers if answer is not None]
        found = _odds_ratio(ps) if len(ps) == len(groups) else None
        if found is not None:
            return found
    raise DiagnosisError(f"the odds ratio of {ratio.parent!r} for {entry.id!r} shows in no band.")


def _odds_ratio(ps: Sequence[float]) -> float | None:
    """Return the odds of the first over those of the second; None where one of them is 0 or 1."""
    if any(p in (0.0, 1.0) for p in ps):
        return None
    first, second = (p / (1.0 - p) for p in ps)
    return first / second


def _due_to(inputs: Inputs, condition: schema.Condition) -> Iterator[Row]:
    """Yield the share and what modifies it."""
    node, due_to = due_to_id(condition.id), condition.due_to
    p = inputs.p(node, PRESENT, {condition.id: PRESENT})
    yield inputs.row(node, "share with night leg pain", "share", due_to.share, p)
    held = {ratio.parent: _reference(inputs, due_to.modifiers, ratio.parent) for ratio in due_to.modifiers}
    for ratio in due_to.modifiers:
        state = inputs.states(ratio.parent).index(ratio.state)
        with_it = inputs.p(node, PRESENT, {condition.id: PRESENT, **held, ratio.parent: state})
        without = inputs.p(node, PRESENT, {condition.id: PRESENT, **held})
        words = f"odds ratio of the share, {ratio.parent}={ratio.state}"
        found = _odds_ratio([with_it, without])
        if found is None:
            raise DiagnosisError(f"{ratio.parent!r} cannot change the share of {condition.id!r}.")
        yield inputs.row(node, "odds ratio of a share", words, ratio.odds_ratio, found)


def _drugs(inputs: Inputs, attribution: schema.DrugAttribution) -> Iterator[Row]:
    """Yield the ratio of each drug: the attributable fraction 1 - 1/RR, turned back."""
    off: State = {drug.parent: ABSENT for drug in attribution.drugs}
    complaint = {due_to_id(attribution.condition): PRESENT}
    for drug in attribution.drugs:
        for band, evidence in inputs.bands(attribution.by):
            fraction = inputs.p(
                attribution.id, PRESENT, {**complaint, **off, **evidence, drug.parent: PRESENT}
            )
            risk = 1.0 / (1.0 - fraction)
            figure = drug.relative_risk or drug.odds_ratio or ""
            if drug.relative_risk is None:
                base = inputs.p(attribution.condition, PRESENT, {**evidence, drug.parent: ABSENT})
                risk = risk * (1.0 - base) / (1.0 - risk * base)
            words = ", ".join(filter(None, (f"ratio, {drug.parent}", band)))
            yield inputs.row(attribution.id, "drug's ratio", words, figure, risk)
