# mypy: allow-untyped-defs, allow-untyped-calls
"""One case made ready, both passes done for it, and what is to change where the answer is doubtful."""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel, part
from model.engine.kernels.noisy import slice_case
from model.engine.kernels.order import make_steps
from model.engine.kernels.passes import downward, index_inputs, starts, upward
from model.engine.kernels.trees import follow_plan
from model.engine.plan import LARGEST_BUCKET, LARGEST_PLAN

ANSWERED, IMPOSSIBLE, DOUBTFUL, TOO_WIDE = 0, 1, 2, 3
"""How a case ended. One that stays doubtful (digits may have cancelled) or is too wide goes to NumPy."""

LARGEST_CANCELLATION = 3e5
"""As in `propagate`."""


@kernel
def prepare(t, s, hard, soft, likelihood, wanted, most):
    """Slice and plan a case of at most so many table entries; return how it ended, and the plan."""
    slice_case(t, s, hard, soft, likelihood, wanted)
    n = s.counts[0] if s.log_scale[0] > -np.inf else 0
    steps = make_steps(n, s.card, s.counts[1] if n else 0, s.arity, s.scope)
    status = ANSWERED
    if s.log_scale[0] == -np.inf:
        status = IMPOSSIBLE
    elif steps.cost[0] > min(most, LARGEST_PLAN) or steps.cost[1] > LARGEST_BUCKET:
        status = TOO_WIDE
    return status, steps


@kernel
def own_passes(t, s, steps, wanted):
    """Do both passes for the case itself.

    Noisy nodes that are to be trees the next time are marked where the case is doubtful.

    Returns
    -------
    status, log of the total, index arrays, arrays of the passes, which steps are needed, beliefs
    """
    n = s.counts[0]
    inputs = index_inputs(s, steps, n, s.card)
    table_at, message_at = starts(steps, n, s.card)
    local, messages, scales = np.empty(table_at[n]), np.empty(message_at[n]), np.ones(n)
    log_z = upward(t, s, steps, n, inputs, table_at, message_at, local, messages, scales)
    beliefs, outside, cancelled = np.empty((n, t.widest)), np.empty(message_at[n]), np.empty(n)
    needed = needed_steps(t, s, steps, n, wanted)
    status = ANSWERED
    if log_z == -np.inf:
        status = DOUBTFUL if spell_out_all(t, s, steps, n) else IMPOSSIBLE
    else:
        downward(
            s, steps, n, inputs, table_at, message_at, local, messages, outside, needed, beliefs, cancelled
        )
        if spell_out_worst(t, s, steps, n, cancelled):
            status = DOUBTFUL
    return status, log_z, inputs, (table_at, message_at, local, messages, scales), needed, beliefs


@kernel
def needed_steps(t, s, steps, n, wanted):
    """Return the steps on the way to a wanted variable, or to an auxiliary one that might cancel."""
    needed = np.zeros(n, np.uint8)
    for i in range(t.card.size):
        if wanted[i] and s.variable_of[i] >= 0:
            needed[steps.step_of[s.variable_of[i]]] = 1
        if s.auxiliary_of[i] >= 0:
            needed[steps.step_of[s.auxiliary_of[i]]] = 1
    for b in range(n):
        if needed[b] and steps.parent[b] >= 0:
            needed[steps.parent[b]] = 1
    return needed


@part
def spell_out_all(t, s, steps, n):
    """Mark every noisy node that is still split to be a tree the next time; return whether there is one."""
    found = False
    for i in range(s.as_tree.size):
        if s.auxiliary_of[i] >= 0:
            s.as_tree[i] = 1
            follow_plan(t, s, steps, n, i)
            found = True
    return found


@kernel
def spell_out_worst(t, s, steps, n, cancelled):
    """Mark the noisy node at whose own step most digits cancel; return whether too many did.

    Tables grow with every node that is spelled out, and one that hardly fits the others is usually all.
    """
    if not n or cancelled.max() <= LARGEST_CANCELLATION:
        return False
    worst, most = -1, 0.0
    for i in range(s.as_tree.size):
        a = s.auxiliary_of[i]
        if a >= 0 and cancelled[steps.step_of[a]] > most:
            worst, most = i, cancelled[steps.step_of[a]]
    if worst >= 0:
        s.as_tree[worst] = 1
        follow_plan(t, s, steps, n, worst)
    return worst >= 0
