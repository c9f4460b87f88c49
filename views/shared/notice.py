"""What stands beside every result: what this is not, and when to call for help."""

from __future__ import annotations

import streamlit as st

from views.shared.engine import differential
from views.shared.words import plain


def notice() -> None:
    """Draw the notice, if the network has one; its last line is for an emergency and stands out."""
    lines = [plain(line) for line in differential().network.notice]
    if not lines:
        return
    *rest, emergency = lines
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":red[:material/emergency:] **{emergency}**")
        st.caption(" ".join(rest))
