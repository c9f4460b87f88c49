"""What follows from a network: posteriors and everything asked of them."""

from __future__ import annotations

from model.differential import Differential
from model.evidence import UNKNOWN, Evidence, Likelihood
from model.result import Answer, Cause

__all__ = ["UNKNOWN", "Answer", "Cause", "Differential", "Evidence", "Likelihood"]
