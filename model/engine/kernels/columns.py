# mypy: allow-untyped-defs, allow-untyped-calls
"""Both passes over many columns at once: variants of a case whose weights are multiplied by vectors.

The columns lie next to each other in memory, so that the processor handles several with one instruction.
A step below which no column differs from the case itself is not repeated.
"""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel
from model.engine.kernels.passes import SMALL

COLUMNS = 16
"""Columns at once, a constant so that the compiler can unroll: two of the widest registers."""


@kernel
def changed_steps(steps, n, touched):
    """Return which steps send other messages in some column; `touched` says whose weights change."""
    varies = np.zeros(n, np.uint8)
    for b in range(n):
        if touched[steps.order[b]]:
            varies[b] = 1
        if varies[b] and steps.parent[b] >= 0:
            varies[steps.parent[b]] = 1
    return varies


@kernel
def add_rows(out, to, value, start, begin, source, rows, n_rows, skip):
    """Add to a row of `out`: value * start * the product of some rows of `source`, in every column.

    `begin` is where the row of `start` lies, below 0 for none; `rows` where those of `source` lie; the one
    at position `skip` is left out.
    """
    a, b, count = -1, -1, 0
    for r in range(n_rows):
        if r != skip:
            if count == 0:
                a = rows[r]
            elif count == 1:
                b = rows[r]
            count += 1
    # Unsigned positions: a signed one might be negative, and checking that stands in the way of vectors.
    t, p, q, f = np.uint64(to), np.uint64(max(a, 0)), np.uint64(max(b, 0)), np.uint64(max(begin, 0))
    if begin < 0:
        if count == 0:
            for c in range(COLUMNS):
                out[t + np.uint64(c)] += value
        elif count == 1:
            for c in range(COLUMNS):
                out[t + np.uint64(c)] += value * source[p + np.uint64(c)]
        elif count == 2:
            for c in range(COLUMNS):
                out[t + np.uint64(c)] += value * source[p + np.uint64(c)] * source[q + np.uint64(c)]
    elif count == 0:
        for c in range(COLUMNS):
            out[t + np.uint64(c)] += value * start[f + np.uint64(c)]
    elif count == 1:
        for c in range(COLUMNS):
            out[t + np.uint64(c)] += value * start[f + np.uint64(c)] * source[p + np.uint64(c)]
    elif count == 2:
        for c in range(COLUMNS):
            first = value * start[f + np.uint64(c)]
            out[t + np.uint64(c)] += first * source[p + np.uint64(c)] * source[q + np.uint64(c)]
    if count > 2:
        for c in range(COLUMNS):
            product = value * (start[begin + c] if begin >= 0 else 1.0)
            for r in range(n_rows):
                if r != skip:
                    product *= source[rows[r] + c]
            out[to + c] += product


@kernel
def upward_columns(s, steps, n, inputs, arrays, changes, messages, ratio_at, log_z):
    """Sum out every variable in every column; write the log of each total relative to the case's own.

    `changes` holds what the case's own messages were divided by, whose weights change, and which steps
    that concerns. `messages` has the layout of the case's own times
    COLUMNS; from `ratio_at` on it holds what the weights are multiplied by, shape (variables, most states,
    COLUMNS).
    """
    first, at, jump, _, index = inputs
    table_at, message_at, local, base = arrays
    scales, touched, varies = changes
    most_states = s.weights.shape[1]
    largest, sums = np.empty(COLUMNS), np.empty(COLUMNS)
    rows = np.empty(n + 1, np.int64)
    log_z[:] = 0.0
    for b in range(n):
        if not varies[b]:
            continue
        v, size = steps.order[b], steps.size[b]
        begin, end = steps.first_message[b], steps.first_message[b + 1]
        i0 = first[b] + steps.first_factor[b + 1] - steps.first_factor[b] - begin
        largest[:] = 0.0
        for k in range(size):
            sums[:] = 0.0
            for x in range(s.card[v]):
                value = local[table_at[b] + x * size + k]
                n_rows = 0
                if touched[v]:
                    rows[0] = ratio_at + (v * most_states + x) * COLUMNS
                    n_rows = 1
                for j in range(begin, end):
                    number = message_at[steps.message[j]] + x * jump[i0 + j] + index[at[i0 + j] + k]
                    if varies[steps.message[j]]:
                        rows[n_rows] = number * COLUMNS
                        n_rows += 1
                    else:
                        value *= base[number]
                if value != 0.0:
                    add_rows(sums, 0, value, sums, -1, messages, rows, n_rows, -1)
            to = (message_at[b] + k) * COLUMNS
            for c in range(COLUMNS):
                messages[to + c] = sums[c] / scales[b]
                largest[c] = max(largest[c], abs(messages[to + c]))
        whole = base[message_at[b]]
        for c in range(COLUMNS):
            if steps.parent[b] < 0:
                value = messages[message_at[b] * COLUMNS + c] / whole
                log_z[c] += np.log(value) if value > 0.0 else -np.inf
            elif largest[c] == 0.0:
                log_z[c] = -np.inf
            elif largest[c] < SMALL:
                log_z[c] += np.log(largest[c])
                for k in range(size):
                    messages[(message_at[b] + k) * COLUMNS + c] /= largest[c]


