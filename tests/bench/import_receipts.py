"""The year of real invoices into a fresh store, against the least that reading it can cost.

The floor is ``csv.reader`` and ``executemany`` in one transaction into one table of eight text
columns, same file, same driver, same settings (WAL, FULL), in the same run. The import checks every
row, keeps five tables with their indexes, leaves gaps for clerks, and can be continued.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

from counter.importing import import_file
from counter.shop import Shop
from data.bulk import BulkWriter
from data.driver import connect, make_private_file
from models.terms import ImportKind
from tests.bench.figures import Figure, paired, table
from tests.premises import Clock, shop_at

INPUT: Final = Path(__file__).parents[2].parent / "shared" / "input" / "online_retail_full.csv.gz"
ROUNDS: Final = 3
LIMIT: Final = 5.0
NOT_MEASURED: Final = "not measured: the public file is not here"
CLERK_LIMIT: Final = 0.050
_BETWEEN_SAVES: Final = 0.02


def floor(source: Path, folder: Path) -> float:
    """Seconds for csv.reader and executemany."""
    path = folder / "floor.db"
    make_private_file(path)
    connection = connect(path)
    connection.execute(f"CREATE TABLE plain ({', '.join(f'c{n} TEXT' for n in range(8))})")
    began = time.perf_counter()
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def run(source: Path, shop: Shop) -> float:
    """Seconds for the import."""
    began = time.perf_counter()
    import_file(shop, shop.system, ImportKind.RECEIPTS, source)
    return time.perf_counter() - began


def save_until(stop: Event, store: Path, waits: multiprocessing.SimpleQueue[list[float]]) -> None:
    """A clerk at another terminal: one small save after another, and how long each took."""
    connection, seconds = connect(store), []
    while not stop.is_set():
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE number_counter SET value = value + 1 WHERE series = 'bench'")
        connection.execute("UPDATE change_counter SET value = value + 1")
        connection.execute("COMMIT")
        seconds.append(time.perf_counter() - began)
        time.sleep(_BETWEEN_SAVES)
    connection.close()
    waits.put(seconds)


def clerk_waits(source: Path, shop: Shop) -> list[float]:
    """Seconds that each of a clerk's saves took while the import ran, sorted."""
    store = shop.places.store.path
    writer = BulkWriter(store)
    with writer.transaction() as connection:
        connection.execute("INSERT INTO number_counter VALUES ('bench', '', 0)")
    writer.close()
    spawn = multiprocessing.get_context("spawn")
    stop, waits = spawn.Event(), spawn.SimpleQueue()
    clerk = spawn.Process(target=save_until, args=(stop, store, waits))
    clerk.start()
    run(source, shop)
    stop.set()
    found = waits.get()
    clerk.join()
    return sorted(found)


def measure(source: Path = INPUT) -> list[Figure]:
    """The figures; where the public data set is not there, one that says so.

    The file is copied first: what an import leaves beside its file never lies beside the original.
    """
    if not source.exists():
        return [Figure("import of a year of receipts", NOT_MEASURED, "", None, f"{LIMIT:.0f}x")]
    with gzip.open(source, "rb") as file:
        rows = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
    imports, floors = [], []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "till.csv.gz"
        copy.write_bytes(source.read_bytes())
        for number in range(ROUNDS):
            folder = Path(scratch) / str(number)
            shop = shop_at(folder, Clock())
            floors.append(floor(copy, folder))
            imports.append(run(copy, shop))
            shop.close()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        shop = shop_at(Path(scratch) / "clerk", Clock())
        waits = clerk_waits(copy, shop)
        shop.close()
    middle = sorted(imports)[ROUNDS // 2]
    p99 = waits[int(len(waits) * 0.99)]
    name = f"import of {rows:,} receipt lines"
    return [
        paired(name, imports, floors, "csv + executemany", f"{LIMIT:.0f}x"),
        Figure(f"{name}, rows a second", f"{rows / middle:,.0f}", "", None, ""),
        Figure(f"{name}, memory of the process", f"{memory:.0f} MiB", "", None, "200 MiB"),
        Figure(
            f"a clerk's save meanwhile, p99 of {len(waits)}",
            f"{p99 * 1000:.1f} ms (median {waits[len(waits) // 2] * 1000:.1f}, "
            f"longest {waits[-1] * 1000:.0f})",
            "",
            None,
            f"{CLERK_LIMIT * 1000:.0f} ms",
        ),
    ]


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
