"""Findings that cannot hold together, in words."""

from __future__ import annotations

from model import Evidence
from model.errors import ImpossibleEvidence
from views.shared.asking import Catalogue
from views.shared.words import finding_words, plain


def clashing(error: ImpossibleEvidence, evidence: Evidence) -> list[str]:
    """Return the entered nodes that a clash names, in the order in which they were entered."""
    return [node for node in evidence.active if node in error.nodes]


def clash_words(error: ImpossibleEvidence, evidence: Evidence, items: Catalogue) -> list[str]:
    """Return each entered finding of a clash in words, ready for Markdown."""
    return [
        f"**{plain(finding_words(items.items[node], evidence.get(node)))}**"
        for node in clashing(error, evidence)
    ]
