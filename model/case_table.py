"""A table of cases, a column per node and a row per case, read as arrays of evidence.

Each different value of a column is read once, as one finding would be, so a million rows cost little more
than their distinct values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.entry import read_entry
from model.evidence import Evidence, Finding, Likelihood, read_finding
from model.urgency import levels
from network.cpds import Array
from network.errors import DiagnosisError, EvidenceError, UnknownNode
from network.structure import Network

if TYPE_CHECKING:
    import pandas

NOT_OBSERVED = -1
MOST_FAULTS = 10
"""A table with more mistakes is cut off there: the rest are usually the same one."""


@dataclass(frozen=True)
class CaseTable:
    """The evidence of many cases.

    `states` has shape (n_cases, n_nodes): positions of observed states, nodes in network order, -1 where a
    node is not observed. `likelihoods` maps a node to an array of shape (n_cases, n_states); a row of ones
    says nothing. `patterns` holds the different evidence as far as rules of urgency name it, `pattern_of`
    the position of each case's among them, shape (n_cases,).
    """

    states: NDArray[np.int8]
    likelihoods: Mapping[str, Array]
    patterns: tuple[Evidence, ...]
    pattern_of: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.states)

    def urgency(self, probabilities: Mapping[str, Array]) -> tuple[str | None, ...]:
        """Return the most urgent level that each case raises, None where it raises none; see `levels`."""
        return levels(self.patterns, self.pattern_of, probabilities)


@dataclass(frozen=True)
class _Column:
    """One column: its different findings, and for each row the position of its finding, -1 for none."""

    node: str
    findings: tuple[Finding, ...]
    codes: NDArray[np.intp]


def read_table(
    network: Network, table: Mapping[str, Sequence[Any]] | pandas.DataFrame, first_row: int = 1
) -> CaseTable:
    """Return the evidence that a table holds.

    Parameters
    ----------
    table : mapping of node or safety item id to a value per case, or DataFrame
        A value is what `Evidence.of` takes, or text such as ``~3`` (a likelihood ratio) and
        ``~never:1,current:4`` (a likelihood for each state). Empty, None and NaN: not asked.
    first_row : int
        The number of the first row, for messages.

    Raises
    ------
    EvidenceError
        Naming row and column of everything that cannot be read, up to ten.
    """
    import pandas

    frame = table if isinstance(table, pandas.DataFrame) else _frame(table)
    known = [*network.index, *(item.id for item in network.safety_items)]
    faults: list[str] = []
    columns = []
    for name in map(str, frame.columns):
        if name not in known:
            faults.append(f"column {name!r}: {UnknownNode(name, known)}")
            continue
        codes, values = pandas.factorize(frame[name].to_numpy(dtype=object))
        columns.append(_read_column(network, name, codes, values, first_row, faults))
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:MOST_FAULTS])
        raise EvidenceError(f"the table of cases cannot be read:\n{listed}")
    return _arrays(network, len(frame), columns)


def _frame(table: Mapping[str, Sequence[Any]]) -> pandas.DataFrame:
    """Return a mapping of columns as a frame, each value kept as the object it is."""
    import pandas

    lengths = {name: len(values) for name, values in table.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise EvidenceError(f"the columns of the table differ in length: {said}. Give each a value per case.")
    return pandas.DataFrame(
        {name: pandas.Series(list(values), dtype=object) for name, values in table.items()}, dtype=object
    )


def _read_column(
    network: Network,
    name: str,
    codes: NDArray[np.intp],
    values: Sequence[Any],
    first_row: int,
    faults: list[str],
) -> _Column:
    """Return one column; what cannot be read is added to the faults."""
    findings: list[Finding] = []
    position = np.full(len(values) + 1, NOT_OBSERVED)
    for code, value in enumerate(values):
        if isinstance(value, str) and not value.strip():
            continue
        try:
            finding = _read_cell(network, name, value)
        except DiagnosisError as error:
            rows = np.flatnonzero(codes == code)
            others = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
            faults.append(f"row {first_row + rows[0]}{others}, column {name!r}: {error}")
            continue
        position[code] = len(findings)
        findings.append(finding)
    return _Column(name, tuple(findings), position[codes])


def _read_cell(network: Network, node: str, value: Any) -> Finding:
    """Return the finding of one cell."""
    if isinstance(value, str) and value.lstrip().startswith("~"):
        return read_entry(network, f"{node}{value.strip()}")[1]
    return read_finding(network, node, value.strip() if isinstance(value, str) else value)


def _arrays(network: Network, n_cases: int, columns: Sequence[_Column]) -> CaseTable:
    """Return the arrays that an engine reads, and what the rules of urgency read."""
    states = np.full((n_cases, len(network.nodes)), NOT_OBSERVED, dtype=np.int8)
    likelihoods: dict[str, Array] = {}
    for column in columns:
        if column.node not in network:
            continue
        node = network.node(column.node)
        states_of = np.full(len(column.findings) + 1, NOT_OBSERVED, dtype=np.int8)
        weights = np.ones((len(column.findings) + 1, len(node.states)))
        for code, finding in enumerate(column.findings):
            if isinstance(finding, Likelihood):
                weights[code] = finding.vector(node)
            elif isinstance(finding, str):
                states_of[code] = node.state_index(finding)
        states[:, network.index[column.node]] = states_of[column.codes]
        if any(isinstance(finding, Likelihood) for finding in column.findings):
            likelihoods[column.node] = weights[column.codes]
    return CaseTable(states, likelihoods, *_patterns(network, n_cases, columns))


def _patterns(
    network: Network, n_cases: int, columns: Sequence[_Column]
) -> tuple[tuple[Evidence, ...], NDArray[np.intp]]:
    """Return the different evidence as far as rules of urgency name it, and which of it each case has."""
    named = {node for flag in network.red_flags for node, _ in flag.clauses}
    relevant = [column for column in columns if column.node in named]
    codes = np.stack([np.zeros(n_cases, np.intp), *(column.codes for column in relevant)], axis=1)
    patterns, pattern_of = np.unique(codes, axis=0, return_inverse=True)
    entered = [
        {
            column.node: column.findings[code]
            for column, code in zip(relevant, pattern[1:], strict=True)
            if code != NOT_OBSERVED
        }
        for pattern in patterns
    ]
    return tuple(Evidence(network, findings) for findings in entered), pattern_of.ravel()
