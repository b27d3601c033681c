"""Whether what is installed is what constraints.txt pins: one name, one version, nothing else."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"
NOT_PINNED = {"counter", "pip", "setuptools", "wheel"}
"""The project itself, and what a new virtual environment brings along."""


def canonical(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """Name and version of every line.

    Raises:
        ValueError: a line pins nothing, stands out of order, or names a distribution twice.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9-]+)==([a-z0-9.!+]+)", line)
        if not match:
            raise ValueError(f"constraints.txt: not of the form name==version: {line}")
        name, version = match.groups()
        if found and name <= next(reversed(found)):
            raise ValueError(f"constraints.txt: out of order or twice: {line}")
        found[name] = version
    return found


def differences(pinned: dict[str, str], installed: dict[str, str]) -> list[str]:
    """A sentence for each installed distribution that has no pin or another version."""
    return [
        f"{name} {version} is installed, but constraints.txt "
        + (f"pins {pinned[name]}" if name in pinned else "does not pin it")
        for name, version in sorted(installed.items())
        if pinned.get(name) != version
    ]


def main() -> int:
    """Compare this Python's environment with constraints.txt; 1 when they differ."""
    installed = {canonical(found.metadata["Name"]): found.version for found in distributions()}
    installed = {name: version for name, version in installed.items() if name not in NOT_PINNED}
    problems = differences(pins(CONSTRAINTS.read_text(encoding="utf-8")), installed)
    print(*(problems or [f"{len(installed)} installed distributions, all as pinned"]), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
