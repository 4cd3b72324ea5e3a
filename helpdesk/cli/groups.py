"""The group of all commands: what they share, and what a failure looks like."""

import os
import re
import sys
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from ..errors import HelpdeskError, Invalid, Misworded
from ..release import current_version
from ..settings import SettingsError

_DAMAGED = re.compile(r"not a database|malformed", re.IGNORECASE)
HELP = """A help desk for a small shop.

    helpdesk serve
    helpdesk --data /srv/desk user list
"""


class Refused(click.ClickException):
    """A failure, told in one plain sentence on stderr; the exit status is 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


class WronglyUsed(Refused):
    """Wrong usage that shows only once the work has begun, told the same way."""

    exit_code = click.UsageError.exit_code


class Number(click.IntRange):
    """The number of a thing, as *shown_by* a command."""

    def __init__(self, shown_by: str) -> None:
        super().__init__(1, 2**63 - 1)
        self.shown_by = shown_by

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a number that `{self.shown_by}` shows.", param, ctx)


class Place(click.Path):
    """A path. An empty one is refused: it is a variable that somebody forgot to set."""

    def __init__(self, *, file_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "":
            self.fail("The path is empty.", param, ctx)
        return super().convert(value, param, ctx)


def _tell_version(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"helpdesk {current_version()}")
        ctx.exit()


class Program(click.Group):
    """``helpdesk``: turns every failure into a sentence and an exit status, never a stack.

    *commands*: in which module of this folder each is, by its name.
    """

    def __init__(self, name: str, commands: Mapping[str, str]) -> None:
        self._modules = commands
        super().__init__(
            name,
            help=_kept(HELP),
            params=[
                click.Option(
                    ["--data"],
                    type=Place(file_okay=False),
                    metavar="DIR",
                    help="The folder of all that the desk owns. Default: HELPDESK_DATA.",
                ),
                click.Option(
                    ["--trace"],
                    is_flag=True,
                    help="Show where in the program an unexpected fault came from.",
                ),
                click.Option(
                    ["--version"],
                    is_flag=True,
                    is_eager=True,
                    expose_value=False,
                    callback=_tell_version,
                    help="Print the version and exit.",
                ),
            ],
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._modules)  # in our order: what one needs first comes first

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._modules and cmd_name not in self.commands:
            module = import_module(f".{self._modules[cmd_name]}", __package__)
            self.add_command(getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(1)
        except Exception as error:
            if ctx.params["trace"]:
                raise
            kind = WronglyUsed if isinstance(error, Misworded) else Refused
            raise kind(sentence_of(error)) from None

    def main(self, *args: Any, **extra: Any) -> Any:
        _open_standard_files()
        try:
            return super().main(*args, **extra)
        except OSError as error:  # the last words of a --help found no room
            click.echo(sentence_of(error), err=True)
            _flush_quietly()
            raise SystemExit(1) from None
        except SystemExit:
            _flush_quietly()
            raise


def sentence_of(error: Exception) -> str:
    """What a person is told about *error*."""
    if isinstance(error, Invalid):
        return " ".join(
            f"{field.removesuffix('_id')}: {sentence}"
            for field, sentences in error.fields.items()
            for sentence in sentences
        )
    if isinstance(error, HelpdeskError | SettingsError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    # SQLAlchemy's own text goes on for lines; the driver's, which it wraps, is a few words.
    original = getattr(error, "orig", None)
    if original is not None and _DAMAGED.search(str(original)):
        return (
            f"The database can't be read: {original}. `helpdesk doctor` says more; `helpdesk "
            "restore --replace FILE` brings a backup back."
        )
    if original is not None:
        return f"The database does not do this: {original}."
    return f"An unexpected fault: {type(error).__name__}: {error}".split("\n")[0]


def example(*lines: str) -> str:
    """The end of a command's ``--help``: how it is typed."""
    return _kept("Example:\n\n" + "\n".join(f"    {line}" for line in lines))


def _kept(text: str) -> str:
    """*text* with its indented paragraphs marked as such for Click, which would fill them."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(f"\b\n{p}" if p.startswith("    ") else p for p in paragraphs)


def _open_standard_files() -> None:
    """Let those of stdin, stdout and stderr that a caller has closed lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, nowhere)


def _flush_quietly() -> None:
    """Give stdout its last words; where its reader went away, nobody misses them."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
