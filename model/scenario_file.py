"""Scenario files: several cases and several changes, read strictly.

A scenario file holds, every key but `cases` optional:

    title: Two patients, two changes
    cases:                                # at least one
      - id: margaret
        complaint: true                   # false is population mode
        evidence:                         # as in a case file
          age: 78
          cold_foot: {likelihood: 3}
    changes:                              # each case also stands as entered
      - id: no_diuretic
        set: {diuretic: absent}
        do: true                          # intervene; false or left out: observe
    outputs: [top, complaint, due_to, urgency]

Outputs are columns: `top` (most probable cause and its probability), `due_to` (every cause), `headings`,
`complaint`, `urgency`, `log_evidence`, a node (P(present), or every state of a node with other states), or
`node=state`. Left out: top, complaint and due_to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from model.evidence import Finding, plain_finding, read_finding
from network import strict_yaml
from network.errors import DiagnosisError, Fault, ScenarioError, did_you_mean
from network.structure import Network

AS_ENTERED = "as entered"
DEFAULT_OUTPUTS = ("top", "complaint", "due_to")
WORDS = ("top", "due_to", "headings", "complaint", "urgency", "log_evidence")
KEYS = {
    "scenario": ("title", "cases", "changes", "outputs"),
    "case": ("id", "complaint", "evidence"),
    "change": ("id", "set", "do"),
}


@dataclass(frozen=True)
class ScenarioCase:
    """One patient of a scenario file."""

    id: str
    evidence: Mapping[str, Finding]
    complaint: bool


@dataclass(frozen=True)
class Change:
    """One change of a scenario file; `do` intervenes."""

    id: str
    set: Mapping[str, Finding]
    do: bool


@dataclass(frozen=True)
class Scenario:
    """A scenario file, read and validated against a network."""

    title: str
    cases: tuple[ScenarioCase, ...]
    changes: tuple[Change, ...]
    outputs: tuple[str, ...]


def read_scenario(network: Network, path: Path) -> Scenario:
    """Return the scenario of a file.

    Raises
    ------
    ScenarioError
        With every mistake in the file: file, entry, field, fault, remedy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ScenarioError(f"{path.name}: the file is not UTF-8 text. Save it as UTF-8.") from None
    return parse_scenario(network, text, path.name)


def parse_scenario(network: Network, text: str, name: str) -> Scenario:
    """Return the scenario that YAML text holds; ScenarioError as for `read_scenario`."""
    faults: list[Fault] = []
    content = strict_yaml.parse(text, name, faults)
    if not faults and not isinstance(content, Mapping):
        faults.append(Fault(name, "", "", "the file holds no scenario.", "Write at least the key 'cases'."))
    scenario = None if faults else _Reader(network, name, faults).scenario(content)
    if scenario is None or faults:
        count = f"{len(faults)} mistakes:\n" if len(faults) > 1 else ""
        raise ScenarioError(count + "\n".join(f"{'  ' if count else ''}{fault}" for fault in faults))
    return scenario


def scenario_yaml(network: Network, scenario: Scenario) -> str:
    """Return the text of a scenario file; `parse_scenario` reads the same scenario from it.

    Examples
    --------
    >>> from network.build import load_network
    >>> change = Change("older", {"age": "75_plus"}, do=False)
    >>> case = ScenarioCase("anyone", {}, complaint=True)
    >>> print(scenario_yaml(load_network(), Scenario("", (case,), (change,), ("top",))))
    cases:
    - id: anyone
    changes:
    - id: older
      set:
        age: 75_plus
    outputs:
    - top
    <BLANKLINE>
    """

    def plain(findings: Mapping[str, Finding]) -> dict[str, Any]:
        return {node: plain_finding(network, node, finding) for node, finding in findings.items()}

    content: dict[str, Any] = {"title": scenario.title} if scenario.title else {}
    content["cases"] = [
        {"id": case.id}
        | ({} if case.complaint else {"complaint": False})
        | ({"evidence": plain(case.evidence)} if case.evidence else {})
        for case in scenario.cases
    ]
    if scenario.changes:
        content["changes"] = [
            {"id": change.id, "set": plain(change.set)} | ({"do": True} if change.do else {})
            for change in scenario.changes
        ]
    content["outputs"] = list(scenario.outputs)
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=False))


