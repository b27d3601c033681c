"""Putting right what is known of returns: what events say, and which unit was handed out."""

from __future__ import annotations

from collections.abc import Iterator

from counter.findings import Finding, repaired
from counter.repair_round import Round
from counter.return_histories import case_histories, case_history_of
from counter.ticket_columns import as_stored
from data import repairs, return_checks
from data.auditing import Deed
from data.driver import sqlite3
from data.reading import Reader
from data.repairs import Repair
from models.messages import N_


def mend_cases(work: Round) -> Iterator[Finding]:
    """Let every case, its lines and its refunds be what the events of its ticket say."""

    def find(reader: Reader) -> Iterator[int]:
        for history in case_histories(reader):
            if history.mendable():
                yield history.ticket_id

    def mend(repair: Repair, key: int) -> Deed | bool:
        history = case_history_of(repair.reader, key)
        if history is None:
            return False
        names: set[str] = set()
        for table, row, fields in history.mendable():
            values = {name: as_stored(value) for name, value in fields.items()}
            try:
                repair.update(table, row, values)
            except sqlite3.IntegrityError:  # events that lead to what no row may be
                continue
            names |= {f"{table}.{name}" for name in fields}
        if not names:
            return False
        uid = repairs.uid_of(repair.reader, "return_case", history.case_id)
        return work.writer.deed(
            "return_case.repair", "return_case", uid, no=history.no, fields=sorted(names)
        )

    rows = work.mend("return_case", work.keys(find), mend)
    if rows:
        yield repaired(
            "return_cases", N_("Returns are what their events say again: {rows}."), rows=rows
        )


def mend_units(work: Round) -> Iterator[Finding]:
    """Let every unit that was exchanged name the one that was handed out for it."""

    def find(reader: Reader) -> Iterator[int]:
        for movement, _, _, old, new, _ in return_checks.units_misnamed(reader):
            if old is not None and new is not None:
                yield movement

    def mend(repair: Repair, key: int) -> Deed | bool:
        row = return_checks.unit_misnamed(repair.reader, key)
        if row is None:
            return False
        _, serial_no, _, old, new, uid = row
        repair.update("serial_unit", old, {"exchanged_to_id": new})
        return work.writer.deed("serial_unit.repair", "serial_unit", uid, exchanged_to=serial_no)

    rows = work.mend("serial_unit", work.keys(find), mend)
    if rows:
        yield repaired(
            "serial_units",
            N_("Units that were exchanged name the new ones again: {rows}."),
            rows=rows,
        )
