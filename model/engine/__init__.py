"""The exact engine: `ExactEngine(network).posteriors(evidence)`.

compile     a network laid out for fast access
slicing     a case as factors
plan        the order of elimination and its cost
propagate   the two passes, in NumPy
case        one case made ready
implied     what the evidence settles above it
exact       the engine
"""

from model.engine.exact import ExactEngine
from model.engine.plan import Plan

__all__ = ["ExactEngine", "Plan"]
