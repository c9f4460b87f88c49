"""What is left of a class: the debrief sheet and a table of everything that was submitted."""

from __future__ import annotations

import streamlit as st

from model.teaching.classes import Instructor, Moment
from views.shared.download import download
from views.shared.engine import built_in


def results(instructor: Instructor, moment: Moment) -> None:
    """Draw the sheet and the downloads, worked out only when they are asked for."""
    if moment.status == "waiting":
        return
    panel = st.expander(
        "Debrief sheet and results", icon=":material/summarize:", key="results", on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        with st.spinner("Working out the sheet …"):
            sheet = instructor.sheet(built_in()).to_markdown()
            table = instructor.results_csv(built_in())
        with st.container(horizontal=True):
            download("Sheet", sheet, "nocturne-class.md", "text/markdown", "sheet-file")
            download("Results as CSV", table, "nocturne-class.csv", "text/csv", "results-file", "table")
        st.markdown(sheet)
