"""Reading the versions of a policy: which one holds on a day, what it says, all of them.

Plain SQL for either side: whatever answers a question by its first row will do, a snapshot or an
open transaction. There are few versions, found by the beginning of their unique key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from data.reading import Asks, Reader, maybe_day, maybe_instant
from models.policy_views import CODE, SCOPE, VersionKept, VersionRow
from models.terms import PolicyStatus

_HELD: Final = "status IN ('approved', 'effective', 'superseded')"
"""What was approved and not withdrawn; the day tells which of them holds."""

_KEPT: Final = "SELECT id, version_no, sha256, effective_from, effective_to FROM policy_version"
_OF: Final = "code = :code AND scope = :scope"

_ON: Final = f"""
    {_KEPT} WHERE {_OF} AND {_HELD}
    AND (effective_from IS NULL OR effective_from <= :day)
    AND (effective_to IS NULL OR effective_to >= :day)
    ORDER BY version_no DESC LIMIT 1
"""
_BY_ID: Final = f"{_KEPT} WHERE id = :id"
_BY_NUMBER: Final = f"{_KEPT} WHERE {_OF} AND version_no = :no"
_SAYS: Final = "SELECT parameters FROM policy_version WHERE id = :id"
_FIRST_BY: Final = f"SELECT 1 FROM policy_version WHERE {_OF} AND {_HELD} LIMIT 1"
_STALE: Final = f"""
    SELECT 1 FROM policy_version WHERE {_OF} AND (
        (status = 'approved' AND (effective_from IS NULL OR effective_from <= :day))
        OR (status IN ('approved', 'effective') AND effective_to < :day)
    ) LIMIT 1
"""
_ROWS: Final = f"""
    SELECT v.id, v.version_no, v.status, json_extract(v.parameters, '$.name'),
           json_extract(v.parameters, '$.version'), v.effective_from, v.effective_to,
           a.login, v.added_at, s.login, v.approved_at, v.sha256
    FROM policy_version AS v
    LEFT JOIN staff AS a ON a.id = v.added_by_id LEFT JOIN staff AS s ON s.id = v.approved_by_id
    WHERE {_OF}
"""
_LIST: Final = f"{_ROWS} ORDER BY version_no"
_ROW: Final = f"{_ROWS} AND version_no = :no"
_ALL: Final = """
    SELECT code, scope, version_no, status, effective_from, effective_to, sha256, parameters
    FROM policy_version ORDER BY code, scope, version_no
"""


def kept_on(ask: Asks, day: date, code: str, scope: str) -> VersionKept | None:
    """The version that holds on ``day``."""
    return _kept(ask.one(_ON, code=code, scope=scope, day=day.isoformat()))


def kept_by_id(ask: Asks, version_id: int) -> VersionKept | None:
    """The version of a decision that names it."""
    return _kept(ask.one(_BY_ID, id=version_id))


def kept_by_number(ask: Asks, version_no: int, code: str, scope: str) -> VersionKept | None:
    """The version that people name."""
    return _kept(ask.one(_BY_NUMBER, code=code, scope=scope, no=version_no))


def says(ask: Asks, version_id: int) -> Mapping[str, Any] | None:
    """The parameters of a version in JSON's types, or None where they are no JSON object."""
    row = ask.one(_SAYS, id=version_id)
    return parameters_in(row[0]) if row else None


def parameters_in(text: str) -> Mapping[str, Any] | None:
    """Kept parameters, or None where the text is no JSON object."""
    try:
        values = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def is_due(ask: Asks, day: date, code: str = CODE, scope: str = SCOPE) -> bool:
    """Whether a version is to be written on ``day``: none holds yet, or one's time has come."""
    if ask.one(_FIRST_BY, code=code, scope=scope) is None:
        return True
    return ask.one(_STALE, code=code, scope=scope, day=day.isoformat()) is not None


def versions(reader: Reader, code: str, scope: str) -> list[VersionRow]:
    """All versions in the order of their numbers."""
    return [_listed(row) for row in reader.all(_LIST, code=code, scope=scope)]


def version(ask: Asks, version_no: int, code: str, scope: str) -> VersionRow | None:
    """One of :func:`versions`."""
    row = ask.one(_ROW, code=code, scope=scope, no=version_no)
    return _listed(row) if row else None


def everything(reader: Reader) -> list[tuple[Any, ...]]:
    """Code, scope, number, status, first and last day, fingerprint and parameters of each."""
    return reader.all(_ALL)


def _kept(row: tuple[Any, ...] | None) -> VersionKept | None:
    if row is None:
        return None
    return VersionKept(row[0], row[1], row[2], maybe_day(row[3]), maybe_day(row[4]))


def _listed(row: tuple[Any, ...]) -> VersionRow:
    return VersionRow(
        row[0],
        row[1],
        PolicyStatus(row[2]),
        str(row[3]),
        str(row[4]),
        maybe_day(row[5]),
        maybe_day(row[6]),
        row[7],
        maybe_instant(row[8]),
        row[9],
        maybe_instant(row[10]),
        row[11],
    )
