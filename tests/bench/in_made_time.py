"""``python -m tests.bench.in_made_time SECONDS ...``: the program at the moment of a made-up shop.

A made-up shop ends on a day of its own. For a program that starts years later everything there
would be long overdue, so that it runs so many seconds behind the computer's clock. All that follows
the seconds is what ``counter`` is started with.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from counter.shop import open_shop, system_time


def main() -> None:
    """Run the program as if it were earlier."""
    behind = timedelta(seconds=float(sys.argv.pop(1)))
    open_shop.__kwdefaults__ = {"clock": lambda: system_time() - behind}
    from counter.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
