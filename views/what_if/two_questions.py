"""Found or changed: the two questions told apart, with an example computed from the network."""

from __future__ import annotations

import streamlit as st

from model import Differential
from model.what_if import modifiable
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.turns import worked_out
from views.shared.words import percent, plain
from views.what_if import state
from views.what_if.wording import wording

PRESENT, ABSENT = "present", "absent"


def two_questions() -> None:
    """Draw the explanation, once it is wanted."""
    panel = fold("Found or changed: why the two differ", "two-questions", state.CASE, "help")
    if panel is None:
        return
    with panel:
        for sentence in wording()["explanation"]:
            st.markdown(sentence)
        example = wording()["example"]
        network = differential().network
        if example["node"] in modifiable(network) and example["cause"] in network:
            numbers = _example(network.hash, differential(), example["node"], example["cause"])
            st.markdown("\n".join(f"- {example[key].format(**numbers)}" for key in ("found", "changed")))


@worked_out
@st.cache_data(show_spinner=False, max_entries=8)
def _example(network_hash: str, _ddx: Differential, node: str, cause: str) -> dict[str, str]:
    """Return how often a condition is there with and without something, found and changed."""
    found = {
        "node": plain(_ddx.network.node(node).label.lower()),
        "cause": plain(_ddx.network.node(cause).label.lower()),
    }
    for answer, suffix in ((PRESENT, "with"), (ABSENT, "without")):
        seen = _ddx.query({node: answer}, complaint=False)
        done = _ddx.what_if({}, {node: answer}, do=True, complaint=False).with_change
        found[f"found_{suffix}"] = percent(seen.present(cause))
        found[f"changed_{suffix}"] = percent(done.present(cause))
    return found
