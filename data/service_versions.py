"""Reading the versions of the service times: the newest one, one by its number, all of them.

Plain SQL for either side: whatever answers a question by its first row will do, a snapshot or an
open transaction. A calendar's row names the version that brought it; versions after that go on with
it until one changes it, so the row of a version is the last one up to its number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from data.policy_versions import parameters_in
from data.reading import Asks, Reader, instant
from models.service_views import ServiceKept, ServiceVersionRow

_CALENDARS: Final = """
    (SELECT json_group_array(json_array(code, id)) FROM (
        SELECT code, id FROM calendar WHERE version_no <= sv.version_no ORDER BY code, version_no))
"""
_KEPT: Final = f"SELECT version_no, sha256, {_CALENDARS} FROM service_version AS sv"
_NEWEST: Final = f"{_KEPT} WHERE version_no = (SELECT max(version_no) FROM service_version)"
_NUMBERED: Final = f"{_KEPT} WHERE version_no = :no"
_SAYS: Final = "SELECT parameters FROM service_version WHERE version_no = :no"
_ANY: Final = "SELECT 1 FROM service_version LIMIT 1"
_ROWS: Final = """
    SELECT v.id, v.version_no, v.name, s.login, v.added_at, v.sha256
    FROM service_version AS v LEFT JOIN staff AS s ON s.id = v.added_by_id
"""
_LIST: Final = f"{_ROWS} ORDER BY v.version_no"
_ROW: Final = f"{_ROWS} WHERE v.version_no = :no"
_LAW: Final = "SELECT jurisdiction FROM site LIMIT 1"


def newest_kept(ask: Asks) -> ServiceKept | None:
    """The version under which new tickets run."""
    row = ask.one(_NEWEST)
    return ServiceKept(*row) if row else None


def kept_by_number(ask: Asks, version_no: int) -> ServiceKept | None:
    """The version that a clock, or a person, names."""
    row = ask.one(_NUMBERED, no=version_no)
    return ServiceKept(*row) if row else None


def says(ask: Asks, version_no: int) -> Mapping[str, Any] | None:
    """What a version says in JSON's types, or None where that is no JSON object."""
    row = ask.one(_SAYS, no=version_no)
    return parameters_in(row[0]) if row else None


def has_versions(ask: Asks) -> bool:
    """Whether the store has a version at all: one that was made by an older program has none."""
    return ask.one(_ANY) is not None


def calendar_keys(found: ServiceKept) -> dict[str, int]:
    """The key of the row of each calendar, by its code."""
    return dict(json.loads(found.calendars))


def jurisdiction(ask: Asks) -> str:
    """Whose law the shop sells under."""
    row = ask.one(_LAW)
    return str(row[0]) if row else ""


def versions(reader: Reader) -> list[ServiceVersionRow]:
    """All versions in the order of their numbers."""
    return [_listed(row) for row in reader.all(_LIST)]


def version(ask: Asks, version_no: int) -> ServiceVersionRow | None:
    """One of :func:`versions`."""
    row = ask.one(_ROW, no=version_no)
    return _listed(row) if row else None


def _listed(row: tuple[Any, ...]) -> ServiceVersionRow:
    return ServiceVersionRow(row[0], row[1], row[2], row[3], instant(row[4]), row[5])
