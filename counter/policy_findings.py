"""Examining the versions of the return rules: one in force on each day, each as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from counter.findings import Finding, fault, ok
from counter.policy_versions import sound_policy
from counter.rules.policy_periods import HELD, Period, collisions, gaps
from data.policy_versions import everything, parameters_in
from data.reading import Reader, maybe_day
from models.messages import N_
from models.policy_views import CODE, SCOPE
from models.terms import PolicyStatus


def policies(reader: Reader) -> Iterator[Finding]:
    """What is wrong with the versions, or that nothing is."""
    rows = everything(reader)
    found = [*_unsound(rows), *_out_of_order(rows)]
    yield from found
    if not found:
        yield ok(
            "policies",
            N_("One of {count} versions of the return rules is in force on each day."),
            count=len(rows),
        )


def _unsound(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Versions whose parameters were changed, or cannot be judged by."""
    for _code, _scope, no, _status, _begins, _ends, sha256, text in rows:
        if sound_policy(parameters_in(text), sha256) is None:
            yield fault(
                "policies",
                N_(
                    "Version {no} of the return rules is not as it was written: its parameters "
                    "have faults, or another fingerprint. Look for it in a backup."
                ),
                no=no,
            )


def _out_of_order(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Days on which no version holds, or more than one."""
    periods: dict[tuple[str, str], list[Period]] = {(CODE, SCOPE): []}
    for code, scope, no, status, begins, ends, _sha256, _text in rows:
        if PolicyStatus(status) in HELD:
            period = Period(no, maybe_day(begins), maybe_day(ends))
            periods.setdefault((code, scope), []).append(period)
    for held in periods.values():
        for first, last in gaps(held):
            yield fault(
                "policies",
                N_("No version of the return rules is in force ({first} ... {last})."),
                first="" if first == date.min else first,
                last="" if last == date.max else last,
            )
        for one, other in collisions(held):
            yield fault(
                "policies",
                N_("Versions {one} and {other} of the return rules are in force on the same day."),
                one=one.version_no,
                other=other.version_no,
            )
