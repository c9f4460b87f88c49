"""What a whole room asks at the same moment is worked out once."""

from __future__ import annotations

import streamlit as st

from model.teaching.classes import Learner, RevealedCase
from model.teaching.room import Distribution, distribution
from views.shared.engine import built_in
from views.shared.turns import worked_out

MOST_ROOMS, KEPT_SECONDS = 64, 3600


@worked_out
@st.cache_resource(max_entries=MOST_ROOMS, ttl=KEPT_SECONDS, show_spinner=False)
def room_after_reveal(key: str, _learner: Learner) -> tuple[RevealedCase, Distribution]:
    """Return a revealed case and the room's last beliefs about it; neither changes after the reveal.

    Parameters
    ----------
    key : names the case of one class; whoever asks must be of that class

    Raises
    ------
    NotRevealed
        Before the instructor reveals it.
    """
    found = _learner.revealed(key)
    return found, distribution(built_in(), found.case, None, found.beliefs)
