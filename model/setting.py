"""The setting: where the person is seen, or that the case is written; it stands beside every number."""

from __future__ import annotations

from model.evidence import UNKNOWN, Evidence

NOT_STATED = "not stated"


def setting_of(evidence: Evidence) -> str | None:
    """Return the state of the setting that counts, None where none is stated or it is not certain."""
    node = evidence.network.setting
    found = None if node is None else evidence.active.get(node.id)
    return found if isinstance(found, str) else None


def setting_line(evidence: Evidence) -> str:
    """Return the setting in a line, empty where the network knows no settings.

    Examples
    --------
    >>> from network.build import load_network
    >>> setting_line(Evidence.of(load_network(), {"seen_in": "sleep_clinic"}))
    'Setting: Sleep clinic.'
    """
    node = evidence.network.setting
    if node is None:
        return ""
    stated = setting_of(evidence)
    if stated is not None:
        return f"Setting: {node.state_label(stated)}."
    if node.id in evidence.active and evidence.active[node.id] != UNKNOWN:
        return "Setting: entered with a likelihood."
    return f"Setting: {NOT_STATED}. {node.text.description}".rstrip()
