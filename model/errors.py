"""The errors a question can raise, for those who ask `model` and never reach past it."""

from __future__ import annotations

from network.errors import (
    DiagnosisError,
    EvidenceError,
    ImpossibleEvidence,
    NotModifiable,
    RefusedNumber,
    ScenarioError,
    TooWide,
    UnknownNode,
    UnknownState,
)

__all__ = [
    "DiagnosisError",
    "EvidenceError",
    "ImpossibleEvidence",
    "NotModifiable",
    "RefusedNumber",
    "ScenarioError",
    "TooWide",
    "UnknownNode",
    "UnknownState",
]
