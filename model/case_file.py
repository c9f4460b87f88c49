"""A case file: what is known of one patient, as YAML that the shell and the app both read and write.

    title: Margaret, 78                   # optional, shown with every answer
    complaint: true                       # optional; false is population mode
    evidence:
      age: 78
      cold_foot: {likelihood: 3}
      smoking: {likelihood: {never: 1, former: 2, current: 4}}
      low_back_pain: unknown
      sex: female
    paused: [sex]                         # optional: kept, without effect

A likelihood is a ratio, or a number for each state; "unknown" is asked and not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from model.evidence import Finding, read_finding
from network.errors import DiagnosisError, EvidenceError, Fault, did_you_mean
from network.structure import Network

CASE_KEYS = ("title", "complaint", "evidence", "paused")
TRUTH = {"true": True, "false": False}


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
    content = _content(text, name)
    faults = [_unknown_key(network, name, str(key)) for key in content if key not in CASE_KEYS]
    title, complaint = content.get("title", ""), content.get("complaint")
    if not isinstance(title, str):
        faults.append(f"{name} [title]: write one line of text.")
    if complaint is not None and complaint not in tuple(TRUTH):
        faults.append(f"{name} [complaint]: {complaint!r} is neither true nor false.")
    findings = _findings(network, name, content.get("evidence") or {}, faults)
    paused = content.get("paused") or []
    if not isinstance(paused, list) or not all(node in tuple(findings) for node in paused):
        faults.append(f"{name} [paused]: write a list of nodes that stand under 'evidence', as in [sex].")
    raise_faults(faults)
    return CaseFile(findings, None if complaint is None else TRUTH[complaint], title, frozenset(paused))


def read_cases(network: Network, text: str, name: str) -> dict[str, CaseFile]:
    """Return the one case of a case file by its title, or those of a scenario file by their ids.

    Parameters
    ----------
    text : str, YAML
    name : str, of the file, for messages

    Raises
    ------
    EvidenceError, ScenarioError
        Naming everything that is wrong with the file.
    """
    from model.scenario_file import parse_scenario  # only where a file is opened that may be either

    if "cases" not in _content(text, name):
        case = read_case(network, text, name)
        return {case.title: case}
    return {
        case.id: CaseFile(dict(case.evidence), case.complaint, case.id, frozenset())
        for case in parse_scenario(network, text, name).cases
    }


def _content(text: str, name: str) -> Mapping[Any, Any]:
    """Return what the YAML of a case file holds."""
    from network import strict_yaml  # the YAML library takes a while, and few questions have a case file

    broken: list[Fault] = []
    content = strict_yaml.parse(text, name, broken)
    raise_faults([str(fault) for fault in broken])
    if not isinstance(content, Mapping):
        raise EvidenceError(f"{name}: a case file holds 'evidence:', and below it a line for each finding.")
    return content


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


def raise_faults(faults: Sequence[str]) -> None:
    """Raise one error that holds every fault; none, no error."""
    if len(faults) == 1:
        raise EvidenceError(faults[0])
    if faults:
        raise EvidenceError(f"{len(faults)} mistakes:\n" + "\n".join(f"  {fault}" for fault in faults))