@kernel
def downward_columns(s, steps, n, inputs, arrays, changes, messages, ratio_at, needed, beliefs):
    """Carry the rest of the tree to every needed step in every column.

    `beliefs` has shape (variables, most states, COLUMNS), each proportional to P(state | column).

    Returns
    -------
    ndarray of shape (COLUMNS,)
        The largest cancellation in each column, as in `passes.downward`.
    """
    first, at, jump, _, index = inputs
    table_at, message_at, local, base = arrays
    _, touched, varies = changes
    most_states = s.weights.shape[1]
    outside = np.zeros(message_at[n] * COLUMNS)
    beliefs[:] = 0.0
    rows, place = np.empty(n + 1, np.int64), np.empty(n, np.int64)
    cancellation, largest, total = np.ones(COLUMNS), np.empty(COLUMNS), np.empty(COLUMNS)
    belief, before = np.empty(COLUMNS), np.empty(COLUMNS)
    for b in range(n - 1, -1, -1):
        if not needed[b]:
            continue
        v, size = steps.order[b], steps.size[b]
        begin, end = steps.first_message[b], steps.first_message[b + 1]
        i0 = first[b] + steps.first_factor[b + 1] - steps.first_factor[b] - begin
        rest = outside[message_at[b] * COLUMNS : (message_at[b] + size) * COLUMNS]
        if steps.parent[b] < 0:
            rest[:] = 1.0
        rescale_columns(rest, size)
        largest[:] = 0.0
        total[:] = 0.0
        for x in range(s.card[v]):
            belief[:] = 0.0
            for k in range(size):
                table = local[table_at[b] + x * size + k]
                if table == 0.0:
                    continue
                n_rows = 0
                if touched[v]:
                    rows[0] = ratio_at + (v * most_states + x) * COLUMNS
                    n_rows = 1
                value = table
                for j in range(begin, end):
                    number = message_at[steps.message[j]] + x * jump[i0 + j] + index[at[i0 + j] + k]
                    if varies[steps.message[j]]:
                        place[j - begin] = n_rows
                        rows[n_rows] = number * COLUMNS
                        n_rows += 1
                    else:
                        place[j - begin] = -1
                        value *= base[number]
                for c in range(COLUMNS):
                    before[c] = belief[c]
                add_rows(belief, 0, value, rest, k * COLUMNS, messages, rows, n_rows, -1)
                for c in range(COLUMNS):
                    largest[c] += abs(belief[c] - before[c])
                for j in range(begin, end):
                    if not needed[steps.message[j]]:
                        continue
                    others = value
                    if place[j - begin] < 0:
                        others = table
                        for other in range(begin, end):
                            if other != j and place[other - begin] < 0:
                                m = message_at[steps.message[other]]
                                others *= base[m + x * jump[i0 + other] + index[at[i0 + other] + k]]
                    number = message_at[steps.message[j]] + x * jump[i0 + j] + index[at[i0 + j] + k]
                    if others != 0.0:
                        add_rows(outside, number * COLUMNS, others, rest, k * COLUMNS, messages, rows, n_rows,
                                 place[j - begin])  # fmt: skip
            for c in range(COLUMNS):
                beliefs[v, x, c] = belief[c]
                total[c] += belief[c]
        for c in range(COLUMNS):
            cancellation[c] = max(cancellation[c], largest[c] / abs(total[c]))
    return cancellation


@kernel
def rescale_columns(values, size):
    """Divide every column by its largest absolute value where that is small."""
    for c in range(COLUMNS):
        largest = 0.0
        for k in range(size):
            largest = max(largest, abs(values[k * COLUMNS + c]))
        if 0.0 < largest < SMALL:
            for k in range(size):
                values[k * COLUMNS + c] /= largest
