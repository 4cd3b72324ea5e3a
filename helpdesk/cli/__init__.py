"""The command line (CLI.md): results on stdout, one fact a line; remarks on stderr.

A command is imported when it is called, and imports what it needs when it runs, so that small
commands are quick, and a server doesn't keep the others.
"""

from collections.abc import Sequence

from .groups import Program

__all__ = ["main", "program"]

program = Program(
    "helpdesk",
    commands={
        "serve": "serve",
        "worker": "worker",
        "user": "users",
        "token": "tokens",  # nosec B105 (a module)
        "category": "categories",
        "mail": "mail",
        "webhook": "webhooks",
        "import": "importing",
        "search": "search",
        "recount": "counts",
        "files": "files",
        "copy": "copying",
        "backup": "backups",
        "verify": "backups",
        "restore": "backups",
        "upgrade": "upgrade",
        "doctor": "checks",
        "health": "health",
        "export": "exporting",
        "config": "inspection",
        "openapi": "inspection",
        "routes": "inspection",
        "shell": "inspection",
    },
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program with *arguments* (those of the process by default), then exit."""
    program.main(args=arguments, prog_name="helpdesk")
