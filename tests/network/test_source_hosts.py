"""A source leads to a publication, its publisher, an index of publications or an official body."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

import pytest
import yaml

from network.figures import DERIVED, JUDGEMENT, Source, foundations
from network.knowledge import Knowledge, read_knowledge
from network.references import uses

HOSTS = yaml.safe_load((Path(__file__).parent / "source_hosts.yaml").read_text(encoding="utf-8"))
TRUSTED = {host for group in HOSTS["trusted"].values() for host in group}
DENIED = set(HOSTS["denied"])


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read_knowledge()


def in_use(knowledge: Knowledge) -> list[Source]:
    """Return the sources behind figures that a node, an option or a claim names, and behind safety rules."""
    figures = foundations(knowledge.figures, (use.figure for use in uses(knowledge)))
    keys = {knowledge.figures[figure].source for figure in figures} - {JUDGEMENT, DERIVED}
    keys |= {key for flag in knowledge.red_flags.flags for key in flag.sources}
    return [knowledge.sources[key] for key in sorted(keys)]


def host(source: Source) -> str:
    return urlparse(source.url).hostname or ""


def within(name: str, hosts: set[str]) -> bool:
    """Return whether a host is one of these or below one."""
    parts = name.split(".")
    return any(".".join(parts[start:]) in hosts for start in range(len(parts)))


def trusted(source: Source) -> bool:
    return bool(source.doi or source.pmid) or within(host(source), TRUSTED)


def test_no_source_leads_to_a_copy_a_forum_or_a_generated_answer(knowledge: Knowledge) -> None:
    assert [source.key for source in knowledge.sources.values() if within(host(source), DENIED)] == []


def test_a_source_in_use_has_an_identifier_or_stands_with_its_publisher(knowledge: Knowledge) -> None:
    found = in_use(knowledge)
    assert len(found) > 200
    assert [f"{source.key}: {source.url}" for source in found if not trusted(source)] == []


def test_no_host_is_both_trusted_and_denied_and_every_trusted_one_is_needed(knowledge: Knowledge) -> None:
    assert [name for name in sorted(TRUSTED) if within(name, DENIED)] == []
    assert sorted(TRUSTED - {host(source) for source in knowledge.sources.values()}) == []


@pytest.mark.parametrize(
    ("url", "denied"),
    [
        ("https://droracle.ai/articles/1", True), ("https://www.droracle.ai/articles/1", True),
        ("https://notdroracle.ai/", False), ("https://pubmed.ncbi.nlm.nih.gov/1", False),
    ],
)  # fmt: skip
def test_a_host_counts_with_what_is_below_it(knowledge: Knowledge, url: str, denied: bool) -> None:
    assert within(urlparse(url).hostname or "", DENIED) == denied
