"""What must hold between red flags, management options and the rest: clauses that name something, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from network import schema, schema_decisions
from network.decisions import UNCERTAIN
from network.errors import Fault, did_you_mean
from network.figures import JUDGEMENT, THRESHOLD
from network.knowledge import Knowledge


def decision_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield broken references in ``red_flags.yaml``, and in turns and evidence of ``management.yaml``."""
    for item in knowledge.red_flags.items:
        yield from _clause_faults(knowledge, "red_flags.yaml", item.id, "not_for", item.not_for)
    for flag in knowledge.red_flags.flags:
        yield from _flag_faults(knowledge, flag)
    for care, turns in knowledge.turns_of.items():
        for turn in turns:
            yield from _turn_faults(knowledge, f"turns_of {care}", turn)
    for option in knowledge.management:
        yield from _evidence_faults(knowledge, option)
        for turn in option.turns:
            yield from _turn_faults(knowledge, option.id, turn)
    asking = knowledge.network.asking
    for refusal in knowledge.network.refused:
        yield from _refusal_faults(knowledge, refusal)
    yield from _contradiction_faults(knowledge)
    kinds = [cost.id for cost in asking.costs] if asking else []
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Fault("network.yaml", kind, "asking.costs", "the cost stands twice.", "Keep one.")


def _flag_faults(knowledge: Knowledge, flag: schema_decisions.Flagged) -> Iterator[Fault]:
    where = ("red_flags.yaml", flag.id)
    conditions = {condition.id for condition in knowledge.conditions} | {knowledge.other_cause.id}
    for when in flag.when:
        yield from _picture_faults(knowledge, flag, when, conditions)
    asked = flag.ask_when.due_to if flag.ask_when else []
    yield from _cause_faults(*where, "ask_when.due_to", asked, conditions)
    yield from _source_faults(knowledge, *where, "sources", flag.sources)
    for basis, named in (("source", flag.sources), ("guidance", flag.guidance)):
        if flag.basis == basis and not named:
            yield Fault(*where, "basis", f"rests on {basis} but names none.", "Name it, or write judgement.")


def _picture_faults(
    knowledge: Knowledge, flag: schema_decisions.Flagged, when: schema_decisions.When, conditions: set[str]
) -> Iterator[Fault]:
    where = ("red_flags.yaml", flag.id)
    yield from _clause_faults(knowledge, *where, "when", when.clauses)
    if not when.clauses and when.probable is None:
        yield Fault(*where, "when", "names no evidence.", "Say what raises the flag.")
    for part in when.at_least:
        if part.count > len(set(part.of)):
            yield Fault(
                *where,
                "when.at_least",
                f"{part.count:.0f} of {len(set(part.of))} cannot hold.",
                "Name more of them.",
            )
    if when.probable is not None:
        yield from _cause_faults(*where, "when.probable.due_to", when.probable.due_to, conditions)
        if (when.probable.above is None) == (when.probable.below is None):
            yield Fault(
                *where, "when.probable", "needs either above or below.", "Name one row of figures.csv."
            )
        row = knowledge.figures.get(when.probable.figure)
        if row is not None and row.kind != THRESHOLD:
            fault = f"figure {row.id!r} is of kind {row.kind}; a {THRESHOLD} is needed."
            yield Fault(*where, "when.probable", fault, "Name another row.")
    named = all(f"{{{name}}}" in flag.reason for name in ("cause", "probability"))
    if named != (when.probable is not None):
        yield Fault(
            *where, "reason", "names {cause} and {probability} in a rule with a probability, and only there.",
            "Keep rules with and without a probability apart.",
        )  # fmt: skip


def _cause_faults(
    file: str, entry: str, field: str, names: Iterable[str], conditions: set[str]
) -> Iterator[Fault]:
    for name in names:
        if name not in conditions:
            yield Fault(
                file, entry, field, f"no condition is called {name!r}.{did_you_mean(name, conditions)}"
            )


