"""A question about a clock as a line of JSON says it: read, or refused by the key at fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeVar

from counter.rules.calendars import Calendar, calendar_of
from counter.rules.clock_answers import PriorityChange, Question
from counter.rules.clocks import LEVEL3_PERCENT, WARN_PERCENT, Pause
from counter.rules.service import ServiceRules, Target
from models.errors import InvalidInput
from models.messages import N_
from models.terms import ClockKind, ClockUnit, Priority
from models.text import shortened

TermT = TypeVar("TermT", bound=StrEnum)
ReadT = TypeVar("ReadT")


ASKED: Final = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.RESOLUTION,
    ClockKind.RETURN_AUDIT,
    ClockKind.REFUND,
    ClockKind.REFUND_STATUTORY,
)
"""The clocks that a line can ask about; the others have their time from a promise."""

BY_PRIORITY: Final = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION})
"""The clocks whose targets hang on the priority."""

IN_MINUTES: Final = frozenset({ClockUnit.WORKING_MINUTES, ClockUnit.ELAPSED_HOURS})
"""The units in which the minutes of a priority's targets can be counted."""

_KEYS: Final = frozenset(
    {
        "id", "calendar", "clock", "priority", "target", "unit", "created_at", "pauses",
        "priority_change", "now",
    }
)  # fmt: skip
_YEARS: Final = range(1970, 2200)
_LONGEST: Final = 1000
_INSTANT: Final = "2025-03-05T10:00+08:00"


def question_of(line: object, service: Callable[[], ServiceRules]) -> Question:
    """The question of one JSON object; null counts as absent.

    Args:
        line: what was parsed.
        service: gives the calendars that have a name, and what is promised by priority; called
            only where the line leaves these to it.

    Raises:
        InvalidInput: a key is unknown, missing or impossible; its name is the error's ``field``,
            such as ``calendar.weekly``.
    """
    if not isinstance(line, Mapping):
        raise InvalidInput(
            N_("A question about a clock is one JSON object, such as {example}."),
            example='{"calendar": "counter", "clock": "resolution", "priority": "P3", '
            '"created_at": "2025-03-05T10:00+08:00"}',
        )
    _only(line, _KEYS, "")
    clock = _needed(line, "clock", lambda value: _term(value, ASKED))
    priority = _given(line, "priority", lambda value: _term(value, tuple(Priority)))
    started_at = _needed(line, "created_at", _instant)
    asked = _target(line, clock, priority, service)
    return Question(
        id=_given(line, "id", _name),
        clock=clock,
        unit=asked.unit,
        target=asked.target,
        calendar=_calendar(line.get("calendar"), service),
        started_at=started_at,
        pauses=_given(line, "pauses", _pauses) or (),
        is_changed=line.get("priority_change") is not None,
        change=_change(line, clock, asked.unit, priority, started_at, service),
        now=_given(line, "now", _instant),
        warn_percent=asked.warn_percent,
        level3_percent=asked.level3_percent,
    )


class _Asked(NamedTuple):
    """What a clock runs up to."""

    unit: ClockUnit
    target: int
    warn_percent: int = WARN_PERCENT
    level3_percent: int = LEVEL3_PERCENT


def _target(
    line: Mapping[str, Any],
    clock: ClockKind,
    priority: Priority | None,
    service: Callable[[], ServiceRules],
) -> _Asked:
    """The line's own target, else the priority's."""
    unit = _given(line, "unit", lambda value: _term(value, tuple(ClockUnit)))
    number = _given(line, "target", _number)
    if number is not None:
        if unit is None:
            raise _missing("unit")
        return _Asked(unit, number)
    if clock not in BY_PRIORITY or unit not in (None, ClockUnit.WORKING_MINUTES):
        raise _missing("target")
    if priority is None:
        raise _missing("priority")
    target = service().target(priority)
    return _Asked(
        ClockUnit.WORKING_MINUTES,
        _minutes(target, clock),
        target.warn_percent,
        target.level3_percent,
    )


