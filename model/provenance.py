"""Where the numbers come from: each figure, its source and its grade, and which nodes rest on it.

A source whose identity was not confirmed is never cited; its figures stay, marked as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from model.alternatives import Alternative, Alternatives
from model.citations import short_name
from network.build import EMBEDDED
from network.elicitations import Elicitation, read_elicitations
from network.errors import Fault, KnowledgeError, UnknownNode
from network.figure_tables import read_figures, read_sources
from network.figures import DERIVED, JUDGEMENT, Figure, Source, foundations
from network.structure import Network

UNCONFIRMED = "source not confirmed"


@dataclass(frozen=True)
class Use:
    """One parameter of a node that a figure sets; `parameter` is in words."""

    node: str
    parameter: str


@dataclass(frozen=True)
class Provenance:
    """The figures and sources of a network, and where each figure is used.

    `elicitations` says of a judged figure how it was come by, where there is a record. A network that was not
    built from knowledge files has none of these.
    """

    figures: Mapping[str, Figure]
    sources: Mapping[str, Source]
    uses: Mapping[str, tuple[Use, ...]]
    elicitations: Mapping[str, Elicitation] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, path: Path | None = None) -> Provenance:
        """Return the provenance of a network.

        Parameters
        ----------
        path : the folder that the network was built from, None for the embedded one

        Raises
        ------
        KnowledgeError
            If its tables cannot be read.
        """
        folder = EMBEDDED if path is None else Path(path)
        if not folder.is_dir():
            return cls({}, {}, {})
        faults: list[Fault] = []
        figures = read_figures(folder / "figures.csv", faults)
        sources = read_sources(folder / "sources.csv", faults)
        records = read_elicitations(folder, faults)
        if faults:
            raise KnowledgeError(faults)
        uses: dict[str, list[Use]] = {}
        for node in network.nodes:
            for parameter, figure in node.figures:
                uses.setdefault(figure, []).append(Use(node.id, parameter))
        elicited = {figure: record for record in records for figure in record.figures}
        return cls(figures, sources, {figure: tuple(found) for figure, found in uses.items()}, elicited)

    @cached_property
    def derived(self) -> dict[str, tuple[str, ...]]:
        """The figures that rest directly on each figure."""
        found: dict[str, list[str]] = {}
        for figure in self.figures.values():
            for base in figure.derived_from:
                found.setdefault(base, []).append(figure.id)
        return {base: tuple(ids) for base, ids in found.items()}

    @cached_property
    def used(self) -> frozenset[str]:
        """Figures that the network rests on: named by a node, or the base of one that is."""
        return frozenset(foundations(self.figures, self.uses))

    def nodes_of(self, figure: str) -> tuple[str, ...]:
        """Return the nodes that rest on a figure, directly or through figures derived from it."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        todo = [figure]
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            found.update(dict.fromkeys(use.node for use in self.uses.get(current, ())))
            todo.extend(self.derived.get(current, ()))
        return tuple(found)

    def of_node(self, node: str) -> Iterator[Figure]:
        """Yield the figures of a node: those it rests on, then those kept as its alternatives."""
        used = [figure for figure in self.figures if node in self.nodes_of(figure)]
        about = [figure.id for figure in self.figures.values() if figure.target == node]
        for figure in dict.fromkeys((*used, *about)):
            yield self.figures[figure]

    @cached_property
    def _on_record(self) -> Alternatives:
        return Alternatives(self.figures, self.sources, self.used)

    def also_published(self, figure: Figure) -> tuple[Alternative, ...]:
        """Return what was published against a figure in use, the nearest population first."""
        return self._on_record.to(figure) if figure.id in self.used else ()

    def of_source(self, key: str) -> tuple[Figure, ...]:
        """Return the figures that a source gave."""
        return tuple(figure for figure in self.figures.values() if figure.source == key)

    def source(self, key: str) -> Source:
        """Return one source.

        Raises
        ------
        UnknownNode
        """
        if key not in self.sources:
            raise UnknownNode(key, self.sources, "source")
        return self.sources[key]

    def cite(self, figure: Figure, short: bool = False) -> str:
        """Return where a figure is from, in words: a citation, a judgement, or what it is computed from."""
        if figure.source == JUDGEMENT:
            return "judgement"
        if figure.source == DERIVED:
            bases = f"derived from {', '.join(figure.derived_from) or 'readings'}"
            return bases if short else f"{bases}; computed: {figure.formula}"
        return self.cite_source(figure.source, short)

    def cite_source(self, key: str, short: bool = False) -> str:
        """Return a citation, or that the source is not confirmed."""
        source = self.sources.get(key)
        if source is None or not source.citable:
            return UNCONFIRMED
        return short_name(source) if short else source.citation()

    def plain_figure(self, figure: Figure) -> dict[str, Any]:
        """Return a figure as JSON holds it."""
        source = self.sources.get(figure.source)
        return {
            "id": figure.id,
            "kind": figure.kind,
            "target": figure.target,
            "target_state": figure.target_state,
            "given": figure.given,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "grade": figure.grade,
            "population": figure.population,
            "source": figure.source,
            "citation": self.cite(figure),
            "link": source.link if source is not None and source.citable else "",
            "derived_from": list(figure.derived_from),
            "formula": figure.formula,
            "step": figure.step,
            "used": figure.id in self.used,
            "sets": [{"node": use.node, "parameter": use.parameter} for use in self.uses.get(figure.id, ())],
            "note": figure.note,
            "also_published": [self._plain_alternative(other) for other in self.also_published(figure)],
            "elicitation": record.model_dump() if (record := self.elicitations.get(figure.id)) else None,
        }

    def _plain_alternative(self, other: Alternative) -> dict[str, Any]:
        figure = other.figure
        return {
            "id": figure.id,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "grade": figure.grade,
            "population": figure.population,
            "citation": self.cite(figure),
            "instead": other.taken.id,
            "reason": other.reason,
        }
