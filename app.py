"""The app's entry: the frame and the list of pages. Start it with `nocturne app`."""

from __future__ import annotations

import streamlit as st

from views.explore.page import page as explore

st.set_page_config(page_title="Nocturne", page_icon="🌙", layout="wide")
st.navigation(
    [
        st.Page(explore, title="Explore", icon=":material/query_stats:", default=True),
    ],
    position="top",
).run()
