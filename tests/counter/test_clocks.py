"""When a clock is due, how it stands, and what is said of it line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.founding import SiteDraft, describe_site
from counter.rules.clock_answers import clock
from counter.rules.clock_lines import question_of
from counter.rules.service import ServiceRules
from counter.service_versions import add_version, shipped_service
from data.service_files import shipped_file
from models.errors import InvalidInput
from tests.premises import Clock, shop_at

KEYS: Final = {
    "id", "due_at", "due_on", "previous_due_at", "state", "remaining_minutes", "overdue_minutes",
    "level1_at", "level3_at", "explanation",
}  # fmt: skip

SHOP: Final = {
    "tz": "Asia/Shanghai", "weekly": {str(day): [["09:00", "21:00"]] for day in range(1, 8)},
}  # fmt: skip
REPAIR: Final = {
    "tz": "Asia/Shanghai",
    "weekly": {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(1, 6)},
}

LINE: Final[dict[str, Any]] = {
    "calendar": SHOP,
    "clock": "resolution",
    "priority": "P2",
    "target": 480,
    "unit": "working_minutes",
    "created_at": "2025-03-05T10:00+08:00",
}


def rules() -> ServiceRules:
    return shipped_service("default", "Asia/Shanghai", "CN")[1]


def ask(**more: Any) -> dict[str, Any]:
    return dict(clock(question_of({**LINE, **more}, rules)).to_json())


def at(text: str) -> str:
    """An instant of March 2025, such as ``05T10:00``."""
    return f"2025-03-{text}+08:00"


# --- pauses ---------------------------------------------------------------------------------


def test_a_pause_is_added_where_it_was_worked() -> None:
    answer = ask(pauses=[[at("05T12:00"), at("05T14:00")]])

    assert answer["due_at"] == at("05T20:00")
    assert answer["explanation"] == ["Wed 10:00-12:00 120 min", "Wed 14:00-20:00 360 min"]


def test_overlapping_pauses_count_once_in_any_order() -> None:
    pauses = [
        [at("05T13:00"), at("05T14:00")],
        [at("05T12:00"), at("05T13:30")],
        [at("05T12:15"), at("05T12:30")],
    ]

    assert ask(pauses=pauses)["due_at"] == at("05T20:00")


def test_a_pause_counts_from_creation_on() -> None:
    assert ask(pauses=[[at("05T08:00"), at("05T11:00")]])["due_at"] == at("05T19:00")
    assert ask(pauses=[[at("04T08:00"), at("05T10:00")]])["due_at"] == at("05T18:00")


@pytest.mark.parametrize("end", [None, at("09T12:00")])
def test_a_pause_after_the_target_is_used_up_heals_nothing(end: str | None) -> None:
    answer = ask(pauses=[[at("05T18:00"), end]], now=at("05T18:01"))

    assert (answer["due_at"], answer["state"]) == (at("05T18:00"), "overdue")
    assert answer["overdue_minutes"] == 1
    assert answer["level3_at"] == at("06T10:00")


def test_an_open_pause_leaves_no_due_time_and_no_levels() -> None:
    answer = ask(pauses=[[at("05T12:00"), None]], now=at("08T12:00"))

    assert answer["state"] == "paused"
    assert (answer["due_at"], answer["level1_at"], answer["level3_at"]) == (None, None, None)
    assert (answer["remaining_minutes"], answer["overdue_minutes"]) == (360, 0)


def test_an_open_pause_before_creation_leaves_the_whole_target() -> None:
    assert ask(pauses=[[at("01T12:00"), None]])["remaining_minutes"] == 480


def test_a_pause_after_level_1_does_not_move_it() -> None:
    answer = ask(pauses=[[at("05T17:00"), at("05T17:30")]])

    assert (answer["level1_at"], answer["due_at"]) == (at("05T16:24"), at("05T18:30"))


@pytest.mark.parametrize("kind", ["first_response", "refund_statutory"])
def test_some_clocks_are_never_paused(kind: str) -> None:
    answer = ask(clock=kind, pauses=[[at("05T12:00"), None]])

    assert (answer["state"], answer["due_at"]) == ("running", at("05T18:00"))


# --- priorities -----------------------------------------------------------------------------


def test_what_is_raised_late_has_the_first_response_time_left() -> None:
    answer = ask(
        priority="P3",
        target=1440,
        priority_change={"to": "P2", "at": at("06T20:50")},
        now=at("06T20:50"),
    )

    assert (answer["due_at"], answer["state"]) == (at("07T09:20"), "on_time")
    assert answer["previous_due_at"] == at("07T10:00")
    assert answer["remaining_minutes"] == 30


def test_what_is_lowered_is_never_due_earlier() -> None:
    later = ask(priority_change={"to": "P3", "at": at("05T12:00")})
    same = ask(target=2000, priority_change={"to": "P3", "at": at("05T12:00")})

    assert (later["due_at"], later["previous_due_at"]) == (at("07T10:00"), at("05T18:00"))
    assert same["due_at"] == same["previous_due_at"]


def test_the_same_priority_changes_nothing() -> None:
    answer = ask(target=100, priority_change={"to": "P2", "at": at("05T12:00")})

    assert answer["due_at"] == answer["previous_due_at"] == at("05T11:40")


def test_a_first_response_takes_that_target_of_the_new_priority() -> None:
    answer = ask(
        clock="first_response",
        priority="P4",
        target=720,
        priority_change={"to": "P2", "at": at("05T11:00")},
    )

    assert answer["due_at"] == at("05T11:30")


def test_a_raised_clock_that_waits_has_the_longer_rest() -> None:
    answer = ask(
        priority="P3",
        target=1440,
        pauses=[[at("05T12:00"), None]],
        priority_change={"to": "P2", "at": at("05T13:00")},
    )

    assert (answer["state"], answer["remaining_minutes"]) == ("paused", 360)
    assert (answer["due_at"], answer["previous_due_at"]) == (None, None)


def test_a_refund_does_not_hang_on_the_priority() -> None:
    more = {"clock": "refund", "unit": "working_days", "target": 3, "calendar": REPAIR}
    answer = ask(**more, priority_change={"to": "P1", "at": at("05T11:00")})

    assert answer["due_at"] == answer["previous_due_at"] == at("10T18:00")


def test_a_target_that_is_left_out_is_the_priorities() -> None:
    line = {name: value for name, value in LINE.items() if name not in ("target", "unit")}

    assert clock(question_of(line, rules)).to_json()["due_at"] == at("05T18:00")


# --- units ----------------------------------------------------------------------------------


def test_elapsed_hours_ignore_the_calendar_and_pauses() -> None:
    answer = ask(
        clock="return_audit",
        unit="elapsed_hours",
        target=24,
        pauses=[[at("05T12:00"), None]],
        now=at("06T09:00"),
    )

    assert (answer["due_at"], answer["state"]) == (at("06T10:00"), "on_time")
    assert (answer["level1_at"], answer["level3_at"]) == (at("06T05:12"), at("06T22:00"))
    assert answer["remaining_minutes"] == 60
    assert answer["explanation"] == ["Wed 10:00-24:00 840 min", "Thu 00:00-10:00 600 min"]


def test_elapsed_hours_pass_through_a_changed_clock() -> None:
    answer = ask(
        calendar={"tz": "Europe/Berlin"},
        clock="return_audit",
        unit="elapsed_hours",
        target=24,
        created_at="2025-10-25T12:00+02:00",
    )

    assert answer["due_at"] == "2025-10-26T11:00+01:00"


def test_working_days_end_with_the_last_closing_and_have_no_levels() -> None:
    answer = ask(clock="refund", unit="working_days", target=3, calendar=REPAIR, now=at("10T18:01"))

    assert (answer["due_at"], answer["state"]) == (at("10T18:00"), "overdue")
    assert (answer["level1_at"], answer["level3_at"]) == (None, None)
    assert (answer["remaining_minutes"], answer["overdue_minutes"]) == (0, 0)
    assert answer["explanation"][-1] == "Mon 2025-03-10 day 3"


def test_working_days_of_a_shop_that_closes_at_midnight_end_there() -> None:
    late = {"tz": "Asia/Shanghai", "weekly": {"4": [["09:00", "24:00"]]}}

    assert ask(clock="refund", unit="working_days", target=1, calendar=late)["due_at"] == (
        at("07T00:00")
    )


@pytest.mark.parametrize(
    ("now", "state"),
    [("12T23:59", "on_time"), ("13T00:00", "overdue"), ("13T00:01", "overdue")],
)
def test_calendar_days_are_overdue_from_the_next_midnight(now: str, state: str) -> None:
    answer = ask(clock="refund_statutory", unit="calendar_days", target=7, now=at(now))

    assert (answer["due_on"], answer["state"]) == ("2025-03-12", state)
    assert {
        answer[name] for name in KEYS - {"id", "due_on", "state", "explanation"}
    } == {None}  # fmt: skip


def test_calendar_days_start_on_the_local_date() -> None:
    answer = ask(
        clock="refund_statutory", unit="calendar_days", target=1, created_at="2025-03-05T16:30Z"
    )

    assert answer["due_on"] == "2025-03-07"


# --- minutes --------------------------------------------------------------------------------


def test_levels_are_whole_minutes_rounded_up() -> None:
    answer = ask(target=7)

    assert (answer["level1_at"], answer["level3_at"]) == (at("05T10:06"), at("05T10:11"))


def test_a_due_time_is_the_next_whole_minute() -> None:
    answer = ask(target=7, created_at="2025-03-05T10:00:30+08:00", now=at("05T10:08"))

    assert (answer["due_at"], answer["state"]) == (at("05T10:08"), "on_time")


def test_a_calendar_that_ends_after_the_due_time_has_no_level_3() -> None:
    once = {"tz": "Asia/Shanghai", "special_hours": {"2025-03-05": [["09:00", "18:00"]]}}
    answer = ask(calendar=once)

    assert (answer["due_at"], answer["level3_at"]) == (at("05T18:00"), None)


def test_a_clock_without_a_time_of_day_says_no_minutes() -> None:
    answer = ask()

    assert answer["state"] == "running"
    assert (answer["remaining_minutes"], answer["overdue_minutes"]) == (None, None)


def test_minutes_are_working_minutes() -> None:
    answer = ask(now=at("05T22:00"), target=1440)

    assert answer["remaining_minutes"] == 1440 - 11 * 60
    assert ask(now=at("06T09:01"))["overdue_minutes"] == 3 * 60 + 1


def test_a_time_of_day_before_creation_leaves_the_whole_target() -> None:
    assert ask(now=at("05T09:00"))["remaining_minutes"] == 480


# --- refused lines --------------------------------------------------------------------------

BAD: Final[list[tuple[Any, str | None]]] = [
    ([], None),
    ("counter", None),
    ({**LINE, "colour": "red"}, "colour"),
    ({**LINE, "clock": "hand_over"}, "clock"),
    ({**LINE, "clock": None}, "clock"),
    ({**LINE, "priority": "P5"}, "priority"),
    ({**LINE, "target": 0}, "target"),
    ({**LINE, "target": True}, "target"),
    ({**LINE, "target": 1.5}, "target"),
    ({**LINE, "target": 10**8}, "target"),
    ({**LINE, "unit": "weeks"}, "unit"),
    ({**LINE, "unit": None}, "unit"),
    ({**LINE, "target": None, "unit": "calendar_days"}, "target"),
    ({**LINE, "target": None, "unit": None, "priority": None}, "priority"),
    ({**LINE, "created_at": "2025-03-05T10:00"}, "created_at"),
    ({**LINE, "created_at": "2025-03-05"}, "created_at"),
    ({**LINE, "created_at": "9999-12-31T23:59Z"}, "created_at"),
    ({**LINE, "created_at": 5}, "created_at"),
    ({**LINE, "created_at": None}, "created_at"),
    ({**LINE, "now": "soon"}, "now"),
    ({**LINE, "id": []}, "id"),
    ({**LINE, "calendar": None}, "calendar"),
    ({**LINE, "calendar": "moon"}, "calendar"),
    ({**LINE, "calendar": 7}, "calendar"),
    ({**LINE, "calendar": {**SHOP, "tz": "Moon/Base"}}, "calendar.tz"),
    ({**LINE, "calendar": {**SHOP, "weekly": {"0": []}}}, "calendar.weekly"),
    ({**LINE, "calendar": {"tz": "UTC"}}, "target"),
    ({**LINE, "pauses": [at("05T12:00")]}, "pauses"),
    ({**LINE, "pauses": [[at("05T12:00"), at("05T11:00")]]}, "pauses"),
    ({**LINE, "pauses": [[None, at("05T11:00")]]}, "pauses"),
    ({**LINE, "priority_change": "P3"}, "priority_change"),
    ({**LINE, "priority_change": {"to": "P3"}}, "priority_change.at"),
    ({**LINE, "priority_change": {"at": at("05T12:00")}}, "priority_change.to"),
    ({**LINE, "priority_change": {"to": "P3", "at": at("05T09:00")}}, "priority_change.at"),
    ({**LINE, "priority": None, "priority_change": {"to": "P3", "at": at("06T09:00")}}, "priority"),
]


@pytest.mark.parametrize(("line", "field"), BAD)
def test_what_is_no_question_is_refused_by_its_key(line: Any, field: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        clock(question_of(line, rules))

    assert caught.value.field == field
    assert str(caught.value)


# --- the command ----------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("COUNTER_HOME", str(home))
    return home


@pytest.fixture
def run(home: Path) -> Run:
    """Types ``counter clock``; ``typed`` is standard input."""

    def run(*words: str, typed: str | bytes = "") -> Result:
        result = CliRunner().invoke(app, ["clock", *words], input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def lines(*questions: object) -> str:
    return "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in questions)


def answers(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_answered_in_order_with_every_key(run: Run) -> None:
    result = run("--json", typed=lines(*({**LINE, "id": number} for number in range(3))))

    assert result.exit_code == 0
    assert [answer["id"] for answer in answers(result)] == [0, 1, 2]
    assert all(answer.keys() == KEYS for answer in answers(result))


def test_a_bad_line_is_told_in_its_place_and_at_the_end(run: Run) -> None:
    result = run("--json", typed=lines(LINE, {**LINE, "id": "B", "unit": "weeks"}, "{", LINE))
    good, bad, worse, last = answers(result)

    assert result.exit_code == 2
    assert (bad["id"], bad["field"], worse["field"]) == ("B", "unit", None)
    assert bad["error"]
    assert good == last


def test_questions_are_read_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(lines(LINE, ""), encoding="utf-8")

    assert [answer["due_at"] for answer in answers(run("--json", str(path)))] == [at("05T18:00")]


def test_a_file_that_is_missing_is_named(run: Run) -> None:
    result = run("--json", "nothing.jsonl")

    assert result.exit_code != 0
    assert "nothing.jsonl" in result.output


def test_a_shipped_calendar_has_a_name_and_no_store_is_made(run: Run, home: Path) -> None:
    typed = lines(*({**LINE, "calendar": name} for name in ("counter", "repair", "always")))
    result = run("--json", typed=typed)

    assert [answer["due_at"] for answer in answers(result)] == [
        at("05T18:00"), at("06T10:30"), at("05T18:00"),
    ]  # fmt: skip
    assert not home.exists()


def test_the_repair_calendar_works_on_make_up_days(run: Run) -> None:
    line = {**LINE, "calendar": "repair", "target": 120, "created_at": "2025-09-26T17:00+08:00"}

    assert answers(run("--json", typed=lines(line)))[0]["due_at"] == "2025-09-28T10:00+08:00"


def test_a_named_calendar_is_the_stores_in_its_zone(run: Run, home: Path) -> None:
    night = home.parent / "night.toml"
    text = (
        shipped_file("default")
        .read_text(encoding="utf-8")
        .replace("calendars.counter", "calendars.night")
    )
    night.write_text(
        text.replace('"counter"', '"night"').replace("09:00", "08:00"), encoding="utf-8"
    )
    shop = shop_at(home, Clock())
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(zone="Europe/London"))
    with shop.writing(shop.system) as desk:
        add_version(desk, str(night))
    shop.close()
    more = {"target": None, "created_at": "2025-03-05T08:00Z"}
    typed = lines({**LINE, **more, "calendar": "night"}, {**LINE, **more, "calendar": "counter"})

    assert [answer["due_at"] for answer in answers(run("--json", typed=typed))] == [
        "2025-03-05T16:00+00:00", "2025-03-05T17:00+00:00",
    ]  # fmt: skip


def test_a_person_reads_the_same(run: Run) -> None:
    result = run(typed=lines({**LINE, "id": "A-1", "now": at("05T18:01")}))

    assert result.exit_code == 0
    for part in ("A-1", "overdue", "Wed 5 Mar 2025 18:00", "1 minute", "Wed 10:00-18:00 480 min"):
        assert part in result.stdout


def test_a_person_is_told_the_number_of_a_bad_line(run: Run) -> None:
    result = run(typed=lines(LINE, {**LINE, "unit": "weeks"}))

    assert result.exit_code == 2
    assert "2" in result.stderr
    assert "unit" in result.stderr
