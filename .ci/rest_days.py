"""The tables of rest days, made anew from the ``holidays`` library that is installed.

A year's make-up days are announced in the November before: then raise the library's pin, run this,
and give the packs that name the table a new version.
"""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
sys.path.insert(0, str(CHECKOUT))  # the code that stands here, wherever another is installed

from data.rest_days import NATIONS, table_text  # noqa: E402

TABLES = CHECKOUT / "data" / "reference" / "rest_days"


def main() -> None:
    """Write every table."""
    TABLES.mkdir(exist_ok=True)
    for name in NATIONS:
        (TABLES / f"{name}.toml").write_text(table_text(name), encoding="utf-8")
        print(f"{name}: written")


if __name__ == "__main__":
    main()
