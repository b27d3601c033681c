"""Examining a store: does everything that can be worked out again still agree with what is kept?

Nothing is repaired and nothing is changed. Every examination reads row by row, so that memory stays
flat however large the store is, and says in one finding how many rows are wrong and which is first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from counter import clock_findings, return_findings
from counter.attachment_findings import attachments
from counter.desk import Actor
from counter.findings import Finding, Report, Severity, Tally, fault, note, ok
from counter.histories import histories
from counter.permissions import Action
from counter.policy_findings import policies
from counter.search_words import customers_misworded, tickets_misworded
from counter.service_findings import service
from counter.shop import Shop
from counter.surroundings import access, log, space, unfinished_exports, unfinished_imports
from data import checks
from data.damage import indexes_out_of_step, is_beyond_repair
from data.driver import SQLITE_VERSION, wal_is_sound
from data.reading import Reader
from models.errors import CounterError, StoreBusy, StoreUnusable
from models.messages import N_

__all__ = ["Finding", "Report", "Severity", "examine"]

_UNREADABLE = {
    True: N_(
        "The search index of {table} cannot be read: finding fails. Repair: counter doctor --repair"
    ),
    False: N_(
        "The search index of {table} cannot be read: finding fails. "
        "Bring back the newest backup: counter restore"
    ),
}
"""What is said of an index, by whether it can be made anew from its table without being read."""


def examine(shop: Shop, actor: Actor, *, full: bool = False) -> Report:
    """Examine the store of ``shop`` and everything around it.

    Args:
        shop: the open shop.
        actor: who asks; a machine command asks as ``shop.system``.
        full: also read every page of the file and every attached file, compare each index with its
            table, word by word, and what everything is found by with what it says. Without it a
            store of 100,000 tickets takes four seconds. Neither way does a clerk wait.

    Raises:
        NotAllowed: the role does not permit it.
    """
    with shop.reading(actor) as desk:
        desk.require(Action.EXAMINE)
    examinations: dict[str, Callable[[], Iterator[Finding]]] = {
        "driver": lambda: _driver(shop),
        "file": lambda: _reading(shop, partial(_integrity, full=full)),
        "references": lambda: _reading(shop, _references),
        "events": lambda: _reading(shop, _events),
        "returned": lambda: _reading(shop, _returned),
        "return_cases": lambda: _reading(shop, return_findings.cases),
        "returned_within_sold": lambda: _reading(shop, return_findings.returned_within_sold),
        "refunds": lambda: _reading(shop, return_findings.refunds),
        "serial_units": lambda: _reading(shop, return_findings.serial_units),
        "policies": lambda: _reading(shop, policies),
        "service": lambda: _reading(shop, service),
        "clocks": lambda: clock_findings.clocks(shop),
        "decisions": lambda: _reading(shop, return_findings.decisions),
        "audit": lambda: _reading(shop, _audit),
        "search": lambda: _search(shop, full=full),
        "changes": lambda: _reading(shop, _changes),
        "totals": lambda: _totals(shop),
        "words": lambda: _reading(shop, _words) if full else iter(()),
        "access": lambda: access(shop),
        "space": lambda: space(shop),
        "log": lambda: log(shop),
        "attachments": lambda: attachments(shop, full=full),
        "exports": lambda: _reading(shop, unfinished_exports),
        "imports": lambda: _reading(shop, unfinished_imports),
    }
    findings: list[Finding] = []
    for code, examination in examinations.items():
        try:
            findings += examination()
        except CounterError as error:  # the file is damaged where this examination looked
            findings.append(Finding(code, Severity.FAULT, error.sentence, error.values))
    return Report(tuple(findings))


def _reading(shop: Shop, check: Callable[[Reader], Iterator[Finding]]) -> Iterator[Finding]:
    with shop.reading(shop.system) as desk:
        yield from check(desk.reader)


# --- the file -------------------------------------------------------------------------------


def _driver(shop: Shop) -> Iterator[Finding]:
    version = ".".join(str(part) for part in SQLITE_VERSION)
    with shop.reading(shop.system) as desk:
        mode = checks.journal_mode(desk.reader)
    if wal_is_sound(SQLITE_VERSION):
        yield ok("driver", N_("SQLite {version}, journal: {mode}."), version=version, mode=mode)
    else:
        yield note(
            "driver",
            N_(
                "SQLite {version} can damage a write-ahead log that several terminals use, so the "
                "slower rollback journal is kept ({mode}). The package pysqlite3 brings another."
            ),
            version=version,
            mode=mode,
        )


def _integrity(reader: Reader, *, full: bool) -> Iterator[Finding]:
    found = checks.damages(reader, full=full)
    indexes = indexes_out_of_step(found)
    if indexes:
        yield fault(
            "indexes",
            N_("Indexes do not fit their tables: {indexes}. Repair: counter doctor --repair"),
            indexes=", ".join(indexes),
        )
    if not is_beyond_repair(found):
        yield ok(
            "file",
            N_("The file is intact ({check})."),
            check="integrity_check" if full else "quick_check",
        )
    else:
        yield fault(
            "file",
            N_("The file is damaged ({detail}). Bring back the newest backup: counter restore"),
            detail="; ".join(found[:3]),
        )


def _references(reader: Reader) -> Iterator[Finding]:
    count, first = 0, None
    for row in checks.lost_references(reader):
        count, first = count + 1, first or row
    if first is None:
        yield ok("references", N_("Every reference leads to a row."))
    else:
        yield fault(
            "references",
            N_(
                "{count} references lead nowhere; the first is row {row} of {table}. "
                "Look for what is gone in a backup: counter restore"
            ),
            count=count,
            row=first[1],
            table=first[0],
        )


def _search(shop: Shop, *, full: bool) -> Iterator[Finding]:
    for table in checks.FOUND:
        try:
            detail = checks.search_index_fault(shop.places.store, table, full=full)
        except StoreBusy:
            raise
        except StoreUnusable:
            yield fault("search", _UNREADABLE[table in checks.SEARCHED], table=table)
            continue
        if detail is None:
            yield ok("search", N_("The search index of {table} is in step."), table=table)
        else:
            yield fault(
                "search",
                N_(
                    "The search index of {table} is out of step ({detail}): finding may fail. "
                    "Repair: counter doctor --repair"
                ),
                table=table,
                detail=detail,
            )


# --- tickets and their events ---------------------------------------------------------------


def _events(reader: Reader) -> Iterator[Finding]:
    tickets, differing, gaps, disorder = 0, Tally(), Tally(), Tally()
    for history in histories(reader):
        tickets += 1
        if not history.is_counted:
            gaps.add(history.no)
        if not history.is_in_order:
            disorder.add(history.no)
        fields = history.differences()
        if fields:
            differing.add(history.no, ", ".join(fields))
    yield from _said_of_events(tickets, differing, gaps, disorder)


def _said_of_events(
    tickets: int, differing: Tally, gaps: Tally, disorder: Tally
) -> Iterator[Finding]:
    if differing.count:
        yield fault(
            "events",
            N_(
                "{count} of {tickets} tickets differ from their events; first {no}: {fields}. "
                "Repair: counter doctor --repair"
            ),
            count=differing.count,
            tickets=tickets,
            no=differing.no,
            fields=differing.detail,
        )
    else:
        yield ok("events", N_("All {tickets} tickets are what their events say."), tickets=tickets)
    if gaps.count:
        yield fault(
            "event_numbers",
            N_(
                "Events are missing or counted wrongly in {count} tickets; the first is {no}. "
                "What is gone nothing can work out: look for it in a backup."
            ),
            count=gaps.count,
            no=gaps.no,
        )
    else:
        yield ok("event_numbers", N_("The events of every ticket are numbered without gaps."))
    if disorder.count:
        yield fault(
            "event_times",
            N_("Events are not in the order of time in {count} tickets; the first is {no}."),
            count=disorder.count,
            no=disorder.no,
        )
    else:
        yield ok("event_times", N_("No event is earlier than the one before it."))


# --- receipts, audit, change numbers --------------------------------------------------------


def _returned(reader: Reader) -> Iterator[Finding]:
    wrong = Tally()
    for receipt_no, line_no, _ in checks.lines_miscounting_returns(reader):
        wrong.add(f"{receipt_no}/{line_no}")
    if wrong.count:
        yield fault(
            "returned",
            N_(
                "{count} receipt lines count returns that are not there; the first is {line}. "
                "Repair: counter doctor --repair"
            ),
            count=wrong.count,
            line=wrong.no,
        )
    else:
        yield ok("returned", N_("Every receipt line counts exactly the till's returns."))


def _audit(reader: Reader) -> Iterator[Finding]:
    found = checks.audit_chain(reader)
    if found.broken_at is None:
        yield ok(
            "audit",
            N_("The audit chain of {entries} entries holds; its head is {head}."),
            entries=found.entries,
            head=found.head,
        )
    else:
        yield fault(
            "audit",
            N_(
                "The audit chain breaks at entry {entry}: somebody changed what was written. "
                "Nothing can repair that. Keep the file, and compare with a backup from before."
            ),
            entry=found.broken_at,
        )


def _changes(reader: Reader) -> Iterator[Finding]:
    last = checks.last_change(reader)
    above = checks.tables_above(reader, last)
    unnumbered = checks.tables_unnumbered(reader)
    if above:
        yield fault(
            "changes",
            N_(
                "Rows of {tables} bear change numbers above the counter ({last}). "
                "Repair: counter doctor --repair"
            ),
            tables=", ".join(above),
            last=last,
        )
    if unnumbered:
        yield fault(
            "changes",
            N_(
                "Rows of {tables} have no change number and would never be exported. "
                "Repair: counter doctor --repair"
            ),
            tables=", ".join(unnumbered),
        )
    if not above and not unnumbered:
        yield ok("changes", N_("The last change number is {last}; no row is above it."), last=last)


def _words(reader: Reader) -> Iterator[Finding]:
    """No illness: a customer who got another name is still found by the old one in tickets."""
    found = {
        "customer": sum(1 for _ in customers_misworded(reader)),
        "ticket": sum(1 for _ in tickets_misworded(reader)),
    }
    for table, count in found.items():
        if count:
            yield note(
                "words",
                N_(
                    "{count} rows of {table} are found by older words than they hold. "
                    "Repair: counter doctor --repair"
                ),
                count=count,
                table=table,
            )
    if not any(found.values()):
        yield ok("words", N_("Every customer and ticket is found by what it says."))


def _totals(shop: Shop) -> Iterator[Finding]:
    """The control totals that grew with the exports against all rows added up anew."""
    from data.exporting.totals import wrong_totals

    with wrong_totals(shop.places.store) as (fresh, wrong):
        rows = sum(total.rows for total in fresh.tables.values())
    if wrong:
        yield fault(
            "totals",
            N_(
                "The control totals of {tables} differ from the rows. "
                "Repair: counter doctor --repair"
            ),
            tables=", ".join(wrong),
        )
    else:
        yield ok("totals", N_("The control totals agree with all {rows} rows."), rows=rows)
