# mypy: allow-untyped-defs, allow-untyped-calls
"""Findings outside the plan, read off once both passes are done.

P(finding <= k | evidence) is the mean of a product with one vector per parent. Only the steps between
the parents have to be done again: where the last of them meet, what the rest of the tree says is known
already, from the downward pass.
"""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel
from model.engine.kernels.noisy import absorb, spell_out
from model.engine.kernels.passes import multiply


@kernel
def ratio(t, s, steps, n, inputs, arrays, variable, vector, stride):
    """Return the total with some weights multiplied by vectors, divided by the total without.

    variable (m,); vector (m,) where in the pool each one's vector begins, its numbers `stride` apart.
    """
    first, at, jump, _, index = inputs
    table_at, message_at, local, messages, scales, outside = arrays
    m = variable.size
    left = np.ones(m, np.uint8)
    active = np.zeros(n, np.uint8)
    unjoined = m
    for j in range(m):
        active[steps.step_of[variable[j]]] = 1
    changed = np.empty(message_at[n])
    result = 1.0
    longest = np.max(steps.size)
    product, by_separator = np.empty(longest), np.empty(longest)
    for b in range(n):
        if active[b] == 0:
            continue
        v, size = steps.order[b], steps.size[b]
        begin, end = steps.first_message[b], steps.first_message[b + 1]
        i0 = first[b] + steps.first_factor[b + 1] - steps.first_factor[b] - begin
        for j in range(begin, end):
            if active[steps.message[j]] == 2:
                unjoined -= 1
        own = -1
        for j in range(m):
            if left[j] and variable[j] == v:
                own = vector[j]
                left[j] = 0
                unjoined -= 1
        by_separator[:size] = 1.0
        unjoined -= apply_separator(t, s, steps, b, variable, vector, stride, left, by_separator)
        untouched = own < 0 and unjoined_here(steps, b, active) == 0
        if untouched and not touched_here(by_separator, size):  # everything was applied further down
            active[b] = 0
            continue
        out = changed[message_at[b] : message_at[b] + size]
        out[:] = 0.0
        for x in range(s.card[v]):
            weight = t.pool[own + x * stride] if own >= 0 else 1.0
            for k in range(size):
                product[k] = local[table_at[b] + x * size + k] * weight
            for j in range(begin, end):
                sender = steps.message[j]
                source = changed if active[sender] == 2 else messages
                multiply(product, size, source, message_at[sender] + x * jump[i0 + j], index, at[i0 + j])
            for k in range(size):
                out[k] += product[k]
        last = unjoined == 0 or steps.parent[b] < 0
        new, old = 0.0, 0.0
        for k in range(size):
            out[k] *= by_separator[k]
            if last:
                new += out[k] * outside[message_at[b] + k]
                old += messages[message_at[b] + k] * scales[b] * outside[message_at[b] + k]
        if last:
            result *= new / old
            if unjoined == 0:
                return result
        else:
            for k in range(size):
                out[k] /= scales[b]
            active[b] = 2
            active[steps.parent[b]] = 1
            unjoined += 1
    return result


@kernel
def unjoined_here(steps, b, active):
    """Return how many changed messages this step takes."""
    count = 0
    for j in range(steps.first_message[b], steps.first_message[b + 1]):
        if active[steps.message[j]] == 2:
            count += 1
    return count


@kernel
def touched_here(by_separator, size):
    """Return whether some vector was applied to the separator."""
    return np.any(by_separator[:size] != 1.0)


@kernel
def apply_separator(t, s, steps, b, variable, vector, stride, left, by_separator):
    """Multiply in the vectors of the variables in this step's separator; return how many."""
    applied = 0
    span = 1
    for q in range(steps.first_sep[b], steps.first_sep[b + 1]):
        v = steps.sep[q]
        card = s.card[v]
        for j in range(variable.size):
            if left[j] and variable[j] == v:
                left[j] = 0
                applied += 1
                for start in range(0, steps.size[b], span * card):
                    for x in range(card):
                        value = t.pool[vector[j] + x * stride]
                        for k in range(start + x * span, start + (x + 1) * span):
                            by_separator[k] *= value
        span *= card
    return applied


@kernel
def read_one(t, s, steps, n, inputs, arrays, i, out):
    """Write P(state | evidence) of one node outside the plan."""
    if not t.noisy[i]:
        read_dense(t, s, i, out)
        return
    leak = np.empty(t.card[i])
    free = np.empty(t.most_parents + 1, np.int64)
    n_free = absorb(t, s, i, leak, free)
    if n_free <= 1:
        read_narrow(t, s, i, leak, free, n_free, out)
    else:
        read_wide(t, s, steps, n, inputs, arrays, i, leak, free, n_free, out)


@kernel
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


@kernel
def read_narrow(t, s, i, leak, free, n_free, out):
    """Write P(state | evidence) of a noisy node with at most one free parent."""
    n_states = t.card[i]
    if n_free == 0:
        for k in range(n_states):
            out[i, k] = leak[k]
        return
    made = s.counts[2]
    spell_out(t, s, i, leak, free, 1, made)
    parent = t.parent[free[0]]
    card = t.card[parent]
    for k in range(n_states):
        total = 0.0
        for x in range(card):
            total += s.made[made + k * card + x] * out[parent, x]
        out[i, k] = total


@kernel
def read_wide(t, s, steps, n, inputs, arrays, i, leak, free, n_free, out):
    """Write P(state | evidence) from P(<= state | evidence); what nothing exceeds is exactly certain."""
    n_states = t.card[i]
    below = 0.0
    at_most = 0.0
    variable, vector = np.empty(n_free, np.int64), np.empty(n_free, np.int64)
    for k in range(n_states - 1):
        at_most += leak[k]
        bound = leak[k + 1 :].sum()
        for j in range(n_free):
            parent = t.parent[free[j]]
            variable[j] = s.variable_of[parent]
            vector[j] = t.arc_at[free[j]] + t.card[parent] * n_states + k
            for x in range(t.card[parent]):
                for higher in range(k + 1, n_states):
                    bound += t.pool[t.arc_at[free[j]] + x * n_states + higher] * out[parent, x]
        upto = 1.0
        if bound != 0.0:
            upto = at_most * ratio(t, s, steps, n, inputs, arrays, variable, vector, n_states)
            upto = min(max(upto, 0.0), 1.0)
        out[i, k] = max(upto - below, 0.0)
        below = upto
    out[i, n_states - 1] = max(1.0 - below, 0.0)
