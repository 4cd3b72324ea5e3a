"""Saved replies and macros: what staff write and do again and again."""

from functools import partial

from flask import Flask


def init_app(_app: Flask) -> None:
    """Let what is done to saved replies and macros be undone."""
    from ..tickets.actions import undoing
    from .actions import keeping

    for sort in (keeping.REPLY, keeping.MACRO):
        undoing.register(f"{sort.event}.added", partial(keeping.put_back_added, sort))
        undoing.register(f"{sort.event}.updated", partial(keeping.put_back_updated, sort))
        undoing.register(f"{sort.event}.deleted", partial(keeping.put_back_deleted, sort))
