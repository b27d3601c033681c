"""The versions of the service times: targets for each priority, and the calendars they count in.

A store begins with the file that comes with the program, as version 1. Every further version is
added whole and never changed: new tickets run under the newest, open ones under the version that
they were given until somebody moves them. What reads imports no SQLModel.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counter.desk import AskingDesk, ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.rules.rest_days import RestDays
from counter.rules.service import ServiceRules, calendar_values, read_service, service_from
from counter.rules.written import placed
from data import service_versions as kept
from data.policies import Pack, fingerprint
from data.reading import Asks
from data.service_files import read_service_file, shipped, shipped_file
from models.errors import InvalidInput, NotFound, WrongState
from models.messages import N_
from models.service_views import ServiceKept, ServiceVersionRow
from models.terms import CalendarDay

if TYPE_CHECKING:
    from data.store import UnitOfWork
    from models.policy import ServiceVersion

# --- what counts ----------------------------------------------------------------------------


def newest(ask: Asks) -> ServiceRules:
    """The version under which new tickets run.

    Args:
        ask: a reader, or a transaction (:attr:`counter.desk.Desk.ask`).

    Raises:
        NotFound: the store has no service times.
        WrongState: the version is not as it was added.
    """
    found = kept.newest_kept(ask)
    if found is None:
        raise NotFound(N_("The store has no service times. See: counter service add"))
    return _rules(ask, found)


def service_of(ask: Asks, version_no: int) -> ServiceRules:
    """The version that a clock, or a person, names.

    Raises:
        NotFound: there is none of that number.
        WrongState: the version is not as it was added.
    """
    found = kept.kept_by_number(ask, version_no)
    if found is None:
        raise _unknown(version_no)
    return _rules(ask, found)


def parameters_of(ask: Asks, version_no: int) -> Mapping[str, Any]:
    """Everything that a version says, in JSON's types, by its keys in a file.

    Raises:
        NotFound: there is none of that number.
        WrongState: the version is not as it was added.
    """
    service_of(ask, version_no)
    return kept.says(ask, version_no) or {}


_MOST_KEPT: Final = 100
_versions: dict[ServiceKept, ServiceRules] = {}
"""By number, fingerprint and rows: read and checked once and not for each ticket."""


def _rules(ask: Asks, found: ServiceKept) -> ServiceRules:
    rules = _versions.get(found)
    if rules is None:
        values = kept.says(ask, found.version_no)
        rules = sound_service(values, found)
        if rules is None:
            raise WrongState(
                N_(
                    "Version {no} of the service times is not as it was written: nothing is due by "
                    "it. Examine the store: counter doctor"
                ),
                no=found.version_no,
            )
        if len(_versions) >= _MOST_KEPT:
            _versions.clear()
        _versions[found] = rules
    return rules


def sound_service(values: Mapping[str, Any] | None, found: ServiceKept) -> ServiceRules | None:
    """The rules of kept parameters, or None where they have faults or another fingerprint."""
    if values is None or fingerprint(values) != found.sha256:
        return None
    rows = kept.calendar_keys(found)
    try:
        rules = service_from(values, found.version_no, rows)
    except InvalidInput:
        return None
    return rules if rules.calendars.keys() <= rows.keys() else None


# --- the list -------------------------------------------------------------------------------


def versions(desk: ReadingDesk) -> list[ServiceVersionRow]:
    """All versions of the service times, the oldest first."""
    desk.require(Action.READ)
    return kept.versions(desk.reader)


def version(desk: AskingDesk, version_no: int) -> ServiceVersionRow:
    """One version.

    Raises:
        NotFound: there is none of that number.
    """
    desk.require(Action.READ)
    row = kept.version(desk.ask, version_no)
    if row is None:
        raise _unknown(version_no)
    return row


def _unknown(version_no: int) -> NotFound:
    return NotFound(
        N_("There is no version {no} of the service times. See: counter service list"),
        no=version_no,
    )


# --- files ----------------------------------------------------------------------------------


def named_service(named: str, zone: str, jurisdiction: str) -> tuple[Pack, ServiceRules]:
    """Service times that come with the program, by their name, or else those in a file.

    Args:
        named: the name or the file.
        zone: the time zone of the shop that they are for.
        jurisdiction: whose law it sells under.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: there is neither, or they have faults; each names file, line and key.
    """
    if named in shipped():
        return shipped_service(named, zone, jurisdiction)
    if not os.path.exists(named):  # a Path would raise where a name is impossible
        raise InvalidInput(
            N_("There is no file '{name}', and no service times of that name. There are: {known}."),
            field="service",
            name=named,
            known=", ".join(shipped()),
        )
    return service_file(Path(named), zone, jurisdiction)


@lru_cache(maxsize=16)
def shipped_service(name: str, zone: str, jurisdiction: str) -> tuple[Pack, ServiceRules]:
    """Service times that come with the program.

    Raises:
        InvalidInput: there are none of that name, or they have faults.
    """
    return service_file(shipped_file(name), zone, jurisdiction)


def service_file(path: Path, zone: str, jurisdiction: str) -> tuple[Pack, ServiceRules]:
    """The service times in a file.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: it is no TOML, or has faults; each names file, line and key.
    """
    file = read_service_file(path, zone, jurisdiction)
    rules, faults = read_service(file.values)
    if rules is None:
        raise placed(faults, file.place_of)
    return file, rules


def named_for(desk: AskingDesk, named: str) -> tuple[Pack, ServiceRules]:
    """:func:`named_service` for the shop of a desk."""
    return named_service(named, desk.site.zone.key, kept.jurisdiction(desk.ask))


# --- adding ---------------------------------------------------------------------------------


def add_version(desk: WritingDesk, named: str) -> ServiceVersionRow:
    """Keep service times as the newest version: tickets that are opened from now on run under it.

    Args:
        desk: of somebody who may manage policies.
        named: a file, or the name of one that comes with the program.

    Raises:
        NotAllowed: the role may not manage policies.
        FileRefused: the file cannot be read.
        InvalidInput: there is no such file, or it has faults; nothing changes.
        WrongState: the newest version says the same already.
    """
    desk.require(Action.MANAGE_POLICY)
    file, rules = named_for(desk, named)
    before = kept.newest_kept(desk.ask)
    if before is not None and before.sha256 == fingerprint(file.values):
        raise WrongState(N_("Version {no} says the same already."), no=before.version_no)
    row = write_version(desk.work, file, rules, desk.actor.id, desk.now)
    _audit(desk.work, "service.add", row)
    return version(desk, row.version_no)


def write_version(
    work: UnitOfWork, file: Pack, rules: ServiceRules, added_by_id: int | None, now: datetime
) -> ServiceVersion:
    """Write a version and its rows; a calendar that says the same as before keeps its row."""
    from models.policy import Calendar, CalendarException, ServiceTarget, ServiceVersion

    found = kept.newest_kept(work)
    before = _rules(work, found) if found else None
    number = 1 + (before.version_no if before else 0)
    row = ServiceVersion(
        version_no=number,
        name=rules.name,
        body=file.files[0][1],
        parameters=dict(file.values),
        sha256=fingerprint(file.values),
        added_by_id=added_by_id,
        added_at=now,
    )
    work.session.add(row)
    keys: dict[str, int] = {}
    for code, calendar in rules.calendars.items():
        if before is not None and before.calendars.get(code) == calendar:
            keys[code] = before.keys[code]
            continue
        values = file.values["calendars"][code]
        weekly = dict(values["weekly"])
        added = Calendar(code=code, version_no=number, tz=calendar.tz, weekly=weekly)
        work.session.add(added)
        work.session.flush()
        if added.id is None:
            raise RuntimeError("A stored calendar has no key.")
        keys[code] = added.id
        work.insert_many(
            CalendarException, ({"calendar_id": added.id, **one} for one in exceptions(values))
        )
    for priority, target in rules.targets.items():
        work.session.add(
            ServiceTarget(
                version_no=number,
                priority=priority,
                calendar_id=keys[target.calendar],
                first_response_min=target.first_response_min,
                resolution_min=target.resolution_min,
                warn_percent=target.warn_percent,
                level3_percent=target.level3_percent,
            )
        )
    work.session.flush()
    return row


def exceptions(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a row says of each date that differs from the weekly hours: the kind that wins."""
    rest = RestDays.of(values["rest_days"]) if "rest_days" in values else None
    whole = calendar_values(values, rest)
    kinds: dict[str, tuple[CalendarDay, list[list[str]] | None]] = {
        **dict.fromkeys(whole["extra_workdays"], (CalendarDay.EXTRA_WORKDAY, None)),
        **dict.fromkeys(whole["closed_dates"], (CalendarDay.CLOSED, None)),
        **{
            day: (CalendarDay.SPECIAL_HOURS, list(windows))
            for day, windows in whole["special_hours"].items()
        },
    }
    return [
        {"on_date": date.fromisoformat(day), "kind": kind, "windows": windows}
        for day, (kind, windows) in sorted(kinds.items())
    ]


def _audit(work: UnitOfWork, action: str, row: ServiceVersion) -> None:
    work.audit(
        action,
        "service_version",
        row.uid,
        version_no=row.version_no,
        name=row.name,
        sha256=row.sha256,
    )
