from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from data.exporting.tables import NEVER, SCHEMA_VERSION, TABLES
from models.base import Changed
from models.schema import metadata

BY_NAME = {table.name: table for table in TABLES}


def subclasses(model: type) -> set[type]:
    found: set[type] = set(model.__subclasses__())
    return found.union(*(subclasses(one) for one in found))


CHANGED = {
    str(model.__tablename__)  # type: ignore[attr-defined]
    for model in subclasses(Changed)
    if hasattr(model, "__table__")
}


def column_of(table: str, name: str) -> sa.Column[object]:
    return metadata.tables[table].columns[name]


def test_every_table_that_draws_change_numbers_leaves() -> None:
    assert set(BY_NAME) == CHANGED


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_leaves_or_says_why_not(table: object) -> None:
    exported = BY_NAME[getattr(table, "name", "")]
    known = {column.name for column in metadata.tables[exported.name].columns}
    leaving = {column.source for column in exported.columns if column.source}
    staying = set(exported.left_out) | (set(NEVER) & known)

    assert leaving | staying | {"uid", "change_no"} == known
    assert leaving & staying == set()
    assert all(exported.left_out.values())


def test_no_secret_leaves() -> None:
    names = " ".join(name for table in TABLES for name in table.header)

    assert not re.search(r"pin|code_hash|code_expires|locked|failed_tries|session", names)


def test_no_two_columns_of_a_table_share_a_name() -> None:
    assert [table.name for table in TABLES if max(Counter(table.header).values()) > 1] == []


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column) for table in TABLES for column in table.columns if column.source],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_column_promises_what_the_store_keeps(table: str, column: object) -> None:
    exported = next(one for one in BY_NAME[table].columns if one is column)
    kept = column_of(table, exported.source or "")
    keys = [key.column.table.name for key in kept.foreign_keys]

    assert exported.required is not kept.nullable
    assert ([exported.refers] if exported.refers else []) == keys
    lists = [
        set(re.findall(r"'([^']*)'", str(one.sqltext)))
        for one in kept.table.constraints
        if isinstance(one, sa.CheckConstraint)
        and re.fullmatch(rf"{kept.name} IN \(.*\)", str(one.sqltext))
    ]
    assert [set(exported.terms)] * len(lists) == lists
    assert exported.summed is str(kept.name).endswith("_minor")


def test_an_amount_never_stands_without_its_currency() -> None:
    with_money = [table for table in TABLES if table.sums]

    assert with_money
    assert [table.name for table in with_money if "currency" not in table.header] == []


# Columns are only ever appended: this is what left with the first version.
FIRST = {
    "site": 7,
    "staff": 6,
    "customer": 10,
    "customer_phone": 4,
    "membership_account": 5,
    "points_entry": 5,
    "warranty_profile": 7,
    "category": 4,
    "product": 11,
    "receipt": 5,
    "receipt_line": 12,
    "tender": 5,
    "till_return": 5,
    "ticket": 29,
    "ticket_event": 9,
    "return_case": 5,
    "return_line": 8,
    "condition_check": 13,
    "eligibility_decision": 13,
    "refund": 9,
    "refund_deduction": 4,
    "refund_allocation": 5,
    "compensation": 7,
    "complaint": 9,
    "follow_up": 12,
    "contact_attempt": 5,
    "questionnaire": 4,
    "question": 5,
    "survey_response": 11,
    "survey_answer": 4,
    "policy_version": 11,
    "calendar": 4,
    "calendar_exception": 5,
    "service_target": 7,
}


def test_a_longer_list_has_a_higher_version() -> None:
    now = {table.name: len(table.columns) for table in TABLES}

    assert list(now)[: len(FIRST)] == list(FIRST), "tables are appended, never moved"
    assert SCHEMA_VERSION > 1 or now == FIRST
