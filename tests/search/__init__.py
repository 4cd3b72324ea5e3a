"""Searching: what is asked for, where it is found, how it is shown."""
