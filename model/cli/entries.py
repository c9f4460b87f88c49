"""What a person writes about a patient, read as evidence: the words of `-e` and case files.

    node=state        a state; a number such as age=78 is read as its band; yes and no are understood
    node=unknown      asked, and not known: recorded, no effect
    node~3            likelihood ratio, present to absent
    node~a:1,b:4      a likelihood for each state; states left out count 0

A case file is YAML:

    title: Margaret, 78                   # optional, shown with every answer
    complaint: true                       # optional; false is population mode
    evidence:
      age: 78
      cold_foot: {likelihood: 3}
      smoking: {likelihood: {never: 1, former: 2, current: 4}}
      low_back_pain: unknown
      sex: female
    paused: [sex]                         # optional: kept, without effect
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from model.evidence import Finding, Likelihood, read_finding
from network.errors import DiagnosisError, EvidenceError, Fault, did_you_mean
from network.structure import Network

FORMS = "node=state, node=unknown, node~3 or node~state:x,state:y"
CASE_KEYS = ("title", "complaint", "evidence", "paused")
TRUTH = {"true": True, "false": False}


def read_entries(network: Network, entries: Iterable[str], option: str = "-e") -> dict[str, Finding]:
    """Return the findings of a row of `-e` options.

    Parameters
    ----------
    option : what the entries stand behind, for messages

    Raises
    ------
    EvidenceError
        Naming every entry that cannot be read, or two entries that give one node different values.
    """
    faults: list[str] = []
    found: dict[str, Finding] = {}
    written: dict[str, str] = {}
    for entry in entries:
        try:
            node, finding = read_entry(network, entry)
        except DiagnosisError as error:
            faults.append(f"{option} {entry}: {error}")
            continue
        if node in found and found[node] != finding:
            both = f"{option} {written[node]} and {option} {entry}"
            faults.append(f"node {node!r} is given twice: {both}. Give it once.")
        found[node], written[node] = finding, entry
    _raise_all(faults)
    return found


def read_entry(network: Network, entry: str) -> tuple[str, Finding]:
    """Return (node, finding) of one `-e` option.

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


class CaseFile(NamedTuple):
    """What a case file says; `complaint` is None where it does not say."""

    findings: dict[str, Finding]
    complaint: bool | None
    title: str
    paused: frozenset[str]


def read_case(network: Network, text: str, name: str) -> CaseFile:
    """Return what a case file says.

    Parameters
    ----------
    text : str, YAML
    name : str, of the file, for messages

    Raises
    ------
    EvidenceError
        Naming everything that is wrong with the file.
    """
    from network import strict_yaml  # the YAML library takes a while, and few questions have a case file

    broken: list[Fault] = []
    content = strict_yaml.parse(text, name, broken)
    _raise_all([str(fault) for fault in broken])
    if not isinstance(content, Mapping):
        raise EvidenceError(f"{name}: a case file holds 'evidence:', and below it a line for each finding.")
    faults = [_unknown_key(network, name, str(key)) for key in content if key not in CASE_KEYS]
    title, complaint = content.get("title", ""), content.get("complaint")
    if not isinstance(title, str):
        faults.append(f"{name} [title]: write one line of text.")
    if complaint is not None and complaint not in TRUTH:
        faults.append(f"{name} [complaint]: {complaint!r} is neither true nor false.")
    findings = _findings(network, name, content.get("evidence") or {}, faults)
    paused = content.get("paused") or []
    if not isinstance(paused, list) or not all(node in findings for node in paused):
        faults.append(f"{name} [paused]: write a list of nodes that stand under 'evidence', as in [sex].")
    _raise_all(faults)
    return CaseFile(findings, None if complaint is None else TRUTH[complaint], title, frozenset(paused))


def _unknown_key(network: Network, name: str, key: str) -> str:
    """Return what is wrong with a key that a case file does not have."""
    if key in network:
        return f"{name}: {key!r} is a finding. Write it under 'evidence:', two blanks further in."
    near = did_you_mean(key, CASE_KEYS)
    return f"{name}: no key of a case file is called {key!r}.{near} Keys: {', '.join(CASE_KEYS)}."


def _findings(network: Network, name: str, entries: Any, faults: list[str]) -> dict[str, Finding]:
    """Return the findings of a case file, adding what is wrong to the faults."""
    if not isinstance(entries, Mapping):
        faults.append(f"{name} [evidence]: write one line for each finding, as in 'age: 78'.")
        return {}
    findings: dict[str, Finding] = {}
    for node, value in entries.items():
        try:
            findings[str(node)] = read_finding(network, str(node), value)
        except DiagnosisError as error:
            faults.append(f"{name} [evidence.{node}]: {error}")
    return findings


def _raise_all(faults: list[str]) -> None:
    """Raise one error that holds every fault; none, no error."""
    if len(faults) == 1:
        raise EvidenceError(faults[0])
    if faults:
        raise EvidenceError(f"{len(faults)} mistakes:\n" + "\n".join(f"  {fault}" for fault in faults))
