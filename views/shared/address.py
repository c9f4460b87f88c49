"""A case as one word of the address, and back: the network it was made with, its findings, what is paused.

The word is JSON, squeezed and spelled in letters that an address may hold. Whatever arrives is treated as
written by a stranger: sizes are bounded, every finding is validated, no shape is taken for granted.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model import UNKNOWN, Evidence, Likelihood
from model.errors import DiagnosisError, RefusedNumber
from views.shared.words import echo, listed, plain

FORMAT = 1
LONGEST_WORD = 8_000
LARGEST_CASE = 65_536


class UnreadableCase(Exception):
    """An address that holds no case."""


@dataclass(frozen=True)
class LeftOut:
    """Findings of an address that do not fit this network.

    `unknown` names those that it does not know, `refused` what it says of numbers that it does not take.
    """

    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        """Return what there is to say about them, one sentence or more, ready for Markdown."""
        said = [plain(sentence) for sentence in dict.fromkeys(self.refused)]
        if self.unknown:
            names = listed(echo(name) for name in self.unknown[:3])
            more = f" and {len(self.unknown) - 3} more" if len(self.unknown) > 3 else ""
            said.append(f"Left out, because they mean nothing to this network: {names}{more}.")
        return said


@dataclass(frozen=True)
class Received:
    """What an address held."""

    evidence: Evidence
    name: str
    version: str
    hash: str
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def same_network(self) -> bool:
        """Whether the case was made with exactly this network."""
        return self.hash == self.evidence.network.hash


def encode(evidence: Evidence) -> str:
    """Return the word for a case; empty where nothing was entered."""
    if not evidence:
        return ""
    network = evidence.network
    findings = {node: to_json(finding) for node, finding in evidence.findings.items()}
    content = [FORMAT, network.name, network.version, network.hash, findings, sorted(evidence.paused)]
    return pack(content)


def decode(nothing: Evidence, word: str) -> Received:
    """Return the case of an address.

    Parameters
    ----------
    nothing : Evidence
        Empty evidence of the network that is to read it.

    Raises
    ------
    UnreadableCase
        If the word is no case at all. Single findings that do not fit are left out and named.
    """
    if not word:
        return Received(nothing, nothing.network.name, nothing.network.version, nothing.network.hash)
    match unpack(word):
        case [1, str(name), str(version), str(made_with), dict(findings), list(paused)]:
            pass
        case _:
            raise UnreadableCase
    left_out = LeftOut()
    evidence = read_findings(nothing, findings, left_out)
    evidence = evidence.paused_at(*(node for node in paused if isinstance(node, str)))
    return Received(evidence, name, version, made_with, left_out)


def read_findings(nothing: Evidence, findings: Mapping[str, Any], left_out: LeftOut) -> Evidence:
    """Return the findings that fit the network of `nothing`; what does not is added to `left_out`."""
    evidence = nothing
    for node, finding in findings.items():
        try:
            evidence = evidence.with_finding(node, from_json(finding))
        except RefusedNumber as error:
            left_out.refused.append(error.says)
        except DiagnosisError:
            left_out.unknown.append(str(node))
    return evidence


def pack(content: Any) -> str:
    """Return JSON content as one word of an address."""
    text = json.dumps(content, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(word: str) -> Any:
    """Return the JSON inside a word, whatever it is.

    Raises
    ------
    UnreadableCase
        If it is longer than an address may be, or holds no JSON.
    """
    if len(word) > LONGEST_WORD:
        raise UnreadableCase
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, LARGEST_CASE)
        if not unpacker.eof:
            raise UnreadableCase
        return json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise UnreadableCase from None


def to_json(finding: Any) -> Any:
    """Return a state as its name, a likelihood ratio as a number, other likelihoods by state."""
    if finding is UNKNOWN:
        return UNKNOWN.value
    if isinstance(finding, Likelihood):
        return finding.ratio if finding.ratio is not None else dict(finding.weights)
    return finding


def from_json(value: Any) -> Any:
    """Return what `Evidence.with_finding` takes; it refuses what is no finding."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Likelihood(value)
    return {"likelihood": value} if isinstance(value, Mapping) else value
