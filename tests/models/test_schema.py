from __future__ import annotations

import re
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from models import terms
from models.schema import metadata

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
COLUMNS = [column for table in TABLES for column in table.columns]

ENUMERATIONS = {
    frozenset(map(str, enumeration))
    for enumeration in vars(terms).values()
    if isinstance(enumeration, type) and issubclass(enumeration, StrEnum)
}

# A column of this name, whatever its table, holds a term.
NAMED_LIKE_A_TERM = re.compile(
    r"(^|_)(status|kind|role|channel|priority|method|tier|outcome|cause|liability|severity|demand"
    r"|mode|verdict|remedy|result|freight_payer)$"
)


def ddl(table: sa.Table) -> str:
    return str(CreateTable(table).compile(dialect=sqlite.dialect()))


def checked_values(column: sa.Column[object]) -> list[frozenset[str]]:
    """The value lists that the table's CHECK constraints allow in ``column``."""
    conditions = [
        str(constraint.sqltext)
        for constraint in column.table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    ]
    lists = [re.fullmatch(rf"{column.name} IN \((.*)\)", text) for text in conditions]
    return [frozenset(re.findall(r"'([^']*)'", found[1])) for found in lists if found]


def test_every_table_is_strict() -> None:
    assert [table.name for table in TABLES if not re.search(r"\bSTRICT\s*$", ddl(table))] == []


def test_integer_keys_are_never_used_again() -> None:
    with_uid = [table for table in TABLES if "uid" in table.columns]

    assert with_uid
    assert [table.name for table in with_uid if "AUTOINCREMENT" not in ddl(table)] == []


def test_every_constraint_has_a_name() -> None:
    unnamed = r"^\t(?:CHECK|UNIQUE|FOREIGN KEY)"

    assert [table.name for table in TABLES if re.search(unnamed, ddl(table), re.MULTILINE)] == []


def test_no_column_holds_a_fraction() -> None:
    kinds = {column.type.compile(dialect=sqlite.dialect()) for column in COLUMNS}

    assert kinds == {"TEXT", "INTEGER"}


def test_money_and_quantities_have_64_bits() -> None:
    amounts = [column for column in COLUMNS if re.search(r"_(minor|milli)$", str(column.name))]

    assert amounts
    assert [str(one) for one in amounts if not isinstance(one.type, sa.BigInteger)] == []


def test_a_list_of_values_is_a_whole_enumeration() -> None:
    lists = [(str(column), values) for column in COLUMNS for values in checked_values(column)]

    assert lists
    assert [name for name, values in lists if values not in ENUMERATIONS] == []


def test_a_column_of_terms_takes_nothing_else() -> None:
    of_terms = [
        column
        for column in COLUMNS
        if NAMED_LIKE_A_TERM.search(str(column.name)) and not isinstance(column.type, sa.JSON)
    ]

    assert of_terms
    assert [str(column) for column in of_terms if not checked_values(column)] == []


def test_every_reference_points_to_a_key_and_nothing_is_deleted_by_cascade() -> None:
    references = [key for table in TABLES for key in table.foreign_keys]

    assert references
    assert [str(key) for key in references if key.column.name != "id" or key.ondelete] == []
