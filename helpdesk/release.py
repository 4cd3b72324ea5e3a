"""Which release of the desk this is."""


def current_version() -> str:
    """As pyproject.toml has it: ``0.1.0``, or "unknown" in a checkout that nobody installed."""
    from importlib.metadata import PackageNotFoundError, version  # costs, and is rarely asked

    try:
        return version("helpdesk")
    except PackageNotFoundError:
        return "unknown"
