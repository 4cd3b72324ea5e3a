"""The peer's site: nothing here is imported by us but what it is filled with."""
