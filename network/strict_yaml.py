"""YAML read strictly: every scalar is a string, and of two equal keys the second is an error.

Plain YAML turns an unquoted ``18_39`` into the integer 1839 and ``no`` into False, and silently keeps
the last of two equal keys. Here nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, cast

import yaml

from network.errors import Fault


class _StrictLoader(yaml.BaseLoader):
    """The loader that leaves scalars as text and refuses aliases and repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node; an alias is refused, because a few lines of them can unfold to gigabytes."""
        if self.check_event(yaml.AliasEvent):
            event = cast(Any, self).peek_event()
            raise yaml.composer.ComposerError(
                None, None, f"the alias *{event.anchor}; write the content out instead", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key that is not plain text", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def parse(text: str, name: str, faults: list[Fault]) -> Any:
    """Return the content of YAML text, or None after adding the fault."""
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        faults.append(Fault(name, place, "", f"not readable as YAML: {problem}.", "Correct that line."))
    except RecursionError:
        faults.append(Fault(name, "", "", "nested too deeply.", "A knowledge file has a handful of levels."))
    return None


def read(path: Path, faults: list[Fault]) -> Any:
    """Return the content of a YAML file, or None after adding the fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        faults.append(Fault(path.name, "", "", "the file is missing.", "Every knowledge folder has one."))
        return None
    except UnicodeDecodeError:
        faults.append(Fault(path.name, "", "", "the file is not UTF-8 text.", "Save it as UTF-8."))
        return None
    return parse(text, path.name, faults)
