"""The probability table of a node, opened up: its parameters with the figures behind them, the full table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model import Differential
from model.citations import Citation
from model.graph_files import file_stem, full_table_as_rows, parameters_table
from model.opened import (
    FIGURE,
    LARGEST_FULL_TABLE,
    LEAK,
    LINK,
    ODDS_RATIO,
    RELATIVE_RISK,
    Parameter,
    full_table,
    opened,
    prevalences,
    table_size,
)
from views.network import look as looking
from views.network.look import NUMBERS
from views.network.wording import short, state_word, words
from views.shared import asking
from views.shared.asking import Catalogue, Item
from views.shared.citing import origin
from views.shared.engine import differential, numbers_behind
from views.shared.fold import fold
from views.shared.turns import fragment
from views.shared.words import parameter_words, percent, plain, share_or_ratio

WHAT, OURS, RESTS_ON = "What", "In the network", "Figure it rests on, with interval, grade and source"
RATIOS = (ODDS_RATIO, RELATIVE_RISK)
MEASURES = ("sensitivity", "specificity")


@fragment(key=NUMBERS)
def numbers() -> None:
    """Draw both panels of the chosen node; their content is worked out when they are opened."""
    chosen, ddx = looking.current().node, differential()
    if not chosen:
        return
    item = asking.catalogue(ddx).items[chosen]
    shape = words()["shapes"][ddx.network.node(item.id).cpd.kind]
    panel = fold(
        f"Its numbers. {plain(short(item.label))}: {shape['title'][:1].lower()}{shape['title'][1:]}",
        "node-numbers",
        NUMBERS,
        "function",
    )
    if panel is not None:
        with panel:
            st.caption(shape["text"])
            _prevalences(ddx, item)
            _parameters(ddx, item)
    _full_table(ddx, item)


def _prevalences(ddx: Differential, item: Item) -> None:
    """Draw how common a logistic node is by age and sex: one row an age band, one column a sex."""
    found = prevalences(ddx, item.id)
    if not found:
        return
    items = asking.catalogue(ddx).items
    base = list(found[0][0])
    rows: dict[str, dict[str, str]] = {}
    for states, p in found:
        first = plain(state_word(items[base[0]], states[base[0]]))
        rest = ", ".join(state_word(items[node], states[node]) for node in base[1:]) or "Share"
        row = rows.setdefault(first, {plain(items[base[0]].label): first})
        row[plain(rest)] = percent(p)
    st.markdown("**How common it is in everybody, painful or not**")
    st.table(list(rows.values()), hide_index=True)


def _parameters(ddx: Differential, item: Item) -> None:
    """Draw each parameter with the figures it rests on."""
    found = opened(ddx.network, item.id, numbers_behind(item.id))
    if not found:
        if not ddx.network.node(item.id).figures:
            st.caption("Its numbers stand in the full table below.")
        return
    items = asking.catalogue(ddx)
    rows = [row for parameter in found for row in _rows(parameter, item, items)]
    cited = any(parameter.citations for parameter in found)
    columns = list(rows[0]) if cited else [WHAT, OURS]
    st.table([{column: row[column] for column in columns} for row in rows], hide_index=True)
    st.download_button(
        "These numbers as CSV",
        parameters_table(item.id, found).to_csv(),
        file_name=f"{file_stem(item.id)}-numbers.csv",
        mime="text/csv",
        key="numbers-csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _rows(parameter: Parameter, item: Item, items: Catalogue) -> list[dict[str, str]]:
    """Return one row for each figure behind a parameter, at least one."""
    rows = []
    for at, citation in enumerate(parameter.citations or (None,)):
        first = at == 0
        rows.append(
            {
                WHAT: plain(_what(parameter, item, items)) if first else "",
                OURS: _in_network(parameter) if first else "",
                RESTS_ON: _figure(citation, parameter.kind) if citation else "–",
            }
        )
    return rows


def _what(parameter: Parameter, item: Item, items: Catalogue) -> str:
    """Return which number it is, in words."""
    if parameter.kind == FIGURE:
        return parameter_words(items, item.id, parameter.citations[0].parameter)
    said = words()["parameters"][parameter.kind]
    if parameter.parent:
        said = said.format(parent=_parent(parameter, items.items[parameter.parent]))
    if parameter.outcome:
        said = words()["outcome"].format(what=said, outcome=state_word(item, parameter.outcome))
    return str(said)


def _parent(parameter: Parameter, parent: Item) -> str:
    """Return a parent with its state, where that does not go without saying."""
    label = short(parent.label)
    if not parameter.state or (parent.is_yes_or_no and parameter.state in parent.states[1:]):
        return label
    if parameter.state in parent.states:
        return f"{label}: {state_word(parent, parameter.state)}"
    return f"{label}, {parameter.state.replace('_', ' ')}"


def _in_network(parameter: Parameter) -> str:
    if parameter.value is None:
        return "–"
    return share_or_ratio(parameter.value, parameter.kind not in RATIOS)


def _figure(citation: Citation, kind: str) -> str:
    """Return a figure with interval, grade and source; what it is, where the network holds another number."""
    said = share_or_ratio(citation.value, citation.is_proportion)
    if citation.low is not None and citation.high is not None and citation.low < citation.high:
        low, high = (share_or_ratio(x, citation.is_proportion) for x in (citation.low, citation.high))
        said = f"{said} ({low} to {high})"
    name = citation.kind.replace("_", " ")
    if kind in (LEAK, LINK) and citation.kind in MEASURES:
        said = f"{plain(name)} {said}"
    return f"{said}, grade {plain(citation.grade)}. {origin(citation)}"


def _full_table(ddx: Differential, item: Item) -> None:
    """Draw every row of the table, where people can still read it."""
    size = table_size(ddx.network, item.id)
    panel = fold(
        f"Its full table: {size:,} numbers" if size < 10**9 else "Its full table",
        "node-table",
        NUMBERS,
        "table",
    )
    if panel is None:
        return
    with panel:
        table = full_table(ddx.network, item.id)
        if table is None:
            st.caption(
                f"It is too large to read: at most {LARGEST_FULL_TABLE:,} numbers are shown. The numbers "
                "it follows from stand above."
            )
            return
        items = asking.catalogue(differential()).items
        st.dataframe(_readable(table, item, items), hide_index=True)
        st.download_button(
            "Full table as CSV",
            full_table_as_rows(item.id, table).to_csv(),
            file_name=f"{file_stem(item.id)}-table.csv",
            mime="text/csv",
            key="table-csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _readable(table: Any, item: Item, items: Any) -> dict[str, list[Any]]:
    """Return a full table by columns: the states of the parents, then the probability of each own state."""
    columns: dict[str, list[Any]] = {}
    for at, parent in enumerate(table.parents):
        columns[_free(short(items[parent].label), columns)] = [
            state_word(items[parent], given[at]) for given, _ in table.rows
        ]
    for at, state in enumerate(table.states):
        name = _free(f"{short(item.label)}: {state_word(item, state)}", columns)
        columns[name] = [round(p[at], 6) for _, p in table.rows]
    return columns


def _free(name: str, taken: dict[str, list[Any]]) -> str:
    """Return a column name that is not taken: two nodes may share a label."""
    while name in taken:
        name += "\u00a0"
    return name
