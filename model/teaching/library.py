"""The written cases, read once for a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from model.teaching.case_file import parse_cases
from model.teaching.cases import LIBRARY, Case
from model.teaching.errors import CaseError
from network.errors import Fault
from network.structure import Network

FOLDER = Path(__file__).parent / "written_cases"


@lru_cache(maxsize=4)
def library(network: Network) -> Mapping[str, Case]:
    """Return the written cases by id, file by file in the order of their names.

    Raises
    ------
    CaseError
        With every fault of every file.
    """
    found: dict[str, Case] = {}
    faults: list[Fault] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            cases = parse_cases(network, path.read_text(encoding="utf-8"), path.name, LIBRARY)
        except CaseError as error:
            faults += error.faults
            continue
        for case in cases:
            if case.id in found:
                fault = "stands in another file too."
                faults.append(Fault(path.name, case.id, "id", fault, "Give each case its own."))
            found[case.id] = case
    if faults:
        raise CaseError(faults)
    return MappingProxyType(found)


def causes_covered(network: Network) -> dict[str, int]:
    """Return in how many written cases each cause is (part of) the answer."""
    return dict(Counter(cause for case in library(network).values() for cause in case.answer))
