"""Service times in versions: never changed, the newest for new tickets, each with its calendars."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter.desk import Actor
from counter.founding import SiteDraft, describe_site
from counter.rules.policy_changes import Change
from counter.rules.service import ServiceRules
from counter.service_versions import (
    add_version,
    newest,
    parameters_of,
    service_of,
    shipped_service,
    version,
    versions,
)
from counter.service_words import changed
from counter.shop import Shop
from models.errors import InvalidInput, NotAllowed, NotFound, WrongState
from models.service_views import ServiceVersionRow
from models.terms import Priority
from tests.premises import Clock, rows, shop_at
from tests.service_times import times_at

SLOWER = ("resolution_min = 480", "resolution_min = 600")
LUNCH = ('1 = [["09:00", "21:00"]]', '1 = [["09:00", "12:00"], ["13:00", "21:00"]]')


def in_force(shop: Shop) -> ServiceRules:
    with shop.reading(shop.system) as desk:
        return newest(desk.ask)


def numbered(shop: Shop, no: int) -> ServiceRules:
    with shop.reading(shop.system) as desk:
        return service_of(desk.ask, no)


def added(shop: Shop, actor: Actor, named: str) -> ServiceVersionRow:
    with shop.writing(actor) as desk:
        return add_version(desk, named)


def write(shop: Shop, sql: str) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(sql)


def calendars(shop: Shop) -> list[tuple[str, int]]:
    return [
        (code, no) for code, no in rows(shop, "SELECT code, version_no FROM calendar ORDER BY id")
    ]


@pytest.fixture
def berlin(tmp_path: Path) -> Iterator[Shop]:
    """A shop that is described as another one before anybody works there."""
    shop = shop_at(tmp_path / "berlin", Clock())
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(zone="Europe/Berlin", currency="EUR"))
    shop.site_changed()
    yield shop
    shop.close()


# --- the beginning --------------------------------------------------------------------------


def test_a_store_begins_with_the_shipped_times(shop: Shop) -> None:
    rules, (_file, shipped) = in_force(shop), shipped_service("default", "Asia/Shanghai", "CN")
    assert (rules.version_no, rules.targets, rules.calendars) == (
        1, shipped.targets, shipped.calendars,
    )  # fmt: skip
    with shop.reading(shop.system) as desk:
        (row,) = versions(desk)
    assert (row.name, row.added_by) == ("default", "system")
    assert rows(shop, "SELECT count(*) FROM audit_entry WHERE action = 'service.begin'") == [(1,)]


def test_the_rows_say_what_the_rules_say(shop: Shop) -> None:
    rules = in_force(shop)
    assert rows(
        shop,
        "SELECT t.priority, c.code, t.first_response_min, t.resolution_min "
        "FROM service_target AS t JOIN calendar AS c ON c.id = t.calendar_id "
        "WHERE t.version_no = 1 ORDER BY t.priority",
    ) == [
        (str(priority), one.calendar, one.first_response_min, one.resolution_min)
        for priority, one in rules.targets.items()
    ]
    for code, calendar in rules.calendars.items():
        kept = rows(
            shop, "SELECT on_date, kind FROM calendar_exception WHERE calendar_id = :id",
            id=rules.keys[code],
        )  # fmt: skip
        assert {day for day, kind in kept if kind == "closed"} == {
            day.isoformat() for day in calendar.closed_dates
        }
        assert {day for day, kind in kept if kind == "extra_workday"} == {
            day.isoformat() for day in calendar.extra_workdays
        }


def test_every_row_of_a_version_leaves_with_the_next_batch(shop: Shop) -> None:
    numbers = rows(shop, "SELECT change_no FROM calendar_exception")
    assert len(set(numbers)) == len(numbers) > 1000
    assert min(numbers) > (0,)
    assert max(numbers) <= rows(shop, "SELECT value FROM change_counter")[0]


def test_a_shop_elsewhere_goes_on_with_its_own_zone_and_rest_days(berlin: Shop) -> None:
    rules = in_force(berlin)
    assert {one.tz for one in rules.calendars.values()} == {"Europe/Berlin"}
    assert rules.calendar("repair").closed_dates == frozenset()


def test_a_shop_that_is_described_alike_keeps_its_first_version(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(name="Far East"))
    assert in_force(shop).version_no == 1


def test_where_somebody_works_the_times_change_by_a_version_alone(
    shop: Shop, supervisor: Actor
) -> None:
    with shop.writing(supervisor) as desk:
        describe_site(desk, SiteDraft(zone="Europe/Berlin"))
    assert in_force(shop).calendar("counter").tz == "Asia/Shanghai"


def test_a_store_of_an_older_program_gets_its_first_version_when_it_is_opened(shop: Shop) -> None:
    for table in ("service_target", "calendar_exception", "calendar", "service_version"):
        write(shop, f"DELETE FROM {table}")
    with pytest.raises(NotFound, match="counter service add"):
        in_force(shop)

    home = shop.places.settings_file.parent
    shop.close()
    again = shop_at(home, Clock())
    try:
        assert in_force(again).version_no == 1
    finally:
        again.close()


# --- further versions -----------------------------------------------------------------------


def test_the_newest_version_counts_and_the_earlier_ones_stay(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    row = added(shop, supervisor, times_at(tmp_path, SLOWER))
    assert (row.version_no, row.added_by) == (2, "sun")
    assert in_force(shop).target(Priority.P2).resolution_min == 600
    assert numbered(shop, 1).target(Priority.P2).resolution_min == 480
    assert rows(
        shop,
        "SELECT actor, json_extract(diff, '$.version_no') FROM audit_entry "
        "WHERE action = 'service.add'",
    ) == [("sun", 2)]


def test_a_calendar_that_says_the_same_keeps_its_row(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    first = in_force(shop)
    added(shop, supervisor, times_at(tmp_path, SLOWER))
    assert in_force(shop).keys == first.keys

    added(shop, supervisor, times_at(tmp_path, LUNCH))
    second = in_force(shop)
    assert calendars(shop) == [("counter", 1), ("repair", 1), ("always", 1), ("counter", 3)]
    assert second.keys["counter"] != first.keys["counter"]
    assert {**second.keys, "counter": 0} == {**first.keys, "counter": 0}
    assert numbered(shop, 2).keys == first.keys


def test_special_hours_are_kept_with_their_windows(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    more = '\n[calendars.repair.special_hours]\n2025-10-01 = [["10:00", "12:00"]]\n'
    added(shop, supervisor, times_at(tmp_path, more=more))
    assert rows(
        shop,
        "SELECT kind, windows FROM calendar_exception WHERE on_date = '2025-10-01' "
        "AND calendar_id = :id",
        id=in_force(shop).keys["repair"],
    ) == [("special_hours", '[["10:00", "12:00"]]')]


def test_the_same_again_is_refused_and_an_earlier_one_is_not(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(WrongState, match="says the same already"):
        added(shop, supervisor, "default")
    added(shop, supervisor, times_at(tmp_path, SLOWER))
    assert added(shop, supervisor, "default").version_no == 3
    assert in_force(shop).target(Priority.P2).resolution_min == 480


def test_only_who_manages_policies_adds_a_version(shop: Shop, clerk: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        added(shop, clerk, times_at(tmp_path, SLOWER))
    assert in_force(shop).version_no == 1


def test_a_file_with_faults_changes_nothing(shop: Shop, supervisor: Actor, tmp_path: Path) -> None:
    path = times_at(tmp_path, SLOWER, ("warn_percent = 80", "warn_percent = 100"))
    before = rows(shop, "SELECT count(*) FROM calendar")
    with pytest.raises(InvalidInput, match="line"):
        added(shop, supervisor, path)
    with pytest.raises(InvalidInput, match="There are: default"):
        added(shop, supervisor, "nowhere.toml")
    assert in_force(shop).version_no == 1
    assert rows(shop, "SELECT count(*) FROM calendar") == before


def test_a_version_that_is_not_there_is_not_found(shop: Shop) -> None:
    with shop.reading(shop.system) as desk:
        for question in (lambda: service_of(desk.ask, 2), lambda: version(desk, 2)):
            with pytest.raises(NotFound, match="counter service list"):
                question()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE service_version SET parameters = replace(parameters, '480', '4800')",
        "UPDATE service_version SET parameters = 'x'",
        f"UPDATE service_version SET sha256 = '{'0' * 64}'",
        "UPDATE calendar SET code = 'other' WHERE code = 'repair'",
    ],
)
def test_nothing_is_due_by_a_version_that_is_not_as_it_was_written(
    shop: Shop, supervisor: Actor, tmp_path: Path, damage: str
) -> None:
    # Of this test alone: what was read before in this process is known by its fingerprint.
    name = f'name = "v{abs(hash(damage)) % 10**6}"'
    added(shop, supervisor, times_at(tmp_path, ('name = "default"', name)))
    write(shop, damage)
    with pytest.raises(WrongState, match="counter doctor"):
        in_force(shop)


def test_rules_are_read_once_for_all_tickets(shop: Shop) -> None:
    with shop.reading(shop.system) as desk:
        assert newest(desk.ask) is newest(desk.ask)
        assert newest(desk.ask) is service_of(desk.ask, 1)


def test_an_open_transaction_sees_the_version_that_it_adds(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    with shop.writing(supervisor) as desk:
        add_version(desk, times_at(tmp_path, SLOWER))
        assert newest(desk.ask).version_no == 2
        says = parameters_of(desk.ask, 2)
    assert says["targets"]["P2"]["resolution_min"] == 600


def test_what_changes_is_told_in_words(shop: Shop, supervisor: Actor, tmp_path: Path) -> None:
    head = "[calendars.repair]\n"
    rest = (f'{head}rest_days = "national"', f'{head}closed_dates = ["2025-05-01"]')
    added(shop, supervisor, times_at(tmp_path, SLOWER, LUNCH, rest))
    found = {one.key: one for one in changed(numbered(shop, 1), numbered(shop, 2))}
    assert found["P2, solution"] == Change("P2, solution", "480 min", "600 min")
    assert found["counter, Mon"][1:] == ("09:00-21:00", "09:00-12:00, 13:00-21:00")
    closed = found["repair, closed on"]
    assert (len(closed.was), closed.now) == (50, [])  # too many to read: a line a year
    assert closed.was[0] == "2001: 16 days"
    assert found.keys() == {
        "P2, solution", "counter, Mon", "repair, closed on", "repair, make-up days",
    }  # fmt: skip


def test_asking_which_times_hold_needs_no_sqlmodel() -> None:
    script = "import counter.service_versions, sys; print('sqlmodel' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout == "False\n"
