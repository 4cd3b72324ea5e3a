"""Fetching by IMAP: a round, and the threads that do rounds while the desk is there."""

from .fetcher import Fetcher
from .rounds import Round, fetch_round

__all__ = ["Fetcher", "Round", "fetch_round"]
