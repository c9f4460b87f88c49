"""`nocturne warm-up`: compile what makes the app, explanations and batches fast."""

from __future__ import annotations

import click


@click.command("warm-up")
def warm_up() -> None:
    """Compile the fast engine: about a minute once, then kept in your cache folder.

    Everything works without it; single answers, explanations and batches are quicker with it.
    """
    from model.engine.warm_up import load_compiled
    from model.engine.warm_up import warm_up as compile_kernels

    if load_compiled():
        click.echo("The fast engine is ready.", err=True)
        return
    click.echo("Compiling the fast engine; this happens once and takes about a minute.", err=True)
    compile_kernels(lambda step, share: click.echo(f"  {share:4.0%}  {step}", err=True))
