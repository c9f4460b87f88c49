"""The claims of the source article, and what the literature says of each."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from model.ledger import ArticleClaim
from views.shared import asking
from views.shared.asking import Catalogue
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import plain
from views.sources import state
from views.sources.figure import node_link
from views.sources.shelf import Shelf
from views.sources.widgets import choice, search
from views.sources.wording import title, value, wording


def claim_list(shelf: Shelf) -> None:
    """Draw the part."""
    words, items = wording()["claims"], asking.catalogue(differential())
    count = Counter(claim.literature for claim in shelf.ledger.claims)
    told = ", ".join(
        f"{count[verdict]} {name.lower()}" for verdict, name in words["verdicts"].items() if count[verdict]
    )
    st.markdown(f"{words['introduction']} **{len(shelf.ledger.claims)} claims:** {told}.")
    search("claim_text", "Search", "A word of a claim")
    choice("claim_verdict", "What the literature says", words["verdicts"])
    wanted = state.current()
    found = [claim for claim in shelf.ledger.claims if _fits(claim, wanted)]
    if not found:
        st.markdown("**No claim found.**")
    for claim in found:
        _row(claim, shelf, items)


def _fits(claim: ArticleClaim, wanted: state.Wanted) -> bool:
    """Return whether a claim passes the filter."""
    hay = f"{claim.id} {claim.says} {claim.note}".lower()
    fits = not wanted.claim_verdict or claim.literature == wanted.claim_verdict
    return fits and all(word in hay for word in wanted.claim_text.lower().split())


def _row(claim: ArticleClaim, shelf: Shelf, items: Catalogue) -> None:
    """Draw one claim: verdict in words, what the literature says; nodes and figures once they are wanted."""
    verdict = wording()["claims"]["verdicts"].get(claim.literature, claim.literature)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(claim.id)} · {plain(verdict)}.** {plain(claim.says)}")
        st.markdown(plain(claim.note))
        panel = fold(
            "Where it stands in the network, and the figures",
            f"claim-{claim.id}",
            state.PART,
            type="compact",
        )
        if panel is not None:
            entries = [
                shelf.ledger.entries[figure] for figure in claim.figures if figure in shelf.ledger.entries
            ]
            with panel:
                st.markdown("In the network: " + ", ".join(node_link(node, items) for node in claim.nodes))
                st.markdown(
                    "\n".join(
                        f"- {plain(title(entry, items))}: **{value(entry)}**, "
                        f"grade {plain(entry.figure.grade)}{', **judged**' if entry.judged else ''}"
                        for entry in entries
                    )
                )
