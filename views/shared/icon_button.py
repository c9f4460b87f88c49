"""A button of one row that has room for its icon only: what it says is its name for screen readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

ICON_WIDTH = 24
"""In pixels."""


def icon_button(
    says: str, icon: str, key: str, act: Callable[..., None], args: tuple[Any, ...], disabled: bool = False
) -> None:
    """Draw the button.

    Parameters
    ----------
    says : str
        What it does to what: "Remove: Smoking". A label that is a mere icon would be read as the icon's name.
    icon : str
        Name of a Material symbol.
    """
    st.button(
        says,
        icon=f":material/{icon}:",
        key=key,
        type="tertiary",
        width=ICON_WIDTH,
        wrap=False,
        disabled=disabled,
        on_click=act,
        args=args,
    )
