"""What a server of Streamlit has drawn for one visitor: elements by place, widgets by key, their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

Place = tuple[int, ...]
TEXTS = ("body", "label", "value", "spec", "alt", "caption", "message")
"""Fields of elements that hold what a person reads."""


@dataclass(frozen=True)
class Drawn:
    """One element or container: its kind, its message, the fragment it belongs to, the run that drew it."""

    kind: str
    content: Any
    fragment: str
    run: int

    @property
    def id(self) -> str:
        return str(getattr(self.content, "id", ""))

    @property
    def key(self) -> str:
        """The key that the page gave to this widget; Streamlit appends it to its own id."""
        return self.id.split("-", 2)[2] if self.id.startswith("$$ID-") else ""


@dataclass
class Screen:
    """Everything that is drawn now.

    Parameters
    ----------
    drawn : elements and containers by their place in the page
    values : what the widgets hold, by the server's name for each
    query : the query string of the address
    intervals : fragments that ask to be drawn again and again, with the seconds in between
    """

    drawn: dict[Place, Drawn] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    intervals: dict[str, float] = field(default_factory=dict)
    _run: int = 0

    def take(self, message: ForwardMsg) -> tuple[str, ...] | None:
        """Take in one message; return the fragments of the run that it completes, None where it does not."""
        match message.WhichOneof("type"):
            case "new_session":
                self._run += 1
                if not message.metadata.run.fragment_ids:
                    self.intervals.clear()
            case "delta":
                self._draw(message)
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "auto_rerun":
                self.intervals[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self.intervals.pop(fragment, None)
            case "script_finished":
                return self._finish(message)
        return None

    def widget(self, key: str) -> Drawn:
        """Return a widget by its key."""
        found = next((drawn for drawn in self.drawn.values() if drawn.key == key), None)
        if found is None:
            raise KeyError(f"{key}; there are {', '.join(self.keys())}")
        return found

    def has(self, key: str) -> bool:
        """Return whether a widget with this key is on the page."""
        return any(drawn.key == key for drawn in self.drawn.values())

    def keys(self) -> list[str]:
        """Return the keys of all widgets and pictures, in the order of the page."""
        return [self.drawn[place].key for place in sorted(self.drawn) if self.drawn[place].key]

    def charts(self) -> list[list[dict[str, Any]]]:
        """Return the rows of data of each Vega-Lite picture, in the order of the page."""
        pictures = [self.drawn[place].content for place in sorted(self.drawn) if self.is_chart(place)]
        packed = [picture.datasets[0].data if picture.datasets else picture.data for picture in pictures]
        return [pyarrow.ipc.open_stream(table.data).read_all().to_pylist() for table in packed]

    def is_chart(self, place: Place) -> bool:
        """Whether a Vega-Lite picture is drawn at a place."""
        return place in self.drawn and self.drawn[place].kind == "vega_lite_chart"

    def shows_picture(self, message: ForwardMsg) -> bool:
        """Whether a message that was taken in draws a Vega-Lite picture."""
        return message.HasField("delta") and self.is_chart(tuple(message.metadata.delta_path))

    def exceptions(self) -> list[str]:
        """Return the tracebacks that the page shows."""
        return [drawn.content.message for drawn in self.drawn.values() if drawn.kind == "exception"]

    def text(self) -> str:
        """Return what a person reads, in the order of the page."""
        found = []
        for place in sorted(self.drawn):
            content = self.drawn[place].content
            said = (getattr(content, name, "") for name in TEXTS)
            found += [part for part in said if isinstance(part, str) and part]
        return "\n".join(found)

    def set(self, key: str, value: Any) -> None:
        """Give a widget a value, to be sent with the next request."""
        self.values[self.widget(key).id] = value

    def release(self, key: str) -> None:
        """Let go of a button after its press was sent."""
        if self.widget(key).kind == "button":
            del self.values[self.widget(key).id]

    def states(self) -> WidgetStates:
        """Return the values of all widgets on the page as a browser sends them."""
        states = WidgetStates()
        for drawn in self.drawn.values():
            if drawn.id and drawn.id in self.values:
                _write(states.widgets.add(id=drawn.id), drawn.kind, self.values[drawn.id])
        return states

    def _draw(self, message: ForwardMsg) -> None:
        delta, place = message.delta, tuple(message.metadata.delta_path)
        kind = delta.WhichOneof("type")
        if kind == "new_element":
            which = delta.new_element.WhichOneof("type")
            drawn = Drawn(which, getattr(delta.new_element, which), delta.fragment_id, self._run)
        elif kind == "add_block":
            which = delta.add_block.WhichOneof("type") or "block"
            drawn = Drawn(which, delta.add_block, delta.fragment_id, self._run)
        else:
            return
        self.drawn[place] = drawn
        if drawn.key:
            self._seed(drawn)

    def _seed(self, drawn: Drawn) -> None:
        """Take over the value of a widget where the server sets it or the widget is new."""
        if drawn.kind in READERS and (
            drawn.id not in self.values or getattr(drawn.content, "set_value", False)
        ):
            self.values[drawn.id] = READERS[drawn.kind](drawn.content)

    def _finish(self, message: ForwardMsg) -> tuple[str, ...] | None:
        """Forget what the finished run no longer draws; one that makes room for another is not finished."""
        if message.script_finished == ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN:
            return None
        mine = tuple(message.metadata.run.fragment_ids)
        self.drawn = {
            place: drawn
            for place, drawn in self.drawn.items()
            if drawn.run == self._run or (mine and drawn.fragment not in mine)
        }
        return mine


def _choice(content: Any) -> str | None:
    """Return the chosen label of a select box or radio group."""
    if content.set_value:
        return content.raw_value if content.HasField("raw_value") else None
    has_default = content.HasField("default") and content.options
    return content.options[content.default] if has_default else None


def _choices(content: Any) -> list[str]:
    """Return the chosen labels of segments, pills or a multiple choice."""
    if content.set_value:
        return list(content.raw_values)
    return [getattr(content.options[index], "content", content.options[index]) for index in content.default]


def _value(content: Any) -> Any:
    """Return the value of a text, a number or a check box."""
    return content.value if content.set_value else content.default


READERS = {
    "selectbox": _choice,
    "radio": _choice,
    "button_group": _choices,
    "multiselect": _choices,
    "text_input": _value,
    "text_area": _value,
    "number_input": _value,
    "checkbox": _value,
}
"""How the value that a widget shows is read from its message."""


def _write(state: WidgetState, kind: str, value: Any) -> None:
    """Write a value into the message that carries it to the server."""
    match kind, value:
        case "button" | "download_button", _:
            state.trigger_value = True
        case _, None:
            pass
        case _, bool():
            state.bool_value = value
        case _, str():
            state.string_value = value
        case _, list() | tuple():
            state.string_array_value.data.extend(value)
        case _, int() | float():
            state.double_value = float(value)
