"""The nine headings of the source article, each with the causes below it; they overlap and are not ranked."""

from __future__ import annotations

import streamlit as st

from model import Answer
from views.shared.words import percent, plain


def headings(now: Answer) -> None:
    """Draw the headings, each with the causes below it."""
    if not now.headings:
        return
    st.markdown("**The same under the nine headings of the article**")
    st.caption("Headings overlap, because one cause can stand under several.")
    st.markdown("\n".join(_lines(now)))


def medicine_share(now: Answer) -> str:
    """Return what medicines account for, in one sentence; empty where the network does not say."""
    blamed = {node for drug in now.network.of_kind("drug_induced") for node in now.network.children[drug.id]}
    shares = [
        f"{plain(now.network.node(heading).label)}: {percent(p)}, part of the causes above."
        for heading, p in now.headings.items()
        if heading in blamed
    ]
    return " ".join(shares)


def _lines(now: Answer) -> list[str]:
    """Return a nested list: headings in the order of the article, causes most probable first."""
    lines = []
    for heading, p in now.headings.items():
        node = now.network.node(heading)
        lines.append(f"- **{plain(node.label)}: {percent(p)}**")
        below = sorted(node.parents, key=lambda cause: -now.present(cause))
        lines += [
            f"    - {plain(now.network.node(cause).label)}: {percent(now.present(cause))}" for cause in below
        ]
    return lines