@dataclass
class _Reader:
    """Reads one file, collecting every fault."""

    network: Network
    name: str
    faults: list[Fault]

    def scenario(self, content: Mapping[str, Any]) -> Scenario:
        self._unknown_keys("", content, "scenario")
        cases = [self._case(*item) for item in self._entries(content, "cases", required=True)]
        changes = [self._change(*item) for item in self._entries(content, "changes")]
        for what, ids in (("cases", [case.id for case in cases]), ("changes", [c.id for c in changes])):
            for repeated in sorted({one for one in ids if ids.count(one) > 1}):
                self._fault(repeated, what, "the id stands twice.", "Give each its own.")
        return Scenario(
            title=self._text("", content, "title"),
            cases=tuple(cases),
            changes=tuple(changes),
            outputs=tuple(self._outputs(content)),
        )

    def _case(self, entry: str, content: Mapping[str, Any]) -> ScenarioCase:
        self._unknown_keys(entry, content, "case")
        findings = self._findings(entry, content, "evidence")
        return ScenarioCase(entry, findings, self._truth(entry, content, "complaint", default=True))

    def _change(self, entry: str, content: Mapping[str, Any]) -> Change:
        self._unknown_keys(entry, content, "change")
        findings = self._findings(entry, content, "set")
        if not content.get("set"):
            self._fault(entry, "set", "changes nothing.", "Write at least one node: state.")
        if entry == AS_ENTERED:
            self._fault(entry, "id", "this name is taken by the unchanged case.", "Choose another.")
        return Change(entry, findings, self._truth(entry, content, "do", default=False))

    def _entries(
        self, content: Mapping[str, Any], key: str, required: bool = False
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield (id, content) of a list of entries."""
        given = content.get(key, [])
        if not isinstance(given, list) or (required and not given):
            self._fault("", key, "holds no list of entries.", "Begin each with '- id: name'.")
            return
        for position, entry in enumerate(given, start=1):
            if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str) or not entry["id"]:
                self._fault(f"entry {position}", key, "has no id.", "Begin it with '- id: name'.")
            else:
                yield entry["id"], entry

    def _findings(self, entry: str, content: Mapping[str, Any], key: str) -> dict[str, Finding]:
        given = content.get(key) or {}
        if not isinstance(given, Mapping):
            self._fault(entry, key, "is no list of findings.", "Write one line for each, as in 'age: 78'.")
            return {}
        found = {}
        for node, value in given.items():
            try:
                found[str(node)] = read_finding(self.network, str(node), value)
            except DiagnosisError as error:
                self._fault(entry, f"{key}.{node}", str(error), "")
        return found

    def _outputs(self, content: Mapping[str, Any]) -> Iterator[str]:
        given = content.get("outputs", list(DEFAULT_OUTPUTS))
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given) or not given:
            self._fault(
                "", "outputs", "holds no list of outputs.", f"Write some of: {', '.join(WORDS)}, a node."
            )
            return
        for output in given:
            node, sign, state = output.partition("=")
            if output in WORDS:
                yield output
            elif node not in self.network:
                near = did_you_mean(node, [*WORDS, *self.network.index])
                self._fault("", "outputs", f"no output or node is called {node!r}.{near}", "")
            elif sign and state not in self.network.node(node).states:
                states = ", ".join(self.network.node(node).states)
                self._fault("", "outputs", f"node {node!r} has no state {state!r}.", f"States: {states}.")
            else:
                yield output

    def _truth(self, entry: str, content: Mapping[str, Any], key: str, default: bool) -> bool:
        value = content.get(key)
        if value is None:
            return default
        if value not in ("true", "false"):
            self._fault(entry, key, f"{value!r} is neither true nor false.", "Write one of them.")
        return bool(value == "true")

    def _text(self, entry: str, content: Mapping[str, Any], key: str) -> str:
        value = content.get(key, "")
        if not isinstance(value, str):
            self._fault(entry, key, "is no text.", "Write one line.")
            return ""
        return value

    def _unknown_keys(self, entry: str, content: Mapping[str, Any], what: str) -> None:
        for key in content:
            if key not in KEYS[what]:
                near = did_you_mean(str(key), KEYS[what])
                fault = f"no key of a {what} is called {key!r}.{near}"
                self._fault(entry, "", fault, f"Keys: {', '.join(KEYS[what])}.")

    def _fault(self, entry: str, field: str, fault: str, remedy: str) -> None:
        self.faults.append(Fault(self.name, entry, field, fault, remedy))
