"""Where the numbers of a node come from: figure, interval, grade, and who is behind it.

A node names the rows of ``figures.csv`` it was built from. A row is published, judged, or derived from other
rows; a derived row is followed down to the sources it rests on. A source whose identity was not confirmed is
counted but not cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import shorten

from network.build import EMBEDDED
from network.errors import Fault, KnowledgeError
from network.figure_tables import read_figures, read_sources
from network.figures import DERIVED, JUDGEMENT, PROPORTIONS, Figure, Source
from network.judged import is_judged, roots_of
from network.structure import Network


@dataclass(frozen=True, slots=True)
class Reference:
    """A confirmed source: its citation in one line, a short name, and where to read it ("" if unknown)."""

    citation: str
    short: str
    link: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One number of one node.

    `parameter` says in words which number it is ("sensitivity, due_to_osteoarthritis"). `low` and `high` are
    a 95 % interval, None where there is none. `references` holds the confirmed sources; `unconfirmed` counts
    the others. `derived` is a number computed from those sources; `judged` is an expert's estimate, alone or
    in part.
    """

    node: str
    parameter: str
    figure: str
    kind: str
    value: float
    low: float | None
    high: float | None
    grade: str
    judged: bool
    derived: bool
    references: tuple[Reference, ...]
    unconfirmed: int
    population: str
    note: str

    @property
    def is_proportion(self) -> bool:
        """Whether the value is a share between 0 and 1 rather than a ratio."""
        return self.kind in PROPORTIONS


def citations(network: Network, node_id: str, folder: Path | None = None) -> tuple[Citation, ...]:
    """Return the numbers behind one node, in the order in which the node names them.

    Parameters
    ----------
    folder : Path, optional
        The knowledge folder the network was built from; the embedded one if None.

    Returns
    -------
    tuple of Citation
        Empty for a node without figures: a heading, or a node of an outside file.

    Raises
    ------
    UnknownNode
    KnowledgeError
        If the tables of figures or sources cannot be read.
    """
    figures, sources = _tables(folder or EMBEDDED)
    named = network.node(node_id).figures
    return tuple(
        _citation(node_id, parameter, figures[row], figures, sources)
        for parameter, row in named
        if row in figures
    )


def figure_citation(figure: str, folder: Path | None = None) -> Citation | None:
    """Return one row of ``figures.csv`` with its sources, None where there is no such row.

    Parameters
    ----------
    figure : str
        Id of the row; `node` and `parameter` of what is returned are empty.
    folder : Path, optional
        A knowledge folder; the embedded one if None.

    Raises
    ------
    KnowledgeError
        If the tables of figures or sources cannot be read.
    """
    figures, sources = _tables(folder or EMBEDDED)
    return _citation("", "", figures[figure], figures, sources) if figure in figures else None


def references(keys: Iterable[str], folder: Path | None = None) -> tuple[Reference, ...]:
    """Return the confirmed ones among sources that are named by their key.

    Parameters
    ----------
    folder : Path, optional
        A knowledge folder; the embedded one if None.

    Raises
    ------
    KnowledgeError
        If the tables of figures or sources cannot be read.
    """
    _, sources = _tables(folder or EMBEDDED)
    return tuple(_reference(sources[key]) for key in keys if key in sources and sources[key].citable)


@lru_cache(maxsize=4)
def _tables(folder: Path) -> tuple[dict[str, Figure], dict[str, Source]]:
    """Return the figures and the sources of a knowledge folder, read once."""
    faults: list[Fault] = []
    figures = read_figures(folder / "figures.csv", faults)
    sources = read_sources(folder / "sources.csv", faults)
    if faults:
        raise KnowledgeError(faults)
    return figures, sources


def _citation(
    node: str, parameter: str, figure: Figure, figures: dict[str, Figure], sources: dict[str, Source]
) -> Citation:
    """Return a figure with everything it rests on."""
    roots = list(roots_of(figure, figures))
    keys = dict.fromkeys(root.source for root in roots if root.source not in (JUDGEMENT, DERIVED))
    cited = [sources[key] for key in keys if key in sources and sources[key].citable]
    return Citation(
        node=node,
        parameter=parameter,
        figure=figure.id,
        kind=figure.kind,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        grade=figure.grade,
        judged=is_judged(figure, figures),
        derived=figure.source == DERIVED,
        references=tuple(map(_reference, cited)),
        unconfirmed=len(keys) - len(cited),
        population=figure.population,
        note=figure.note,
    )


def _reference(source: Source) -> Reference:
    return Reference(source.citation(), short_name(source), source.link)


def short_name(source: Source) -> str:
    """Return the first author and the year, as in "Smith 2010"; the title's start where there is no author.

    Examples
    --------
    >>> blank = dict.fromkeys(("title", "journal", "doi", "pmid", "url", "checked", "note", "verified"), "")
    >>> short_name(Source(key="k", authors="Abdulla AJ; Jones PW", year="1999", **blank))
    'Abdulla 1999'
    """
    first = source.authors.split(";")[0].split(",")[0].strip()
    words = first.removesuffix(".").removesuffix(" et al").split()
    if len(words) > 1 and words[-1].isupper() and len(words[-1]) <= 4:
        first = " ".join(words[:-1])
    return f"{shorten(first or source.title or source.key, 48, placeholder=' …')} {source.year}".strip()
