"""What pydantic finds wrong in a file of entries, worded as faults: file, entry, field, fault, remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic import ValidationError

from network.errors import Fault, did_you_mean
from network.schema import ADDRESS, PATIENT_ID, YEAR


def schema_faults(file: str, content: object, error: ValidationError, fields: Iterable[str]) -> list[Fault]:
    """Return pydantic's findings with the entry's id, the field and a remedy.

    Parameters
    ----------
    content : what was validated
    fields : every name that a field may have, for the nearest spelling
    """
    known = sorted(fields)
    return [_fault(file, content, cast(Mapping[str, Any], problem), known) for problem in error.errors()]


def _fault(file: str, content: object, problem: Mapping[str, Any], fields: list[str]) -> Fault:
    """Word one finding."""
    message, kind = problem["msg"], problem["type"]
    entry, field, current = "", [], content
    for step in problem["loc"]:
        field.append(str(step))
        if not isinstance(current, dict | list) or (isinstance(current, dict) and step not in current):
            break
        current = cast(Any, current)[step]
        if isinstance(current, dict) and "id" in current:
            entry, field = str(current["id"]), []
    last = field[-1] if field else ""
    wording = PATTERNS.get(problem.get("ctx", {}).get("pattern", "")) or WORDING.get(kind)
    fault, remedy = wording or (message[:1].lower() + message[1:], "")
    if kind == "extra_forbidden":
        others = [name for name in fields if name != last]
        remedy = did_you_mean(last, others).strip() or remedy
    return Fault(file, entry, ".".join(field), f"{fault}.", remedy)


PATTERNS = {
    PATIENT_ID: ("is not a usable id", "Write letters, digits and underscores; begin with a letter."),
    ADDRESS: ("is no address of the web", "Begin with https:// or http://, or leave it empty."),
    YEAR: ("is no year", "Write four digits, or leave it empty."),
}
"""What is wrong and what to do where a text does not follow its pattern; other patterns are those of ids."""

WORDING = {
    "extra_forbidden": ("there is no such field here", "Take it out."),
    "missing": ("the field is missing", "Add it."),
    "string_pattern_mismatch": (
        "is not a usable id",
        "Write lower-case letters, digits and underscores; begin with a letter, or with a digit for a state.",
    ),
    "string_type": ("text is needed here", "Write one line of text."),
    "bool_type": ("write true or false", ""),
    "list_type": ("a list is needed here", "Write [one, two] or one line for each, beginning with a dash."),
    "model_type": ("named fields are needed here", "Write field: value, one line for each."),
    "dict_type": ("named fields are needed here", "Write field: value, one line for each."),
}
"""What is wrong and what to do, by pydantic's kind of error; other kinds keep pydantic's words."""
