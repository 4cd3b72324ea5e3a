"""Saved replies and macros: what staff write and do again and again."""
