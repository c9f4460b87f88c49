"""The app's entry: the frame and the list of pages. Start it with `nocturne app`."""

from __future__ import annotations

import streamlit as st

from views.explore.page import page as explore
from views.learn.page import page as learn
from views.network.page import page as network
from views.sources.page import page as sources
from views.teach.page import page as teach
from views.what_if.page import page as what_if

st.set_page_config(page_title="Nocturne", page_icon="🌙", layout="wide")
st.navigation(
    [
        st.Page(explore, title="Explore", icon=":material/query_stats:", default=True),
        st.Page(what_if, title="What if", icon=":material/alt_route:", url_path="what_if"),
        st.Page(network, title="Network", icon=":material/hub:", url_path="network"),
        st.Page(sources, title="Sources", icon=":material/menu_book:", url_path="sources"),
        st.Page(learn, title="Learn", icon=":material/school:", url_path="learn"),
        st.Page(teach, title="Teach", icon=":material/co_present:", url_path="teach"),
    ],
    position="top",
).run()
