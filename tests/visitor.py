"""A visitor of the app without a browser: a client that speaks Streamlit's websocket.

Browsers do not fit on two cores by the dozen; these clients do. A `Visitor` opens a page, holds what the
server drew (`Screen`), presses buttons and changes widgets by their keys, and says how long the answer took.
As in a browser, the values of all widgets travel with every click, large messages are sent once and then
referred to, and parts of a page that ask to be drawn again later are.

    async with Visitor.of("http://127.0.0.1:8501") as visitor:
        await visitor.open()
        seconds = await visitor.press("example-restless_legs")
        print(visitor.screen.charts()[0], seconds)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.screen import Screen

PATIENCE_S = 120.0
"""How long a visitor waits for an answer."""
PAUSE_S = 0.05
PROTOCOL, NO_TOKEN = "streamlit", "none"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Unanswered(Exception):
    """The server did not answer a visitor in time, or said that something broke."""


@dataclass
class Visitor:
    """One tab of one browser.

    Parameters
    ----------
    socket : the connection to the server
    screen : what the server has drawn
    session : the server's name for this visit; given to `of`, it takes the visit up again
    received : bytes that came from the server
    """

    socket: ClientConnection
    screen: Screen = field(default_factory=Screen)
    session: str = ""
    received: int = 0
    _seen: dict[str, ForwardMsg] = field(default_factory=dict)
    _page: str = ""
    _due: dict[str, float] = field(default_factory=dict)
    _began: bool = False
    _pictured: bool = False

    @classmethod
    @asynccontextmanager
    async def of(cls, address: str, session: str = "") -> AsyncIterator[Visitor]:
        """Connect to the server at an address of this machine, and leave it at the end."""
        parts = urlsplit(address)
        if parts.hostname not in LOOPBACK:
            raise ValueError(f"{address} is not on this machine")
        protocols = [
            Subprotocol(name) for name in (PROTOCOL, NO_TOKEN, session) if session or name == PROTOCOL
        ]
        stream = f"ws://{parts.netloc}/_stcore/stream"
        async with connect(stream, subprotocols=protocols, max_size=None, compression=None) as socket:
            yield cls(socket, session=session)

    async def open(self, query: str = "", page: str = "") -> float:
        """Open a page (its `url_path`; empty for the first one) with a query string; return the seconds."""
        self.screen.query = query
        request = BackMsg()
        request.rerun_script.page_name = page
        return await self._ask(request)

    async def press(self, key: str, until_picture: bool = False) -> float:
        """Press a button; return the seconds until what depends on it stands still, or a new picture."""
        return await self.choose(key, True, until_picture)

    async def choose(self, key: str, value: Any, until_picture: bool = False) -> float:
        """Give a widget a value: text, the label of an option, a list of labels, or True and False."""
        self.screen.set(key, value)
        request = self._request(self.screen.widget(key).fragment)
        self.screen.release(key)
        return await self._ask(request, until_picture)

    async def idle(self, seconds: float) -> None:
        """Do nothing for so many seconds but what a browser does by itself."""
        await self._listen(time.perf_counter() + seconds)

    async def until(self, holds: Callable[[Screen], bool]) -> Screen:
        """Return the screen once something holds for it: what comes later may take the place of an answer."""
        give_up = time.perf_counter() + PATIENCE_S
        while not holds(self.screen):
            if time.perf_counter() > give_up:
                raise Unanswered(f"still not so after {PATIENCE_S:g} s: {self.screen.text()[:500]}")
            await self.idle(PAUSE_S)
        return self.screen

    def _request(self, fragment: str) -> BackMsg:
        """Return a request to draw one fragment with the widgets as they are."""
        request = BackMsg()
        request.rerun_script.page_script_hash = self._page
        request.rerun_script.fragment_id = fragment
        request.rerun_script.widget_states.CopyFrom(self.screen.states())
        return request

    async def _ask(self, request: BackMsg, until_picture: bool = False) -> float:
        """Send a request and take in what comes until its answer is complete; return the seconds."""
        start, self._began, self._pictured = time.perf_counter(), False, False
        await self._send(request)
        if not await self._listen(start + PATIENCE_S, request.rerun_script.fragment_id, until_picture):
            raise Unanswered(f"no answer within {PATIENCE_S:g} s")
        return time.perf_counter() - start

    async def _send(self, request: BackMsg) -> None:
        request.rerun_script.query_string = self.screen.query
        request.rerun_script.cached_message_hashes.extend(self._seen)
        await self.socket.send(request.SerializeToString())

    async def _listen(self, until: float, fragment: str | None = None, until_picture: bool = False) -> bool:
        """Take in messages, and ask again for what asked to be drawn again, until a moment comes.

        Returns True at once when a run that draws `fragment`, or the whole page, has begun and finished; with
        `until_picture` as soon as a picture was drawn in a run that has begun since.
        """
        while (now := time.perf_counter()) < until:
            next_due = min(self._due.values(), default=until)
            if next_due <= now:
                await self._draw_again(now)
                continue
            try:
                async with asyncio.timeout(min(until, next_due) - now):
                    data = await self.socket.recv()
            except TimeoutError:
                continue
            drawn = self._take(data)
            is_last = drawn is not None and fragment is not None and (fragment in drawn or not drawn)
            if (self._began and is_last) or (until_picture and self._pictured):
                return True
        return False

    async def _draw_again(self, now: float) -> None:
        """Send the requests of the fragments whose time has come."""
        for fragment, due in list(self._due.items()):
            if fragment not in self.screen.intervals:
                del self._due[fragment]  # the page is being drawn anew and may not ask for it again
            elif due <= now:
                self._due[fragment] = now + self.screen.intervals[fragment]
                request = self._request(fragment)
                request.rerun_script.is_auto_rerun = True
                await self._send(request)

    def _take(self, data: str | bytes) -> tuple[str, ...] | None:
        """Take in one message; return the fragments of the run that it completes, None where it does not."""
        assert isinstance(data, bytes)
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        match message.WhichOneof("type"):
            case "ref_hash":
                whole = ForwardMsg()
                whole.CopyFrom(self._seen[message.ref_hash])
                whole.metadata.CopyFrom(message.metadata)
                message = whole
            case "new_session":
                self._began = True
                if not message.metadata.run.fragment_ids:
                    self._due.clear()  # as in a browser: what the page asks for is counted anew
                self._page = message.new_session.page_script_hash
                self.session = message.new_session.initialize.session_id or self.session
            case "navigation":
                self._page = message.navigation.page_script_hash
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                raise Unanswered(str(message.session_event)[:500])
        if message.metadata.cacheable:
            self._seen[message.hash] = message
        drawn = self.screen.take(message)
        self._pictured |= self._began and self.screen.shows_picture(message)
        if message.HasField("auto_rerun") or drawn is not None:
            self._due = {
                name: self._due.get(name, time.perf_counter() + interval)
                for name, interval in self.screen.intervals.items()
            }
        return drawn
