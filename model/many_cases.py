"""`Differential.query_many`: the differential of every row of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.case_table import NOT_OBSERVED, CaseTable, read_table
from model.engine import ExactEngine
from model.inference import Engine, Observed
from model.urgency import watched
from network.cpds import Array
from network.structure import BINARY, PRESENT, Network

if TYPE_CHECKING:
    import pandas

    from model.differential import Differential


@dataclass(frozen=True)
class ManyAnswers:
    """The differentials of many cases, in the order of the table.

    `marginals` maps node ids to arrays of shape (n_cases, n_states), `log_evidence` has shape (n_cases,),
    natural log, the complaint included where it is assumed. Where the evidence of a case is impossible its
    log evidence is minus infinity and its probabilities are NaN. `urgency` holds the most urgent level that
    each case raises, None where it raises none: that says nothing about safety. `setting` holds the setting
    that each case states, None where it states none.
    """

    network: Network = field(repr=False)
    marginals: Mapping[str, Array] = field(repr=False)
    log_evidence: Array = field(repr=False)
    urgency: tuple[str | None, ...] = field(repr=False)
    setting: tuple[str | None, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.log_evidence)

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Which cases have evidence that can hold together, shape (n_cases,)."""
        return self.log_evidence > -np.inf

    @property
    def due_to(self) -> dict[str, Array]:
        """P(explains the pain) of each condition and of other_cause, each of shape (n_cases,)."""
        return {
            condition or node: self.marginals[node][:, PRESENT]
            for node, condition in self.network.causes.items()
        }

    @property
    def first(self) -> tuple[str | None, ...]:
        """The most probable cause of each case; None where the evidence is impossible."""
        if not self.network.causes:
            return (None,) * len(self)
        causes = list(self.due_to)
        best = np.argmax(np.nan_to_num(np.stack(list(self.due_to.values()), axis=1)), axis=1)
        return tuple(
            causes[cause] if possible else None for cause, possible in zip(best, self.possible, strict=True)
        )

    def to_frame(self) -> pandas.DataFrame:
        """Return a row per case: what is most probable, urgency, setting, log evidence, P of every node.

        A binary node's column is named after the node and holds P(present); other nodes have a column for
        each state, ``smoking=current``.
        """
        import pandas

        columns: dict[str, Any] = {"first": list(self.first)} if self.network.causes else {}
        words = {"urgency": self.urgency} | ({"setting": self.setting} if self.network.setting else {})
        columns |= {
            name: pandas.Series(said, dtype=object) for name, said in words.items()
        }  # None stays None
        columns["log_evidence"] = self.log_evidence
        for node_id, p in self.marginals.items():
            node = self.network.node(node_id)
            if node.states == BINARY:
                columns[node_id] = p[:, PRESENT]
            else:
                columns |= {f"{node_id}={state}": p[:, i] for i, state in enumerate(node.states)}
        return pandas.DataFrame(columns)

    def __str__(self) -> str:
        impossible = len(self) - int(self.possible.sum())
        lines = [f"{len(self)} cases, {impossible} of them with impossible evidence"]
        first = self.first
        for cause in sorted(self.due_to, key=lambda cause: -first.count(cause)):
            if cause in first:
                lines.append(f"{first.count(cause):7d}  {cause} first")
        return "\n".join([*lines, *self.network.notice])


def query_many(
    ddx: Differential,
    table: Mapping[str, Sequence[Any]] | pandas.DataFrame,
    posteriors: Sequence[str] = (),
    complaint: bool = True,
    first_row: int = 1,
    on_progress: Callable[[int], None] | None = None,
) -> ManyAnswers:
    """Return the differential of every row of a table.

    Parameters
    ----------
    table : mapping of node or safety item id to a value per case, or DataFrame
        See `model.case_table.read_table`. Empty means not asked.
    posteriors : sequence of node ids
        Nodes wanted besides causes, conditions and headings. A network without a complaint answers about
        all its nodes.
    complaint : bool
        Assume the complaint in every case that does not enter it.
    first_row : int
        The number of the first row, for messages.
    on_progress : function, optional
        Told the number of cases each time some are done.

    Returns
    -------
    ManyAnswers

    Raises
    ------
    UnknownNode, EvidenceError, TooWide
        Impossible evidence raises nothing: the case is marked.
    """
    network = ddx.network
    cases = read_table(network, table, first_row)
    if complaint and network.complaint is not None:
        _assume(cases, network.complaint, network)
    usual = [*_usual(network), *watched(network)]
    targets = list(dict.fromkeys([*usual, *(network.node(name).id for name in posteriors)]))
    if isinstance(ddx.engine, ExactEngine):
        batch = ddx.engine.posteriors_many(cases.states, targets, cases.likelihoods, on_progress=on_progress)
        marginals, log_evidence = batch.marginals, batch.log_evidence
    else:
        marginals, log_evidence = _one_by_one(ddx.engine, cases, targets, on_progress)
    wanted = {name: marginals[name] for name in targets}
    levels = cases.urgency({node: marginals[node][:, PRESENT] for node in watched(network)})
    return ManyAnswers(network, wanted, log_evidence, levels, _settings(cases, network))


def _usual(network: Network) -> list[str]:
    """Return the nodes of a differential: causes, conditions, headings; all nodes where there is none."""
    if not network.causes:
        return [node.id for node in network.nodes]
    conditions = [condition for condition in network.causes.values() if condition is not None]
    return [*network.causes, *conditions, *(node.id for node in network.of_kind("heading"))]


def _settings(cases: CaseTable, network: Network) -> tuple[str | None, ...]:
    """Return the setting of each case, None where none is stated or it is not certain."""
    node = network.setting
    if node is None:
        return (None,) * len(cases)
    names = (*node.states, None)  # position -1, not observed, is the last
    return tuple(names[position] for position in cases.states[:, network.index[node.id]])


def _assume(cases: CaseTable, complaint: str, network: Network) -> None:
    """Enter the complaint in every case that says nothing of it; the arrays are ours alone."""
    column = cases.states[:, network.index[complaint]]
    silent = column == NOT_OBSERVED
    if complaint in cases.likelihoods:
        silent &= (cases.likelihoods[complaint] == 1.0).all(axis=1)
    column[silent] = PRESENT


def _one_by_one(
    engine: Engine, cases: CaseTable, targets: Sequence[str], on_progress: Callable[[int], None] | None
) -> tuple[dict[str, Array], Array]:
    """Return the answers of an engine that takes one case at a time."""
    network = engine.network
    marginals = {name: np.full((len(cases), len(network.node(name).states)), np.nan) for name in targets}
    log_evidence = np.full(len(cases), -np.inf)
    for row, observed in enumerate(_rows(cases, network)):
        answer = engine.posteriors(observed, targets)
        log_evidence[row] = answer.log_evidence
        for name in targets if answer.possible else ():
            marginals[name][row] = answer.marginals[name]
        if on_progress is not None:
            on_progress(1)
    return marginals, log_evidence


def _rows(cases: CaseTable, network: Network) -> Iterator[dict[str, Observed]]:
    """Yield what an engine reads of each case."""
    for row, states in enumerate(cases.states):
        observed: dict[str, Observed] = {
            network.nodes[position].id: int(states[position])
            for position in np.flatnonzero(states != NOT_OBSERVED)
        }
        for node, weights in cases.likelihoods.items():
            if np.any(weights[row] != 1.0):
                observed[node] = weights[row]
        yield observed
