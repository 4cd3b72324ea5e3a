"""A self-hosted help desk: one process, one folder."""
