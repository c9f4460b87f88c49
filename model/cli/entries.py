"""A row of `-e` options, each read by `model.entry`; case files are read by `model.case_file`."""

from __future__ import annotations

from collections.abc import Iterable

from model.case_file import raise_faults
from model.entry import read_entry
from model.evidence import Finding
from network.errors import DiagnosisError
from network.structure import Network


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
    raise_faults(faults)
    return found
