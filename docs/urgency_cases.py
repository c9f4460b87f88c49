"""Print tests/spec/urgency.yaml as a page for clinicians; `make docs` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from network.structure import BINARY, Network
from tests.spec.cases import LEVELS, Case, CasesFile, Harmless

PAGE = Path(__file__).resolve().with_suffix(".md")
INTRODUCTION = """\
# Worked cases of urgency

<!-- Printed from tests/spec/urgency.yaml: correct that file, then run `make docs`. -->

How soon should this person be seen? {raised} cases that must be raised and {low} near pictures that must not,
in {syndromes} syndromes and {harmless} groups of harmless pictures. They were written by hand from the source
that each group names, apart from the [rules](advice.md#how-urgent) that they judge: a test asks the program
every one of them. No clinician has reviewed them yet.

What a case does not mention was not asked. Levels: **emergency** (the emergency number, or an emergency
department, now), **same day** (a doctor today), **soon** (a doctor within days), **routine** (an
appointment), **none**.
"""


def page(file: CasesFile, network: Network) -> str:
    """Return the page in Markdown, with the words of the network."""
    cases = [case for group in file.groups for case in group.cases]
    raised = sum(case.raised for case in cases)
    introduction = INTRODUCTION.format(
        raised=raised,
        low=len(cases) - raised,
        syndromes=len(file.syndromes),
        harmless=len(file.harmless),
    )
    return "\n".join([introduction, *(line for group in file.groups for line in _group(group, network))])


def _group(group: Harmless, network: Network) -> Iterator[str]:
    """Yield the lines of one syndrome."""
    yield from (f"## {group.name}", "", group.because, "")
    yield from (f"Source: [{group.source.title}]({group.source.address})", "")
    yield from ("| case | told | level |", "| --- | --- | --- |")
    for case in group.cases:
        yield f"| {case.title} | {told(case, network)} | {wanted(case)} |"
    yield ""


def told(case: Case, network: Network) -> str:
    """Return the evidence of a case in words: who it is, what is there, what is not."""
    items = {item.id: item.label for item in network.safety_items}
    there: list[str] = []
    denied: list[str] = []
    for name, state in case.evidence.items():
        if name in ("age", "sex"):
            continue
        if name in items or network.node(name).states == BINARY:
            label = items.get(name) or network.node(name).label
            (there if state == BINARY[1] else denied).append(label)
        else:
            node = network.node(name)
            there.append(f"{node.label}: {node.state_label(state)}")
    who = f"{case.evidence['sex']}, {case.evidence['age']}"
    parts = [who, *(["; ".join(there)] if there else []), *([f"not: {'; '.join(denied)}"] if denied else [])]
    return "<br>".join(parts)


def wanted(case: Case) -> str:
    """Return the level of a case in words."""
    low, high = (level.replace("_", " ") for level in (case.lowest, case.highest))
    if low == high:
        return f"**{low}**"
    if case.lowest == LEVELS[0]:
        return f"at most **{high}**"
    return f"at least **{low}**" if case.highest == LEVELS[-1] else f"**{low}** to **{high}**"
