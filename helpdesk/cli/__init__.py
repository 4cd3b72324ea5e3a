"""The command line (CLI.md): results on stdout, one fact a line; remarks on stderr.

A command imports what it needs when it runs, so that ``--help`` and small commands are quick.
"""

from collections.abc import Sequence

from .backups import backup, restore, verify
from .categories import category
from .checks import doctor
from .copying import copy
from .counts import recount
from .exporting import export
from .files import files
from .groups import Program
from .health import health
from .importing import import_
from .inspection import config, openapi, routes, shell
from .mail import mail
from .search import search
from .serve import serve
from .tokens import token
from .upgrade import upgrade
from .users import user
from .webhooks import webhook
from .worker import worker

__all__ = ["main", "program"]

program = Program(
    "helpdesk",
    commands=[
        serve,
        worker,
        user,
        token,
        category,
        mail,
        webhook,
        import_,
        search,
        recount,
        files,
        copy,
        backup,
        verify,
        restore,
        upgrade,
        doctor,
        health,
        export,
        config,
        openapi,
        routes,
        shell,
    ],
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program with *arguments* (those of the process by default), then exit."""
    program.main(args=arguments, prog_name="helpdesk")
