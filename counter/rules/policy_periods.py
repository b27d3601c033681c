"""When the versions of one policy hold: one after the other, without a gap and none beside another.

Pure. A period without a beginning reaches back before the store began, one without an end goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.terms import PolicyStatus

_DAY: Final = timedelta(days=1)

HELD: Final = frozenset({PolicyStatus.APPROVED, PolicyStatus.EFFECTIVE, PolicyStatus.SUPERSEDED})
"""What has a period: it was approved and not withdrawn."""


class Period(NamedTuple):
    """From when until when a version holds, both days included."""

    version_no: int
    begins: date | None
    ends: date | None

    @property
    def first(self) -> date:
        """The first day, for comparing."""
        return self.begins or date.min

    @property
    def last(self) -> date:
        """The last day, for comparing."""
        return self.ends or date.max


def in_order(periods: Iterable[Period]) -> list[Period]:
    """The periods one after the other."""
    return sorted(periods, key=lambda one: (one.first, one.last, one.version_no))


def ended_by(periods: Sequence[Period], begins: date, today: date) -> Period | None:
    """The last period, as it ends when another version begins on ``begins``; None: it is the first.

    Raises:
        InvalidInput: that day is over, or a version begins on it or later; field ``from``.
    """
    if begins < today:
        raise InvalidInput(
            N_(
                "{day} is over: what was decided under another version stays decided. "
                "Choose {today} or a later day."
            ),
            field="from",
            day=begins,
            today=today,
        )
    if not periods:
        return None
    last = in_order(periods)[-1]
    if last.first < begins:
        return last._replace(ends=begins - _DAY)
    if last.first > today:
        raise InvalidInput(
            N_(
                "Version {no} begins on {day} already. Choose a later day, or withdraw that "
                "version first."
            ),
            field="from",
            no=last.version_no,
            day=last.first,
        )
    raise InvalidInput(
        N_("Version {no} begins on {day} already. Choose a later day."),
        field="from",
        no=last.version_no,
        day=last.first,
    )


def continued(periods: Sequence[Period], withdrawn: int, today: date) -> Period | None:
    """The period before ``withdrawn``, which goes on in its place; None: there is none.

    Raises:
        WrongState: the version has begun; only another one can follow it.
    """
    ordered = in_order(periods)
    at = [one.version_no for one in ordered].index(withdrawn)
    if ordered[at].first <= today:
        raise WrongState(
            N_(
                "Version {no} is in force or was: decisions name it. Let another version follow "
                "it: counter policy add, then approve."
            ),
            no=withdrawn,
        )
    return ordered[at - 1]._replace(ends=ordered[at].ends) if at else None


def status_on(
    today: date, status: PolicyStatus, begins: date | None, ends: date | None
) -> PolicyStatus:
    """Where a version stands on ``today``: time alone makes it effective and superseded."""
    if status not in HELD:
        return status
    if ends is not None and ends < today:
        return PolicyStatus.SUPERSEDED
    if begins is None or begins <= today:
        return PolicyStatus.EFFECTIVE
    return PolicyStatus.APPROVED


def gaps(periods: Iterable[Period]) -> list[tuple[date, date]]:
    """First and last day of every time in which no version holds, from the first day on."""
    found, free = [], date.min
    for one in in_order(periods):
        if one.first > free:
            found.append((free, one.first - _DAY))
        if one.last == date.max:
            return found
        free = max(free, one.last + _DAY)
    return [*found, (free, date.max)]


def collisions(periods: Iterable[Period]) -> list[tuple[Period, Period]]:
    """Every version with the next one that begins before it has ended."""
    ordered = in_order(periods)
    found = []
    for at, one in enumerate(ordered[1:], 1):
        longest = max(ordered[:at], key=lambda before: before.last)
        if one.first <= longest.last:
            found.append((longest, one))
    return found
