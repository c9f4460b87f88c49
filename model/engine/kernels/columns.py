# mypy: allow-untyped-defs, allow-untyped-calls
"""Both passes over many columns at once: variants of a case whose weights are multiplied by vectors.

The columns lie next to each other in memory, LANES at a time. A step below which no column differs from the
case itself is not repeated on the way up.
"""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel
from model.engine.kernels.lanes import LANES, larger, load, magnitude, spread, store
from model.engine.kernels.passes import SMALL


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
def senders(steps, b, inputs, message_at, marks, mark, found):
    """Write where the messages of a step lie whose sender is marked so; return their number.

    A message's number for state x and entry k of the separator is found[r, 0] + x * found[r, 1] +
    index[found[r, 2] + k]; found[r, 3] is the sender.
    """
    first, at, jump, _, _ = inputs
    begin = steps.first_message[b]
    i = first[b] + steps.first_factor[b + 1] - steps.first_factor[b]
    count = 0
    for j in range(begin, steps.first_message[b + 1]):
        sender = steps.message[j]
        if marks[sender] == mark:
            found[count, 0] = message_at[sender]
            found[count, 1] = jump[i + j - begin]
            found[count, 2] = at[i + j - begin]
            found[count, 3] = sender
            count += 1
    return count


@kernel
def upward_columns(s, steps, n, inputs, arrays, changes, ratio, columns, log_z):
    """Sum out every variable in every column; write the log of each total relative to the case's own.

    `ratio` holds what the weights are multiplied by, shape (variables, most states, LANES) in one row;
    `columns` takes the messages, in the layout of the case's own times LANES.
    """
    table_at, message_at, local, base, scales = arrays
    touched, varies = changes
    index = inputs[4]
    most_states = s.weights.shape[1]
    moving, fixed = np.empty((n, 4), np.int64), np.empty((n, 4), np.int64)
    largest = np.empty(LANES)
    log_z[:] = 0.0
    for b in range(n):
        if not varies[b]:
            continue
        v, size = steps.order[b], steps.size[b]
        n_moving = senders(steps, b, inputs, message_at, varies, 1, moving)
        n_fixed = senders(steps, b, inputs, message_at, varies, 0, fixed)
        scale = spread(1.0 / scales[b])
        highest = spread(0.0)
        for k in range(size):
            total = spread(0.0)
            for x in range(s.card[v]):
                value = local[table_at[b] + x * size + k]
                for r in range(n_fixed):
                    value *= base[fixed[r, 0] + x * fixed[r, 1] + index[fixed[r, 2] + k]]
                if value != 0.0:
                    row = spread(value)
                    if touched[v]:
                        row *= load(ratio, (v * most_states + x) * LANES)
                    for r in range(n_moving):
                        number = moving[r, 0] + x * moving[r, 1] + index[moving[r, 2] + k]
                        row *= load(columns, number * LANES)
                    total += row
            total *= scale
            store(columns, (message_at[b] + k) * LANES, total)
            highest = larger(highest, magnitude(total))
        store(largest, 0, highest)
        if steps.parent[b] < 0:
            for c in range(LANES):
                value = columns[message_at[b] * LANES + c] / base[message_at[b]]
                log_z[c] += np.log(value) if value > 0.0 else -np.inf
        else:
            take_out(columns, message_at[b], size, largest, log_z)


@kernel
def take_out(values, start, size, largest, log_z):
    """Divide each column by its largest value where that is small, and note the log."""
    for c in range(LANES):
        if largest[c] == 0.0:
            log_z[c] = -np.inf
        elif largest[c] < SMALL:
            log_z[c] += np.log(largest[c])
            for k in range(size):
                values[(start + k) * LANES + c] /= largest[c]


@kernel
def downward_columns(s, steps, n, inputs, arrays, changes, ratio, columns, needed, beliefs, cancelled):
    """Carry the rest of the tree to every needed step in every column.

    `beliefs` (variables, most states, LANES in one row) takes numbers proportional to P(state | column),
    `cancelled` (steps,) how far digits cancel in the worst column, as in `passes.downward`.
    """
    table_at, message_at, local, base, _ = arrays
    touched, varies = changes
    index = inputs[4]
    most_states = s.weights.shape[1]
    outside = np.zeros(message_at[n] * LANES)
    found, marks = np.empty((n, 4), np.int64), np.ones(n, np.uint8)
    before, largest, log_z = np.empty((n + 1) * LANES), np.empty(LANES), np.empty(LANES)
    for b in range(n - 1, -1, -1):
        if not needed[b]:
            continue
        v, size = steps.order[b], steps.size[b]
        m = senders(steps, b, inputs, message_at, marks, 1, found)
        for r in range(m):
            if not varies[found[r, 3]]:
                repeat(base, columns, found[r, 0], steps.size[found[r, 3]])
        if steps.parent[b] < 0:
            store(outside, message_at[b] * LANES, spread(1.0))
        highest = spread(0.0)
        for k in range(size):
            highest = larger(highest, magnitude(load(outside, (message_at[b] + k) * LANES)))
        store(largest, 0, highest)
        take_out(outside, message_at[b], size, largest, log_z)
        total, absolute = spread(0.0), spread(0.0)
        for x in range(s.card[v]):
            belief = spread(0.0)
            for k in range(size):
                value = local[table_at[b] + x * size + k]
                if value == 0.0:
                    continue
                row = spread(value) * load(outside, (message_at[b] + k) * LANES)
                if touched[v]:
                    row *= load(ratio, (v * most_states + x) * LANES)
                for r in range(m):
                    number = found[r, 0] + x * found[r, 1] + index[found[r, 2] + k]
                    store(before, r * LANES, row)
                    row *= load(columns, number * LANES)
                belief += row
                absolute += magnitude(row)
                after = spread(1.0)
                for r in range(m - 1, -1, -1):
                    number = (found[r, 0] + x * found[r, 1] + index[found[r, 2] + k]) * LANES
                    if needed[found[r, 3]]:
                        others = load(before, r * LANES) * after
                        store(outside, number, load(outside, number) + others)
                    after *= load(columns, number)
            store(beliefs, (v * most_states + x) * LANES, belief)
            total += belief
        cancelled[b] = max(cancelled[b], worst_ratio(absolute, total, before, largest))


@kernel
def repeat(base, columns, start, size):
    """Copy a message of the case itself into every column."""
    for k in range(start, start + size):
        store(columns, k * LANES, spread(base[k]))


@kernel
def worst_ratio(absolute, total, first, second):
    """Return the largest ratio of absolute sum to absolute total; exact zeros are no cancellation."""
    store(first, 0, absolute)
    store(second, 0, magnitude(total))
    worst = 1.0
    for c in range(LANES):
        if first[c] > 0.0:
            worst = max(worst, first[c] / second[c])
    return worst
