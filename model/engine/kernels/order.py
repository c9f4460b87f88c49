# mypy: allow-untyped-defs, allow-untyped-calls
"""`model.engine.plan` again, on flat arrays: the same orders, found in microseconds.

Sets of variables are rows of 64-bit words.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.engine.kernels.jit import kernel, part
from model.engine.kernels.tables import Floats, Ints
from model.engine.plan import WORTH_A_SECOND_ORDER

ONE = np.uint64(1)
BY_WEIGHT, BY_FILL = np.uint8(0), np.uint8(1)  # not False and True: numba would compile `greedy` for each
# Position of the lowest set bit by multiplication with a de Bruijn sequence (Leiserson et al. 1998).
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
SHIFT = np.uint64(58)
POSITION = np.zeros(64, np.int64)
for _bit in range(64):
    POSITION[((0x03F79D71B4CB0A89 << _bit) & 0xFFFFFFFFFFFFFFFF) >> 58] = _bit


class Steps(NamedTuple):
    """A plan in flat arrays, one entry per step unless said otherwise.

    Separators are stored with the variable summed out last first, which varies fastest in every table.
    """

    order: Ints  # variable summed out
    step_of: Ints  # per variable
    parent: Ints  # -1 for none
    size: Ints  # entries of the separator's table
    first_sep: Ints  # (steps + 1,)
    sep: Ints
    first_factor: Ints  # (steps + 1,)
    factor: Ints
    first_message: Ints  # (steps + 1,)
    message: Ints
    cost: Floats  # (2,) entries of all tables, and of the largest


@kernel
def read_bits(words, n_words, found):
    """Write the positions of the set bits in ascending order; return their number."""
    count = 0
    for w in range(n_words):
        word = words[w]
        while word:
            low = word & (~word + ONE)
            found[count] = 64 * w + POSITION[(low * DE_BRUIJN) >> SHIFT]
            count += 1
            word ^= low
    return count


@kernel
def neighbours_of(n, n_words, n_factors, arity, scope):
    """Return for each variable the set of variables it shares a factor with."""
    masks = np.zeros((n, n_words), np.uint64)
    together = np.empty(n_words, np.uint64)
    for f in range(n_factors):
        together[:] = 0
        for a in range(arity[f]):
            v = scope[f, a]
            together[v >> 6] |= ONE << np.uint64(v & 63)
        for a in range(arity[f]):
            for w in range(n_words):
                masks[scope[f, a], w] |= together[w]
    for v in range(n):
        masks[v, v >> 6] &= ~(ONE << np.uint64(v & 63))
    return masks


@part
def weight(v, masks, n_words, card, found):
    """Return the entries of the table that summing out `v` now would need."""
    product = float(card[v])
    for j in range(read_bits(masks[v], n_words, found)):
        product *= card[found[j]]
    return product


@kernel
def fill(v, masks, n_words, card, found, other):
    """Return the weight of the pairs of neighbours of `v` that are not joined yet."""
    missing = 0.0
    for j in range(read_bits(masks[v], n_words, found)):
        u = found[j]
        count = 0
        for w in range(n_words):
            rest = masks[v, w] & ~masks[u, w]
            if w == u >> 6:
                rest &= ~((ONE << np.uint64(u & 63)) | ((ONE << np.uint64(u & 63)) - ONE))
            elif w < u >> 6:
                rest = np.uint64(0)
            while rest:
                low = rest & (~rest + ONE)
                other[count] = 64 * w + POSITION[(low * DE_BRUIJN) >> SHIFT]
                count += 1
                rest ^= low
        for k in range(count):
            missing += card[u] * card[other[k]]
    return missing


@kernel
def greedy(n, n_words, masks, card, by_fill, order, separators):
    """Write the greedy order and each step's separator as a set; return the entries of all tables."""
    scores, changed = np.empty(n), np.empty(n_words, np.uint64)
    rows = np.empty((4, n), np.int64)
    alive, found, other, near = rows[0], rows[1], rows[2], rows[3]
    for v in range(n):
        alive[v] = v
        scores[v] = (
            fill(v, masks, n_words, card, found, other) if by_fill else weight(v, masks, n_words, card, found)
        )
    total = 0.0
    left = n
    for step in range(n):
        best = 0
        for k in range(1, left):
            a, b = alive[k], alive[best]
            if scores[a] < scores[b] or (scores[a] == scores[b] and a < b):
                best = k
        v = alive[best]
        left -= 1
        alive[best] = alive[left]
        order[step] = v
        entries = float(card[v])
        count = read_bits(masks[v], n_words, near)
        for w in range(n_words):
            separators[step, w] = masks[v, w]
            changed[w] = masks[v, w]
        for k in range(count):
            u = near[k]
            entries *= card[u]
            for w in range(n_words):
                masks[u, w] |= masks[v, w]
            masks[u, u >> 6] &= ~(ONE << np.uint64(u & 63))
            masks[u, v >> 6] &= ~(ONE << np.uint64(v & 63))
            if by_fill:
                for w in range(n_words):
                    changed[w] |= masks[u, w]
        total += entries
        count = read_bits(changed, n_words, near)
        for k in range(count):
            u = near[k]
            if by_fill:
                scores[u] = fill(u, masks, n_words, card, found, other)
            else:
                scores[u] = weight(u, masks, n_words, card, found)
    return total


