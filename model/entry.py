"""One finding in the words of a person: `-e` on the command line, a cell of a table.

node=state        a state; a number such as age=78 is read as its band; yes and no are understood
node=unknown      asked, and not known: recorded, no effect
node~3            likelihood ratio, present to absent
node~a:1,b:4      a likelihood for each state; states left out count 0
"""

from __future__ import annotations

import re

from model.evidence import Finding, Likelihood, read_finding
from network.errors import EvidenceError
from network.structure import Network

FORMS = "node=state, node=unknown, node~3 or node~state:x,state:y"


def read_entry(network: Network, entry: str) -> tuple[str, Finding]:
    """Return (node, finding) of one entry.

    Raises
    ------
    UnknownNode, UnknownState, EvidenceError
    """
    parts = re.fullmatch(r"\s*([^\s=~]+)\s*([=~])\s*(.*?)\s*", entry, re.DOTALL)
    if not parts:
        raise EvidenceError(f"not an entry. Write {FORMS}.")
    node, sign, value = parts.groups()
    if sign == "=":
        return node, read_finding(network, node, value)
    if node in {item.id for item in network.safety_items}:
        raise EvidenceError(
            f"{node!r} carries urgency and no probability: it takes no likelihood. "
            f"Write {node}=present, {node}=absent or {node}=unknown."
        )
    states = network.node(node).states
    if ":" in value:
        return node, read_finding(network, node, _weights(node, value))
    if len(states) != 2:
        named = ",".join(f"{state}:1" for state in states)
        raise EvidenceError(
            f"node {node!r} has {len(states)} states: one ratio is not enough. "
            f"Write {node}~{named} with your numbers."
        )
    return node, read_finding(network, node, Likelihood(_number(node, value)))


def _weights(node: str, value: str) -> Likelihood:
    """Return the likelihood that ``state:x,state:y`` spells out."""
    weights: dict[str, float] = {}
    for pair in value.split(","):
        state, _, number = (part.strip() for part in pair.partition(":"))
        if state in weights:
            raise EvidenceError(f"node {node!r}: state {state!r} is weighted twice. Give each state once.")
        weights[state] = _number(node, number)
    return Likelihood(**weights)


def _number(node: str, text: str) -> float:
    """Return a number that a person wrote."""
    try:
        return float(text)
    except ValueError:
        raise EvidenceError(
            f"node {node!r}: {text!r} is not a number. Write {node}~3 or {node}~state:x,state:y."
        ) from None
