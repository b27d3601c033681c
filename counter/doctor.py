"""Examining a store: does everything that can be worked out again still agree with what is kept?

Nothing is repaired and nothing is changed. Every examination reads row by row, so that memory stays
flat however large the store is, and says in one finding how many rows are wrong and which is first.
"""

from __future__ import annotations

import json
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from counter.desk import Actor
from counter.permissions import Action
from counter.rules import lifecycle
from counter.shop import Shop
from data import checks
from data.driver import SQLITE_VERSION, wal_is_sound
from data.reading import Reader, instant, maybe_day, maybe_instant
from models.errors import CounterError
from models.messages import N_
from models.terms import ExportStatus, TicketAction, TicketStatus

LEAST_FREE: Final = 256 * 1024 * 1024
"""Bytes of free space below which saving is about to fail; a backup needs the store's size too."""


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: a sentence with named values, untranslated."""

    code: str
    severity: Severity
    sentence: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": str(self),
            "values": values,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was examined."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """No finding is a fault; notes are no illness."""
        return all(finding.severity is not Severity.FAULT for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        found = [finding.to_json() for finding in self.findings]
        return {"healthy": self.healthy, "findings": found}


def examine(shop: Shop, actor: Actor, *, full: bool = False) -> Report:
    """Examine the store of ``shop`` and everything around it.

    Args:
        shop: the open shop.
        actor: who asks; a machine command asks as ``shop.system``.
        full: also read every page of the file, and compare each index with its table, word by
            word. Without it a store of 100,000 tickets takes four seconds. Neither way does a
            clerk wait.

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
        "audit": lambda: _reading(shop, _audit),
        "search": lambda: _search(shop, full=full),
        "changes": lambda: _reading(shop, _changes),
        "totals": lambda: _totals(shop),
        "access": lambda: _access(shop),
        "space": lambda: _space(shop),
        "exports": lambda: _reading(shop, _exports),
        "imports": lambda: _reading(shop, _imports),
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


def _ok(code: str, sentence: str, **values: Any) -> Finding:
    return Finding(code, Severity.OK, sentence, values)


def _note(code: str, sentence: str, **values: Any) -> Finding:
    return Finding(code, Severity.NOTE, sentence, values)


def _fault(code: str, sentence: str, **values: Any) -> Finding:
    return Finding(code, Severity.FAULT, sentence, values)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)


# --- the file -------------------------------------------------------------------------------


def _driver(shop: Shop) -> Iterator[Finding]:
    version = ".".join(str(part) for part in SQLITE_VERSION)
    with shop.reading(shop.system) as desk:
        mode = checks.journal_mode(desk.reader)
    if wal_is_sound(SQLITE_VERSION):
        yield _ok("driver", N_("SQLite {version}, journal: {mode}."), version=version, mode=mode)
    else:
        yield _note(
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
    if not found:
        yield _ok(
            "file",
            N_("The file is intact ({check})."),
            check="integrity_check" if full else "quick_check",
        )
    else:
        yield _fault(
            "file",
            N_("The file is damaged ({detail}). Bring back the newest backup."),
            detail="; ".join(found[:3]),
        )


def _references(reader: Reader) -> Iterator[Finding]:
    count, first = 0, None
    for row in checks.lost_references(reader):
        count, first = count + 1, first or row
    if first is None:
        yield _ok("references", N_("Every reference leads to a row."))
    else:
        yield _fault(
            "references",
            N_("{count} references lead nowhere; the first is row {row} of {table}."),
            count=count,
            row=first[1],
            table=first[0],
        )


def _search(shop: Shop, *, full: bool) -> Iterator[Finding]:
    for table in checks.SEARCHED:
        try:
            detail = checks.search_index_fault(shop.places.store, table, full=full)
        except CounterError as error:  # the index itself cannot be read
            detail = str(error)
        if detail is None:
            yield _ok("search", N_("The search index of {table} is in step."), table=table)
        else:
            yield _fault(
                "search",
                N_("The search index of {table} is out of step ({detail}): finding may fail."),
                table=table,
                detail=detail,
            )


# --- tickets and their events ---------------------------------------------------------------

_CACHED: Final = (
    "status working priority owner department wake_on merged_into outcome cause liability "
    "customer_informed first_response_at resolved_at closed_at customer receipt receipt_line"
).split()
"""Fields of a ticket that its events say, in the order of the query."""

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "working": bool,
    "customer_informed": lambda value: None if value is None else bool(value),
    "wake_on": maybe_day,
    "first_response_at": maybe_instant,
    "resolved_at": maybe_instant,
    "closed_at": maybe_instant,
}
_ACTIONS: Final = {str(action): action for action in TicketAction}
_STATUSES: Final = {str(status): status for status in TicketStatus}


