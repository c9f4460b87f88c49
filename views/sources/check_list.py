"""What `nocturne check` finds: inputs that come back, derived quantities within or outside their band."""

from __future__ import annotations

import streamlit as st

from model.check import CheckReport, Row
from model.errors import DiagnosisError
from views.shared import asking
from views.shared.engine import differential
from views.shared.words import parameter_words, plain, share_or_ratio
from views.sources import state
from views.sources.shelf import Shelf, check_report
from views.sources.widgets import choice, page_of, search
from views.sources.wording import label, wording


def check_list(shelf: Shelf) -> None:
    """Draw the part; the check takes a moment the first time."""
    words = wording()["check"]
    st.markdown(words["introduction"])
    try:
        with st.spinner(words["computing"], show_time=True):
            report = check_report(differential())
    except DiagnosisError as error:
        st.error("This network cannot be checked.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    _summary(report)
    search("check_text", "Search", "A word of a quantity or a source")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice("check_kind", "Which", words["kinds"], "Both")
        choice("check_verdict", "Verdict", words["verdicts"])
    shown = page_of(_found(report), "check_at", "quantity", "quantities")
    if shown:
        st.table([_cells(row, shelf) for row in shown], hide_index=True)


def _summary(report: CheckReport) -> None:
    """Say how the network stands, in one line and a verdict."""
    icon = ":material/check_circle:" if report.ok else ":material/error:"
    (st.success if report.ok else st.error)(plain(report.summary()), icon=icon)


def _found(report: CheckReport) -> list[Row]:
    """Return the rows that the filter leaves; what is off stands first."""
    wanted = state.current()
    words = wanted.check_text.lower().split()
    found = [
        row
        for row in report.rows
        if (not wanted.check_kind or row.kind == wanted.check_kind)
        and (not wanted.check_verdict or row.verdict == wanted.check_verdict)
        and all(word in f"{row.id} {row.quantity} {row.source} {row.figure}".lower() for word in words)
    ]
    order = {"deviation": 0, "accepted": 1}
    return sorted(found, key=lambda row: order.get(row.verdict, 2))


def _cells(row: Row, shelf: Shelf) -> dict[str, str]:
    """Return one row of the table; a deviation that is accepted says why. Few columns, for narrow screens."""
    is_input = row.kind == "input"
    words = wording()["check"]
    figure = shelf.ledger.entries.get(row.figure)
    is_share = figure is not None and figure.is_proportion

    def number(x: float) -> str:
        return share_or_ratio(x, is_share)

    band = "" if is_input else f" ({number(row.low)} to {number(row.high)})"
    quantity = plain(_spelled(row))
    quantity = f"{quantity[:1].upper()}{quantity[1:]} ({plain(row.source)}, grade {plain(row.grade)})"
    verdict = words["returned" if is_input else "verdicts"][row.verdict]
    said = f"**{verdict}.** {quantity}"
    return {
        "Verdict and quantity": f"{said}. *{plain(row.reason)}*" if row.reason else said,
        "Published (band)": number(row.published) + band,
        "Network": number(row.model),
    }


def _spelled(row: Row) -> str:
    """Return a quantity in words; an input is called what its figure is called."""
    if row.kind != "input":
        return row.quantity
    items = asking.catalogue(differential())
    node, _, parameter = row.quantity.partition(": ")
    return f"{label(node, items)}: {parameter_words(items, node, parameter)}"
