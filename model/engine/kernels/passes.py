# mypy: allow-untyped-defs, allow-untyped-calls
"""`model.engine.propagate` again, on flat arrays: both passes for one case, one column.

Tables run over the separator (the variable summed out last varies fastest), one such block per state of
the variable summed out. Every input has an index array that says which of its numbers belongs to each
entry of the separator, and a step for the states of the variable.
"""

from __future__ import annotations

import numpy as np

from model.engine.kernels.jit import kernel, part

SMALL = 1e-60


@part
def index_inputs(s, steps, n, card):
    """Return where each input of each step finds its numbers.

    Returns
    -------
    first : (steps + 1,) where the inputs of a step begin; its factors come first, then its messages
    at : (inputs,) where the index array of an input begins in `index`
    jump : (inputs,) how far the numbers of the next state of the step's variable lie
    straight : (inputs,) 1 if index[k] = k throughout
    index : the index arrays
    """
    n_inputs = steps.factor.size + steps.message.size
    first = np.zeros(n + 1, np.int64)
    rows = np.empty((3, n_inputs), np.int64)
    at, jump, straight = rows[0], rows[1], rows[2]
    total = 0
    for b in range(n):
        inputs = (
            steps.first_factor[b + 1]
            - steps.first_factor[b]
            + steps.first_message[b + 1]
            - steps.first_message[b]
        )
        first[b + 1] = first[b] + inputs
        total += inputs * steps.size[b]
    index = np.empty(total, np.uint32)
    stride_of = np.zeros(n, np.int64)
    used = 0
    for b in range(n):
        i = first[b]
        for k in range(steps.first_factor[b], steps.first_factor[b + 1]):
            f = steps.factor[k]
            for a in range(s.arity[f]):
                stride_of[s.scope[f, a]] = s.stride[f, a]
            at[i] = used
            jump[i] = stride_of[steps.order[b]]
            straight[i] = spread_index(steps, b, card, stride_of, index[used:])
            used += steps.size[b]
            i += 1
            for a in range(s.arity[f]):
                stride_of[s.scope[f, a]] = 0
        for k in range(steps.first_message[b], steps.first_message[b + 1]):
            m = steps.message[k]
            stride = 1
            for q in range(steps.first_sep[m], steps.first_sep[m + 1]):
                stride_of[steps.sep[q]] = stride
                stride *= card[steps.sep[q]]
            at[i] = used
            jump[i] = stride_of[steps.order[b]]
            straight[i] = spread_index(steps, b, card, stride_of, index[used:])
            used += steps.size[b]
            i += 1
            for q in range(steps.first_sep[m], steps.first_sep[m + 1]):
                stride_of[steps.sep[q]] = 0
    return first, at, jump, straight, index


@kernel
def spread_index(steps, b, card, stride_of, index):
    """Write the index array of one input, axis after axis; return whether it counts 0, 1, 2, ..."""
    index[0] = 0
    length = 1
    straight = 1
    for q in range(steps.first_sep[b], steps.first_sep[b + 1]):
        v = steps.sep[q]
        stride = stride_of[v]
        if stride != length:
            straight = 0
        for x in range(1, card[v]):
            shift = np.uint32(x * stride)
            start = x * length
            for k in range(length):
                index[start + k] = index[k] + shift
        length *= card[v]
    return straight


@part
def starts(steps, n, card):
    """Return where the table and the message of each step begin, with the totals last."""
    table, message = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    for b in range(n):
        message[b + 1] = message[b] + steps.size[b]
        table[b + 1] = table[b] + steps.size[b] * card[steps.order[b]]
    return table, message


