"""The process of the app's server: Streamlit, and the engine made ready while the first browser connects."""

from __future__ import annotations

import gc
import sys
import threading
from contextlib import suppress

SWITCH_S = 0.002
"""Streamlit gives the interpreter away with every element that it sends. The default of 5 ms to get it back
makes a click that is drawn beside other work wait for it many times; far less, and threads mostly switch."""


def main() -> None:
    """Run Streamlit with the arguments of this command."""
    from streamlit.web.cli import main as streamlit

    sys.setswitchinterval(SWITCH_S)
    threading.Thread(target=make_ready, daemon=True).start()
    streamlit(prog_name="streamlit")


def make_ready() -> None:
    """Load the built-in network and its kernels; what is wrong with them is said on the page."""
    from model import Differential
    from model.errors import DiagnosisError

    with suppress(DiagnosisError):
        Differential.load().load_compiled()
    gc.freeze()  # what stays as long as the server need not be looked through again and again


if __name__ == "__main__":
    main()
