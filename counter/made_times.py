"""The service times of a made shop, as founding writes them, in rows that follow from the seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from counter.rules.service import ServiceRules
from counter.rules.service_clocks import FIRST_SERVICE
from counter.service_versions import exceptions, shipped_service
from data.making.filling import Filling, MadeDeed, as_json, deed
from data.making.tables import CALENDAR, CALENDAR_EXCEPTION, SERVICE_TARGET, SERVICE_VERSION
from data.policies import fingerprint
from data.reading import stored_instant

_SYSTEM_ID: Final = 1


def made_times(zone: str, jurisdiction: str) -> ServiceRules:
    """The service times of a made shop, with the keys that their rows get."""
    from counter.first_service import FIRST

    _file, rules = shipped_service(FIRST, zone, jurisdiction)
    keys = {code: key for key, code in enumerate(rules.calendars, 1)}
    return replace(rules, version_no=FIRST_SERVICE, keys=keys)


def promise_times(filling: Filling, zone: str, jurisdiction: str, now: datetime) -> MadeDeed:
    """Write the first version with its calendars and targets; what the audit says of it."""
    from counter.first_service import BEGUN, FIRST
    from counter.shop import SYSTEM

    file, rules = shipped_service(FIRST, zone, jurisdiction)
    sha256 = fingerprint(file.values)
    says = (file.files[0][1], as_json(file.values), sha256)
    filling.insert(SERVICE_VERSION, [(1, rules.name, *says, _SYSTEM_ID, stored_instant(now))])
    keys = {}
    for code, calendar in rules.calendars.items():
        keys[code] = key = filling.next_id(CALENDAR.name)
        values = file.values["calendars"][code]
        filling.insert(CALENDAR, [(code, 1, calendar.tz, as_json(values["weekly"]))])
        days = [
            (
                key,
                one["on_date"].isoformat(),
                str(one["kind"]),
                None if one["windows"] is None else as_json(one["windows"]),
            )
            for one in exceptions(values)
        ]
        filling.insert(CALENDAR_EXCEPTION, days)
    filling.insert(
        SERVICE_TARGET,
        [
            (
                1,
                str(priority),
                keys[target.calendar],
                target.first_response_min,
                target.resolution_min,
                target.warn_percent,
                target.level3_percent,
            )
            for priority, target in rules.targets.items()
        ],
    )
    uid = f"{filling.uid_head(SERVICE_VERSION.name)}{1:012x}"
    told = {"version_no": 1, "name": rules.name, "sha256": sha256}
    return deed(now, _SYSTEM_ID, SYSTEM, BEGUN, "service_version", uid, **told)
