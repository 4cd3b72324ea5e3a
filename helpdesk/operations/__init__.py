"""Keeping a desk well: migrations, housekeeping, doctor, demo data."""
