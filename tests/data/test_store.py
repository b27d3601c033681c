from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from counter.shop import Shop
from data.driver import sqlite3
from data.store import Author, UnitOfWork
from models.product import Product
from models.site import NumberCounter
from models.staff import Staff
from models.terms import Role
from tests.premises import MORNING, Clock, Sale, rows, sell, shop_at

CHECKOUT = Path(__file__).parents[2]
SYSTEM = Author(None, "system")


def the_product(work: UnitOfWork, sku: str = "A") -> Product:
    return work.session.exec(select(Product).where(Product.sku == sku)).one()


# --- together or not at all -----------------------------------------------------------------


def fail_after_writing(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="A"))
        work.session.flush()
        work.next_number("R", "20250308")
        work.audit("test")
        raise ZeroDivisionError


def test_a_block_that_raises_stores_nothing(shop: Shop) -> None:
    before = rows(shop, "SELECT value FROM change_counter")
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(shop)

    assert rows(shop, "SELECT * FROM product") == []
    assert rows(shop, "SELECT * FROM number_counter") == []
    assert rows(shop, "SELECT action FROM audit_entry ORDER BY id") == [
        ("store.found",),
        ("policy.begin",),
        ("service.begin",),
    ]
    assert rows(shop, "SELECT value FROM change_counter") == before


def test_a_constraint_that_is_broken_stores_nothing(shop: Shop) -> None:
    def save() -> None:
        with shop.store.writing(SYSTEM, MORNING) as work:
            work.session.add(Product(sku="A"))
            work.session.add(Staff(login="x", name="X", role="king"))

    with pytest.raises(IntegrityError, match="ck_staff_role_known"):
        save()

    assert rows(shop, "SELECT * FROM product") == []


# --- change numbers and versions ------------------------------------------------------------


def last_number(shop: Shop) -> int:
    return int(rows(shop, "SELECT value FROM change_counter")[0][0])


def test_every_new_row_draws_the_next_number(shop: Shop) -> None:
    start = last_number(shop)
    for pair in (("A", "B"), ("C", "D")):
        with shop.store.writing(SYSTEM, MORNING) as work:
            for sku in pair:
                work.session.add(Product(sku=sku))
                work.session.flush()

    assert rows(shop, "SELECT sku, change_no - :start FROM product ORDER BY id", start=start) == [
        ("A", 1),
        ("B", 2),
        ("C", 3),
        ("D", 4),
    ]
    assert last_number(shop) == start + 4


def test_a_changed_row_draws_a_new_number_and_grows_its_version_by_one(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="A"))
        work.session.add(Product(sku="B"))
    before = last_number(shop)
    with shop.store.writing(SYSTEM, MORNING) as work:
        the_product(work).name = "Towel"

    assert rows(shop, "SELECT change_no, version FROM product ORDER BY sku") == [
        (before + 1, 2),
        (before, 1),
    ]


def test_a_row_that_is_only_looked_at_draws_nothing(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="A", name="Towel"))
    before = last_number(shop)
    with shop.store.writing(SYSTEM, MORNING) as work:
        the_product(work).name = "Towel"

    assert last_number(shop) == before
    assert rows(shop, "SELECT version FROM product") == [(1,)]


def test_a_transaction_that_failed_uses_no_number(shop: Shop) -> None:
    before = last_number(shop)
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(shop)
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="B"))

    assert rows(shop, "SELECT sku, change_no FROM product") == [("B", before + 1)]


def test_bookkeeping_draws_no_number(shop: Shop) -> None:
    before = last_number(shop)
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.audit("test")
        work.next_number("R", "20250308")

    assert last_number(shop) == before


