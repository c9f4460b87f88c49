"""XMLBIF, the XML interchange format.

Written by pgmpy; read here, because its reader (1.1.2) stumbles over spaces around a name and over properties
without a value, and takes the second of two tables without a word.

A document type with element declarations is fine: most programs write one. Entities are refused, because
a few of them can stand for gigabytes of text.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

import numpy as np

from network.errors import ExchangeError
from network.formats.blocks import check_size, shown
from network.formats.model import FileTable, numbers, tabular_model

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

DEEPEST = 8
"""XMLBIF is four elements deep."""


def write(model: DiscreteBayesianNetwork) -> str:
    """Return the model as XMLBIF; every number is written with all its digits."""
    from pgmpy.readwrite import XMLBIFWriter

    # pgmpy adds the numbers of a table one by one to a string: hours for a full table.
    return str(type("Writer", (XMLBIFWriter,), {"get_values": _tables})(model))


def _tables(writer: Any) -> dict[str, ElementTree.Element]:
    """Add a TABLE to each DEFINITION: the states of FOR run fastest, then the last GIVEN."""
    found: dict[str, ElementTree.Element] = {}
    for cpd in writer.model.get_cpds():
        found[cpd.variable] = ElementTree.SubElement(writer.definition[cpd.variable], "TABLE")
        values = np.asarray(cpd.get_values(), dtype=float)
        found[cpd.variable].text = " ".join(map(repr, values.ravel(order="F").tolist()))
    return found


def read(text: str) -> DiscreteBayesianNetwork:
    """Return the model of an XMLBIF file.

    Raises
    ------
    ExchangeError
        Saying which element is wrong and how.
    """
    check_safe(text)
    root = ElementTree.fromstring(text.encode("utf-8"), ElementTree.XMLParser(encoding="utf-8"))
    network = root.find("NETWORK") if root.tag == "BIF" else None
    if network is None:
        raise ExchangeError("there is no NETWORK element inside a BIF element: this is not XMLBIF.")
    states = _variables(network)
    return tabular_model(network.findtext("NAME", "").strip() or None, states, _definitions(network, states))


def check_safe(text: str) -> None:
    """Raise `ExchangeError` for broken XML, entities, a document type from elsewhere, or deep nesting."""
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ExchangeError(f"elements are nested more than {DEEPEST} deep: this is not XMLBIF.")

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*declaration: object) -> NoReturn:
        raise ExchangeError("the document declares entities, which are not read. Remove the ENTITY lines.")

    def doctype(name: str, system: str | None, public: str | None, internal: int) -> None:
        if system or public:
            raise ExchangeError(
                "the document type stands in another file, which is not read. Remove the DOCTYPE line."
            )

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.EntityDeclHandler = entity
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise ExchangeError(f"not readable as XML: {error}.") from None


def _variables(network: ElementTree.Element) -> dict[str, list[str]]:
    """Return the outcomes of each variable."""
    states: dict[str, list[str]] = {}
    for element in network.findall("VARIABLE"):
        variable = element.findtext("NAME", "").strip()
        if not variable:
            raise ExchangeError("a VARIABLE has no NAME.")
        if variable in states:
            raise ExchangeError(f"variable {shown(variable)} is declared twice. Rename one.")
        states[variable] = [(outcome.text or "").strip() for outcome in element.findall("OUTCOME")]
        if not all(states[variable]) or not states[variable]:
            raise ExchangeError(f"variable {shown(variable)} has no OUTCOME, or one without a name.")
    return states


def _definitions(network: ElementTree.Element, states: dict[str, list[str]]) -> dict[str, FileTable]:
    """Return the table of each variable."""
    tables: dict[str, FileTable] = {}
    for element in network.findall("DEFINITION"):
        variable = element.findtext("FOR", "").strip()
        parents = tuple((given.text or "").strip() for given in element.findall("GIVEN"))
        unknown = [name for name in (variable, *parents) if name not in states]
        if unknown:
            raise ExchangeError(
                f"a DEFINITION speaks of variable {shown(unknown[0])}, which is not declared."
            )
        if variable in tables:
            raise ExchangeError(f"variable {shown(variable)} has a second DEFINITION. Keep one.")
        where = f"the TABLE of {shown(variable)}"
        values = numbers(element.findtext("TABLE", "").split(), where)
        size = check_size(variable, [len(states[name]) for name in (variable, *parents)])
        if len(values) != size:
            raise ExchangeError(f"{where} has {len(values)} numbers, not {size}.")
        tables[variable] = FileTable(parents, values.reshape(-1, len(states[variable])).T)
    return tables
