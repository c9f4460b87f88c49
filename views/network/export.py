"""The network as files: the graph, the whole network for other programs, tables."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.graph_files import EXCHANGE, arcs_table, file_stem, nodes_table, to_dot, to_exchange, to_graphml
from views.network.posteriors import quietly
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.turns import fragment
from views.shared.words import plain

PART, FORM = "network_export", "export-form"
FORMS = {
    "dot": "DOT (Graphviz): the graph",
    "graphml": "GraphML (yEd, Gephi, Cytoscape): the graph",
    "nodes": "CSV: every node with its probabilities in this case",
    "arcs": "CSV: every arc",
    "bif": "BIF: graph and tables",
    "xmlbif": "XMLBIF: graph and tables",
    "net": "NET (Hugin): graph and tables",
    "uai": "UAI: graph and tables, without names",
}


@fragment(key=PART)
def export() -> None:
    """Draw the panel, closed until it is wanted."""
    panel = fold("Take it with you: files for other programs", "network-export", PART, "download")
    if panel is None:
        return
    with panel:
        form = st.selectbox("Format", list(FORMS), key=FORM, format_func=FORMS.__getitem__, filter_mode=None)
        if form in EXCHANGE:
            st.caption(
                "A zip of the file and of its names file, which holds labels and questions. Wide nodes are "
                "written as chains of narrow ones, through helper nodes whose names start with “_”: whole, "
                "their tables would hold hundreds of thousands of numbers. The zip can be opened again below."
            )
        _download(form)
        st.caption("The picture itself: the download button in its upper right corner.")


def _download(form: str) -> None:
    try:
        name, mime, content = _content(form)
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if content is None:
        st.caption("There is no answer to this case, so there are no probabilities to write.")
        return
    size = len(content.encode() if isinstance(content, str) else content)
    st.download_button(
        f"Download {name} ({max(size // 1000, 1)}\u202fkB)",
        content,
        file_name=name,
        mime=mime,
        key="export-download",
        icon=":material/download:",
        on_click="ignore",
    )


def _content(form: str) -> tuple[str, str, str | bytes | None]:
    """Return file name, type and content."""
    ddx = differential()
    stem = file_stem(ddx.network.name)
    if form in EXCHANGE:
        return f"{stem}-{form}.zip", "application/zip", _exchange(ddx.network.hash, form, ddx.network)
    if form == "dot":
        return f"{stem}.dot", "text/vnd.graphviz", to_dot(ddx.network)
    if form == "graphml":
        return f"{stem}.graphml", "application/graphml+xml", to_graphml(ddx.network)
    if form == "arcs":
        return f"{stem}-arcs.csv", "text/csv", arcs_table(ddx.network).to_csv()
    answer = quietly()
    return f"{stem}-nodes.csv", "text/csv", None if answer is None else nodes_table(answer).to_csv()


@st.cache_data(show_spinner="Writing the file …", max_entries=8)
def _exchange(network_hash: str, form: str, _network: object) -> bytes:
    return to_exchange(differential().network, form)
