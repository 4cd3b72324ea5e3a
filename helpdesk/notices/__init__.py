"""Notices: what happened that concerns one member of staff."""
