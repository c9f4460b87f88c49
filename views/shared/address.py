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
from dataclasses import dataclass
from typing import Any

from model import UNKNOWN, Evidence, Likelihood
from model.errors import DiagnosisError, RefusedNumber

FORMAT = 1
LONGEST_WORD = 8_000
LARGEST_CASE = 65_536


class UnreadableCase(Exception):
    """An address that holds no case."""


@dataclass(frozen=True)
class Received:
    """What an address held. `left_out` names findings that this network does not know."""

    evidence: Evidence
    name: str
    version: str
    hash: str
    left_out: tuple[str, ...]

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
    RefusedNumber
        If the network does not take a number: then the case is not for it, and none of it is opened.
    """
    if not word:
        return Received(nothing, nothing.network.name, nothing.network.version, nothing.network.hash, ())
    match unpack(word):
        case [1, str(name), str(version), str(made_with), dict(findings), list(paused)]:
            pass
        case _:
            raise UnreadableCase
    evidence, left_out = nothing, []
    for node, finding in findings.items():
        try:
            evidence = evidence.with_finding(node, from_json(finding))
        except RefusedNumber:
            raise
        except DiagnosisError:
            left_out.append(str(node))
    evidence = evidence.paused_at(*(node for node in paused if isinstance(node, str)))
    return Received(evidence, name, version, made_with, tuple(left_out))


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
