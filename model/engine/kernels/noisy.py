# mypy: allow-untyped-defs, allow-untyped-calls
"""Noisy families and whole cases, sliced into a `Sliced`."""

import numpy as np

from model.engine.kernels.jit import kernel, part
from model.engine.kernels.slice import (
    FIRST,
    NEXT,
    add_factor,
    add_variable,
    scale,
    settle,
    slice_dense,
    weigh,
)
from model.engine.kernels.trees import add_joined, join, take_in, tree


@kernel
def spell_out(t, s, i, leak, free, n_free, made):
    """Write P(state | up to two free parents) at `made`, axes (state, first parent, second parent)."""
    n_states = t.card[i]
    first = t.card[t.parent[free[0]]]
    second = t.card[t.parent[free[1]]] if n_free == 2 else 1
    row = np.empty(n_states)
    for x in range(first):
        for y in range(second):
            row[:] = leak
            take_in(row, t.pool, t.arc_at[free[0]] + x * n_states, n_states)
            if n_free == 2:
                take_in(row, t.pool, t.arc_at[free[1]] + y * n_states, n_states)
            for k in range(n_states):
                s.made[made + (k * first + x) * second + y] = row[k]


@kernel
def absorb(t, s, i, leak, free):
    """Write the leak with certain parents taken in, and the arcs of free ones; return their number."""
    n_states = t.card[i]
    for k in range(n_states):
        leak[k] = t.pool[t.offset[i] + k]
    n_free = 0
    for e in range(t.first[i], t.first[i + 1]):
        state = s.certain[t.parent[e]]
        if state >= 0:
            take_in(leak, t.pool, t.arc_at[e] + state * n_states, n_states)
        else:
            free[n_free] = e
            n_free += 1
    for k in range(n_states - 1):
        if leak[k] != 0.0:
            return n_free
    return 0


@part
def slice_inner_noisy(t, s, i, is_soft, likelihood):
    """Add a noisy family whose node is itself a variable."""
    n_states = t.card[i]
    leak, free = s.leak[:n_states], s.free
    n_free = absorb(t, s, i, leak, free)
    if n_free == 0:
        if settle(t, s, i, leak, FIRST, NEXT, is_soft, likelihood):
            return
        variable = add_variable(s, n_states)
        s.variable_of[i] = variable
        if is_soft:
            weigh(s, variable, likelihood, FIRST, NEXT)
        weigh(s, variable, leak, FIRST, NEXT)
        return
    made = s.counts[2]
    if n_free <= 2:
        spell_out(t, s, i, leak, free, n_free, made)
        variable = add_variable(s, n_states)
        f = s.counts[1]
        size = 1
        for axis in range(n_free, 0, -1):
            parent = t.parent[free[axis - 1]]
            s.scope[f, axis] = s.variable_of[parent]
            s.stride[f, axis] = size
            size *= t.card[parent]
        s.scope[f, 0] = variable
        s.stride[f, 0] = size
        s.counts[2] += size * n_states
        add_factor(s, n_free + 1, made, 1)
    elif s.as_tree[i]:
        left = np.empty((2, 3), np.int64)
        tree(t, s, i, leak, free, n_free, left)
        variable = add_variable(s, n_states)
        join(t, s, i, leak, left[0], left[1], s.counts[2])
        add_joined(s, variable, left[0], left[1], n_states)
    else:
        auxiliary = add_variable(s, n_states)
        s.auxiliary_of[i] = auxiliary
        variable = add_variable(s, n_states)
        for k in range(n_states):
            for a in range(n_states):
                s.made[made + k * n_states + a] = (1.0 if a == k else 0.0) - (1.0 if a == k - 1 else 0.0)
        f = s.counts[1]
        s.scope[f, 0], s.scope[f, 1] = variable, auxiliary
        s.stride[f, 0], s.stride[f, 1] = n_states, 1
        s.counts[2] += n_states * n_states
        add_factor(s, 2, made, 1)
        for k in range(1, n_states):
            leak[k] += leak[k - 1]
        weigh(s, auxiliary, leak, FIRST, NEXT)
        star(t, s, i, auxiliary, free, n_free, FIRST)
    s.variable_of[i] = variable
    if is_soft:
        weigh(s, variable, likelihood, FIRST, NEXT)


@kernel
def star(t, s, i, auxiliary, free, n_free, lowest):
    """Add a factor between the auxiliary variable of a noisy node and each free parent."""
    n_states = t.card[i]
    for j in range(n_free):
        parent = t.parent[free[j]]
        f = s.counts[1]
        s.scope[f, 0], s.scope[f, 1] = auxiliary, s.variable_of[parent]
        s.stride[f, 0], s.stride[f, 1] = 1, n_states
        add_factor(s, 2, t.arc_at[free[j]] + t.card[parent] * n_states + lowest, 0)


