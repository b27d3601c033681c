"""What counting seconds says of a plain history is what the rules say of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.clock_rows import ClockRows, as_event
from counter.rules.plain_histories import Happened
from counter.rules.service import ServiceRules
from counter.service_versions import shipped_service
from models.terms import ClockKind, Priority, TicketAction, TicketStatus

SECOND = 1_000_000
START = int(datetime(2025, 3, 1, tzinfo=ZoneInfo("UTC")).timestamp())

ZONES = {"Asia/Shanghai": "CN", "Europe/London": "GB", "Australia/Lord_Howe": "GB"}


def rules_for(zone: str) -> ServiceRules:
    _file, rules = shipped_service("default", zone, ZONES[zone])
    keys = {code: key for key, code in enumerate(rules.calendars, 1)}
    return replace(rules, version_no=1, keys=keys)


STEPS = {
    TicketAction.TAKE: {"owner": "102"},
    TicketAction.NOTE: {},
    TicketAction.RESPOND: {},
    TicketAction.ASSIGN: {"department": "cellar"},
    TicketAction.ASK_CUSTOMER: {"wake_on": "2025-11-02"},
    TicketAction.SEND_OUT: {"wake_on": "2025-03-30"},
    TicketAction.ANSWER: {},
    TicketAction.BACK: {},
    TicketAction.WAKE: {},
    TicketAction.DETAIL: {"complaint": {"demand": "refund"}},
    TicketAction.PROPOSE: {"proposal": "A new one"},
    TicketAction.RESOLVE: {},
    TicketAction.CLOSE: {"customer_informed": False},
    TicketAction.CANCEL: {},
    TicketAction.MERGE: {"into": "C-20250301-0001"},
}


@st.composite
def histories(draw: st.DrawFn) -> list[Happened]:
    at = (START + draw(st.integers(0, 300 * 86_400))) * SECOND
    at += draw(st.sampled_from([0, 0, 1, 999_999]))
    created: dict[str, Any] = {"priority": draw(st.sampled_from(["P1", "P2", "P3", "P4"]))}
    if draw(st.booleans()):
        created["care"] = True
    if draw(st.integers(0, 20)) == 0:
        created["imported"] = "elsewhere"
    found = [("create", at, json.dumps({**created, "service": 1}))]
    for _ in range(draw(st.integers(0, 7))):
        at += draw(st.sampled_from([0, 1, 59, 60, 600, 3_600, 40_000, 86_400, 400_000])) * SECOND
        if draw(st.integers(0, 4)) == 0:
            clock = draw(st.sampled_from(["first_response", "resolution", "refund"]))
            said: dict[str, Any] = {"clock": clock, "level": draw(st.integers(1, 3))}
            if clock == "refund":
                said["subject"] = "a refund"
            if draw(st.booleans()):
                said["late"] = True
            found.append(("level", at, json.dumps(said)))
            continue
        kind = draw(st.sampled_from(list(STEPS)))
        found.append((str(kind), at, json.dumps(STEPS[kind])))
    return found


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=150, deadline=None)
@given(history=histories())
def test_both_ways_give_the_same_rows(zone: str, history: list[Happened]) -> None:
    rules = rules_for(zone)
    rows = ClockRows(lambda _version_no: rules, ZoneInfo(zone))

    found = rows.plain(history)

    status = TicketStatus.MERGED if history[-1][0] == "merge" else TicketStatus.OPEN
    assert found is not None
    assert found == rows.whole([as_event(one, status) for one in history])


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=60, deadline=None)
@given(second=st.integers(0, 300 * 86_400), waited=st.lists(st.integers(1, 400_000), max_size=3))
def test_the_minutes_of_an_explanation_are_those_of_its_target(
    zone: str, second: int, waited: list[int]
) -> None:
    rules = rules_for(zone)
    at = (START + second) * SECOND
    history: list[Happened] = [("create", at, '{"priority": "P2", "service": 1}')]
    for seconds in waited:
        for kind in ("ask_customer", "answer"):
            at += seconds * SECOND
            history.append((kind, at, json.dumps({"wake_on": "2026-11-02"})))

    found = ClockRows(lambda _version_no: rules, ZoneInfo(zone)).plain(history)

    assert found is not None
    target = rules.target(Priority.P2)
    promised = {
        ClockKind.FIRST_RESPONSE: target.first_response_min,
        ClockKind.RESOLUTION: target.resolution_min,
    }
    for row in found:
        lines = json.loads(row[13])
        assert sum(int(line.rsplit(" ", 1)[1]) for line in lines) == promised[row[0]], lines


@pytest.mark.parametrize(
    "surprise",
    [
        ("prioritise", {"priority": "P1"}),
        ("detail", {"priority": "P1"}),
        ("correct", {"care": True}),
        ("assign", {"due_on": "2025-03-09"}),
        ("reopen", {}),
        ("undo", {"event": 1, "fields": {}}),
        ("retarget", {"service": 2}),
        ("absorb", {"opened_at": "2025-01-01T00:00:00+00:00"}),
        ("submit", {"mode": "counter"}),
    ],
)
def test_nothing_is_said_of_what_is_no_plain_history(surprise: tuple[str, Any]) -> None:
    rules = rules_for("Europe/London")
    rows = ClockRows(lambda _version_no: rules, ZoneInfo("Europe/London"))
    begun: Happened = ("create", START * SECOND, '{"priority": "P3", "service": 1}')

    assert rows.plain([begun]) is not None
    assert rows.plain([begun, (surprise[0], START * SECOND + 5, json.dumps(surprise[1]))]) is None


def test_a_level_is_reached_when_the_row_says_that_it_comes_next() -> None:
    rules = rules_for("Asia/Shanghai")
    rows = ClockRows(lambda _version_no: rules, ZoneInfo("Asia/Shanghai"))
    begun: Happened = ("create", (START + 9 * 3600) * SECOND, '{"priority": "P3", "service": 1}')
    end = begun[1] + int(timedelta(days=30).total_seconds()) * SECOND

    reached = rows.reached([begun], end)
    assert reached is not None
    history = [begun]
    for one in reached:
        coming = {row[0]: (row[9], row[10]) for row in rows.plain(history) or ()}
        assert coming[one.clock] == (one.level, rows.stored(one.at))
        said = json.dumps({"clock": one.clock, "level": one.level})
        history.append((str(TicketAction.LEVEL), max(one.at, history[-1][1]), said))
    assert [(one.clock, one.level) for one in reached].count((ClockKind.RESOLUTION, 3)) == 1
    assert len(reached) == 6
