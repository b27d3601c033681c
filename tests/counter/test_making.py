"""A made-up shop of any size: written at once, and nothing tells it from one that was lived."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from counter import demo, language, lookup, making
from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.doctor import examine
from counter.making import make_store
from counter.settings import load_settings
from counter.shop import Shop, open_shop
from counter.signin import sign_in
from counter.tickets import TicketDraft, note, open_ticket, take
from data.bulk import Table
from data.chain import canonical
from data.demo import MadeShop, check_digit
from data.driver import connect
from data.making.days import OpenDays
from data.making.filling import Filling
from data.reading import instant
from data.searchable import customer_search_text, name_initials
from models.errors import AlreadyRunning, FileRefused, InvalidInput, StoreUnusable
from models.terms import (
    RETURN_ACTIONS,
    Cause,
    Liability,
    Outcome,
    Priority,
    Role,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
)
from models.text import search_text
from tests.premises import Clock, places_at, rows

CHECKOUT = Path(__file__).parents[2]
TODAY = date(2026, 3, 11)
UNTIL = datetime(2026, 3, 11, 15, 30, tzinfo=UTC)
"""Half past three on that Wednesday in London."""
TICKETS = 3000

HOME = ["counter.db", "settings.toml", "settings.toml.lock"]
"""What a made home holds."""


@pytest.fixture(scope="module", params=("en", "zh_CN"))
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a made shop in each language, made once; tests change nothing in it."""
    path = tmp_path_factory.mktemp("made") / "shop"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "active", lambda: request.param)
        make_store(path, tickets=TICKETS, today=TODAY)
    return path


@pytest.fixture
def made(home: Path) -> Iterator[Shop]:
    """The made shop, open on the evening of its day."""
    places = places_at(home)
    shop = open_shop(
        places, load_settings(places), clock=Clock(datetime(2026, 3, 11, 20, 0, tzinfo=UTC))
    )
    yield shop
    shop.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of a small made shop of one test alone."""
    make_store(tmp_path / "small", tickets=30, today=TODAY)
    return tmp_path / "small"


def column(shop: Shop, sql: str) -> list[Any]:
    """The first column of every row."""
    return [row[0] for row in rows(shop, sql)]


def everything(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, those of the search indexes too."""
    connection = connect(store, query_only=True)
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    found = {
        name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
        for (name,) in names
    }
    connection.close()
    return found


# --- the present ----------------------------------------------------------------------------


def last_instant(shop: Shop) -> datetime:
    """The latest moment that stands anywhere in the store as one that has been."""
    questions = (
        "SELECT max(at) FROM ticket_event",
        "SELECT max(sold_at) FROM receipt",
        "SELECT max(at) FROM audit_entry",
        "SELECT max(opened_at) FROM ticket",
    )
    return max(instant(column(shop, question)[0]) for question in questions)


