"""Build the `Network` of a knowledge folder, or fetch it ready-made from the user's cache."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from network.errors import KnowledgeError, NetworkError
from network.structure import Network, Node, check_sound

EMBEDDED = Path(__file__).parent / "knowledge" / "leg_pain"


def load_network(folder: Path | None = None, use_cache: bool = True) -> Network:
    """Return the network of a knowledge folder (the embedded leg-pain network if None).

    Raises
    ------
    KnowledgeError
        With every fault in the knowledge files.
    """
    folder = EMBEDDED if folder is None else Path(folder)
    cached = cache_folder() / f"network-{_fingerprint(folder)}.json"
    if use_cache and (ready := _read_quietly(cached)) is not None:
        return ready
    network = build_network(folder)
    if use_cache:
        _write_quietly(cached, json.dumps(network.to_plain()))
    return network


def build_network(folder: Path) -> Network:
    """Read, validate, calibrate and check a knowledge folder.

    Raises
    ------
    KnowledgeError
        With every fault in the knowledge files.
    """
    from network.assemble import Assembly
    from network.deciding import contradictions, decisions, red_flags, refusals, safety_items
    from network.judged import judged_share
    from network.knowledge import Knowledge, read_knowledge
    from network.notice import filled
    from network.wording import node_text

    knowledge: Knowledge = read_knowledge(folder)
    beliefs = {figure.id: np.array([figure.value]) for figure in knowledge.figures.values()}
    assembly = Assembly(knowledge, beliefs)
    parts = assembly.run()
    if assembly.faults:
        raise KnowledgeError(assembly.faults)
    from network.cpds import first_draw

    states = knowledge.states()
    texts = node_text(knowledge)
    nodes = tuple(
        Node(
            id=node,
            states=states[node],
            parents=part.parents,
            cpd=first_draw(part.cpd),
            kind=texts[node][0],
            text=texts[node][1],
            figures=part.figures,
        )
        for node, part in parts.items()
    )
    file = knowledge.network
    named = (figure for part in parts.values() for _, figure in part.figures)
    network = Network(
        name=file.name,
        nodes=nodes,
        version=file.version,
        title=file.title,
        population=file.population,
        notice=filled(file.notice, judged_share(knowledge.figures, named), knowledge.tried),
        complaint=file.complaint.id,
        safety_items=safety_items(knowledge),
        red_flags=red_flags(knowledge),
        decisions=decisions(knowledge),
        refused=refusals(knowledge),
        contradictions=contradictions(knowledge),
    )
    check_sound(network)
    return network


def cache_folder() -> Path:
    """Return the folder for things that can be made again; NOCTURNE_CACHE_DIR overrides the user's own."""
    override = os.environ.get("NOCTURNE_CACHE_DIR")
    if override:
        return Path(override)
    from platformdirs import user_cache_path

    return user_cache_path("nocturne")


def _fingerprint(folder: Path) -> str:
    """Return a hash of the knowledge files and of the code that reads them."""
    digest = hashlib.sha256()
    knowledge = sorted([*folder.glob("*.yaml"), *folder.glob("*.csv")])
    for path in [*knowledge, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _read_quietly(path: Path) -> Network | None:
    """Return the network of a cache file; None where there is none or it is damaged, and it is made anew."""
    try:
        return Network.from_plain(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, NetworkError):
        return None


def _write_quietly(path: Path, text: str) -> None:
    """Write a cache file in one step; a cache that cannot be written is done without."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError:
        return
