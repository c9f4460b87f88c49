"""One cause while one question, or two, go through their answers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model import Answer, Evidence
from model.compare import Axis, Sweep
from model.errors import ImpossibleEvidence, TooWide
from model.what_if import modifiable
from views.shared import asking, case_state, session
from views.shared.asking import Catalogue, Item
from views.shared.engine import answer, differential
from views.shared.fold import fold
from views.shared.turns import fragment
from views.shared.words import percent, plain
from views.what_if import pictures, state
from views.what_if.answers import sweep
from views.what_if.followed import Followed, followed
from views.what_if.record import SweepOver
from views.what_if.wording import question_words, wording

SLIM, BROAD = 150, 290
"""Widths of the choices in pixels."""
MOST_BESIDE = 3
"""Other causes in the table of a sweep."""


@fragment(key=state.SWEEP)
def sweeps() -> None:
    """Draw the panel, closed until it is wanted; a link to a sweep opens it."""
    over = state.current().sweep
    panel = fold(
        "Go through all answers of one or two questions",
        "sweep",
        state.SWEEP,
        "table_chart",
        expanded=bool(over.first),
    )
    if panel is None:
        return
    evidence = case_state.current().evidence
    try:
        now = answer(evidence)
    except (ImpossibleEvidence, TooWide):
        panel.caption("The case has no answer, so there is nothing to follow.")
        return
    items = asking.catalogue(differential())
    with panel:
        options = _follow_options(now, over)
        follow = over.follow if over.follow in options else next(iter(options), "")
        _choose(items, options, follow, over)
        if not over.first or not follow:
            st.caption(wording()["sweep"]["choose"])
            return
        fixed = _not_settable(over)
        if fixed:
            said = " and ".join(f"**{plain(items.items[node].label)}**" for node in fixed)
            st.warning(wording()["not_settable"].format(nodes=said), icon=":material/block:")
            return
        _draw(sweep(evidence, over), over, options[follow], items, evidence)


def _choose(items: Catalogue, options: dict[str, Followed], follow: str, over: SweepOver) -> None:
    """Draw what the sweep goes over, how, and what it follows."""
    able = modifiable(differential().network)
    nodes = [
        node for node in items.items if items.items[node].kind != "safety" and (not over.do or node in able)
    ]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {do: str(question_words(do)["label"]) for do in (False, True)}
        _select("do", "Each answer is", kinds, over.do, SLIM)
        _search("first", "Question", nodes, over.first, items)
        others = [node for node in nodes if node != over.first]
        _search("second", "And (optional)", others, over.second, items)
        labels = {node: plain(one.label) for node, one in options.items()}
        _select("follow", "Follow", labels, follow, BROAD)
    st.caption(question_words(over.do)["sweep"])
    item = items.items.get(over.first)
    if item and item.is_yes_or_no and not over.second and not over.do:
        key = "sweep-by_ratio"
        session.seed(key, over.by_ratio)
        label = "By how sure one is, in place of yes and no"
        st.toggle(label, key=key, persist_state="page", on_change=state.sweep_from, args=(key, "by_ratio"))


def _select(name: str, label: str, options: dict[Any, str], value: Any, width: int) -> None:
    """Draw a choice of one setting of the sweep."""
    key = f"sweep-{name}"
    session.seed(key, value)
    st.selectbox(
        label,
        list(options),
        key=key,
        persist_state="page",
        format_func=lambda option: options[option],
        filter_mode=None,
        width=width,
        on_change=state.sweep_from,
        args=(key, name),
    )


def _search(name: str, label: str, nodes: list[str], value: str, items: Catalogue) -> None:
    """Draw the search for a variable of the sweep."""
    key = f"sweep-{name}"
    options = nodes if not value or value in nodes else [value, *nodes]
    session.seed(key, value or None)
    st.selectbox(
        label,
        options,
        index=None,
        key=key,
        persist_state="page",
        format_func=lambda node: items.items[node].label,
        placeholder="Type a question",
        width=BROAD,
        on_change=state.sweep_from,
        args=(key, name),
    )


def _follow_options(now: Answer, over: SweepOver) -> dict[str, Followed]:
    """Return what a sweep can follow, by node: every cause; the complaint too, where a change can move it."""
    network = now.network
    found = {one.node: one for one in followed(now) if one.node not in (over.first, over.second)}
    if over.do and network.complaint is not None:
        label = network.node(network.complaint).label
        found = {network.complaint: Followed(network.complaint, asking.PRESENT, label)} | found
    return found


def _not_settable(over: SweepOver) -> list[str]:
    """Return what the sweep would set and nobody can."""
    able = modifiable(differential().network)
    return [node for node in (over.first, over.second) if over.do and node and node not in able]


def _draw(found: Sweep, over: SweepOver, one: Followed, items: Catalogue, evidence: Evidence) -> None:
    """Draw the picture of a sweep and its table."""
    st.markdown(f"**{plain(one.label)}**")
    if len(found.axes) > 1:
        _draw_two(found, one, items)
        return
    first, values = items.items[over.first], found.values(one.node, one.state)
    labels = _labels(first, found.axes[0])
    if over.by_ratio and first.is_yes_or_no and not over.do:
        sizes = [float(label) for label in found.axes[0].labels]
        labels = [_odds(size) for size in sizes]
        st.caption(asking.words()["strength_note"])
        spec = pictures.ratio_line(sizes, values)
        alt = f"{one.label} by how much likelier {first.label} is than not."
    else:
        spec = pictures.state_bars(labels, values, _entered(first, evidence))
        alt = f"{one.label} for each answer to {first.label}."
    st.vega_lite_chart(spec, key="sweep-picture", alt=f"{alt} The table has the numbers.")
    answered = next((answer for answer in found.answers if answer is not None), None)
    others = [] if answered is None else [other for other in followed(answered) if other.node != one.node]
    columns = {plain(row.label): found.values(row.node, row.state) for row in [one, *others[:MOST_BESIDE]]}
    st.table(
        [
            {plain(first.label): plain(label)} | {name: _cell(cells[k]) for name, cells in columns.items()}
            for k, label in enumerate(labels)
        ],
        hide_index=True,
    )


def _draw_two(found: Sweep, one: Followed, items: Catalogue) -> None:
    """Draw a sweep over two questions; the one with more answers goes down the page."""
    values = found.values(one.node, one.state)
    first, second = found.axes
    grid = [values[k : k + len(second.findings)] for k in range(0, len(values), len(second.findings))]
    if len(second.findings) > len(first.findings):
        first, second, grid = second, first, list(zip(*grid, strict=True))
    down, across = items.items[first.node], items.items[second.node]
    rows, columns = _labels(down, first), _labels(across, second)
    st.caption(f"Rows: {plain(down.label)}. Columns: {plain(across.label)}. In percent; “–” cannot be.")
    st.vega_lite_chart(
        pictures.heat_map(rows, columns, [p for row in grid for p in row], down.label, across.label),
        key="sweep-picture",
        alt=f"{one.label} for each answer to {down.label} (rows) and {across.label} (columns). "
        "The table has the numbers.",
    )
    st.table(
        [
            {plain(down.label): plain(label)}
            | {plain(column): _cell(p) for column, p in zip(columns, row, strict=True)}
            for label, row in zip(rows, grid, strict=True)
        ],
        hide_index=True,
    )


def _labels(item: Item, axis: Axis) -> list[str]:
    """Return one label for each finding of an axis."""
    return [_label(item, label) for label in axis.labels]


def _label(item: Item, label: str) -> str:
    return asking.answer_label(item, label) if label in item.states else label


def _odds(ratio: float) -> str:
    """Return a likelihood ratio in words: "4 to 1", "1 to 2.5"."""
    return f"1 to {1 / ratio:.2g}" if ratio < 1 else f"{ratio:.2g} to 1"


def _entered(item: Item, evidence: Evidence) -> str:
    """Return the label of the answer that the case holds, empty where it holds none."""
    finding = evidence.active.get(item.id)
    return _label(item, finding) if isinstance(finding, str) else ""


def _cell(value: float | None) -> str:
    return "cannot be" if value is None else percent(value)
