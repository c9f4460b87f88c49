"""The errors a user can meet, all children of one root.

Every message says what is wrong, the value, what is allowed, where it came from and what to do.
The shell turns each into one line on stderr and exit code 2; the app shows it in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MOST_LISTED = 24
"""Names that a message lists where none of them is near."""


class DiagnosisError(Exception):
    """Root of every error that Nocturne raises for a user's mistake."""


class UnknownNode(DiagnosisError):
    """A node id that the network does not have."""

    def __init__(self, node: str, known: Iterable[str], what: str = "node") -> None:
        self.node = node
        names = list(known)
        hint = did_you_mean(node, names)
        if not hint and what != "node" and 0 < len(names) <= MOST_LISTED:
            hint = f" There are: {', '.join(names)}."
        super().__init__(f"no {what} is called {node!r}.{hint}")


class UnknownState(DiagnosisError):
    """A state that its node does not have."""

    def __init__(self, node: str, state: object, states: Sequence[str]) -> None:
        self.node, self.state = node, state
        super().__init__(
            f"node {node!r} has no state {str(state)!r}. States: {', '.join(states)}."
            f"{did_you_mean(str(state), states)}"
        )


class EvidenceError(DiagnosisError):
    """Evidence that cannot be read: a malformed likelihood, a finding given twice, a bad file."""


class RefusedNumber(EvidenceError):
    """A number that a node does not take, such as an age that the network was not made for.

    `says` is the network's own sentence: why, and what to do instead.
    """

    def __init__(self, node: str, number: object, says: str) -> None:
        self.node, self.says = node, says
        super().__init__(f"node {node!r}: {number} is not accepted. {says}")


class ImpossibleEvidence(DiagnosisError):
    """Findings that cannot hold together under the network.

    `nodes` is a smallest set of them: take any one away and the rest is possible. `clash` says of each in
    words what was entered.

    Parameters
    ----------
    entered : mapping of node id to what was entered, in words
    """

    def __init__(self, entered: Mapping[str, str]) -> None:
        self.nodes, self.clash = tuple(entered), tuple(entered.values())
        together = " and ".join(self.clash)
        verb = "cannot hold together" if len(self.clash) > 1 else "cannot hold in this network"
        remedy = "Remove or pause one." if len(self.clash) > 1 else "Remove or pause it."
        super().__init__(f"{together} {verb}. {remedy}")


class NoComplaint(DiagnosisError):
    """A question about causes asked of a network that has no complaint node."""


class NetworkError(DiagnosisError):
    """A network whose structure or tables are not sound (a cycle, a row that does not sum to one)."""


class TooWide(DiagnosisError):
    """A network, or a case, whose exact answer would need tables larger than memory allows.

    `width` is the number of nodes that have to be looked at together and `clique` their names.
    """

    def __init__(self, width: int, clique: Sequence[str], remedy: str) -> None:
        self.width, self.clique = width, tuple(clique)
        shown = ", ".join(self.clique[:12]) + (", ..." if len(self.clique) > 12 else "")
        super().__init__(f"{width} nodes would have to be held in one table: {shown}. {remedy}")


class ExchangeError(DiagnosisError):
    """A file of another format that cannot be read or written."""


@dataclass(frozen=True)
class Fault:
    """One mistake in the knowledge files."""

    file: str
    entry: str
    field: str
    fault: str
    remedy: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, self.entry) if part)
        field = f" [{self.field}]" if self.field else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{field}: {self.fault}{remedy}"


class KnowledgeError(DiagnosisError):
    """Knowledge files that do not hold together; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} faults" if len(self.faults) > 1 else "1 fault"
        super().__init__(
            f"{count} in the knowledge files:\n" + "\n".join(f"  {fault}" for fault in self.faults)
        )


class NotModifiable(DiagnosisError):
    """An intervention on something that nobody can change, such as age or a test result."""

    def __init__(self, node: str, able: Sequence[str]) -> None:
        self.node, self.able = node, tuple(able)
        shown = ", ".join(self.able) if able else "nothing in this network"
        super().__init__(
            f"{node!r} is not something that can be changed, so it can be observed but not set. "
            f"What can be set: {shown}."
        )


class ScenarioError(DiagnosisError):
    """A scenario file that cannot be run; the message names file, entry, field and remedy."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known spelling, or an empty string.

    Examples
    --------
    >>> did_you_mean("curent", ["never", "former", "current"])
    " Did you mean 'current'?"
    >>> did_you_mean("xyz", ["never"])
    ''
    """
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