@part
def make_steps(n, card, n_factors, arity, scope):
    """Return the plan of a case: the better of min-weight and, where that is dear, min-fill."""
    n_words = max(1, (n + 63) >> 6)
    order = np.empty(n, np.int64)
    separators = np.empty((n, n_words), np.uint64)
    total = greedy(
        n, n_words, neighbours_of(n, n_words, n_factors, arity, scope), card, BY_WEIGHT, order, separators
    )
    if total > WORTH_A_SECOND_ORDER:
        order_2 = np.empty(n, np.int64)
        separators_2 = np.empty((n, n_words), np.uint64)
        masks = neighbours_of(n, n_words, n_factors, arity, scope)
        total_2 = greedy(n, n_words, masks, card, BY_FILL, order_2, separators_2)
        if total_2 < total:
            order, separators, total = order_2, separators_2, total_2
    rows = np.empty((3, n), np.int64)
    step_of, parent, size = rows[0], rows[1], rows[2]
    for step in range(n):
        step_of[order[step]] = step
    first_sep, sep, largest = lay_out(n, n_words, card, order, step_of, separators, parent, size)
    first_factor, factor = gather_factors(n, n_factors, arity, scope, step_of)
    first_message, message = gather_messages(n, parent)
    cost = np.array([total, largest])
    return Steps(
        order, step_of, parent, size, first_sep, sep, first_factor, factor, first_message, message, cost
    )


@part
def lay_out(n, n_words, card, order, step_of, separators, parent, size):
    """Write parent and size of each step; return the separators in a row, and the largest table."""
    found = np.empty(n, np.int64)
    first_sep = np.zeros(n + 1, np.int64)
    count = 0
    for step in range(n):
        first_sep[step] = count
        count += read_bits(separators[step], n_words, found)
    first_sep[n] = count
    sep = np.empty(count, np.int64)
    largest = 0.0
    for step in range(n):
        start = first_sep[step]
        members = read_bits(separators[step], n_words, found)
        entries = 1.0
        for k in range(members):  # insertion sort, the variable summed out last first
            v = found[k]
            entries *= card[v]
            j = start + k
            while j > start and step_of[sep[j - 1]] < step_of[v]:
                sep[j] = sep[j - 1]
                j -= 1
            sep[j] = v
        parent[step] = step_of[sep[start + members - 1]] if members else -1
        size[step] = np.int64(min(entries, 1e15))
        largest = max(largest, entries * card[order[step]])
    return first_sep, sep, largest


@part
def gather_factors(n, n_factors, arity, scope, step_of):
    """Return the factors of each step: those whose first variable to be summed out is that step's."""
    at = np.empty(n_factors, np.int64)
    first = np.zeros(n + 1, np.int64)
    for f in range(n_factors):
        step = n
        for a in range(arity[f]):
            step = min(step, step_of[scope[f, a]])
        at[f] = step
        first[step + 1] += 1
    for step in range(n):
        first[step + 1] += first[step]
    room = first[:n].copy()
    factor = np.empty(n_factors, np.int64)
    for f in range(n_factors):
        factor[room[at[f]]] = f
        room[at[f]] += 1
    return first, factor


@part
def gather_messages(n, parent):
    """Return the senders of each step, in their order."""
    first = np.zeros(n + 1, np.int64)
    for step in range(n):
        if parent[step] >= 0:
            first[parent[step] + 1] += 1
    for step in range(n):
        first[step + 1] += first[step]
    room = first[:n].copy()
    message = np.empty(first[n], np.int64)
    for step in range(n):
        if parent[step] >= 0:
            message[room[parent[step]]] = step
            room[parent[step]] += 1
    return first, message