class _Tally:
    """Counts what is wrong and remembers the first one."""

    def __init__(self) -> None:
        self.count = 0
        self.no = ""
        self.detail = ""

    def add(self, no: str, detail: str = "") -> None:
        if not self.count:
            self.no, self.detail = no, detail
        self.count += 1


def _events(reader: Reader) -> Iterator[Finding]:
    """Two streams side by side: the tickets, and all events in the order of their tickets."""
    tickets, differing, gaps, disorder = 0, _Tally(), _Tally(), _Tally()
    histories = groupby(checks.events(reader), key=itemgetter(0))
    waiting = next(histories, None)
    for ticket in checks.tickets(reader):
        tickets += 1
        events: list[tuple[Any, ...]] = []
        while waiting is not None and waiting[0] < ticket[0]:  # events without their ticket
            waiting = next(histories, None)
        if waiting is not None and waiting[0] == ticket[0]:
            events = list(waiting[1])
            waiting = next(histories, None)
        if [event[1] for event in events] != list(range(1, ticket[2] + 1)):
            gaps.add(ticket[1])
        moments = [event[2] for event in events]
        if moments != sorted(moments) or moments[-1:] != [ticket[3]]:
            disorder.add(ticket[1])
        fields = differences(ticket[4:], events)
        if fields:
            differing.add(ticket[1], ", ".join(fields))
    yield from _said_of_events(tickets, differing, gaps, disorder)


def differences(cached: tuple[Any, ...], events: list[tuple[Any, ...]]) -> list[str]:
    """Names of the fields in which the cached columns are not what the events add up to."""
    try:
        said = dict.fromkeys(_CACHED) | lifecycle.fold(
            lifecycle.Event(_ACTIONS[kind], instant(at), _STATUSES[status], json.loads(payload))
            for _, _, at, kind, status, payload in events
        )
    except (KeyError, ValueError, TypeError) as error:
        return [f"{type(error).__name__} {error}"]
    kept = {
        name: _READ[name](value) if name in _READ else value
        for name, value in zip(_CACHED, cached, strict=True)
    }
    return [name for name in _CACHED if kept[name] != said[name]]


def _said_of_events(
    tickets: int, differing: _Tally, gaps: _Tally, disorder: _Tally
) -> Iterator[Finding]:
    if differing.count:
        yield _fault(
            "events",
            N_("{count} of {tickets} tickets differ from their events; first {no}: {fields}."),
            count=differing.count,
            tickets=tickets,
            no=differing.no,
            fields=differing.detail,
        )
    else:
        yield _ok("events", N_("All {tickets} tickets are what their events say."), tickets=tickets)
    if gaps.count:
        yield _fault(
            "event_numbers",
            N_("Events are missing or counted wrongly in {count} tickets; the first is {no}."),
            count=gaps.count,
            no=gaps.no,
        )
    else:
        yield _ok("event_numbers", N_("The events of every ticket are numbered without gaps."))
    if disorder.count:
        yield _fault(
            "event_times",
            N_("Events are not in the order of time in {count} tickets; the first is {no}."),
            count=disorder.count,
            no=disorder.no,
        )
    else:
        yield _ok("event_times", N_("No event is earlier than the one before it."))


# --- receipts, audit, change numbers --------------------------------------------------------


def _returned(reader: Reader) -> Iterator[Finding]:
    wrong = _Tally()
    for receipt_no, line_no in checks.lines_miscounting_returns(reader):
        wrong.add(f"{receipt_no}/{line_no}")
    if wrong.count:
        yield _fault(
            "returned",
            N_("{count} receipt lines count returns that are not there; the first is {line}."),
            count=wrong.count,
            line=wrong.no,
        )
    else:
        yield _ok("returned", N_("Every receipt line counts exactly the till's returns."))


