"""Who says so: links to sources and the origin of a number; what is judged is marked as such."""

from __future__ import annotations

from urllib.parse import quote

from model.citations import Citation, Reference
from views.shared.words import counted, listed, plain


def origin(citation: Citation) -> str:
    """Return where a number is from; what is judged says so."""
    links = [reference_link(reference) for reference in citation.references]
    if citation.unconfirmed:
        links.append(counted(citation.unconfirmed, "source not confirmed", "sources not confirmed"))
    if citation.judged:
        return f"**Judged**, with a view to {listed(links)}." if links else "**Judged.**"
    if not links:
        return "Source not confirmed."
    return f"{'From' if citation.derived else 'Published:'} {listed(links)}."


def reference_link(reference: Reference) -> str:
    """Return a source's short name, linked where it can be read."""
    return link(reference.short, reference.link)


def link(name: str, address: str) -> str:
    """Return a name that leads to an address; only the name where the address is none of the web."""
    if not address.startswith(("https://", "http://")):
        return plain(name)
    return f"[{plain(name)}](<{quote(address, safe=':/?#@!$&*+,;=%~')}>)"
