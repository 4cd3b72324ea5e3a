"""Finding tickets by their words."""

from flask import Flask

from ..database import db
from .queries import install


def init_app(app: Flask) -> None:
    """Teach *app*'s database to search."""
    with app.app_context():
        install(db.engine)