@part
def upward(t, s, steps, n, inputs, table_at, message_at, local, messages, scales):
    """Sum out every variable; return the log of the total (minus infinity for zero).

    `scales` (steps,) takes what each message was divided by.
    """
    first, at, jump, straight, index = inputs
    log_z = 0.0
    product = np.empty(np.max(steps.size) if n else 1)
    for b in range(n):
        v, size = steps.order[b], steps.size[b]
        out = messages[message_at[b] : message_at[b] + size]
        n_factors = steps.first_factor[b + 1] - steps.first_factor[b]
        for x in range(s.card[v]):
            table = local[table_at[b] + x * size : table_at[b] + (x + 1) * size]
            table[:] = s.weights[v, x]
            for j in range(n_factors):
                f = steps.factor[steps.first_factor[b] + j]
                i = first[b] + j
                where = index[at[i] : at[i] + size]
                offset = np.uint64(s.offset[f] + x * jump[i])
                source = s.made if s.is_made[f] else t.pool
                for k in range(size):
                    table[k] *= source[offset + where[k]]
            for k in range(size):
                product[k] = table[k]
            for j in range(steps.first_message[b], steps.first_message[b + 1]):
                i = first[b] + n_factors + j - steps.first_message[b]
                offset = np.uint64(message_at[steps.message[j]] + x * jump[i])
                if straight[i]:
                    for k in range(size):
                        product[k] *= messages[offset + np.uint64(k)]
                else:
                    where = index[at[i] : at[i] + size]
                    for k in range(size):
                        product[k] *= messages[offset + where[k]]
            if x == 0:
                for k in range(size):
                    out[k] = product[k]
            else:
                for k in range(size):
                    out[k] += product[k]
        if steps.parent[b] < 0:
            log_z += np.log(out[0]) if out[0] > 0.0 else -np.inf
        else:
            largest = 0.0
            for k in range(size):
                largest = max(largest, abs(out[k]))
            if largest == 0.0:
                return -np.inf
            scales[b] = largest
            log_z += np.log(largest)
            for k in range(size):
                out[k] /= largest
    return log_z


@part
def downward(s, steps, n, inputs, table_at, message_at, local, messages, outside, needed, beliefs, cancelled):
    """Carry the rest of the tree to every step that is needed.

    `outside` has the layout of `messages`, `beliefs` shape (variables, most states); `cancelled` (steps,)
    takes the sum of the absolute terms of each step divided by their sum: how far digits cancel.
    """
    first, at, jump, straight, index = inputs
    cancelled[:] = 1.0
    outside[:] = 0.0
    longest = np.max(steps.size) if n else 1
    base = np.empty(longest)
    for b in range(n - 1, -1, -1):
        if not needed[b]:
            continue
        v, size = steps.order[b], steps.size[b]
        if steps.parent[b] < 0:
            outside[message_at[b]] = 1.0
        rest = outside[message_at[b] : message_at[b] + size]
        rescale(rest)
        n_factors = steps.first_factor[b + 1] - steps.first_factor[b]
        begin, end = steps.first_message[b], steps.first_message[b + 1]
        total, largest = 0.0, 0.0
        for x in range(s.card[v]):
            table = local[table_at[b] + x * size : table_at[b] + (x + 1) * size]
            for j in range(begin, end):
                sender = steps.message[j]
                if not needed[sender]:
                    continue
                for k in range(size):
                    base[k] = rest[k] * table[k]
                for other in range(begin, end):
                    if other != j:
                        i = first[b] + n_factors + other - begin
                        multiply(
                            base, size, messages, message_at[steps.message[other]] + x * jump[i], index, at[i]
                        )
                i = first[b] + n_factors + j - begin
                offset = np.uint64(message_at[sender] + x * jump[i])
                if straight[i]:
                    for k in range(size):
                        outside[offset + np.uint64(k)] += base[k]
                else:
                    where = index[at[i] : at[i] + size]
                    for k in range(size):
                        outside[offset + where[k]] += base[k]
            for k in range(size):
                base[k] = rest[k] * table[k]
            for other in range(begin, end):
                i = first[b] + n_factors + other - begin
                multiply(base, size, messages, message_at[steps.message[other]] + x * jump[i], index, at[i])
            belief = 0.0
            for k in range(size):
                belief += base[k]
                largest += abs(base[k])
            beliefs[v, x] = belief
            total += belief
        cancelled[b] = max(1.0, largest / abs(total) if total != 0.0 else np.inf)


@kernel
def multiply(base, size, source, offset, index, at):
    """Multiply `base` by the numbers of one input."""
    where = index[at : at + size]
    begin = np.uint64(
        offset
    )  # unsigned: no check for negative positions, which keeps loops from being vectorised
    for k in range(size):
        base[k] *= source[begin + where[k]]


@part
def rescale(values):
    """Divide by the largest absolute value where it is small."""
    largest = 0.0
    for k in range(values.size):
        largest = max(largest, abs(values[k]))
    if 0.0 < largest < SMALL:
        for k in range(values.size):
            values[k] /= largest
