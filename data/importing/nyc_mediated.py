"""Complaints, profile ``nyc-mediated``: what the City of New York mediated and closed.

NYC Open Data, "Consumer Services Mediated Complaints", and every file with the same columns: dates
with the month first, by New York's calendar; dollars. Each row becomes a closed complaint with the
steps that the file tells of. They are nobody's work here, so they stand under the machine's name;
a date is the first moment of its day in New York, which is the same date by UTC and by the shops
of China and Europe. Whether the consumer was told how it ended the file does not say.

A row has no number. It is known by what it says in the columns that all these files have, and by
how many rows before it in its file say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from data.bulk import Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import Remembered, required
from data.importing.kinds import Outcome as Became
from data.importing.kinds import cell_reader, listed
from data.importing.mediated import Mediated, Pen
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source
from data.reading import stored_instant
from models.messages import N_
from models.terms import Cause, ComplaintProfile, Outcome, RejectCode
from models.text import clean_text

_RESPONDENT: Final = "Business Name"
_INDUSTRY: Final = "Industry"
_CLASS: Final = "Complaint Type"
_OPENED: Final = "Mediation Start Date"
_CLOSED: Final = "Mediation Close Date"
_RESULT: Final = "Complaint Result"
_SATISFIED: Final = "Satisfaction"
_RESTITUTION: Final = "Restitution"

REQUIRED: Final = (
    _RESPONDENT,
    _INDUSTRY,
    _CLASS,
    _OPENED,
    _CLOSED,
    _RESULT,
    _SATISFIED,
    _RESTITUTION,
)
_ADDRESSES: Final = (
    "Business Building",
    "Business Street",
    "Building Address Unit",
    "Business City",
    "Business State",
    "Business Zip",
    "Complainant Zip",
)
"""Not kept; they tell two rows apart. Coordinates do not: only some of the files have them."""

_CURRENCY: Final = "USD"
_ZONE: Final = "America/New_York"
_ANSWERS: Final = MappingProxyType({"": None, "na": None, "yes": True, "no": False})

_DAY_FORM: Final = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\Z")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        _INDUSTRY: re.compile(r".+ - [0-9]{3}\Z"),
        _CLASS: re.compile(r".+ - [A-Z][0-9]{2}\Z"),
        _OPENED: _DAY_FORM,
        _CLOSED: _DAY_FORM,
        _RESULT: re.compile(r".+ - [A-Z]{3}\Z"),
        _SATISFIED: re.compile(r"(?:Yes|No|NA)\Z"),
        _RESTITUTION: re.compile(r"-?[0-9]+\.[0-9]{2}\Z"),
    }
)
"""What a cell of each column looks like, as far as it can be told; not every one has a code."""

_OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "ACJ": Outcome.COMPENSATED,  # the agency collected a judgement
        "AMT": Outcome.COMPENSATED,  # an amount in cash
        "ATS": Outcome.UNSETTLED,  # advised to sue
        "BLR": Outcome.COMPENSATED,  # the bill was reduced
        "CIN": Outcome.REFUSED,  # the complaint was invalid
        "CRC": Outcome.REFUNDED,  # refund by credit card, or the contract cancelled
        "CTA": Outcome.UNSETTLED,  # the consumer took other steps
        "CWC": Outcome.NOTED,  # withdrawn
        "GDR": Outcome.DELIVERED,
        "GEX": Outcome.EXCHANGED,
        "GRS": Outcome.REPAIRED,
        "NCR": Outcome.NOTED,  # the consumer answered no more
        "NSA": Outcome.UNSETTLED,
        "NSP": Outcome.UNSETTLED,
        "NVR": Outcome.UNSETTLED,  # the business did not answer
        "OOB": Outcome.UNSETTLED,  # the business is no more
        "RMF": Outcome.UNSETTLED,  # referred to the manufacturer
        "RTH": Outcome.UNSETTLED,  # referred to a hearing
        "RTO": Outcome.UNSETTLED,  # referred to others
        "SCR": Outcome.COMPENSATED,  # credit of the shop
        "SPF": Outcome.INFORMED,  # resolved, the consumer is satisfied
        "ULC": Outcome.NOTED,  # the consumer was not found
        "ULV": Outcome.UNSETTLED,  # the business was not found
    }
)
_UNCODED: Final = MappingProxyType(
    {"Cash Amount - Consumer Restitution from Escrow": Outcome.COMPENSATED}
)

_CAUSES: Final[Mapping[str, Cause]] = MappingProxyType(
    {
        "B02": Cause.PRICE,  # billing dispute
        "B04": Cause.PRODUCT,  # breach of warranty
        "C01": Cause.PRICE,  # credit card discrepancy
        "D01": Cause.PRODUCT,  # damaged goods
        "D02": Cause.PRODUCT,  # defective goods
        "E01": Cause.POLICY,  # goods exchanged, contract cancelled
        "H01": Cause.SERVICE,  # harassment
        "L02": Cause.SERVICE,  # lost property
        "N01": Cause.DELIVERY,  # goods not delivered
        "N02": Cause.SERVICE,  # a service not delivered
        "Q01": Cause.SERVICE,  # quality of work
        "R01": Cause.POLICY,  # refund policy
        "S01": Cause.SERVICE,  # installation
        "S02": Cause.PRICE,  # surcharge, overcharge
        "U01": Cause.SERVICE,  # repair without leave
        "W01": Cause.DELIVERY,  # wrong goods
    }
)
"""Of types whose code says why; advertising, judgements and breaches of contract are others."""


KNOWN: Final = (
    "SELECT source_key FROM mediated_complaint WHERE source = ? "
    "AND source_key IN (SELECT value FROM json_each(?))"
)
"""Which of these rows are stored already."""


class _Row(NamedTuple):
    key: str
    complaint: Mediated


class MediatedComplaints:
    """See :class:`data.importing.kinds.Importer`."""

    def __init__(self, source: Source, clock: Callable[[], datetime], machine: int) -> None:
        """Read ``source``; everything stands under ``machine``, the key of a staff row."""
        names = REQUIRED + _ADDRESSES
        self._cells = {name: cell_reader(source.columns, name) for name in names}
        self._clock = clock
        self._machine = machine
        self._counted: dict[bytes, int] = {}
        self._zone = ZoneInfo(_ZONE)
        self._days = {
            column: Remembered(lambda cell, column=column: _day(column, cell))  # type: ignore[misc]
            for column in (_OPENED, _CLOSED)
        }
        self._begins = Remembered(self._begin_of)

    def read(self, chunk: Sequence[RawRow]) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.read`."""
        today = self._clock().astimezone(self._zone).date().isoformat()
        rows: list[Any] = []
        for _line, values, flaw in chunk:
            try:
                if flaw is not None:
                    raise flaw
                rows.append(self._row(values, today))
            except Rejection as rejection:
                rows.append(rejection.with_traceback(None))
        return rows

    def _row(self, values: list[str], today: str) -> _Row:
        cell = {name: clean_text(read(values)) for name, read in self._cells.items()}
        _check_places(cell)
        opened_on, closed_on = (self._days[name][cell[name]] for name in (_OPENED, _CLOSED))
        if closed_on < opened_on:
            raise Rejection(
                RejectCode.BAD_DATE,
                N_("{column}: {closed} lies before {opened}, when the mediation began."),
                field=_CLOSED,
                closed=cell[_CLOSED],
                opened=cell[_OPENED],
            )
        if closed_on > today:
            raise Rejection(
                RejectCode.BAD_DATE,
                N_("{column}: {value} has not come yet."),
                field=_CLOSED,
                value=cell[_CLOSED],
            )
        said = cells.text(_CLASS, cell[_CLASS], 120)
        ended_as = required(_RESULT, cells.text(_RESULT, cell[_RESULT], 200))
        satisfied = _answer(cell[_SATISFIED])
        return _Row(
            self._key(tuple(cell.values())),
            Mediated(
                source=ComplaintProfile.NYC_MEDIATED,
                respondent=cells.text(_RESPONDENT, cell[_RESPONDENT], 200),
                industry=cells.text(_INDUSTRY, cell[_INDUSTRY], 120),
                said=said,
                cause=None if said is None else _CAUSES.get(_code(said), Cause.OTHER),
                opened_on=opened_on,
                opened_at=self._begins[opened_on],
                closed_on=closed_on,
                closed_at=self._begins[closed_on],
                ended_as=ended_as,
                outcome=_outcome(ended_as, satisfied),
                satisfied=satisfied,
                restitution_minor=_restitution(cell[_RESTITUTION]),
                currency=_CURRENCY,
            ),
        )

    def _key(self, said: tuple[str, ...]) -> str:
        """What the row is known by, in whichever file it stands."""
        content = json.dumps(said).encode()
        digest = sha256(content).digest()
        number = self._counted[digest] = self._counted.get(digest, 0) + 1
        return sha256(content + b"%d" % number).hexdigest()

    def _begin_of(self, day: str) -> str:
        return stored_instant(datetime.fromisoformat(day).replace(tzinfo=self._zone))

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        known = {
            key
            for (key,) in connection.execute(
                KNOWN,
                (
                    ComplaintProfile.NYC_MEDIATED.value,
                    *listed(row.key for row in rows if isinstance(row, _Row)),
                ),
            )
        }
        pen = Pen(writes, self._machine)
        outcomes: list[Any] = []
        for row in rows:
            if not isinstance(row, _Row):
                outcomes.append(row)
            elif row.key in known:
                outcomes.append(Became.UNCHANGED)
            else:
                pen.write(row.key, row.complaint)
                outcomes.append(Became.ACCEPTED)
        pen.finish()
        return outcomes

    def forget(self) -> None:
        """Nothing is kept from one chunk to the next that the store could change."""


