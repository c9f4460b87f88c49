"""The app's entry: the frame and the list of pages. Start it with `nocturne app`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from views.shared.case_state import carry_to_page
from views.shared.turns import turn


def page(name: str) -> Callable[[], None]:
    """Return a page that is imported when it is first opened: nobody waits for the others."""
    return lambda: import_module(f"views.{name}.page").page()


st.set_page_config(page_title="Nocturne", page_icon="🌙", layout="wide")
carry_to_page()
here = st.navigation(
    [
        st.Page(page("explore"), title="Explore", icon=":material/query_stats:", url_path="", default=True),
        st.Page(page("what_if"), title="What if", icon=":material/alt_route:", url_path="what_if"),
        st.Page(page("network"), title="Network", icon=":material/hub:", url_path="network"),
        st.Page(page("sources"), title="Sources", icon=":material/menu_book:", url_path="sources"),
        st.Page(page("learn"), title="Learn", icon=":material/school:", url_path="learn"),
        st.Page(page("teach"), title="Teach", icon=":material/co_present:", url_path="teach"),
    ],
    position="top",
)
with turn():
    here.run()
