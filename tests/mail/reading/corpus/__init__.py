"""Hostile and odd mails, made here, each with what must come of it.

``python -m tests.mail.reading.corpus FOLDER`` writes them out, to try them on other programs.
"""

from . import answers, bodies, lines, servers, shapes
from .case import Case

CASES: list[Case] = [*lines.CASES, *bodies.CASES, *shapes.CASES, *servers.CASES, *answers.CASES]

__all__ = ["CASES", "Case"]
