"""Natural frequencies as trees, each as a picture and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from model.teaching.frequencies import Branch, FrequencyTree
from views.learn.lessons.tree_pictures import causes_tree, findings_tree
from views.shared.words import listed, percent


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]


def draw_causes(key: str, tree: FrequencyTree, labels: Mapping[str, str], findings: str) -> None:
    """Draw people by the causes of their pain, all of them first, none last, and who shows the findings.

    Parameters
    ----------
    labels : the wording of each cause, safe to show
    findings : what is counted on the right, in words, safe to show
    """
    branches = list(reversed(tree.branches))
    rows = [(_whose(branch, labels), branch.people, branch.showing) for branch in branches]
    says = "; ".join(f"{name}: {people}, of them {showing} show it" for name, people, showing in rows)
    st.vega_lite_chart(
        causes_tree(tree.people, rows, ("everybody", "explained by", "show it")),
        key=key,
        alt=f"Of {tree.people:,} people: {says}.",
    )
    lines = [
        f"- **{people:,}** have it from {inside(name)}; of them, **{showing}**: {inside(findings)}"
        for name, people, showing in rows
    ]
    st.markdown("\n".join([f"Of {tree.people:,} people with the complaint", "", *lines]))


def draw_findings(key: str, steps: Sequence[tuple[int, int]], cause: str, heard: Sequence[str]) -> None:
    """Draw how many people still fit, finding by finding.

    Parameters
    ----------
    steps : (with the cause, others) before any finding and after each
    cause, heard : the wording of the cause and of each finding, safe to show
    """
    (with_cause, others), last = steps[0], steps[-1]
    share = percent(last[0] / max(sum(last), 1))
    end = f"In the end {last[0]} of {sum(last)} have it from {inside(cause)}: {share}."
    st.vega_lite_chart(findings_tree(steps, (cause, "Another cause")), key=key, alt=end)
    st.caption(
        f"Of {with_cause + others:,} people. A circle’s area is the number of people who still fit. {end}"
    )
    rows = [
        {"Heard": words, cause: f"{mine:,}", "Another cause": f"{rest:,}"}
        for words, (mine, rest) in zip(("nothing yet", *heard), steps, strict=True)
    ]
    st.table(rows, hide_index=True)


def _whose(branch: Branch, labels: Mapping[str, str]) -> str:
    """Return what explains the pain of these people."""
    held = [labels[cause] for cause, is_cause in branch.causes.items() if is_cause]
    if len(branch.causes) == 1:
        return held[0] if held else "Another cause"
    if not held:
        return "None of these" if len(labels) > 2 else "Neither"
    if len(held) == len(branch.causes):
        return "Both" if len(held) == 2 else "All of these"
    return f"Only {inside(listed(held))}"
