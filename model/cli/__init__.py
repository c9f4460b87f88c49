"""The shell: `nocturne VERB …`. One short file for each verb, imported when the verb is called.

    group       which verbs there are; errors become one message and an exit code
    options     the options that verbs share, ready-made as a decorator
    entries     the words of `-e`, read as evidence
    output      text for people or JSON, to the screen or to a file

A new verb is a file, a line in `VERBS`, and a section of ``docs/shell.md``.
"""

from __future__ import annotations

import click

from model.cli.group import Shell

VERBS = {
    "query": "model.cli.query:query",
    "explanations": "model.cli.explanations:explanations",
    "explain": "model.cli.explain:explain",
    "fit": "model.cli.fit:fit",
    "next": "model.cli.next:next_verb",
    "what-if": "model.cli.what_if:what_if",
    "advice": "model.cli.advice:advice",
    "run": "model.cli.run:run",
    "batch": "model.cli.batch:batch",
    "credible": "model.cli.credible:credible",
    "tornado": "model.cli.tornado:tornado",
    "nodes": "model.cli.nodes:nodes",
    "sources": "model.cli.sources:sources",
    "check": "model.cli.check:check",
    "evaluate": "model.cli.evaluate:evaluate",
    "diff": "model.cli.diff:diff",
    "export": "model.cli.export:export",
    "warm-up": "model.cli.warm_up:warm_up",
    "app": "model.cli.serve:app",
    "completion": "model.cli.completion:completion",
}
"""Each verb and where its command stands."""


def _print_version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Print the version and leave; importlib.metadata is slow enough to be imported only then."""
    if not asked or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"nocturne {version('nocturne')}")
    except PackageNotFoundError:
        click.echo("nocturne (not installed: running from its source)")
    context.exit()


@click.group(
    "nocturne",
    cls=Shell,
    verbs=VERBS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(context: click.Context) -> None:
    """Ask a Bayesian network about leg pain that comes on when lying down at night.

    A teaching model, tried on published patients only. A low number here does not rule anything out.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
