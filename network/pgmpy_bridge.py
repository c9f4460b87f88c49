"""To and from `pgmpy.models.DiscreteBayesianNetwork`.

pgmpy's own `check_model` lets a column be off from one by 0.01, more than many a prevalence, and its
queries then rescale it without a word. Here a column may be off by 1e-6 and no more.

Importing pgmpy takes seconds, so it happens inside the functions.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from network.chains import AUXILIARY, chained
from network.cpds import Array, Table
from network.errors import NetworkError
from network.recognise import recognised
from network.structure import Network, Node

if TYPE_CHECKING:
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

WIDEST_CHAINED = 6
"""Most parents of a noisy-OR that is still written as one table."""

LARGEST_TABLE = 2**26
"""Numbers in one table; 2**26 of them take half a gigabyte."""

EXACT = 1e-9
"""A column this close to one is left as it is: its error is that of adding up."""

RESCALED = 1e-6
"""A column this close to one is rescaled with a warning: its numbers were printed with few digits."""


def to_pgmpy(network: Network, full_tables: bool = False) -> DiscreteBayesianNetwork:
    """Return the network as a pgmpy model with the same node and state names.

    Parameters
    ----------
    network : Network
    full_tables : bool
        Spell out every table whole. Otherwise noisy-OR, noisy-MAX and OR nodes with more than
        `WIDEST_CHAINED` parents are chained through auxiliary nodes whose names start with ``_``.

    Raises
    ------
    NetworkError
        If one table would hold more than `LARGEST_TABLE` numbers.
    """
    from pgmpy.models import DiscreteBayesianNetwork

    spelled = network if full_tables else chained(network, WIDEST_CHAINED)
    model = DiscreteBayesianNetwork()
    model.name = network.name
    model.add_nodes_from(node.id for node in spelled.nodes)
    model.add_edges_from((parent, node.id) for node in spelled.nodes for parent in node.parents)
    model.add_cpds(*(_tabular(spelled, node) for node in spelled.nodes))
    return model


def from_pgmpy(
    model: DiscreteBayesianNetwork,
    name: str | None = None,
    version: str = "",
    complaint: str | None = None,
    tolerance: float = RESCALED,
    order: Sequence[str] = (),
) -> Network:
    """Return the network that a pgmpy model describes.

    Every distribution is a `Table`, except that wide ones that are a noisy-OR or noisy-MAX are recognised.

    Node and state names become strings; missing state names become ``"0"``, ``"1"``, ...
    Nodes named like the links of a chain (``_finding_1`` beside ``finding``) are of kind ``auxiliary``.

    Parameters
    ----------
    model : DiscreteBayesianNetwork
    name : str, optional
        Default: the model's own name.
    complaint : str, optional
        The node that is assumed present in every consultation.
    tolerance : float
        How far a column may be off from one. Anything above `EXACT` is rescaled with a `UserWarning`.
    order : sequence of str
        Preferred order of the nodes; it is kept as far as parents stand before children.

    Raises
    ------
    NetworkError
        If a node has no table, a parent is not in the model, arcs form a cycle, names clash, shapes or
        state names of parent and child differ, or a column is no distribution. The message names the
        node and the column.
    """
    cpds = {cpd.variable: cpd for cpd in model.get_cpds()}
    nodes = [_read_node(cpds, variable) for variable in _sorted_variables(model, cpds, order)]
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.id] = counts.get(node.id, 0) + 1
    doubled = [node_id for node_id, count in counts.items() if count > 1]
    if doubled:
        raise NetworkError(
            f"two nodes of the model are both called {doubled[0]!r} when written as text. Rename one."
        )
    if complaint is not None and complaint not in counts:
        raise NetworkError(f"the complaint {complaint!r} is not a node of the model.")
    checked = tuple(_finished(node, counts) for node in _checked_columns(nodes, tolerance))
    return Network(
        name=name or str(model.name or "") or "network", nodes=checked, version=version, complaint=complaint
    )


def _tabular(network: Network, node: Node) -> TabularCPD:
    """Return one distribution as pgmpy's table: one row per state, last parent fastest."""
    from pgmpy.factors.discrete import TabularCPD

    cards = [len(network.node(parent).states) for parent in node.parents]
    size = len(node.states) * np.prod(cards, dtype=float)
    if size > LARGEST_TABLE:
        raise NetworkError(
            f"the full table of node {node.id!r} would hold {size:.2g} numbers; at most {LARGEST_TABLE} are "
            "written. Leave out full tables: wide nodes are then chained."
        )
    states = {other: list(network.node(other).states) for other in (node.id, *node.parents)}
    values = node.cpd.table().reshape(len(node.states), -1)
    return TabularCPD(
        node.id,
        len(node.states),
        values,
        evidence=list(node.parents) or None,
        evidence_card=cards or None,
        state_names=states,
    )


