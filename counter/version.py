"""Which version of the program this is."""

from __future__ import annotations


def program_version() -> str:
    """The installed distribution's version; ``0`` where the code runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("counter")
    except PackageNotFoundError:
        return "0"
