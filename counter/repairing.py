"""Putting right what can be worked out again from what is kept, and nothing else.

Events say what a ticket and a return are, the till's returns say what a line counts, tables say
what an index holds. What nothing else says - a damaged page, an event that is gone, an audit that
was changed - is not touched: ``counter doctor`` goes on saying it, and what to do.

A verified backup is taken before the first change. Every row is worked out again inside the
transaction that writes it, because a clerk may have been there first; a second run finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from counter.clock_repairing import mend_clocks
from counter.desk import Actor
from counter.doctor import examine
from counter.findings import Finding, Report, Severity, fault, ok, repaired
from counter.histories import histories, history_of
from counter.permissions import Action
from counter.repair_round import Round
from counter.return_repairing import mend_cases, mend_units
from counter.search_words import (
    customer_words,
    customers_misworded,
    ticket_words,
    tickets_misworded,
)
from counter.shop import Shop
from counter.surroundings import open_files, open_folders
from counter.ticket_columns import COUNTS, as_columns, otherwise_said
from data import checks, repairs
from data.auditing import Deed
from data.damage import indexes_out_of_step, is_beyond_repair
from data.driver import sqlite3
from data.reading import Reader
from data.repairs import Repair
from models.errors import StoreBusy, StoreUnusable
from models.messages import N_
from models.refusals import reason


def repair_store(shop: Shop, actor: Actor, *, full: bool = False) -> Report:
    """Repair what can be worked out again, then examine the store.

    Args:
        shop: the open shop.
        actor: who asks; a machine command asks as ``shop.system``.
        full: examine every page and every word afterwards.

    Returns:
        What was repaired, with the number of rows, then what the examination finds now.

    Raises:
        NotAllowed: the role does not permit it.
        FileRefused: the backup could not be taken; nothing was repaired.
    """
    with shop.reading(actor) as desk:
        desk.require(Action.EXAMINE)
        desk.require(Action.BACK_UP)
        now = desk.now
    damages = _damages(shop)
    findings = list(_rights(shop))
    if is_beyond_repair(damages):
        findings.append(
            fault("repair", N_("Nothing in the store was repaired: a damaged file grows worse."))
        )
    else:
        with repairs.open_writer(shop.places.store, actor.id, actor.login, now) as writer:
            findings += _repairs(Round(shop, actor, writer), damages)
    return Report((*findings, *examine(shop, actor, full=full).findings))


def _damages(shop: Shop) -> list[str]:
    try:
        with shop.reading(shop.system) as desk:
            return checks.damages(desk.reader, full=True)
    except StoreBusy:
        raise
    except StoreUnusable as error:  # too damaged to be checked
        return [str(error)]


# --- the store ------------------------------------------------------------------------------


def _indexes(work: Round, damages: list[str]) -> Iterator[Finding]:
    tried: set[str] = set()
    while left := [index for index in indexes_out_of_step(damages) if index not in tried]:
        for index in left:
            yield _made_anew(work, index)
        tried.update(left)
        damages = _damages(work.shop)  # twenty rows are told at once, and one index may fill them


def _made_anew(work: Round, index: str) -> Finding:
    try:
        with work.transaction() as repair:
            repairs.rebuild_index(repair, index)
            repair.deeds.append(work.deed(repair, index, 1))
    except sqlite3.IntegrityError:  # without the index nothing kept the second row out
        return fault(
            "indexes",
            N_(
                "The index {index} cannot be made anew: two rows are the same where none may be. "
                "Compare with a backup from before."
            ),
            index=index,
        )
    return repaired("indexes", N_("The index {index} was made anew."), index=index)


def _numbers(work: Round, _: list[str]) -> Iterator[Finding]:
    with work.shop.reading(work.shop.system) as desk:
        above = checks.tables_above(desk.reader, checks.last_change(desk.reader))
        unnumbered = repairs.unnumbered(desk.reader)
    if above:
        with work.transaction() as repair:
            repairs.follow_numbers(repair)
            repairs.send_all(repair)  # what was written meanwhile bears numbers that left before
            repair.deeds.append(work.deed(repair, "change_counter", 1))
        yield repaired(
            "changes",
            N_(
                "The change counter stands above the rows of {tables} again. Everything leaves "
                "with the next export."
            ),
            tables=", ".join(above),
        )
    for table, keys in unnumbered.items():
        rows = 0
        for portion in work.writer.portions(keys):
            with work.transaction() as repair:
                done = repairs.number_rows(repair, table, portion)
                repair.deeds.append(work.deed(repair, f"{table}.change_no", done))
            rows += done
        yield repaired(
            "changes",
            N_("Rows of {table} got a change number, so that exports see them: {rows}."),
            table=table,
            rows=rows,
        )


def _search(work: Round, _: list[str]) -> Iterator[Finding]:
    for table in checks.FOUND:
        try:
            wrong = checks.search_index_fault(work.shop.places.store, table, full=True) is not None
        except StoreUnusable:  # the index itself cannot be read
            wrong = True
        if wrong:
            with work.transaction() as repair:
                repairs.rebuild_search_index(repair, table)
                repair.deeds.append(work.deed(repair, f"{table}_search", 1))
            yield repaired("search", N_("The search index of {table} was made anew."), table=table)


# --- tickets --------------------------------------------------------------------------------


def _tickets(work: Round, _: list[str]) -> Iterator[Finding]:
    def find(reader: Reader) -> Iterator[int]:
        for history in histories(reader):
            if otherwise_said(history):
                yield history.ticket_id

    def mend(repair: Repair, key: int) -> Deed | bool:
        history = history_of(repair.reader, key)
        fields = otherwise_said(history) if history else {}
        values = as_columns(repair.reader, fields)
        if history is None or not fields or values is None:
            return False
        try:
            repair.update("ticket", key, values)
        except sqlite3.IntegrityError:  # events that lead to what no ticket may be
            return False
        uid = repairs.uid_of(repair.reader, "ticket", key)
        names = sorted(name for name in fields if name in history.differences() or name in COUNTS)
        return work.writer.deed("ticket.repair", "ticket", uid, no=history.no, fields=names)

    rows = work.mend("ticket", work.keys(find), mend)
    if rows:
        yield repaired("events", N_("Tickets are what their events say again: {rows}."), rows=rows)


# --- what is computed -----------------------------------------------------------------------


def _words(work: Round, _: list[str]) -> Iterator[Finding]:
    """By what customers and tickets are found. None of it leaves, so no change number is drawn."""

    def mend_customer(repair: Repair, key: int) -> bool:
        row = repairs.customer_as_searched(repair.reader, key)
        if row is None or (words := customer_words(row)) == row[4:]:
            return False
        repairs.write_customer_words(repair, key, *words)
        return True

    def mend_ticket(repair: Repair, key: int) -> bool:
        row = repairs.ticket_as_searched(repair.reader, key)
        if row is None or (text := ticket_words(row)) == row[5]:
            return False
        repairs.write_ticket_words(repair, key, text)
        return True

    for table, find, mend in (
        ("customer", customers_misworded, mend_customer),
        ("ticket", tickets_misworded, mend_ticket),
    ):
        rows = work.mend(f"{table}.search_text", work.keys(find), mend)
        if rows:
            yield repaired(
                "words",
                N_("Rows of {table} are found by what they say again: {rows}."),
                table=table,
                rows=rows,
            )


def _returned(work: Round, _: list[str]) -> Iterator[Finding]:
    def find(reader: Reader) -> Iterator[int]:
        for _, _, key in checks.lines_miscounting_returns(reader):
            if _taken_back(reader, key) is not None:
                yield key

    def mend(repair: Repair, key: int) -> Deed | bool:
        taken = _taken_back(repair.reader, key)
        if taken is None:
            return False
        repair.update("receipt_line", key, {"returned_milli": taken})
        uid = repairs.uid_of(repair.reader, "receipt_line", key)
        return work.writer.deed(
            "receipt_line.repair", "receipt_line", uid, fields=["returned_milli"]
        )

    rows = work.mend("receipt_line", work.keys(find), mend)
    if rows:
        yield repaired(
            "returned", N_("Receipt lines count the till's returns again: {rows}."), rows=rows
        )


def _taken_back(reader: Reader, key: int) -> int | None:
    """What the till took back, where the line says otherwise and can hold it."""
    row = repairs.returned_of(reader, key)
    if row is None:
        return None
    counted, sold, taken = row
    return taken if counted != taken and 0 <= taken <= sold else None


def _totals(work: Round, _: list[str]) -> Iterator[Finding]:
    from data.exporting.totals import wrong_totals
    from data.store import Author

    actor, shop = work.actor, work.shop
    with wrong_totals(shop.places.store) as (fresh, wrong):
        if not wrong:
            return
        with work.transaction() as repair:
            repairs.send_all(repair)
            repair.deeds.append(work.deed(repair, "control_totals", len(wrong)))
        fresh.keep(shop.store, Author(actor.id, actor.login), shop.clock())
    yield repaired(
        "totals",
        N_(
            "The control totals of {tables} were added up anew. Everything leaves with the next "
            "export."
        ),
        tables=", ".join(wrong),
    )


# --- around the store -----------------------------------------------------------------------


def _rights(shop: Shop) -> Iterator[Finding]:
    """Rights are no content: they need no backup, and a backup needs them."""
    for paths, mode in ((open_files(shop), 0o600), (open_folders(shop), 0o700)):
        for path in paths:
            try:
                path.chmod(mode)
            except OSError as error:
                yield fault(
                    "access",
                    N_("{path} cannot be written: {detail}."),
                    path=path,
                    detail=reason(error),
                )
            else:
                yield repaired("access", N_("Only this account may read {path} now."), path=path)


_WORKS: Final[Mapping[str, Callable[[Round, list[str]], Iterator[Finding]]]] = {
    "indexes": _indexes,
    "changes": _numbers,
    "search": _search,  # before anything that it is told of when it changes
    "events": _tickets,
    "return_cases": lambda work, _: mend_cases(work),
    "serial_units": lambda work, _: mend_units(work),
    "clocks": lambda work, _: mend_clocks(work),  # after what clocks follow from
    "words": _words,
    "returned": _returned,
    "totals": _totals,  # after everything that draws change numbers
}


def _repairs(work: Round, damages: list[str]) -> Iterator[Finding]:
    for code, repair in _WORKS.items():
        try:
            yield from repair(work, damages)
        except StoreUnusable as error:  # it is busy, or damaged where this repair looked
            yield Finding(code, Severity.FAULT, error.sentence, error.values)
    if work.backup is not None:
        yield ok("backup", N_("A backup was taken before: {path}"), path=work.backup)
