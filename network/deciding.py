"""Red flags, safety items, management options and costs of asking: from the files to the network."""

from __future__ import annotations

from network import schema, schema_decisions
from network.decisions import (
    NEUTRAL,
    Clause,
    Contradiction,
    Cost,
    Decisions,
    Effect,
    EffectEvidence,
    Need,
    Option,
    Picture,
    RedFlag,
    Refusal,
    SafetyItem,
    Stakes,
    Threshold,
    Trigger,
    Turn,
)
from network.figures import Figure
from network.knowledge import Knowledge, due_to_id


def safety_items(knowledge: Knowledge) -> tuple[SafetyItem, ...]:
    """Return the items that carry urgency and no probability."""
    return tuple(
        SafetyItem(
            id=item.id,
            label=item.label,
            question=item.question,
            clinical_term=item.clinical_term,
            why=item.why,
            always_ask=item.always_ask,
            not_for=_clauses(item.not_for),
        )
        for item in knowledge.red_flags.items
    )


def red_flags(knowledge: Knowledge) -> tuple[RedFlag, ...]:
    """Return the rules from evidence to urgency."""
    return tuple(
        RedFlag(
            id=flag.id,
            level=flag.level,
            pictures=tuple(_picture(when, knowledge) for when in flag.when),
            reason=flag.reason,
            action=flag.action,
            clinician=flag.clinician,
            ask_for=_causes(flag.ask_when.due_to, knowledge) if flag.ask_when else (),
            ask_above=flag.ask_when.above if flag.ask_when else 0.0,
            basis=flag.basis,
            sources=tuple(flag.sources),
            guidance=_pages(flag.guidance),
            source_note=flag.source_note,
        )
        for flag in knowledge.red_flags.flags
    )


def _picture(when: schema_decisions.When, knowledge: Knowledge) -> Picture:
    needs = [Need(1, (clause,)) for clause in _clauses(when.all)]
    needs += [Need(1, _clauses(when.any))] if when.any else []
    needs += [Need(int(part.count), _clauses(part.of)) for part in when.at_least]
    return Picture(tuple(needs), _trigger(when.probable, knowledge) if when.probable else None)


def _trigger(probable: schema_decisions.Probable, knowledge: Knowledge) -> Trigger:
    causes = probable.due_to or [condition.id for condition in knowledge.conditions]
    return Trigger(
        nodes=_causes(causes, knowledge),
        threshold=knowledge.figures[probable.figure].value,
        figure=probable.figure,
        below=probable.below is not None,
    )


def refusals(knowledge: Knowledge) -> tuple[Refusal, ...]:
    """Return the numbers that nodes do not take."""
    return tuple(Refusal(one.node, one.below, one.above, one.says) for one in knowledge.network.refused)


def contradictions(knowledge: Knowledge) -> tuple[Contradiction, ...]:
    """Return the rules on findings that are asked back."""
    return tuple(
        Contradiction(rule.id, _clauses(rule.all), _clauses(rule.any), rule.question, rule.reason)
        for rule in knowledge.network.contradictions
    )


def decisions(knowledge: Knowledge) -> Decisions:
    """Return the management options, what asking costs, and their thresholds."""
    asking = knowledge.network.asking
    return Decisions(
        options=tuple(_option(option, knowledge) for option in knowledge.management),
        costs=tuple(Cost(cost.id, cost.weight, cost.reason) for cost in asking.costs) if asking else (),
        useful=_threshold(knowledge.useful),
        stakes=_stakes(knowledge),
    )


def _stakes(knowledge: Knowledge) -> Stakes:
    """Return what is at stake; where the knowledge says nothing, every cause is ordinary and asking free."""
    value = {name: figure.value for name, figure in knowledge.figures.items()}
    named = [(due_to_id(condition.id), condition.stake) for condition in knowledge.conditions]
    named.append((knowledge.other_cause.id, knowledge.other_cause.stake))
    causes = tuple((node, value[figure]) for node, figure in named if figure is not None)
    asking = knowledge.network.asking
    if asking is None or asking.stakes is None:
        return Stakes(causes)
    stakes = asking.stakes
    return Stakes(
        causes=causes,
        urgency=tuple((level, value[figure]) for level, figure in stakes.urgency.items()),
        advice=value[stakes.advice] if stakes.advice else 0.0,
        question=value[stakes.question],
        enough=value[stakes.enough],
        look=stakes.look,
    )


def _option(option: schema_decisions.ManagementOption, knowledge: Knowledge) -> Option:
    return Option(
        id=option.id,
        label=option.label,
        text=option.text,
        helps=_causes(option.helps, knowledge),
        may_harm=tuple(option.may_harm),
        caution=option.caution,
        claims=tuple(option.claims),
        note=option.note,
        effects=tuple(_effect(knowledge.figures[figure]) for figure in option.figures),
        turns=tuple(_turn(turn) for turn in (*knowledge.turns_of.get(option.care, ()), *option.turns)),
        care=option.care,
        evidence=EffectEvidence(
            option.evidence.verdict,
            option.evidence.reason,
            tuple(option.evidence.sources),
            _pages(option.evidence.guidance),
        ),
    )


def _turn(turn: schema_decisions.TurnEntry) -> Turn:
    return Turn(
        node=turn.node,
        above=turn.above,
        given=_clauses(turn.given),
        unless=_clauses(turn.unless),
        then=turn.then,
        says=turn.says,
        reason=turn.reason,
        levels=tuple(turn.levels),
        sources=tuple(turn.sources),
        guidance=_pages(turn.guidance),
    )


def _causes(names: list[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the nodes that say that something is at work: due_to of a condition, any other node itself."""
    conditions = {condition.id for condition in knowledge.conditions}
    return tuple(due_to_id(name) if name in conditions else name for name in names)


def _effect(figure: Figure) -> Effect:
    return Effect(
        figure=figure.id,
        target=figure.target,
        measures=figure.target_state,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        grade=figure.grade,
        source=figure.source,
        note=figure.note,
    )


def _pages(pages: list[schema_decisions.Guidance]) -> tuple[tuple[str, str], ...]:
    return tuple((page.title, page.address) for page in pages)


def _threshold(entry: schema.Threshold | None) -> Threshold:
    return NEUTRAL if entry is None else Threshold(entry.above, entry.reason)


def _clauses(texts: list[str]) -> tuple[Clause, ...]:
    found = []
    for text in texts:
        node, _, state = text.partition("=")
        found.append((node, state))
    return tuple(found)
