"""Every line of a year of real invoices judged, as ``counter check RECEIPT LINE`` judges one.

For goods that come back five days after their sale without a reason, and for goods of any age with
a fault: the store is asked for each line anew, and what the till took back in that year counts. A
line that does not answer ends the measurement.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from counter.desk import ReadingDesk
from counter.importing import import_file
from counter.return_check import judged_line
from data.reading import instant
from models.terms import ImportKind
from tests.bench.figures import Figure, table
from tests.bench.import_receipts import INPUT, NOT_MEASURED
from tests.premises import Clock, shop_at

LATER: Final = timedelta(days=5)
LAST: Final = date(2011, 12, 14)
"""A few days after the last sale of the year."""

_LINES: Final = """
    SELECT r.receipt_no, l.line_no, r.sold_at, l.qty_milli - l.returned_milli
    FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id ORDER BY l.id
"""


def judged(
    desk: ReadingDesk, lines: Iterable[tuple[str, int, str, int]], reason: str
) -> Counter[str]:
    """How often each verdict came out by each rule."""
    found: Counter[str] = Counter()
    for receipt_no, line_no, sold_at, left_milli in lines:
        day = LAST
        if reason == "no_reason":
            day = instant(sold_at).astimezone(desk.site.zone).date() + LATER
        verdict = judged_line(desk, receipt_no, line_no, {"reason": reason}, day).verdict
        if verdict.returnable_quantity != left_milli // 1000:
            raise AssertionError(f"{receipt_no}/{line_no}: {verdict.returnable_quantity} left")
        found[f"{verdict.verdict} {verdict.rule}"] += 1
    return found


def measure(source: Path = INPUT) -> list[Figure]:
    """The figures; where the public data set is not there, one that says so."""
    if not source.exists():
        return [Figure("every line of a year judged", NOT_MEASURED, "", None, "every line")]
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "".join(("till", *source.suffixes))
        copy.write_bytes(source.read_bytes())
        shop = shop_at(Path(scratch) / "home", Clock())
        import_file(shop, shop.system, ImportKind.RECEIPTS, copy)
        with shop.reading(shop.system) as desk:
            lines = desk.reader.all(_LINES)
            for reason in ("no_reason", "quality"):
                began = time.perf_counter()
                found = judged(desk, lines, reason)
                took = time.perf_counter() - began
                counts = ", ".join(f"{count:,} {name}" for name, count in found.most_common())
                figures.append(
                    Figure(
                        f"every line of a year judged, {reason}",
                        f"{found.total():,} lines in {took:.0f} s, {found.total() / took:,.0f} "
                        f"a second ({counts})",
                        "",
                        None,
                        "every line",
                    )
                )
        shop.close()
    return figures


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
