"""The group of verbs: each is imported when it is called, and every mistake ends in one plain message.

Exit codes: 0; 1 only from `check`; 2 for a user's mistake; 130 when the user interrupts.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from network.errors import DiagnosisError, did_you_mean

MISTAKE, INTERRUPTED = 2, 130
PROGRAM, COMPLETE_VAR = "nocturne", "_NOCTURNE_COMPLETE"


class Shell(click.Group):
    """A click group whose commands are named by ``module:attribute``.

    Parameters
    ----------
    verbs : mapping of str to str
    """

    def __init__(self, *args: Any, verbs: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.verbs = dict(verbs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of their table."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb, importing its file."""
        if cmd_name not in self.verbs:
            return None
        module, _, name = self.verbs[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return (verb, command, rest of the line); a misspelt verb gets the nearest one."""
        if args and args[0] not in self.verbs and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"no verb is called {args[0]!r}.{did_you_mean(args[0], self.verbs)}")
        return super().resolve_command(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of one call; help that nobody reads to its end is no error."""
        with _quiet_when_the_reader_leaves():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb and write out what it printed."""
        with _quiet_when_the_reader_leaves():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = PROGRAM,
        complete_var: str | None = COMPLETE_VAR,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command line and leave with its exit code; `standalone_mode=False` raises instead."""
        if COMPLETE_VAR in os.environ:
            from model.cli import shells

            shells.register()
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            sys.exit(self._exit_code(args, prog_name, complete_var, **extra))

    def _exit_code(
        self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, **extra: Any
    ) -> int:
        """Return the exit code of one command line, after printing the message of a mistake."""
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.UsageError as error:
            see = f" See '{error.ctx.command_path} --help'." if error.ctx else ""
            return _complain(error.format_message() + see)
        except click.ClickException as error:
            return _complain(error.format_message())
        except (DiagnosisError, OSError) as error:
            return _complain(str(error))
        except click.Abort:
            return INTERRUPTED
        return result if isinstance(result, int) else 0


def _complain(message: str) -> int:
    """Print the message of a mistake on stderr and return the exit code."""
    click.echo(f"Error: {message}", err=True)
    return MISTAKE


def _show_warning(message: Warning | str, *details: Any, **more: Any) -> None:
    """Print a warning in one line, without the place in the code."""
    click.echo(f"Warning: {message}", err=True)


@contextmanager
def _quiet_when_the_reader_leaves() -> Iterator[None]:
    """End without a message when the other end of a pipe is closed, as in ``nocturne nodes | head``."""
    try:
        yield
    except BrokenPipeError:
        # What is left in the buffer would raise again when Python closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None
