"""The headings of the source article, nested: they overlap, so they are not ranked against each other."""

from __future__ import annotations

from dataclasses import dataclass

from network.structure import Network


@dataclass(frozen=True)
class HeadingTree:
    """A heading, the headings that it contains whole, and the causes that none of those holds."""

    heading: str
    inner: tuple[HeadingTree, ...]
    causes: tuple[str, ...]


def heading_trees(network: Network) -> tuple[HeadingTree, ...]:
    """Return the outermost headings, in the order of the network.

    A heading stands inside the smallest other heading that rolls up everything it does and more.
    """
    members = {node.id: frozenset(node.parents) for node in network.of_kind("heading")}
    outer: dict[str, str | None] = {}
    for heading, causes in members.items():
        larger = [other for other in members if members[other] > causes]
        outer[heading] = min(larger, key=lambda other: len(members[other]), default=None)

    def tree(heading: str) -> HeadingTree:
        inner = tuple(tree(other) for other, within in outer.items() if within == heading)
        held = frozenset().union(*(members[other.heading] for other in inner))
        causes = tuple(cause for cause in network.node(heading).parents if cause not in held)
        return HeadingTree(heading, inner, causes)

    return tuple(tree(heading) for heading, within in outer.items() if within is None)
