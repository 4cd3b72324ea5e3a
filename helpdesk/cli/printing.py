"""How lists are printed: a line each with tabs between, or JSON."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Give *command* the option ``--json``, as its argument ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def counted(number: int, one: str) -> str:
    """*number* of what *one* is called: ``1 job``, ``2 jobs``."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def print_rows(rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print *rows*, whose values are what JSON can hold; in a line None is a dash."""
    if as_json:
        print_json(list(rows))
        return
    from ..logs import printable

    for row in rows:
        click.echo("\t".join("-" if v is None else printable(str(v)) for v in row.values()))


def print_json(value: Any) -> None:
    """Print *value* as JSON that a person can read too."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
