"""What a person sees on stderr while something is made that takes seconds; stdout stays for the answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def shown(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with (done, wanted). A terminal sees the count grow, a log gets one line."""
    growing = sys.stderr.isatty()
    called = False

    def progress(done: int, wanted: int) -> None:
        nonlocal called
        if growing:
            click.echo(f"\r{what}: {done} of {wanted}", err=True, nl=False)
        elif not called:
            click.echo(f"{what}.", err=True)
        called = True

    yield progress
    if growing and called:
        click.echo(err=True)
