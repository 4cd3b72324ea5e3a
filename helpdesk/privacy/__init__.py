"""What people may ask for by law: a copy of their data, and to be erased."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let the worker of *app* make copies, throw them away after a week, and erase."""
    from . import archives, erasing

    archives.init_app(app)
    erasing.init_app(app)
