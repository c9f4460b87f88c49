# mypy: allow-untyped-defs, allow-untyped-calls
"""`model.engine.slicing` again, on flat arrays: one case as weights and factors that point into tables.

A factor is an offset into the network's pool (or, for small tables made here, into `Sliced.made`), with a
variable and a stride for each of its axes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.engine.kernels.jit import kernel, part
from model.engine.kernels.tables import Flags, Floats, Ints

SMALLEST_WEIGHT = 1e-100
FIRST, NEXT = np.int64(0), np.int64(1)
"""Where a vector of its own begins, and its stride: a plain 0 or 1 would make numba compile `weigh` anew."""


class Sliced(NamedTuple):
    """Room for one case; `counts` holds the numbers of variables, of factors and of made numbers in use."""

    counts: Ints  # (3,)
    variable_of: Ints  # (n,) -1 for none
    auxiliary_of: Ints  # (n,) -1 for none
    certain: Ints  # (n,) -1 for not certain
    card: Ints  # (variables,)
    weights: Floats  # (variables, most states)
    arity: Ints  # (factors,)
    scope: Ints  # (factors, most parents + 1)
    stride: Ints  # (factors, most parents + 1)
    offset: Ints  # (factors,)
    is_made: Ints  # (factors,)
    made: Floats
    log_scale: Floats  # (1,)
    as_tree: Flags  # (n,) 1 for a noisy node that is to be spelled out as a tree
    merge: Ints  # (arcs, 2) the pairs that join the free parents of such a node, and then pairs of pairs
    leak: Floats  # (most states,) room for the leak of the node at hand
    free: Ints  # (most parents + 1,) and for its free parents


@kernel
def room(t):
    """Return an empty `Sliced` of sufficient size for any case of the network.

    Arrays of one size are rows of one: an allocation costs as much as a small factor.
    """
    n = t.card.size
    variables = 2 * n + t.parent.size
    factors = t.parent.size + 2 * n
    width = max(t.most_parents + 1, 3)
    of_node, of_factor = np.empty((3, n), np.int64), np.empty((3, factors), np.int64)
    axes = np.empty((2, factors, width), np.int64)
    return Sliced(
        np.zeros(3, np.int64),
        of_node[0],
        of_node[1],
        of_node[2],
        np.empty(variables, np.int64),
        np.empty((variables, t.widest)),
        of_factor[0],
        axes[0],
        axes[1],
        of_factor[1],
        of_factor[2],
        np.empty(t.scratch),
        np.zeros(1),
        np.zeros(n, np.uint8),
        np.zeros((t.parent.size, 2), np.int64),
        np.empty(t.widest),
        np.empty(t.most_parents + 1, np.int64),
    )


@kernel
def add_variable(s, card):
    """Add a variable with weight 1 in each state."""
    variable = s.counts[0]
    s.counts[0] += 1
    s.card[variable] = card
    for x in range(card):
        s.weights[variable, x] = 1.0
    return variable


@kernel
def weigh(s, variable, source, offset, stride):
    """Multiply the weights of a variable by source[offset + x * stride], keeping them away from underflow."""
    largest = 0.0
    for x in range(s.card[variable]):
        s.weights[variable, x] *= source[offset + x * stride]
        largest = max(largest, abs(s.weights[variable, x]))
    if largest < SMALLEST_WEIGHT:
        if largest == 0.0:
            s.log_scale[0] = -np.inf
        else:
            s.log_scale[0] += np.log(largest)
            for x in range(s.card[variable]):
                s.weights[variable, x] /= largest


@part
def add_factor(s, arity, offset, is_made):
    """Add a factor whose scope and strides have been written at position counts[1]."""
    f = s.counts[1]
    s.counts[1] += 1
    s.arity[f] = arity
    s.offset[f] = offset
    s.is_made[f] = is_made


@kernel
def scale(s, value):
    """Multiply everything by a number."""
    s.log_scale[0] += np.log(value) if value > 0.0 else -np.inf


@part
def slice_dense(t, s, i, is_soft, likelihood):
    """Add a family with a full table."""
    f = s.counts[1]
    offset = t.offset[i]
    arity = 0
    if s.certain[i] >= 0:
        offset += s.certain[i] * t.stride[i]
    else:
        s.stride[f, 0] = t.stride[i]
        arity = 1
    for e in range(t.first[i], t.first[i + 1]):
        state = s.certain[t.parent[e]]
        if state >= 0:
            offset += state * t.arc_at[e]
        else:
            s.scope[f, arity] = s.variable_of[t.parent[e]]
            s.stride[f, arity] = t.arc_at[e]
            arity += 1
    if s.certain[i] >= 0:
        if arity == 0:
            scale(s, t.pool[offset])
        elif arity == 1:
            weigh(s, s.scope[f, 0], t.pool, offset, s.stride[f, 0])
        else:
            add_factor(s, arity, offset, 0)
        return
    if arity == 1 and settle(t, s, i, t.pool, offset, t.stride[i], is_soft, likelihood):
        return
    variable = add_variable(s, t.card[i])
    s.variable_of[i] = variable
    s.scope[f, 0] = variable
    if is_soft:
        weigh(s, variable, likelihood, FIRST, NEXT)
    if arity == 1:
        weigh(s, variable, t.pool, offset, t.stride[i])
    else:
        add_factor(s, arity, offset, 0)


@kernel
def settle(t, s, i, source, offset, stride, is_soft, likelihood):
    """Mark node i certain if only one of its states is possible; return whether it is."""
    possible = 0
    state = -1
    value = 0.0
    for x in range(t.card[i]):
        p = source[offset + x * stride]
        if is_soft:
            p *= likelihood[x]
        if p != 0.0:
            possible += 1
            state = x
            value = p
    if possible == 1:
        s.certain[i] = state
        scale(s, value)
    return possible == 1
