"""``make bench``: measure everything and write the figures into ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests.bench.figures import Figure, table

BENCHES = (
    "start",
    "memory",
    "soak",
    "typing",
    "import_receipts",
    "find",
    "writing",
    "commands",
    "lists",
    "keys",
    "decisions",
    "verdict",
    "check_lines",
    "returns",
    "board",
    "rebuild",
    "ticks",
    "due_times",
    "import_complaints",
)

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

Ratios against a floor that is measured in the same run; absolute times depend on the machine.
`make bench` measures and writes this page; `python -m tests.bench NAME` measures one part
({parts}). Keys and frames are timed in a real pseudo-terminal from outside the process.
"""


def main(names: list[str]) -> None:
    """Measure the benches named, or all of them; only a whole run is written down."""
    parts = {name: _measured(name) for name in names or BENCHES}
    for name, figures in parts.items():
        print(f"\n## {name}\n\n{table(figures)}")
    if not names:
        sections = [f"## {name}\n\n{table(figures)}\n" for name, figures in parts.items()]
        head = HEAD.format(parts=", ".join(f"`{name}`" for name in BENCHES))
        PAGE.write_text("\n".join([head, _machine(), *sections]), encoding="utf-8")
        print(f"\nWritten to {PAGE.name}.")


def _measured(name: str) -> list[Figure]:
    print(f"measuring {name} ...", file=sys.stderr)
    figures: list[Figure] = import_module(f"tests.bench.{name}").measure()
    return figures


def _machine() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on commit {commit or 'unknown'}: "
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
