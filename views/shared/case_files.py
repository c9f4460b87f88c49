"""A case as YAML for the shell (`nocturne query --case FILE`) and back, and the example cases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from model import Differential, Evidence
from model.case_file import read_cases
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


@dataclass(frozen=True)
class InFile:
    """One case of a file; `name` is empty where the file gives none."""

    name: str
    evidence: Evidence
    complaint: bool


def from_yaml(nothing: Evidence, text: str, name: str) -> tuple[InFile, ...]:
    """Return the cases of a case file, or of a scenario file.

    Parameters
    ----------
    nothing : Evidence
        Empty evidence of the network that is to read it.
    name : str
        What messages call the file.

    Raises
    ------
    DiagnosisError
        With every mistake in the file.
    """
    return tuple(
        InFile(
            title,
            Evidence.of(nothing.network, case.findings).paused_at(*case.paused),
            case.complaint is not False,
        )
        for title, case in read_cases(nothing.network, text, name).items()
    )


def to_yaml(evidence: Evidence) -> str:
    """Return a case file; paused findings stay in it and are named as such."""
    network = evidence.network
    head = " ".join(f"# Nocturne, network {network.name} {network.version} ({network.hash})".split())
    content: dict[str, Any] = {
        "evidence": {
            node: plain_finding(network, node, finding) for node, finding in evidence.findings.items()
        }
    }
    if evidence.paused:
        content["paused"] = sorted(evidence.paused)
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=False)
    return f"{head}\n{body}"
