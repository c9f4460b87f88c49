"""Every figure of a network as one entry: the number, where it is from, how far that is confirmed, its uses.

The ledger is what the Sources page shows and what a script can filter; `provenance` is what it is made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from model.alternatives import Alternative
from model.citations import Reference, short_name
from model.provenance import Provenance, Use
from network.build import EMBEDDED
from network.elicitations import Elicitation
from network.errors import Fault, KnowledgeError
from network.figures import DERIVED, JUDGEMENT, PROPORTIONS, Figure, Source
from network.judged import JudgedShare, is_judged, judged_share, roots_of
from network.structure import Network

PUBLISHED, JUDGED, COMPUTED = "published", "judged", "derived"
ORIGINS = (PUBLISHED, COMPUTED, JUDGED)
CONFIRMED, PARTLY, UNCONFIRMED, NOT_CITED = "yes", "partly", "no", "judgement"
VERIFICATIONS = (CONFIRMED, PARTLY, UNCONFIRMED, NOT_CITED)
CORRECTED = "Corrected"
"""How the note of a figure begins whose number, interval or grade was put right."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure with everything that is known of it.

    `origin` is "published", "judged" (an expert's estimate), or "derived" from other figures or readings.
    `judged` says whether the number is an estimate in whole or in part. `verified` is that of the least
    confirmed source behind it: "yes", "partly", "no", or "judgement" where there is no source. `references`
    holds the confirmed sources behind it, `unconfirmed` counts the others. `uses` names the parameters that
    it sets, `nodes` every node that rests on it, `claims` the claims of the source article it speaks to.
    """

    figure: Figure
    origin: str
    judged: bool
    verified: str
    checked: str
    references: tuple[Reference, ...]
    unconfirmed: int
    uses: tuple[Use, ...]
    nodes: tuple[str, ...]
    claims: tuple[str, ...]
    used: bool
    elicitation: Elicitation | None = None
    """How a judged number was come by, where there is a record."""
    also: tuple[Alternative, ...] = ()
    """What was published against it, where the network rests on it."""

    @property
    def id(self) -> str:
        """The figure's id."""
        return self.figure.id

    @property
    def is_proportion(self) -> bool:
        """Whether the value is a share between 0 and 1 rather than a ratio or an effect."""
        return self.figure.kind in PROPORTIONS

    @property
    def corrected(self) -> bool:
        """Whether its note tells of a correction."""
        return self.figure.note.startswith(CORRECTED)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source and the ids of the figures it gave; one that is not confirmed has no reference."""

    key: str
    reference: Reference | None
    verified: str
    checked: str
    note: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleClaim:
    """One claim of the source article, and what the literature says of it."""

    id: str
    says: str
    literature: str
    note: str
    nodes: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """All figures, sources and claims of a network; empty where it was not built from knowledge files."""

    entries: Mapping[str, Entry]
    sources: Mapping[str, SourceEntry]
    claims: tuple[ArticleClaim, ...]

    def by_grade(self, used: bool = False) -> dict[str, int]:
        """Return how many figures have each grade, best grade first; those in use only, if `used`."""
        found = Counter(entry.figure.grade for entry in self.entries.values() if entry.used or not used)
        return dict(sorted(found.items()))

    @cached_property
    def judged_share(self) -> JudgedShare:
        """How many figures the network rests on, and how many of those are judged, in whole or in part."""
        figures = {entry.id: entry.figure for entry in self.entries.values()}
        return judged_share(figures, (entry.id for entry in self.entries.values() if entry.used))


def ledger(network: Network, folder: Path | None = None) -> Ledger:
    """Return the ledger of a network.

    Parameters
    ----------
    folder : the knowledge folder that the network was built from, None for the embedded one

    Raises
    ------
    KnowledgeError
        If its tables cannot be read.
    """
    if not any(node.figures for node in network.nodes):
        return Ledger({}, {}, ())
    provenance = Provenance.of(network, folder)
    claims = _claims(Path(folder or EMBEDDED))
    speaks_to: dict[str, list[str]] = {}
    for claim in claims:
        for figure in claim.figures:
            speaks_to.setdefault(figure, []).append(claim.id)
    entries = {
        figure.id: _entry(provenance, figure, tuple(speaks_to.get(figure.id, ())))
        for figure in provenance.figures.values()
    }
    sources = {key: _source_entry(provenance, source) for key, source in provenance.sources.items()}
    return Ledger(entries, sources, claims)


def _entry(provenance: Provenance, figure: Figure, claims: tuple[str, ...]) -> Entry:
    """Return the entry of one figure."""
    roots = list(roots_of(figure, provenance.figures))
    keys = dict.fromkeys(root.source for root in roots if root.source not in (JUDGEMENT, DERIVED))
    behind = [provenance.sources[key] for key in keys if key in provenance.sources]
    cited = [source for source in behind if source.citable]
    levels = {source.verified if source.citable else UNCONFIRMED for source in behind}
    levels |= {UNCONFIRMED} if len(behind) < len(keys) else set()
    return Entry(
        figure=figure,
        origin={JUDGEMENT: JUDGED, DERIVED: COMPUTED}.get(figure.source, PUBLISHED),
        judged=is_judged(figure, provenance.figures),
        verified=next((level for level in (UNCONFIRMED, PARTLY, CONFIRMED) if level in levels), NOT_CITED),
        checked=cited[0].checked if figure.source in provenance.sources and cited else "",
        references=tuple(_reference(source) for source in cited),
        unconfirmed=len(keys) - len(cited),
        uses=provenance.uses.get(figure.id, ()),
        nodes=provenance.nodes_of(figure.id),
        claims=claims,
        used=figure.id in provenance.used,
        elicitation=provenance.elicitations.get(figure.id),
        also=provenance.also_published(figure),
    )


def _source_entry(provenance: Provenance, source: Source) -> SourceEntry:
    """Return the entry of one source."""
    return SourceEntry(
        key=source.key,
        reference=_reference(source) if source.citable else None,
        verified=source.verified if source.citable else UNCONFIRMED,
        checked=source.checked,
        note=source.note,
        figures=tuple(figure.id for figure in provenance.of_source(source.key)),
    )


def _reference(source: Source) -> Reference:
    return Reference(source.citation(), short_name(source), source.link)


def _claims(folder: Path) -> tuple[ArticleClaim, ...]:
    """Return the claims of a knowledge folder."""
    from network.knowledge import read_file
    from network.schema import ClaimsFile

    faults: list[Fault] = []
    file = read_file(folder / "claims.yaml", ClaimsFile, faults)
    if not isinstance(file, ClaimsFile):
        raise KnowledgeError(faults)
    return tuple(
        ArticleClaim(
            claim.id,
            claim.says,
            claim.literature,
            claim.note,
            tuple(claim.represented_by),
            tuple(claim.figures),
        )
        for claim in file.claims
    )
