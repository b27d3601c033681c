"""What the benchmarks say where they cannot measure."""

from __future__ import annotations

from pathlib import Path

from tests.bench.figures import table
from tests.bench.import_receipts import measure


def test_a_missing_file_is_said_and_leaves_no_empty_table(tmp_path: Path) -> None:
    (figure,) = measure(tmp_path / "missing.csv.gz")

    assert figure.value.startswith("not measured")
    assert figure.value in table([figure])