@part
def slice_observed_noisy(t, s, i, is_soft, likelihood):
    """Add a noisy family whose node is observed and nobody's parent."""
    n_states = t.card[i]
    leak, free = s.leak[:n_states], s.free
    n_free = absorb(t, s, i, leak, free)
    weight = np.zeros(n_states)
    if is_soft:
        weight[:] = likelihood[:n_states]
    else:
        weight[s.certain[i]] = 1.0
    lowest, highest = -1, -1
    coefficient = np.empty(n_states)
    for k in range(n_states):
        coefficient[k] = weight[k] - (weight[k + 1] if k + 1 < n_states else 0.0)
        if coefficient[k] != 0.0:
            highest = k
            if lowest < 0:
                lowest = k
    if lowest == n_states - 1:
        scale(s, weight[0])
        return
    if lowest == highest:
        total = 0.0
        for k in range(lowest + 1):
            total += leak[k]
        scale(s, coefficient[lowest] * total)
        for j in range(n_free):
            parent = t.parent[free[j]]
            at = t.arc_at[free[j]] + t.card[parent] * n_states + lowest
            weigh(s, s.variable_of[parent], t.pool, at, n_states)
        return
    if n_free <= 2:
        observe_few(t, s, i, leak, free, n_free, weight)
        return
    if s.as_tree[i]:
        observe_tree(t, s, i, leak, free, n_free, weight)
        return
    auxiliary = add_variable(s, highest - lowest + 1)
    s.auxiliary_of[i] = auxiliary
    total = 0.0
    for k in range(highest + 1):
        total += leak[k]
        if k >= lowest:
            s.weights[auxiliary, k - lowest] = coefficient[k] * total
    star(t, s, i, auxiliary, free, n_free, lowest)


@part
def observe_tree(t, s, i, leak, free, n_free, weight):
    """Add the likelihood of an observed noisy node as a tree of its parents."""
    n_states = t.card[i]
    left = np.empty((2, 3), np.int64)
    tree(t, s, i, leak, free, n_free, left)
    made = s.counts[2]
    join(t, s, i, leak, left[0], left[1], made)
    size = left[0, 2] * left[1, 2]
    for c in range(size):
        total = 0.0
        for k in range(n_states):
            total += weight[k] * s.made[made + k * size + c]
        s.made[made + c] = total
    s.counts[2] += size
    f = s.counts[1]
    s.scope[f, 0], s.scope[f, 1] = left[0, 0], left[1, 0]
    s.stride[f, 0], s.stride[f, 1] = left[1, 2], 1
    add_factor(s, 2, made, 1)


@part
def observe_few(t, s, i, leak, free, n_free, weight):
    """Add the likelihood of an observed noisy node with at most two free parents."""
    n_states = t.card[i]
    made = s.counts[2]
    if n_free == 0:
        total = 0.0
        for k in range(n_states):
            total += weight[k] * leak[k]
        scale(s, total)
        return
    spell_out(t, s, i, leak, free, n_free, made)
    size = t.card[t.parent[free[0]]] * (t.card[t.parent[free[1]]] if n_free == 2 else 1)
    for c in range(size):
        total = 0.0
        for k in range(n_states):
            total += weight[k] * s.made[made + k * size + c]
        s.made[made + c] = total
    if n_free == 1:
        weigh(s, s.variable_of[t.parent[free[0]]], s.made, made, NEXT)
        return
    s.counts[2] += size
    f = s.counts[1]
    s.scope[f, 0], s.scope[f, 1] = s.variable_of[t.parent[free[0]]], s.variable_of[t.parent[free[1]]]
    s.stride[f, 0], s.stride[f, 1] = t.card[t.parent[free[1]]], 1
    add_factor(s, 2, made, 1)


@part
def slice_case(t, s, hard, soft, likelihood, wanted):
    """Fill `s` with one case.

    hard (n,) state or -1; soft (n,) 0 or 1; likelihood (n, most states); wanted (n,) what must be variables.
    """
    n = t.card.size
    s.counts[:] = 0
    s.log_scale[0] = 0.0
    relevant = np.zeros(n, np.uint8)
    inner = np.zeros(n, np.uint8)
    for i in range(n - 1, -1, -1):
        s.variable_of[i] = -1
        s.auxiliary_of[i] = -1
        s.certain[i] = hard[i]
        if hard[i] >= 0 or soft[i] or wanted[i]:
            relevant[i] = 1
        if wanted[i]:
            inner[i] = 1
        if relevant[i]:
            for e in range(t.first[i], t.first[i + 1]):
                relevant[t.parent[e]] = 1
                inner[t.parent[e]] = 1
    for i in range(n):
        if not relevant[i]:
            continue
        if not t.noisy[i]:
            slice_dense(t, s, i, soft[i], likelihood[i])
        elif inner[i] and hard[i] < 0:
            slice_inner_noisy(t, s, i, soft[i], likelihood[i])
        else:
            slice_observed_noisy(t, s, i, soft[i], likelihood[i])
        if s.log_scale[0] == -np.inf:
            return
