"""Where the numbers behind the top cause come from; judgement is marked as such."""

from __future__ import annotations

import re

import streamlit as st

from model import Answer
from model.citations import Citation
from views.explore.choosing import choose_cause
from views.shared import asking
from views.shared.citing import origin
from views.shared.engine import differential, numbers_behind
from views.shared.words import counted, parameter_words, plain, share_or_ratio


def sources(now: Answer) -> None:
    """Draw the panel about one cause, the top one unless another is chosen."""
    condition = choose_cause(now, "Numbers behind", "sources-of")
    items = asking.catalogue(differential())
    found = _numbers(now, condition)
    judged = sum(citation.judged for _, citations in found for citation in citations)
    total = sum(len(citations) for _, citations in found)
    st.caption(
        f"{counted(total, 'number')}, {judged} of them judged in whole or in part. Grades run from A, "
        "the best studies, to D, expert judgement. The interval says where the number most likely lies."
    )
    for title, citations in found:
        st.markdown(f"**{plain(title)}**")
        st.markdown("\n".join(_line(citation, items) for citation in citations))


def _numbers(now: Answer, condition: str) -> list[tuple[str, list[Citation]]]:
    """Return the numbers of the condition, of its share, and of each finding that speaks of either."""
    network = now.network
    due_to = next(node for node, of in network.causes.items() if (of or node) == condition)
    found = [(f"{network.node(due_to).label}: how often", list(numbers_behind(due_to)))]
    if condition != due_to:
        found.insert(0, (f"{network.node(condition).label}: how common", list(numbers_behind(condition))))
    others = {*network.causes, *filter(None, network.causes.values())} - {condition, due_to}
    for finding in now.evidence.observed():
        node = network.node(finding)
        hidden = [parent for parent in node.parents if network.node(parent).kind == "latent"]
        spoken_of = {*node.parents, *(above for latent in hidden for above in network.node(latent).parents)}
        if {condition, due_to} & spoken_of:
            rows = [
                row for name in (finding, *hidden) for row in numbers_behind(name) if not _names(row, others)
            ]
            found.append((f"Your finding: {node.label}", rows))
    return [(title, citations) for title, citations in found if citations]


def _names(citation: Citation, nodes: set[str]) -> bool:
    """Return whether a number is about one of these nodes."""
    return bool(nodes & set(re.findall(r"\w+", citation.parameter)))


def _line(citation: Citation, items: asking.Catalogue) -> str:
    """Return one number: what it is, value and interval, grade, and who says so."""
    value = share_or_ratio(citation.value, citation.is_proportion)
    interval = ""
    if citation.low is not None and citation.high is not None and citation.low < citation.high:
        low, high = (share_or_ratio(x, citation.is_proportion) for x in (citation.low, citation.high))
        interval = f" ({low} to {high})"
    name = plain(parameter_words(items, citation.node, citation.parameter))
    return f"- {name}: **{value}**{interval}, grade {plain(citation.grade)}. {origin(citation)}"
