"""Backups: one file that has all of a desk, made while it is served, proven, and brought back.

``layout`` says what is in one, ``writing`` and ``reading`` are the tar itself, ``making``,
``proving`` and ``restoring`` the three deeds.
"""
