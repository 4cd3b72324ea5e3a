"""A desk's database as another program asks it, whichever it is."""

from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from helpdesk.database import sqlite_driver
from helpdesk.settings import load_settings
from tests import postgresql


def ask(folder: Path, *statements: str) -> list[tuple[Any, ...]]:
    """Say *statements* to the database of the desk in *folder*, each for itself; what the last
    one finds."""
    url = sa.make_url(load_settings(folder, {}).database_url)
    if url.get_backend_name() == "postgresql":
        return postgresql.said(str(url.database), *statements)
    driver = sqlite_driver()
    with closing(driver.connect(folder / "helpdesk.db", isolation_level=None)) as database:
        found: list[tuple[Any, ...]] = []
        for statement in statements:
            found = database.execute(statement).fetchall()
        return found


def everything(folder: Path) -> str:
    """All that the database of the desk in *folder* keeps, to look whether something is there."""
    if not load_settings(folder, {}).is_alone:
        names = ask(folder, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return "".join(str(ask(folder, f"SELECT * FROM {name}")) for [name] in names)
    return (folder / "helpdesk.db").read_bytes().decode("latin-1")