def test_a_shop_can_be_worked_in_as_soon_as_its_day_begins_anywhere(
    home: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(home, tmp_path / "copy")
    places = places_at(copied)
    clock = Clock(datetime(2026, 3, 10, 10, 0, tzinfo=UTC))  # midnight in Kiritimati
    shop = open_shop(places, load_settings(places), clock=clock)
    assert timedelta() <= clock.now - last_instant(shop) < timedelta(days=1)
    key, login, name = rows(shop, "SELECT id, login, name FROM staff WHERE role = 'clerk'")[0]
    actor = Actor(key, login, name, Role.CLERK)
    latest = column(shop, "SELECT no FROM ticket WHERE working ORDER BY last_event_at DESC LIMIT 5")

    for no in latest:
        with shop.writing(actor) as desk:
            note(desk, no, "Seen")
    shop.close()


# --- sound ----------------------------------------------------------------------------------


def test_a_made_shop_passes_every_examination(made: Shop) -> None:
    report = examine(made, made.system, full=True)

    assert report.healthy, [str(finding) for finding in report.findings]


def test_it_has_every_index_and_trigger_of_a_founded_store(home: Path, founded_store: Path) -> None:
    sql = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    schemas = []
    for store in (home / "counter.db", founded_store):
        connection = connect(store, query_only=True)
        schemas.append(connection.execute(sql).fetchall())
        schemas[-1].append(connection.execute("PRAGMA journal_mode").fetchone())
        connection.close()

    assert schemas[0] == schemas[1]


def test_founding_wrote_what_it_writes_elsewhere(made: Shop, shop: Shop) -> None:
    facts = "SELECT name FROM store_fact ORDER BY name"
    system = "SELECT login, name, role, active, pin_hash FROM staff WHERE id = 1"
    first = "SELECT actor, action, entity, entity_uid, diff FROM audit_entry WHERE id = 1"

    for sql in (facts, system, first):
        assert rows(made, sql) == rows(shop, sql)


def test_a_ticket_that_is_opened_there_goes_on_where_the_made_ones_end(
    home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "copy")
    places = places_at(tmp_path / "copy")
    evening = Clock(datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
    shop = open_shop(places, load_settings(places), clock=evening)
    key, login, name = rows(shop, "SELECT id, login, name FROM staff WHERE role = 'clerk'")[0]
    last = column(shop, "SELECT max(no) FROM ticket WHERE no LIKE 'R-20260310-%'")[0]
    with shop.writing(Actor(key, login, name, "clerk")) as desk:  # type: ignore[arg-type]
        head = open_ticket(desk, TicketDraft("return", "Towel"))
        take(desk, head.no)

    assert int(head.no[-4:]) == int(last[-4:]) + 1
    assert examine(shop, shop.system).healthy
    shop.close()


def test_what_finds_a_customer_or_a_ticket_is_what_the_operations_write(made: Shop) -> None:
    people = rows(
        made,
        "SELECT c.name, c.customer_ref, m.member_no, c.name_initials, c.search_text "
        "FROM customer AS c LEFT JOIN membership_account AS m ON m.customer_id = c.id",
    )
    tickets = rows(
        made,
        "SELECT t.no, t.summary, t.body, c.name, t.search_text "
        "FROM ticket AS t LEFT JOIN customer AS c ON c.id = t.customer_id",
    )

    for name, customer_ref, member_no, initials, text in people:
        assert initials == name_initials(name)
        assert text == customer_search_text(name, customer_ref, member_no)
    for no, summary, body, name, text in tickets:
        assert text == search_text(no, summary, body, name)


def test_json_stands_there_in_the_form_that_the_operations_write(made: Shop) -> None:
    for text in column(made, "SELECT DISTINCT payload FROM ticket_event"):
        assert text == json.dumps(json.loads(text))
    for text in column(made, "SELECT diff FROM audit_entry"):
        assert text == canonical(json.loads(text))


def test_versions_count_the_steps_and_numbers_of_a_day_have_no_gaps(made: Shop) -> None:
    steps = "(SELECT count(*) FROM ticket_event WHERE ticket_id = t.id AND actor_id <> 1)"
    assert column(made, f"SELECT count(*) FROM ticket AS t WHERE version <> {steps}") == [0]
    counted = rows(made, "SELECT series, day, value FROM number_counter ORDER BY 1, 2")
    assert counted == rows(
        made,
        "SELECT substr(no, 1, 1), substr(no, 3, 8), count(*) FROM ticket "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    )
    assert counted == rows(
        made,
        "SELECT substr(no, 1, 1), substr(no, 3, 8), max(CAST(substr(no, 12) AS INTEGER)) "
        "FROM ticket GROUP BY 1, 2 ORDER BY 1, 2",
    )


# --- believable -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "terms"),
    [
        ("kind", TicketKind),
        ("channel", TicketChannel),
        ("status", TicketStatus),
        ("priority", Priority),
        ("outcome", Outcome),
        ("cause", Cause),
        ("liability", Liability),
    ],
)
def test_tickets_of_every_sort_are_there(made: Shop, what: str, terms: Any) -> None:
    found = column(made, f"SELECT DISTINCT {what} FROM ticket WHERE {what} IS NOT NULL")

    assert set(found) == set(terms)


def test_everything_happens_that_can_happen_at_a_counter(made: Shop) -> None:
    found = set(column(made, "SELECT DISTINCT kind FROM ticket_event"))

    # Made stores hold no return cases, no files and no compensation.
    of_cases = {*RETURN_ACTIONS, TicketAction.ATTACH}
    of_cases |= {action for action in TicketAction if "compensat" in action}
    of_cases |= {TicketAction.CORRECT, TicketAction.UNDO, TicketAction.ABSORB}
    timely = {TicketAction.WAKE, TicketAction.RETARGET}
    assert found == set(TicketAction) - of_cases - timely - {TicketAction.DETAIL}


def test_one_in_twenty_is_still_worked_on_and_most_of_those_are_young(made: Shop) -> None:
    working = column(made, "SELECT opened_at FROM ticket WHERE working ORDER BY opened_at")
    opened = column(made, "SELECT opened_at FROM ticket ORDER BY opened_at")

    assert 0.045 < len(working) / len(opened) < 0.06
    assert working[len(working) // 2] > opened[len(opened) * 9 // 10]
    assert working[0] < opened[len(opened) * 9 // 10]


def test_some_work_is_nobody_s_and_some_waits_for_a_day(made: Shop) -> None:
    with made.reading(Actor(1, "101", "", "supervisor")) as desk:  # type: ignore[arg-type]
        numbers = lookup.day_numbers(desk)
    to_come = column(made, "SELECT count(*) FROM ticket WHERE working AND wake_on > '2026-03-11'")

    assert numbers.unowned > 5
    assert numbers.waiting_woken > 0
    assert to_come[0] > 5


def test_customers_and_sales_are_as_many_as_tickets(made: Shop) -> None:
    assert column(made, "SELECT count(*) FROM ticket") == [TICKETS]
    assert column(made, "SELECT count(*) FROM customer") == [TICKETS]
    assert column(made, "SELECT count(*) FROM receipt") == [TICKETS]
    assert column(
        made, "SELECT DISTINCT count(*) FROM receipt_line GROUP BY receipt_id ORDER BY 1"
    ) == [1, 2, 3]
    about = column(made, "SELECT count(*) FROM ticket WHERE receipt_line_id IS NOT NULL")
    assert 0.48 < about[0] / TICKETS < 0.56  # 51 in a hundred, as chance has it


def test_every_product_has_a_barcode_of_its_own_with_its_check_digit(made: Shop) -> None:
    barcodes = column(made, "SELECT barcode FROM product")

    assert len(set(barcodes)) == len(barcodes) > 120
    for barcode in barcodes:
        assert 690 <= int(barcode[:3]) <= 699
        assert len(barcode) == 13
        assert check_digit(barcode[:-1]) == int(barcode[-1])


def test_no_two_customers_have_the_same_number(made: Shop) -> None:
    phones = column(made, "SELECT digits FROM customer_phone")

    assert len(set(phones)) == len(phones) > TICKETS * 0.9
    assert all(phone.startswith(("06", "154", "163", "164", "168")) for phone in phones)
    assert all(len(phone) == 11 for phone in phones)


def test_what_was_paid_is_what_the_goods_cost(made: Shop) -> None:
    differing = """
        SELECT count(*) FROM receipt AS r WHERE
            (SELECT sum((qty_milli * unit_paid_minor + 500) / 1000) FROM receipt_line
             WHERE receipt_id = r.id)
            <> (SELECT sum(amount_minor) FROM tender WHERE receipt_id = r.id)
    """

    assert column(made, differing) == [0]
    assert column(made, "SELECT max(tender_no) FROM tender") == [2]


def test_goods_were_bought_before_by_whoever_brings_them(made: Shop) -> None:
    sql = """
        SELECT count(*) FROM ticket AS t JOIN receipt AS r ON r.id = t.receipt_id
        JOIN receipt_line AS l ON l.id = t.receipt_line_id
        WHERE r.sold_at >= t.opened_at OR r.customer_id IS NOT t.customer_id
            OR l.receipt_id <> r.id OR instr(t.summary, '{') > 0
    """

    assert column(made, sql) == [0]


def test_everything_happens_in_opening_hours_and_before_the_present(made: Shop) -> None:
    zone = made.site.zone
    closes = "21:00" if made.site.language == "zh_CN" else "20:00"
    until = datetime(2026, 3, 11, 15, 30, tzinfo=zone).astimezone(UTC)
    steps = "SELECT at FROM ticket_event WHERE actor_id <> 1"  # clocks reach levels at any hour
    for sql in (steps, "SELECT sold_at FROM receipt"):
        for text in column(made, sql):
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
            assert moment <= until
            assert "08:30" <= f"{moment.astimezone(zone):%H:%M}" <= closes


def test_more_people_work_where_there_is_more_to_do(made: Shop, tmp_path: Path) -> None:
    assert column(made, "SELECT count(*) FROM staff WHERE login <> 'system'") == [4]

    assert make_store(tmp_path / "more", tickets=8000, today=TODAY).staff == 10


def test_everybody_signs_in_with_the_pin_that_is_said(small: Path) -> None:
    places = places_at(small)
    shop = open_shop(places, load_settings(places), clock=Clock(UNTIL))
    for person in demo.DEMO_PEOPLE:
        actor = sign_in(shop, person.login, demo.PIN)
        assert isinstance(actor, Actor)
        assert actor.role == person.role
    shop.close()


def test_a_shop_without_a_ticket_s_worth_of_past_is_sound_too(tmp_path: Path) -> None:
    make_store(tmp_path / "one", tickets=1, today=TODAY)
    places = places_at(tmp_path / "one")
    shop = open_shop(places, load_settings(places), clock=Clock(UNTIL))

    assert column(shop, "SELECT count(*) FROM ticket") == [1]
    assert examine(shop, shop.system).healthy
    shop.close()


# --- the same again -------------------------------------------------------------------------


def test_a_seed_and_a_day_always_make_the_same_rows(home: Path, tmp_path: Path) -> None:
    settings = load_settings(places_at(home))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "active", lambda: settings.language)
        make_store(tmp_path / "again", tickets=TICKETS, today=TODAY)
    one = everything(home / "counter.db")
    other = everything(tmp_path / "again" / "counter.db")
    epochs = [dict(store.pop("store_fact")).pop("epoch") for store in (one, other)]

    assert sum(map(len, one.values())) > 15 * TICKETS
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert epochs[0] != epochs[1]


def test_another_seed_makes_another_shop(small: Path, tmp_path: Path) -> None:
    make_store(tmp_path / "other", tickets=30, today=TODAY, seed=2)
    one, other = everything(small / "counter.db"), everything(tmp_path / "other" / "counter.db")

    for table in ("customer", "customer_phone", "receipt", "ticket", "ticket_event"):
        assert not set(one[table]) & set(other[table])


def test_no_write_holds_more_than_a_day_or_some_thousand_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: dict[str, int] = {}
    insert = Filling.insert

    def noted(self: Filling, table: Table, values: list[tuple[Any, ...]]) -> None:
        most[table.name] = max(most.get(table.name, 0), len(values))
        insert(self, table, values)

    monkeypatch.setattr(Filling, "insert", noted)
    monkeypatch.setattr(making, "AT_ONCE", 500)
    make_store(tmp_path / "flat", tickets=2000, today=TODAY)

    assert most["customer"] == 500
    for table in ("receipt", "ticket"):
        assert most[table] < 2000 / 20


# --- what is due ----------------------------------------------------------------------------


def test_one_in_ten_of_those_that_are_worked_on_is_overdue(home: Path) -> None:
    connection = connect(home / "counter.db", query_only=True)
    now = connection.execute("SELECT max(at) FROM ticket_event").fetchone()[0]
    working = connection.execute("SELECT count(*) FROM ticket WHERE working").fetchone()[0]
    late = connection.execute(
        "SELECT count(*) FROM clock WHERE leads AND due_at < ?", (now,)
    ).fetchone()[0]
    connection.close()

    assert 0.06 < late / working < 0.16


def test_every_level_that_was_reached_is_written_when_it_was(made: Shop) -> None:
    latest = column(made, "SELECT max(at) FROM ticket_event")[0]
    assert column(made, f"SELECT count(*) FROM clock WHERE next_level_at < '{latest}'") == [0]

    found = rows(
        made,
        "SELECT at, payload FROM ticket_event WHERE kind = 'level' AND actor_id = 1 "
        "AND payload LIKE '%reached_at%'",
    )
    assert len(found) > 100
    for at, payload in found:
        said = json.loads(payload)
        written = instant(at)
        assert said["level"] in (1, 2, 3)
        assert written - datetime.fromisoformat(said["reached_at"]) < timedelta(hours=12)
        assert said["level"] == 1 or said["late"]


def test_complaints_say_what_they_are_about(made: Shop) -> None:
    assert column(made, "SELECT count(*) FROM complaint WHERE complaint_class IS NULL") == [0]
    assert len(column(made, "SELECT DISTINCT status FROM complaint")) >= 4


# --- its place ------------------------------------------------------------------------------


def test_a_folder_becomes_a_counter_s_home_in_the_shop_s_language(small: Path) -> None:
    assert sorted(path.name for path in small.iterdir()) == HOME
    assert load_settings(places_at(small)).language == "en"
    assert (small / "counter.db").stat().st_mode & 0o777 == 0o600


def test_a_name_that_ends_in_db_is_the_file_itself(tmp_path: Path) -> None:
    made = make_store(tmp_path / "my" / "shop.db", tickets=5, today=TODAY)

    assert made.store == tmp_path / "my" / "shop.db"
    assert [path.name for path in made.store.parent.iterdir()] == ["shop.db"]


@pytest.mark.parametrize("name", ["small", "small/counter.db", "small/settings.toml"])
def test_what_is_there_is_never_overwritten(small: Path, tmp_path: Path, name: str) -> None:
    before = (small / "counter.db").read_bytes()

    with pytest.raises(FileRefused):
        make_store(tmp_path / name, tickets=5, today=TODAY)

    assert (small / "counter.db").read_bytes() == before


def test_a_store_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    def come(_rows: int, _done: int, _total: int) -> None:
        (tmp_path / "shop.db").write_bytes(b"another")

    with pytest.raises(FileRefused):
        make_store(tmp_path / "shop.db", tickets=5, today=TODAY, show=come)

    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]
    assert (tmp_path / "shop.db").read_bytes() == b"another"


def test_what_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    def fail(_rows: int, done: int, total: int) -> None:
        if done > total / 2:
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        make_store(tmp_path / "shop", tickets=100, today=TODAY, show=fail)

    assert list((tmp_path / "shop").iterdir()) == []


def test_two_processes_do_not_make_the_same_store(tmp_path: Path) -> None:
    refused: list[AlreadyRunning] = []

    def make_again(_rows: int, _done: int, _total: int) -> None:
        if not refused:
            with pytest.raises(AlreadyRunning) as raised:
                make_store(tmp_path / "shop", tickets=5, today=TODAY)
            refused.append(raised.value)

    make_store(tmp_path / "shop", tickets=5, today=TODAY, show=make_again)

    assert refused
    assert (tmp_path / "shop" / "counter.db").exists()


MAKE = """
import sys
from datetime import date
from pathlib import Path
from counter.making import make_store

def show(rows, done, total):
    if done > total / 2:
        print("half", flush=True)
        sys.stdin.read()

make_store(Path(sys.argv[1]), tickets=200, today=date(2026, 3, 11), show=show)
"""


def test_a_make_that_is_killed_leaves_no_store_and_nothing_in_the_way(tmp_path: Path) -> None:
    home = tmp_path / "shop"
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE, str(home)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.kill()
    left = [path.name for path in home.iterdir()]

    assert ".counter.db.part" in left
    assert "counter.db" not in left
    make_store(home, tickets=5, today=TODAY)
    assert sorted(path.name for path in home.iterdir()) == HOME


def test_the_disk_keeps_the_store_before_it_gets_its_name(tmp_path: Path, syncs: list[str]) -> None:
    make_store(tmp_path / "shop.db", tickets=5, today=TODAY)

    assert syncs == ["sync file", "rename to shop.db", "sync folder"]


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Filling._opened

    def narrow(self: Filling) -> Any:
        connection = opened(self)
        connection.execute("PRAGMA max_page_count = 200").fetchall()
        return connection

    monkeypatch.setattr(Filling, "_opened", narrow)

    with pytest.raises(StoreUnusable, match="is full"):
        make_store(tmp_path / "shop", tickets=500, today=TODAY)

    assert list((tmp_path / "shop").iterdir()) == []


@pytest.mark.parametrize("tickets", [0, -1, 10_000_001])
def test_an_impossible_number_of_tickets_is_refused(tmp_path: Path, tickets: int) -> None:
    with pytest.raises(InvalidInput) as raised:
        make_store(tmp_path / "shop", tickets=tickets)

    assert raised.value.field == "tickets"
    assert not (tmp_path / "shop").exists()


# --- the days -------------------------------------------------------------------------------


def test_moments_of_the_made_days_are_those_of_the_opening_clock() -> None:
    made = MadeShop("en", seed=1, until=datetime(2026, 4, 2, 12, 0, tzinfo=UTC), customers=0)
    days = OpenDays(made.hours, date(2026, 4, 2), made.until, 10)  # summer time began in between
    zero = made.hours.place(made.hours.opening(days.dates[0])[0])

    for place in range(0, int(days.now), 97):
        moment = datetime.fromtimestamp(days.seconds(place, days.day_of(place)), UTC)
        assert moment == made.hours.at(zero + place)
        assert days.stored(int(moment.timestamp())) == f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    assert made.hours.at(zero + days.now) == made.until


def test_shares_of_the_days_add_up_and_follow_the_opening_hours() -> None:
    made = MadeShop("en", seed=1, until=UNTIL, customers=0)
    days = OpenDays(made.hours, TODAY, UNTIL, 15)
    shares = days.shares(1, 1000)

    assert sum(shares) == 1000
    assert len(shares) == 14
    sunday, monday = shares[10], shares[11]
    assert days.dates[11].weekday() == 6
    assert sunday < monday * 0.6
    assert ZoneInfo(made.site.zone) == made.zone


# --- the command ----------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types one command on a counter of its own."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def test_the_command_makes_a_store_and_counts_in_json(run: Run, tmp_path: Path) -> None:
    words = ("--tickets", "40", "--seed", "7", "--today", "2026-03-11", "--json")
    result = run("demo", "--make", str(tmp_path / "shop"), *words)
    made = json.loads(result.stdout)

    assert result.exit_code == 0
    assert made["store"] == str(tmp_path / "shop" / "counter.db")
    assert (made["tickets"], made["customers"], made["receipts"]) == (40, 40, 40)
    assert (made["seed"], made["today"], made["language"]) == (7, "2026-03-11", "en")
    assert made["seconds"] >= 0
    assert not (tmp_path / "own").exists()


def test_the_command_says_in_words_what_it_made(run: Run, tmp_path: Path) -> None:
    result = run("demo", "--make", str(tmp_path / "shop"), "--tickets", "40")

    assert result.exit_code == 0
    assert "tickets: 40" in result.output
    assert demo.PIN in result.output


@pytest.mark.parametrize(
    "words",
    [("--tickets", "5"), ("--seed", "1"), ("--today", "2026-03-11"), ("--json",)],
)
def test_options_of_making_are_refused_in_words_without_it(
    run: Run, words: tuple[str, ...]
) -> None:
    result = run("demo", *words)

    assert result.exit_code == 2
    assert f"{words[0]} goes with --make PATH." in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--today", "yesterday"), "Write the date as 2025-03-08."),
        (("--today", "0001-01-01"), "Choose a day from 2012-01-01 to 2099-12-31."),
        (("--tickets", "0"), "Choose a number from 1 to 10000000."),
        (("--receipts", "r.csv"), "Choose either --make or --receipts."),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = run("demo", "--make", str(tmp_path / "shop"), *words)

    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "shop").exists()


def test_the_command_refuses_a_place_that_is_taken(run: Run, small: Path) -> None:
    result = run("demo", "--make", str(small), "--tickets", "5")

    assert result.exit_code == 1
    assert f"{small / 'counter.db'} exists already." in result.output