def test_no_two_rows_share_a_change_number(shop: Shop, sale: Sale) -> None:
    tables = [
        name
        for (name,) in rows(shop, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if ("change_no",) in rows(shop, "SELECT name FROM pragma_table_info(:t)", t=name)
    ]
    numbers = [n for name in tables for (n,) in rows(shop, f"SELECT change_no FROM {name}")]

    assert sale.receipt_no
    assert sorted(numbers) == list(range(1, last_number(shop) + 1))


# --- human numbers --------------------------------------------------------------------------


def test_human_numbers_begin_with_one_for_each_series_and_day(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        taken = [
            work.next_number(series, day)
            for series, day in [
                ("R", "20250308"),
                ("R", "20250308"),
                ("C", "20250308"),
                ("R", "20250309"),
                ("R", "20250308"),
            ]
        ]

    assert taken == [1, 2, 1, 1, 3]


# --- several processes ----------------------------------------------------------------------

INCREMENT = """
import sys
from pathlib import Path
from models.site import NumberCounter
from data.location import Location
from data.store import Author, Store
from tests.premises import MORNING

store = Store(Location(Path(sys.argv[1])))
for _ in range(200):
    with store.writing(Author(None, "system"), MORNING) as work:
        counter = work.session.get(NumberCounter, ("T", "day"))
        counter.value += 1
        work.session.add(counter)
store.close()
"""


def test_two_processes_that_read_and_then_write_lose_no_update(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(NumberCounter(series="T", day="day", value=0))
    command = [sys.executable, "-c", INCREMENT, str(shop.places.store.path)]
    running = [
        subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) for _ in "ab"
    ]
    errors = [process.communicate(timeout=60)[1] for process in running]

    assert errors == ["", ""]
    assert rows(shop, "SELECT value FROM number_counter WHERE series = 'T'") == [(400,)]


# --- files ----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="rights are not kept as bits on this system")
def test_only_this_account_can_read_a_new_store(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fresh = shop_at(home, Clock())
    sell(fresh)
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    fresh.close()

    assert home.stat().st_mode & 0o777 == 0o700
    assert "counter.db" in modes
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_closing_folds_the_log_into_the_file(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="A"))
    shop.close()

    assert not shop.places.store.path.with_name("counter.db-wal").exists()
    alone = sqlite3.connect(f"file:{shop.places.store.path}?immutable=1", uri=True)
    assert alone.execute("SELECT sku FROM product").fetchall() == [("A",)]
    alone.close()


# --- the second wall: what the database itself refuses --------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "audit_entry",
        "condition_check",
        "contact_attempt",
        "eligibility_decision",
        "points_entry",
        "ticket_event",
        "till_return",
    ],
)
def test_append_only_tables_are_guarded_against_update_and_delete(shop: Shop, table: str) -> None:
    guards = rows(
        shop,
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
        table=table,
    )

    for verb in ("UPDATE", "DELETE"):
        assert [sql for (sql,) in guards if f"BEFORE {verb} ON {table}" in sql]


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_trail_cannot_be_changed_through_sql(shop: Shop, sql: str) -> None:
    before = rows(shop, "SELECT * FROM audit_entry")
    with (
        shop.store.engine.connect() as connection,
        pytest.raises(IntegrityError, match="audit_entry is append-only"),
    ):
        connection.exec_driver_sql(sql)

    assert rows(shop, "SELECT * FROM audit_entry") == before
    assert before


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE staff SET role = 'king'", "ck_staff_role_known"),
        ("UPDATE staff SET name = ''", "ck_staff_name_not_empty"),
        ("UPDATE staff SET failed_tries = -1", "ck_staff_failed_tries_counted"),
        ("UPDATE staff SET failed_tries = 'many'", "TEXT value in INTEGER column"),
        ("UPDATE receipt_line SET qty_milli = 0", "ck_receipt_line_qty_positive"),
        ("UPDATE receipt_line SET returned_milli = 9000", "returned_within_sold"),
        ("UPDATE receipt_line SET unit_paid_minor = 1.5", "REAL value in INTEGER column"),
        ("UPDATE receipt SET customer_id = 999", "FOREIGN KEY"),
        ("DELETE FROM customer", "FOREIGN KEY"),
    ],
)
def test_the_database_refuses_what_cannot_be(shop: Shop, sale: Sale, sql: str, broken: str) -> None:
    with shop.store.engine.connect() as connection, pytest.raises(IntegrityError, match=broken):
        connection.exec_driver_sql(sql)
    assert sale.receipt_no


def test_a_deleted_rows_key_is_never_given_again(shop: Shop) -> None:
    with shop.store.writing(SYSTEM, MORNING) as work:
        work.session.add(Product(sku="A"))
        work.session.flush()
        first = the_product(work).id
        work.session.delete(the_product(work))
        work.session.flush()
        work.session.add(Product(sku="B"))
        work.session.flush()
        second = the_product(work, "B").id

    assert first is not None
    assert second is not None
    assert second > first


def test_roles_are_stored_by_their_value(shop: Shop) -> None:
    assert rows(shop, "SELECT role FROM staff WHERE login = 'system'") == [(str(Role.ADMIN),)]