def _audit(reader: Reader) -> Iterator[Finding]:
    found = checks.audit_chain(reader)
    if found.broken_at is None:
        yield _ok(
            "audit",
            N_("The audit chain of {entries} entries holds; its head is {head}."),
            entries=found.entries,
            head=found.head,
        )
    else:
        yield _fault(
            "audit",
            N_("The audit chain breaks at entry {entry}: somebody changed what was written."),
            entry=found.broken_at,
        )


def _changes(reader: Reader) -> Iterator[Finding]:
    last = checks.last_change(reader)
    above = checks.tables_above(reader, last)
    unnumbered = checks.tables_unnumbered(reader)
    if above:
        yield _fault(
            "changes",
            N_("Rows of {tables} bear change numbers above the counter ({last})."),
            tables=", ".join(above),
            last=last,
        )
    if unnumbered:
        yield _fault(
            "changes",
            N_("Rows of {tables} have no change number and would never be exported."),
            tables=", ".join(unnumbered),
        )
    if not above and not unnumbered:
        yield _ok("changes", N_("The last change number is {last}; no row is above it."), last=last)


def _totals(shop: Shop) -> Iterator[Finding]:
    """The control totals that grew with the exports against all rows added up anew."""
    from data.exporting.snapshot import Snapshot
    from data.exporting.totals import Totals

    with Snapshot(shop.places.store) as snapshot, Totals() as kept, Totals() as fresh:
        kept.measure(snapshot, anew=False)
        fresh.measure(snapshot, anew=True)
    wrong = [name for name, total in fresh.tables.items() if total != kept.tables[name]]
    if wrong:
        yield _fault(
            "totals",
            N_("The control totals of {tables} differ from the rows. A full export renews them."),
            tables=", ".join(wrong),
        )
    else:
        rows = sum(total.rows for total in fresh.tables.values())
        yield _ok("totals", N_("The control totals agree with all {rows} rows."), rows=rows)


# --- around the store -----------------------------------------------------------------------


def _access(shop: Shop) -> Iterator[Finding]:
    """Whether other accounts of the computer can read customers' data."""
    if sys.platform == "win32":
        yield _note("access", N_("Rights of files are not examined on Windows."))
        return
    store = shop.places.store.path
    files = [store, *(store.with_name(f"{store.name}{end}") for end in ("-wal", "-shm"))]
    files += [path for path in shop.places.backups.glob("*") if path.is_file()]
    folders = [shop.places.home, shop.places.exports, shop.places.backups]
    open_files = [path for path in files if _open_to_others(path)]
    open_folders = [path for path in folders if _open_to_others(path)]
    for path in open_files:
        yield _fault(
            "access", N_("Others may read {path}. Take that right away (0600)."), path=path
        )
    for path in open_folders:
        yield _note("access", N_("Others may look into {path}. Better is 0700."), path=path)
    if not open_files and not open_folders:
        yield _ok("access", N_("Only this account can read the files."))


def _open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False


def _space(shop: Shop) -> Iterator[Finding]:
    store = shop.places.store.path
    free = shutil.disk_usage(store.parent).free
    needed = LEAST_FREE + store.stat().st_size
    values = {"free": f"{free / 1e9:.1f}", "path": store.parent}
    if free >= needed:
        yield _ok("space", N_("{free} GB are free at {path}."), **values)
    else:
        yield _note("space", N_("Only {free} GB are free at {path}: make room soon."), **values)


def _exports(reader: Reader) -> Iterator[Finding]:
    rows = checks.unfinished_exports(reader)
    for batch_no, business_date, status, error in rows:
        yield _note(
            "exports",
            N_("Batch {batch} of {date} is {status}, not verified; the next run makes it. {error}"),
            batch=batch_no,
            date=business_date,
            status=ExportStatus(status),
            error=error or "",
        )
    if not rows:
        last = checks.last_export_day(reader)
        yield _ok(
            "exports", N_("No export is unfinished; the last is of {date}."), date=last or "-"
        )


def _imports(reader: Reader) -> Iterator[Finding]:
    rows = checks.unfinished_imports(reader)
    for file, next_row in rows:
        yield _note(
            "imports",
            N_("The import of {file} stopped at row {row}. Import the file again to go on."),
            file=file,
            row=next_row,
        )
    if not rows:
        yield _ok("imports", N_("No import is unfinished."))
