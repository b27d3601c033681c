"""Examining the versions of the service times: each as it was written, and its rows with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from counter.findings import Finding, fault, ok
from counter.rules.service import ServiceRules
from counter.service_versions import exceptions, sound_service
from data import service_checks
from data.reading import Reader
from data.service_versions import kept_by_number, says
from models.errors import CounterError
from models.messages import N_


def service(reader: Reader) -> Iterator[Finding]:
    """What is wrong with versions, targets and calendars, or that nothing is."""
    found = [*_faults(reader)]
    yield from found
    if not found:
        yield ok(
            "service",
            N_("All {count} versions of the service times are as they were written."),
            count=len(service_checks.numbers(reader)),
        )


def _faults(reader: Reader) -> Iterator[Finding]:
    numbers = service_checks.numbers(reader)
    if not numbers:
        yield fault("service", N_("The store has no service times. See: counter service add"))
    known: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for number in numbers:
        kept = kept_by_number(reader, number)
        values = says(reader, number)
        rules = sound_service(values, kept) if kept else None
        if rules is None or values is None:
            yield fault(
                "service",
                N_(
                    "Version {no} of the service times is not as it was written: its parameters "
                    "have faults, or another fingerprint. Look for it in a backup."
                ),
                no=number,
            )
            continue
        wrong = _targets(reader, rules)
        if wrong:
            yield fault(
                "service",
                N_(
                    "The targets of version {no} of the service times are not what it says: "
                    "{names}. Look for them in a backup."
                ),
                no=number,
                names=", ".join(wrong),
            )
        for code, key in rules.keys.items():
            if code in values["calendars"]:
                known.setdefault(key, (code, values["calendars"][code]))
    for key, (code, values) in known.items():
        if not _is_calendar(reader, key, values):
            yield fault(
                "service",
                N_("The calendar '{name}' is not what its version says. Look for it in a backup."),
                name=code,
            )


def _targets(reader: Reader, rules: ServiceRules) -> list[str]:
    """The priorities whose row differs."""
    ought = {
        str(priority): (
            rules.keys[target.calendar],
            target.first_response_min,
            target.resolution_min,
            target.warn_percent,
            target.level3_percent,
        )
        for priority, target in rules.targets.items()
    }
    kept = {row[0]: row[1:] for row in service_checks.targets(reader, rules.version_no)}
    return sorted(name for name in ought.keys() | kept.keys() if ought.get(name) != kept.get(name))


def _is_calendar(reader: Reader, key: int, values: Mapping[str, Any]) -> bool:
    row = service_checks.calendar(reader, key)
    if row is None:
        return False
    try:
        ought = {
            (str(one["on_date"]), str(one["kind"]), json.dumps(one["windows"]))
            for one in exceptions(values)
        }
        kept = {
            (day, kind, json.dumps(json.loads(windows) if windows else None))
            for day, kind, windows in service_checks.exceptions(reader, key)
        }
        weekly = json.loads(row[1])
    except (CounterError, ValueError, TypeError):
        return False
    return bool(row[0] == values["tz"] and weekly == dict(values["weekly"]) and ought == kept)