def _evidence_faults(knowledge: Knowledge, option: schema_decisions.ManagementOption) -> Iterator[Fault]:
    """Yield a verdict that nothing published stands behind, and sources that may not be cited."""
    where, evidence = ("management.yaml", option.id), option.evidence
    yield from _source_faults(knowledge, *where, "evidence.sources", evidence.sources)
    figures = (knowledge.figures[figure] for figure in option.figures if figure in knowledge.figures)
    published = any(figure.source != JUDGEMENT for figure in figures)
    if evidence.verdict != UNCERTAIN and not (published or evidence.sources or evidence.guidance):
        fault = f"{evidence.verdict}, but no published figure, source or guidance is named."
        yield Fault(*where, "evidence", fault, f"Name one, or write {UNCERTAIN}.")


def _turn_faults(knowledge: Knowledge, option: str, turn: schema_decisions.TurnEntry) -> Iterator[Fault]:
    where = ("management.yaml", option, "turns")
    yield from _clause_faults(knowledge, *where, (*turn.given, *turn.unless))
    yield from _source_faults(knowledge, *where, turn.sources)
    if (turn.node is None) != (turn.above is None):
        yield Fault(*where, "needs both node and above, or neither.", "Say which node, and from where on.")
    ways = (bool(turn.levels), turn.node is not None, bool(turn.given))
    if sum(ways) > 1:
        yield Fault(*where, "holds in more than one way.", "Keep one of levels, node and given.")
    if not any(ways) and not turn.unless:
        yield Fault(*where, "holds always.", "Say when the advice turns: levels, node, given or unless.")
    states = knowledge.states()
    safety = {item.id for item in knowledge.red_flags.items}
    if turn.node is not None and ("present" not in states.get(turn.node, ()) or turn.node in safety):
        fault = f"no node with a probability is called {turn.node!r}.{did_you_mean(turn.node, states)}"
        yield Fault(*where, fault)


def _refusal_faults(knowledge: Knowledge, refusal: schema.RefusalEntry) -> Iterator[Fault]:
    where = ("network.yaml", refusal.node, "refused")
    states = knowledge.states()
    if refusal.node not in states:
        yield Fault(*where, f"no node is called {refusal.node!r}.{did_you_mean(refusal.node, states)}")
    if refusal.below is None and refusal.above is None:
        yield Fault(*where, "needs below, above or both.", "Say from where on a number is refused.")


def _contradiction_faults(knowledge: Knowledge) -> Iterator[Fault]:
    rules = knowledge.network.contradictions
    for name, count in Counter(rule.id for rule in rules).items():
        if count > 1:
            fault = f"{count} contradictions have this id."
            yield Fault("network.yaml", name, "id", fault, "Give each its own.")
    for rule in rules:
        for field, clauses in (("all", rule.all), ("any", rule.any)):
            yield from _clause_faults(knowledge, "network.yaml", rule.id, field, clauses)
        if len(rule.all) + bool(rule.any) < 2:
            fault = "names no two findings that could contradict each other."
            yield Fault("network.yaml", rule.id, "all", fault, "Name two or more, at least one under all.")
        named = [clause.partition("=")[0] for clause in rule.all]
        others = {clause.partition("=")[0] for clause in rule.any}
        for node in dict.fromkeys(named):
            if named.count(node) + (node in others) > 1:
                fault = f"{node!r} stands twice, and a finding has one state."
                yield Fault("network.yaml", rule.id, "all", fault, "Keep one.")


def _source_faults(
    knowledge: Knowledge, file: str, entry: str, field: str, keys: Iterable[str]
) -> Iterator[Fault]:
    """Yield keys that no source has, or that may not be cited."""
    for key in keys:
        if key not in knowledge.sources:
            near = did_you_mean(key, knowledge.sources)
            fault = f"no source has the key {key!r}.{near}"
            yield Fault(file, entry, field, fault, "Add it to sources.csv.")
        elif not knowledge.sources[key].citable:
            fault = f"source {key!r} is not verified and may not be cited."
            yield Fault(file, entry, field, fault, "Take it out.")


def _clause_faults(
    knowledge: Knowledge, file: str, entry: str, field: str, clauses: Iterable[str]
) -> Iterator[Fault]:
    """Yield clauses, written node=state, that name nothing."""
    states = knowledge.states()
    for clause in clauses:
        node, _, state = clause.partition("=")
        if node not in states:
            fault = f"no node or item is called {node!r}.{did_you_mean(node, states)}"
            yield Fault(file, entry, field, fault)
        elif state not in states[node]:
            listed = ", ".join(states[node])
            yield Fault(file, entry, field, f"{clause!r}: states are {listed}.", "Write node=state.")
