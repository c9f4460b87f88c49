"""The app's entry: the frame and the list of pages. Start it with `nocturne app`."""

from __future__ import annotations

import streamlit as st

from views import explore

st.set_page_config(page_title="Nocturne", page_icon="🌙", layout="wide")
st.navigation([st.Page(explore.page, title="Explore", icon=":material/query_stats:", default=True)]).run()
