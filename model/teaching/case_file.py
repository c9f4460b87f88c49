"""Cases as YAML: read strictly with every fault at once, and written back.

    cases:
      - id: mrs_b_and_the_bedpost        # nothing in id or title gives the answer away
        title: The foot over the edge
        kind: typical                    # typical, atypical, two_causes, distractor, outside
        setting: General practice
        vignette: >-
          What the patient tells at once, in plain words.
        findings:                        # in the order in which they are revealed
          - {item: age, state: 75_plus, when: start}
          - {item: cold_foot, state: present, says: The foot is like ice.}
          - {item: ankle_brachial_index_low, state: present, when: asked}
        answer: [arterial_insufficiency]
        teaching:
          - Why the answer is the answer.

Every value is text; findings are revealed "later" unless they say when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from model.evidence import Unknown, read_finding
from model.teaching.cases import AUTHORED, START, Case, CaseFinding, all_causes
from model.teaching.errors import CaseError
from model.teaching.schema import FIELDS, CaseEntry, CaseFile
from network import strict_yaml
from network.errors import DiagnosisError, Fault, did_you_mean
from network.schema_faults import schema_faults
from network.structure import EVIDENCE_KINDS, Network

LARGEST_TEXT = 1_000_000
"""Characters of one file; 200 long cases need less."""


def parse_cases(network: Network, text: str, name: str = "cases", origin: str = AUTHORED) -> tuple[Case, ...]:
    """Return the cases that YAML text holds.

    Parameters
    ----------
    name : the file's name, for messages
    origin : "authored" or "library"

    Raises
    ------
    CaseError
        With every fault: file, entry, field, fault, remedy.
    """
    faults: list[Fault] = []
    if len(text) > LARGEST_TEXT:
        size = f"has {len(text):,} characters; the most is {LARGEST_TEXT:,}."
        raise CaseError([Fault(name, "", "", size, "Split it into several files.")])
    content = strict_yaml.parse(text, name, faults)
    if not faults and not isinstance(content, Mapping):
        faults.append(Fault(name, "", "", "the file holds no cases.", "Begin it with the line 'cases:'."))
    if faults:
        raise CaseError(faults)
    try:
        file = CaseFile.model_validate(content)
    except ValidationError as error:
        raise CaseError(schema_faults(name, content, error, FIELDS)) from None
    for repeated, count in Counter(entry.id for entry in file.cases).items():
        if count > 1:
            faults.append(Fault(name, repeated, "id", f"stands {count} times.", "Give each case its own."))
    for entry in file.cases:
        faults += _disagreements(network, name, entry)
    if faults:
        raise CaseError(faults)
    return tuple(_case(network, entry, origin) for entry in file.cases)


def to_yaml(cases: Iterable[Case]) -> str:
    """Return YAML text that `parse_cases` reads as the same cases."""
    entries = [_entry(case) for case in cases]
    text: str = yaml.safe_dump(
        {"cases": entries}, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    return text


def _entry(case: Case) -> dict[str, Any]:
    """Return what the file says of one case; what is empty is left out."""
    findings = [
        {key: value for key, value in (("item", one.item), ("state", one.state), ("when", one.when),
                                       ("says", one.says)) if value}
        for one in case.findings
    ]  # fmt: skip
    entry: dict[str, Any] = {
        "id": case.id, "title": case.title, "kind": case.kind, "setting": case.setting,
        "vignette": case.vignette, "findings": findings, "answer": list(case.answer),
        "distractor": case.distractor, "teaching": list(case.teaching),
    }  # fmt: skip
    return {key: value for key, value in entry.items() if value}


def _case(network: Network, entry: CaseEntry, origin: str) -> Case:
    """Return a validated entry as a case, states as the network spells them."""
    findings = tuple(
        CaseFinding(
            item=one.item,
            state=_state(network, one.item, one.state),
            when=one.when,
            says=" ".join(one.says.split()),
        )
        for one in entry.findings
    )
    return Case(
        id=entry.id,
        title=" ".join(entry.title.split()),
        kind=entry.kind,
        setting=" ".join(entry.setting.split()),
        vignette=entry.vignette,
        findings=findings,
        answer=tuple(entry.answer),
        distractor=entry.distractor,
        teaching=tuple(" ".join(point.split()) for point in entry.teaching),
        origin=origin,
    )


def _state(network: Network, item: str, state: str) -> str:
    found = read_finding(network, item, state)
    return found.value if isinstance(found, Unknown) else str(found)


def _disagreements(network: Network, name: str, entry: CaseEntry) -> Iterator[Fault]:
    """Yield where an entry does not fit the network or itself."""
    for position, one in enumerate(entry.findings, start=1):
        place = f"findings.{position}.{one.item}"
        try:
            _state(network, one.item, one.state)
        except DiagnosisError as error:
            yield Fault(name, entry.id, place, str(error))
            continue
        if not _can_be_asked(network, one.item):
            yield Fault(name, entry.id, place, "is no finding: nobody can observe it.", "Name what shows it.")
    for item, count in Counter(one.item for one in entry.findings).items():
        if count > 1:
            fault = f"{item} stands {count} times."
            yield Fault(name, entry.id, "findings", fault, "Keep one of them.")
    if all(one.when != START for one in entry.findings):
        yield Fault(
            name, entry.id, "findings", "nothing is told at the start.", "Mark some findings 'when: start'."
        )
    yield from _answer_faults(network, name, entry)


def _can_be_asked(network: Network, item: str) -> bool:
    """Whether a node or safety item is something that is observed."""
    return item not in network or network.node(item).kind in EVIDENCE_KINDS


def _answer_faults(network: Network, name: str, entry: CaseEntry) -> Iterator[Fault]:
    """Yield what is wrong with the answer, for this kind of case."""
    causes = all_causes(network)
    for field, given in (("answer", entry.answer), ("distractor", [entry.distractor])):
        for cause in given:
            if cause is not None and cause not in causes:
                near = did_you_mean(cause, causes).strip()
                yield Fault(name, entry.id, field, f"no cause is called {cause!r}.", near)
    if len(set(entry.answer)) < len(entry.answer):
        yield Fault(name, entry.id, "answer", "names a cause twice.", "Keep one of them.")
    other = [node for node, condition in network.causes.items() if condition is None]
    rules: Mapping[str, tuple[bool, str]] = {
        "typical": (len(entry.answer) == 1, "a typical case has one answer."),
        "atypical": (len(entry.answer) == 1, "an atypical case has one answer."),
        "two_causes": (len(entry.answer) > 1, "a case of two causes has two answers or more."),
        "outside": (entry.answer == other, f"a case outside the list has the answer {', '.join(other)}."),
        "distractor": (entry.distractor is not None, "a distractor case names its distractor."),
    }
    holds, rule = rules[entry.kind]
    if not holds:
        yield Fault(name, entry.id, "kind", rule, "Change the kind or the answer.")
    if entry.distractor in entry.answer:
        yield Fault(name, entry.id, "distractor", "is also an answer.", "A distractor is not responsible.")
