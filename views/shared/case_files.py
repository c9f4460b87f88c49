"""A case as YAML for the shell (`nocturne query --case FILE`), and the example cases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from model import Differential, Evidence
from model.errors import DiagnosisError
from model.evidence import plain_finding
from views.shared import asking


@dataclass(frozen=True)
class Example:
    """A ready case."""

    id: str
    title: str
    evidence: Evidence


@lru_cache(maxsize=8)
def examples(ddx: Differential) -> tuple[Example, ...]:
    """Return the ready cases that this network can read, in the order of asking.yaml."""
    folder = Path(__file__).parent / "examples"
    found = []
    for entry in asking.words()["examples"]:
        content = yaml.safe_load((folder / f"{entry['case']}.yaml").read_text(encoding="utf-8"))
        with suppress(DiagnosisError):  # a network from outside has other nodes
            evidence = Evidence.of(ddx.network, content["evidence"])
            found.append(Example(entry["case"], entry["title"], evidence))
    return tuple(found)


def to_yaml(evidence: Evidence) -> str:
    """Return a case file; paused findings, which have no effect, stay in it as comments."""
    network = evidence.network
    head = f"# Nocturne, network {network.name} {network.version} ({network.hash})\n"
    findings = {node: plain_finding(network, node, finding) for node, finding in evidence.findings.items()}
    counted = {node: value for node, value in findings.items() if node not in evidence.paused}
    paused = {node: value for node, value in findings.items() if node in evidence.paused}
    text = head + _dump({"evidence": counted})
    if paused:
        text += "# Paused, without effect:\n"
        text += "".join(f"#   {line}\n" for line in _dump(paused).splitlines())
    return text


def _dump(content: object) -> str:
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=False))
