"""Networks to and from the files of other programs: BIF, XMLBIF, NET, UAI.

    export(network, "leg.bif")      writes leg.bif and, beside it, leg.bif.names.json
    read("leg.bif")                 reads both; the names file may be missing

Wide noisy-OR nodes are written as chains of narrow ones through auxiliary nodes whose names start with
``_``; full tables on request. Every number is written with all its digits.

Both ways lead through a `pgmpy.models.DiscreteBayesianNetwork`. A file may come from anywhere, so it is taken
apart and checked before pgmpy sees any of it, and whatever is wrong becomes an `ExchangeError`. pgmpy takes
seconds to import: it is imported only by the functions that need it.
"""

from __future__ import annotations

from pathlib import Path

from network.chains import chained
from network.errors import ExchangeError, NetworkError
from network.formats import bif, net, uai, xmlbif
from network.formats.names import (
    names_file,
    names_text,
    numbered_names,
    plain_names,
    read_names,
    renamed,
    with_names,
)
from network.pgmpy_bridge import RESCALED, WIDEST_CHAINED, from_pgmpy, to_pgmpy
from network.structure import Network

FORMATS = {"bif": bif, "xmlbif": xmlbif, "net": net, "uai": uai}

SUFFIXES = {
    ".bif": "bif",
    ".xmlbif": "xmlbif",
    ".xml": "xmlbif",
    ".bifxml": "xmlbif",
    ".net": "net",
    ".uai": "uai",
}

LARGEST_FILE = 2_000_000
"""Bytes of a file that is read unless more is asked for."""


def export(
    network: Network, path: str | Path, format: str | None = None, full_tables: bool = False
) -> tuple[Path, Path]:
    """Write a network for another program, and its names beside it.

    Parameters
    ----------
    network : Network
    path : str or Path
    format : "bif", "xmlbif", "net" or "uai"; by default what the suffix says
    full_tables : bool
        Write every table whole instead of chaining wide noisy-OR nodes.

    Returns
    -------
    tuple of Path
        The file and its names file.

    Raises
    ------
    ExchangeError
        If the format is unknown or a file cannot be written.
    NetworkError
        If a full table is too large.
    """
    target = Path(path)
    chosen = format_of(target, format)
    spelled = network if full_tables else chained(network, WIDEST_CHAINED)
    names = numbered_names(spelled, uai.variable_name) if chosen == "uai" else plain_names(spelled)
    text = FORMATS[chosen].write(to_pgmpy(renamed(spelled, names), full_tables=True))
    beside = names_file(target)
    for file, content in ((target, text), (beside, names_text(spelled, names))):
        try:
            file.write_text(content, encoding="utf-8")
        except OSError as error:
            raise ExchangeError(f"{file} cannot be written: {error.strerror}.") from None
    return target, beside


def read(
    path: str | Path,
    format: str | None = None,
    max_bytes: int = LARGEST_FILE,
    tolerance: float = RESCALED,
) -> Network:
    """Return the network of a file.

    Every distribution is a table, except that wide ones that are a noisy-OR or noisy-MAX are recognised.

    Parameters
    ----------
    path : str or Path
    format : "bif", "xmlbif", "net" or "uai"; by default what the suffix says
    max_bytes : int
        Larger files are refused.
    tolerance : float
        How far a column may be off from one; it is then rescaled with a warning that names the node.

    Raises
    ------
    ExchangeError
        Naming the file, what is wrong and what would be right.
    """
    source = Path(path)
    chosen = format_of(source, format)
    text = _text(source, max_bytes)
    beside = names_file(source)
    try:
        model = FORMATS[chosen].read(text)
        if not beside.is_file():
            return from_pgmpy(model, name=str(model.name or "") or source.stem, tolerance=tolerance)
        shell, names = read_names(_text(beside, max_bytes))
        order = [names[node.id].id for node in shell.nodes]
        return with_names(from_pgmpy(model, tolerance=tolerance, order=order), shell, names)
    except (ExchangeError, NetworkError) as error:
        raise ExchangeError(f"{source}: {error}") from None


def format_of(path: Path, format: str | None = None) -> str:
    """Return the format by its name, or by the suffix of a file.

    Raises
    ------
    ExchangeError
        Listing the formats there are.
    """
    chosen = format.lower() if format is not None else SUFFIXES.get(path.suffix.lower())
    if chosen in FORMATS:
        return chosen
    asked = (
        f"format {format!r} is unknown"
        if format is not None
        else f"the suffix {path.suffix!r} names no format"
    )
    endings = ", ".join(f"{name} ({_endings(name)})" for name in FORMATS)
    raise ExchangeError(f"{path}: {asked}. Formats: {endings}.")


def _endings(format: str) -> str:
    """Return the suffixes of a format."""
    return " ".join(suffix for suffix, name in SUFFIXES.items() if name == format)


def _text(path: Path, max_bytes: int) -> str:
    """Return the text of a file that is not too large."""
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > max_bytes:
        raise ExchangeError(
            f"{path} is larger than {max_bytes / 1e6:g} MB. Allow more, or export it with chained tables."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(f"{path} is not text in UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    if "\0" in text or not text.strip():
        raise ExchangeError(
            f"{path} is {'empty' if not text.strip() else 'not text'}. A network file is plain text."
        )
    return text
