"""Read a knowledge folder: every file validated, every reference followed, all faults reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from network import schema, schema_decisions, strict_yaml
from network.errors import Fault, KnowledgeError
from network.figure_tables import read_figures, read_sources
from network.figures import Figure, Source
from network.schema_faults import schema_faults

if TYPE_CHECKING:
    from network.elicitations import Elicitation
    from network.notice import Tried

EMBEDDED = Path(__file__).parent / "knowledge" / "leg_pain"
FILES: dict[str, type[schema.Entry]] = {
    "network.yaml": schema.NetworkFile,
    "risk_factors.yaml": schema.RiskFactorsFile,
    "conditions.yaml": schema.ConditionsFile,
    "observations.yaml": schema.ObservationsFile,
    "tests.yaml": schema.TestsFile,
    "red_flags.yaml": schema_decisions.RedFlagsFile,
    "management.yaml": schema_decisions.ManagementFile,
    "claims.yaml": schema.ClaimsFile,
}


@dataclass(frozen=True)
class Knowledge:
    """A whole knowledge folder."""

    network: schema.NetworkFile
    risk_factors: tuple[schema.RiskFactor, ...]
    conditions: tuple[schema.Condition, ...]
    other_cause: schema.OtherCause
    observations: tuple[schema.Observation, ...]
    red_flags: schema_decisions.RedFlagsFile
    management: tuple[schema_decisions.ManagementOption, ...]
    useful: schema.Threshold | None
    claims: tuple[schema.Claim, ...]
    figures: dict[str, Figure]
    sources: dict[str, Source]
    elicitations: tuple[Elicitation, ...] = ()
    tried: Tried | None = None
    turns_of: Mapping[schema.Care, Sequence[schema_decisions.TurnEntry]] = field(default_factory=dict)

    def described(self) -> Iterator[tuple[str, schema.Described]]:
        """Yield (file, entry) for every entry that becomes a node, due_to nodes left out."""
        for factor in self.risk_factors:
            yield "risk_factors.yaml", factor
        for condition in self.conditions:
            yield "conditions.yaml", condition
        yield "conditions.yaml", self.other_cause
        file = self.network
        for entry in (file.complaint, *file.splits, *file.latents, *file.headings, *file.drug_attribution):
            yield "network.yaml", entry
        for observation in self.observations:
            yield file_of(observation), observation

    def states(self) -> dict[str, tuple[str, ...]]:
        """Return the states of every node, due_to nodes and safety items included."""
        found = {entry.id: tuple(entry.states) for _, entry in self.described()}
        found |= {due_to_id(condition.id): ("absent", "present") for condition in self.conditions}
        found |= {item.id: ("absent", "present") for item in self.red_flags.items}
        return found


def due_to_id(condition: str) -> str:
    """Return the id of the node that says a condition explains the pain."""
    return f"due_to_{condition}"


def file_of(observation: schema.Observation) -> str:
    """Return the file in which an observation or a latent stands."""
    return {"test": "tests.yaml", "latent": "network.yaml"}.get(observation.kind, "observations.yaml")


def read_knowledge(folder: Path = EMBEDDED) -> Knowledge:
    """Read and validate a knowledge folder.

    Raises
    ------
    KnowledgeError
        With every fault found in any of the files.
    """
    from network.elicitations import read_elicitations
    from network.notice import read_tried
    from network.references import reference_faults

    faults: list[Fault] = []
    parsed = {name: read_file(folder / name, model, faults) for name, model in FILES.items()}
    figures = read_figures(folder / "figures.csv", faults)
    sources = read_sources(folder / "sources.csv", faults)
    elicitations = read_elicitations(folder, faults)
    tried = read_tried(folder, faults)
    files = [parsed[name] for name in FILES]
    if faults or any(file is None for file in files):
        raise KnowledgeError(faults)
    network, risk_factors, conditions, observations, tests, red_flags, management, claims = files
    assert isinstance(network, schema.NetworkFile)
    assert isinstance(risk_factors, schema.RiskFactorsFile)
    assert isinstance(conditions, schema.ConditionsFile)
    assert isinstance(observations, schema.ObservationsFile)
    assert isinstance(tests, schema.TestsFile)
    assert isinstance(red_flags, schema_decisions.RedFlagsFile)
    assert isinstance(management, schema_decisions.ManagementFile)
    assert isinstance(claims, schema.ClaimsFile)
    knowledge = Knowledge(
        network=network,
        risk_factors=tuple(risk_factors.risk_factors),
        conditions=tuple(conditions.conditions),
        other_cause=conditions.other_cause,
        observations=(*observations.observations, *tests.tests),
        red_flags=red_flags,
        management=tuple(management.management),
        useful=management.useful,
        turns_of=management.turns_of,
        claims=tuple(claims.claims),
        figures=figures,
        sources=sources,
        elicitations=elicitations,
        tried=tried,
    )
    faults = list(dict.fromkeys(reference_faults(knowledge)))
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def read_file(path: Path, model: type[schema.Entry], faults: list[Fault]) -> schema.Entry | None:
    """Return the validated content of one YAML file, or None after adding its faults.

    Parameters
    ----------
    path : the file
    model : what it must hold
    faults : every fault found is added
    """
    count = len(faults)
    content = strict_yaml.read(path, faults)
    if len(faults) > count:
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults += schema_faults(path.name, content, error, _fields(schema.Entry))
        return None


def _fields(model: type[schema.Entry]) -> set[str]:
    """Return every name that a field of an entry, or of a kind of it, may have."""
    return set(model.model_fields).union(*map(_fields, model.__subclasses__()))
