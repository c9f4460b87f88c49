"""What must hold between red flags, management options and the rest: clauses that name something, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from network import schema
from network.decisions import UNCERTAIN
from network.errors import Fault, did_you_mean
from network.figures import JUDGEMENT
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
    kinds = [cost.id for cost in asking.costs] if asking else []
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Fault("network.yaml", kind, "asking.costs", "the cost stands twice.", "Keep one.")


def _flag_faults(knowledge: Knowledge, flag: schema.Flagged) -> Iterator[Fault]:
    where = ("red_flags.yaml", flag.id)
    yield from _clause_faults(knowledge, *where, "when", (*flag.when.all, *flag.when.any))
    if not flag.when.all and not flag.when.any:
        yield Fault(*where, "when", "names no evidence.", "Say what raises the flag.")
    yield from _source_faults(knowledge, *where, "sources", flag.sources)
    for basis, named in (("source", flag.sources), ("guidance", flag.guidance)):
        if flag.basis == basis and not named:
            yield Fault(*where, "basis", f"rests on {basis} but names none.", "Name it, or write judgement.")
    conditions = {condition.id for condition in knowledge.conditions} | {knowledge.other_cause.id}
    for name in flag.ask_when.due_to if flag.ask_when else ():
        if name not in conditions:
            fault = f"no condition is called {name!r}.{did_you_mean(name, conditions)}"
            yield Fault(*where, "ask_when.due_to", fault)


def _evidence_faults(knowledge: Knowledge, option: schema.ManagementOption) -> Iterator[Fault]:
    """Yield a verdict that nothing published stands behind, and sources that may not be cited."""
    where, evidence = ("management.yaml", option.id), option.evidence
    yield from _source_faults(knowledge, *where, "evidence.sources", evidence.sources)
    figures = (knowledge.figures[figure] for figure in option.figures if figure in knowledge.figures)
    published = any(figure.source != JUDGEMENT for figure in figures)
    if evidence.verdict != UNCERTAIN and not (published or evidence.sources or evidence.guidance):
        fault = f"{evidence.verdict}, but no published figure, source or guidance is named."
        yield Fault(*where, "evidence", fault, f"Name one, or write {UNCERTAIN}.")


def _turn_faults(knowledge: Knowledge, option: str, turn: schema.TurnEntry) -> Iterator[Fault]:
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
