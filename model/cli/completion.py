"""`nocturne completion SHELL`: the script that teaches a shell our verbs, options, nodes and states."""

from __future__ import annotations

import click

from model.cli.group import COMPLETE_VAR, PROGRAM

SETUP = """\b
bash   eval "$(nocturne completion bash)"       in ~/.bashrc
zsh    eval "$(nocturne completion zsh)"        in ~/.zshrc, after compinit
fish   nocturne completion fish > ~/.config/fish/completions/nocturne.fish
"""


@click.command(epilog=SETUP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    With it, Tab completes verbs, options, nodes and states.
    """
    from click.shell_completion import get_completion_class

    from model.cli import shells

    shells.register()
    kind = get_completion_class(shell)
    assert kind is not None, shell
    click.echo(kind(context.find_root().command, {}, PROGRAM, COMPLETE_VAR).source())
