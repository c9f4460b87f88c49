"""A button that saves a file; nothing of the page is drawn anew for it."""

from __future__ import annotations

import streamlit as st


def download(
    label: str, content: str, name: str, mime: str, key: str, icon: str = "download", disabled: bool = False
) -> None:
    """Draw the button.

    Parameters
    ----------
    content : text of the file
    name : name of the file
    icon : name of a Material symbol
    """
    st.download_button(
        label,
        content,
        file_name=name,
        mime=mime,
        key=key,
        icon=f":material/{icon}:",
        on_click="ignore",
        disabled=disabled,
    )
