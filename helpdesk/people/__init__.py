"""Customers as people: who they are, where they work, what staff know of them, which are one."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let whoever gets an address belong to its company; let a merge be undone."""
    from ..tickets.actions import undoing
    from .actions import belonging, merging

    belonging.install(app)
    undoing.register("customer.merged", merging.put_back)
    undoing.register("customer.unmerged", merging.put_together_again)
