# mypy: allow-untyped-defs, allow-untyped-calls
"""Findings outside the plan, read off once both passes are done.

With one free parent a finding follows from the parent's posterior. With more, P(finding <= k | evidence) is
the total with one vector a parent multiplied into the weights, over the total without: a column.
"""

from __future__ import annotations

import numpy as np

from model.engine.kernels.columns import changed_steps, upward_columns
from model.engine.kernels.jit import kernel, part
from model.engine.kernels.lanes import LANES
from model.engine.kernels.noisy import absorb, spell_out


@kernel
def read_off(t, s, steps, n, inputs, arrays, nodes, n_nodes, out):
    """Write P(state | evidence) of the nodes outside the plan."""
    free = s.free
    wide, n_wide = np.empty(n_nodes, np.int64), 0
    for r in range(n_nodes):
        i = nodes[r]
        if not t.noisy[i]:
            read_dense(t, s, i, out)
            continue
        leak = s.leak[: t.card[i]]
        n_free = absorb(t, s, i, leak, free)
        if n_free <= 1:
            read_narrow(t, s, i, leak, free, n_free, out)
        else:
            wide[n_wide] = i
            n_wide += 1
    if n_wide:
        read_wide(t, s, steps, n, inputs, arrays, wide[:n_wide], out)


@part
def read_dense(t, s, i, out):
    """Write P(state | evidence) of a node with a full table and at most one free parent."""
    offset = t.offset[i]
    free = -1
    for e in range(t.first[i], t.first[i + 1]):
        state = s.certain[t.parent[e]]
        if state >= 0:
            offset += state * t.arc_at[e]
        else:
            free = e
    for k in range(t.card[i]):
        if free < 0:
            out[i, k] = t.pool[offset + k * t.stride[i]]
        else:
            parent = t.parent[free]
            total = 0.0
            for x in range(t.card[parent]):
                total += t.pool[offset + k * t.stride[i] + x * t.arc_at[free]] * out[parent, x]
            out[i, k] = total


@part
def read_narrow(t, s, i, leak, free, n_free, out):
    """Write P(state | evidence) of a noisy node with at most one free parent."""
    n_states = t.card[i]
    if n_free == 0:
        for k in range(n_states):
            out[i, k] = leak[k]
        return
    made = s.counts[2]
    spell_out(t, s, i, leak, free, n_free, made)
    parent = t.parent[free[0]]
    card = t.card[parent]
    for k in range(n_states):
        total = 0.0
        for x in range(card):
            total += s.made[made + k * card + x] * out[parent, x]
        out[i, k] = total


@part
def read_wide(t, s, steps, n, inputs, arrays, nodes, out):
    """Write P(state | evidence) of noisy nodes with several free parents: a column a state but the last."""
    node, state = np.empty(nodes.size * t.widest, np.int64), np.empty(nodes.size * t.widest, np.int64)
    n_columns = 0
    for i in nodes:
        for k in range(t.card[i] - 1):
            node[n_columns], state[n_columns] = i, k
            n_columns += 1
    upto, log_z = np.empty(n_columns), np.empty(LANES)
    ratio = np.empty(n * t.widest * LANES)
    columns = np.empty(arrays[1][n] * LANES)
    touched = np.empty(n, np.uint8)
    for start in range(0, n_columns, LANES):
        stop = min(n_columns, start + LANES)
        ratio[:] = 1.0
        touched[:] = 0
        for c in range(start, stop):
            upto[c] = weigh_parents(t, s, node[c], state[c], c - start, ratio, touched)
        changes = (touched, changed_steps(steps, n, touched))
        upward_columns(s, steps, n, inputs, arrays, changes, ratio, columns, log_z)
        for c in range(start, stop):
            upto[c] *= np.exp(log_z[c - start])
    c = 0
    for i in nodes:
        from_at_most(t, s, i, upto[c : c + t.card[i] - 1], out)
        c += t.card[i] - 1


@part
def weigh_parents(t, s, i, k, lane, ratio, touched):
    """Multiply P(contribution <= k) into the weights of the free parents; return that of all the rest."""
    leak, free = s.leak[: t.card[i]], s.free
    for j in range(absorb(t, s, i, leak, free)):
        parent = t.parent[free[j]]
        v = s.variable_of[parent]
        touched[v] = 1
        at = t.arc_at[free[j]] + t.card[parent] * t.card[i] + k
        for x in range(t.card[parent]):
            ratio[(v * t.widest + x) * LANES + lane] *= t.pool[at + x * t.card[i]]
    return leak[: k + 1].sum()


@part
def from_at_most(t, s, i, at_most, out):
    """Write P(state | evidence) from P(<= state | evidence); what nothing exceeds is exactly certain."""
    n_states = t.card[i]
    leak, free = s.leak[:n_states], s.free
    n_free = absorb(t, s, i, leak, free)
    below = 0.0
    for k in range(n_states - 1):
        bound = leak[k + 1 :].sum()
        for j in range(n_free):
            parent = t.parent[free[j]]
            for x in range(t.card[parent]):
                for higher in range(k + 1, n_states):
                    bound += t.pool[t.arc_at[free[j]] + x * n_states + higher] * out[parent, x]
        upto = min(max(at_most[k], 0.0), 1.0) if bound != 0.0 else 1.0
        out[i, k] = max(upto - below, 0.0)
        below = max(upto, below)
    out[i, n_states - 1] = max(1.0 - below, 0.0)