def _check_places(cell: Mapping[str, str]) -> None:
    """Every cell stands in its own column, as far as its form tells.

    Raises:
        Rejection: one has the form of another column, and not that of its own.
    """
    for column, form in _FORMS.items():
        value = cell[column]
        if not value or form.match(value):
            continue
        if any(other.match(value) for other in _FORMS.values()):
            raise Rejection(
                RejectCode.SHIFTED_COLUMNS,
                N_("{column}: '{value}' belongs in another column; the row is shifted."),
                field=column,
                value=value,
            )


def _day(column: str, cell: str) -> str:
    return required(column, cells.us_day(column, cell))


def _code(text: str) -> str:
    return text.rpartition(" - ")[2]


def _outcome(ended_as: str, satisfied: bool | None) -> Outcome:
    """A result without a code that is known ended well only if the consumer says so."""
    found = _OUTCOMES.get(_code(ended_as)) or _UNCODED.get(ended_as)
    return found or (Outcome.NOTED if satisfied else Outcome.UNSETTLED)


def _answer(cell: str) -> bool | None:
    if cell.lower() not in _ANSWERS:
        raise Rejection(
            RejectCode.BAD_VALUE,
            N_("{column}: '{value}' is not one of: {choices}."),
            field=_SATISFIED,
            value=cell,
            choices="Yes, No, NA",
        )
    return _ANSWERS[cell.lower()]


def _restitution(cell: str) -> int:
    amount = required(_RESTITUTION, cells.amount(_RESTITUTION, cell, _CURRENCY))
    if amount < 0:
        raise Rejection(RejectCode.BAD_NUMBER, N_("{column} is below zero."), field=_RESTITUTION)
    return amount
