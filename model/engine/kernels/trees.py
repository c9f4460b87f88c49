# mypy: allow-untyped-defs, allow-untyped-calls
"""A noisy node as a tree of maxima, all numbers positive: for where a difference would lose digits."""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel, part
from model.engine.kernels.slice import add_factor, add_variable


@kernel
def take_in(leak, source, at, n_states):
    """Replace `leak` by the distribution of the larger of it and another contribution."""
    at_most = leak[0]
    at_most_other = source[at]
    leak[0] = at_most * at_most_other
    for k in range(1, n_states):
        at_most_other += source[at + k]
        p = leak[k]
        leak[k] = p * at_most_other + at_most * source[at + k]
        at_most += p


@kernel
def join(t, s, i, leak, first, second, made):
    """Write P(larger of the leak and two contributions) at `made`, axes (state, first, second).

    A contribution is (variable, arc, states): of a parent over an arc, or, where that is -1, the very state
    of a variable that joins some parents already.
    """
    n_states = t.card[i]
    row = np.empty(n_states)
    for x in range(first[2]):
        for y in range(second[2]):
            row[:] = leak
            for which in range(2):
                arc, state = (first[1], x) if which == 0 else (second[1], y)
                if arc >= 0:
                    take_in(row, t.pool, t.arc_at[arc] + state * n_states, n_states)
                else:
                    row[state] = row[: state + 1].sum()
                    row[:state] = 0.0
            for k in range(n_states):
                s.made[made + (k * first[2] + x) * second[2] + y] = row[k]


@part
def add_joined(s, variable, first, second, n_states):
    """Add the factor that `join` has written behind the numbers in use."""
    f, made = s.counts[1], s.counts[2]
    s.scope[f, 0], s.scope[f, 1], s.scope[f, 2] = variable, first[0], second[0]
    s.stride[f, 0], s.stride[f, 1], s.stride[f, 2] = first[2] * second[2], second[2], 1
    s.counts[2] += n_states * first[2] * second[2]
    add_factor(s, 3, made, 1)


@kernel
def tree(t, s, i, leak, free, n_free, left):
    """Join the free parents two by two, as `s.merge` says; write the last two contributions to `left`.

    No number is negative. The leak is taken in by the first pair and is nothing afterwards.
    """
    n_states = t.card[i]
    found = np.empty((2 * n_free, 3), np.int64)
    for j in range(n_free):
        parent = t.parent[free[j]]
        found[j, 0], found[j, 1], found[j, 2] = s.variable_of[parent], free[j], t.card[parent]
    for k in range(n_free - 1):
        merge = s.merge[t.first[i] + k]
        first, second = found[merge[0]], found[merge[1]]
        if k == n_free - 2:
            left[0], left[1] = first, second
            return
        join(t, s, i, leak, first, second, s.counts[2])
        variable = add_variable(s, n_states)
        add_joined(s, variable, first, second, n_states)
        found[n_free + k, 0], found[n_free + k, 1], found[n_free + k, 2] = variable, -1, n_states
        leak[:] = 0.0
        leak[0] = 1.0


@kernel
def follow_plan(t, s, steps, n, i):
    """Choose how the parents of a noisy node are joined if it is spelled out: where the plan joins them.

    Every parent wanders from its own step towards the root; those that meet in a step are a pair. So the
    tree hardly widens the cliques of a plan that splits the node.
    """
    place = np.full(2 * (t.first[i + 1] - t.first[i]), -1, np.int64)
    n_free = 0
    for e in range(t.first[i], t.first[i + 1]):
        if s.certain[t.parent[e]] < 0:
            place[n_free] = steps.step_of[s.variable_of[t.parent[e]]]
            n_free += 1
    count = 0
    for b in range(n + 1):
        waiting = -1
        for j in range(n_free + count):
            if place[j] != b:
                continue
            if waiting < 0:
                waiting = j
                continue
            s.merge[t.first[i] + count, 0], s.merge[t.first[i] + count, 1] = waiting, j
            place[waiting], place[j] = -1, -1
            waiting = n_free + count
            place[waiting] = b
            count += 1
        if waiting >= 0 and b < n:
            place[waiting] = steps.parent[b] if steps.parent[b] >= 0 else n