def _sorted_variables(
    model: DiscreteBayesianNetwork, cpds: Mapping[Hashable, TabularCPD], order: Sequence[str]
) -> list[Hashable]:
    """Return the model's variables with parents first; raise on a cycle, an unknown parent or no table."""
    import networkx as nx

    wanted = {node_id: position for position, node_id in enumerate(order)}
    variables = list(model.nodes())
    known = set(variables)
    arcs = nx.DiGraph()
    arcs.add_nodes_from(variables)
    for variable in variables:
        cpd = cpds.get(variable)
        if cpd is None:
            raise NetworkError(f"node {str(variable)!r} has no table. Add one with add_cpds().")
        parents = list(cpd.variables[1:])
        unknown = [parent for parent in parents if parent not in known]
        if unknown:
            raise NetworkError(
                f"node {str(variable)!r} has a parent {str(unknown[0])!r} that is not in the model."
            )
        if set(parents) != set(model.predecessors(variable)):
            raise NetworkError(
                f"node {str(variable)!r}: its table is about {_listed(parents)}, "
                f"its arcs come from {_listed(model.predecessors(variable))}."
            )
        arcs.add_edges_from((parent, variable) for parent in parents)
    try:
        cycle = [str(arc[0]) for arc in nx.find_cycle(arcs)]
    except nx.NetworkXNoCycle:
        place = {
            variable: (wanted.get(str(variable), len(wanted)), i) for i, variable in enumerate(variables)
        }
        return list(nx.lexicographical_topological_sort(arcs, key=place.__getitem__))
    raise NetworkError(f"the arcs form a cycle: {' -> '.join([*cycle, cycle[0]])}. Remove one of them.")


def _read_node(cpds: Mapping[Hashable, TabularCPD], variable: Hashable) -> Node:
    """Return one node; its columns are not checked yet."""
    cpd = cpds[variable]
    values = np.array(cpd.values, dtype=float)
    parents = list(cpd.variables[1:])
    for axis, parent in enumerate(parents, start=1):
        theirs = _state_names(cpds[parent], parent)
        if values.shape[axis] != len(theirs):
            raise NetworkError(
                f"node {str(variable)!r}: its table has {values.shape[axis]} states for the parent "
                f"{str(parent)!r}, which has {len(theirs)}."
            )
        values = np.take(values, _axis_order(cpd, parent, theirs, str(variable)), axis=axis)
    states = _state_names(cpd, variable)
    if len(set(states)) < len(states):
        raise NetworkError(f"node {str(variable)!r} has the same state twice: {', '.join(states)}.")
    return Node(
        id=str(variable),
        states=states,
        parents=tuple(str(parent) for parent in parents),
        cpd=Table(values, len(parents)),
    )


def _state_names(cpd: TabularCPD, variable: Hashable) -> tuple[str, ...]:
    """Return the names of a variable's states as strings, counted from 0 where the table has none."""
    named: Mapping[Hashable, Iterable[Any]] = cpd.state_names or {}
    card = cpd.values.shape[cpd.variables.index(variable)]
    return tuple(str(state) for state in named.get(variable, range(card)))


def _axis_order(cpd: TabularCPD, parent: Hashable, states: tuple[str, ...], child: str) -> NDArray[np.intp]:
    """Return where the parent's states stand in the child's table.

    A table may list the states of a parent in another order than the parent does; names decide. A table
    made without state names has them numbered, and then places decide.
    """
    named = _state_names(cpd, parent)
    if named == states or named == tuple(str(i) for i in range(len(states))):
        return np.arange(len(states))
    if len(set(named)) < len(named) or set(named) != set(states):
        raise NetworkError(
            f"node {child!r}: its table names the states of {str(parent)!r} {', '.join(named)}; "
            f"that node itself has {', '.join(states)}."
        )
    return np.array([named.index(state) for state in states])


def _checked_columns(nodes: list[Node], tolerance: float) -> list[Node]:
    """Return the nodes with columns that sum to one; warn once about those that had to be rescaled."""
    states = {node.id: node.states for node in nodes}
    checked: list[Node] = []
    rescaled: list[str] = []
    worst = 0.0
    for node in nodes:
        values: Array = node.cpd.table()
        sums = values.sum(axis=0)
        with np.errstate(invalid="ignore"):
            off = np.abs(sums - 1.0)
        broken = (
            ~np.isfinite(values).all(axis=0) | (values < 0.0).any(axis=0) | ~(off <= max(tolerance, EXACT))
        )
        if broken.any():
            _raise_column(node, states, values, np.argwhere(broken)[0])
        if off.max() > EXACT:
            rescaled.append(node.id)
            worst = max(worst, float(off.max()))
            node = Node(node.id, node.states, node.parents, Table(values / sums, len(node.parents)))
        checked.append(node)
    if rescaled:
        warnings.warn(
            f"columns of these nodes were off from one by up to {worst:.1g} and were rescaled: "
            f"{', '.join(rescaled)}.",
            UserWarning,
            stacklevel=3,
        )
    return checked


def _raise_column(
    node: Node, states: Mapping[str, Sequence[str]], values: Array, place: NDArray[np.intp]
) -> NoReturn:
    """Raise `NetworkError` about one column of a table."""
    column = values[(slice(None), *place)]
    given = ", ".join(f"{p} = {states[p][i]}" for p, i in zip(node.parents, place, strict=True))
    where = f"node {node.id!r}, column ({given})" if given else f"node {node.id!r}"
    numbers = ", ".join(f"{number:.9g}" for number in column)
    raise NetworkError(
        f"{where}: {numbers} sum to {column.sum():.9g}. "
        "Probabilities are at least 0 and each column sums to 1."
    )


def _finished(node: Node, known: Mapping[str, int]) -> Node:
    """Return a node with its structure recognised; a link of a chain, ``_finding_1``, is auxiliary."""
    stem, _, number = node.id.removeprefix(AUXILIARY).rpartition("_")
    link = node.id.startswith(AUXILIARY) and number.isdigit() and stem in known
    cpd = recognised(node.cpd) if isinstance(node.cpd, Table) else node.cpd
    return Node(node.id, node.states, node.parents, cpd, kind="auxiliary" if link else node.kind)


def _listed(names: Iterable[Hashable]) -> str:
    """Return names as a list in words."""
    return ", ".join(sorted(str(name) for name in names)) or "nowhere"
