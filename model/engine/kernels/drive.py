# mypy: allow-untyped-defs, allow-untyped-calls
"""What the engine calls: one case, many cases, one case in many columns."""

from __future__ import annotations

import numpy as np

from model.engine.kernels.columns import COLUMNS, changed_steps, downward_columns, upward_columns
from model.engine.kernels.jit import kernel
from model.engine.kernels.noisy import slice_case
from model.engine.kernels.order import make_steps
from model.engine.kernels.passes import downward, index_inputs, starts, upward
from model.engine.kernels.read_off import read_one
from model.engine.kernels.slice import room
from model.engine.plan import LARGEST_BUCKET, LARGEST_PLAN

ANSWERED, IMPOSSIBLE, DOUBTFUL, TOO_WIDE = 0, 1, 2, 3
"""How a case ended. One that stays doubtful (digits may have cancelled) or is too wide goes to NumPy."""

LARGEST_CANCELLATION = 1e5


@kernel
def prepare(t, s, hard, soft, likelihood, wanted):
    """Slice and plan a case; return how it ended, and the plan."""
    slice_case(t, s, hard, soft, likelihood, wanted)
    n = s.counts[0] if s.log_scale[0] > -np.inf else 0
    steps = make_steps(n, s.card, s.counts[1] if n else 0, s.arity, s.scope)
    status = ANSWERED
    if s.log_scale[0] == -np.inf:
        status = IMPOSSIBLE
    elif steps.cost[0] > LARGEST_PLAN or steps.cost[1] > LARGEST_BUCKET:
        status = TOO_WIDE
    return status, steps


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


@kernel
def split_targets(t, target, hard, soft, wanted, read_off):
    """Mark the nodes that must be variables; write the targets that can be read off, return their number."""
    n_read = 0
    wanted[:] = 0
    for i in range(t.card.size):
        if not target[i] or hard[i] >= 0:
            continue
        n_free = 0
        for e in range(t.first[i], t.first[i + 1]):
            if hard[t.parent[e]] < 0:
                n_free += 1
        if t.leaf[i] and not soft[i] and (t.noisy[i] or n_free <= 1):
            read_off[n_read] = i
            n_read += 1
            for e in range(t.first[i], t.first[i + 1]):
                if hard[t.parent[e]] < 0:
                    wanted[t.parent[e]] = 1
        else:
            wanted[i] = 1
    return n_read


@kernel
def solve(t, s, hard, soft, likelihood, target, out):
    """Answer one case: write the posteriors of the targets into `out` (n, most states).

    Where digits may have cancelled the case is solved again with one noisy node more as a chain: tables
    grow with every chain, and one finding that hardly fits the others is usually all.

    Returns
    -------
    log_evidence, status
    """
    s.chain[:] = 0
    log_evidence, status = solve_once(t, s, hard, soft, likelihood, target, out)
    while status == DOUBTFUL:
        log_evidence, status = solve_once(t, s, hard, soft, likelihood, target, out)
        if status == TOO_WIDE:  # NumPy takes fewer digits rather than none
            return log_evidence, DOUBTFUL
    return log_evidence, status


@kernel
def add_chain(s, steps, cancelled):
    """Mark the noisy node at whose own step most digits cancel, to be a chain the next time."""
    worst = -1
    for i in range(s.chain.size):
        a = s.auxiliary_of[i]
        if a >= 0 and (
            worst < 0 or cancelled[steps.step_of[a]] > cancelled[steps.step_of[s.auxiliary_of[worst]]]
        ):
            worst = i
    s.chain[worst] = 1


@kernel
def solve_once(t, s, hard, soft, likelihood, target, out):
    """Answer one case as `solve` does, noisy nodes in the form that `s.chain` says."""
    wanted, read_off = np.empty(t.card.size, np.uint8), np.empty(t.card.size, np.int64)
    n_read = split_targets(t, target, hard, soft, wanted, read_off)
    status, steps = prepare(t, s, hard, soft, likelihood, wanted)
    if status != ANSWERED:
        return -np.inf, status
    n = s.counts[0]
    inputs = index_inputs(s, steps, n, s.card)
    table_at, message_at = starts(steps, n, s.card)
    local, messages, scales = np.empty(table_at[n]), np.empty(message_at[n]), np.ones(n)
    log_z = upward(t, s, steps, n, inputs, table_at, message_at, local, messages, scales)
    doubtful = IMPOSSIBLE
    for i in range(t.card.size):
        if s.auxiliary_of[i] >= 0:
            doubtful = DOUBTFUL
    if log_z == -np.inf:
        for i in range(t.card.size):
            if s.auxiliary_of[i] >= 0:
                s.chain[i] = 1
        return log_z, doubtful
    beliefs = np.empty((n, t.widest))
    needed = needed_steps(t, s, steps, n, wanted)
    outside = np.empty(message_at[n])
    cancelled = np.empty(n)
    downward(s, steps, n, inputs, table_at, message_at, local, messages, outside, needed, beliefs, cancelled)
    if n and cancelled.max() > LARGEST_CANCELLATION and doubtful == DOUBTFUL:
        add_chain(s, steps, cancelled)
        return log_z, DOUBTFUL
    for i in range(t.card.size):
        if s.certain[i] >= 0:
            out[i, :] = 0.0
            out[i, s.certain[i]] = 1.0
        elif wanted[i]:
            normalised(beliefs[s.variable_of[i]], t.card[i], out[i])
    arrays = (table_at, message_at, local, messages, scales, outside)
    for r in range(n_read):
        read_one(t, s, steps, n, inputs, arrays, read_off[r], out)
    return log_z + s.log_scale[0], ANSWERED