def _change(
    line: Mapping[str, Any],
    clock: ClockKind,
    unit: ClockUnit,
    priority: Priority | None,
    started_at: datetime,
    service: Callable[[], ServiceRules],
) -> PriorityChange | None:
    given = line.get("priority_change")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise _wrong("priority_change", given, '{"to": "P2", "at": "2025-03-05T12:00+08:00"}')
    _only(given, frozenset({"to", "at"}), "priority_change.")
    to = _needed(given, "to", lambda value: _term(value, tuple(Priority)), "priority_change.")
    at = _needed(given, "at", _instant, "priority_change.")
    if priority is None:
        raise _missing("priority")
    if at < started_at:
        raise InvalidInput(
            N_("The priority changed before the clock was created. Correct one of the times."),
            field="priority_change.at",
        )
    if to is priority or clock not in BY_PRIORITY or unit not in IN_MINUTES:
        return None
    target = service().target(to)
    return PriorityChange(
        at,
        to < priority,  # P1 sorts before P4
        _minutes(target, clock),
        target.first_response_min,
        target.warn_percent,
        target.level3_percent,
    )


def _minutes(target: Target, clock: ClockKind) -> int:
    if clock is ClockKind.FIRST_RESPONSE:
        return target.first_response_min
    return target.resolution_min


def _calendar(given: object, service: Callable[[], ServiceRules]) -> Calendar:
    if given is None:
        raise _missing("calendar")
    if isinstance(given, str):
        named = service().calendars
        found = named.get(given)
        if found is None:
            raise _wrong("calendar", given, ", ".join(sorted(named)))
        return found
    try:
        return calendar_of(given)
    except InvalidInput as error:
        error.field = "calendar" if error.field is None else f"calendar.{error.field}"
        raise


# --- one value ------------------------------------------------------------------------------


class _Impossible(ValueError):
    """A value that cannot be; it says what could."""


def _only(given: Mapping[str, Any], keys: frozenset[str], before: str) -> None:
    for name in given:
        if name not in keys:
            raise InvalidInput(
                N_("A question about a clock has no '{name}'. Correct its name, or leave it out."),
                field=before + shortened(name, 100),
                name=before + shortened(name, 100),
            )


def _given(
    line: Mapping[str, Any], key: str, read: Callable[[Any], ReadT], before: str = ""
) -> ReadT | None:
    value = line.get(key)
    if value is None:
        return None
    try:
        return read(value)
    except _Impossible as error:
        raise _wrong(before + key, value, str(error)) from error


def _needed(
    line: Mapping[str, Any], key: str, read: Callable[[Any], ReadT], before: str = ""
) -> ReadT:
    found = _given(line, key, read, before)
    if found is None:
        raise _missing(before + key)
    return found


def _term(value: object, choices: tuple[TermT, ...]) -> TermT:
    for term in choices:
        if value == term.value:
            return term
    raise _Impossible(", ".join(choices))


def _number(value: object) -> int:
    if type(value) is int and 1 <= value < 10**9:
        return value
    raise _Impossible("1 ... 999999999")


def _name(value: object) -> str | int:
    if isinstance(value, str) or (type(value) is int and abs(value) < 2**63):
        return value
    raise _Impossible('"A-1", 1')


def _instant(value: object) -> datetime:
    try:
        if isinstance(value, str) and "T" in value and len(value) <= 40:
            found = datetime.fromisoformat(value)
            if found.tzinfo is not None and found.year in _YEARS:
                return found
    except ValueError:
        pass
    raise _Impossible(_INSTANT)


def _pauses(value: object) -> tuple[Pause, ...]:
    example = f'[["{_INSTANT}", "2025-03-05T14:00+08:00"], ["2025-03-06T10:00+08:00", null]]'
    if not isinstance(value, list) or len(value) > _LONGEST:
        raise _Impossible(example)
    found = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise _Impossible(example)
        begin, end = _instant(pair[0]), None if pair[1] is None else _instant(pair[1])
        if end is not None and end < begin:
            raise _Impossible(example)
        found.append((begin, end))
    return tuple(found)


def _missing(name: str) -> InvalidInput:
    return InvalidInput(N_("The question has no '{name}'."), field=name, name=name)


def _wrong(name: str, value: object, possible: str) -> InvalidInput:
    return InvalidInput(
        N_("'{name}' cannot be {value}. Possible: {possible}."),
        field=name,
        name=name,
        value=shortened(json.dumps(value, ensure_ascii=False), 200),
        possible=possible,
    )
