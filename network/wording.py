"""The words of the knowledge files as they travel with the network's nodes."""

from __future__ import annotations

from network import schema
from network.knowledge import Knowledge, due_to_id
from network.structure import NodeText


def node_text(knowledge: Knowledge) -> dict[str, tuple[str, NodeText]]:
    """Return (kind, text) of every node."""
    kinds = {entry.id: kind for kind, entries in _entries_by_kind(knowledge).items() for entry in entries}
    found = {}
    for _, entry in knowledge.described():
        kind = entry.kind if isinstance(entry, schema.Observation) else kinds[entry.id]
        found[entry.id] = (kind, _text(entry))
    for condition in knowledge.conditions:
        text = NodeText(
            label=condition.due_to.label,
            clinical_term=condition.clinical_term,
            description=condition.due_to.description,
            claims=tuple(condition.claims),
        )
        found[due_to_id(condition.id)] = ("due_to", text)
    return found


def _entries_by_kind(knowledge: Knowledge) -> dict[str, tuple[schema.Described, ...]]:
    file = knowledge.network
    return {
        "risk_factor": knowledge.risk_factors,
        "condition": knowledge.conditions,
        "due_to": (knowledge.other_cause,),
        "complaint": (file.complaint,),
        "latent": tuple(file.splits),
        "heading": tuple(file.headings),
        "drug_induced": tuple(file.drug_attribution),
    }


def _text(entry: schema.Described) -> NodeText:
    labels = (
        tuple(entry.state_labels.get(state, state) for state in entry.states) if entry.state_labels else ()
    )
    return NodeText(
        label=entry.label,
        clinical_term=entry.clinical_term,
        question=entry.question,
        description=entry.description,
        why=entry.why,
        group=entry.group,
        cost=entry.cost if isinstance(entry, schema.Observation) else "",
        modifiable=entry.modifiable,
        claims=tuple(entry.claims),
        synonyms=tuple(entry.synonyms),
        state_labels=labels,
    )