@kernel
def normalised(belief, card, out):
    """Write a belief as probabilities; a negative rounding error counts as 0."""
    total = 0.0
    for x in range(card):
        total += max(belief[x], 0.0)
    for x in range(card):
        out[x] = max(belief[x], 0.0) / total


@kernel
def solve_many(t, hard, soft, likelihood, target, answers, log_evidence, status):
    """Answer many cases.

    hard (cases, n) int8, -1 for not observed; soft (n,) nodes with a likelihood in some case; likelihood
    (cases or 0, n, most states), 1 throughout for none; answers (cases, states of all targets).
    """
    s = room(t)
    n = t.card.size
    out = np.zeros((n, t.widest))
    state = np.empty(n, np.int64)
    is_soft = np.zeros(n, np.uint8)
    ones = np.ones((n, t.widest))
    for case in range(hard.shape[0]):
        for i in range(n):
            state[i] = hard[case, i]
            is_soft[i] = 0
            if likelihood.shape[0] and soft[i] and state[i] < 0:
                for x in range(t.card[i]):
                    if likelihood[case, i, x] != 1.0:
                        is_soft[i] = 1
        weights = likelihood[case] if likelihood.shape[0] else ones
        log_evidence[case], status[case] = solve(t, s, state, is_soft, weights, target, out)
        column = 0
        for i in range(n):
            for x in range(t.card[i] if target[i] else 0):
                answers[case, column] = out[i, x] if status[case] == ANSWERED else np.nan
                column += 1


@kernel
def solve_columns(t, hard, soft, likelihood, wanted, column_first, mod_variable, mod_vector, log_z, beliefs):
    """Answer one case in many columns.

    Column c multiplies the weights of node mod_variable[m] by mod_vector[m] for m in
    column_first[c] : column_first[c + 1]. Writes log_z (n_columns + 1,), the case itself first, and beliefs
    (n, most states, n_columns) as probabilities for the wanted nodes that are free.
    """
    s = room(t)
    status, steps = prepare(t, s, hard, soft, likelihood, wanted)
    if status != ANSWERED:
        return status
    n = s.counts[0]
    inputs = index_inputs(s, steps, n, s.card)
    table_at, message_at = starts(steps, n, s.card)
    local, messages = np.empty(table_at[n]), np.empty(message_at[n])
    scales = np.ones(n)
    own = upward(t, s, steps, n, inputs, table_at, message_at, local, messages, scales)
    if own == -np.inf:
        return DOUBTFUL
    log_z[0] = own + s.log_scale[0]
    needed = needed_steps(t, s, steps, n, wanted)
    outside, own_beliefs, cancelled = np.empty(message_at[n]), np.empty((n, t.widest)), np.empty(n)
    downward(
        s, steps, n, inputs, table_at, message_at, local, messages, outside, needed, own_beliefs, cancelled
    )
    if n and cancelled.max() > LARGEST_CANCELLATION:
        return DOUBTFUL
    n_columns = column_first.size - 1
    ratio_at = message_at[n] * COLUMNS
    message_columns = np.empty(ratio_at + n * t.widest * COLUMNS)
    ratio = message_columns[ratio_at:].reshape((n, t.widest, COLUMNS))
    found = np.empty((n, t.widest, COLUMNS))
    logs, logs_of_certain = np.empty(COLUMNS), np.empty(COLUMNS)
    touched = np.zeros(n, np.uint8)
    for start in range(0, n_columns, COLUMNS):
        stop = min(n_columns, start + COLUMNS)
        ratio[:] = 1.0
        touched[:] = 0
        logs_of_certain[:] = 0.0
        for c in range(start, stop):
            for m in range(column_first[c], column_first[c + 1]):
                v = s.variable_of[mod_variable[m]]
                if v < 0:  # a node whose state is certain: a number, not a vector
                    value = mod_vector[m, s.certain[mod_variable[m]]]
                    logs_of_certain[c - start] += np.log(value) if value > 0.0 else -np.inf
                    continue
                touched[v] = 1
                for x in range(s.card[v]):
                    ratio[v, x, c - start] *= mod_vector[m, x]
        arrays = (table_at, message_at, local, messages)
        own_and_touched = (scales, touched, changed_steps(steps, n, touched))
        upward_columns(s, steps, n, inputs, arrays, own_and_touched, message_columns, ratio_at, logs)
        worst = downward_columns(
            s, steps, n, inputs, arrays, own_and_touched, message_columns, ratio_at, needed, found
        )
        for c in range(start, stop):
            log_z[c + 1] = log_z[0] + logs[c - start] + logs_of_certain[c - start]
            if logs[c - start] > -np.inf and worst[c - start] > LARGEST_CANCELLATION:
                return DOUBTFUL
            for i in range(t.card.size):
                if wanted[i] and s.certain[i] >= 0:
                    for x in range(t.card[i]):
                        beliefs[i, x, c] = 1.0 if x == s.certain[i] else 0.0
                if wanted[i] and s.variable_of[i] >= 0:
                    v = s.variable_of[i]
                    total = 0.0
                    for x in range(t.card[i]):
                        total += max(found[v, x, c - start], 0.0)
                    for x in range(t.card[i]):
                        beliefs[i, x, c] = max(found[v, x, c - start], 0.0) / total if total > 0.0 else np.nan
    return ANSWERED
