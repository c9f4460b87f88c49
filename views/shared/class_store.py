"""The class store, opened once and shared by all sessions."""

from __future__ import annotations

import streamlit as st

from model.teaching.classes import ClassStore
from views.shared.engine import built_in


@st.cache_resource(show_spinner="Opening the class store …")
def class_store() -> ClassStore:
    """Return the store.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    return ClassStore.open(built_in().network)
