"""Both public files of mediated complaints into a fresh store, against the least they can cost.

The floor is ``csv.reader`` and ``executemany`` of every column as text into one table, in one
transaction a file, same driver and settings. The import checks every row, and writes for each a
ticket, its four events, the complaint's row and what the authority said, with their indexes.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from counter.importing import import_file
from counter.shop import Shop
from data.driver import connect, make_private_file
from models.terms import ComplaintProfile, ImportKind
from tests.bench.figures import Figure, paired, table
from tests.bench.import_receipts import INPUT as RECEIPTS
from tests.bench.import_receipts import NOT_MEASURED
from tests.premises import Clock, shop_at

INPUTS: Final = tuple(
    RECEIPTS.with_name(f"nyc_mediated_complaints_{years}.csv")
    for years in ("2014_2016", "2018_2020")
)
ROUNDS: Final = 5
_REACH: Final = "not set"


def floor(sources: Sequence[Path], folder: Path) -> float:
    """Seconds for csv.reader and executemany."""
    path = folder / "floor.db"
    make_private_file(path)
    connection = connect(path)
    begun = time.perf_counter()
    for number, source in enumerate(sources):
        with source.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            names = next(rows)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                f"CREATE TABLE plain{number} ({', '.join(f'c{n} TEXT' for n in range(len(names)))})"
            )
            places = ", ".join("?" * len(names))
            whole = (row for row in rows if len(row) == len(names))
            connection.executemany(f"INSERT INTO plain{number} VALUES ({places})", whole)
            connection.execute("COMMIT")
    taken = time.perf_counter() - begun
    connection.close()
    return taken


def run(sources: Sequence[Path], shop: Shop) -> tuple[float, int]:
    """Seconds for the imports, and their rows."""
    begun, rows = time.perf_counter(), 0
    for source in sources:
        found = import_file(
            shop,
            shop.system,
            ImportKind.COMPLAINTS,
            source,
            profile=ComplaintProfile.NYC_MEDIATED,
        )
        rows += found.rows
    return time.perf_counter() - begun, rows


def measure(sources: Sequence[Path] = INPUTS) -> list[Figure]:
    """The figures; where the public files are not there, one that says so.

    They are copied first: what an import leaves beside its file never lies beside the original.
    """
    if not all(source.exists() for source in sources):
        return [Figure("import of mediated complaints", NOT_MEASURED, "", None, _REACH)]
    imports, floors = [], []
    rows = 0
    with TemporaryDirectory() as scratch:
        copies = [Path(scratch) / source.name for source in sources]
        for copy, source in zip(copies, sources, strict=True):
            copy.write_bytes(source.read_bytes())
        for number in range(ROUNDS + 1):
            folder = Path(scratch) / str(number)
            shop = shop_at(folder, Clock())
            least = floor(copies, folder)
            taken, rows = run(copies, shop)
            shop.close()
            if number:  # the first round brings everything into memory
                floors.append(least)
                imports.append(taken)
    name = f"import of {rows:,} mediated complaints, two files"
    return [
        paired(name, imports, floors, "csv + executemany", _REACH),
        Figure("the same, rows a second", f"{rows / median(imports):,.0f}", "", None, ""),
    ]


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
